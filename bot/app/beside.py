"""What a command is given that acts beside a house which may be running: the store, and that house's time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.app.data import vault_of
from bot.app.world import World
from bot.errors import Problem
from bot.handlers.local.room_clock import moved_ahead
from bot.scheduler.calendar import HolidayCalendar
from bot.services.ports import Vault
from bot.settings import Settings
from storage import admin
from storage.store import RowStore, open_store


def world_beside(settings: Settings, world: World | None = None) -> World:
    """The world in which the house of these settings lives: a rehearsal's is its room's, whose clock people move.

    So nothing that a command does there is dated before what it follows. Where real people are, time is what it is.
    """
    real = world or World()
    ahead = moved_ahead(settings.data_dir / "room" / "room.db")
    if not ahead or admin.is_at_work(settings.database_url.get_secret_value()):
        return real
    return replace(real, now=lambda: real.now() + ahead)


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
