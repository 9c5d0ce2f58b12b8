"""Asking: who is named and why, who is not, and what happens before any search."""

from datetime import UTC, datetime

import pytest

from bot.expertise.crisis import Danger
from bot.expertise.experts import Answer, Crisis, Found, Nobody, Snapshot, Why, ask
from bot.expertise.index import Definition, How, build
from bot.expertise.ranking import Holding
from bot.expertise.thesaurus import Thesaurus

from .school import DEFINITIONS, TODAY, holding


def answer(
    question: str, *holdings: Holding, exclude: str | None = None, asked: dict[str, datetime] | None = None
) -> Answer:
    snapshot = Snapshot.of(DEFINITIONS, holdings)
    return ask(snapshot, question, exclude=exclude, asked=asked or {}, today=TODAY)


def people(found: Answer) -> list[str]:
    assert isinstance(found, Found | Crisis)
    return [candidate.person for candidate in found.people]


@pytest.mark.parametrize(
    ("question", "definition"),
    [
        ("分数を教えられる人は？", "fractions"),
        ("who can teach fractions?", "fractions"),
        ("bunsuu wo oshierareru hito", "fractions"),
        ("特別支援", "support"),
        ("誰か特別な支援が必要な子について教えて", "support"),
        ("anyone good with SEND?", "support"),
        ("who can teach classroom ICT?", "tablets"),
        ("ﾀﾌﾞﾚｯﾄが得意な先生", "tablets"),
        ("エピペンの使い方", "allergy"),
        ("食物アレルギーに詳しい先生はいますか", "allergy"),
        ("<b>分数</b> \u202eの教え方 <!channel> 😀", "fractions"),
        ("⽣徒指導と⾃⼰肯定感ではなく分数", "fractions"),
    ],
)
def test_a_question_in_either_language_finds_the_badge(question: str, definition: str) -> None:
    everybody = [holding(f"holder of {key.key}", key.key) for key in DEFINITIONS]
    assert people(answer(question, *everybody))[0] == f"holder of {definition}"


@pytest.mark.parametrize(
    ("question", "name", "quoted"),
    [
        ("プログラミングを教えられる人", "プログラムの作り方", "プログラミング"),
        ("火災のときの動きに詳しい人", "地震のときの動き", "動き"),
        ("不登校に詳しい人", "登校の見守り", "不登校"),
        ("電子黒板活用に詳しい先生", "電子黒板の入門", "電子黒板"),
        ("いじめについて", "いじめに気づく", "いじめ"),
    ],
)
def test_a_reason_quotes_whole_words(question: str, name: str, quoted: str) -> None:
    """Bigrams match where two words share a piece; half a word is not shown."""
    index = build([Definition("it", (name,)), Definition("other", ("水泳の記録",))], Thesaurus(()))
    found = ask(Snapshot.of(index, [holding("kim", "it")]), question, exclude=None, asked={}, today=TODAY)
    assert isinstance(found, Found)
    assert quoted in [matched.word for matched in found.people[0].reason.matched]


def test_a_reason_says_which_badge_when_by_whom_and_why() -> None:
    found = answer("分数の授業", holding("kim", level=2, colleagues=3, leaders=1, day=9))
    assert isinstance(found, Found)
    reason = found.people[0].reason
    assert (reason.definition, reason.awarded_on.isoformat(), reason.colleagues, reason.leaders) == (
        "fractions",
        "2026-04-09",
        3,
        1,
    )
    assert ("分数", How.NAME) in [(matched.word, matched.how) for matched in reason.matched]


def test_a_word_found_by_meaning_names_the_meaning_in_both_languages() -> None:
    found = answer("tablets", holding("kim", "tablets"))
    assert isinstance(found, Found)
    (matched,) = found.people[0].reason.matched
    assert matched.word == "tablets"
    assert matched.how is How.THESAURUS
    assert matched.meaning is not None
    assert (matched.meaning.ja, matched.meaning.en) == ("ICT", "ICT")


def test_taking_the_evidence_away_changes_the_reason() -> None:
    strong = holding("kim", "support", level=3, leaders=2)
    weak = holding("kim", "tablets")
    both = answer("特別支援とICT", strong, weak)
    without = answer("特別支援とICT", weak)
    assert isinstance(both, Found)
    assert isinstance(without, Found)
    assert both.people[0].reason.definition == "support"
    assert without.people[0].reason.definition == "tablets"


def test_the_asker_is_never_named() -> None:
    assert people(answer("分数", holding("kim"), holding("lee"), exclude="kim")) == ["lee"]
    assert answer("分数", holding("kim"), exclude="kim") == answer("分数")


def test_at_most_three_are_named() -> None:
    assert len(people(answer("分数", *(holding(f"p{number}") for number in range(9))))) == 3


def test_equals_take_turns_the_least_recently_asked_first() -> None:
    asked = {"kim": datetime(2026, 11, 20, tzinfo=UTC), "lee": datetime(2026, 11, 2, tzinfo=UTC)}
    assert people(answer("分数", holding("kim"), holding("lee"), holding("mori"), asked=asked)) == [
        "mori",
        "lee",
        "kim",
    ]


def test_nearly_equal_counts_as_equal() -> None:
    asked = {person: datetime(2026, 11, 20, tzinfo=UTC) for person in ("kim", "lee", "mori")}
    eleven = [holding(person, colleagues=11) for person in asked]
    assert people(answer("分数", *eleven, holding("sato", colleagues=10), asked=asked))[0] == "sato"


def test_turns_do_not_outweigh_evidence() -> None:
    asked = {"kim": datetime(2026, 11, 20, tzinfo=UTC)}
    assert people(answer("分数", holding("kim", leaders=3), holding("lee"), asked=asked)) == ["kim", "lee"]


def test_the_best_of_very_many_holders_is_found_whatever_order_they_came_in() -> None:
    many = [holding(f"p{number}", day=1 + number % 20) for number in range(700)]
    best = holding("kim", leaders=3)
    first, last = answer("分数", best, *many), answer("分数", *reversed(many), best)
    assert people(first)[0] == "kim"
    assert first == last


def test_of_equals_never_asked_the_newer_badge_comes_first() -> None:
    assert people(answer("分数", holding("kim", day=3), holding("lee", day=20))) == ["lee", "kim"]


def test_a_badge_without_a_holder_is_offered_for_learning() -> None:
    nobody = answer("who can teach fractions?")
    assert isinstance(nobody, Nobody)
    assert nobody.why is Why.NO_HOLDER
    assert nobody.closest[0].key == "fractions"


def test_a_near_miss_names_what_is_closest_and_nobody() -> None:
    nobody = answer("手話通訳ができる人", *(holding("kim", key.key) for key in DEFINITIONS))
    assert isinstance(nobody, Nobody)
    assert nobody.why is Why.NO_BADGE
    assert nobody.closest[0].key == "support"


@pytest.mark.parametrize(
    "question", ["", "  \n\t", "?!…", "😀🎉", "<!channel>", "誰か教えて", "who can", "\u202e\u200b\x00"]
)
def test_nothing_asked_finds_nobody(question: str) -> None:
    assert answer(question, holding("kim")) == Nobody(Why.NOTHING_ASKED)


@pytest.mark.parametrize("question", ["x" * 10_000, "だ" * 10_000, "<" * 10_000, "\ufdfa" * 10_000, "(((" * 3_000])
def test_a_very_long_question_is_answered(question: str) -> None:
    assert isinstance(answer(question, holding("kim")), Nobody)


def test_only_the_beginning_of_a_long_question_is_read() -> None:
    assert people(answer("分数" + "。" * 10_000, holding("kim"))) == ["kim"]


@pytest.mark.parametrize(
    ("question", "danger"),
    [
        ("死にたいと言っている生徒がいます", Danger.LIFE),
        ("死 に た い", Danger.LIFE),
        ("シニタイ", Danger.LIFE),
        ("リストカットを見つけた", Danger.LIFE),
        ("a pupil is SUICIDAL", Danger.LIFE),
        ("分数を教えて" + "。" * 9_000 + "自殺", Danger.LIFE),
        ("虐待かもしれない", Danger.ABUSE),
        ("I think she is abused at home", Danger.ABUSE),
        ("いじめの被害で危険な子がいる", Danger.VIOLENCE),
    ],
)
def test_words_of_crisis_come_before_any_search(question: str, danger: Danger) -> None:
    found = answer(question, holding("kim", "fractions"), holding("lee", "life"))
    assert isinstance(found, Crisis)
    assert found.dangers == (danger,)


def test_in_a_crisis_those_who_know_the_procedure_are_named() -> None:
    assert people(answer("死にたい", holding("kim"), holding("lee", "life"))) == ["lee"]


@pytest.mark.parametrize(
    "question",
    ["いじめ防止の研修", "お話しにたいする工夫", "substance abuse prevention", "bullying response", "必死に取り組む"],
)
def test_everyday_questions_are_no_crisis(question: str) -> None:
    assert not isinstance(answer(question), Crisis)
