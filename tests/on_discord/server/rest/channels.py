"""Channels and the messages in them."""

from typing import Any

from on_discord.server import happenings, permissions, shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.messages import Content
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.rest.threads import change_thread
from on_discord.server.world import DIRECT, Channel, Json, Message

NONCE_SECONDS = 300.0
"""How long a nonce is remembered: "the past few minutes"."""


@route("GET /channels/{channel}")
def channel(call: Call) -> Json:
    return shapes.channel(call.discord, call.channel())


@route("PATCH /channels/{channel}")
def change(call: Call) -> Json:
    where = call.channel()
    if where.kind == DIRECT:
        raise Refusal(50024)
    if where.is_thread:
        return change_thread(call, where)
    if not call.discord.may(where, call.bot.id, permissions.MANAGE_CHANNELS):
        raise Refusal(50013)
    where.name = call.given.get("name", where.name)
    where.topic = call.given.get("topic", where.topic)
    happenings.channel_told(call.discord, "UPDATE", where)
    return shapes.channel(call.discord, where)


@route("DELETE /channels/{channel}")
def delete(call: Call) -> Json:
    where = call.channel()
    if where.kind == DIRECT:
        return shapes.channel(call.discord, where)
    needs = permissions.MANAGE_THREADS if where.is_thread else permissions.MANAGE_CHANNELS
    if not call.discord.may(where, call.bot.id, needs):
        raise Refusal(50013)
    shown = shapes.channel(call.discord, where)
    call.discord.remove_channel(where)
    return shown


@route("POST /channels/{channel}/typing")
def typing(call: Call) -> object:
    writable(call)
    return NOTHING


# ---------------------------------------------------------------------- messages


@route("GET /channels/{channel}/messages")
def history(call: Call) -> list[Json]:
    """Newest first. Without the permission for it there is no history."""
    where = call.channel()
    most = call.number("limit", 50, 1, 100)
    if not call.discord.may(where, call.bot.id, permissions.READ_MESSAGE_HISTORY):
        return []
    every = [each for each in where.messages.values() if each.reader is None]
    if "around" in call.query:
        middle, half = int(call.query["around"]), most // 2
        before = [each for each in every if int(each.id) < middle][-half:]
        found = before + [each for each in every if int(each.id) >= middle][: most - len(before)]
    elif "after" in call.query:
        found = [each for each in every if int(each.id) > int(call.query["after"])][:most]
    else:
        edge = int(call.query.get("before", 1 << 63))
        found = [each for each in every if int(each.id) < edge][-most:]
    return [_shown(call, where, each) for each in reversed(found)]


@route("GET /channels/{channel}/messages/{message}")
def one(call: Call) -> Json:
    where = call.channel(permissions.READ_MESSAGE_HISTORY)
    return _shown(call, where, call.message(where))


@route("POST /channels/{channel}/messages")
def post(call: Call) -> Json:
    where = writable(call)
    given = call.given
    content = Content(call.discord, where, given, call.files)
    content.check()
    if content.attachments and not call.discord.may(where, call.bot.id, permissions.ATTACH_FILES):
        raise Refusal(50013)
    again = _posted_before(call, where)
    if again is not None:
        return _shown(call, where, again)
    more: dict[str, Any] = {}
    if given.get("message_reference"):
        more = _reply(call, where, given["message_reference"])
    message = content.post(call.bot, **more)
    if given.get("enforce_nonce") and message.nonce is not None:
        call.discord.nonces[where.id, message.nonce] = (call.discord.clock.now(), message.id)
    happenings.posted(call.discord, where, message)
    return _shown(call, where, message)


@route("PATCH /channels/{channel}/messages/{message}")
def edit(call: Call) -> Json:
    where = call.channel()
    message = call.message(where)
    if message.author.id != call.bot.id:
        only_flags = call.given.keys() <= {"flags", "tts", "allowed_mentions"}
        if not only_flags or not call.discord.may(where, call.bot.id, permissions.MANAGE_MESSAGES):
            raise Refusal(50005)
    if where.archived:
        raise Refusal(50083)
    content = Content(call.discord, where, call.given, call.files, message)
    content.check()
    if call.files.by_number and not call.discord.may(where, call.bot.id, permissions.ATTACH_FILES):
        raise Refusal(50013)
    happenings.changed(call.discord, where, message, **content.fields())
    return _shown(call, where, message)


@route("DELETE /channels/{channel}/messages/{message}")
def remove(call: Call) -> object:
    where = call.channel()
    message = call.message(where)
    if message.author.id != call.bot.id:
        if where.is_direct:
            raise Refusal(50003)
        if not call.discord.may(where, call.bot.id, permissions.MANAGE_MESSAGES):
            raise Refusal(50013)
    happenings.deleted(call.discord, where, message)
    return NOTHING


@route("PUT /channels/{channel}/messages/pins/{message}")
def pin(call: Call) -> object:
    return _pin(call, pinned=True)


@route("DELETE /channels/{channel}/messages/pins/{message}")
def unpin(call: Call) -> object:
    return _pin(call, pinned=False)


@route("GET /channels/{channel}/messages/pins")
def pins(call: Call) -> Json:
    where = call.channel(permissions.READ_MESSAGE_HISTORY)
    found = [each for each in where.messages.values() if each.pinned]
    now = shapes.iso(call.discord.clock.now())
    return {"items": [{"pinned_at": now, "message": _shown(call, where, each)} for each in found], "has_more": False}


# ---------------------------------------------------------------------- inside


def writable(call: Call) -> Channel:
    """A place in which the app may post."""
    where = call.channel()
    if where.is_direct:
        refuse_closed(call, where)
        return where
    needs = permissions.SEND_MESSAGES_IN_THREADS if where.is_thread else permissions.SEND_MESSAGES
    if not call.discord.may(where, call.bot.id, needs):
        raise Refusal(50013)
    if where.archived and where.locked and not call.discord.may(where, call.bot.id, permissions.MANAGE_THREADS):
        raise Refusal(50083)
    if where.archived:
        where.archived = False
        happenings.channel_told(call.discord, "UPDATE", where)
    return where


def refuse_closed(call: Call, where: Channel) -> None:
    """Whoever shares no guild with the app cannot be written to, nor who takes no direct messages, nor bots."""
    partner = call.discord.users[where.partner(call.bot.id)]
    if not partner.bot and not call.discord.shared_guilds(partner.id):
        raise Refusal(50278)
    if partner.bot or not partner.accepts_direct:
        raise Refusal(50007)


def _posted_before(call: Call, where: Channel) -> Message | None:
    """With `enforce_nonce` the same nonce posts once within some minutes."""
    nonce = call.given.get("nonce")
    if nonce is None or not call.given.get("enforce_nonce"):
        return None
    found = call.discord.nonces.get((where.id, str(nonce)))
    if found is None or call.discord.clock.now() - found[0] > NONCE_SECONDS:
        return None
    return where.messages.get(found[1])


def _reply(call: Call, where: Channel, reference: Json) -> dict[str, Any]:
    key = str(reference.get("message_id"))
    wrong = Complaints()
    found = where.messages.get(key)
    if (found is None or found.reader is not None) and reference.get("fail_if_not_exists", True):
        wrong.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        wrong.refuse()
    if not call.discord.may(where, call.bot.id, permissions.READ_MESSAGE_HISTORY):
        raise Refusal(160002)
    if found is None:
        return {}
    shown = {"type": 0, "channel_id": where.id, "message_id": key}
    return {"type": 19, "reference": shown | ({"guild_id": where.guild_id} if where.guild_id else {})}


def _pin(call: Call, *, pinned: bool) -> object:
    """Pins need a permission of their own; that for managing messages is not enough."""
    where = call.channel(permissions.PIN_MESSAGES)
    message = call.message(where)
    happenings.changed(call.discord, where, message, flagged=False, pinned=pinned)
    return NOTHING


def _shown(call: Call, where: Channel, message: Message) -> Json:
    """Over REST, too, what others wrote is hidden from who may not read it."""
    own = call.bot.id
    reads = call.discord.app_reads or where.is_direct or message.author.id == own or own in message.mentions
    return shapes.message(call.discord, message, hidden=not reads)
