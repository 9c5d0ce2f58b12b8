"""Where Sukima is installed on Slack, and with which token it speaks there.

One workspace by the token in the environment, any number by what their administrators agreed to (`oauth`), or both.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult

from bot.domain.installs import InstallKey, is_over
from bot.handlers.slack.keys import PLATFORM, enterprise_of, team_of, workspace_key
from bot.services.installs import InstallDesk, Installed

REMEMBERED = timedelta(minutes=1)
"""Another process may have taken an installation away, or exchanged its token."""
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Install:
    """One workspace, or all of an organisation. `bot_user` is who Sukima is there."""

    home: str
    token: str = field(repr=False)
    bot_id: str
    bot_user: str
    scopes: frozenset[str] = frozenset()
    of_organisation: bool = False

    def serves(self, home: str) -> bool:
        """Whether the token is for this workspace, by itself or by its whole organisation."""
        organisation = enterprise_of(self.home) if self.of_organisation else None
        return self.home == home or (organisation is not None and organisation == enterprise_of(home))


class Installs(Protocol):
    """Finds the installation for a workspace's key."""

    async def of(self, home: str) -> Install | None: ...


class OneInstall:
    """The workspace whose token stands in the environment; None until Slack has said which it is."""

    def __init__(self) -> None:
        self.install: Install | None = None

    async def of(self, home: str) -> Install | None:
        kept = self.install
        if kept is None or not kept.serves(home):
            return None
        return replace(kept, home=home)


class ManyInstalls:
    """Those that are kept, remembered for a minute."""

    def __init__(
        self,
        desk: InstallDesk,
        now: Callable[[], datetime],
        renew: Callable[[Installed], Awaitable[Installed]],
    ) -> None:
        """`renew` exchanges a token that is over; what it gives is over, too, where that cannot be done."""
        self._desk = desk
        self._now = now
        self._renew = renew
        self._known: dict[str, tuple[Install, datetime]] = {}

    async def of(self, home: str) -> Install | None:
        kept = self._known.get(home)
        if kept is not None and kept[1] > self._now():
            return kept[0]
        self._known.pop(home, None)
        found = await self.serving(home)
        if found is None:
            return None
        if is_over(found.tokens.expires_at, self._now()):
            found = await self._renew(found)
        install = opened_install(found, home)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[home] = install, self._now() + REMEMBERED
        return install

    async def serving(self, home: str) -> Installed | None:
        """The installation by which a workspace is served, as it is kept."""
        return await self._desk.serving(enterprise_of(home) or "", team_of(home))

    async def all_for(self, home: str) -> tuple[Installed, ...]:
        """All that are kept for a workspace: its own, and that of its organisation, which stands behind."""
        enterprise, team = enterprise_of(home), team_of(home)
        keys = [install_key(enterprise, team, of_organisation=False)]
        if enterprise:
            keys.append(install_key(enterprise, team, of_organisation=True))
        found = [await self._desk.get(key) for key in keys]
        return tuple(each for each in found if each is not None)

    def forget(self) -> None:
        """Something has become of an installation: ask anew."""
        self._known.clear()


class AllInstalls:
    """The environment's own, then those that are kept; first of all one whose token works."""

    def __init__(self, one: OneInstall, many: ManyInstalls | None, refuses: Callable[[str, str], bool]) -> None:
        """`refuses`: whether Slack does not take a token in a workspace."""
        self._one = one
        self._many = many
        self._refuses = refuses
        self._of_organisations: dict[str, str] = {}

    async def of(self, home: str) -> Install | None:
        found = await self._one.of(home)
        if self._many is not None and (found is None or self._refuses(home, found.token)):
            kept = await self._many.of(home)
            if found is None or (kept is not None and not self._refuses(home, kept.token)):
                found = kept
        if found is not None and found.of_organisation:
            self._of_organisations[enterprise_of(home) or ""] = found.token
        return found

    def besides(self, home: str, token: str) -> Mapping[str, str]:
        """What every call has to say with a token: that of a whole organisation says for which workspace."""
        is_wide = self._of_organisations.get(enterprise_of(home) or "") == token
        return {"team_id": team_of(home)} if is_wide else {}


def install_from(told: Mapping[str, Any], token: str, scopes: str) -> Install:
    """What `auth.test` says of a token; `scopes` from the header `x-oauth-scopes`."""
    return Install(
        home=workspace_key(told["team_id"], told.get("enterprise_id")),
        token=token,
        bot_id=told.get("bot_id") or "",
        bot_user=told["user_id"],
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
        of_organisation=bool(told.get("is_enterprise_install")),
    )


def opened_install(found: Installed, home: str) -> Install:
    """A kept installation as it serves the workspace with the key `home`."""
    kept = found.kept
    return Install(home, found.tokens.token, "", kept.bot_user, kept.scopes, kept.key.of_organisation)


def install_key(enterprise: str | None, team: str | None, *, of_organisation: bool) -> InstallKey:
    """By which an installation is kept: one of a whole organisation names no team."""
    return InstallKey(PLATFORM, enterprise or "", "" if of_organisation else team or "", of_organisation)


def authorizing(installs: Installs) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's question whose token answers a payload. It is asked before every acknowledgement: it may not be slow."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> Any:
        found = await installs.of(workspace_key(team_id or "", enterprise_id))
        if found is None:
            raise LookupError(team_id)  # it was there a moment ago: what came is not acknowledged
        return AuthorizeResult(
            enterprise_id=enterprise_of(found.home),
            team_id=team_of(found.home),
            bot_id=found.bot_id,
            bot_user_id=found.bot_user,
            bot_token=found.token,
            user_id=user_id,
        )

    return authorize
