"""A Discord-like guild for `discord_events.py`: what happens there, brought as Discord brings it.

The server is the one of the tests. It has no limits here: the library keeps to Discord's by itself.
"""

import itertools
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from _school import Place
from on_discord.server import Channel, DiscordLike, LiveClock, Message, happenings, open_discord
from on_discord.server.world import Json

GUILD, STAFF = "200000000000000000", "200000000000000009"
PLACE = Place("discord", GUILD, STAFF, "30000000000000")
ENDORSES, MEANS_NOTHING = "💮", "🎉"
FIRST_POST = 1_500_000_000_000_000_000

Act = Callable[[], Awaitable[None]]
"""Something that happens; it is over when whoever did it sees that it arrived."""


def posts(count: int) -> list[str]:
    """Keys of so many messages, as Discord gives them."""
    return [str(FIRST_POST + (number << 22)) for number in range(count)]


class World:
    """One app's guild: so many people, and posts of Sukima's in the staff channel."""

    def __init__(self, discord: DiscordLike, people: int, posts: Sequence[str]) -> None:
        self.discord = discord
        guild = discord.add_guild(GUILD)
        self._people = [PLACE.user(number) for number in range(people)]
        for number, key in enumerate(self._people):
            discord.add_member(guild, key, f"sensei{number}", f"先生 {number}")
        self.staff: Channel = discord.add_channel(guild, STAFF, "staff")
        discord.install(guild)
        self.environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "DISCORD_CDN_BASE": discord.cdn_url,
        }
        self._posts = posts
        for key in posts:
            self._post(key)

    def endorsements(self) -> Iterator[Act]:
        """On each post a reaction of its holder's neighbour."""
        for number in itertools.count():
            yield self._reaction(number, (number + 1) % len(self._people), ENDORSES)

    def other_reactions(self) -> Iterator[Act]:
        """On each post an emoji that means nothing to Sukima, each time somebody else's."""
        for number in itertools.count():
            user = (number + number // len(self._posts)) % len(self._people)
            yield self._reaction(number, user, MEANS_NOTHING)

    def words(self) -> Iterator[Act]:
        """People talk with each other in a channel."""
        for number in itertools.count():
            author = self.discord.users[self._people[number % len(self._people)]]

            async def say(author: object = author) -> None:
                said = Message(self.discord.new_id(), STAFF, author, "明日の会議は三時からです。")  # type: ignore[arg-type]
                happenings.posted(self.discord, self.staff, said)

            yield say

    def presses(self, buttons: Sequence[tuple[str, str]]) -> Iterator[Act]:
        """Buttons are pressed: user and token of each, over again. It arrived when Discord has a first answer."""
        for user, token in itertools.cycle(buttons):

            async def press(user: str = user, token: str = token) -> None:
                button = {"type": 2, "id": 2, "style": 1, "label": "確かめる", "custom_id": token}
                question = self._post(self.discord.new_id(), [{"type": 1, "id": 1, "components": [button]}])
                data = {"component_type": 2, "custom_id": token, "id": 2}
                who = self.discord.users[user]
                await self.discord.interactions.over(self.discord.interactions.press(who, self.staff, question, data))

            yield press

    def _post(self, key: str, components: Sequence[Json] = ()) -> Message:
        message = Message(key, STAFF, self.discord.bot, "知識バッジ", list(components))
        self.staff.messages[key] = message
        return message

    def _reaction(self, number: int, user: int, emoji: str) -> Act:
        async def react() -> None:
            message = self.staff.messages[self._posts[number % len(self._posts)]]
            happenings.reacted(self.discord, self.staff, message, self._people[user], emoji)

        return react


async def timed(act: Act) -> float:
    """Seconds until it arrived."""
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


@asynccontextmanager
async def world(people: int, posts: Sequence[str]) -> AsyncIterator[World]:
    async with open_discord(DiscordLike(LiveClock(), limits=False)) as discord:
        yield World(discord, people, posts)
