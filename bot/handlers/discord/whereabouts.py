"""Which guild a direct conversation speaks for, since Discord's own says nothing of that.

The one in which somebody last used Sukima; else the one in which they are known; else the one that they are a member
of. Where it could be several of different schools, they say which. Guilds that no school uses count only where no
other does: the first owner may claim a school from there.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation.remembering import remember
from bot.handlers.discord.marks import is_for
from bot.handlers.discord.people import Profile
from bot.services.ports import Unsendable

ASKED_AT_ONCE = 50
"""After so many guilds were asked whether somebody is a member, others have their turn, for `PAUSE`."""
PAUSE = 1.0
"""Seconds."""
REMEMBERED = timedelta(minutes=10)


class LastUsed(Protocol):
    """The part of `services.contacts.ContactDesk` that knows where somebody came last, and where they are known."""

    async def last_used(self, user_key: str) -> str | None: ...
    async def known_in(self, user_key: str) -> tuple[str, ...]: ...


class Schools(Protocol):
    """The part of the router that knows which workspaces schools use."""

    async def workspaces(self, platform: str) -> tuple[str, ...]: ...
    async def same_school(self, platform: str, workspace_key: str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Guild:
    """A guild that we are in; its name is its own, shown to its members only."""

    key: str
    name: str


@dataclass(frozen=True)
class Several:
    """It could be any of these."""

    guilds: tuple[Guild, ...]


class Whereabouts:
    """Where people's direct conversations belong."""

    def __init__(
        self,
        platform: str,
        schools: Schools,
        contacts: LastUsed,
        guilds: Callable[[], Iterable[Guild]],
        who: Callable[[str, str], Awaitable[Profile]],
        now: Callable[[], datetime],
        rest: Callable[[float], Awaitable[object]],
    ) -> None:
        """`guilds`: those we are in now. `who`: who a user is in a guild, asked of Discord where that is not known.

        `rest` waits for so many seconds.
        """
        self._platform = platform
        self._schools = schools
        self._contacts = contacts
        self._guilds = guilds
        self._who = who
        self._now = now
        self._rest = rest
        self._known: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def of(self, user: str) -> str | Several | None:
        """The guild for which a user's direct conversation speaks; None: they share none with us."""
        kept = self._known.get(user)
        if kept is not None and kept[1] > self._now() and await self._is_member(kept[0], user):
            return kept[0]
        last = await self._contacts.last_used(user)
        if last is not None and last in {guild.key for guild in self._guilds()} and await self._is_member(last, user):
            return self.choose(user, last)
        return await self._found(user)

    async def marked(self, user: str, mark: int) -> str | None:
        """The guild for which a message in their conversation was said, by its mark (0: it has none)."""
        meant = [guild.key for guild in self._guilds() if mark and is_for(mark, guild.key)]
        theirs = [key for key in meant if await self._is_member(key, user)]
        return theirs[0] if len(theirs) == 1 else None

    async def told(self, user: str, tells: Callable[[str], Awaitable[bool]]) -> str | None:
        """The guild for which a message without a mark at hand was said: a school there `tells` that it is its own."""
        here = await self.of(user)
        if isinstance(here, str) and await tells(here):
            return here
        ours = {guild.key for guild in self._guilds()}
        bound = [key for key in await self._schools.workspaces(self._platform) if key in ours]
        theirs = [key for key in bound if await tells(key) and await self._is_member(key, user)]
        return theirs[0] if theirs else None

    def choose(self, user: str, guild: str) -> str:
        """From now on their direct conversation speaks for this guild: they said so, or acted there."""
        remember(self._known, user, (guild, self._now() + REMEMBERED))
        return guild

    async def may_choose(self, user: str, guild: str) -> bool:
        """Whether it is one of ours, and they are a member."""
        return guild in {each.key for each in self._guilds()} and await self._is_member(guild, user)

    async def _found(self, user: str) -> str | Several | None:
        ours = {guild.key: guild for guild in self._guilds()}
        known = [key for key in await self._contacts.known_in(user) if key in ours]
        bound = [key for key in await self._schools.workspaces(self._platform) if key in ours]
        for keys in (known, bound, [key for key in ours if key not in bound]):
            theirs = await self._memberships(user, keys)
            apart = await self._of_different_schools(theirs)
            if len(apart) == 1:
                return self.choose(user, apart[0])
            if apart:
                return Several(tuple(ours[key] for key in apart))
        return None

    async def _memberships(self, user: str, keys: list[str]) -> list[str]:
        theirs: list[str] = []
        for nth, key in enumerate(keys, start=1):
            if await self._is_member(key, user):
                theirs.append(key)
            if nth % ASKED_AT_ONCE == 0:
                await self._rest(PAUSE)
        return theirs

    async def _of_different_schools(self, keys: list[str]) -> list[str]:
        """One guild of each school; each that no school uses stands for itself."""
        apart: list[str] = []
        seen: set[str] = set()
        for key in keys:
            if key not in seen:
                apart.append(key)
                seen.update((key, *await self._schools.same_school(self._platform, key)))
        return apart

    async def _is_member(self, guild: str, user: str) -> bool:
        try:
            return not (await self._who(guild, user)).is_gone
        except Unsendable:  # we are there no more
            return False
