"""Cards as JSON and back, without their files: the room keeps those beside it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from bot.conversation.card import Button, Card, Field, Form, Link, Section
from bot.handlers.local.told import Knob


def pack(card: Card) -> str:
    """The card as JSON; its files are left out."""
    return json.dumps(asdict(replace(card, files=())), ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> Card:
    """The card that `pack` wrote."""
    box: dict[str, Any] = json.loads(text)
    return Card(
        title=box["title"],
        lines=tuple(box["lines"]),
        sections=tuple(_section(section) for section in box["sections"]),
        buttons=_buttons(box["buttons"]),
        links=tuple(Link(**link) for link in box.get("links", ())),  # a room of before links has none
        form=_form(box["form"]) if box["form"] else None,
    )


def buttons_of(card: Card) -> tuple[Button, ...]:
    """Every button in the order in which a reader meets it: sections first, the card's own last."""
    inside = tuple(button for section in card.sections for button in section.buttons)
    return inside + card.buttons


def knobs(card: Card) -> Iterator[tuple[Knob, str]]:
    """What can be pressed on a card, and its token."""

    def each(words: str, buttons: tuple[Button, ...]) -> Iterator[tuple[Knob, str]]:
        yield from ((Knob(button.label, words), button.action) for button in buttons)

    for section in card.sections:
        yield from each("\n".join((section.title, *section.lines)), section.buttons)
    yield from each(card.text(), card.buttons)
    if card.form is not None and card.form.cancel_action:
        yield Knob(card.form.cancel, card.text()), card.form.cancel_action


def _section(box: dict[str, Any]) -> Section:
    return Section(box["title"], tuple(box["lines"]), _buttons(box["buttons"]))


def _buttons(boxes: list[dict[str, Any]]) -> tuple[Button, ...]:
    return tuple(Button(**box) for box in boxes)


def _form(box: dict[str, Any]) -> Form:
    fields = tuple(_field(field) for field in box["fields"])
    return Form(**{**box, "fields": fields})


def _field(box: dict[str, Any]) -> Field:
    return Field(**{**box, "choices": tuple((value, label) for value, label in box["choices"])})
