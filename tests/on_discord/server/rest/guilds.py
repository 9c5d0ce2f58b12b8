"""Guilds, their channels and roles, and who is a member."""

from on_discord.server import gateway as gw
from on_discord.server import happenings, permissions, shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.refusals import Complaints, Refusal
from on_discord.server.world import Json, Member


@route("GET /guilds/{guild}")
def guild(call: Call) -> Json:
    found = call.guild()
    shown = shapes.guild(call.discord, found)
    if call.query.get("with_counts", "").lower() in ("1", "true"):
        shown["approximate_member_count"] = len(found.members)
        shown["approximate_presence_count"] = 1
    return shown


@route("GET /guilds/{guild}/channels")
def channels(call: Call) -> list[Json]:
    return [shapes.channel(call.discord, each) for each in call.guild().channels.values() if not each.is_thread]


@route("GET /guilds/{guild}/roles")
def roles(call: Call) -> list[Json]:
    return [shapes.role(each) for each in call.guild().roles.values()]


@route("GET /guilds/{guild}/roles/{role}")
def role(call: Call) -> Json:
    found = call.guild().roles.get(call.snowflake("role"))
    if found is None:
        raise Refusal(10011)
    return shapes.role(found)


@route("GET /guilds/{guild}/threads/active")
def active(call: Call) -> Json:
    seen = [
        each
        for each in call.guild().channels.values()
        if each.is_thread and not each.archived and call.discord.may(each, call.bot.id, permissions.VIEW_CHANNEL)
    ]
    own = [shapes.thread_member(each, call.bot.id) for each in seen if call.bot.id in each.members]
    return {"threads": [shapes.channel(call.discord, each) for each in seen], "members": own}


@route("GET /guilds/{guild}/members")
def members(call: Call) -> list[Json]:
    """The whole list is for apps with the intent for members."""
    found = call.guild()
    if not call.discord.app.privileged_intents & gw.GUILD_MEMBERS:
        raise Refusal(50001)
    after, most = int(call.query.get("after", "0")), call.number("limit", 1, 1, 1000)
    listed = sorted(found.members.values(), key=lambda each: int(each.user.id))
    return [shapes.member(each) for each in listed if int(each.user.id) > after][:most]


@route("GET /guilds/{guild}/members/search")
def search(call: Call) -> list[Json]:
    wanted, most = call.query.get("query", "").lower(), call.number("limit", 1, 1, 1000)
    found = [each for each in call.guild().members.values() if each.name.lower().startswith(wanted)]
    return [shapes.member(each) for each in found[:most]]


@route("GET /guilds/{guild}/members/{user}")
def member(call: Call) -> Json:
    return shapes.member(_member(call))


@route("PATCH /guilds/{guild}/members/@me")
def rename(call: Call) -> Json:
    own = call.guild().members[call.bot.id]
    wrong = Complaints()
    wrong.text("nick", call.given.get("nick"), 0, 32, required=False)
    wrong.refuse()
    own.nick = call.given.get("nick") or None
    happenings.member_changed(call.discord, call.guild(), own)
    return shapes.member(own)


@route("PUT /guilds/{guild}/members/{user}/roles/{role}")
def give_role(call: Call) -> object:
    return _change_role(call, give=True)


@route("DELETE /guilds/{guild}/members/{user}/roles/{role}")
def take_role(call: Call) -> object:
    return _change_role(call, give=False)


def _change_role(call: Call, *, give: bool) -> object:
    found, who = call.guild(), _member(call)
    wanted = found.roles.get(call.snowflake("role"))
    if wanted is None:
        raise Refusal(10011)
    own = max((found.roles[each].position for each in found.members[call.bot.id].roles), default=0)
    granted = call.discord.guild_granted(found, call.bot.id)
    if not granted & permissions.MANAGE_ROLES or wanted.position >= own or wanted.managed:
        raise Refusal(50013)
    call.discord.set_role(found, who.user.id, wanted.id, has=give)
    return NOTHING


def _member(call: Call) -> Member:
    key, found = call.snowflake("user"), call.guild()
    if key not in call.discord.users:
        raise Refusal(10013)
    if key not in found.members:
        raise Refusal(10007)
    return found.members[key]
