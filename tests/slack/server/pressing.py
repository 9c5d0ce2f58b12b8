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


def fill(values: Json, inputs: list[Fillable], given: dict[str, Any]) -> None:
    """Type and choose, by labels."""
    labelled = {each.label: each for each in inputs}
    for label, typed in given.items():
        if label not in labelled:
            raise AssertionError(f"no input {label!r} among {list(labelled)}")
        block, element = labelled[label].block, labelled[label].element
        values.setdefault(block["block_id"], {})[element["action_id"]] = states.value(element, typed)
