"""Lines that end where they may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.cloisonne import ArcLine, fit_around
from bot.badges.fonts import ELLIPSIS, drawable, width
from bot.badges.typesetting import Try, cost_of_break, fit

_TRIES = tuple(Try(size, 2) for size in (44, 40, 36))
_ROOM = 452.0
_JAPANESE = st.text("学校教室危険気づき、。「」（）ーっゃコミュニケーション・々…ABC 12", max_size=40)


def _lines(text: str, room: float = _ROOM) -> tuple[str, ...]:
    return fit(text, room, _TRIES).lines


@given(st.text(max_size=300).map(drawable), st.floats(30, 900))
def test_every_line_fits_and_nothing_raises(text: str, room: float) -> None:
    setting = fit(text, room, _TRIES)
    assert len(setting.lines) <= 2
    assert all(width(line, setting.size) <= room for line in setting.lines if line != ELLIPSIS)


@given(st.text(max_size=300).map(drawable))
def test_a_text_is_whole_or_says_that_it_is_cut(text: str) -> None:
    lines = _lines(text)
    whole = "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert whole or lines[-1].endswith(ELLIPSIS)


@given(_JAPANESE.map(drawable))
def test_japanese_lines_obey_the_prohibitions(text: str) -> None:
    lines = _lines(text)
    runs_on_without_a_place_to_break = len(lines) == 2 and cost_of_break(lines[0][-1], lines[1][0]) is None
    if len(lines) < 2 or " " in text or runs_on_without_a_place_to_break:
        return
    assert lines[1][0] not in "、。」）ーっゃ・々…ュョン" or lines[1][0] == "ン"
    assert lines[0][-1] not in "「（"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("危険に気づき、動くための最初の五分", ("危険に気づき、", "動くための最初の五分")),
        ("コミュニケーションとインクルーシブ教育", ("コミュニケーションと", "インクルーシブ教育")),
        ("学びやすい教室の小さな工夫", ("学びやすい", "教室の小さな工夫")),
        ("「最初」の前に「確認」を「三つ」", ("「最初」の前に", "「確認」を「三つ」")),
        ("Small changes for an accessible classroom", ("Small changes for an", "accessible classroom")),
        ("聴く姿勢", ("聴く姿勢",)),
        ("", ()),
    ],
)
def test_examples(text: str, lines: tuple[str, ...]) -> None:
    assert _lines(text) == lines


@pytest.mark.parametrize(
    ("before", "after"),
    [("る", "。"), ("「", "あ"), ("シ", "ョ"), ("あ", "ー"), ("a", "b"), ("人", "々"), ("あ", "」")],
)
def test_forbidden_places(before: str, after: str) -> None:
    assert cost_of_break(before, after) is None


def test_a_word_longer_than_the_picture_is_broken_rather_than_lost() -> None:
    lines = _lines("Donaudampfschifffahrtskapitaen")
    assert "".join(lines) == "Donaudampfschifffahrtskapitaen"


_WORDS = st.lists(st.text("abcdefgimnorstu'", min_size=1, max_size=12), min_size=1, max_size=24)


@given(_WORDS)
def test_a_word_that_fits_a_line_is_never_broken(words: list[str]) -> None:
    text = " ".join(words)
    lines = _lines(text)
    shown = [word for line in lines for word in line.removesuffix(ELLIPSIS).split()]
    assert shown == words[: len(shown)]
    assert len(shown) == len(words) or lines[-1].endswith(ELLIPSIS)


def test_a_long_english_title_is_set_smaller_before_a_word_is_broken_or_lost() -> None:
    setting = fit("Interdisciplinarity seminars, understanding misunderstood", _ROOM, _TRIES)
    assert setting.lines == ("Interdisciplinarity seminars,", "understanding misunderstood")
    assert 28 < setting.size < 36


def test_lettering_around_the_rim_ends_with_a_whole_word() -> None:
    line = fit_around(ArcLine("Joint Research Association " * 8, 342, 31, False, 0.05, 0.012), 152, 24)
    assert line.degrees() <= 152
    assert line.text.endswith((f"Joint{ELLIPSIS}", f"Research{ELLIPSIS}", f"Association{ELLIPSIS}"))


def test_a_cut_english_title_ends_with_a_whole_word() -> None:
    lines = _lines("word " * 60)
    assert lines[-1].endswith("word" + ELLIPSIS)


def test_shrinking_is_preferred_to_cutting() -> None:
    text = "あ" * 23
    assert fit(text, _ROOM, _TRIES).size == 36
    assert "".join(_lines(text)) == text
