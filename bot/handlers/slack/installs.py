"""Where Sukima is installed on Slack, and with which token it speaks there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult

from bot.handlers.slack.keys import enterprise_of, team_of, workspace_key


@dataclass(frozen=True)
class Install:
    """One workspace, or all of an organisation. `bot_user` is who Sukima is there."""

    home: str
    token: str = field(repr=False)
    bot_id: str
    bot_user: str
    scopes: frozenset[str] = frozenset()
    of_organisation: bool = False


class Installs(Protocol):
    """Finds the installation for a workspace's key."""

    async def of(self, home: str) -> Install | None: ...


class OneInstall:
    """The workspace whose token stands in the environment; None until Slack has said which it is."""

    def __init__(self) -> None:
        self.install: Install | None = None

    async def of(self, home: str) -> Install | None:
        kept = self.install
        if kept is None or (kept.home != home and not _covers(kept, home)):
            return None
        return kept


def _covers(install: Install, home: str) -> bool:
    return (
        install.of_organisation
        and enterprise_of(home) is not None
        and enterprise_of(install.home) == enterprise_of(home)
    )


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


def authorizing(installs: Installs) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's question whose token answers a payload. It is asked before every acknowledgement: it may not be slow."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> Any:
        found = await installs.of(workspace_key(team_id or "", enterprise_id))
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_of(found.home),
            team_id=team_of(found.home),
            bot_id=found.bot_id,
            bot_user_id=found.bot_user,
            bot_token=found.token,
            user_id=user_id,
        )

    return authorize
