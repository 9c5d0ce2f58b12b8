"""One language's voice: filling in, numbers, days, weeks, problems."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.language import LANGS, Bilingual, Lang
from bot.domain.spare import Window, WindowKind
from bot.errors import Complaint, Problem
from bot.services.ports import Counts
from bot.wording import Unworded, Wording

JA, EN = Wording("ja"), Wording("en")
WEEKDAYS = range(5)
WEEK = "月火水木金土日"


def free(weekday: int, start: int, end: int) -> Window:
    return Window(WindowKind.FREE, weekday, start, end)


def quiet(weekday: int, start: int, end: int) -> Window:
    return Window(WindowKind.QUIET, weekday, start, end)


# ---------------------------------------------------------------- filling in


def test_says_in_each_language() -> None:
    assert JA.say("label.share") == "同僚に見せる"
    assert EN.say("label.share") == "Share with colleagues"


def test_a_missing_key_or_param_is_an_error() -> None:
    with pytest.raises(Unworded):
        EN.say("label.nothing_like_it")
    with pytest.raises(Unworded, match="url"):
        EN.say("unit.link")
    with pytest.raises(Unworded):
        EN.say("time.minutes")
    with pytest.raises(Unworded):
        EN.say_n("label.share", 2)


@given(st.text())
def test_data_is_filled_in_as_it_is(text: str) -> None:
    assert EN.say("list.quote", text=text) == f"“{text}”"


@pytest.mark.parametrize("text", ["{url}", "{0}", "{", "}}", "{url.__class__}", "%s", "<!channel>", "\u202eabc"])
def test_data_is_never_read_as_form(text: str) -> None:
    assert text in JA.say("unit.link", url=text)


def test_a_text_in_both_languages_is_said_in_the_readers() -> None:
    name = Bilingual("考えの共有", "Sharing thinking")
    assert "考えの共有" in JA.say("award.title", name=name)
    assert "Sharing thinking" in EN.say("award.title", name=name)


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(("n", "text"), [(0, "0 minutes"), (1, "1 minute"), (5, "5 minutes")])
def test_english_plurals(n: int, text: str) -> None:
    assert EN.minutes(n) == text
    assert JA.minutes(n) == f"{n}分"


@pytest.mark.parametrize(
    ("counts", "ja", "en"),
    [
        (Counts(2, 1), "同僚 2・管理職 1", "2 colleagues, 1 leader"),
        (Counts(1, 0), "同僚 1", "1 colleague"),
        (Counts(0, 2), "管理職 2", "2 leaders"),
        (Counts(), "まだありません", "none yet"),
    ],
)
def test_counts_by_role(counts: Counts, ja: str, en: str) -> None:
    assert (JA.counts(counts), EN.counts(counts)) == (ja, en)


# ---------------------------------------------------------------- days and weeks


def test_days() -> None:
    wednesday = date(2026, 11, 25)
    assert (JA.day(wednesday), EN.day(wednesday)) == ("11月25日（水）", "Wed 25 Nov")
    assert (JA.full_date(wednesday), EN.full_date(wednesday)) == ("2026年11月25日", "25 Nov 2026")


@pytest.mark.parametrize(
    ("windows", "ja", "en"),
    [
        ([free(d, 990, 1080) for d in WEEKDAYS], ["平日 16:30〜18:00"], ["Weekdays 16:30–18:00"]),
        ([free(2, 820, 865)], ["水曜日 13:40〜14:25"], ["Wednesday 13:40–14:25"]),
        ([free(d, 600, 620) for d in (0, 1, 3)], ["月・火・木 10:00〜10:20"], ["Mon, Tue, Thu 10:00–10:20"]),
        ([free(d, 600, 620) for d in (0, 1, 2, 4)], ["月〜水・金 10:00〜10:20"], ["Mon–Wed, Fri 10:00–10:20"]),
        ([free(d, s, s + 20) for d in (5, 6) for s in (600, 900)], ["土日 10:00〜10:20、15:00〜15:20"], None),
        ([quiet(d, 0, 1440) for d in (5, 6)], ["土日 0:00〜24:00（静かな時間）"], ["Weekends 0:00–24:00 (quiet)"]),
        (
            [quiet(d, *span) for d in range(7) for span in ((1140, 1440), (0, 420))],
            ["毎日 19:00〜翌7:00（静かな時間）"],
            ["Every day 19:00–7:00 the next morning (quiet)"],
        ),
        (
            [free(0, 600, 620), quiet(0, 1200, 1300)],
            ["月曜日 10:00〜10:20（空き時間）", "月曜日 20:00〜21:40（静かな時間）"],
            ["Monday 10:00–10:20 (free)", "Monday 20:00–21:40 (quiet)"],
        ),
        ([], [], []),
    ],
)
def test_a_week_as_people_say_it(windows: list[Window], ja: list[str], en: list[str] | None) -> None:
    assert list(JA.windows(windows)) == ja
    assert en is None or list(EN.windows(windows)) == en


@given(st.sets(st.integers(0, 6), min_size=1))
def test_every_set_of_weekdays_names_each_of_its_days_once(weekdays: set[int]) -> None:
    (line,) = JA.windows([free(day, 600, 620) for day in weekdays])
    days = line.split(" ")[0]
    if days not in ("毎日", "平日", "土日"):
        named = re.sub("(.)〜(.)", lambda run: WEEK[WEEK.index(run[1]) : WEEK.index(run[2]) + 1], days)
        assert sorted(WEEK.index(day) for day in re.sub("・|曜日", "", named)) == sorted(weekdays)


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize("lang", LANGS)
def test_a_problem_is_a_sentence(lang: Lang) -> None:
    sentence = Wording(lang).problem(Problem("action.expired"))
    assert sentence.endswith((".", "。"))


def test_details_say_where_they_are() -> None:
    taken = Complaint("key_taken", {"key": "c1", "catalogue": "rei"}, "a.yaml", 3, "courses[0].id")
    sentence = EN.problem(Problem("catalogue.refused", (taken, Complaint("windows.empty"))))
    first, second, third = sentence.splitlines()
    assert first.endswith(":")
    assert second == "a.yaml, line 3, courses[0].id: " + EN.say("complaint.key_taken", key="c1", catalogue="rei")
    assert third == EN.say("complaint.windows.empty")
