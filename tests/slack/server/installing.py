"""How a workspace gets the app and loses it: consent, codes, tokens that are revoked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from slack.server.app import Grant, Install
from slack.server.world import Json, Team

if TYPE_CHECKING:
    from slack.server.server import SlackLike

CODE_LIVES = 600.0


@dataclass(frozen=True)
class Permit:
    """Somebody agreed; the app has ten minutes to exchange the code."""

    team: Team
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    expires: float
    for_organisation: bool = False


def agree(
    slack: "SlackLike",
    address: str,
    team: Team,
    user: str,
    *,
    without: Iterable[str] = (),
    organisation: bool = False,
) -> str:
    """A person opens the app's authorise page and agrees, perhaps without some optional scopes.

    Returns where the browser goes next: the app's redirect address with the code and its state.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if asked.get("client_id") != slack.app.client_id:
        raise AssertionError("the page says: invalid client_id parameter")
    target = asked.get("redirect_uri", "") or (slack.app.redirect_urls or ("",))[0]
    if slack.app.redirect_urls and not target.startswith(slack.app.redirect_urls):
        raise AssertionError(f"the page says: bad_redirect_uri {target}")
    scopes = frozenset(asked.get("scope", "").replace(" ", ",").split(",")) - {""}
    if not scopes <= {*slack.app.scopes, *slack.app.optional_scopes}:
        raise AssertionError("the page says: invalid_scope")
    code = f"{slack.new_id()}.code"
    permit = Permit(team, user, scopes - set(without), target, slack.clock.now() + CODE_LIVES, organisation)
    slack.codes[code] = permit
    return f"{target}?{urlencode({'code': code, 'state': asked.get('state', '')})}"


def admit(slack: "SlackLike", permit: Permit) -> Install:
    """The install of a permit; a second one of the same workspace renews the first."""
    team_id = None if permit.for_organisation else permit.team.id
    bot = "W0SUKIMA" if permit.for_organisation else "U0SUKIMA"
    found = next(
        (
            each
            for each in slack.app.installs
            if not each.gone and each.team_id == team_id and each.enterprise_id == permit.team.enterprise_id
        ),
        None,
    )
    if found is not None:
        found.scopes |= permit.scopes
        return found
    for team in slack.teams.values():
        if team is permit.team or (permit.for_organisation and team.enterprise_id == permit.team.enterprise_id):
            slack.add_bot(team, bot)
    install = Install(team_id, permit.team.enterprise_id, bot, f"B{bot[1:]}", permit.scopes, permit.user)
    slack.app.installs.append(install)
    return install


def uninstall(slack: "SlackLike", team: Team) -> None:
    """Somebody takes the app out: its tokens are gone, and it is told so."""
    install = slack.installed(team)
    assert install is not None
    slack.tell(team, _revoked(slack, install))
    slack.tell(team, {"type": "app_uninstalled", "event_ts": f"{slack.clock.now():.6f}"})
    install.gone = True


def revoke(slack: "SlackLike", grant: Grant) -> None:
    """A token stops working; of the last one the app is told."""
    grant.revoked = True
    install = grant.install
    assert install is not None
    for team in slack.teams.values():
        if slack.installed(team) is install:
            slack.tell(team, _revoked(slack, install))


def _revoked(slack: "SlackLike", install: Install) -> Json:
    tokens = {"oauth": [], "bot": [install.bot_user]}
    return {"type": "tokens_revoked", "tokens": tokens, "event_ts": f"{slack.clock.now():.6f}"}


def serve(slack: "SlackLike", served: web.Application) -> None:
    """The authorise page: who opens it as `team` and `user` agrees at once."""

    async def page(request: web.Request) -> web.StreamResponse:
        team = slack.teams[request.query.get("as_team") or next(iter(slack.teams))]
        user = request.query.get("as_user") or next(who.id for who in team.users.values() if not who.is_bot)
        raise web.HTTPFound(agree(slack, str(request.url), team, user))

    served.router.add_get("/oauth/v2/authorize", page)
