"""One's own mail addresses, and the form for the code that was sent to another one."""

from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import AddressesView, AddressLine, CodeForm
from bot.domain.addresses import LONGEST_ADDRESS

LONGEST_CODE = 20


def addresses(view: AddressesView, pen: Pen) -> Card:
    """What is known, what it is for, and how another one is proved."""
    known = tuple(pen.say("mail.chat_line", address=address) for address in view.chat)
    none = () if view.chat or view.mail else (pen.say("mail.none"),)
    return Card(
        title=pen.say("mail.title"),
        lines=(pen.say("mail.means"), *none, *known, *_what_now(view, pen)),
        sections=tuple(_line(line, pen) for line in view.mail),
        buttons=() if view.waits is None else (pen.button("type_code", "type_code"),),
        form=_asking(view.typed, pen) if view.sends else None,
    )


def _what_now(view: AddressesView, pen: Pen) -> tuple[str, ...]:
    """What became of the address that was typed, and which one a code was sent to; who could change it where neither
    the chat tells an address nor mail is sent."""
    waits = () if view.waits is None else (pen.say("mail.waits", address=view.waits),)
    if not view.sends:
        return (*waits, pen.say("refused.mail_not_set_up" if view.chat else "mail.not_possible"))
    return (*waits, pen.say("mail.typed", address=view.typed)) if view.typed else waits


def _line(line: AddressLine, pen: Pen) -> Section:
    drop = Button(
        pen.say("label.about", label=pen.say("label.drop_address"), name=line.address),
        pen.actions.token("drop_address", line.id),
    )
    said = pen.say("mail.line", address=line.address, date=pen.words.full_date(line.on))
    return Section(said, buttons=(drop,))


def _asking(typed: str, pen: Pen) -> Form:
    """Says what its press does: the form's title is the label of the button that opens it."""
    title = pen.say("mail.send_to", address=typed) if typed else pen.say("mail.add")
    field = Field("address", pen.say("mail.field"), pen.say("mail.hint"), value=typed, max_chars=LONGEST_ADDRESS)
    token = pen.form_token("prove_address")
    return Form(title, token, pen.say("label.send_code"), (field,), cancel=pen.say("label.cancel"))


def code(view: CodeForm, pen: Pen) -> Card:
    """Says the same whether or not there is such an address."""
    title = pen.say("mail.sent", address=view.address)
    hint = pen.say("mail.code_hint_to", address=view.address)
    field = Field("code", pen.say("mail.code"), hint, max_chars=LONGEST_CODE)
    form = Form(
        pen.say("label.type_code"),
        pen.form_token("give_code"),
        pen.say("label.give_code"),
        (field,),
        cancel=pen.say("label.cancel"),
    )
    return Card(title=title, lines=(pen.say("mail.sent_means", minutes=view.minutes),), form=form)
