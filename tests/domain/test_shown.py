"""What can be shown and signed: names and titles on one line, with nothing hidden in them."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.collections import LONGEST_TITLE, read_title
from bot.domain.shown import JOINERS, one_line


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("  校内研修\n2026 ", "校内研修 2026"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\u2066b\u2069c\u200fd\ufeff", "abcd"),
        ("a\u200bb\u00adc", "abc"),
        ("a\x00b\u2028c", "a b c"),
        ("\U0001f469\u200d\U0001f3eb の記録", "\U0001f469\u200d\U0001f3eb の記録"),
        ("⭐\ufe0f", "⭐\ufe0f"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_a_title_is_kept_without_what_is_hidden(typed: str, title: str) -> None:
    assert read_title(typed) == title


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \u3000",
        "\u200b\u200b",
        "\u200d",
        "\u202e\u2066",
        "\u3164",
        "\u115f\u1160",
        "\u2800",
        "\ufe0f",
        "\u0301",
        "\U000e0061",
        "\ue000",
        "あ" * (LONGEST_TITLE + 1),
    ],
)
def test_a_title_that_shows_nothing_is_none(typed: str) -> None:
    assert read_title(typed) == ""


@settings(deadline=None)
@given(st.text())
@example("\u200d \u2028 x")
def test_a_line_holds_nothing_hidden_and_stays_as_it_is(typed: str) -> None:
    line = one_line(typed)
    kinds = {unicodedata.category(char) for char in line if char not in JOINERS}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert one_line(line) == line
    assert not line or line == line.strip()
