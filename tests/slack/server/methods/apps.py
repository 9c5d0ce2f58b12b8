"""auth.*, apps.*, oauth.*: who calls, where to connect, how a workspace comes and goes."""

from slack.server.app import Install
from slack.server.calls import Call, Refusal, method
from slack.server.installing import admit
from slack.server.world import Json

HOURS_12 = 43_200


@method("auth.test", tier=0, kind="bot app")
def test(call: Call) -> Json:
    install = call.grant.install
    if install is None:
        return {"app_name": call.slack.app.name, "app_id": call.slack.app.id}
    if install.team_id is None:
        said: Json = {"url": "", "team": "", "user": call.bot.name, "team_id": install.enterprise_id}
    else:
        said = {"url": f"https://{call.team.domain}.slack.example/", "team": call.team.name, "team_id": call.team.id}
    said |= {"user": call.bot.name, "user_id": install.bot_user, "bot_id": install.bot_id}
    said["is_enterprise_install"] = install.team_id is None
    if install.enterprise_id:
        said["enterprise_id"] = install.enterprise_id
    return said


@method("auth.teams.list", tier=2)
def teams(call: Call) -> Json:
    mine = [each for each in call.slack.teams.values() if call.slack.installed(each) is call.grant.install]
    shown = [{"id": each.id, "name": each.name} for each in mine]
    return {"teams": shown, "response_metadata": {"next_cursor": ""}}


@method("auth.revoke", tier=3)
def revoke(call: Call) -> Json:
    if not call.flag("test"):
        call.slack.revoke(call.grant)
    return {"revoked": not call.flag("test")}


@method("api.test", tier=0, kind="")
def api_test(call: Call) -> Json:
    if call.text("error"):
        raise Refusal(call.text("error"))
    return {"args": call.args}


@method("oauth.v2.access", tier=4, kind="")
def access(call: Call) -> Json:
    app = call.slack.app
    if call.text("client_id") != app.client_id:
        raise Refusal("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise Refusal("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return _refreshed(call)
    permit = call.slack.codes.pop(call.text("code"), None)
    if permit is None or permit.expires <= call.slack.clock.now():
        raise Refusal("invalid_code")
    if permit.redirect_uri and call.text("redirect_uri") not in ("", permit.redirect_uri):
        raise Refusal("bad_redirect_uri")
    return _tokens(call, admit(call.slack, permit), permit.user)


def _refreshed(call: Call) -> Json:
    wanted = call.text("refresh_token")
    found = next((each for each in call.slack.app.installs if each.refresh and each.refresh == wanted), None)
    if found is None or found.gone:
        raise Refusal("invalid_refresh_token")
    return _tokens(call, found, "")


def _tokens(call: Call, install: Install, user: str) -> Json:
    slack = call.slack
    rotates = slack.app.rotates
    grant = slack.grant(install, expires=slack.clock.now() + HOURS_12 if rotates else None)
    team = slack.teams.get(install.team_id or "")
    said: Json = {
        "access_token": grant.token, "token_type": "bot", "scope": ",".join(sorted(install.scopes)),
        "bot_user_id": install.bot_user, "app_id": slack.app.id, "is_enterprise_install": install.team_id is None,
        "team": {"id": team.id, "name": team.name} if team else None,
        "enterprise": {"id": install.enterprise_id, "name": install.enterprise_id} if install.enterprise_id else None,
        "authed_user": {"id": user},
    }  # fmt: skip
    if rotates:
        install.refresh = f"xoxe-1-{slack.new_id()}"
        said |= {"expires_in": HOURS_12, "refresh_token": install.refresh}
    return said
