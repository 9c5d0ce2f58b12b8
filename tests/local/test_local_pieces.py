"""What the browser face is made of: pages as blocks, emoji drawn apart, threads through chairs, languages, windows."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_stage import PAGE, SCHOOL, Stage, set_stage

from bot.conversation.card import Card, Form, Section
from bot.errors import Problem
from bot.handlers.local.desk import Desk
from bot.handlers.local.edition import edition
from bot.handlers.local.emoji import COMMON, ENDORSING, emoji_drawing
from bot.handlers.local.languages import Languages
from bot.handlers.local.live import EVERYBODY, Window
from bot.handlers.local.room_types import SUKIMA
from bot.handlers.local.unit_page import Block, Span, linked, page_blocks
from bot.pages import Pages


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path)


def text_of(spans: tuple[Span, ...]) -> str:
    """What a reader reads of it."""
    return "".join(span.text or text_of(span.inner) for span in spans)


# ------------------------------------------------------------------ pages


def test_a_page_becomes_headings_paragraphs_and_lists() -> None:
    heading, paragraph, points = page_blocks(PAGE)
    assert (heading.kind, heading.level, text_of(heading.spans)) == ("heading", 3, "Thirty seconds")
    assert paragraph.kind == "text"
    assert points.kind == "bullets"
    assert [text_of(item.spans) for item in points.items] == ["Stop. Put the pen down.", "Wait."]
    assert points.items[0].spans[0].kind == "strong"


def test_lists_stand_in_lists_and_change_their_kind() -> None:
    outer, numbers = page_blocks("- a\n  - b\n  - c\n- d\n1. one\n2. two\n")
    assert [text_of(item.spans) for item in outer.items] == ["a", "d"]
    assert [text_of(item.spans) for item in outer.items[0].lists[0].items] == ["b", "c"]
    assert (numbers.kind, len(numbers.items)) == ("numbers", 2)


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("> said\n> so", "quote", "said so"),
        ("> 一行目\n> 二行目", "quote", "一行目二行目"),
        ("---", "rule", ""),
        ("# `a` *b* __c__", "heading", "a b c"),
        ("########## not one", "text", "########## not one"),
    ],
)
def test_kinds_of_blocks(source: str, kind: str, words: str) -> None:
    (block,) = page_blocks(source)
    assert (block.kind, text_of(block.spans)) == (kind, words)


def test_what_stands_in_a_fence_means_itself() -> None:
    (fence,) = page_blocks("```\n**a** <b>\n- c\n```\n")
    assert fence == Block("fence", text="**a** <b>\n- c")


@pytest.mark.parametrize("address", ["javascript:x", "data:text/html,x", "//evil.example", "file:///etc/passwd"])
def test_links_lead_to_web_addresses_only(address: str) -> None:
    (block,) = page_blocks(f"[here]({address})")
    assert [span.url for span in block.spans if span.kind == "link"] == [""]
    assert text_of(block.spans) == "here"


def test_a_web_address_ends_where_a_sentence_does() -> None:
    found = linked("見てください（https://example.org/a?b=c#d）。")
    assert [span.url for span in found if span.kind == "link"] == ["https://example.org/a?b=c#d"]


@settings(deadline=None)
@given(st.text())
def test_no_word_of_a_line_is_lost(text: str) -> None:
    assert text_of(linked(text)) == text


@settings(deadline=None)
@given(st.text(alphabet="-*_#>`[]()! \n\tab1.あ。<&", max_size=80))
def test_any_page_can_be_drawn(text: str) -> None:
    page_blocks(text)


# ------------------------------------------------------------------ emoji


def test_every_emoji_of_the_picker_has_a_drawing_of_ours() -> None:
    pages = Pages("bot.handlers.local")
    for name in (*ENDORSING, *COMMON):
        assert pages.static.url(emoji_drawing(name)), name
    assert emoji_drawing("no_such") == ""


def test_emoji_among_words_are_drawn_and_still_read() -> None:
    found = linked("よくできました💮 ❤\ufe0f https://example.org")
    assert [(span.text, span.url) for span in found if span.kind == "emoji"] == [
        ("💮", "emoji_white_flower.svg"),
        ("❤\ufe0f", "emoji_heart.svg"),
    ]


# ------------------------------------------------------------------ threads through chairs


async def test_a_chair_in_a_thread_speaks_there_and_sukima_hears_where(stage: Stage) -> None:
    ref = stage.room.post(SCHOOL, "staff", SUKIMA, Card("a post"))
    lee = stage.chairs.of("lee").within("staff", ref.key)
    await lee.say("@Sukima and now?")
    await lee.say("well done")
    thread = stage.room.reading.thread(SCHOOL, "staff", "lee", ref.key)
    assert [message.thread for message in thread[1:]] == [ref.key] * (len(thread) - 1)
    assert ("well done",) in [message.card.lines for message in thread]
    assert stage.router.heard[-1].origin.thread == ref.key
    assert lee.origin.thread == ref.key
    stretch = stage.room.reading.latest(SCHOOL, "staff", "lee", limit=9)
    assert [message.ref.key for message in stretch.messages] == [ref.key]
    replies = stretch.messages[0].replies
    assert replies is not None
    assert replies.people == ("lee",)


async def test_a_reply_to_a_reply_is_one_in_the_same_thread(stage: Stage) -> None:
    ref = stage.room.post(SCHOOL, "staff", SUKIMA, Card("a post"))
    reply = await stage.chairs.of("lee").within("staff", ref.key).say("one")
    deeper = await stage.chairs.of("aoki").within("staff", reply.key).say("two")
    found = stage.room.reading.message(SCHOOL, "staff", "lee", deeper.key)
    assert found is not None
    assert found.thread == ref.key


def test_a_chair_looks_at_no_conversation_of_others(stage: Stage) -> None:
    with pytest.raises(Problem, match=r"room\.no_such_channel"):
        stage.chairs.of("lee").within("dm-aoki")
    with pytest.raises(Problem, match=r"room\.no_such_channel"):
        stage.chairs.of("lee").within("nowhere")


async def test_the_same_words_sent_again_are_said_once(stage: Stage) -> None:
    lee, aoki = stage.chairs.of("lee").within("staff"), stage.chairs.of("aoki").within("staff")
    first = await lee.say("hello", token="t")
    assert await lee.say("hello", token="t") == first
    assert await aoki.say("hello", token="t") != first
    assert await lee.say("hello") != first
    assert len(stage.room.messages(SCHOOL, "staff", "lee")) == 3


# ------------------------------------------------------------------ forms


@pytest.mark.parametrize(
    ("card", "opens"),
    [
        (Card("a question", ("what?",), form=Form("Answer", "a", "Send", (), cancel="Cancel")), True),
        (Card("roles", sections=(Section("yours"),), form=Form("Change", "a", "Send", ())), False),
        (Card("done", ("one left",), form=Form("Note", "a", "Save", (), cancel="Skip", cancel_action="s")), False),
    ],
)
def test_a_form_opens_by_itself_only_where_it_hides_nothing(stage: Stage, card: Card, opens: bool) -> None:
    key = stage.room.post(SCHOOL, "dm-lee", SUKIMA, card).key
    found = Desk(stage.chairs, Pages("bot.handlers.local"), "lee", "dm-lee").form_of([key])
    assert found == (key if opens else None)


# ------------------------------------------------------------------ languages


class House:
    """A house with one person in it, whose settings are remembered."""

    def __init__(self, lang: str | None) -> None:
        self.lang = lang
        self.told: list[str] = []

    async def look(self, use_case: object, command: object) -> object:
        if not hasattr(command, "user_key"):
            return SimpleNamespace(id="w"), SimpleNamespace(id="s")
        return (SimpleNamespace(school_id="s", id="p", lang=self.lang), None) if self.lang else None

    async def run(self, use_case: object, command: SimpleNamespace) -> None:
        self.lang = command.lang
        self.told.append(command.lang)


async def test_a_language_chosen_in_the_room_is_chosen_in_sukima_too(stage: Stage) -> None:
    house = House("en")
    languages = Languages(stage.room, house)  # type: ignore[arg-type]
    await languages.choose(stage.room.user(SCHOOL, "lee"), "ja")
    await languages.choose(stage.room.user(SCHOOL, "lee"), "ja")
    assert house.told == ["ja"]
    assert stage.room.user(SCHOOL, "lee").lang == "ja"


async def test_a_language_told_to_sukima_is_read_in_the_room_too(stage: Stage) -> None:
    lee = stage.room.user(SCHOOL, "lee")
    other = "ja" if lee.lang == "en" else "en"
    followed = await Languages(stage.room, House(other)).follow(lee)  # type: ignore[arg-type]
    assert followed.lang == other
    assert stage.room.user(SCHOOL, "lee").lang == other


async def test_who_is_unknown_or_forgotten_keeps_the_language_of_the_profile(stage: Stage) -> None:
    lee = stage.room.user(SCHOOL, "lee")
    languages = Languages(stage.room, House(None))  # type: ignore[arg-type]
    assert await languages.follow(lee) == lee
    await languages.choose(lee, "ja")
    assert stage.room.user(SCHOOL, "lee").lang == "ja"


def test_a_profile_that_is_read_again_leaves_a_choice_alone(stage: Stage) -> None:
    lee = stage.room.user(SCHOOL, "lee")
    stage.room.choose_language(SCHOOL, "lee", "ja")
    stage.room.add_user(SCHOOL, "lee", "Lee Carter", lang="en", title=lee.title)
    assert stage.room.user(SCHOOL, "lee").lang == "ja"


# ------------------------------------------------------------------ windows


async def test_a_window_that_does_not_listen_keeps_one_note_for_each_place() -> None:
    slow = Window(["lee"])
    for number in range(10_000):
        slow.note(None, f"place-{number % 3}")
        slow.note("aoki", "dm-aoki")
    assert await slow.news() == {"lee": ["place-0", "place-1", "place-2"]}


async def test_a_window_of_everybody_hears_for_whom_it_was() -> None:
    window = Window(())
    window.note("aoki", "dm-aoki")
    window.note(None, "staff")
    assert await window.news() == {"aoki": ["dm-aoki"], EVERYBODY: ["staff"]}


async def test_a_closed_window_ends_at_once() -> None:
    window = Window(())
    waiting = asyncio.ensure_future(window.news())
    await asyncio.sleep(0)
    window.close()
    assert await waiting is None


# ------------------------------------------------------------------ the edition


def test_an_edition_is_of_all_that_a_page_consists_of() -> None:
    assert edition("bot.pages", "bot.handlers.local") == edition("bot.pages", "bot.handlers.local")
    assert edition("bot.pages") != edition("bot.pages", "bot.handlers.local")
