"""What inputs hold: the state that Slack sends with a press, by block_id and action_id."""

from typing import Any

from slack.server.blocks import interactive
from slack.server.world import Json

ONE = ("static_select", "radio_buttons", "external_select")
SEVERAL = ("checkboxes", "multi_static_select")
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
CHOSEN = {
    "datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time",
    "users_select": "selected_user", "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}  # fmt: skip
INITIAL = {
    "datepicker": "initial_date", "timepicker": "initial_time", "datetimepicker": "initial_date_time",
    "users_select": "initial_user", "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
}  # fmt: skip


def of(blocks: list[Json], before: Json) -> Json:
    """The values of all inputs: as they were typed before, else as they begin."""
    values: Json = {}
    for block in blocks:
        for element in interactive(block):
            if element["type"] in ("button", "overflow", "image"):
                continue
            kept = before.get(block["block_id"], {}).get(element["action_id"])
            values.setdefault(block["block_id"], {})[element["action_id"]] = kept or _initial(element)
    return values


def value(element: Json, given: Any) -> Json:
    """An input as it stands once somebody typed or chose this: text, or an option's label or value."""
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": str(given) if given not in (None, "") else None}
    if kind in ONE:
        return {"type": kind, "selected_option": None if given is None else option(element, given)}
    if kind in SEVERAL:
        chosen = [given] if isinstance(given, str) else given
        return {"type": kind, "selected_options": [option(element, one) for one in chosen]}
    if kind == "file_input":
        return {"type": kind, "files": given}
    return {"type": kind, CHOSEN[kind]: given}


def option(element: Json, wanted: str) -> Json:
    """The option with this label or value."""
    options: list[Json] = element.get("options") or [o for g in element.get("option_groups", ()) for o in g["options"]]
    for one in options:
        if wanted in (one["text"]["text"], one["value"]):
            return one
    raise AssertionError(f"no option {wanted!r} among {[one['text']['text'] for one in options]}")


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": element.get("initial_value") or None}
    if kind in ONE:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in SEVERAL:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind == "file_input":
        return {"type": kind, "files": []}
    return {"type": kind, CHOSEN.get(kind, "value"): element.get(INITIAL.get(kind, ""))}
