"""Discord's marks in what people typed, and whether they speak to Sukima."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.discord.spoken import after_name, language_of, spoken


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        ("<@7> 学ぶ", "学ぶ"),
        ("<@!7>学ぶ 10", "学ぶ 10"),
        ("grant leader to <@8>", "grant leader to @8"),
        ("<@&7> hello", "@7 hello"),
        ("see <#9>", "see #9"),
        ("good <:hanamaru:12> <a:clap:13>", "good :hanamaru: :clap:"),
        ("</sukima learn:14> please", "/sukima learn please"),
        ("a < b > c <@> <@x>", "a < b > c <@> <@x>"),
        ("who can teach **fractions**?", "who can teach **fractions**?"),
    ],
)
def test_what_is_meant(content: str, meant: str) -> None:
    assert spoken(content, "7") == meant


@given(st.text())
def test_nothing_else_is_touched(text: str) -> None:
    assert spoken(text, "7") == text.strip() or "<" in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Sukima, who can teach fractions?", "who can teach fractions?"),
        ("スキマさん、学ぶ", "学ぶ"),
        ("sukima", ""),
        ("隙間　学ぶ 5", "学ぶ 5"),
        ("sukimaday", None),
        ("隙間時間に読みました", None),
        ("I asked Sukima", None),
    ],
)
def test_who_begins_with_the_name_speaks_to_sukima(content: str, words: str | None) -> None:
    assert after_name(content) == words


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Hello", "en"),
        ("こんにちは", "ja"),
        ("学ぶ 10", "ja"),
        ("ICT の使い方", "ja"),
        ("ﾊﾞｯｼﾞ", "ja"),
        ("10 👍 x", None),
    ],
)
def test_the_letters_tell_the_language(text: str, lang: str | None) -> None:
    assert language_of(text) == lang
