"""The Discord-like server: real sockets on loopback, one application, any number of guilds; what tests hold in hand."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web
from slack.server.clock import Clock

from on_discord.server import cdn, happenings, permissions, web_api
from on_discord.server.actor import Actor
from on_discord.server.app import App
from on_discord.server.faults import Faults
from on_discord.server.gateway import MESSAGE_CONTENT, Gateway
from on_discord.server.interactions import Interaction, Interactions
from on_discord.server.limits import Limits
from on_discord.server.modals import Modal
from on_discord.server.web_api import API, Called
from on_discord.server.world import (
    DIRECT,
    DISCORD_EPOCH,
    PRIVATE_THREAD,
    TEXT,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds of the machine's time after which a test that waits for something is told that it did not happen.

On a busy machine a crowd that reacts at once is answered after half a minute.
"""
LINKS_LIVE = 86_400
APP_ID, BOT_ID, OWNER_ID = "900000000000000001", "900000000000000001", "900000000000000002"


class DiscordLike:
    """`calls` are all REST requests in order; `pings` is who was told of which message by name, role or everyone."""

    def __init__(self, clock: Clock | None = None, *, limits: bool | None = None) -> None:
        self.clock = clock or Clock()
        self.limits = Limits(self.clock.lives if limits is None else limits)
        self.faults = Faults()
        self.bot = User(BOT_ID, "sukima", "Sukima", bot=True)
        self.owner = User(OWNER_ID, "owner", "Owner")
        self.users: dict[str, User] = {each.id: each for each in (self.bot, self.owner)}
        self.app = App(APP_ID, f"{APP_ID}.token.of.the.bot")
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        """Of all guilds, threads and direct conversations too."""
        self.calls: list[Called] = []
        self.pings: list[tuple[Message, str]] = []
        self.uploads: dict[str, Attachment] = {}
        """Files that were given to commands and windows."""
        self.nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.modals: dict[str, Modal] = {}
        """The window that each person has open."""
        self.gateway = Gateway(self)
        self.interactions = Interactions(self)
        self.settle: Callable[[], Awaitable[None]] | None = None
        """Waits until the app has nothing left to do; awaited after each act of a person."""
        self.url = ""
        self._last_id = 0
        self._keys = itertools.count(1)
        self._waiting: set[asyncio.Future[None]] = set()

    # ------------------------------------------------------------------ the running server

    @property
    def token(self) -> str:
        """What DISCORD_TOKEN is set to."""
        return self.app.token

    @property
    def api_url(self) -> str:
        """What DISCORD_API_BASE is set to."""
        return self.url + API

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is set to."""
        return self.url.replace("http", "ws", 1) + "/gateway"

    @property
    def resume_url(self) -> str:
        return self.gateway_url

    @property
    def cdn_url(self) -> str:
        """What DISCORD_CDN_BASE is set to."""
        return self.url + "/cdn"

    @property
    def app_reads(self) -> bool:
        """Whether the app is shown what others write."""
        return bool(self.app.privileged_intents & MESSAGE_CONTENT)

    def link_ends(self) -> int:
        """When an address of a file that is given now stops working, in seconds since 1970."""
        return int(self.clock.now()) + LINKS_LIVE

    def web(self) -> web.Application:
        served = web.Application(client_max_size=64 * 1024**2)
        web_api.serve(self, served)
        cdn.serve(self, served)
        self.gateway.serve(served)
        return served

    async def stop(self) -> None:
        self.faults.clear()
        await self.gateway.stop()

    # ------------------------------------------------------------------ the world

    def new_id(self) -> str:
        """A snowflake of now; later ones are greater."""
        now = (int(self.clock.now() * 1000) - DISCORD_EPOCH) << 22
        self._last_id = max(self._last_id + 1, now)
        return str(self._last_id)

    def new_key(self) -> str:
        return f"{next(self._keys):032x}"

    def add_guild(self, id: str, name: str = "あさひ小学校", *, locale: str = "ja", owner: str = OWNER_ID) -> Guild:
        """A server with a channel `general` in it, without the app."""
        guild = Guild(id, name, owner, locale)
        guild.roles[id] = Role(id, "@everyone", permissions.EVERYBODY, position=0)
        self.guilds[id] = guild
        self.add_channel(guild, str(int(id) + 1), "general")
        if owner in self.users:
            guild.members[owner] = Member(self.users[owner], self.clock.now())
        return guild

    def add_user(self, id: str, username: str, name: str | None = None, **more: Any) -> User:
        """An account, in no guild yet."""
        self.users[id] = User(id, username, name, **more)
        return self.users[id]

    def join(self, guild: Guild, user: User | str, *, nick: str | None = None, roles: Iterable[str] = ()) -> Member:
        """Somebody becomes a member."""
        who = user if isinstance(user, User) else self.users[user]
        member = Member(who, self.clock.now(), nick, list(roles))
        guild.members[who.id] = member
        if guild.has_app:
            happenings.member_came(self, guild, member)
        return member

    def add_member(self, guild: Guild, id: str, username: str, name: str | None = None, **more: Any) -> Member:
        """A new account that is a member."""
        nick, roles = more.pop("nick", None), more.pop("roles", ())
        return self.join(guild, self.add_user(id, username, name, **more), nick=nick, roles=roles)

    def leave(self, guild: Guild, user: str) -> None:
        """Somebody leaves, or is sent away."""
        member = guild.members.pop(user)
        for each in guild.channels.values():
            if each.is_thread:
                each.members.pop(user, None)
        if guild.has_app:
            happenings.member_went(self, guild, member)

    def add_role(self, guild: Guild, id: str, name: str, granted: int = 0, *, position: int = 1, **more: Any) -> Role:
        guild.roles[id] = Role(id, name, granted, position, **more)
        if guild.has_app:
            happenings.role_told(self, "CREATE", guild, id)
        return guild.roles[id]

    def set_role(self, guild: Guild, user: str, role: str, *, has: bool = True) -> None:
        """Give somebody a role, or take it."""
        member = guild.members[user]
        member.roles = [each for each in member.roles if each != role] + ([role] if has else [])
        happenings.member_changed(self, guild, member)

    def rename(self, guild: Guild, user: str, nick: str | None) -> None:
        guild.members[user].nick = nick
        happenings.member_changed(self, guild, guild.members[user])

    def add_channel(self, guild: Guild, id: str, name: str, kind: int = TEXT, **more: Any) -> Channel:
        channel = Channel(id, name, kind, guild.id, position=len(guild.channels), **more)
        guild.channels[id] = self.channels[id] = channel
        if guild.has_app:
            happenings.channel_told(self, "CREATE", channel)
        return channel

    def add_private_channel(self, guild: Guild, id: str, name: str, members: Iterable[str] = ()) -> Channel:
        """A channel that only these (members or roles, and the app's bot) see."""
        seen = permissions.VIEW_CHANNEL
        overwrites = [Overwrite(guild.id, False, deny=seen)]
        for key in (*members, self.bot.id):
            overwrites.append(Overwrite(key, key in self.users, allow=seen))
        return self.add_channel(guild, id, name, overwrites=overwrites)

    def add_thread(
        self, parent: Channel, name: str, kind: int = PRIVATE_THREAD, *, owner: str, id: str | None = None,
        members: Iterable[str] = (), **more: Any,
    ) -> Channel:  # fmt: skip
        guild, now = self.guilds[parent.guild_id or ""], self.clock.now()
        key = id or self.new_id()
        thread = Channel(
            key, name, kind, guild.id, parent.id, owner, dict.fromkeys(members, now), archived_at=now, **more
        )
        guild.channels[key] = self.channels[key] = thread
        return thread

    def remove_channel(self, channel: Channel) -> None:
        """Somebody deletes a channel or thread, with all that is in it."""
        guild = self.guilds[channel.guild_id or ""]
        for each in [each for each in guild.channels.values() if each.parent_id == channel.id]:
            self.remove_channel(each)
        happenings.channel_told(self, "DELETE", channel)
        del guild.channels[channel.id], self.channels[channel.id]

    def overwrite(self, channel: Channel, of: str, *, allow: int = 0, deny: int = 0) -> None:
        """What a role or member may in a channel is set."""
        channel.overwrites = [each for each in channel.overwrites if each.of != of]
        channel.overwrites.append(Overwrite(of, of in self.users, allow, deny))
        happenings.channel_told(self, "UPDATE", channel)

    def open_direct(self, user: str) -> Channel:
        """The direct conversation of somebody with the app's bot."""
        found = next((each for each in self.channels.values() if each.is_direct and user in each.members), None)
        if found is None:
            key, now = self.new_id(), self.clock.now()
            found = self.channels[key] = Channel(key, "", DIRECT, members={user: now, self.bot.id: now})
        return found

    # ------------------------------------------------------------------ the app in it

    def install(self, guild: Guild, *, granted: int = 0, role: str | None = None) -> None:
        """The app's bot comes into a guild, with a role of its own for what it was granted beyond @everyone."""
        key = role or str(int(guild.id) + 2)
        guild.roles[key] = Role(key, self.app.name, granted, position=1, managed=True, bot_id=self.bot.id)
        guild.members[self.bot.id] = Member(self.bot, self.clock.now(), roles=[key])
        guild.has_app = True
        happenings.guild_came(self, guild)

    def remove_app(self, guild: Guild) -> None:
        """Somebody sends the bot away."""
        happenings.guild_went(self, guild)
        guild.has_app = False
        guild.members.pop(self.bot.id, None)
        self.changed()

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """A guild cannot be reached for a while; `over`: it is back."""
        guild.unavailable = not over
        if over:
            happenings.guild_came(self, guild)
        else:
            happenings.guild_went(self, guild, outage=True)

    def revoke(self) -> None:
        """The token was made anew: the old one stops working."""
        self.app.token = f"{self.app.id}.token.{self.new_key()}"

    def person(self, user: str, guild: Guild | str | None = None) -> Actor:
        """Somebody by id or name, in a guild; by default in the first one."""
        here = self.guilds[guild] if isinstance(guild, str) else guild or next(iter(self.guilds.values()))
        return Actor(self, here, user)

    def show_modal(self, each: Interaction) -> None:
        """A window opens; one that was open is gone."""
        assert each.modal is not None
        self.modals[each.user.id] = Modal(each, each.modal)

    # ------------------------------------------------------------------ who may what

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds.get(channel.guild_id) if channel.guild_id else None

    def granted(self, channel: Channel, user: str) -> int:
        """What somebody may in a channel."""
        guild = self.guild_of(channel)
        if guild is None:
            return permissions.DIRECT if user in channel.members else 0
        return permissions.in_channel(guild, channel, user)

    def guild_granted(self, guild: Guild, user: str) -> int:
        return permissions.in_guild(guild, user)

    def may(self, channel: Channel, user: str, needed: int) -> bool:
        return not needed & ~self.granted(channel, user)

    def shared_guilds(self, user: str) -> list[Guild]:
        """Guilds in which somebody and the app are members."""
        return [each for each in self.guilds.values() if each.has_app and user in each.members]

    def readers(self, message: Message) -> list[str]:
        """The ids of all people who can read a message; bots do not count."""
        where = self.channels[message.channel_id]
        if message.reader is not None:
            return [message.reader]
        if where.is_direct:
            return [each for each in where.members if not self.users[each].bot]
        guild = self.guilds[where.guild_id or ""]
        needs = permissions.VIEW_CHANNEL | permissions.READ_MESSAGE_HISTORY
        return [key for key, each in guild.members.items() if not each.user.bot and self.may(where, key, needs)]

    # ------------------------------------------------------------------ waiting

    def changed(self) -> None:
        """Wake who waits in `until`."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    def noted(self, call: Called) -> None:
        """Write down a request that was answered."""
        self.calls.append(call)
        self.changed()

    async def until(self, holds: Callable[[], T | None], what: str = "") -> T:
        """Wait until something holds, looking again whenever anything changed here."""

        async def wait() -> T:
            while not (found := holds()):
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                await waiting
            return found

        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"it did not happen in {PATIENCE} s: {what or holds}") from None

    async def quiet(self) -> None:
        """Wait until every app has read what was sent to it, and every interaction is answered or too late."""
        await self.gateway.quiet()
        if self.gateway.connections:
            await self.interactions.quiet()

    async def settled(self) -> None:
        """Wait until nothing is on its way to the app, and it has nothing left to do."""
        await self.quiet()
        if self.settle is not None:
            await self.settle()
            await self.quiet()

    async def together(self, *acts: Awaitable[Any]) -> None:
        """What several people do in the same moment."""
        await asyncio.gather(*acts)

    def called(self, route: str, **where: Any) -> list[Called]:
        """The requests of a route whose path or body has these."""
        return [
            call
            for call in self.calls
            if call.route == route and all(call.args.get(name) == value for name, value in where.items())
        ]


@asynccontextmanager
async def open_discord(discord: DiscordLike, port: int = 0) -> AsyncIterator[DiscordLike]:
    """Serve it on loopback until the block ends."""
    runner = web.AppRunner(discord.web(), shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        assert runner.addresses
        discord.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield discord
    finally:
        await discord.stop()
        await runner.cleanup()
