"""Agreements with other schools, for owners."""

from bot.conversation.acts.agreements import GIVE, TAKE
from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import AgreementLine, AgreementNews, AgreementState, AgreementsView
from bot.domain.agreements import Purpose

LONGEST_KEY = 200


def agreements(view: AgreementsView, pen: Pen) -> Card:
    none = () if view.lines else (pen.say("agreement.none"),)
    what = tuple(
        (f"{direction}_{purpose}", pen.say(f"agreement.{direction}.{purpose}"))
        for purpose in Purpose
        for direction in (GIVE, TAKE)
    )
    return Card(
        title=pen.say("agreement.title"),
        lines=(pen.say("agreement.means"), pen.say("agreement.key", key=view.key), *none),
        sections=tuple(_section(line, pen) for line in view.lines),
        form=Form(
            pen.say("agreement.form"),
            pen.form_token("agree"),
            pen.say("label.agreement_offer"),
            (
                Field(
                    "school", pen.say("agreement.field_school"), pen.say("agreement.hint_school"), max_chars=LONGEST_KEY
                ),
                Field("what", pen.say("agreement.field_what"), choices=what),
            ),
            cancel=pen.say("label.cancel"),
        ),
    )


def _section(line: AgreementLine, pen: Pen) -> Section:
    return Section(pen.read(line.other), _lines(line, pen), _buttons(line, pen))


def _lines(line: AgreementLine, pen: Pen) -> tuple[str, ...]:
    content = pen.say(f"agreement.{GIVE if line.gives else TAKE}.{line.purpose}")
    return content, pen.say(f"agreement.state.{line.state}")


def _buttons(line: AgreementLine, pen: Pen) -> tuple[Button, ...]:
    match line.state:
        case AgreementState.TO_ACCEPT:
            accept = pen.button("agreement_accept", "agree_yes", line.agreement, style="primary")
            return accept, pen.button("agreement_decline", "agree_end", line.agreement)
        case AgreementState.OFFERED:
            return (pen.button("agreement_take_back", "agree_end", line.agreement),)
        case AgreementState.IN_FORCE:
            return (pen.button("agreement_end", "agree_end", line.agreement, style="danger"),)
        case AgreementState.ENDED:
            return ()


def news(view: AgreementNews, pen: Pen) -> Card:
    return Card(
        title=pen.say("agreement.news", school=view.line.other),
        lines=_lines(view.line, pen),
        buttons=_buttons(view.line, pen),
    )
