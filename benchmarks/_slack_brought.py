"""A Slack-like workspace for `slack_events.py`: what happens there, brought as Slack brings it.

The server is the one of the tests. It has no limits here: Sukima keeps to Slack's by itself.
"""

import itertools
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from _school import EMOJI, Place
from slack.server import Channel, LiveClock, Message, SlackLike, Team, open_slack
from slack.server.delivery import EVENTS, INTERACTIVE, Delivery
from slack.server.happenings import CHANNEL_TYPES
from slack.server.interactions import press
from slack.server.shapes import message as shown
from slack.server.shapes import user as told
from slack.server.subscriptions import outer
from slack.server.world import Json

Brought = Delivery
"""Something for the app."""
Transport = Literal["socket", "http"]
TRANSPORTS: tuple[Transport, ...] = ("socket", "http")
TEAM, STAFF, SECRET = "T0BENCH", "C0STAFF", "0123456789abcdef0123456789abcdef"
PLACE = Place("slack", TEAM, STAFF)
TOO_LATE, MOST_TRIES = "http_timeout", 20
FIRST_POST = 1_780_000_000


def posts(count: int) -> list[str]:
    """Keys of so many messages, as Slack stamps them."""
    return [f"{FIRST_POST + number}.000100" for number in range(count)]


class Workspace:
    """One app's workspace: so many people, and posts of Sukima's in the staff channel."""

    def __init__(self, slack: SlackLike, people: int, posts: Sequence[str]) -> None:
        self.slack = slack
        self.team: Team = slack.add_team(TEAM)
        for number in range(people):
            slack.add_user(self.team, f"U{number}", f"sensei{number}", real_name=f"先生 {number}")
        self._people = people
        self._posts = posts
        token = slack.install(self.team).token
        self.staff: Channel = slack.add_channel(self.team, STAFF, "staff", members=["U0SUKIMA", *self.team.users])
        slack.app.signing_secret = SECRET
        self.environment = {
            "SLACK_BOT_TOKEN": token,
            "SLACK_APP_TOKEN": slack.app_token(),
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.api_url,
        }
        for ts in posts:
            self._post(ts, "U0SUKIMA", "知識バッジ")
        self._question = self._post(f"{FIRST_POST - 1}.000100", "U0SUKIMA", "確かめ問題")
        self._stamps = itertools.count()

    # ------------------------------------------------------------------ what happens

    def profiles(self) -> Iterator[Brought]:
        """Slack says of everybody who they are."""
        for user in list(self.team.users.values()):
            if not user.is_bot:
                yield self._event({"type": "user_change", "user": told(self.slack, self.team, user, locale=True)})

    def endorsements(self) -> Iterator[Brought]:
        """On each post a reaction of its holder's neighbour; when there are no more posts, on the first again."""
        for number in itertools.count():
            ts, user = self._posts[number % len(self._posts)], (number + 1) % self._people
            self.staff.messages[ts].reactions.setdefault(EMOJI, []).append(f"U{user}")
            yield self._reaction(ts, user, EMOJI)

    def other_reactions(self) -> Iterator[Brought]:
        """On each post an emoji that means nothing to Sukima."""
        for number in itertools.count():
            yield self._reaction(self._posts[number % len(self._posts)], number % self._people, "tada")

    def words(self) -> Iterator[Brought]:
        """People talk with each other in a channel."""
        for number in itertools.count():
            ts = f"{FIRST_POST + number}.000200"
            said = Message(ts, f"U{number % self._people}", "明日の会議は三時からです。", TEAM)
            kind = {"channel_type": CHANNEL_TYPES[self.staff.kind], "channel": STAFF, "event_ts": ts}
            yield self._event({**shown(self.slack, self.team, self.staff, said), **kind})

    def presses(self, buttons: Sequence[tuple[str, str]]) -> Iterator[Brought]:
        """Buttons are pressed in the channel, where only their person sees them: user and token of each, over again."""
        self._question.reader = "U0"
        for user, token in itertools.cycle(buttons):
            action = {"type": "button", "action_id": "act0", "block_id": "b1", "value": token}
            pressed = press(self.slack, self.team, user, self.staff, self._question, action)
            yield Delivery(INTERACTIVE, pressed)

    def _reaction(self, ts: str, user: int, name: str) -> Brought:
        item = {"type": "message", "channel": STAFF, "ts": ts}
        return self._event(
            {"type": "reaction_added", "user": f"U{user}", "reaction": name, "item": item, "item_user": "U0SUKIMA"}
        )

    def _event(self, event: Json) -> Brought:
        install = self.slack.installed(self.team)
        assert install is not None
        stamp = f"{FIRST_POST + next(self._stamps)}.000300"
        return Delivery(EVENTS, outer(self.slack, self.team, {"event_ts": stamp, **event}, install))

    def _post(self, ts: str, user: str, text: str) -> Message:
        message = Message(ts, user, text, TEAM, app_id=self.slack.app.id, bot_id=f"B{user[1:]}")
        self.staff.messages[ts] = message
        return message

    # ------------------------------------------------------------------ how it is brought

    async def bring(self, transport: Transport, delivery: Brought) -> float:
        """Seconds until it was acknowledged. An event that was not, in Slack's three seconds, is brought again at once;
        with a press Slack has no patience, and it is done all the same."""
        carry = self.slack.sockets.bring if transport == "socket" else self.slack.requests.bring
        began = time.perf_counter()
        for _ in range(MOST_TRIES):
            outcome = await carry(delivery)
            delivery.attempts.append(outcome)
            if outcome.acknowledged or (outcome.reason == TOO_LATE and delivery.kind == INTERACTIVE):
                return time.perf_counter() - began
        raise SystemExit(f"not acknowledged: {delivery.kind}, {outcome.reason} {outcome.status}")

    async def answered(self, delivery: Brought) -> None:
        """Wait until what was pressed has its answer; nothing else has one."""
        if delivery.kind == INTERACTIVE:
            place = self.slack.places[delivery.payload["response_url"].partition(f"/{TEAM}/")[2]]
            await self.slack.until(lambda: place.uses, "a press is answered")


@asynccontextmanager
async def workspace(people: int, posts: Sequence[str]) -> AsyncIterator[Workspace]:
    async with open_slack(SlackLike(LiveClock(), limits=False)) as slack:
        yield Workspace(slack, people, posts)
