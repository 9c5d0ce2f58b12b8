"""Which words name a person, and which only look like it."""

import pytest

from bot.domain.naming import is_named


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("青木 あさひ", "青木先生の板書は見事です"),
        ("青木 あさひ", "青木の板書"),
        ("青木 あさひ", "青木・あさひ先生"),
        ("青木 あさひ", "あさひ 青木さん"),
        ("青木 あさひ", "アサヒさんの工夫"),
        ("青木 あさひ", "ｱｻﾋさんの工夫"),
        ("青木 あさひ", "青 木さん"),
        ("青木 あさひ", "青\u200b木さん"),
        ("青木あさひ", "青木さん"),
        ("青木あさひ先生", "あさひさん"),
        ("青木朝日", "青木先生"),
        ("青木・朝日", "朝日の工夫"),
        ("林 葵", "林先生の声かけ"),
        ("林 葵", "林 くんの声かけ"),
        ("林 葵", "葵林の声かけ"),
        ("森", "森校長のご配慮"),
        ("佐藤 まり", "まり先生の教材"),
        ("髙木 健", "高木先生の教材"),
        ("Hall", "hall先生の発問"),
        ("Hall, Jamie", "Jamie's questions"),
        ("Hall, Jamie", "ＨＡＬＬ's questions"),
        ("Jamie Hall", "JamieHall did well"),
        ("Conor O'Brien", "O'Brien asks well"),
        ("Mary Smith-Jones", "Ms Jones asks well"),
        ("José Núñez", "NÚÑEZ"),
    ],
)
def test_it_names_the_person(person: str, words: str) -> None:
    assert is_named(person, words)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("青木 あさひ", "青い木の下の授業"),
        ("青木 あさひ", "板書を写真に残す工夫が、学年に広がりました"),
        ("青木 あさひ先生", "先生の板書は見事です"),
        ("林 葵", "森林の学習"),
        ("森", "森の学習。先生方に広がりました"),
        ("佐藤 まり", "あまりに見事で驚きました"),
        ("佐藤 かな", "静かな様子"),
        ("Hall", "a challenge, well met"),
        ("J. Hall", "j is a letter"),
        ("Dr Hall", "a PhD. Dr is a title"),
        ("", "見事です"),
        ("🌸", "見事です 🌸"),
    ],
)
def test_other_words_name_nobody(person: str, words: str) -> None:
    assert not is_named(person, words)
