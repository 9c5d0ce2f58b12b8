"""A form as a window of its own, and what people said in it.

A window is called by its form's token: whoever takes what was sent needs nothing else, also after a restart. It has
Discord's own button to send, for which there is no other label.
Source: docs.discord.com, component reference, "Label", "Text Input", "String Select"; interactions, "Modal".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.conversation.card import Card, Field, Form
from bot.conversation.texts import as_typed, cut, line, units
from bot.handlers.discord import limits
from bot.handlers.discord.markdown import NOTHING, linked, linked_within

LABEL = 18
ROW = 1
"""The types of what holds a field."""
Payload = Mapping[str, Any]


def modal(card: Card, form: Form, typed: Mapping[str, str] | None = None) -> discord.ui.Modal:
    """A window for the card's form, with what was `typed` before in place of what stands there.

    Above its fields stand the card's words, and in full what is too long for its place. Raises `ValueError` for a form
    with more fields than a window takes.
    """
    if len(form.fields) > limits.FIELDS:
        raise ValueError("a window cannot ask this much")
    window = discord.ui.Modal(title=_short(form.title, limits.MODAL_TITLE), custom_id=form.action, timeout=None)
    above = _above(card, form)
    if above and len(form.fields) < limits.FIELDS:
        window.add_item(discord.ui.TextDisplay(above))
    for field in form.fields:
        value = field.value if typed is None else typed.get(field.name, field.value)
        hint = cut(line(field.hint), limits.FIELD_HINT)
        element = _choice(field, value) if _can_be_chosen(field) else _typed(field, value)
        label = _short(field.label or field.name, limits.FIELD_LABEL)
        window.add_item(discord.ui.Label(text=label, description=hint or None, component=element))
    window.stop()
    return window


def values(components: Sequence[Payload]) -> dict[str, str]:
    """What was typed or chosen, by field name, in a window's components as they were sent. What is empty is ""; what
    is no text is not there."""
    found: dict[str, str] = {}
    for each in components:
        if each.get("type") == LABEL:
            _take(found, each.get("component"))
        elif each.get("type") == ROW:
            for inner in each.get("components") or ():
                _take(found, inner)
    return found


def wrong(form: Form) -> tuple[str, ...]:
    """What a form says of single fields that were not taken, each beside its label."""
    return tuple(f"{line(each.label)}: {line(each.error)}" for each in form.fields if each.error)


def _take(found: dict[str, str], element: object) -> None:
    if not isinstance(element, Mapping) or not isinstance(element.get("custom_id"), str):
        return
    value, chosen = element.get("value"), element.get("values")
    if isinstance(chosen, Sequence) and not isinstance(chosen, str):
        value = chosen[0] if chosen else ""
    if value is None or isinstance(value, str):
        found[str(element["custom_id"])] = value or ""


def _above(card: Card, form: Form) -> str:
    told = {line(part) for each in form.fields for hint in (each.hint, line(each.hint)) for part in hint.split("\n")}
    told.add(line(form.title))
    parts = [form.title] if units(line(form.title)) > limits.MODAL_TITLE else []
    parts += [each for each in card.text().split("\n") if line(each) and line(each) not in told]
    for each in form.fields:
        parts += [each.label] if units(line(each.label)) > limits.FIELD_LABEL else []
        parts += [each.hint] if units(line(each.hint)) > limits.FIELD_HINT else []
    text = "\n".join(parts).strip()
    whole = linked(text)
    return whole if units(whole) <= limits.TEXT_IN_LAYOUT else linked_within(text, limits.TEXT_IN_LAYOUT)


def _short(text: str, most: int) -> str:
    return cut(line(text), most) or NOTHING


def _can_be_chosen(field: Field) -> bool:
    values = [value for value, _ in field.choices]
    fitting = all(0 < units(value) <= limits.OPTION for value in values)
    return 0 < len(values) <= limits.OPTIONS and fitting and len(set(values)) == len(values)


def _choice(field: Field, chosen: str) -> discord.ui.Select[Any]:
    options = [
        discord.SelectOption(label=_short(label, limits.OPTION), value=value, default=value == chosen)
        for value, label in field.choices
    ]
    least = 0 if field.optional else 1
    return discord.ui.Select(custom_id=field.name, options=options, min_values=least, required=not field.optional)


def _typed(field: Field, value: str) -> discord.ui.TextInput[Any]:
    most = max(1, min(field.max_chars, limits.INPUT))
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.multiline else discord.TextStyle.short,
        default=cut(as_typed(value), most) or None,
        required=not field.optional,
        max_length=most,
    )
