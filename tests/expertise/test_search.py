"""Searching any definitions, the words behind it: text, thesaurus, Latin letters read as kana."""

import pytest

from bot.expertise import romaji, thesaurus
from bot.expertise.index import Definition, build
from bot.expertise.search import nearest, search
from bot.expertise.text import QUESTION_CHARS, fold, stem, tokens

from .school import DEFINITIONS

UNITS = (
    Definition("u1", name=("はじめての通級", "Starting in the resource room"), tags=("特別支援",)),
    Definition("u2", name=("朝の会の3分スピーチ",), tags=("国語",)),
    Definition("u3", name=("やさしい日本語で手紙を書く", "Letters in plain Japanese"), tags=("保護者",)),
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("特別支援", "u1"),
        ("special needs", "u1"),
        ("plain language for parents", "u3"),
        ("families", "u3"),
        ("public speaking", "u2"),
    ],
)
def test_units_are_found_by_topic(text: str, key: str) -> None:
    assert search(build(UNITS), text, 5)[0].key == key


def test_an_unknown_topic_finds_nothing_but_may_be_near() -> None:
    index = build(DEFINITIONS)
    assert search(index, "手話通訳", 5) == []
    assert [hit.key for hit in nearest(index, "手話通訳", 1)] == ["support"]


def test_no_more_hits_than_asked_for() -> None:
    assert len(search(build(UNITS), "特別支援 国語 保護者", 2)) <= 2


def test_equal_definitions_come_by_key_whatever_order_they_came_in() -> None:
    same = [Definition(key, name=("分数の指導",)) for key in ("c", "a", "b")]
    assert [hit.key for hit in nearest(build(same), "分数", 3)] == ["a", "b", "c"]


def test_a_thesaurus_without_words_is_respected() -> None:
    assert search(build(DEFINITIONS, thesaurus.parse("")), "fractions", 5) == []


def test_an_empty_index_and_a_double_key() -> None:
    assert search(build(()), "分数", 5) == []
    with pytest.raises(ValueError, match="twice"):
        build((UNITS[0], UNITS[0]))


def test_what_is_said_in_two_texts_of_a_field_does_not_count_twice() -> None:
    once = Definition("once", name=("分数の指導",))
    twice = Definition("twice", name=("分数の指導", "分数の指導"))
    first, second = nearest(build((once, twice, Definition("x", name=("水泳",)))), "分数", 2)
    assert first.score == second.score


def test_text_is_compared_without_width_case_script_or_radical() -> None:
    assert fold("ＩＣＴ ﾀﾌﾞﾚｯﾄ").folded == "ict たぶれっと"
    assert fold("⽂章").folded == "文章"
    assert fold("⻑い⻘").folded == "長い青"
    assert fold("a<b>c</b><!channel>\u202ed\u200be").shown == "a c  de"
    assert len(fold("\ufdfa" * 9_999).folded) == QUESTION_CHARS


def test_japanese_becomes_bigrams_and_english_stems() -> None:
    assert [token.key for token in tokens(fold("分数の Teaching's"))] == ["分数", "数の", "teach"]
    assert stem("aed") == "aed"


@pytest.mark.parametrize(
    ("latin", "kana"),
    [
        ("puroguramingu wo oshieru", "ぷろぐらみんぐをおしえる"),
        ("kin'yuu kyouiku", "きんゆうきょういく"),
        ("gakkyuu", "がっきゅう"),
        ("shimbun", "しんぶん"),
        ("sōgō", "そうごう"),
        ("konnichiwa", "こんにちわ"),
        ("fractions", None),
        ("分数", None),
        ("", None),
    ],
)
def test_latin_letters_read_as_kana(latin: str, kana: str | None) -> None:
    assert romaji.kana(latin) == kana


def mentions(text: str) -> list[str]:
    return [mention.concept for mention in thesaurus.built_in().mentions(fold(text))]


def test_the_longest_term_wins() -> None:
    assert mentions("食物アレルギーの研修") == ["allergy"]
    assert "maths" not in mentions("自殺予防")


def test_short_words_count_only_when_they_stand_alone() -> None:
    assert mentions("いじめの相談") == ["bullying"]
    assert mentions("はりかえる") == []
    assert mentions("親しむ") == []
    assert mentions("親への連絡") == ["parents"]
    assert mentions("a restaurant near the station") == []
    assert mentions("aim") == []


def test_the_table_is_whole() -> None:
    table = thesaurus.built_in()
    assert len(table) >= 150
    assert "special_needs" in table.broader("adhd")


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("a\t国語\t\tJapanese", "line 1"),
        ("# words\na\t\t\tJapanese\t", "line 2"),
        ("a\t国語\t\tJapanese\tb", "broader concept b"),
        ("a\t国語\t\tJapanese\t\na\t算数\t\tmaths\t", "twice"),
        ("a\t国語\t\tJapanese\ta", "itself"),
        ("a\t国語\t\t!!\t", "no word"),
    ],
)
def test_a_broken_table_is_named(table: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        thesaurus.parse(table)
