"""The composition root: settings and the world to concrete parts, started and stopped in order. It knows everything."""

import asyncio
import os
import random
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.badges.verdict import Verdict
from bot.badges.verify import verify
from bot.conversation.actions import Actions
from bot.conversation.cards import Cards
from bot.conversation.outbound import Outbound
from bot.conversation.pictures import Pictures
from bot.conversation.reconciling import reconcile_all
from bot.conversation.router import Router
from bot.conversation.scene import Parts
from bot.conversation.views import View
from bot.domain.catalogue import Catalogue
from bot.domain.language import LANGS, Lang
from bot.errors import Complaint, Problem
from bot.handlers.local.adapter import LocalAdapter
from bot.handlers.local.chairs import Chairs
from bot.handlers.local.demo_people import DemoSchool, read_people
from bot.handlers.local.rehearsal import WORKSPACE, Rehearsal, last_school_morning
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM
from bot.handlers.local.sender import LocalSender
from bot.handlers.local.story_results import RESULTS, play_into
from bot.intake.catalogue import read_catalogue
from bot.scheduler.calendar import HolidayCalendar
from bot.scheduler.clock import Acts, Clock, jobs
from bot.scheduler.engine import InProcessEngine
from bot.scheduler.relay import Done, Handler, Outcome, Relay
from bot.scheduler.tick import tick
from bot.services import catalogue, preferences, schools
from bot.services.addresses import Addresses
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.credentials import Issuing, key_label, promise_unsigned
from bot.services.ports import Promise, Sender, Work
from bot.services.promises import A_MOMENT, SIGN_LANE, Kind
from bot.settings import Settings
from bot.vault import Opened, open_vault
from bot.wording import Voices, Wording
from storage import admin
from storage.erasures import ErasureLog, replay, replay_in
from storage.store import RowStore, open_store

DEMO = Path(__file__).parent / "demo"
INBOX_KEPT = timedelta(days=30)
QUESTIONS_KEPT = timedelta(days=30)
BACKUPS_KEPT = 14
STOPS = 300
"""How often the staff room's clock stops on its way: some weeks of a school."""
A_SECOND = timedelta(seconds=1)

ERASURES = "erasures.log"
STORY_DAY = datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
"""Wednesday, 10 June 2026, 08:00 in Tokyo."""
# In MiB: no badge or catalogue is larger.
MAX_BADGE = 16
MAX_CATALOGUE = 5
MAX_PAGE = 1

Pages = dict[tuple[str, Lang], str]
"""Units' own texts in Markdown, by unit and language."""

WaitUntil = Callable[[datetime], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class World:
    """What is passed in and never taken: time, ids, randomness."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    entropy: Callable[[int], bytes] = os.urandom
    rng: random.Random = field(default_factory=random.SystemRandom)
    stands: bool = False
    """Time stands still: waiting for a moment moves the room's clock there."""


class House:
    """The open house: everything but the platforms, which `connect` themselves."""

    def __init__(
        self, settings: Settings, world: World, vault: Opened, store: RowStore, wait_until: WaitUntil | None
    ) -> None:
        self.settings = settings
        self.world = world
        self.store = store
        self.secret_made = vault.made
        phrases = Voices()
        self.pictures = Pictures(phrases)
        self.addresses = Addresses(settings.public_url)
        actions = Actions(vault.vault.derive("actions"))
        self.senders: dict[str, Sender[View]] = {}
        self._pulses: list[Callable[[], Awaitable[object]]] = []
        self.cards = Cards(actions, world.now)
        self.router = Router(Parts(store, self.pictures, phrases, self.addresses, world.now), actions)
        self.issuing = Issuing(store, vault.vault, phrases, world.entropy)
        self._outbound = Outbound(store, self.senders, self.pictures)
        self.relay = Relay(store.promises, self._handlers(), world.now, serves=self._serves)
        self.engine = InProcessEngine(self.relay, world.now, wait_until)
        self._is_started = False
        store.on_commit = self._kick

    async def start(self) -> None:
        """Begin to keep promises: those left by an earlier process, and from now on each as it is made."""
        self._is_started = True
        await self.engine.start()

    def connect(self, platform: str, sender: Sender[View], pulse: Callable[[], Awaitable[object]]) -> None:
        """Let a platform carry what is said on it; its `pulse` is called by each sweep, to try again what failed."""
        self.senders[platform] = sender
        self._pulses.append(pulse)

    async def tick(self) -> None:
        """Claim everybody whose spare moment has come."""
        await tick(self.store)

    async def coming(self) -> datetime | None:
        """When something happens next by itself: somebody's spare moment, or a promise that comes due."""
        moments = (await self.store.look(_next_spare_moment, OfNoSchool()), await self.relay.next_due())
        return min((moment for moment in moments if moment is not None), default=None)

    async def reconcile(self) -> None:
        """Make stored endorsements equal to live reactions."""
        await reconcile_all(self.store, self.senders)

    async def load_catalogues(self, read: Sequence[tuple[Catalogue, Pages]]) -> tuple[catalogue.Loaded, ...]:
        """Load catalogues, all or none, and award what they make due in every school."""
        loads = tuple(catalogue.Load(catalogue=each, pages=pages) for each, pages in read)
        loaded = await self.store.run(catalogue.load_all, catalogue.LoadAll(loads=loads))
        await self._settle()
        return loaded

    async def _settle(self) -> None:
        for school in await self.store.look(schools.all_schools, OfNoSchool()):
            await self.store.run(catalogue.settle, OfSchool(school_id=school.id))

    def clock(self) -> Clock:
        """The clock with the product's jobs, not yet started."""
        acts = Acts(
            tick=self.tick,
            sweep=self._sweep,
            reconcile=self.reconcile,
            backup=self._backup,
            retention=self._retention,
            catch_up=self._catch_up,
        )
        return Clock(jobs(acts), self.settings.zone)

    def _serves(self, lane: str) -> bool:
        return lane == SIGN_LANE or lane.partition(":")[0] in self.senders

    def _kick(self, lanes: frozenset[str]) -> None:
        if self._is_started:
            for lane in sorted(lanes):
                self.engine.kick(lane)

    def _handlers(self) -> dict[str, Handler]:
        async def issue(promise: Promise) -> Outcome:
            await self.issuing.issue(promise.school_id, promise.subject)
            return Done()

        async def endorse_content(promise: Promise) -> Outcome:
            await self.issuing.endorse_content(promise.school_id, promise.subject)
            return Done()

        async def deliver(promise: Promise) -> Outcome:
            await self._outbound.deliver(promise)
            return Done()

        signing: dict[str, Handler] = {Kind.ISSUE: issue, Kind.ENDORSE_CONTENT: endorse_content}
        return {**dict.fromkeys(Kind, deliver), **signing}

    async def _sweep(self) -> None:
        for pulse in self._pulses:
            await pulse()
        await self.engine.sweep()

    async def _backup(self) -> None:
        url = self.settings.database_url.get_secret_value()
        if not url.startswith("sqlite"):
            return  # PostgreSQL is backed up by its own tools (docs)
        folder = self.settings.data_dir / "backups"
        today = folder / f"sukima-{self.world.now().astimezone(self.settings.zone):%Y-%m-%d}.db"
        if today.exists():
            return
        await asyncio.to_thread(admin.backup, url, today)
        for old in sorted(folder.glob("sukima-*.db"))[:-BACKUPS_KEPT]:
            old.unlink()

    async def _catch_up(self) -> None:
        """What an interrupted night or a long pause left undone: plans, awards that are due, unsigned awards."""
        await self._settle()
        for school in await self.store.look(schools.all_schools, OfNoSchool()):
            await self.store.run(preferences.replan_idle, OfSchool(school_id=school.id))
            await self.store.run(promise_unsigned, OfSchool(school_id=school.id))

    async def _retention(self) -> None:
        await self.store.forget_events(self.world.now() - INBOX_KEPT)
        await self.store.forget_questions(self.world.now() - QUESTIONS_KEPT)


@asynccontextmanager
async def open_house(settings: Settings, world: World, wait_until: WaitUntil | None = None) -> AsyncIterator[House]:
    """Open the vault and the database (made or brought up to date first), and close them in the end.

    Raises `Problem` for everything that a person can mend: `vault.…`, `db.…`.
    """
    _make_data_dir(settings.data_dir)
    vault = _vault(settings, make=not admin.is_there(settings.database_url.get_secret_value()))
    url = settings.database_url.get_secret_value()
    admin.upgrade(url, now=world.now())
    store = await open_store(
        url,
        vault=vault.vault,
        calendar=HolidayCalendar(),
        now=world.now,
        new_id=world.new_id,
        new_secret=world.entropy,
        rng=world.rng,
    )
    erasures = ErasureLog(settings.data_dir / ERASURES)

    def erased(mark: str) -> None:
        erasures.append(mark)
        admin.forget_log(url)

    store.on_erased = erased
    try:
        await replay_in(store, erasures.marks())
        erasures.include(await store.erasures())
        house = House(settings, world, vault, store, wait_until)
        for school in await store.look(schools.all_schools, OfNoSchool()):
            await house.issuing.ensure_school_key(school.id)
        try:
            yield house
        finally:
            await house.engine.stop()
    finally:
        await store.close()


async def _next_spare_moment(work: Work, _: OfNoSchool) -> datetime | None:
    return await work.clock.coming()


def demo_catalogue() -> tuple[Catalogue, Pages]:
    """The catalogue that ships with the product, and its units' own pages."""
    file = DEMO / "catalog.yaml"
    read = read_catalogue(file.name, file.read_bytes())
    return read, pages_beside(file, read)


def pages_beside(file: Path, read: Catalogue) -> Pages:
    """The units' own texts, where they lie beside the catalogue: `pages/<ja|en>/<unit id>.md`."""
    units = [unit for course in read.courses for unit in course.units()]
    wanted = {(unit.key, lang): file.parent / "pages" / lang / f"{unit.key}.md" for unit in units for lang in LANGS}
    return {key: _text(page) for key, page in wanted.items() if page.is_file()}


def _text(page: Path) -> str:
    try:
        return _read(page, MAX_PAGE).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("file.not_utf8", file=str(page)) from None


# ---------------------------------------------------------------- the staff room


@dataclass(frozen=True)
class StaffRoom:
    """The open staff room: chairs to sit on, over a house with one platform."""

    house: House
    room: Room
    adapter: LocalAdapter
    chairs: Chairs

    async def settle(self) -> None:
        """Return when nothing more will happen by itself: ticks, signing, messages, what a moment gathers."""
        await self.adapter.tick()
        await self.house.tick()
        await self.house.engine.settle(until=self.room.now() + A_MOMENT * 2)

    async def advance(self, moment: datetime) -> None:
        """Put the room's clock forward to `moment`, and on the way stop at whatever comes due, as time itself would.

        So an offer comes inside its window. After `STOPS` stops the clock jumps the rest of the way.
        Raises `Problem("room.clock_backwards")`.
        """
        if moment < self.room.now():
            raise Problem("room.clock_backwards")
        await self.settle()
        for _ in range(STOPS):
            stop = await self.house.coming()
            if stop is None or stop > moment:
                break
            self._put_clock(min(max(stop, self.room.now()) + A_SECOND, moment))
            await self.settle()
        self._put_clock(moment)
        await self.settle()

    def _put_clock(self, moment: datetime) -> None:
        """Forward only: real time may have passed the moment while the room was busy."""
        if moment > self.room.now():
            self.room.put_clock(moment)


@asynccontextmanager
async def open_staff_room(settings: Settings, world: World, tell: Callable[[str], None]) -> AsyncIterator[StaffRoom]:
    """The local staff room with its people, its catalogue and, the first time, a little history.

    `tell` hears the keys of steps that take a moment. The room's clock may be ahead of the world's.
    """
    _make_data_dir(settings.data_dir)
    room = Room(settings.data_dir / "room", world.now, world.new_id)
    rehearsal = Rehearsal(room.now)
    try:

        async def move_clock(moment: datetime) -> None:
            room.put_clock(moment)

        waiting = move_clock if world.stands else None
        async with open_house(settings, replace(world, now=rehearsal.now), waiting) as house:
            adapter = LocalAdapter(room, house.router, house.cards)
            house.connect(PLATFORM, LocalSender(room, house.cards), adapter.tick)
            people = read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml")
            if not world.stands:
                room.begin_at(_opening(people.school, world.now()))
            tell("cli.preparing")
            await house.load_catalogues([demo_catalogue()])
            is_new = await rehearsal.prepare(house.store, room, people, settings.data_dir)
            await house.start()
            await house.reconcile()

            async def settle() -> None:
                await staff_room.settle()

            async def advance(moment: datetime) -> None:
                await staff_room.advance(moment)

            staff_room = StaffRoom(house, room, adapter, Chairs(room, adapter, settle, WORKSPACE, advance))
            await staff_room.chairs.settle()
            if is_new:
                staff_room.chairs.read_all()
            yield staff_room
    finally:
        room.close()


def made(house: House, voice: Wording) -> Iterator[str]:
    """What was made at this start and must be looked after."""
    if house.secret_made is not None:
        yield voice.say("cli.secret_made", file=str(house.secret_made))
    for did in house.issuing.keys_made:
        yield voice.say("cli.keys_made", did=did)


def _opening(school: DemoSchool, now: datetime) -> datetime:
    calendar = HolidayCalendar()
    return last_school_morning(now, school.zone, lambda day: calendar.closed(school.country, day))


async def run_terminal(settings: Settings, voice: Wording) -> None:
    """The staff room in the terminal, until the person leaves."""
    from bot.handlers.local.terminal import open_terminal  # only here: no other command needs an editor of lines

    def tell(key: str) -> None:
        print(voice.say(key), flush=True)  # noqa: T201 - the face is not open yet

    tell("cli.opening")
    async with open_staff_room(settings, World(), tell) as staff_room:
        for line in made(staff_room.house, voice):
            print(line)  # noqa: T201
        clock = staff_room.house.clock()
        clock.start()
        try:
            await open_terminal(staff_room.chairs, voice, sys.stdin, sys.stdout, os.environ).run()
        finally:
            await clock.stop()


async def run_story(out: Path) -> str | None:
    """Play the story of a day into `out`; None when every step held, else the one that did not.

    The room's clock stands at the morning of `STORY_DAY` until the story moves it.
    """
    await asyncio.to_thread(_make_room, out)
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        settings = Settings.from_env({"SUKIMA_DATA_DIR": folder}, env_file=None)
        world = World(now=lambda: STORY_DAY, stands=True)
        async with open_staff_room(settings, world, lambda key: None) as staff_room:
            return await play_into(out, staff_room.chairs, staff_room.house.store, staff_room.house.pictures)


def _make_room(out: Path) -> None:
    """A new or empty folder that can be written; what an earlier story left there is cleared away."""
    if out.exists() and not (out.is_dir() and {item.name for item in out.iterdir()} <= RESULTS):
        raise Problem("out.not_empty", folder=str(out))
    try:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Problem("out.unwritable", folder=str(out)) from None


# ---------------------------------------------------------------- looking after


def verify_file(file: Path, now: datetime) -> Verdict:
    """Verify a badge or credential offline. Raises `Problem("file.…")` when it cannot be read."""
    return verify(_read(file, MAX_BADGE), now=now)


def read_catalogues(files: Sequence[Path]) -> list[Catalogue]:
    """Read catalogues. Raises one `Problem("catalogue.refused")` with the complaints about all of them."""
    found: list[Catalogue] = []
    complaints: list[Complaint] = []
    for file in files:
        try:
            found.append(read_catalogue(file.name, _read(file, MAX_CATALOGUE)))
        except Problem as problem:
            if not problem.complaints:
                raise
            complaints += problem.complaints
    complaints += catalogue.clashes(found)
    if complaints:
        raise Problem("catalogue.refused", tuple(complaints))
    return found


async def load_catalogues(
    settings: Settings, files: Sequence[Path], voice: Wording, tell: Callable[[str], None]
) -> tuple[catalogue.Loaded, ...]:
    """Read catalogues, then load them: nothing is written while anything is wrong in one of them."""
    read = read_catalogues(files)
    pages = [pages_beside(file, each) for file, each in zip(files, read, strict=True)]
    async with open_house(settings, World()) as house:
        for line in made(house, voice):
            tell(line)
        return await house.load_catalogues(list(zip(read, pages, strict=True)))


def upgrade_database(settings: Settings, now: datetime) -> admin.Upgraded:
    """Make the database, or bring it up to this version."""
    return admin.upgrade(settings.database_url.get_secret_value(), now=now)


def check_database(settings: Settings) -> admin.Checked:
    """Look over the whole database, and whether the secret opens every key."""
    url = settings.database_url.get_secret_value()
    if not admin.is_there(url):
        raise Problem("db.missing", file=str(settings.data_dir))
    vault = _vault(settings, make=False).vault

    def opens(did: str, sealed: bytes) -> None:
        vault.open(sealed, label=key_label(did))

    return admin.check(settings.database_url.get_secret_value(), vault=vault, opens=opens, now=World().now())


def backup_database(settings: Settings, to: Path) -> Path:
    """Copy the database while it is in use."""
    return admin.backup(settings.database_url.get_secret_value(), to)


def restore_database(settings: Settings, source: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place, prove that the secret opens it, and do later erasures again."""
    if not source.is_file():
        raise Problem("file.missing", file=str(source))
    vault = _vault(settings, make=False).vault
    marks = ErasureLog(settings.data_dir / ERASURES).marks()
    world = World()

    def replayed(url: str) -> None:
        replay(
            url,
            marks,
            vault=vault,
            calendar=HolidayCalendar(),
            now=world.now,
            new_id=world.new_id,
            new_secret=world.entropy,
        )

    return admin.restore(source, settings.database_url.get_secret_value(), now=now, replay=replayed)


def _make_data_dir(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise Problem("data.unwritable", folder=str(folder)) from None


def _vault(settings: Settings, *, make: bool) -> Opened:
    """The vault; with `make` a first start makes its secret."""
    secret = settings.secret.get_secret_value() if settings.secret else None
    return open_vault(settings.data_dir, os.urandom, secret=secret, secret_file=settings.secret_file, make=make)


def _read(file: Path, limit: int) -> bytes:
    """A file's bytes, at most `limit` MiB."""
    try:
        with file.open("rb") as opened:
            data = opened.read(limit * 2**20 + 1)
    except FileNotFoundError:
        raise Problem("file.missing", file=str(file)) from None
    except OSError:
        raise Problem("file.unreadable", file=str(file)) from None
    if len(data) > limit * 2**20:
        raise Problem("file.too_big", file=str(file), limit=limit)
    return data
