"""Answers to interactions: the first one within three seconds, more for fifteen minutes."""

from typing import Any

from on_discord.server import happenings, shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.components import Checked, numbered
from on_discord.server.interactions import (
    ANSWER,
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEADLINE,
    DEFER,
    DEFER_UPDATE,
    LIVES,
    MODAL,
    SUBMIT,
    UPDATE,
    Interaction,
    metadata,
    reader,
)
from on_discord.server.messages import POSTABLE, Content, address
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.world import COMPONENTS_V2, EPHEMERAL, LOADING, Json, Message

ALLOWED = POSTABLE | EPHEMERAL
KINDS = {
    COMMAND: (ANSWER, DEFER, MODAL), COMPONENT: (ANSWER, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,), SUBMIT: (ANSWER, DEFER, DEFER_UPDATE, UPDATE),
}  # fmt: skip
"""Which first answers each kind of interaction takes."""
HOOK = "/webhooks/{application}/{token}"


@route("POST /interactions/{interaction}/{token}/callback", needs_token=False)
def callback(call: Call) -> Any:
    each = call.discord.interactions.by_token(call.path["token"])
    if each is None or each.id != call.path["interaction"]:
        raise Refusal(10062)
    if each.answered:
        raise Refusal(40060)
    if call.discord.clock.now() - each.at >= DEADLINE:
        raise Refusal(10062)
    given = call.given
    kind, data = int(given.get("type") or 0), given.get("data") or {}
    in_message = each.message is not None
    if kind not in KINDS[each.type] or (kind in (UPDATE, DEFER_UPDATE) and not in_message):
        wrong = Complaints()
        wrong.add("type", "INTERACTION_CALLBACK_TYPE", f"Value must be one of {KINDS[each.type]}.")
        wrong.refuse()
    message = _first(call, each, kind, data)
    each.answered_as = kind
    each.over.set()
    call.discord.changed()
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return NOTHING
    told: Json = {"id": each.id, "type": each.type}
    resource: Json = {"type": kind}
    if message is not None:
        told |= {
            "response_message_id": message.id, "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.reader is not None,
        }  # fmt: skip
        resource["message"] = shapes.message(call.discord, message)
    return {"interaction": told, "resource": resource}


def _first(call: Call, each: Interaction, kind: int, data: Json) -> Message | None:
    if kind == MODAL:
        _check_modal(data)
        numbered(data["components"])
        each.modal = data
        call.discord.show_modal(each)
        return None
    if kind == CHOICES:
        each.choices = _choices(data)
        return None
    if kind == DEFER_UPDATE:
        each.original = each.message
        return None
    if kind == UPDATE:
        assert each.message is not None
        each.original = each.message
        _edit(call, each, each.message, data)
        return each.message
    if kind == DEFER:
        flags = int(data.get("flags") or 0) & (EPHEMERAL | COMPONENTS_V2) | LOADING
        each.original = _post(call, each, None, flags, 20 if each.type == COMMAND else 19 if each.message else 0)
        return each.original
    content = Content(call.discord, each.where, data, call.files)
    content.check(ALLOWED)
    each.original = _post(call, each, content, content.flags, 20 if each.type == COMMAND else 0)
    return each.original


@route(f"POST {HOOK}", needs_token=False)
def follow_up(call: Call) -> Any:
    """One more message. After "thinking" the first takes the place of that, and is as private as that was."""
    each = _open(call)
    if not each.answered:
        raise Refusal(10015)
    content = Content(call.discord, each.where, call.given, call.files)
    content.check(ALLOWED)
    old = each.original
    if each.answered_as == DEFER and old is not None and old.is_loading:
        flags = content.flags & ~(EPHEMERAL | LOADING) | old.flags & EPHEMERAL
        _fulfil(call, each, old, call.given, flags)
        return shapes.message(call.discord, old)
    message = _post(call, each, content, content.flags, 0)
    return shapes.message(call.discord, message)


@route(f"GET {HOOK}/messages/{{message}}", needs_token=False)
def one(call: Call) -> Json:
    return shapes.message(call.discord, _message(call, _open(call)))


@route(f"PATCH {HOOK}/messages/{{message}}", needs_token=False)
def edit(call: Call) -> Json:
    each = _open(call)
    message = _message(call, each)
    if message.is_loading:
        flags = int(call.given.get("flags") or 0) & COMPONENTS_V2 | message.flags & ~LOADING
        _fulfil(call, each, message, call.given, flags)
    else:
        _edit(call, each, message, call.given)
    return shapes.message(call.discord, message)


@route(f"DELETE {HOOK}/messages/{{message}}", needs_token=False)
def remove(call: Call) -> object:
    each = _open(call)
    message = _message(call, each)
    happenings.deleted(call.discord, each.where, message)
    return NOTHING


# ---------------------------------------------------------------------- inside


def _open(call: Call) -> Interaction:
    each = call.discord.interactions.by_token(call.path["token"])
    if each is None or call.path["application"] != call.discord.app.id:
        raise Refusal(50027)
    if call.discord.clock.now() - each.at >= LIVES:
        raise Refusal(50027)
    return each


def _message(call: Call, each: Interaction) -> Message:
    """One that this interaction brought, or the one that was pressed."""
    key = call.path["message"]
    if key == "@original":
        found = each.original
    else:
        found = each.where.messages.get(key)
        if found is not None and (found.interaction or {}).get("id") != each.id and found is not each.message:
            found = None
    if found is None or found.id not in each.where.messages:
        raise Refusal(10008)
    return found


def _post(call: Call, each: Interaction, content: Content | None, flags: int, type: int) -> Message:
    more: dict[str, Any] = {
        "interaction": metadata(each), "webhook_id": call.discord.app.id, "reader": reader(each, flags), "type": type,
    }  # fmt: skip
    if content is None:
        message = Message(call.discord.new_id(), each.where.id, call.bot, flags=flags, **more)
    else:
        content.flags = flags
        message = content.post(call.bot, **more)
        for one in message.attachments:
            one.ephemeral = message.reader is not None
    happenings.posted(call.discord, each.where, message)
    return message


def _edit(call: Call, each: Interaction, message: Message, given: Json) -> None:
    content = Content(call.discord, each.where, given, call.files, message)
    content.check(ALLOWED)
    happenings.changed(call.discord, each.where, message, **content.fields())


def _fulfil(call: Call, each: Interaction, message: Message, given: Json, flags: int) -> None:
    """What was promised by "thinking" is here."""
    content = Content(call.discord, each.where, given, call.files, message)
    content.flags = flags
    content.is_v2 = bool(flags & COMPONENTS_V2)
    content.check(ALLOWED)
    fields = content.fields() | {"flags": flags & ~LOADING}
    happenings.changed(call.discord, each.where, message, flagged=False, **fields)
    address(call.discord, each.where, message, given.get("allowed_mentions"))


def _check_modal(data: Json) -> None:
    wrong = Complaints()
    wrong.text("data.custom_id", data.get("custom_id"), 1, 100)
    wrong.text("data.title", data.get("title"), 1, 45)
    Checked(wrong, v2=True).of_modal(data.get("components"))
    wrong.refuse()


def _choices(data: Json) -> list[Json]:
    wrong = Complaints()
    given = data.get("choices")
    wrong.count("data.choices", given, 0, 25)
    for place, each in enumerate(given or ()):
        wrong.text(f"data.choices.{place}.name", each.get("name"), 1, 100)
        if isinstance(each.get("value"), str):
            wrong.text(f"data.choices.{place}.value", each["value"], 1, 100)
    wrong.refuse()
    return list(given or ())
