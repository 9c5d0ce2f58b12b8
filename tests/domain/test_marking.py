"""Marking an exercise in one's own words: what a reader sees is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import TextCheck
from bot.domain.language import Bilingual
from bot.domain.learning import Right, TooShort, mark_text, seen_chars
from bot.intake.catalogue_checks import MOST_CHARS
from bot.services.learning import LONGEST_ANSWER

CHECK = TextCheck(Bilingual("書く", "Write"), 10)
UNSEEN = (
    "\u200b\u200d\u2060\ufeff\u00ad\u202e\u034f\u115f\u1160\u17b4\u180b\u2800\u3164\ufe0f\uffa0\U000e0100\U000e0041\x00"
)


@pytest.mark.parametrize("char", [*UNSEEN, " ", "\u3000", "\n"])
def test_what_nobody_sees_is_no_answer(char: str) -> None:
    assert mark_text(CHECK, char * 40) == TooShort(10)
    assert mark_text(CHECK, "はい" + char * 40 + "。") == TooShort(10)


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("明日は短く伝えてみる", 10),
        ("\u304b\u3099" * 5, 5),
        ("one  short\n\nstep", 14),
        ("हिन्दी", 6),
        ("👩\u200d🏫", 2),
        ("", 0),
    ],
)
def test_characters_are_counted_as_seen(answer: str, count: int) -> None:
    assert seen_chars(answer) == count


def test_a_long_enough_text_is_right_and_self_assessed() -> None:
    assert mark_text(CHECK, " 明日は短く\u200b伝えてみる ") == Right(self_assessed=True)
    assert mark_text(CHECK, "明日は短く伝えてみ") == TooShort(10)


@given(st.text(alphabet=st.characters()), st.text(alphabet=UNSEEN, max_size=50))
def test_invisible_characters_never_help(text: str, padding: str) -> None:
    assert seen_chars(text + padding) == seen_chars(text) <= len(text)


def test_whatever_an_author_asks_for_can_be_typed() -> None:
    assert MOST_CHARS <= LONGEST_ANSWER
