"""Commands: registered one by one or all at once, for everywhere or for a guild."""

from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.refusals import Refusal
from on_discord.server.registering import CHAT, Registered, registered
from on_discord.server.world import Json

MOST_CREATES = 200
EVERYWHERE = "/applications/{application}/commands"
IN_GUILD = "/applications/{application}/guilds/{guild}/commands"


@route(f"GET {EVERYWHERE}")
@route(f"GET {IN_GUILD}")
def listed(call: Call) -> list[Json]:
    return list(_shelf(call).values())


@route(f"PUT {EVERYWHERE}")
@route(f"PUT {IN_GUILD}")
def overwrite(call: Call) -> list[Json]:
    """All at once: what is not among them is gone; what has the same name and kind keeps its id."""
    if not isinstance(call.body, list):
        raise Refusal(50035, errors={"_errors": [{"code": "LIST_TYPE_CONVERT", "message": "Only iterables"}]})
    Registered().check(call.body)
    shelf = _shelf(call)
    before = dict(shelf)
    _count(call, sum(_same(before, each) is None for each in call.body))
    shelf.clear()
    for each in call.body:
        _put(call, shelf, each, _same(before, each))
    return list(shelf.values())


@route(f"POST {EVERYWHERE}")
@route(f"POST {IN_GUILD}")
def create(call: Call) -> Json:
    shelf, same = _shelf(call), _same(_shelf(call), call.given)
    Registered().check([*(each for each in shelf.values() if each is not same), call.given])
    _count(call, int(same is None))
    return _put(call, shelf, call.given, same)


@route(f"GET {EVERYWHERE}/{{command}}")
@route(f"GET {IN_GUILD}/{{command}}")
def one(call: Call) -> Json:
    return _known(call)


@route(f"PATCH {EVERYWHERE}/{{command}}")
@route(f"PATCH {IN_GUILD}/{{command}}")
def edit(call: Call) -> Json:
    known = _known(call)
    changed = known | call.given
    Registered().check([changed])
    return _put(call, _shelf(call), changed, known)


@route(f"DELETE {EVERYWHERE}/{{command}}")
@route(f"DELETE {IN_GUILD}/{{command}}")
def delete(call: Call) -> object:
    del _shelf(call)[_known(call)["id"]]
    return NOTHING


def _shelf(call: Call) -> dict[str, Json]:
    app = call.discord.app
    if call.path["application"] != app.id:
        raise Refusal(50001)
    if "guild" not in call.path:
        return app.commands
    guild = call.discord.guilds.get(call.path["guild"])
    if guild is None or not guild.has_app:
        raise Refusal(50001)
    return app.guild_commands.setdefault(guild.id, {})


def _known(call: Call) -> Json:
    found = _shelf(call).get(call.path["command"])
    if found is None:
        raise Refusal(10063)
    return found


def _same(shelf: dict[str, Json], given: Json) -> Json | None:
    key = (given.get("name"), int(given.get("type") or CHAT))
    return next((each for each in shelf.values() if (each["name"], each["type"]) == key), None)


def _count(call: Call, created: int) -> None:
    call.discord.app.created_today += created
    if call.discord.app.created_today > MOST_CREATES:
        raise Refusal(30034)


def _put(call: Call, shelf: dict[str, Json], given: Json, same: Json | None) -> Json:
    discord = call.discord
    key = same["id"] if same is not None else discord.new_id()
    shelf[key] = registered(given, key, discord.app.id, discord.new_id(), call.path.get("guild"))
    return shelf[key]
