"""Text on a screen: nothing in it acts, everything fits, and Japanese breaks where it may."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.local.markdown import rendered
from bot.handlers.local.paint import Paint, wants_colour
from bot.handlers.local.text import columns, cut, harmless, one_line, padded, wrap

PLAIN, COLOUR = Paint(on=False), Paint(on=True)
TEXTS = st.text(max_size=200) | st.text(
    st.sampled_from("ab c、。「」あ漢字　💮é\u0301\u200d👍🏽\x1b[31m\u202e-*#>`1."), max_size=120
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "<U+001B>[2J<U+001B>]0;owned<U+0007>"),
        ("\x9b31m", "<U+009B>31m"),
        ("ab\u202ecba", "ab<U+202E>cba"),
        ("\u2066x\u2069\u200f", "<U+2066>x<U+2069><U+200F>"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("a\tb\r\nc\rd\u2028e", "a    b\nc\nd\ne"),
        ("\ud800", "\ufffd"),
        ("👩\u200d🏫 ❤\ufe0f", "👩\u200d🏫 ❤\ufe0f"),
        ("みどり市 école", "みどり市 école"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(TEXTS)
def test_nothing_harmful_is_left(text: str) -> None:
    for character in harmless(text):
        assert character in "\n\u200d" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("あいう", 6), ("💮", 2), ("ｱｲｳ", 3), ("が", 2), ("か\u3099", 2)]
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


@given(TEXTS, st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    shown = harmless(text)
    lines = wrap(shown, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(shown.split())


def test_japanese_wraps_by_its_rules() -> None:
    lines = wrap("三十秒だけ、最後まで聴く。「それから」話す。", 10)
    assert lines == ["三十秒だ", "け、最後ま", "で聴く。", "「それか", "ら」話す。"]


def test_words_stay_whole_and_long_ones_are_cut() -> None:
    assert wrap("a teacher listens", 10) == ["a teacher", "listens"]
    assert wrap("https://example.org/u/c1", 10) == ["https://ex", "ample.org/", "u/c1"]
    assert wrap("日本語とEnglish混在", 12) == ["日本語と", "English混在"]
    assert wrap("", 10) == [""]
    assert wrap("one\n\ntwo", 10, first="- ", rest="  ") == ["- one", "  ", "  two"]


@given(TEXTS, st.integers(1, 40))
def test_cut_text_fits(text: str, width: int) -> None:
    line = one_line(text)
    assert columns(cut(line, width)) <= width
    assert cut(line, 500) == line or columns(line) > 500
    assert columns(padded("あ", width)) == max(2, width)


PAGE = """# 三十秒だけ最後まで聴く

朝の教室で、一人の子が
来ました。

## 明日やってみること

- **手を止める**。ペンを置きます。
- *待つ*。
1. one
2) two

> 子ども「うん。」

> 先生「うん。」

```
code  here
```
See [the page](https://example.org/a) and `x = 1`.
---
"""


def test_a_page_of_markdown() -> None:
    assert rendered(PAGE, 40, PLAIN) == [
        "■ 三十秒だけ最後まで聴く",
        "",
        "朝の教室で、一人の子が来ました。",
        "",
        "● 明日やってみること",
        "",
        "  • 手を止める。ペンを置きます。",
        "  • 待つ。",
        "  1. one",
        "  2) two",
        "",
        "│ 子ども「うん。」",
        "│ 先生「うん。」",
        "",
        "  code  here",
        "",
        "See the page (https://example.org/a) and",
        "x = 1.",
        "",
        "─────────────",
    ]


def test_strong_words_are_bold_over_a_line_end() -> None:
    assert rendered("a **bb cc** d", 5, COLOUR) == ["a \x1b[1mbb\x1b[0m", "\x1b[1mcc\x1b[0m d"]


@given(TEXTS, st.integers(12, 60))
def test_any_page_is_shown_within_the_width(text: str, width: int) -> None:
    for line in rendered(harmless(text), width, PLAIN):
        assert columns(line) <= width
        assert not {"\x01", "\x02", "\x1b"} & set(line)


@pytest.mark.parametrize(
    ("environ", "tty", "colour"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_only_where_it_is_wanted(environ: dict[str, str], tty: bool, colour: bool) -> None:
    assert wants_colour(environ, tty=tty) is colour
