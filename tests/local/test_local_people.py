"""The invented people: whole, consistent with the catalogue, and in words that Sukima understands."""

from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from local_stage import refused

from bot.app import World, open_house
from bot.domain.language import Bilingual
from bot.domain.people import Role
from bot.domain.spare import Period, WindowKind
from bot.handlers.local.demo_people import DemoPeople, read_people
from bot.handlers.local.rehearsal import ROOM, OpenSchool, open_school
from bot.intake.windows import read_windows
from bot.services import directory
from bot.settings import Settings

DEMO = resources.files("bot") / "demo"


@pytest.fixture(scope="module")
def demo() -> DemoPeople:
    return read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml")


@pytest.fixture(scope="module")
def modules() -> dict[str, tuple[str, ...]]:
    """Units by the key of the badge that they make, knowledge and competence alike."""
    catalogue = yaml.safe_load((DEMO / "catalog.yaml").read_text("utf-8"))
    units: dict[str, tuple[str, ...]] = {}
    for course in catalogue["courses"]:
        for module in course["modules"]:
            units[module["knowledge_badge"]["id"]] = tuple(unit["id"] for unit in module["units"])
        parts = [units[module["knowledge_badge"]["id"]] for module in course["modules"]]
        units[course["competence_badge"]["id"]] = tuple(unit for part in parts for unit in part)
    return units


def test_a_whole_school_in_two_languages(demo: DemoPeople) -> None:
    people = demo.people
    assert len(people) == 12
    assert sum(person.lang == "en" for person in people) == 2
    assert sum(Role.LEADER in person.roles for person in people) == 2
    assert sum(Role.OWNER in person.roles for person in people) == 1
    assert [person.key for person in people if not person.welcomed] == ["fujita"]
    assert {person.stage for person in people} == {"S1", "S2", "S3", "S4"}
    assert any("養護教諭" in person.title.ja for person in people)
    assert ZoneInfo(demo.school.zone)
    assert [number for number, _, _ in demo.school.period_times] == [1, 2, 3, 4, 5, 6]


async def test_the_school_is_under_a_board_unless_it_is_under_another(demo: DemoPeople, tmp_path: Path) -> None:
    """Without one nobody could submit a badge in a rehearsal."""
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(tmp_path)}, env_file=None)
    async with open_house(settings, World()) as house:
        school, _ = await house.store.run(open_school, OpenSchool(demo=demo, home=ROOM))

        async def keys() -> list[tuple[str, int]]:
            boards = await house.store.look(directory.list_boards, OpenSchool(demo=demo, home=ROOM))
            return [(each.board.key, len(each.schools)) for each in boards]

        assert await keys() == [("kodachi-board", 1)]
        await house.store.run(directory.add_board, directory.AddBoard(key="midori", name=Bilingual("市", "City")))
        join = directory.JoinBoard(school_id=school.id, board="midori", moves=True)
        await house.store.run(directory.join_board, join)
        await house.store.run(open_school, OpenSchool(demo=demo, home=ROOM))
        assert sorted(await keys()) == [("kodachi-board", 0), ("midori", 1)]


def test_their_weeks_are_understood(demo: DemoPeople) -> None:
    periods = [Period(*times) for times in demo.school.period_times]
    for person in demo.people:
        for words, kind in ((person.free, WindowKind.FREE), (person.quiet, WindowKind.QUIET)):
            windows = read_windows(words, periods, kind)
            assert {getattr(window, "kind", window) for window in windows} == {kind}, (person.key, windows)


def test_every_badge_follows_from_units_done(demo: DemoPeople, modules: dict[str, tuple[str, ...]]) -> None:
    for person in demo.people:
        done = {completion.unit for completion in person.completions}
        assert len(done) == len(person.completions)
        assert done <= {unit for units in modules.values() for unit in units}
        earned = {badge for badge, units in modules.items() if done.issuperset(units)}
        assert {badge.badge for badge in person.badges} <= earned, person.key


def test_endorsements_are_allowed(demo: DemoPeople) -> None:
    keys = {person.key for person in demo.people}
    for person in demo.people:
        for badge in person.badges:
            assert set(badge.endorsed_by) <= keys - {person.key}
            assert badge.shared or not (badge.endorsed_by or badge.findable)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "just words",
        "schema: other/1",
        "schema: sukima.demo_people/1",
        "schema: sukima.demo_people/1\npeople: [{key: a}]",
    ],
)
def test_a_broken_list_is_one_problem(text: str) -> None:
    with refused("people.unreadable"):
        read_people(text, "people.yaml")
