"""What Discord sends when people command, press, choose, submit and complete; three seconds, fifteen minutes."""

import asyncio
import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from on_discord.server import permissions, shapes
from on_discord.server.world import EPHEMERAL, Channel, Guild, Json, Message, User

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
ANSWER, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
DEADLINE = 3.0
"""Seconds for the first answer, on the server's clock."""
LIVES = 900.0
"""Seconds for which its token works."""


@dataclass
class Interaction:
    """One of them, with what became of it. `answered_as` is the kind of the first answer."""

    id: str
    token: str
    type: int
    payload: Json
    user: User
    where: Channel
    guild: Guild | None
    at: float
    message: Message | None = None
    answered_as: int | None = None
    original: Message | None = None
    """What `@original` means: the answer, or the message that was pressed where that is changed."""
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it was answered, or three seconds passed."""

    @property
    def answered(self) -> bool:
        return self.answered_as is not None


class Interactions:
    """All that were ever sent, in `sent`."""

    def __init__(self, discord: "DiscordLike") -> None:
        self._discord = discord
        self.sent: list[Interaction] = []
        self._by_token: dict[str, Interaction] = {}

    def command(
        self, who: User, where: Channel, data: Json, *, type: int = COMMAND, message: Message | None = None
    ) -> Interaction:
        return self._send(who, where, type, data, message)

    def press(self, who: User, where: Channel, message: Message, data: Json) -> Interaction:
        return self._send(who, where, COMPONENT, data, message)

    def submit(self, who: User, where: Channel, data: Json, message: Message | None) -> Interaction:
        return self._send(who, where, SUBMIT, data, message)

    def by_token(self, token: str) -> Interaction | None:
        return self._by_token.get(token)

    def again(self, old: Interaction) -> None:
        """The same once more over the gateway, as after a connection that broke."""
        self._bring(old)

    async def over(self, each: Interaction) -> Interaction:
        """Wait until it was answered, or its time is over."""
        await self._discord.until(each.over.is_set, f"interaction {each.id} is answered")
        return each

    async def quiet(self) -> None:
        """Wait until none waits for its first answer."""
        await self._discord.until(lambda: all(each.over.is_set() for each in self.sent[-50:]), "all are answered")

    # ------------------------------------------------------------------ inside

    def _send(self, who: User, where: Channel, type: int, data: Json, message: Message | None) -> Interaction:
        discord = self._discord
        key, token = discord.new_id(), f"interaction-{discord.new_key()}"
        guild = discord.guild_of(where)
        payload: Json = {
            "id": key, "application_id": discord.app.id, "type": type, "data": copy.deepcopy(data), "token": token,
            "version": 1, "locale": who.locale, "channel_id": where.id, "entitlements": [],
            "attachment_size_limit": 10 * 1024**2, "entitlement_sku_ids": [],
        }  # fmt: skip
        own = discord.granted(where, discord.bot.id) if not where.is_direct else permissions.DIRECT
        payload["app_permissions"] = str(own)
        if guild is not None:
            granted = discord.granted(where, who.id)
            payload |= {
                "guild_id": guild.id, "guild": {"id": guild.id, "locale": guild.locale, "features": []},
                "guild_locale": guild.locale, "context": 0, "authorizing_integration_owners": {"0": guild.id},
                "member": shapes.member(guild.members[who.id]) | {"permissions": str(granted)},
                "channel": shapes.interaction_channel(discord, where, granted),
            }  # fmt: skip
        else:
            payload |= {
                "context": 1, "authorizing_integration_owners": {"0": "0"}, "user": shapes.user(who),
                "channel": shapes.interaction_channel(discord, where, permissions.DIRECT),
            }  # fmt: skip
        if message is not None and type in (COMPONENT, SUBMIT):
            payload["message"] = shapes.message(discord, message)
        each = Interaction(key, token, type, payload, who, where, guild, discord.clock.now(), message)
        self.sent.append(each)
        self._by_token[token] = each
        discord.clock.later(DEADLINE, lambda: self._late(each))
        self._bring(each)
        return each

    def _bring(self, each: Interaction) -> None:
        """To the app, whatever its intents; where nobody listens the person sees at once that nothing comes."""
        discord = self._discord
        guild = each.guild.id if each.guild is not None else None
        discord.gateway.dispatch("INTERACTION_CREATE", guild, 0, lambda _: each.payload)
        if not any(one.hears(guild) and one.connection for one in discord.gateway.sessions.values()):
            each.over.set()
        discord.changed()

    def _late(self, each: Interaction) -> None:
        each.over.set()
        self._discord.changed()


def metadata(each: Interaction) -> Json:
    """How a message tells of the interaction that it answers."""
    told: Json = {
        "id": each.id, "type": each.type, "user": shapes.user(each.user),
        "authorizing_integration_owners": each.payload["authorizing_integration_owners"],
    }  # fmt: skip
    if each.type == COMMAND:
        told |= {"name": each.payload["data"]["name"], "command_type": each.payload["data"]["type"]}
    return told


def reader(each: Interaction, flags: int) -> str | None:
    return each.user.id if flags & EPHEMERAL else None
