"""Whether others than the school's own people read a channel, where a server has a role for them.

A server may hold pupils and parents, too: then the teachers' role is named (`sukima school bind`), and a channel that
is to show badges must be closed to whoever has none of the named roles. What Discord told of roles, channels and who
may see them is looked at; it brings every change by itself.

Source: discord/discord-api-docs, topics/permissions (overwrites).
"""

from collections.abc import Awaitable, Callable, Collection

import discord
import structlog

from bot.handlers.discord import keys
from bot.handlers.discord.troubles import NOT_CONNECTED, TROUBLES, in_our_words, reason_of
from bot.services.ports import RetryLater, Unsendable

Named = Callable[[str], Awaitable[Collection[str]]]
"""The roles of a server whose people belong to its school; none: everybody does."""
IsGuest = Callable[[str, str], Awaitable[bool]]
"""Whether a user of a server does not belong to the school. Raises what asking Discord raises."""
log = structlog.get_logger(__name__)


class DiscordOutsiders:
    """Implements `services.outsiders.Outsiders`."""

    def __init__(self, client: discord.Client, named: Named, is_guest: IsGuest) -> None:
        self._client = client
        self._named = named
        self._is_guest = is_guest

    async def are_in(self, workspace_key: str, channel: str) -> bool:
        try:
            return await self.surely_in(workspace_key, channel)
        except (*TROUBLES, Unsendable) as trouble:  # whatever is posted is looked at again before
            log.info("discord.readers_unknown", workspace=workspace_key, channel=channel, reason=reason_of(trouble))
            return False

    async def surely_in(self, home: str, channel: str) -> bool:
        """As `are_in`, for what is about to be posted or changed. Raises what asking raises, and `RetryLater` while
        the server is not there."""
        named = await self._named(home)
        if not named:
            return False
        guild = self._client.get_guild(keys.snowflake(home) or 0)
        if guild is None or guild.unavailable:
            raise RetryLater(NOT_CONNECTED)
        place = guild.get_channel_or_thread(keys.snowflake(channel) or 0)
        found = place.parent if isinstance(place, discord.Thread) else place
        if found is None:
            return False  # a direct conversation, or none at all
        own = {each for each in map(keys.snowflake, named) if each is not None}
        others = [role for role in guild.roles if role.id not in own and _is_of_people(role)]
        if any(found.permissions_for(role).view_channel for role in others):
            return True
        with in_our_words():
            return any([await self._is_guest(home, str(user)) for user in _let_in(found)])


def _is_of_people(role: discord.Role) -> bool:
    """Administrators see everything, whatever a channel says; and the role of an app is worn by that alone."""
    return not role.permissions.administrator and not role.is_bot_managed()


def _let_in(channel: discord.abc.GuildChannel) -> list[int]:
    """The users, apart from us, whom a channel names by themselves."""
    me = channel.guild.me.id if channel.guild.me else 0
    users = [(target.id, told) for target, told in channel.overwrites.items() if not _is_role(target)]
    return [user for user, told in users if told.view_channel and user != me]


def _is_role(target: discord.Role | discord.Member | discord.Object) -> bool:
    return isinstance(target, discord.Role) or getattr(target, "type", None) is discord.Role
