"""users.*, team.*, bots.*, dnd.*, assistant.*: who is there, and hints about them."""

from slack.server import shapes
from slack.server.calls import Call, Refusal, method
from slack.server.methods.conversations import paged
from slack.server.world import IM, Json

MOST_PROMPTS = 4


@method("users.info", "users:read", tier=4)
def info(call: Call) -> Json:
    who = call.user()
    mail = "users:read.email" in call.grant.scopes
    return {"user": shapes.user(call.slack, call.team, who, locale=call.flag("include_locale"), mail=mail)}


@method("users.list", "users:read", tier=2)
def list_(call: Call) -> Json:
    mail, locale = "users:read.email" in call.grant.scopes, call.flag("include_locale")
    page, following = paged(call, list(call.team.users.values()), 1000)
    shown = [shapes.user(call.slack, call.team, who, locale=locale, mail=mail) for who in page]
    return {"members": shown, "cache_ts": int(call.slack.clock.now()), "response_metadata": {"next_cursor": following}}


@method("team.info", "team:read", tier=3)
def team(call: Call) -> Json:
    wanted = call.slack.teams.get(call.text("team"), call.team) if call.text("team") else call.team
    shown: Json = {"id": wanted.id, "name": wanted.name, "domain": wanted.domain, "email_domain": "", "icon": {}}
    if wanted.enterprise_id:
        shown |= {"enterprise_id": wanted.enterprise_id, "enterprise_name": wanted.enterprise_id}
    return {"team": shown}


@method("bots.info", "users:read", tier=3)
def bot(call: Call) -> Json:
    wanted = call.text("bot")
    found = next((who for who in call.team.users.values() if wanted and who.bot_id == wanted), None)
    if found is None:
        raise Refusal("bot_not_found")
    return {"bot": {**shapes.bot(call.slack, call.team, wanted), "user_id": found.id}}


@method("dnd.info", "dnd:read", tier=3)
def dnd(call: Call) -> Json:
    who = call.user() if call.text("user") else call.bot
    return shapes.dnd(who)


@method("dnd.teamInfo", "dnd:read", tier=2)
def dnd_of_team(call: Call) -> Json:
    wanted = [each for each in call.text("users").split(",") if each]
    if len(wanted) > 50:
        raise Refusal("too_many_users")
    people = [call.team.users[each] for each in wanted if each in call.team.users]
    return {"users": {who.id: shapes.dnd(who) for who in people}}


@method("users.getPresence", "users:read", tier=3)
def presence(call: Call) -> Json:
    return {"presence": "away" if call.user().deleted else "active"}


@method("users.profile.get", "users.profile:read", tier=4)
def profile(call: Call) -> Json:
    mail = "users:read.email" in call.grant.scopes
    return {"profile": shapes.user(call.slack, call.team, call.user(), mail=mail)["profile"]}


@method("users.lookupByEmail", "users:read.email", tier=3)
def by_email(call: Call) -> Json:
    call.need("email")
    found = next((w for w in call.team.users.values() if w.email == call.text("email") and not w.deleted), None)
    if found is None:
        raise Refusal("users_not_found")
    return {"user": shapes.user(call.slack, call.team, found, mail=True)}


@method("assistant.threads.setStatus", "assistant:write", "chat:write", tier=3)
def status(call: Call) -> Json:
    call.need("channel_id", "thread_ts")
    call.visible(call.text("channel_id"))
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", "chat:write", tier=3)
def prompts(call: Call) -> Json:
    call.need("channel_id")
    where = call.visible(call.text("channel_id"))
    given = call.parsed("prompts")
    if where.kind != IM:
        raise Refusal("channel_not_found")
    if not isinstance(given, list) or not given or len(given) > MOST_PROMPTS:
        raise Refusal("invalid_arguments")
    if not all(isinstance(each, dict) and each.get("title") and each.get("message") for each in given):
        raise Refusal("invalid_arguments")
    if not (call.slack.app.agent_view and call.text("thread_ts")):  # with it, an agent's prompts are silently lost
        call.team.prompts[where.id] = given
        call.slack.changed()
    return {}
