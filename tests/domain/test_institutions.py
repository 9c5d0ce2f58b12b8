"""In whose name a badge is issued."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.institutions import Mandate, Origin, go_together, issues_for
from bot.domain.language import Bilingual
from bot.domain.people import School

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = st.sampled_from(["univ", "board", "press"])
COURSES = st.sampled_from(["ict", "care"])
IDS = {"univ": 11, "board": 12, "press": 13}


def mandate(institution: str, course: str = "") -> Mandate:
    return Mandate(1, IDS[institution], institution, course, NOW)


MANDATES = st.lists(
    st.builds(mandate, KEYS, COURSES | st.just("")), unique_by=lambda one: (one.institution, one.course)
)


@given(mandates=MANDATES, maker=KEYS, course=COURSES | st.just(""))
def test_nobody_is_issued_for_without_a_mandate_that_fits(mandates: list[Mandate], maker: str, course: str) -> None:
    found = issues_for(mandates, Origin(maker, course))
    fits = [one for one in mandates if (one.course == course != "") or (not one.course and one.institution == maker)]
    assert (found is None) == (not fits)
    assert found is None or found in {one.institution_id for one in fits}


def test_what_was_said_of_the_course_counts_first() -> None:
    said = (mandate("press"), mandate("board", "ict"))
    assert issues_for(said, Origin("press", "ict")) == IDS["board"]
    assert issues_for(said, Origin("press", "care")) == IDS["press"]
    assert issues_for(said, Origin("press")) == IDS["press"], "a pathway's badge is of no course"
    assert issues_for(said, Origin("univ", "care")) is None
    assert issues_for((mandate("board", "ict"),), Origin("board")) is None


def test_a_rehearsal_issues_in_nobodys_real_name() -> None:
    real = School(1, "p", "univ", Bilingual("大学", "University"), "Asia/Tokyo", "ja", "", issues_only=True)
    practice = replace(real, rehearsal=True)
    assert go_together(real, real)
    assert go_together(practice, practice)
    assert not go_together(real, practice)
    assert not go_together(practice, real)
