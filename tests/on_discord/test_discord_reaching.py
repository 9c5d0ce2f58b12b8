"""Reaching one person without writing to everybody: beside what they did, and by a thread that tells nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest

from bot.conversation.actions import Actions
from bot.conversation.card import Card
from bot.conversation.cards import Cards
from bot.domain import contacts
from bot.domain.contacts import Contact, Reach
from bot.handlers.discord.client import Client
from bot.handlers.discord.threads import Threads
from bot.handlers.discord.ways import OPEN_FOR, Ways
from bot.services.ports import RetryLater
from bot.wording import Wording
from on_discord.connected import connected
from on_discord.server import (
    PRIVATE_THREAD,
    Actor,
    Channel,
    Clock,
    DiscordLike,
    open_discord,
    permissions,
)
from on_discord.server.world import ANNOUNCEMENT

GUILD, AOKI, HALL, STAFF = (f"30000000000000000{number}" for number in range(4))
THREADS = "POST /channels/{channel}/threads"


@dataclass
class Known:
    """What is known of 青木, who takes no direct messages."""

    now: Any
    contact: Contact
    channel: str | None = STAFF

    async def of(self, workspace_key: str, user_key: str) -> Contact | None:
        return self.contact if (workspace_key, user_key) == (GUILD, AOKI) else None

    async def threaded(self, workspace_key: str, user_key: str, thread: str | None) -> None:
        self.contact = contacts.threaded(self.contact, thread)

    async def called(self, workspace_key: str, user_key: str, at: datetime) -> None:
        self.contact = contacts.called(self.contact, at)

    async def staff_channel(self, workspace_key: str) -> str | None:
        return self.channel

    def comes(self) -> None:
        self.contact = contacts.came(self.contact, self.now(), None)


@dataclass
class Here:
    discord: DiscordLike
    client: Client
    known: Known
    threads: Threads

    @property
    def aoki(self) -> Actor:
        return self.discord.person(AOKI)

    @property
    def staff(self) -> Channel:
        return self.discord.channels[STAFF]

    def private(self) -> list[Channel]:
        return [each for each in self.discord.channels.values() if each.kind == PRIVATE_THREAD]

    def calls(self) -> list[str]:
        """What 青木 was told in threads, oldest first."""
        said = [message for each in self.aoki.threads() for message in self.aoki.messages(each)]
        return [self.aoki.words(message) for message in said if self.aoki.buttons(message)]

    async def call(self) -> None:
        await self.threads.call(GUILD, AOKI, "ja")
        await self.discord.quiet()


@asynccontextmanager
async def at_work() -> AsyncIterator[Here]:
    world = DiscordLike(Clock())
    guild = world.add_guild(GUILD)
    world.add_channel(guild, STAFF, "職員室")
    for user, name in ((AOKI, "青木"), (HALL, "Hall")):
        world.add_member(guild, user, f"u{user[-1]}", name)
    world.install(guild)
    async with open_discord(world), connected(world) as client:
        known = Known(world.clock.moment, Contact(1, 1, Reach.CLOSED))
        cards = Cards(Actions(b"a key for tests"), world.clock.moment)
        yield Here(world, client, known, Threads(client, cards, known, world.clock.moment))


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with at_work() as made:
        yield made


# ---------------------------------------------------------------------- threads


async def test_a_thread_tells_its_person_alone_that_something_waits(here: Here) -> None:
    await here.call()
    (thread,) = here.private()
    assert here.calls() == [Wording("ja").say("reach.waits")]
    assert here.aoki.buttons(here.aoki.messages(thread)[-1]) == [Wording("ja").say("label.fetch")]
    assert not here.discord.person(HALL).reads(thread)
    assert here.known.contact.thread == thread.id
    assert not here.discord.pings
    assert not here.staff.messages, "nothing is said in the channel itself"


@pytest.mark.parametrize("may_manage", [True, False])
async def test_its_person_asks_nobody_in_where_we_can_do_without(here: Here, *, may_manage: bool) -> None:
    """Without the right to manage threads, we add somebody only to one that lets its people add others."""
    bot, right = here.discord.bot.id, permissions.MANAGE_THREADS
    here.discord.overwrite(here.staff, bot, **{"allow" if may_manage else "deny": right})
    await here.discord.quiet()
    await here.call()
    (made,) = here.discord.called(THREADS)
    assert made.args["invitable"] is not may_manage


async def test_there_is_one_thread_and_one_call_until_they_come(here: Here) -> None:
    await here.call()
    await here.call()
    assert len(here.calls()) == 1
    here.discord.clock.move(60)
    here.known.comes()
    (thread,) = here.private()
    thread.archived = True
    await here.call()
    assert here.private() == [thread]
    assert not thread.archived
    assert len(here.calls()) == 2


async def test_a_thread_that_is_gone_is_begun_anew(here: Here) -> None:
    await here.call()
    here.discord.clock.move(60)
    here.known.comes()
    here.discord.remove_channel(here.private()[0])
    await here.call()
    assert len(here.calls()) == 1
    assert here.known.contact.thread == here.private()[0].id


async def test_where_no_thread_can_be_nothing_is_said_anywhere(here: Here) -> None:
    before = dict(here.discord.channels)
    here.discord.overwrite(here.staff, GUILD, deny=permissions.CREATE_PRIVATE_THREADS)
    await here.discord.quiet()
    await here.call()
    here.staff.kind = ANNOUNCEMENT
    here.discord.overwrite(here.staff, GUILD)
    await here.discord.quiet()
    await here.call()
    for channel in (None, "999", "x"):
        here.known.channel = channel
        await here.call()
    assert here.discord.channels == before
    assert not any(each.messages for each in here.discord.channels.values())
    assert here.known.contact.called_at is None


async def test_nobody_is_added_who_left_and_trouble_is_tried_again(here: Here) -> None:
    here.discord.faults.limits(THREADS, 60)
    with pytest.raises(RetryLater):
        await here.call()
    here.discord.faults.clear()
    here.discord.leave(here.discord.guilds[GUILD], AOKI)
    await here.discord.quiet()
    await here.call()
    assert here.known.contact.called_at is None
    assert not here.discord.pings


# ---------------------------------------------------------------------- ways


@pytest.fixture
async def pressed(here: Here) -> tuple[Here, Ways, list[discord.Interaction]]:
    """青木 pressed a button in the staff channel, and was answered."""
    ways, taken = Ways(here.discord.clock.moment), []

    def hear(interaction: discord.Interaction) -> None:
        taken.append(interaction)
        here.client.loop.create_task(interaction.response.defer(ephemeral=True))

    here.client.hear("interaction", hear)
    await here.call()
    (thread,) = here.private()
    await here.aoki.presses(Wording("ja").say("label.fetch"), where=thread)
    return here, ways, taken


async def test_it_is_said_to_them_alone_and_once(pressed: tuple[Here, Ways, list[discord.Interaction]]) -> None:
    here, ways, (interaction,) = pressed
    card = Card("題", ("内容",))
    assert not ways.has(GUILD, AOKI)
    assert await ways.say(GUILD, AOKI, card, "ja", token="t1") is None
    ways.open(GUILD, AOKI, interaction)
    assert ways.has(GUILD, AOKI)
    assert not ways.has(GUILD, HALL)
    first = await ways.say(GUILD, AOKI, card, "ja", token="t1")
    assert first is not None
    assert await ways.say(GUILD, AOKI, card, "ja", token="t1") == first
    (thread,) = here.private()
    said = [each for each in thread.messages.values() if "内容" in here.aoki.words(each)]
    assert [each.reader for each in said] == [AOKI]
    assert interaction.token not in repr(ways.__dict__)
    assert interaction.token not in repr(ways._open)


def test_somebody_is_here_until_each_of_their_acts_is_answered() -> None:
    ways = Ways(Clock().moment)
    with ways.expected(AOKI):
        with ways.expected(AOKI):
            assert ways.is_here(AOKI)
        assert ways.is_here(AOKI)
        assert not ways.is_here(HALL)
    assert not ways.is_here(AOKI)


async def test_a_way_closes_before_discord_closes_it(pressed: tuple[Here, Ways, list[discord.Interaction]]) -> None:
    here, ways, (interaction,) = pressed
    ways.open(GUILD, AOKI, interaction)
    here.discord.clock.move((OPEN_FOR - timedelta(seconds=1)).total_seconds())
    assert ways.has(GUILD, AOKI)
    here.discord.clock.move(1)
    assert not ways.has(GUILD, AOKI)


async def test_a_way_that_discord_closed_is_no_way(pressed: tuple[Here, Ways, list[discord.Interaction]]) -> None:
    here, ways, (interaction,) = pressed
    here.discord.clock.move(16 * 60)
    ways.open(GUILD, AOKI, interaction)
    assert await ways.say(GUILD, AOKI, Card("題"), "ja", token="t1") is None
    assert not ways.has(GUILD, AOKI)
