"""An outbox and a school in memory, a clock that tests move, and nothing that sleeps."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.domain.catalogue import Shelf
from bot.scheduler.calendar import HolidayCalendar
from bot.services.ports import Claim, DuePerson, Promise, Work

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Japan."""


@dataclass
class Hands:
    """The time, moved by hand."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)

    async def move_to(self, moment: datetime) -> None:
        self.at = max(self.at, moment)


@dataclass
class Row:
    promise: Promise
    due_at: datetime
    state: str = "new"
    claimed_at: datetime | None = None
    error: str = ""


@dataclass
class MemoryPromises:
    """The port `Promises` in memory. `on_promise` hears of every new lane, as the engine does after a commit."""

    now: Callable[[], datetime]
    rows: dict[int, Row] = field(default_factory=dict)
    on_promise: Callable[[str], None] = lambda lane: None
    broken: bool = False
    next_id: int = 1

    def add(self, lane: str, kind: str = "offer", *, in_s: float = 0, subject: int = 0) -> int:
        number, self.next_id = self.next_id, self.next_id + 1
        promise = Promise(number, 1, lane, kind, subject or number, None, {}, f"token-{number}", 0, False)
        self.rows[number] = Row(promise, self.now() + timedelta(seconds=in_s))
        self.on_promise(lane)
        return number

    def _due(self, lane: str | None = None) -> list[Row]:
        found = [
            row
            for row in self.rows.values()
            if row.state == "new" and row.due_at <= self.now() and lane in (None, row.promise.lane)
        ]
        return sorted(found, key=lambda row: (row.due_at, row.promise.id))

    def _held(self, promise: Promise) -> Row | None:
        row = self.rows.get(promise.id)
        return row if row and row.state == "claimed" and row.promise.attempts == promise.attempts else None

    async def lanes_due(self) -> frozenset[str]:
        return frozenset(row.promise.lane for row in self._due())

    async def next_due(self) -> datetime | None:
        coming = (row.due_at for row in self.rows.values() if row.state == "new" and row.due_at > self.now())
        return min(coming, default=None)

    async def claim(self, lane: str, limit: int) -> tuple[Promise, ...]:
        if self.broken:
            raise ConnectionError("the database is away")
        taken = self._due(lane)[:limit]
        for row in taken:
            row.promise = replace(row.promise, attempts=row.promise.attempts + 1)
            row.state, row.claimed_at = "claimed", self.now()
        return tuple(row.promise for row in taken)

    async def done(self, promise: Promise) -> bool:
        return self._held(promise) is not None and self.rows.pop(promise.id) is not None

    async def retry_at(self, promise: Promise, moment: datetime, error: str, *, in_doubt: bool = False) -> bool:
        row = self._held(promise)
        if row is not None:
            row.promise = replace(promise, in_doubt=in_doubt or promise.in_doubt)
            row.state, row.due_at, row.error = "new", moment, error
        return row is not None

    async def hurry(self, leads: Callable[[str], bool], errors: Collection[str]) -> None:
        for row in self.rows.values():
            if row.state == "new" and row.error in errors and leads(row.promise.lane):
                row.due_at = min(row.due_at, self.now())

    async def wait(self, promise: Promise, until: datetime) -> bool:
        row = self._held(promise)
        if row is not None:
            since = promise.waits_since or self.now()
            row.promise = replace(promise, attempts=promise.attempts - 1, waits_since=since)
            row.state, row.due_at = "new", until
        return row is not None

    def come(self) -> None:
        """Everybody for whom something waits is here."""
        for row in self.rows.values():
            if row.state == "new" and row.promise.waits_since is not None:
                row.due_at = self.now()

    async def fail(self, promise: Promise, error: str) -> bool:
        row = self._held(promise)
        if row is not None:
            row.state, row.error = "failed", error
        return row is not None

    async def release_in_doubt(self, claimed_before: datetime | None = None) -> int:
        lost = [
            row
            for row in self.rows.values()
            if row.claimed_at and row.state == "claimed" and (claimed_before is None or row.claimed_at < claimed_before)
        ]
        for row in lost:
            row.state, row.promise, row.due_at = "new", replace(row.promise, in_doubt=True), self.now()
        return len(lost)


@dataclass
class MemoryClock:
    """The port `Clock` in memory. `offers` has (person, slot key) of everything offered."""

    now: Callable[[], datetime]
    people: dict[int, DuePerson] = field(default_factory=dict)
    offers: list[tuple[int, str, int]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    rounds: int = 0

    async def due(self, limit: int) -> tuple[DuePerson, ...]:
        self.rounds += 1
        found = [person for person in self.people.values() if person.planned.offer_at <= self.now()]
        return tuple(sorted(found, key=lambda person: person.planned.offer_at)[:limit])

    async def coming(self) -> datetime | None:
        return min((person.planned.offer_at for person in self.people.values()), default=None)

    async def claim(self, claims: Sequence[Claim]) -> int:
        offers = [claim for claim in claims if claim.offer_minutes is not None]
        self.claims += claims
        for claim in claims:
            person = self.people.pop(claim.due.person_id)
            if claim.next is not None:
                self.people[person.person_id] = replace(person, rhythm=claim.rhythm, planned=claim.next)
        for claim in offers:
            assert claim.offer_minutes is not None
            self.offers.append((claim.due.person_id, claim.due.planned.slot.key, claim.offer_minutes))
        return len(offers)


class _Shelves:
    async def current(self) -> Shelf:
        return Shelf(())


@dataclass
class _Work:
    now: datetime
    clock: MemoryClock
    calendar: HolidayCalendar = field(default_factory=HolidayCalendar)
    shelves: _Shelves = field(default_factory=_Shelves)


@dataclass
class MemoryStore:
    clock: MemoryClock

    async def run(self, use_case: Any, command: Any) -> Any:
        return await use_case(cast(Work, _Work(self.clock.now(), self.clock)), command)
