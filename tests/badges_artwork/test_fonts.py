"""Text made safe to draw."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.fonts import ELLIPSIS, GETA, LONGEST_TEXT, drawable, font, has_glyph, width

_ANY_TEXT = st.text(st.characters(), max_size=80)


def _ink(char: str) -> bytes:
    return bytes(font(64).getmask(char))


@given(_ANY_TEXT)
def test_nothing_that_would_be_drawn_as_the_box_for_missing_glyphs_is_left(text: str) -> None:
    box = _ink("\U0010ffff")
    assert all(_ink(char) != box for char in drawable(text))


@given(_ANY_TEXT)
def test_the_result_is_one_clean_line(text: str) -> None:
    line = drawable(text)
    assert line == " ".join(line.split())
    assert len(line) <= LONGEST_TEXT
    assert not {unicodedata.category(char) for char in line} & {
        "Cc",
        "Cf",
        "Cs",
        "Cn",
        "Co",
        "Mn",
        "Zl",
        "Zp",
    }


@given(_ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert drawable(drawable(text)) == drawable(text)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("髙﨑德濵", "髙﨑德濵"),
        ("神社", "神社"),  # U+FA19 stays the old form
        ("が", "が"),  # か and a combining mark
        ("𠮷野家", f"{GETA}野家"),
        ("👨‍👩‍👧の絵", f"{GETA}の絵"),
        ("👍🏽", GETA),
        ("\u202eabc\u202c\u200f", "abc"),
        ("一行目\n\t二行目\x00\x07", "一行目 二行目"),
        ("שלום", GETA * 4),
        ("\ud800", GETA),
        ("\u3164\u2800", ""),
        ("<!channel>", "<!channel>"),
        ("\u0301", ""),
        ("\u0384", GETA),  # would fold to a space and a mark
        ("", ""),
    ],
)
def test_examples(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_a_very_long_text_ends_with_an_ellipsis() -> None:
    line = drawable("あ" * 10_000)
    assert len(line) == LONGEST_TEXT
    assert line.endswith(ELLIPSIS)


def test_widths_are_those_of_the_typeface() -> None:
    text = "目的から選ぶICT, Purposeful"
    assert width(text, 300) == pytest.approx(font(300).getlength(text), rel=0.01)


def test_common_japanese_and_latin_characters_have_glyphs() -> None:
    assert all(map(has_glyph, "あア亜、。「」『』・ー〜…〓※①㎝Ⅳ–—“”éüñ"))
    assert not has_glyph("𠮷")
