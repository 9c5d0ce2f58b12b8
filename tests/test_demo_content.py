"""The demo's own content: each unit has a whole page in both languages, each choice check its reason."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from bot.domain.language import LANGS, Lang

DEMO = Path(bot.__file__).parent / "demo"
PAGES = DEMO / "pages"
CATALOGUE: dict[str, Any] = yaml.safe_load((DEMO / "catalog.yaml").read_text(encoding="utf-8"))
UNITS: dict[str, dict[str, Any]] = {
    unit["id"]: unit for course in CATALOGUE["courses"] for module in course["modules"] for unit in module["units"]
}
CHOICE_UNITS = [key for key, unit in UNITS.items() if unit["check"]["kind"] == "choice"]
EXERCISES = [key for key, unit in UNITS.items() if unit["kind"] == "exercise"]

# Two to five minutes: Japanese is counted in characters, English in words.
LENGTHS: dict[Lang, tuple[int, int]] = {"ja": (700, 1400), "en": (300, 650)}
LAST_HEADING: dict[Lang, str] = {"ja": "## 自分の学級への問い", "en": "## A question for your class"}
QUESTION: dict[Lang, re.Pattern[str]] = {"ja": re.compile("(?:か|でしょう)。"), "en": re.compile(r"\?")}
CAUTION: dict[Lang, str] = {"ja": "## 気をつけたいこと", "en": "## Take care"}
EXERCISE_HEADING: dict[Lang, str] = {"ja": "## この教材でやること", "en": "## What to do here"}

MARKUP_BEYOND_THE_SUBSET = re.compile(
    r"[\[\]<>`_|\\#~]|^\d+\. |^[*+] |^---|^ +|https?:|www\.|&\w+;|\*{3,}", re.MULTILINE
)
LEFTOVER = re.compile(r"TODO|FIXME|TBD|XXX|lorem|ipsum|〇〇〇|\ufffd|\(\)|（）", re.IGNORECASE)
# A bold that ends in a punctuation mark and runs on into letters is not bold by CommonMark's flanking rule.
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

every_page = pytest.mark.parametrize(("key", "lang"), [(key, lang) for key in UNITS for lang in LANGS])


def page(key: str, lang: Lang) -> str:
    return (PAGES / lang / f"{key}.md").read_text(encoding="utf-8")


def length(text: str, lang: Lang) -> int:
    return len(re.sub(r"\s", "", text)) if lang == "ja" else len(text.split())


def bare(text: str) -> str:
    """Letters only, so that a repeated sentence is found whatever its spacing, case and punctuation."""
    return re.sub(r"\W", "", text).casefold()


def without_marks(text: str) -> str:
    """The page with its permitted line marks and bolds removed; what is left must be plain text."""
    lines = (re.sub(r"^(# |## |- |> )", "", line, count=1) for line in text.splitlines())
    return BOLD.sub(r"\1", "\n".join(lines))


@pytest.mark.parametrize("lang", LANGS)
def test_pages_and_units_are_the_same_set(lang: Lang) -> None:
    assert {path.stem for path in (PAGES / lang).iterdir()} == set(UNITS)
    assert len(UNITS) >= 25


@every_page
def test_the_title_is_the_catalogues(key: str, lang: Lang) -> None:
    first, blank, *rest = page(key, lang).splitlines()
    assert first == f"# {UNITS[key]['title'][lang]}"
    assert blank == ""
    assert not any(line.startswith("# ") for line in rest)


@every_page
def test_a_page_takes_two_to_five_minutes(key: str, lang: Lang) -> None:
    shortest, longest = LENGTHS[lang]
    assert shortest <= length(page(key, lang), lang) <= longest


@every_page
def test_only_the_small_subset_of_markdown_is_used(key: str, lang: Lang) -> None:
    text = page(key, lang)
    plain = without_marks(text)
    assert MARKUP_BEYOND_THE_SUBSET.findall(plain) == []
    assert "*" not in plain
    for bold in BOLD.findall(text):
        assert re.fullmatch(r"\w(.*\w)?", bold), bold


@every_page
def test_blocks_are_parted_by_blank_lines(key: str, lang: Lang) -> None:
    """Only items of one list may touch, so every renderer sees the same blocks."""
    text = page(key, lang)
    lines = text.splitlines()
    for above, below in pairwise(lines):
        assert not (above and below) or (above.startswith("- ") and below.startswith("- ")), below
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text


@every_page
def test_a_page_warns_shows_and_closes_with_one_question(key: str, lang: Lang) -> None:
    text = page(key, lang)
    opening, *_ = text.split("\n## ")
    assert length(opening, lang) > LENGTHS[lang][0] / 10, "a page opens with a situation"
    assert CAUTION[lang] in text
    assert re.search(r"^- ", text, re.MULTILINE)
    body, closing = text.split(LAST_HEADING[lang] + "\n")
    assert body.index(CAUTION[lang]) > 0
    assert len(closing.strip().splitlines()) == 1
    questions = list(QUESTION[lang].finditer(closing.strip()))
    assert [question.end() for question in questions] == [len(closing.strip())]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", EXERCISES)
def test_an_exercise_is_explained(key: str, lang: Lang) -> None:
    assert EXERCISE_HEADING[lang] in page(key, lang)


@every_page
def test_nothing_unfinished_is_left(key: str, lang: Lang) -> None:
    text = page(key, lang)
    assert LEFTOVER.findall(text) == []
    assert [mark for mark in text if not mark.isprintable() and mark not in "\n\u3000"] == []
    if lang == "en":
        assert JAPANESE.findall(text) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", CHOICE_UNITS)
def test_a_page_does_not_recite_its_check(key: str, lang: Lang) -> None:
    check = UNITS[key]["check"]
    text = bare(page(key, lang))
    assert bare(check["q"][lang]) not in text
    assert bare(check["choices"][lang][check["answer"]]) not in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", CHOICE_UNITS)
def test_every_choice_check_says_why(key: str, lang: Lang) -> None:
    check = UNITS[key]["check"]
    why = check["why"][lang]
    assert set(check["why"]) == set(LANGS)
    assert why == why.strip()
    assert why.endswith("。" if lang == "ja" else ".")
    sentences = [part for part in re.split(r"。|\.(?:\s|$)", why) if part]
    assert 1 <= len(sentences) <= 2
    assert bare(why) != bare(check["choices"][lang][check["answer"]])
    assert not re.search("不正解|間違いです|wrong answer|incorrect", why)


@pytest.mark.parametrize("key", UNITS)
def test_links_are_examples_and_checks_are_bilingual(key: str) -> None:
    unit = UNITS[key]
    check = unit["check"]
    assert unit["url"] == f"https://example.org/u/{key}"
    assert set(unit["title"]) == set(check["q"]) == set(LANGS)
    if check["kind"] == "choice":
        assert len(check["choices"]["ja"]) == len(check["choices"]["en"])
        assert 0 <= check["answer"] < len(check["choices"]["ja"])
    else:
        assert check["kind"] == "text"
        assert check["min_chars"] > 0
