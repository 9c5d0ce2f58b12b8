"""How people find what they press or fill: by its label, and by the words beside it."""

from collections.abc import Iterable
from typing import Any

from slack.server import states
from slack.server.sight import Fillable, Pressable
from slack.server.world import Json

SENT = ("type", "text", "value", "style", "url")
"""What a pressed button's action repeats of it."""


def find(pressable: Iterable[Pressable], label: str, beside: str) -> Pressable | None:
    """The first with this label that stands with these words."""
    return next((each for each in pressable if each.label == label and beside in each.words), None)


def action_of(found: Pressable) -> Json:
    """A pressed element as Slack sends it."""
    kept: Json = {name: found.element[name] for name in SENT if name in found.element}
    return {"action_id": found.element["action_id"], "block_id": found.block["block_id"], **kept}


def fill(values: Json, inputs: Iterable[Fillable], given: dict[str, Any]) -> None:
    """Type and choose; an input is meant by its label, or by the id of its block or element."""
    by_name = named(inputs)
    for name, typed in given.items():
        if name not in by_name:
            raise AssertionError(f"no input {name!r} among {list(by_name)}")
        block, element = by_name[name].block, by_name[name].element
        values.setdefault(block["block_id"], {})[element["action_id"]] = states.value(element, typed)


def named(inputs: Iterable[Fillable]) -> dict[str, Fillable]:
    """The inputs by all names that they are known by; labels first."""
    every = list(inputs)
    ids = {key: each for each in every for key in (each.element["action_id"], each.block["block_id"])}
    return ids | {each.label: each for each in every}
