"""An invented school for the benchmarks that need people, and badges of theirs that are shown to colleagues."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app import House, demo_catalogue
from bot.domain.endorsing_limits import DAILY_MOST
from bot.domain.language import Bilingual
from bot.domain.people import Person, Role
from bot.domain.spare import Rhythm
from bot.handlers.local.room_types import PLATFORM
from bot.services.arrivals import FREE_AT_FIRST, QUIET_AT_FIRST
from bot.services.awards import AboutAward, share
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.definitions import definitions
from bot.services.endorsements import SHARED
from bot.services.ports import MessageRef, Work

WORKSPACE, STAFF_CHANNEL, EMOJI = "school", "staff", "white_flower"


@dataclass(frozen=True)
class Place:
    """Where a school is on a platform."""

    platform: str = PLATFORM
    workspace: str = WORKSPACE
    staff_channel: str = STAFF_CHANNEL
    users: str = "U"
    """How the keys of its people begin; what follows is a number from 0 on."""

    def user(self, number: int) -> str:
        return f"{self.users}{number}"


ROOM = Place()


@dataclass(frozen=True)
class School:
    """Its ids, and so many people."""

    id: int
    workspace_id: int
    people: int


@dataclass(frozen=True, kw_only=True)
class OpenSchool(OfNoSchool):
    place: Place = ROOM


async def open_school(work: Work, command: OpenSchool) -> tuple[int, int]:
    """An empty school with a workspace: their ids."""
    place = command.place
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
        school.id, place.platform, place.workspace, staff_channel=place.staff_channel, lang="ja", emoji=(EMOJI,)
    )
    return school.id, workspace.id


async def add_teacher(work: Work, workspace_id: int, number: int, place: Place = ROOM) -> Person:
    """A teacher with an account, as after the first contact."""
    person, _ = await work.people.add(
        f"先生 {number}",
        "ja",
        workspace_id=workspace_id,
        user_key=place.user(number),
        rhythm=Rhythm(zone="Asia/Tokyo", windows=QUIET_AT_FIRST + FREE_AT_FIRST),
        roles=frozenset({Role.TEACHER}),
    )
    return person


# ---------------------------------------------------------------- posts to react to


@dataclass(frozen=True, kw_only=True)
class FillSchool(OfSchool):
    workspace_id: int
    place: Place
    people: int
    posts: Sequence[str]
    badges: tuple[str, ...]


async def fill_school(work: Work, command: FillSchool) -> list[AboutAward]:
    """So many people, and awards of theirs, each with its post in the staff channel."""
    newest = [await work.shelves.newest(key) for key in command.badges]
    achievements = [achievement for achievement in newest if achievement is not None]
    holders = [
        (await add_teacher(work, command.workspace_id, number, command.place)).id for number in range(command.people)
    ]
    shares: list[AboutAward] = []
    place = command.place
    for number, post in enumerate(command.posts):
        holder = holders[number % command.people]
        award = await work.awards.add(holder, achievements[number // command.people], ())
        assert award is not None
        ref = MessageRef(place.platform, place.workspace, place.staff_channel, post)
        await work.messages.add(command.workspace_id, ref, SHARED, award.id, None)
        shares.append(AboutAward(school_id=command.school_id, person_id=holder, award=award.public_id))
    return shares


async def school_with_posts(house: House, posts: Sequence[str], place: Place = ROOM, *, at_least: int = 3) -> School:
    """A school in which each of the posts, named by its key, shows a badge of the person with its number % people."""
    catalogue, pages = demo_catalogue()
    await house.load_catalogues([(catalogue, pages)])
    school_id, workspace_id = await house.store.run(open_school, OpenSchool(place=place))
    badges = tuple(key for key, _ in definitions(catalogue))
    # Three or more, so that nobody endorses back; and each within what counts in a day.
    people = max(3, at_least, -(-len(posts) // min(len(badges), DAILY_MOST)))
    fill = FillSchool(
        school_id=school_id, workspace_id=workspace_id, place=place, people=people, posts=posts, badges=badges
    )
    shares = await house.store.run(fill_school, fill)
    await asyncio.gather(*(house.store.run(share, each) for each in shares))
    return School(school_id, workspace_id, people)
