"""Setting up the rehearsal school: its people, and a little history that went through the same services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.catalogue import TextCheck
from bot.domain.learning import Route
from bot.domain.people import Person, School, Workspace
from bot.domain.spare import WindowKind
from bot.handlers.local.demo_people import DemoPeople, DemoPerson
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM
from bot.services import arrivals, awards, earning, endorsements, preferences
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.ports import Store, Work

WORKSPACE = "kodachi"
STAFF_CHANNEL = "staff"
EMOJI = ("white_flower", "white_check_mark")
SHOWN_DAYS_AGO = 2
"""Endorsing in return of what was endorsed then is within the limits today."""
AFTER_SCHOOL = time(16, 10)
BEFORE_SCHOOL = time(8, 10)
SATURDAY = 5
MARK = "rehearsed"
"""A file that says that the history was written: what people undo afterwards stays undone."""


@dataclass(frozen=True)
class Home:
    """Where a rehearsal school is, in its platform's own keys."""

    platform: str
    workspace: str
    staff_channel: str


ROOM = Home(PLATFORM, WORKSPACE, STAFF_CHANNEL)


def last_school_morning(now: datetime, zone: str, closed: Callable[[date], bool]) -> datetime:
    """The latest school-day morning not after `now`: a day with gaps ahead, and no date in the future."""
    morning = datetime.combine(now.astimezone(ZoneInfo(zone)).date(), BEFORE_SCHOOL, ZoneInfo(zone))
    while morning > now or morning.weekday() >= SATURDAY or closed(morning.date()):
        morning -= timedelta(days=1)
    return morning


class Rehearsal:
    """Prepares the staff room. `now` is the room's time, but for the moments in the past that history is made of."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._past: datetime | None = None

    def now(self) -> datetime:
        return self._past or self._now()

    async def begin(self, store: Store, demo: DemoPeople, home: Home) -> School:
        """The school in a workspace of any platform, with its history. Its people's keys are what it calls them."""
        school, workspace = await store.run(open_school, OpenSchool(demo=demo, home=home))
        await self._write_history(store, school, workspace, demo)
        return school

    async def prepare(self, store: Store, room: Room, demo: DemoPeople, data_dir: Path) -> bool:
        """The school with its chairs; the first time also its history: True. Broken off, it goes on next time."""
        school, workspace = await store.run(open_school, OpenSchool(demo=demo, home=ROOM))
        room.add_workspace(
            WORKSPACE,
            school.name,
            zone=school.zone,
            lang=school.lang,
            staff_channel=STAFF_CHANNEL,
        )
        for channel in demo.school.channels:
            room.add_channel(WORKSPACE, channel.key, name=channel.name, about=channel.about)
        for person in demo.people:
            room.add_user(
                WORKSPACE,
                person.key,
                person.name,
                lang=person.lang,
                title=person.title,
                is_admin=person.is_admin,
            )
        mark = data_dir / MARK
        if mark.exists():
            return False
        await self._write_history(store, school, workspace, demo)
        mark.touch()
        return True

    async def _write_history(self, store: Store, school: School, workspace: Workspace, demo: DemoPeople) -> None:
        people = {who.key: await _settle_in(store, school, workspace, who) for who in demo.people}
        done = [(item, people[who.key]) for who in demo.people for item in who.completions]
        for item, person in sorted(done, key=lambda pair: -pair[0].days_ago):
            with self._at(school, item.days_ago):
                command = Did(school_id=school.id, person_id=person.id, unit_key=item.unit, reflection=item.reflection)
                await store.run(did, command)
        with self._at(school, SHOWN_DAYS_AGO):
            for who in demo.people:
                await _show_badges(store, school, people, who)

    @contextmanager
    def _at(self, school: School, days_ago: int) -> Iterator[None]:
        zone = ZoneInfo(school.zone)
        day = self._now().astimezone(zone).date() - timedelta(days=days_ago)
        self._past = datetime.combine(day, AFTER_SCHOOL, zone)
        try:
            yield
        finally:
            self._past = None


@dataclass(frozen=True, kw_only=True)
class OpenSchool(OfNoSchool):
    demo: DemoPeople
    home: Home


async def open_school(work: Work, command: OpenSchool) -> tuple[School, Workspace]:
    """The rehearsal school and its workspace; as they are when they are there. It is under a board, this or another."""
    facts, home = command.demo.school, command.home
    school = await work.directory.add_school(
        facts.key,
        facts.name,
        zone=facts.zone,
        lang=facts.lang,
        country=facts.country,
        period_times=facts.period_times,
        rehearsal=True,
    )
    workspace = await work.directory.add_workspace(
        school.id, home.platform, home.workspace, staff_channel=home.staff_channel, lang=facts.lang, emoji=EMOJI
    )
    if await work.directory.board_of(school.id) is None:
        board = await work.directory.add_board(facts.board.key, facts.board.name)
        await work.directory.put_under(school.id, board.id)
    return school, workspace


async def _settle_in(store: Store, school: School, workspace: Workspace, who: DemoPerson) -> Person:
    arrive = arrivals.Arrive(
        school_id=school.id, workspace_id=workspace.id, user_key=who.key, name=who.name, locale=who.lang
    )
    person, _ = await store.run(arrivals.arrive, arrive)
    me: dict[str, Any] = {"school_id": school.id, "person_id": person.id}
    await store.run(preferences.grant_roles, preferences.GrantRoles(**me, roles=who.roles))
    for words, kind in ((who.free, WindowKind.FREE), (who.quiet, WindowKind.QUIET)):
        if words:
            await store.run(preferences.set_windows, preferences.SetWindows(**me, words=words, default=kind))
    for consent in sorted(who.consents):
        await store.run(preferences.set_consent, preferences.SetConsent(**me, consent=consent, given=True))
    if who.welcomed:
        await store.run(welcomed, ByPerson(**me))
    return person


async def welcomed(work: Work, command: ByPerson) -> None:
    """Somebody who was welcomed before the rehearsal began."""
    person = await work.people.get(command.person_id)
    await work.people.save(replace(person, welcomed_at=person.welcomed_at or work.now))


@dataclass(frozen=True, kw_only=True)
class Did(ByPerson):
    unit_key: str
    reflection: str


async def did(work: Work, command: Did) -> None:
    """A unit done in the past, with everything that it earns."""
    shelf = await work.shelves.current()
    unit = shelf.unit(command.unit_key)
    if unit is None:
        return
    completion = await work.learning.complete(
        command.person_id, unit.key, Route.OPENED, self_assessed=isinstance(unit.check, TextCheck)
    )
    if completion is None:
        return
    if command.reflection:
        await work.learning.reflect(completion.id, command.reflection)
    await earning.earn(work, await work.people.get(command.person_id), shelf)


async def own_awards(work: Work, command: ByPerson) -> dict[str, str]:
    """One person's awards: public ids by badge key."""
    return {award.achievement_key: award.public_id for award in await work.awards.of_person(command.person_id)}


async def _show_badges(store: Store, school: School, people: dict[str, Person], who: DemoPerson) -> None:
    me = {"school_id": school.id, "person_id": people[who.key].id}
    held = await store.look(own_awards, ByPerson(**me))
    for badge in who.badges:
        award = held[badge.badge]
        if badge.shared:
            await store.run(awards.share, awards.AboutAward(**me, award=award))
        if badge.findable:
            await store.run(awards.set_findable, awards.SetFindable(**me, award=award, findable=True))
        for key in badge.endorsed_by:
            command = endorsements.PressEndorse(school_id=school.id, person_id=people[key].id, award=held[badge.badge])
            await store.run(endorsements.press_endorse, command)
