"""An invented school for the benchmarks that need people."""

from bot.domain.language import Bilingual
from bot.domain.people import Person, Role
from bot.domain.spare import Rhythm
from bot.handlers.local.room_types import PLATFORM
from bot.services.arrivals import FREE_AT_FIRST, QUIET_AT_FIRST
from bot.services.commands import OfNoSchool
from bot.services.ports import Work

WORKSPACE, STAFF_CHANNEL, EMOJI = "school", "staff", "white_flower"


async def open_school(work: Work, command: OfNoSchool) -> tuple[int, int]:
    """An empty school with a workspace: their ids."""
    school = await work.directory.add_school(
        "school",
        Bilingual("学校", "School"),
        zone="Asia/Tokyo",
        lang="ja",
        country="JP",
        period_times=(),
        rehearsal=True,
    )
    workspace = await work.directory.add_workspace(
        school.id, PLATFORM, WORKSPACE, staff_channel=STAFF_CHANNEL, lang="ja", emoji=(EMOJI,)
    )
    return school.id, workspace.id


async def add_teacher(work: Work, workspace_id: int, number: int) -> Person:
    """A teacher with the account `U…`, as after the first contact."""
    person, _ = await work.people.add(
        f"先生 {number}",
        "ja",
        workspace_id=workspace_id,
        user_key=f"U{number}",
        rhythm=Rhythm(zone="Asia/Tokyo", windows=QUIET_AT_FIRST + FREE_AT_FIRST),
        roles=frozenset({Role.TEACHER}),
    )
    return person
