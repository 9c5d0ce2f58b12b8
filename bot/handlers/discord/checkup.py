"""`sukima check` on Discord: reaches it with the token and names what is wrong there. Nothing is posted or changed.

It only reads, over REST: no connection to the gateway is opened, for those are counted.
Source: docs.discord.com, "Application" (flags, `integration_types_config`, `interactions_endpoint_url`), "Permissions".
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.errors import Complaint
from bot.handlers.discord.permissions import PERMISSIONS, invite_url, permissions_in

ANSWERS_WITHIN = 10
"""Seconds."""
TRIES = 3
LONGEST_PAUSE = 5.0
"""Seconds to wait where Discord asks for patience."""
PAGE = 200
"""Servers that Discord names at once."""
AGENT = "DiscordBot (https://github.com/Rapptz/discord.py, sukima-check)"
FORBIDDEN, NOT_FOUND, UNAUTHORISED, TOO_MANY = 403, 404, 401, 429
COMMAND = "sukima"
SERVERS = "0"
"""The context in which an app is installed for a server."""
PEOPLE = "1"

Flags = discord.ApplicationFlags
CONTENT = ("gateway_message_content", "gateway_message_content_limited")
UNASKED = {
    "Presence Intent": ("gateway_presence", "gateway_presence_limited"),
    "Server Members Intent": ("gateway_guild_members", "gateway_guild_members_limited"),
}
"""Privileged intents that Sukima never uses, by their names in the Developer Portal."""
CODE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class StaffChannel:
    """Where a school's shared badges are posted. `school` is the school's key. Roles of the server that are followed
    are empty where none is."""

    school: str
    guild: str
    channel: str
    teacher_role: str = ""
    leader_role: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role in (self.teacher_role, self.leader_role) if role)


@dataclass(frozen=True)
class Seen:
    """Something that was found; good to know only, where it `is_advice`."""

    wrong: Complaint
    is_advice: bool = False


@dataclass(frozen=True)
class Deployment:
    """What is known here of Discord. `told` says which commands it was told last, by application; `fingerprint` is
    what our commands are now."""

    api: str
    token: str = field(repr=False)
    message_content: bool
    channels: Sequence[StaffChannel]
    told: Callable[[str], str | None]
    fingerprint: Callable[[], Awaitable[str]]
    tells_schools: bool = True
    """False: the database cannot be read now, so that nothing is known of schools."""


class Refused(Exception):
    """Discord answered that it does not do that."""

    def __init__(self, path: str, status: int, code: str) -> None:
        super().__init__(status)
        self.path, self.status, self.code = path, status, code


def look_over(here: Deployment) -> list[Seen]:
    """All that is found, one after another. Where Discord does not answer, that alone."""
    return asyncio.run(_look_over(here))


async def _look_over(here: Deployment) -> list[Seen]:
    found: list[Seen] = []
    patience = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
    headers = {"Authorization": f"Bot {here.token}", "User-Agent": AGENT}
    async with aiohttp.ClientSession(timeout=patience, headers=headers) as session:
        looks = _looks(Rest(session, here.api), here)
        try:
            async for each in looks:
                found.append(each)
        except Refused as refused:
            found.append(_of_refusal(refused))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return [Seen(Complaint("check.discord_unreachable", {"host": urlsplit(here.api).netloc}))]
    return found


class Rest:
    """Discord's API, to read from."""

    def __init__(self, session: aiohttp.ClientSession, api: str) -> None:
        self._session, self._api = session, api

    async def get(self, path: str, **query: str | int) -> Any:
        """What is there. Raises `Refused`, and what aiohttp raises where nobody answers as Discord does."""
        for last in (*[False] * (TRIES - 1), True):
            async with self._session.get(f"{self._api}{path}", params=query) as response:
                told: Any = await response.json()
                if response.status == TOO_MANY and not last:
                    await asyncio.sleep(min(float(told.get("retry_after", 1)), LONGEST_PAUSE))
                    continue
                if response.ok:
                    return told
                if response.status >= 500:
                    raise aiohttp.ClientError
                code = str(told.get("code", "")) if isinstance(told, dict) else ""
                raise Refused(path, response.status, code if CODE.fullmatch(code) else "0")
        raise AssertionError


async def _looks(rest: Rest, here: Deployment) -> AsyncIterator[Seen]:
    me = await rest.get("/users/@me")
    application = await rest.get("/applications/@me")
    for each in of_application(application, here):
        yield each
    gateway = await rest.get("/gateway/bot")
    if int(gateway.get("session_start_limit", {}).get("remaining", 1)) == 0:
        yield Seen(Complaint("check.discord_starts"))
    joined = await _joined(rest)
    async for each in _schools(rest, here, str(me["id"]), str(application["id"]), joined):
        yield each
    async for each in _commands(rest, here, str(application["id"])):
        yield each


def of_application(told: Any, here: Deployment) -> list[Seen]:
    """What is set wrongly in the Developer Portal, as far as Discord says what is set there."""
    flags, contexts = Flags._from_value(int(told.get("flags") or 0)), told.get("integration_types_config")
    found = []
    if told.get("interactions_endpoint_url"):
        found.append(Seen(Complaint("check.discord_endpoint")))
    if here.message_content and not _any(flags, CONTENT):
        found.append(Seen(Complaint("check.discord_content")))
    if not here.message_content and _any(flags, CONTENT):
        found.append(Seen(Complaint("check.discord_content_unused"), is_advice=True))
    if more := [name for name, of in UNASKED.items() if _any(flags, of)]:
        found.append(Seen(Complaint("check.discord_intents_unused", {"intents": ", ".join(more)}), is_advice=True))
    if told.get("bot_require_code_grant"):
        found.append(Seen(Complaint("check.discord_code_grant")))
    if contexts and SERVERS not in contexts:
        found.append(Seen(Complaint("check.discord_no_servers")))
    if contexts and PEOPLE in contexts:
        found.append(Seen(Complaint("check.discord_user_install"), is_advice=True))
    return found


def _any(flags: Flags, names: Sequence[str]) -> bool:
    return any(getattr(flags, name) for name in names)


async def _joined(rest: Rest) -> frozenset[str]:
    """Every server that the bot is in."""
    found: list[str] = []
    while True:
        page = await rest.get("/users/@me/guilds", limit=PAGE, **({"after": found[-1]} if found else {}))
        found += [str(guild["id"]) for guild in page]
        if len(page) < PAGE:
            return frozenset(found)


async def _schools(
    rest: Rest, here: Deployment, me: str, application: str, joined: frozenset[str]
) -> AsyncIterator[Seen]:
    url = invite_url(application)
    if not here.channels and here.tells_schools:
        yield Seen(Complaint("check.discord_nobody", {"url": url}), is_advice=True)
    for place in here.channels:
        if place.guild not in joined:
            lost: dict[str, str | int] = {"school": place.school, "guild": place.guild, "url": url}
            yield Seen(Complaint("check.discord_not_joined", lost))
            continue
        async for each in _channel(rest, place, me):
            yield each
    if here.channels:
        for guild in sorted(joined - {place.guild for place in here.channels}):
            yield Seen(Complaint("check.discord_unbound", {"guild": guild}), is_advice=True)


async def _channel(rest: Rest, place: StaffChannel, me: str) -> AsyncIterator[Seen]:
    told: dict[str, str | int] = {"school": place.school, "channel": place.channel, "guild": place.guild}
    guild = await rest.get(f"/guilds/{place.guild}")
    there = {str(role["id"]) for role in guild["roles"]}
    for role in place.roles:
        if role not in there:
            yield Seen(Complaint("check.discord_role_gone", {**told, "role": role}))
    member = await rest.get(f"/guilds/{place.guild}/members/{me}")
    try:
        channel = await rest.get(f"/channels/{place.channel}")
    except Refused as refused:
        if refused.status not in (FORBIDDEN, NOT_FOUND):
            raise
        if refused.status == NOT_FOUND:
            yield Seen(Complaint("check.discord_channel_gone", told))
        else:
            yield Seen(Complaint("check.discord_lacks_view_channel", told))
        return
    if str(channel.get("guild_id")) != place.guild:
        yield Seen(Complaint("check.discord_channel_elsewhere", told))
        return
    if int(channel["type"]) not in (discord.ChannelType.text.value, discord.ChannelType.news.value):
        yield Seen(Complaint("check.discord_channel_kind", told))
        return
    if place.teacher_role and _is_open(channel, guild, place.roles):
        yield Seen(Complaint("check.discord_channel_open", told))
    held = permissions_in(channel, guild, member)
    for each in PERMISSIONS:
        if not getattr(held, each.name):
            yield Seen(Complaint(f"check.discord_lacks_{each.name}", told), is_advice=each.is_wish)
    if held.administrator:
        yield Seen(Complaint("check.discord_administrator", told), is_advice=True)


def _is_open(channel: Any, guild: Any, roles: Sequence[str]) -> bool:
    """Whether people with none of the school's roles see the channel. Administrators see all; apps are no people."""
    for role in guild["roles"]:
        is_own = str(role["id"]) in roles or bool((role.get("tags") or {}).get("bot_id"))
        if is_own or int(role["permissions"]) & discord.Permissions.administrator.flag:
            continue
        wearing = {"user": {"id": "0"}, "roles": [role["id"]]}
        if permissions_in(channel, guild, wearing).view_channel:
            return True
    return False


async def _commands(rest: Rest, here: Deployment, application: str) -> AsyncIterator[Seen]:
    known = await rest.get(f"/applications/{application}/commands")
    if COMMAND not in {each.get("name") for each in known}:
        yield Seen(Complaint("check.discord_no_commands"), is_advice=True)
    elif here.told(application) != await here.fingerprint():
        yield Seen(Complaint("check.discord_old_commands"), is_advice=True)


def _of_refusal(refused: Refused) -> Seen:
    if refused.status == UNAUTHORISED:
        return Seen(Complaint("check.discord_token"))
    return Seen(Complaint("check.discord_refused", {"path": refused.path, "code": refused.code}))
