"""Asking colleagues to endorse a badge: the form, who would see it, and what the colleague reads."""

from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import InvitedToEndorse, InviteForm, InviteQuestion, InviteWhich
from bot.domain.invitations import MOST_ASKED

LONGEST_NAME = 100


def form(view: InviteForm, pen: Pen) -> Card:
    """Says first that nobody hears of an answer: neither is there one to be waited for."""
    title = pen.say("invite.title", name=view.name)
    wrong = (pen.say("invite.not_clear", words=view.typed),) if view.typed else ()
    asked = tuple(
        Section(
            pen.say("invite.asked", colleague=name, date=pen.words.full_date(on)),
            buttons=(pen.button("invite_back", "invite_back", invitation),),
        )
        for invitation, name, on in view.asked
    )
    means = pen.say("invite.means", most=MOST_ASKED)
    if not view.left or not view.anybody:
        none = pen.say("invite.none_left" if view.left == 0 else "invite.nobody_left")
        return Card(title=title, lines=(*wrong, means, none), sections=asked)
    return Card(title=title, lines=(*wrong, means), sections=asked, form=_form(view, title, pen))


def _form(view: InviteForm, title: str, pen: Pen) -> Form:
    hint = "" if view.colleagues else pen.say("invite.hint")
    first = view.colleagues[0][0] if view.colleagues else ""
    field = Field("person", pen.say("invite.field"), hint, choices=view.colleagues, value=first, max_chars=LONGEST_NAME)
    token = pen.form_token("invite_whom", view.award)
    return Form(title, token, pen.say("label.invite_next"), (field,), cancel=pen.say("label.cancel"))


def which(view: InviteWhich, pen: Pen) -> Card:
    return Card(
        title=pen.say("invite.which", words=view.words),
        buttons=tuple(
            Button(name, pen.actions.token("invite_which", view.award, _packed(colleague)))
            for colleague, name in view.people
        ),
    )


def question(view: InviteQuestion, pen: Pen) -> Card:
    return Card(
        title=pen.say("invite.sure", colleague=view.colleague_name, name=view.name),
        lines=(pen.say("invite.consent", colleague=view.colleague_name), pen.say("invite.silent")),
        buttons=(
            pen.button("invite_send", "invite_send", view.award, _packed(view.colleague), style="primary"),
            pen.button("invite_not", "invite_not", view.award),
        ),
    )


def invited(view: InvitedToEndorse, pen: Pen) -> Card:
    press = "recommend" if view.leads else "endorse_this"
    return Card(
        title=pen.say("invited.title", holder=view.holder, name=view.name),
        lines=(
            pen.say("badge.facts", level=pen.level(view.level), date=pen.words.full_date(view.awarded_on)),
            pen.say("badge.made_by", content=view.issuer, school=view.school),
            *((about,) if (about := pen.read(view.about)) else ()),
            pen.say("invited.only_you", holder=view.holder),
            pen.say("invited.free"),
        ),
        buttons=(
            pen.button(press, "endorse", view.award, style="primary"),
            pen.button("invite_away", "invite_away", view.invitation),
        ),
        files=(pen.badge_picture(view.picture, view.name, view.level, view.issuer, view.school),),
    )


def _packed(public_id: str) -> str:
    return public_id.replace("-", "")
