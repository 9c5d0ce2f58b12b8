"""The app itself, people by id, and direct conversations."""

from on_discord.server import shapes
from on_discord.server.calls import NOTHING, Call, route
from on_discord.server.refusals import Refusal
from on_discord.server.world import Json


@route("GET /users/@me")
def me(call: Call) -> Json:
    return shapes.own_user(call.bot)


@route("GET /users/@me/guilds")
def guilds(call: Call) -> list[Json]:
    found = [each for each in call.discord.guilds.values() if each.has_app]
    after = call.query.get("after", "0")
    return [
        {
            "id": each.id, "name": each.name, "icon": None, "banner": None, "owner": False, "features": [],
            "permissions": str(call.discord.guild_granted(each, call.bot.id)),
        }
        for each in sorted(found, key=lambda each: int(each.id))
        if int(each.id) > int(after)
    ][: call.number("limit", 200, 1, 200)]  # fmt: skip


@route("DELETE /users/@me/guilds/{guild}")
def leave(call: Call) -> object:
    call.discord.remove_app(call.guild())
    return NOTHING


@route("POST /users/@me/channels")
def open_direct(call: Call) -> Json:
    """Opens for anybody; whether one may write there shows when one does."""
    key = str(call.given.get("recipient_id"))
    if key not in call.discord.users or key == call.bot.id:
        raise Refusal(10013)
    return shapes.channel(call.discord, call.discord.open_direct(key))


@route("GET /users/{user}")
def user(call: Call) -> Json:
    found = call.discord.users.get(call.snowflake("user"))
    if found is None:
        raise Refusal(10013)
    return shapes.user(found)


@route("GET /oauth2/applications/@me")
@route("GET /applications/@me")
def application(call: Call) -> Json:
    app, owner = call.discord.app, call.discord.owner
    return {
        "id": app.id, "name": app.name, "icon": None, "description": "", "bot_public": app.is_public,
        "bot_require_code_grant": False, "verify_key": "0" * 64, "team": None, "summary": "", "flags": app.flags,
        "owner": shapes.user(owner), "bot": shapes.user(call.bot), "hook": True, "redirect_uris": [],
        "approximate_guild_count": sum(each.has_app for each in call.discord.guilds.values()),
        "interactions_endpoint_url": None, "role_connections_verification_url": None, "tags": [],
        "integration_types_config": {"0": {"oauth2_install_params": {"scopes": ["bot"], "permissions": "0"}}},
    }  # fmt: skip


@route("GET /gateway", needs_token=False)
def gateway(call: Call) -> Json:
    return {"url": call.discord.gateway_url}


@route("GET /gateway/bot")
def gateway_bot(call: Call) -> Json:
    app = call.discord.app
    start = {"total": 1000, "remaining": app.identifies_left, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.discord.gateway_url, "shards": app.shards, "session_start_limit": start}
