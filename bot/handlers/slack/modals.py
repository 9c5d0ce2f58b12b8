"""A form as a window of its own, and what people said in it.

A window remembers what its sender needs to know as `private_metadata`; who calls writes and reads that. Its fields
are those that a message has (`blocks.field_block`), so that both are read alike.
Source: docs.slack.dev, "Modals", reference of views.
"""

from collections.abc import Mapping
from typing import Any

from bot.conversation.card import Card, Form
from bot.conversation.texts import cut, line, plain, units
from bot.domain.language import Lang
from bot.handlers.slack import limits
from bot.handlers.slack.blocks import NOTHING, Block, card_blocks, field_block, words
from bot.wording import Wording

CALLBACK = "form"
"""The callback id of windows that hold a form."""
Payload = Mapping[str, Any]


def modal(card: Card, form: Form, lang: Lang, *, kept: str) -> Block:
    """A window for the card's form; `kept` comes back with it. Raises `ValueError` when `kept` is too long.

    What the form's own hints and title say is not said again above them. Slack tells of a window that is closed where
    leaving it is an act.
    """
    if units(kept) > limits.METADATA:
        raise ValueError("a window cannot keep this much")
    hints = {hint for field in form.fields for hint in field.hint.split("\n")}
    title = "" if line(card.title) == line(form.title) else card.title
    above = Card(title, tuple(each for each in card.lines if each not in hints), card.sections)
    fields = [field_block(field) for field in form.fields]
    room = limits.Room(limits.VIEW.blocks - len(fields) - 1, limits.VIEW.text)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _short(form.title, limits.VIEW_TITLE),
        "submit": _short(form.submit, limits.VIEW_BUTTON),
        "close": _short(form.cancel or Wording(lang).say("label.cancel"), limits.VIEW_BUTTON),
        "private_metadata": kept,
        "notify_on_close": bool(form.cancel_action),
        "blocks": [*_whole_title(form.title), *card_blocks(above, lang, room=room), *fields],
    }


def values(state: Payload) -> dict[str, str]:
    """What was typed or chosen, by field name, of a window's or a message's `state`. A field left empty is ""."""
    found: dict[str, str] = {}
    for name, elements in _map(state.get("values")).items():
        for element in _map(elements).values():
            found[name] = _value(_map(element))
    return found


def field_errors(view: Payload, text: str, beside: Mapping[str, str] | None = None) -> Block | None:
    """The answer that keeps a sent window open and says why: what is wrong `beside` which field, and `text`, which is
    of no one field, beside the last.

    None for a window without fields: the words must be said elsewhere.
    """
    names = _fields(view)
    if not names:
        return None
    errors = {name: said for name, said in (beside or {}).items() if name in names}
    if text or not errors:
        errors[names[-1]] = "\n".join(part for part in (errors.get(names[-1], ""), text) if part)
    cuts = {name: cut(plain(said).strip(), limits.FIELD_ERROR) or NOTHING for name, said in errors.items()}
    return {"response_action": "errors", "errors": cuts}


def wrong_fields(form: Form) -> dict[str, str]:
    """What a form says of single fields that were not taken."""
    return {field.name: field.error for field in form.fields if field.error}


def asks_the_same(view: Payload, form: Form) -> bool:
    """Whether a window that was sent has the fields of a form: it stays as it is, with all that was typed."""
    return _fields(view) == [field.name for field in form.fields]


def _fields(view: Payload) -> list[str]:
    shown = [block for block in view.get("blocks") or () if isinstance(block, Mapping)]
    return [str(block.get("block_id")) for block in shown if block.get("type") == "input"]


def _short(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": cut(line(text), most) or NOTHING, "emoji": True}


def _whole_title(title: str) -> list[Block]:
    """In full above the fields, where the window's head has not the room."""
    return words((), title) if units(line(title)) > limits.VIEW_TITLE else []


def _value(element: Payload) -> str:
    chosen = _map(element.get("selected_option"))
    for value in (element.get("value"), chosen.get("value")):
        if isinstance(value, str):
            return value
    return ""


def _map(value: object) -> Payload:
    return value if isinstance(value, Mapping) else {}
