"""The house: the parts that every face needs, made from settings and the world, started and stopped in order."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from bot.app.catalogues import Pages
from bot.app.data import erasures_of, make_data_dir, vault_of
from bot.app.platforms import GLOBAL_USERS
from bot.app.printing import printer
from bot.app.promised import handlers
from bot.app.upkeep import Upkeep
from bot.app.world import World
from bot.conversation.actions import Actions
from bot.conversation.cards import Cards
from bot.conversation.held import HeldFiles
from bot.conversation.outbound import Outbound
from bot.conversation.pictures import Pictures
from bot.conversation.reconciling import reconcile_all
from bot.conversation.router import Router
from bot.conversation.scene import Parts
from bot.conversation.views import View
from bot.domain.catalogue import Catalogue
from bot.mail import SmtpPost
from bot.scheduler.calendar import HolidayCalendar
from bot.scheduler.clock import Acts, Clock, jobs
from bot.scheduler.engine import InProcessEngine
from bot.scheduler.relay import Relay
from bot.scheduler.tick import tick
from bot.services import catalogue, schools
from bot.services.addresses import Addresses
from bot.services.at_home import AtHome
from bot.services.attention_ports import Attention
from bot.services.collections import CollectionTokens
from bot.services.commands import OfNoSchool
from bot.services.credentials import Issuing
from bot.services.enclosing import renew_around_all
from bot.services.foreign import ForeignDesk
from bot.services.issuers import KeyDesk, KeyMaker
from bot.services.lanes import SIGN_LANE, read_lane
from bot.services.outsiders import Outsiders
from bot.services.own_pages import OwnPages
from bot.services.ports import Fetch, Sender, Work
from bot.services.proving import ProvingDesk
from bot.services.reminders import remind_all
from bot.services.sessions import TOKEN_BYTES
from bot.services.statements import Statements
from bot.services.status import ListDesk
from bot.services.verifier import Verifier
from bot.settings import Settings
from bot.vault import Opened
from bot.wording import Voices, Wording
from storage import admin
from storage.erasures import replay_in
from storage.store import RowStore, open_store

WaitUntil = Callable[[datetime], Awaitable[None]]


class House:
    """The open house: everything but the platforms, which `connect` themselves."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        vault: Opened,
        store: RowStore,
        upgraded: admin.Upgraded,
        wait_until: WaitUntil | None,
    ) -> None:
        self.settings = settings
        self.world = world
        self.store = store
        self.secret_made = vault.made
        self.upgraded = upgraded
        self.vault = vault.vault
        self.derive = vault.vault.derive
        self.phrases = phrases = Voices()
        self.pictures = Pictures(phrases)
        self.addresses = Addresses(settings.public_url)
        actions = Actions(vault.vault.derive("actions"))
        self.senders: dict[str, Sender[View]] = {}
        self.attentions: dict[str, Attention] = {}
        self.outsiders: dict[str, Outsiders] = {}
        self.troubles: dict[str, Callable[[], Awaitable[str | None]]] = {}
        self.states: dict[str, Callable[[], Mapping[str, str | int]]] = {}
        self.is_closing = False
        """Set when the house is told to close: health says it, before anything is let go."""
        self._pulses: list[Callable[[], Awaitable[object]]] = []
        self.cards = Cards(actions, world.now)
        self.statements = Statements(vault.vault)
        self.lists = ListDesk(store, vault.vault)
        self.collection_tokens = CollectionTokens(self.derive("collections"))
        pages = OwnPages(store, self.addresses, self.collection_tokens)
        self.fetch: Fetch = AtHome(store, self.lists, pages, world.fetch)
        self.verifier = Verifier(world.now)
        self.foreign = ForeignDesk(store, self.verifier, self.fetch, pages, world.now)
        self.proving = ProvingDesk(store, SmtpPost(*settings.mail) if settings.mail else None, phrases)
        self.export_page = printer()
        parts = Parts(
            store,
            self.pictures,
            phrases,
            self.addresses,
            self.statements,
            self.export_page,
            world.now,
            self.new_token,
            self.foreign,
            HeldFiles(world.now, self.new_token),
            self.proving,
            self.outsiders,
        )
        self.router = Router(parts, actions)
        maker = KeyMaker(vault.vault, world.entropy, world.new_rsa)
        self.keys = KeyDesk(store, vault.vault, maker, settings.public_url)
        self.issuing = Issuing(store, vault.vault, phrases, world.entropy, self.keys, self.addresses)
        outbound = Outbound(store, self.senders, self.pictures, self.attentions)
        self.relay = Relay(store.promises, handlers(self.issuing, outbound), world.now, serves=self._serves)
        self.engine = InProcessEngine(self.relay, world.now, wait_until)
        self._upkeep = Upkeep(settings, world, store, self.foreign)
        self._is_started = False
        store.on_commit = self._kick

    async def start(self) -> None:
        """Begin to keep promises: those left by an earlier process, and from now on each as it is made."""
        self._is_started = True
        await self.engine.start()

    def connect(
        self,
        platform: str,
        sender: Sender[View],
        pulse: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Let a platform carry what is said on it; its `pulse` is called by each sweep, to try again what failed.

        What is promised there waits, unhurt, until this is called.
        """
        self.senders[platform] = sender
        if pulse is not None:
            self._pulses.append(pulse)

    def watch(
        self,
        platform: str,
        trouble: Callable[[], Awaitable[str | None]],
        state: Callable[[], Mapping[str, str | int]],
        pulse: Callable[[], Awaitable[object]],
        attention: Attention,
        outsiders: Outsiders,
    ) -> None:
        """Look after a platform: `trouble` says, as a code, why nothing can be heard from it now; None: all is well.

        `state` says more of it to readiness. `pulse`: as `connect`. `attention` hints at who would
        rather not be disturbed; `outsiders` knows in which channels others than a school's people are.
        """
        self.attentions[platform] = attention
        self.outsiders[platform] = outsiders
        self.troubles[platform] = trouble
        self.states[platform] = state
        self._pulses.append(pulse)

    async def begin_on(self, platform: str, sender: Sender[View]) -> None:
        """A platform is reached: what waited for it is sent at once, what happened there meanwhile is looked at."""
        self.connect(platform, sender)
        await self.engine.sweep()
        await self.reconcile()

    async def reopened_on(self, platform: str, places: Mapping[str, Collection[str] | None]) -> None:
        """Channels, by their workspace (None: all of it), that were closed to us are open again: what was put off for
        them is sent now, what happened there meanwhile is looked at."""

        def is_open(at: str, workspace_key: str, channel: str) -> bool:
            channels = places.get(workspace_key, ())
            return at == platform and (channels is None or channel in channels)

        def leads_there(lane: str) -> bool:
            to = read_lane(lane)
            return is_open(to.platform, to.workspace_key, to.destination)

        await self.relay.resume(leads_there)
        await self.engine.sweep()
        await reconcile_all(self.store, self.senders, lambda ref: is_open(ref.platform, ref.workspace_key, ref.channel))

    def new_token(self) -> str:
        """A long random word, fit for an address or a cookie, that nobody can guess."""
        return base64.urlsafe_b64encode(self.world.entropy(TOKEN_BYTES)).rstrip(b"=").decode("ascii")

    async def tick(self) -> None:
        """Claim everybody whose spare moment has come, every reminder that is due, and what holds an expired badge."""
        await tick(self.store)
        await remind_all(self.store)
        await renew_around_all(self.store)

    async def coming(self) -> datetime | None:
        """When something happens next by itself: somebody's spare moment, a reminder, or a promise that comes due."""
        moments = (*await self.store.look(_next_moments, OfNoSchool()), await self.relay.next_due())
        return min((moment for moment in moments if moment is not None), default=None)

    async def reconcile(self) -> None:
        """Make stored endorsements equal to live reactions."""
        await reconcile_all(self.store, self.senders)

    async def load_catalogues(self, read: Sequence[tuple[Catalogue, Pages]]) -> tuple[catalogue.Loaded, ...]:
        """Load catalogues, all or none, and award what they make due in every school."""
        loads = tuple(catalogue.Load(catalogue=each, pages=pages) for each, pages in read)
        loaded = await self.store.run(catalogue.load_all, catalogue.LoadAll(loads=loads))
        await self._upkeep.settle()
        return loaded

    def clock(self) -> Clock:
        """The clock with the product's jobs, not yet started."""
        acts = Acts(
            tick=self.tick,
            sweep=self._sweep,
            reconcile=self.reconcile,
            backup=self._upkeep.backup,
            retention=self._upkeep.retention,
            catch_up=self._upkeep.catch_up,
        )
        return Clock(jobs(acts), self.settings.zone)

    def _serves(self, lane: str) -> bool:
        return lane == SIGN_LANE or read_lane(lane).platform in self.senders

    def _kick(self, lanes: frozenset[str]) -> None:
        if self._is_started:
            for lane in sorted(lanes):
                self.engine.kick(lane)

    async def _sweep(self) -> None:
        for pulse in self._pulses:
            await pulse()
        await self.engine.sweep()


def made(house: House, voice: Wording) -> Iterator[str]:
    """What was made or changed at this start and must be looked after."""
    if house.upgraded.backup is not None:
        yield voice.say("cli.db.upgraded", revision=house.upgraded.to_revision)
        yield voice.say("cli.db.kept", file=str(house.upgraded.backup))
    if house.secret_made is not None:
        yield voice.say("cli.secret_made", file=str(house.secret_made))
    for did in house.keys.made:
        yield voice.say("cli.keys_made", did=did)


@asynccontextmanager
async def open_house(settings: Settings, world: World, wait_until: WaitUntil | None = None) -> AsyncIterator[House]:
    """Open the vault and the database (made or brought up to date first), and close them in the end.

    Raises `Problem` for everything that a person can mend: `vault.…`, `db.…`.
    """
    make_data_dir(settings.data_dir)
    vault = vault_of(settings, make=not admin.is_there(settings.database_url.get_secret_value()))
    url = settings.database_url.get_secret_value()
    upgraded = admin.upgrade(url, now=world.now())
    store = await open_store(
        url,
        vault=vault.vault,
        calendar=HolidayCalendar(),
        now=world.now,
        new_id=world.new_id,
        new_secret=world.entropy,
        rng=world.rng,
        global_users=GLOBAL_USERS,
    )
    erasures = erasures_of(settings)

    def erased(mark: str) -> None:
        erasures.append(mark)
        admin.forget_log(url)

    store.on_erased = erased
    try:
        await replay_in(store, erasures.marks())
        erasures.include(await store.erasures())
        house = House(settings, world, vault, store, upgraded, wait_until)
        for school in await store.look(schools.all_issuing, OfNoSchool()):
            await house.keys.ensure(school.id)
        try:
            yield house
        finally:
            await house.engine.stop()
            house.verifier.close()
    finally:
        await store.close()


async def _next_moments(work: Work, _: OfNoSchool) -> tuple[datetime | None, ...]:
    return await work.clock.coming(), await work.terms.coming(), await work.enclosures.coming()
