"""Typed lines and delivered events as intents; emoji by any of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_stage import SCHOOL, refused

from bot.conversation.card import Button, Form
from bot.conversation.intents import Commanded, Origin, Pressed, ReactionAdded, ReactionRemoved, Said
from bot.errors import Problem
from bot.handlers.local.emoji import emoji_name, emoji_picture
from bot.handlers.local.inbound import Fill, Seen, Talk, delivered, for_sukima, understood
from bot.handlers.local.room_types import PLATFORM, Event
from bot.services.ports import MessageRef

DIRECT = Origin(PLATFORM, SCHOOL, "lee", "Lee", "dm-lee", direct=True)
STAFF = Origin(PLATFORM, SCHOOL, "lee", "Lee", "staff", direct=False)
FORM = Form("One line?", "reflect:1", "Save", ())
POST = MessageRef(PLATFORM, SCHOOL, "staff", "m3")
HERE = Seen(DIRECT, {1: Button("開く", "open:1"), 2: Button("Done", "done:1"), 3: FORM}, {3: POST})
THERE = Seen(STAFF, HERE.choices, HERE.messages)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/sukima learn 5", "learn 5"),
        ("/sukima", ""),
        ("／sukima　学ぶ　５", "学ぶ　５"),
        ("／ｓｕｋｉｍａ who 特別支援", "who 特別支援"),
        ("／すきま　誰　特別支援", "誰　特別支援"),
        ("/Sukima   who can teach?  ", "who can teach?"),
        ("/すきま ウォレット", "ウォレット"),
    ],
)
def test_the_command_in_all_its_spellings(line: str, text: str) -> None:
    assert understood(line, THERE) == Commanded(STAFF, text)


@pytest.mark.parametrize(("line", "act"), [("1", "open:1"), ("２", "done:1"), ("開く", "open:1"), ("done", "done:1")])
def test_a_number_or_its_label_presses(line: str, act: str) -> None:
    assert understood(line, HERE) == Pressed(DIRECT, act)


def test_the_number_of_a_form_opens_it() -> None:
    assert understood("3", HERE) == Fill(FORM)


def test_a_number_without_a_button_is_said_so_and_without_any_buttons_is_a_word() -> None:
    with refused("room.no_such_number"):
        understood("4", HERE)
    assert understood("4", Seen(DIRECT)) == Said(DIRECT, "4")
    assert understood(" 1", HERE) == Said(DIRECT, "1")


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("@Sukima who can teach fractions?", "who can teach fractions?"),
        ("＠すきま 10分で学べるものは？", "10分で学べるものは？"),
        ("おはよう @sukima誰に聞ける？", "おはよう  誰に聞ける？"),
        ("write to a@sukima.example", None),
        ("@sukimaru hello", None),
        ("good morning", None),
    ],
)
def test_in_the_channel_only_a_mention_is_heard(line: str, heard: str | None) -> None:
    assert understood(line, THERE) == (Talk(line) if heard is None else Said(STAFF, heard))
    assert for_sukima(line, direct=False) == heard


@pytest.mark.parametrize("emoji", ["💮", ":white_flower:", "white_flower", "💮\ufe0f", "：white_flower："])
def test_a_reaction_by_any_name(emoji: str) -> None:
    assert understood(f"/react 3 {emoji}", HERE) == ReactionAdded(DIRECT, POST, "white_flower")
    assert understood(f"／unreact　３　{emoji}", HERE) == ReactionRemoved(DIRECT, POST, "white_flower")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/react", "room.react_how"),
        ("/react 3", "room.react_how"),
        ("/unreact 💮", "room.react_how"),
        ("/react 9 💮", "room.no_such_message"),
        ("/react 3 よい", "room.no_such_emoji"),
        ("/react 3 <!channel>", "room.no_such_emoji"),
        ("/frobnicate", "room.unknown_command"),
        ("/sukimalearn", "room.unknown_command"),
    ],
)
def test_what_is_not_understood_is_named(line: str, code: str) -> None:
    with refused(code):
        understood(line, HERE)


@pytest.mark.parametrize("line", ["", "   ", "\t", "　"])
def test_nothing_is_nothing(line: str) -> None:
    assert understood(line, HERE) is None


REFUSALS = {
    "room.unknown_command",
    "room.no_such_number",
    "room.no_such_message",
    "room.react_how",
    "room.no_such_emoji",
}
LINES = st.text(max_size=80) | st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            ["/", "／", "sukima", "すきま", "react", "unreact", " ", "　", "3", "９", "💮", "@", "＠", "1", ":", "x"]
        )
    ),
)


@given(LINES, st.sampled_from([HERE, THERE, Seen(DIRECT), Seen(STAFF)]))
def test_every_line_means_something_or_is_refused_by_a_code(line: str, seen: Seen) -> None:
    code = ""
    act = None
    try:
        act = understood(line, seen)
    except Problem as problem:
        code = problem.code
    if code:
        assert code in REFUSALS
    elif act is None:
        assert not line.strip()
    elif isinstance(act, Said | Commanded):
        assert act.text == act.text.strip()
        assert act.text in line or "@" in line or "＠" in line
    elif isinstance(act, Talk):
        assert act.text == line.strip()
        assert not seen.origin.direct


@given(st.text(min_size=1))
def test_words_after_a_space_are_always_words(line: str) -> None:
    act = understood(f" {line}", HERE)
    assert act is None or isinstance(act, Said)


@given(st.text())
def test_an_emojis_name_names_itself_and_shows_itself(text: str) -> None:
    name = emoji_name(text)
    if name is not None:
        assert emoji_name(name) == name
        assert emoji_name(emoji_picture(name)) == name
        assert name == name.strip()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("✅", "white_check_mark"),
        ("✅️", "white_check_mark"),
        (":+1::skin-tone-3:", "+1"),
        ("👍🏽", "+1"),
        ("thumbsup", "+1"),
        ("❤️", "heart"),
        ("👩‍🏫", "👩‍🏫"),
        ("🇯🇵", "🇯🇵"),
        ("", None),
        ("two words", None),
        ("漢字", None),
        ("\x1b[2J", None),
        ("\u202e", None),
        ("💮" * 100, None),
    ],
)
def test_names_of_emoji(text: str, name: str | None) -> None:
    assert emoji_name(text) == name


def test_a_delivered_event_says_who_and_where() -> None:
    event = Event(
        "e1", "reaction_removed", SCHOOL, "staff", False, "lee", "Lee", "en", True, "m3", emoji="white_flower"
    )
    origin = Origin(PLATFORM, SCHOOL, "lee", "Lee", "staff", direct=False, event_id="e1", is_bot=True, locale="en")
    assert delivered(event) == ReactionRemoved(origin, POST, "white_flower")
