"""The store, opened by a command beside a house that may be running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.data import vault_of
from bot.app.world import World
from bot.errors import Problem
from bot.scheduler.calendar import HolidayCalendar
from bot.services.ports import Vault
from bot.settings import Settings
from storage import admin
from storage.store import RowStore, open_store


@asynccontextmanager
async def store_beside(settings: Settings, world: World) -> AsyncIterator[tuple[RowStore, Vault]]:
    """What is promised here is kept by the running house with its next sweep. Raises `Problem("db.missing")`."""
    url = settings.database_url.get_secret_value()
    if not admin.is_there(url):
        raise Problem("db.missing", file=str(settings.data_dir))
    vault = vault_of(settings, make=False).vault
    store = await open_store(
        url,
        vault=vault,
        calendar=HolidayCalendar(),
        now=world.now,
        new_id=world.new_id,
        new_secret=world.entropy,
        rng=world.rng,
        beside=True,
    )
    try:
        yield store, vault
    finally:
        await store.close()
