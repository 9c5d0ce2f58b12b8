"""Who somebody is in a guild: what came with their act where Discord said it, else asked once and kept for a while.

Discord tells no address, no time zone and, but with interactions, no language. A member's standing follows the guild's
permissions, seen at each act: who may administrate or manage the guild runs the workspace.
Source: discord.py 2.7.1, `Member`; docs.discord.com, resources "Guild" (member), topic "Permissions".
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from bot.conversation.remembering import remember
from bot.domain.language import Lang
from bot.domain.people import Standing
from bot.handlers.discord.keys import snowflake
from bot.handlers.discord.troubles import TROUBLES, in_our_words, reason_of
from bot.services.ports import Unsendable

REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 20_000
NO_MEMBER = frozenset({"10007", "10013"})
"""Discord's codes for: no such member, no such user."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Profile:
    """What a guild says of a user. `roles`: those that they wear there, by their ids; None: they are gone."""

    name: str | None
    is_bot: bool = False
    is_gone: bool = False
    """No member of the guild, now."""
    standing: Standing = Standing.MEMBER
    locale: Lang | None = None
    """Only what came with an interaction says it."""
    roles: frozenset[str] | None = None


GONE = Profile(None, is_gone=True)


def profile(
    member: discord.Member, permissions: discord.Permissions | None = None, locale: Lang | None = None
) -> Profile:
    """A member, with the `permissions` that came along; without, with those that their roles give in the guild."""
    may = permissions if permissions is not None else member.guild_permissions
    return Profile(
        name=member.display_name,
        is_bot=member.bot,
        standing=Standing.ADMIN if may.administrator or may.manage_guild else Standing.MEMBER,
        locale=locale,
        roles=frozenset(str(role) for role in member._roles),
    )


def profile_asked(member: Mapping[str, Any], guild: discord.Guild | None, user: str) -> Profile:
    """A member as the REST API describes one. Permissions are told by the guild's roles, which the library keeps."""
    told = member["user"]
    roles = frozenset(str(role) for role in member.get("roles") or ())
    return Profile(
        name=member.get("nick") or told.get("global_name") or told.get("username"),
        is_bot=bool(told.get("bot")),
        standing=Standing.ADMIN if guild is not None and _runs(guild, user, roles) else Standing.MEMBER,
        roles=roles,
    )


def _runs(guild: discord.Guild, user: str, roles: frozenset[str]) -> bool:
    if str(guild.owner_id) == user:
        return True
    given = [role.permissions for role in guild.roles if str(role.id) in roles or role.is_default()]
    return any(may.administrator or may.manage_guild for may in given)


class People:
    """Profiles, remembered."""

    def __init__(self, client: discord.Client, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._known: OrderedDict[tuple[str, str], tuple[Profile, datetime]] = OrderedDict()

    async def of(self, home: str, user: str) -> Profile:
        """Who a user is in a guild; while Discord cannot say, who they were. Raises as `ask`."""
        kept = self._known.get((home, user))
        if kept is not None and kept[1] > self._now():
            return kept[0]
        try:
            return await self.ask(home, user)
        except TROUBLES as trouble:
            if kept is None:
                raise
            log.info("discord.person_as_before", workspace=home, person=user, reason=reason_of(trouble))
            return kept[0]

    async def acting(self, home: str, user: str) -> Profile:
        """As `of`, of somebody who acts where Discord tells no permissions: who ran the guild when last seen may not
        any more, so that is asked anew. Raises as `ask`."""
        kept = self.remembered(home, user)
        is_power = kept is not None and kept.standing is Standing.ADMIN
        return await (self.ask if is_power else self.of)(home, user)

    async def ask(self, home: str, user: str) -> Profile:
        """As `of`, asked now: what is remembered may be old. Raises what asking Discord raises (`troubles`)."""
        guild_id, user_id = snowflake(home), snowflake(user)
        if guild_id is None or user_id is None:
            return GONE
        try:
            with in_our_words():
                told = await self._client.http.get_member(guild_id, user_id)
        except Unsendable as gone:
            if str(gone) not in NO_MEMBER:
                raise
            return self.learn(home, user, GONE)
        return self.learn(home, user, profile_asked(told, self._client.get_guild(guild_id), user))

    def remembered(self, home: str, user: str) -> Profile | None:
        """Who a user was when last seen, should that be known; nobody is asked."""
        kept = self._known.get((home, user))
        return None if kept is None else kept[0]

    def learn(self, home: str, user: str, found: Profile) -> Profile:
        """Keep what Discord said by itself of somebody; their language, where it says none, stays as it was."""
        before = self.remembered(home, user)
        if found.locale is None and before is not None:
            found = replace(found, locale=before.locale)
        remember(self._known, (home, user), (found, self._now() + REMEMBERED), MOST_REMEMBERED)
        return found

    def forget_all(self, home: str) -> None:
        """Sukima is in that guild no more."""
        for key in [key for key in self._known if key[0] == home]:
            del self._known[key]
