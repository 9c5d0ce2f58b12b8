"""reactions.*"""

from slack.server import happenings, shapes
from slack.server.calls import Call, Refusal, method
from slack.server.emoji import is_emoji
from slack.server.world import Channel, Json, Message


@method("reactions.get", "reactions:read", tier=3)
def get(call: Call) -> Json:
    where, message = _message(call, "timestamp")
    shown = shapes.message(call.slack, call.team, where, message)
    if message.reactions:
        shown["reactions"] = shapes.reactions(message, full=call.flag("full"))
    shown["permalink"] = happenings.permalink(call.team, where, message)
    return {"type": "message", "channel": where.id, "message": shown}


@method("reactions.add", "reactions:write", tier=3)
def add(call: Call) -> Json:
    call.need("name")
    where, message = _message(call, "timestamp")
    name = call.text("name").strip(":")
    if not is_emoji(name):
        raise Refusal("invalid_name")
    if where.archived:
        raise Refusal("is_archived")
    if call.bot.id in message.reactions.get(name, ()):
        raise Refusal("already_reacted")
    happenings.reacted(call.slack, call.team, where, message, call.bot.id, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2)
def remove(call: Call) -> Json:
    call.need("name")
    where, message = _message(call, "timestamp")
    name = call.text("name").strip(":")
    if call.bot.id not in message.reactions.get(name, ()):
        raise Refusal("no_reaction")
    happenings.unreacted(call.slack, call.team, where, message, call.bot.id, name)
    return {}


def _message(call: Call, name: str) -> tuple[Channel, Message]:
    if not call.text("channel") or not call.text(name):
        raise Refusal("no_item_specified")
    try:
        float(call.text(name))
    except ValueError:
        raise Refusal("bad_timestamp") from None
    where = call.inside(call.text("channel"))
    message = where.messages.get(call.text(name))
    if message is None or message.deleted or message.reader is not None:
        raise Refusal("message_not_found")
    return where, message
