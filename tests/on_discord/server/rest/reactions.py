"""Reactions: put on, taken off, and who they are from."""

from urllib.parse import unquote

from on_discord.server import happenings, permissions, shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.refusals import Refusal
from on_discord.server.world import Channel, Json, Message

BASE = "/channels/{channel}/messages/{message}/reactions"
MOST_KINDS = 20


@route(f"PUT {BASE}/{{emoji}}/@me")
def add(call: Call) -> object:
    where = call.channel(permissions.READ_MESSAGE_HISTORY)
    message, emoji = call.message(where), _emoji(call)
    if emoji not in message.reactions:
        if not call.discord.may(where, call.bot.id, permissions.ADD_REACTIONS):
            raise Refusal(50013)
        if len(message.reactions) >= MOST_KINDS:
            raise Refusal(30010)
    if where.archived:
        raise Refusal(50083)
    happenings.reacted(call.discord, where, message, call.bot.id, emoji)
    return NOTHING


@route(f"DELETE {BASE}/{{emoji}}/@me")
def take_own(call: Call) -> object:
    where = call.channel()
    happenings.unreacted(call.discord, where, call.message(where), call.bot.id, _emoji(call))
    return NOTHING


@route(f"DELETE {BASE}/{{emoji}}/{{user}}")
def take(call: Call) -> object:
    where, message = _managed(call)
    happenings.unreacted(call.discord, where, message, call.snowflake("user"), _emoji(call))
    return NOTHING


@route(f"DELETE {BASE}/{{emoji}}")
def clear_one(call: Call) -> object:
    where, message = _managed(call)
    happenings.cleared(call.discord, where, message, _emoji(call))
    return NOTHING


@route(f"DELETE {BASE}")
def clear(call: Call) -> object:
    where, message = _managed(call)
    happenings.cleared(call.discord, where, message)
    return NOTHING


@route(f"GET {BASE}/{{emoji}}")
def users(call: Call) -> list[Json]:
    """A page of who reacted with an emoji, in the order of their ids, after one of them."""
    where = call.channel(permissions.READ_MESSAGE_HISTORY)
    message, emoji = call.message(where), _emoji(call)
    most, after = call.number("limit", 25, 1, 100), int(call.query.get("after", "0"))
    who = sorted(int(each) for each in message.reactions.get(emoji, ()))
    return [shapes.user(call.discord.users[str(each)]) for each in who if each > after][:most]


def _managed(call: Call) -> tuple[Channel, Message]:
    where = call.channel()
    if where.is_direct:
        raise Refusal(50003)
    if not call.discord.may(where, call.bot.id, permissions.MANAGE_MESSAGES):
        raise Refusal(50013)
    return where, call.message(where)


def _emoji(call: Call) -> str:
    """A character, or `name:id` of an emoji that a guild made."""
    text = unquote(call.path["emoji"])
    if text.isascii() and not text.rpartition(":")[2].isdigit():
        raise Refusal(10014)
    return text
