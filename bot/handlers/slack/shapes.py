"""Whether a payload has the shape that Slack's have, as far as the kit relies on it: it fails on any other.

Source of the shapes: docs.slack.dev, reference of events, interaction payloads and slash commands.
"""

from collections.abc import Mapping

from bot.handlers.slack.keys import Payload

NAMED = ("enterprise", "team", "user", "channel")
"""An id, or an object with one."""
LISTED = ("authorizations", "response_urls")
TEXTS = ("type", "callback_id", "command", "action_id")
BY_CALLBACK = ("shortcut", "message_action")
"""The kinds of what is known by its callback id."""
MISSHAPEN = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What the kit raises where it takes apart a payload of another shape."""


def is_readable(body: object) -> bool:
    """Whether the kit can take a payload apart."""
    if not isinstance(body, Mapping) or not _is_sound(body):
        return False
    view = body.get("view")
    return (
        all(_is_list_of_objects(body.get(name)) for name in LISTED)
        and (view is None or (isinstance(view, Mapping) and _has_texts(view)))
        and _is_whole(body)
    )


def _is_whole(body: Payload) -> bool:
    """Whether it has what its kind cannot be without."""
    kind = body.get("type")
    if kind == "event_callback" or "event" in body:
        event = body.get("event")
        return isinstance(event, Mapping) and isinstance(event.get("type"), str) and _is_sound(event)
    if kind == "block_actions":
        actions = body.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else None
        return isinstance(first, Mapping) and isinstance(first.get("action_id"), str)
    return kind not in BY_CALLBACK or isinstance(body.get("callback_id"), str)


def _is_sound(body: Payload) -> bool:
    named = (body.get(name) for name in NAMED)
    return _has_texts(body) and all(each is None or isinstance(each, str | Mapping) for each in named)


def _has_texts(body: Payload) -> bool:
    return all(body.get(name) is None or isinstance(body[name], str) for name in TEXTS)


def _is_list_of_objects(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, Mapping) for each in value))
