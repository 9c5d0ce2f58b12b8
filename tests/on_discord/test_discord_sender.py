"""What Sukima sends on Discord: the contract of all platforms, and Discord's own ways and faults over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending import BADGE, NEW, PNG, WITH_FILE, Cards, Place, SenderContract, edition, look, say

from bot.conversation.card import Card
from bot.conversation.views import IntroductionAsked, Notice, View
from bot.domain import contacts
from bot.domain.contacts import Contact, Reach
from bot.domain.language import Bilingual, Lang
from bot.handlers.discord.client import Client
from bot.handlers.discord.directs import BETWEEN_TWO_OPENED, Directs
from bot.handlers.discord.marks import is_for, mark_of
from bot.handlers.discord.sender import DELETED_AT_ONCE, DiscordSender
from bot.handlers.discord.troubles import ASKED_AGAIN, NotPermitted, Refused, TokenRefused
from bot.services.contact_ports import Waits
from bot.services.outsiders import WithOutsiders
from bot.services.ports import Live, MessageRef, RetryLater, Unsendable
from on_discord.connected import connected
from on_discord.server import Channel, Clock, DiscordLike, Message, open_discord, permissions

GUILD, OTHER, AOKI, HALL, ROBOT, STAFF = (f"20000000000000000{number}" for number in range(6))
POST, EDIT = "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"
REACTIONS = "GET /channels/{channel}/messages/{message}/reactions/{emoji}"
OPEN = "POST /users/@me/channels"
ASKED = IntroductionAsked("i1", "Hall", "?", Bilingual("絵", "A"))
EMOJI = {"white_flower": "💮", "white_check_mark": "✅"}


class AllCards(Cards):
    """Also a colleague's question, which somebody waits for."""

    def draw(self, view: View, lang: Lang) -> Card:
        return Card("asked") if isinstance(view, IntroductionAsked) else super().draw(view, lang)


def ask(here: "OnDiscord", token: str = "t2") -> Awaitable[MessageRef]:
    return here.sender.send(GUILD, AOKI, ASKED, direct=True, token=token, lang="ja")


class Known:
    """What is known of the ways to people: the direct conversation with 青木 is open."""

    def __init__(self, now: Callable[[], datetime], channel: str) -> None:
        self._now = now
        self.kept = {(guild, AOKI): Contact(1, 1, Reach.OPEN, channel) for guild in (GUILD, OTHER)}
        self.kept[GUILD, HALL] = Contact(2, 2, Reach.STARTED)

    async def of(self, workspace_key: str, user_key: str) -> Contact | None:
        return self.kept.get((workspace_key, user_key))

    async def opened(self, workspace_key: str, user_key: str, channel: str) -> None:
        self.kept[workspace_key, user_key] = contacts.opened(self.kept[workspace_key, user_key], channel)

    async def closed(self, workspace_key: str, user_key: str) -> None:
        self.kept[workspace_key, user_key] = contacts.closed(self.kept[workspace_key, user_key], self._now())

    def is_now(self, reach: Reach, user: str = AOKI) -> None:
        self.kept[GUILD, user] = Contact(1, 1, reach)

    def came_now(self) -> None:
        self.kept[GUILD, AOKI] = replace(self.kept[GUILD, AOKI], came_at=self._now())


class Beside:
    """What somebody is told beside what they have just done. `is_open`: there is such a way, that works or not."""

    def __init__(self) -> None:
        self.is_open = False
        self.acts = False
        self.works = True
        self.said: list[str] = []

    def has(self, workspace_key: str, user_key: str) -> bool:
        return self.is_open

    def is_here(self, user_key: str) -> bool:
        return self.acts

    async def say(self, workspace_key: str, user_key: str, card: Card, lang: Lang, *, token: str) -> MessageRef | None:
        if not self.works:
            self.is_open = False
            return None
        self.said.append(card.title)
        return MessageRef("discord", workspace_key, "beside", token)


class Calls:
    def __init__(self) -> None:
        self.called: list[str] = []

    async def call(self, workspace_key: str, user_key: str, lang: Lang) -> None:
        self.called.append(user_key)


class OnDiscord(Place):
    home, one, channel, bot = GUILD, AOKI, STAFF, ROBOT

    def __init__(self, discord: DiscordLike, client: Client) -> None:
        self.discord, self.client = discord, client
        self.slept: list[float] = []
        self.sleeps = True
        """False: time stands while something waits."""
        self.known, self.beside, self.calls = (
            Known(discord.clock.moment, discord.open_direct(AOKI).id),
            Beside(),
            Calls(),
        )
        self.with_outsiders: set[str] = set()
        self.guests: set[str] = set()
        self.unnamed: set[str] = set()
        self.sender = self.new_sender()

    def new_sender(self) -> DiscordSender:
        """As after a new start: nothing is remembered."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            if self.sleeps:
                self.discord.clock.move(seconds)

        now = self.discord.clock.moment
        directs = Directs(self.client, self.known, self.beside, self.calls, now, sleep)
        return DiscordSender(
            self.client, AllCards(), directs, self.has_outsiders, lambda _, emoji: emoji in EMOJI, self.belongs
        )

    async def belongs(self, home: str, user: str) -> bool:
        if user in self.unnamed:
            raise Unsendable("10013")
        return user not in self.guests

    async def allow(self, what: int, *, may: bool) -> None:
        """What the app may in the staff channel is changed, and it has heard so."""
        staff = self.discord.channels[STAFF]
        self.discord.overwrite(staff, GUILD, **{"allow" if may else "deny": what})
        await self.discord.quiet()

    async def has_outsiders(self, home: str, channel: str) -> bool:
        return channel in self.with_outsiders

    def where(self, *, direct: bool) -> Channel:
        return self.discord.open_direct(AOKI) if direct else self.discord.channels[STAFF]

    def messages(self, *, direct: bool) -> list[Message]:
        return list(self.where(direct=direct).messages.values())

    def said(self, *, direct: bool) -> list[str]:
        return [_words(each).lstrip("# ").split("\n")[0] for each in self.messages(direct=direct)]

    def message(self, ref: MessageRef) -> Message:
        return self.discord.channels[ref.channel].messages[ref.key]

    async def react(self, ref: MessageRef, user: str, emoji: str) -> None:
        self.message(ref).reactions.setdefault(EMOJI.get(emoji, emoji), []).append(user)

    async def take_away(self, ref: MessageRef) -> None:
        del self.discord.channels[ref.channel].messages[ref.key]


def _words(message: Message) -> str:
    return message.content or "\n".join(str(each.get("content", "")) for each in message.components)


@asynccontextmanager
async def a_discord() -> AsyncIterator[OnDiscord]:
    async with open_discord(DiscordLike(Clock())) as discord:
        for key in (GUILD, OTHER):
            guild = discord.add_guild(key)
            discord.install(guild)
        guild = discord.guilds[GUILD]
        discord.add_member(guild, AOKI, "aoki", "青木 あさひ")
        discord.add_member(guild, HALL, "hall", "Emma Hall")
        discord.add_member(guild, ROBOT, "robot", bot=True)
        discord.join(discord.guilds[OTHER], AOKI)
        discord.add_channel(guild, STAFF, "staff")
        async with connected(discord) as client:
            yield OnDiscord(discord, client)


@pytest.fixture
async def here() -> AsyncIterator[OnDiscord]:
    async with a_discord() as place:
        yield place


@pytest.fixture
def place(here: OnDiscord) -> OnDiscord:
    return here


class TestDiscordSender(SenderContract):
    """The contract, on Discord."""


# ---------------------------------------------------------------------- messages


async def test_a_message_pings_nobody_and_shows_no_previews(here: OnDiscord) -> None:
    for direct in (True, False):
        await here.sender.send(
            GUILD,
            AOKI if direct else STAFF,
            Notice("@everyone <@200000000000000003>"),
            direct=direct,
            token="t",
            lang="ja",
        )
    assert here.discord.pings == []
    assert all(each.flags & 1 << 2 for each in here.messages(direct=True))


@pytest.mark.parametrize("direct", [True, False])
async def test_the_badge_arrives_byte_for_byte_and_a_newer_one_takes_its_place(here: OnDiscord, direct: bool) -> None:
    ref = await say(here, WITH_FILE, direct=direct)
    (first,) = here.message(ref).attachments
    assert (first.data, first.description) == (PNG, BADGE.alt)
    for number in (0, 1, 1, 2):
        await here.sender.edit(ref, Notice("file", {"edition": number}), lang="ja")
    here.sender = here.new_sender()
    await here.sender.edit(ref, Notice("file", {"edition": 3}), lang="ja")
    assert [each.data for each in here.message(ref).attachments] == [edition(3)]
    assert here.said(direct=direct) == ["file"], "in the same message"
    brought = [len(call.args.get("attachments", ())) for call in here.discord.called(EDIT)]
    assert brought == [0, 1, 0, 1, 1], "only what is new is sent"
    assert await look(here, direct=direct) == ref


@pytest.mark.parametrize("restarts", [True, False])
async def test_a_picture_stays_where_what_follows_brings_none(here: OnDiscord, restarts: bool) -> None:
    ref = await say(here, WITH_FILE, direct=False)
    if restarts:
        here.sender = here.new_sender()
    await here.sender.edit(ref, NEW, lang="ja")
    assert [each.data for each in here.message(ref).attachments] == [PNG]
    assert here.said(direct=False) == ["new"]


async def test_a_message_in_another_form_is_still_the_same(here: OnDiscord) -> None:
    """Without anything to press a message is a layout, and stays one: so it is found by its mark."""

    class Bare(AllCards):
        def draw(self, view: View, lang: Lang) -> Card:
            return replace(super().draw(view, lang), buttons=())

    cards = here.sender._cards
    here.sender._cards = Bare()
    ref = await say(here, WITH_FILE)
    here.message(ref).nonce = None
    assert here.message(ref).is_v2
    here.sender = here.new_sender()
    await here.sender.edit(ref, NEW, lang="ja")
    here.sender._cards = cards
    await here.sender.edit(ref, Notice("changed"), lang="ja")
    shown = here.message(ref)
    assert shown.is_v2
    assert [each["type"] for each in shown.components] == [10, 12, 1], "words, the picture that was there, a button"
    assert [each.data for each in shown.attachments] == [PNG]
    assert await look(here) == ref


async def test_what_discord_finds_unfit_is_sent_without_files_and_at_last_as_words(here: OnDiscord) -> None:
    for number, token in enumerate(("t1", "t2"), 1):
        here.discord.faults.refuses(POST, 50035, times=number)
        ref = await say(here, WITH_FILE, token, direct=False)
        assert here.message(ref).attachments == []
        assert (here.message(ref).components[-1]["type"] == 1) is (number == 1), "with its button, then as words"
    assert here.said(direct=False) == ["file", "file"]


async def test_where_files_may_not_be_attached_the_words_are_said(here: OnDiscord) -> None:
    await here.allow(permissions.ATTACH_FILES, may=False)
    ref = await say(here, WITH_FILE, direct=False)
    assert here.said(direct=False) == ["file"]
    assert here.message(ref).attachments == []


# ---------------------------------------------------------------------- ways to a person


async def test_receipts_open_nothing_and_who_came_is_written_to(here: OnDiscord) -> None:
    here.known.is_now(Reach.STARTED)
    with pytest.raises(Waits):
        await say(here)
    assert here.discord.called(OPEN) == []
    ref = await ask(here)
    assert here.known.kept[GUILD, AOKI].channel == ref.channel
    await say(here)
    assert here.said(direct=True) == ["asked", "new"]
    assert here.calls.called == []


@pytest.mark.parametrize("reach", [Reach.UNKNOWN, Reach.CLOSED])
async def test_who_cannot_be_written_to_hears_beside_what_they_do_or_from_a_thread(
    here: OnDiscord, reach: Reach
) -> None:
    here.known.is_now(reach)
    here.beside.acts = True
    with pytest.raises(Waits):
        await ask(here)
    assert here.calls.called == [], "nobody is called who is here"
    here.beside.acts = False
    for said in (say(here), ask(here)):
        with pytest.raises(Waits):
            await said
    assert here.calls.called == [AOKI], "for what somebody waits for, and for nothing else"
    here.beside.is_open = True
    await say(here)
    with pytest.raises(Waits):
        await ask(here)
    assert here.calls.called == [AOKI] * 2, "what a colleague asks rings a bell for who acted a while ago"
    here.known.came_now()
    assert (await ask(here, "t3")).channel == "beside"
    assert here.beside.said == ["new", "asked"]
    here.beside.works = False
    with pytest.raises(Waits):
        await say(here, token="t4")
    assert here.discord.called(OPEN) == []


async def test_whoever_closed_their_messages_is_not_tried_again(here: OnDiscord) -> None:
    here.discord.users[AOKI].accepts_direct = False
    for token in ("t1", "t2"):
        with pytest.raises(Waits):
            await say(here, token=token)
    assert len(here.discord.called(POST)) == 1
    assert here.known.kept[GUILD, AOKI].reach is Reach.CLOSED
    assert here.messages(direct=False) == []


async def test_conversations_are_opened_one_after_another_and_none_waits_long(here: OnDiscord) -> None:
    users = [str(210000000000000000 + number) for number in range(4)]
    for user in users:
        here.discord.add_member(here.discord.guilds[GUILD], user, f"u{user[-1]}")
        here.known.is_now(Reach.STARTED, user)
    here.sleeps = False
    asked = [here.sender.send(GUILD, user, ASKED, direct=True, token=user, lang="ja") for user in users]
    said = await asyncio.gather(*asked, return_exceptions=True)
    assert here.slept == [2.0, 4.0]
    assert [each.after for each in said if isinstance(each, RetryLater)] == [3 * BETWEEN_TWO_OPENED]
    assert len(here.discord.called(OPEN)) == 3


async def test_who_asked_to_be_forgotten_hears_a_last_word(here: OnDiscord) -> None:
    for number in range(DELETED_AT_ONCE + 2):
        await say(here, token=f"t{number}")
    elsewhere = await here.sender.send(OTHER, AOKI, NEW, direct=True, token="t", lang="ja")
    del here.known.kept[GUILD, AOKI]
    with pytest.raises(Unsendable):
        await say(here, token="bye")
    with pytest.raises(RetryLater):
        await here.sender.clear(GUILD, AOKI)
    assert len(here.messages(direct=True)) == 3
    await here.sender.clear(GUILD, AOKI)
    assert [each.id for each in here.messages(direct=True)] == [elsewhere.key], "the other school's stays"
    await say(here, Notice("forgotten"), "bye")
    assert here.said(direct=True) == ["new", "forgotten"]
    here.discord.users[AOKI].accepts_direct = False
    with pytest.raises(Waits):
        await say(here, token="bye again")


async def test_what_is_gone_meanwhile_keeps_nothing_from_being_taken_back(here: OnDiscord) -> None:
    for number in range(3):
        await say(here, token=f"t{number}")
    here.discord.faults.refuses("DELETE /channels/{channel}/messages/{message}", 10008)
    await here.sender.clear(GUILD, AOKI)
    assert len(here.messages(direct=True)) <= 1, "what only seemed to be gone"


# ---------------------------------------------------------------------- faults


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("tells_nonce", [False, True])
async def test_a_send_in_doubt_is_looked_up_and_nothing_is_doubled(
    here: OnDiscord, effect: bool, tells_nonce: bool
) -> None:
    since = here.discord.clock.moment()
    here.discord.faults.resets(POST, effect=effect)
    with pytest.raises(aiohttp.ClientError):
        await say(here, WITH_FILE)
    for each in here.messages(direct=True):
        each.nonce = each.nonce if tells_nonce else None
    here.sender = here.new_sender()
    here.discord.clock.move(3600)
    for _ in range(130):
        key = here.discord.new_id()
        here.where(direct=True).messages[key] = Message(
            key, here.where(direct=True).id, here.discord.users[AOKI], "はい"
        )
    found = await look(here, since=since)
    assert (found is not None) is effect
    if found is None:
        await say(here, WITH_FILE)
    assert here.said(direct=True).count("file") == 1


async def test_the_same_delivery_twice_in_a_moment_posts_once(here: OnDiscord) -> None:
    first, second = await say(here, direct=False), await say(here, direct=False)
    assert first == second
    assert here.said(direct=False) == ["new"]


async def test_an_error_that_says_nothing_leaves_it_in_doubt(here: OnDiscord) -> None:
    here.discord.faults.breaks(POST, 503)
    with pytest.raises(Refused, match="http_503") as refused:
        await say(here)
    assert refused.value.may_pass


async def test_a_pause_is_handed_on_and_a_short_one_is_the_librarys(here: OnDiscord) -> None:
    here.discord.faults.limits(POST, 90)
    with pytest.raises(RetryLater) as asked:
        await say(here, direct=False)
    assert asked.value.after == timedelta(seconds=90)
    here.discord.faults.limits(POST, 0.01)
    await say(here, direct=False)
    here.discord.faults.limits(POST, 5, via=False)
    with pytest.raises(RetryLater):
        await say(here, token="t2", direct=False)
    assert here.said(direct=False) == ["new"]


async def test_lost_permissions_wait_and_nothing_is_taken_for_gone(here: OnDiscord) -> None:
    ref = await say(here, direct=False)
    await here.allow(permissions.SEND_MESSAGES, may=False)
    with pytest.raises(NotPermitted):
        await say(here, token="t2", direct=False)
    await here.allow(permissions.READ_MESSAGE_HISTORY, may=False)
    with pytest.raises(NotPermitted):
        await look(here, "t2", direct=False)
    assert await here.sender.reactions(ref) is None
    here.sender = here.new_sender()
    await here.sender.edit(ref, Notice("changed"), lang="ja")
    await here.allow(permissions.VIEW_CHANNEL, may=False)
    for trouble in (here.sender.edit(ref, NEW, lang="ja"), here.sender.delete(ref)):
        with pytest.raises(NotPermitted) as missing:
            await trouble
        assert missing.value.after == ASKED_AGAIN
    assert here.said(direct=False) == ["changed"]


async def test_a_token_that_stops_working_loses_nothing(here: OnDiscord) -> None:
    here.discord.revoke()
    with pytest.raises(TokenRefused):
        await say(here)
    assert await here.sender.reactions(MessageRef("discord", GUILD, STAFF, "1")) is None
    await here.client.close()
    with pytest.raises(RetryLater):
        await say(here)


async def test_a_deleted_channel_and_a_lost_guild(here: OnDiscord) -> None:
    here.discord.remove_channel(here.discord.channels[STAFF])
    with pytest.raises(Unsendable, match="10003"):
        await say(here, direct=False)
    here.discord.leave(here.discord.guilds[GUILD], AOKI)
    here.discord.leave(here.discord.guilds[OTHER], AOKI)
    with pytest.raises(Waits):
        await say(here)


async def test_where_outsiders_read_nothing_is_posted_or_changed(here: OnDiscord) -> None:
    ref = await say(here, direct=False)
    here.with_outsiders.add(STAFF)
    for said in (say(here, token="t2", direct=False), here.sender.edit(ref, Notice("changed"), lang="ja")):
        with pytest.raises(WithOutsiders):
            await said
    assert here.said(direct=False) == ["new"]
    await here.sender.delete(ref)
    assert here.said(direct=False) == []


# ---------------------------------------------------------------------- reactions


async def test_reactions_are_read_page_by_page_and_of_both_kinds(here: OnDiscord) -> None:
    ref = await say(here, direct=False)
    people = [str(300000000000000000 + number) for number in range(230)]
    for user in people:
        here.discord.add_user(user, f"u{user[-3:]}")
        await here.react(ref, user, "white_flower")
    for emoji, user in (("white_check_mark", AOKI), ("👍", AOKI), ("old:77", AOKI)):
        await here.react(ref, user, emoji)
    live = await here.sender.reactions(ref)
    assert live == Live(frozenset({(user, "white_flower") for user in people} | {(AOKI, "white_check_mark")}))
    asked = [call.args["emoji"] for call in here.discord.called(REACTIONS)]
    assert len(asked) == 4, "three pages, one page; nobody asks for what does not count"


async def test_reactions_that_are_not_all_told_are_unknown(here: OnDiscord) -> None:
    ref = await say(here, direct=False)
    for user in (AOKI, HALL):
        await here.react(ref, user, "white_flower")
    told = here.client.http.get_reaction_users
    answers: list[Any] = []

    async def fewer(*args: Any) -> Any:
        answers.append(args)
        return (await told(*args))[:1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(here.client.http, "get_reaction_users", fewer)
        assert await here.sender.reactions(ref) is None
    assert len(answers) == 2, "asked twice: somebody may just have taken theirs away"
    for code in (50001, 10008):
        here.discord.faults.refuses(REACTIONS, code)
        assert await here.sender.reactions(ref) is None
    here.discord.faults.breaks(REACTIONS, 503)
    assert await here.sender.reactions(ref) is None


async def test_reactions_of_guests_do_not_count_and_whom_discord_does_not_name_is_told_apart(here: OnDiscord) -> None:
    ref = await say(here, direct=False)
    for user in (AOKI, HALL, OTHER):
        await here.react(ref, user, "white_flower")
    here.discord.add_user(OTHER, "pupil")
    here.guests.add(OTHER)
    here.unnamed.add(HALL)
    assert await here.sender.reactions(ref) == Live(frozenset({(AOKI, "white_flower")}), frozenset({HALL}))


# ---------------------------------------------------------------------- marks


@given(st.text(), st.text(), st.text())
def test_a_mark_is_a_components_id_and_knows_its_server(token: str, home: str, other: str) -> None:
    mark = mark_of(home, token)
    assert 1 << 30 <= mark < 1 << 31
    assert is_for(mark, home)
    assert mark == mark_of(home, token)


def test_other_deliveries_have_other_marks() -> None:
    assert len({mark_of(GUILD, f"t{number}") for number in range(100)}) == 100
    assert not is_for(mark_of(GUILD, "t"), OTHER)
