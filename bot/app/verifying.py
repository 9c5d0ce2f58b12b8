"""Verifying for the command line. What a badge of this deployment wants of it is read in its database where that is
free: a house that is at work has it, and answers over its own address as it does to everybody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.app.beside import store_beside
from bot.app.data import vault_of
from bot.app.files import read_bytes
from bot.app.world import World
from bot.badges.bake import MAX_PICTURE_MEBIBYTES
from bot.badges.reads import Read, Reads, Unread
from bot.badges.verdict import Verdict
from bot.badges.verify import verify
from bot.errors import Problem
from bot.scheduler.calendar import HolidayCalendar
from bot.services.addresses import Addresses
from bot.services.at_home import AtHome
from bot.services.collections import CollectionTokens
from bot.services.own_pages import OwnPages
from bot.services.ports import Fetch
from bot.services.status import ListDesk
from bot.services.trust import NamedSchool, TrustList, list_of, school_named
from bot.services.verification import verify_link, verify_reading
from bot.settings import Settings
from storage import admin
from storage.store import open_store

MAX_BADGE = MAX_PICTURE_MEBIBYTES
"""In MiB: a badge is at most as large as the largest picture that is opened."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
"""How an address begins; whether it may be read is decided where it is."""


async def verify_named(
    named: str, settings: Settings | None, world: World, trusting: TrustList | None = None
) -> Verdict:
    """Verify the badge in a file or at an address. Raises `Problem("file.…")` for a file that cannot be read.

    `settings` say which deployment is our own; None: none is. `trusting` is the list that the issuer is looked up in.
    """
    known = trusting.issuers if trusting else frozenset()

    async def check(data: bytes, reads: Reads) -> Verdict:
        return await asyncio.to_thread(verify, data, now=world.now(), trusted=known, reads=reads)

    async with _reading(settings, world) as fetch:
        if _ADDRESS.match(named):
            return await verify_link(named, check, fetch)
        return await verify_reading(read_bytes(Path(named), MAX_BADGE), check, fetch)


async def trust_list(settings: Settings | None, school: str, world: World) -> TrustList | None:
    """The list of the school by this key; of the only school there is where none is named, else None.

    Raises `Problem` where a school is named and cannot be had.
    """
    if settings is None:
        return None
    try:
        async with store_beside(settings, world) as (store, _):
            return await store.look(list_of, await store.look(school_named, NamedSchool(key=school)))
    except Problem:
        if school:
            raise
        return None


@asynccontextmanager
async def _reading(settings: Settings | None, world: World) -> AsyncIterator[Fetch]:
    if settings is None or settings.public_url is None:
        yield world.fetch
        return
    async with AsyncExitStack() as stack:
        yield _OwnFirst(settings, world, stack)


class _OwnFirst:
    """Opens the database when something below our own address is wanted for the first time, and not before."""

    def __init__(self, settings: Settings, world: World, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._world = world
        self._stack = stack
        self._opening: asyncio.Task[Fetch] | None = None

    async def get(self, url: str, accept: str) -> Read | Unread:
        base = (self._settings.public_url or "").rstrip("/")
        if not url.startswith(f"{base}/"):
            return await self._world.fetch.get(url, accept)
        self._opening = self._opening or asyncio.create_task(self._open())
        return await (await self._opening).get(url, accept)

    async def _open(self) -> Fetch:
        url = self._settings.database_url.get_secret_value()
        try:
            if not admin.is_there(url):
                return self._world.fetch
            vault = vault_of(self._settings, make=False).vault
            store = await open_store(
                url,
                vault=vault,
                calendar=HolidayCalendar(),
                now=self._world.now,
                new_id=self._world.new_id,
                new_secret=self._world.entropy,
                rng=self._world.rng,
            )
        except Problem:
            return self._world.fetch
        self._stack.push_async_callback(store.close)
        tokens = CollectionTokens(vault.derive("collections"))
        pages = OwnPages(store, Addresses(self._settings.public_url), tokens)
        return AtHome(store, ListDesk(store, vault), pages, self._world.fetch)
