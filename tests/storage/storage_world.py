"""What the tests of storage stand on: a clock that is set by hand, counted ids, a vault, and two schools alike."""

import hashlib
import hmac
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from bot.domain.awards import Achievement, Level
from bot.domain.catalogue import Issuer
from bot.domain.language import Bilingual
from bot.domain.people import Account, Person, Role, School, Workspace
from bot.domain.spare import Planned, Rhythm, Slot, Window, WindowKind
from bot.errors import Problem
from bot.services.definitions import Definition
from bot.services.ports import Work
from storage.store import RowStore, open_store

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
RHYTHM = Rhythm("Asia/Tokyo", (Window(WindowKind.FREE, 1, 600, 660, "火曜10時"),))


class SealingVault:
    """Seals by an HMAC over label and text: enough to notice another secret, label or a changed text."""

    def __init__(self, secret: bytes = b"test") -> None:
        self._secret = secret

    def seal(self, secret: bytes, *, label: str) -> bytes:
        return self._tag(secret, label) + bytes(byte ^ 0x5A for byte in secret)

    def open(self, sealed: bytes, *, label: str) -> bytes:
        secret = bytes(byte ^ 0x5A for byte in sealed[32:])
        if sealed[:32] != self._tag(secret, label):
            raise Problem("vault.wrong_secret")
        return secret

    def _tag(self, secret: bytes, label: str) -> bytes:
        return hmac.new(self._secret, label.encode() + b"|" + secret, hashlib.sha256).digest()


class OpenDays:
    def closed(self, country: str, day: date) -> bool:
        return False


@dataclass(frozen=True)
class In:
    """A command that says only whose rows it may see."""

    school_id: int | None = None


@dataclass
class Surroundings:
    """Time, ids and chance as the tests want them."""

    now: datetime = MORNING
    vault: SealingVault = field(default_factory=SealingVault)
    ids: random.Random = field(default_factory=lambda: random.Random(7))

    def new_id(self) -> str:
        return str(UUID(int=self.ids.getrandbits(128), version=4))

    def new_secret(self, size: int) -> bytes:
        return self.ids.randbytes(size)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def open(self, url: str) -> RowStore:
        return await open_store(
            url,
            vault=self.vault,
            calendar=OpenDays(),
            now=lambda: self.now,
            new_id=self.new_id,
            new_secret=self.new_secret,
            rng=random.Random(1),
        )

    def parts(self) -> dict[str, Any]:
        """What `storage.erasures.replay` asks for."""
        return {
            "vault": self.vault,
            "calendar": OpenDays(),
            "now": lambda: self.now,
            "new_id": self.new_id,
            "new_secret": self.new_secret,
        }


@dataclass
class Place:
    """One school with a workspace and three people whose human keys are the same in every school."""

    school: School
    workspace: Workspace
    people: tuple[tuple[Person, Account], ...]

    @property
    def ann(self) -> Person:
        return self.people[0][0]

    @property
    def ben(self) -> Person:
        return self.people[1][0]

    @property
    def command(self) -> In:
        return In(self.school.id)


async def found_school(store: RowStore, key: str, platform: str = "local") -> Place:
    async def directory(work: Work, command: In) -> tuple[School, Workspace]:
        school = await work.directory.add_school(
            key,
            Bilingual("学校", "School"),
            zone="Asia/Tokyo",
            lang="ja",
            country="JP",
            period_times=((1, 525, 575),),
            rehearsal=True,
        )
        workspace = await work.directory.add_workspace(
            school.id, platform, f"T-{key}", staff_channel="C1", lang="ja", emoji=("white_flower",)
        )
        return school, workspace

    school, workspace = await store.run(directory, In())

    async def staff(work: Work, command: In) -> tuple[tuple[Person, Account], ...]:
        return tuple([await add_person(work, workspace, user_key) for user_key in ("U1", "U2", "U3")])

    return Place(school, workspace, await store.run(staff, In(school.id)))


async def add_person(work: Work, workspace: Workspace, user_key: str) -> tuple[Person, Account]:
    return await work.people.add(
        f"Name {user_key}",
        "en",
        workspace_id=workspace.id,
        user_key=user_key,
        rhythm=RHYTHM,
        roles=frozenset({Role.TEACHER}),
    )


_NAME = Bilingual("名", "Name")
DEFINITION = Definition(
    Level.KNOWLEDGE, _NAME, _NAME, _NAME, _NAME, Issuer("press", _NAME, "https://press.example"), (), 5, (), (), (), ()
)


async def add_achievement(store: RowStore, key: str = "badge-1") -> Achievement:
    async def act(work: Work, command: In) -> Achievement:
        return await work.shelves.add_version(key, Level.KNOWLEDGE, DEFINITION.to_json())

    return await store.run(act, In())


async def in_school(store: RowStore, place: Place, act: Callable[[Work], Awaitable[Any]]) -> Any:
    """Run a piece of a test as a use case of the school."""

    async def use_case(work: Work, command: In) -> Any:
        return await act(work)

    return await store.run(use_case, place.command)


async def over_all(store: RowStore, act: Callable[[Work], Awaitable[Any]]) -> Any:
    """Run a piece of a test as a use case of no school."""

    async def use_case(work: Work, command: In) -> Any:
        return await act(work)

    return await store.run(use_case, In())


def planned_at(moment: datetime, minutes: int = 30) -> Planned:
    return Planned(moment, Slot(moment - timedelta(minutes=5), moment + timedelta(minutes=minutes)))
