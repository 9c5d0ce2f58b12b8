"""One's own accounts: the code that links them, what it does, and which of them Sukima writes to."""

from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import AccountLine, AccountsView, LinkCodeView, LinkPreview, UnlinkQuestion

LONGEST_CODE = 20


def code(view: LinkCodeView, pen: Pen) -> Card:
    return Card(
        title=pen.say("link.title"),
        lines=(
            pen.say("link.code", code=view.code),
            pen.say("link.type_there", code=view.code),
            pen.say("link.until", minutes=view.minutes),
            pen.say("link.secret"),
        ),
    )


def preview(view: LinkPreview, pen: Pen) -> Card:
    """What will be true after the press, and what will not."""
    doubled = (pen.say_n("link.doubled", view.doubled),) if view.doubled else ()
    alike = (pen.say_n("link.alike", view.alike),) if view.alike else ()
    withdrawn = (pen.say_n("link.withdrawn", view.withdrawn),) if view.withdrawn else ()
    return Card(
        title=pen.say("link.preview"),
        lines=(
            pen.say("link.becomes", badges=view.badges, completions=view.completions),
            *doubled,
            *alike,
            *withdrawn,
            pen.say("link.stays", stays=view.stays, goes=view.goes),
            pen.say("link.never"),
        ),
        buttons=(pen.button("link_yes", "link_yes", view.link, style="primary"), pen.button("cancel", "cancel")),
    )


def accounts(view: AccountsView, pen: Pen) -> Card:
    alone = () if len(view.lines) > 1 else (pen.say("link.alone"),)
    field = Field("code", pen.say("link.field"), pen.say("link.field_hint"), max_chars=LONGEST_CODE)
    form = Form(
        pen.say("label.link_type"),
        pen.form_token("link_code"),
        pen.say("label.link_look"),
        (field,),
        cancel=pen.say("label.cancel"),
    )
    return Card(
        title=pen.say("link.accounts"),
        lines=(pen.say("link.accounts_means"), *alone),
        sections=tuple(_line(line, pen, several=len(view.lines) > 1) for line in view.lines),
        buttons=(pen.button("link_begin", "link_begin"),),
        form=form,
    )


def _line(line: AccountLine, pen: Pen, *, several: bool) -> Section:
    name = account_name(line.platform, line.name, pen)
    here = (pen.say("link.is_here"),) if line.is_here else ()
    written = (pen.say("link.is_written_to"),) if line.is_written_to else ()
    write = () if line.is_written_to else (_about("write_here", line, name, pen),)
    return Section(name, (*here, *written), (*write, _about("unlink", line, name, pen)) if several else ())


def _about(verb: str, line: AccountLine, name: str, pen: Pen) -> Button:
    label = pen.say("label.about", label=pen.say(f"label.{verb}"), name=name)
    return Button(label, pen.actions.token(verb, str(line.id)))


def account_name(platform: str, name: str, pen: Pen) -> str:
    """An account in words: where it is, and under which name."""
    return pen.say("link.account", platform=pen.say(f"platform.{platform}"), name=name)


def unlink_question(view: UnlinkQuestion, pen: Pen) -> Card:
    return Card(
        title=pen.say("unlink.title", account=account_name(view.platform, view.name, pen)),
        lines=(pen.say("unlink.stays"), pen.say("unlink.new"), pen.say("unlink.never")),
        buttons=(
            pen.button("unlink_yes", "unlink_yes", str(view.id), style="danger"),
            pen.button("cancel", "cancel"),
        ),
    )
