"""Who somebody is on Slack: asked once, kept for an hour, brought up to date by `user_change`.

Source: docs.slack.dev, `users.info`, object `user`, event `user_change`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.language import Lang
from bot.domain.people import Standing
from bot.handlers.slack.keys import team_of
from bot.handlers.slack.patience import patiently
from bot.handlers.slack.statuses import busy_until
from bot.services.ports import Unsendable

REMEMBERED = timedelta(hours=1)
MOST_REMEMBERED = 20_000

log = structlog.get_logger(__name__)

Ask = Callable[[str, str], Awaitable[Mapping[str, Any]]]
"""Slack's `user` object for a workspace's key and a user's id."""


@dataclass(frozen=True)
class Profile:
    """What Slack says of a user. `address` only where Slack verified it; `locale` only where it is one of ours."""

    name: str | None
    locale: Lang | None
    zone: str | None
    address: str | None
    is_bot: bool
    is_gone: bool
    is_stranger: bool
    """Of another organisation, met in a channel that both share."""
    standing: Standing = Standing.MEMBER
    busy_until: datetime | None = None
    """As their status says, perhaps without an end; it may be over."""
    updated: int = 0
    """When Slack changed it last, in seconds since 1970; 0 where it does not say."""


def profile(user: Mapping[str, Any], home: str) -> Profile:
    """A `user` object as seen from the workspace with the key `home`."""
    told = user.get("profile") or {}
    locale = str(user.get("locale") or "")
    lang: Lang | None = "ja" if locale.startswith("ja") else "en" if locale else None
    name = told.get("real_name") or user.get("real_name") or told.get("display_name") or user.get("name")
    is_gone = bool(user.get("deleted"))
    return Profile(
        name=None if is_gone else name,
        locale=lang,
        zone=user.get("tz"),
        address=told.get("email") if user.get("is_email_confirmed") else None,
        is_bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        is_gone=is_gone,
        is_stranger=_is_stranger(user, team_of(home)),
        standing=_standing(user),
        busy_until=busy_until(told),
        updated=updated(user),
    )


def updated(user: Mapping[str, Any]) -> int:
    """As `Profile.updated`, of a `user` object."""
    at = user.get("updated")
    return at if isinstance(at, int) else 0


def _standing(user: Mapping[str, Any]) -> Standing:
    """Guests are never administrators, whatever else is said of them."""
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    runs_it = user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")
    return Standing.ADMIN if runs_it else Standing.MEMBER


def _is_stranger(user: Mapping[str, Any], team: str) -> bool:
    if user.get("is_stranger"):
        return True
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    home = user.get("team_id")
    return home is not None and home != team and team not in teams


class People:
    """Profiles, remembered."""

    def __init__(
        self, ask: Ask, now: Callable[[], datetime], rest: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """`rest` waits until Slack may be asked again."""
        self._asked: dict[tuple[str, str], object] = {}
        """The newest question that is on its way, where nothing newer than its answer was learned since."""
        self._ask = ask
        self._now = now
        self._rest = rest
        self._known: dict[tuple[str, str], tuple[Profile, datetime]] = {}
        self._updated: dict[tuple[str, str], int] = {}
        """When Slack changed somebody last, of all that was seen. It outlasts what is asked anew."""

    async def of(self, home: str, user: str) -> Profile:
        """Who a user is in a workspace; while Slack cannot say, who they were. Raises what asking Slack raises.

        An answer is remembered only where nothing newer was learned while it was on its way.
        """
        key = (home, user)
        kept = self._known.get(key)
        if kept is not None and kept[1] > self._now():
            return kept[0]
        asked = self._asked[key] = object()
        try:
            told = await self._ask(home, user)
        except Unsendable:
            raise
        except Exception as error:
            if kept is None:
                raise
            log.info("slack.person_as_before", workspace=home, person=user, reason=type(error).__name__)
            return self._known.get(key, kept)[0]
        finally:
            is_newest = self._asked.get(key) is asked
            if is_newest:
                del self._asked[key]
        if is_newest:
            return self.learn(home, told, user)
        newer = self._known.get(key)
        return profile(told, home) if newer is None or newer is kept else newer[0]

    async def surely(self, home: str, user: str) -> Profile:
        """As `of`, for who acted and waits: while Slack is in trouble it is asked again."""
        return await patiently(lambda _: self.of(home, user), self._rest)

    def forget(self, home: str, user: str) -> None:
        """Ask anew, when somebody is asked for next."""
        self._known.pop((home, user), None)
        self._asked.pop((home, user), None)

    def forget_all(self, home: str) -> None:
        """The app is in that workspace no more."""
        for key in [key for key in self._known if key[0] == home]:
            del self._known[key]
        for key in [key for key in self._updated if key[0] == home]:
            del self._updated[key]
        for key in [key for key in self._asked if key[0] == home]:
            del self._asked[key]

    def is_overtaken(self, home: str, user: str, at: int) -> bool:
        """Whether something newer was seen of somebody than what Slack changed `at` (as `Profile.updated`)."""
        return 0 < at < self._updated.get((home, user), 0)

    def saw(self, home: str, user: str, at: int) -> None:
        """Something was seen that Slack changed `at`: what is older and comes later says nothing new."""
        newest = max(at, self._updated.pop((home, user), 0))
        if len(self._updated) >= MOST_REMEMBERED:
            self._updated.pop(next(iter(self._updated)))
        self._updated[home, user] = newest

    def learn(self, home: str, told: Mapping[str, Any], user: str | None = None) -> Profile:
        """Keep what Slack says by itself of somebody."""
        found = profile(told, home)
        self._asked.pop((home, user or told["id"]), None)
        self._known.pop((home, user or told["id"]), None)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[home, user or told["id"]] = found, self._now() + REMEMBERED
        self.saw(home, user or told["id"], found.updated)
        return found
