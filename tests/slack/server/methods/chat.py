"""chat.*: messages are posted, changed, taken away."""

import json
import re
from typing import Any

from slack.server import blocks, happenings, shapes
from slack.server.calls import POSTS, Call, Refusal, method
from slack.server.world import Channel, Json, Message

LONGEST_TEXT = 40_000
LARGEST_METADATA = 16_000
_TS = re.compile(r"^\d{10}\.\d{6}$")


@method("chat.postMessage", "chat:write", tier=POSTS)
def post(call: Call) -> Json:
    call.need("channel")
    where = call.writable(call.text("channel"))
    thread = thread_of(call, where)
    text, shown, attached = content(call)
    message = Message(
        ts=where.new_ts(call.slack.clock.now()),
        user=call.bot.id,
        text=text,
        team_id=call.team.id,
        blocks=shown,
        attachments=attached,
        metadata=_metadata(call),
        thread_ts=thread,
        broadcast=bool(thread) and call.flag("reply_broadcast"),
        app_id=call.slack.app.id,
        bot_id=call.bot.bot_id,
        unfurl=str(call.args.get("unfurl_links", "1")).lower() not in ("0", "false"),
    )
    happenings.posted(call.slack, call.team, where, message)
    return {
        "channel": where.id, "ts": message.ts,
        "message": shapes.message(call.slack, call.team, where, message, metadata=True),
    }  # fmt: skip


@method("chat.update", "chat:write", tier=3)
def update(call: Call) -> Json:
    call.need("channel", "ts")
    where, message = _own(call, "cant_update_message")
    if where.archived:
        raise Refusal("is_archived")
    has_blocks = call.args.get("blocks") is not None
    has_text = call.args.get("text") is not None
    text, shown, attached = content(call)
    fields: Json = {"text": text} if has_text else {}
    if has_blocks or has_text:
        fields["blocks"] = shown
    if call.args.get("attachments") is not None:
        fields["attachments"] = attached
    if call.args.get("metadata") is not None:
        fields["metadata"] = _metadata(call) or None
    happenings.changed(call.slack, call.team, where, message, flagged=not has_blocks, **fields)
    return {
        "channel": where.id, "ts": message.ts, "text": message.text,
        "message": shapes.message(call.slack, call.team, where, message, metadata=True),
    }  # fmt: skip


@method("chat.delete", "chat:write", tier=3)
def delete(call: Call) -> Json:
    call.need("channel", "ts")
    where, message = _own(call, "cant_delete_message")
    happenings.deleted(call.slack, call.team, where, message)
    return {"channel": where.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    call.need("channel", "user")
    where = call.writable(call.text("channel"))
    reader = call.text("user")
    if reader not in where.members:
        raise Refusal("user_not_in_channel")
    text, shown, attached = content(call)
    message = Message(
        ts=where.new_ts(call.slack.clock.now()),
        user=call.bot.id,
        text=text,
        team_id=call.team.id,
        blocks=shown,
        attachments=attached,
        thread_ts=thread_of(call, where),
        app_id=call.slack.app.id,
        bot_id=call.bot.bot_id,
        reader=reader,
    )
    where.messages[message.ts] = message
    call.slack.changed()
    return {"message_ts": message.ts}


@method("chat.getPermalink", tier=0)
def permalink(call: Call) -> Json:
    call.need("channel", "message_ts")
    where = call.visible(call.text("channel"))
    message = where.messages.get(call.text("message_ts"))
    if message is None or message.deleted or message.reader is not None:
        raise Refusal("message_not_found")
    return {"channel": where.id, "permalink": happenings.permalink(call.team, where, message)}


def content(call: Call) -> tuple[str, list[Json], list[Json]]:
    """Text, blocks and attachments of a message. Raises `Refusal`."""
    text = call.text("text")
    given = call.parsed("blocks", "invalid_blocks_format")
    attached = call.parsed("attachments", "invalid_attachments") or []
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    if len(attached) > 100:
        raise Refusal("too_many_attachments")
    shown = [] if given is None else blocks.of_message(given, call.slack.new_id, call.team.shown_files())
    if not (text.strip() or shown or attached):
        raise Refusal("no_text")
    return text, shown, attached


def _metadata(call: Call) -> Json | None:
    given: Any = call.parsed("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Refusal("invalid_metadata_format")
    if not given:
        return {}
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    return given


def thread_of(call: Call, where: Channel) -> str | None:
    """The thread that a call names, by its first message. Raises `Refusal`."""
    wanted = call.text("thread_ts")
    if not wanted:
        return None
    if not _TS.match(wanted):
        raise Refusal("invalid_thread_ts")
    parent = where.messages.get(wanted)
    if parent is None or parent.reader is not None or (parent.deleted and not shapes.replies(where, wanted)):
        raise Refusal("thread_not_found")
    return parent.thread_ts or wanted


def _own(call: Call, complaint: str) -> tuple[Channel, Message]:
    where = call.visible(call.text("channel"))
    message = where.messages.get(call.text("ts"))
    if message is None or message.deleted or message.reader is not None:
        raise Refusal("message_not_found")
    if message.user != call.bot.id:
        raise Refusal(complaint)
    return where, message
