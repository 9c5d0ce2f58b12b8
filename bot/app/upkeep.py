"""What the house does for itself by day and night: backups, forgetting old events, making good what was left undone."""

import asyncio
from datetime import timedelta

from bot.app.world import World
from bot.domain.linking import WITHIN
from bot.services import catalogue, preferences, schools
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.credentials import promise_unsigned
from bot.services.entries import promise_entries
from bot.services.foreign import ForeignDesk
from bot.settings import Settings
from storage import admin
from storage.store import RowStore

INBOX_KEPT = timedelta(days=30)
QUESTIONS_KEPT = timedelta(days=30)
BACKUPS_KEPT = 14


class Upkeep:
    """The house's own work on its rows and files; each act may be done at any time and again."""

    def __init__(self, settings: Settings, world: World, store: RowStore, foreign: ForeignDesk) -> None:
        self._settings = settings
        self._world = world
        self._store = store
        self._foreign = foreign

    async def settle(self) -> None:
        """Award in every school what has become due."""
        for school in await self._store.look(schools.all_schools, OfNoSchool()):
            await self._store.run(catalogue.settle, OfSchool(school_id=school.id))

    async def catch_up(self) -> None:
        """What an interrupted night or a long pause left undone: plans, awards that are due, unsigned awards, a portion
        of what names no status list; then badges from elsewhere that were not verified for a while, which may take
        its time."""
        await self.settle()
        for school in await self._store.look(schools.all_schools, OfNoSchool()):
            await self._store.run(preferences.replan_idle, OfSchool(school_id=school.id))
            await self._store.run(promise_unsigned, OfSchool(school_id=school.id))
            await self._store.run(promise_entries, OfSchool(school_id=school.id))
        for school in await self._store.look(schools.all_schools, OfNoSchool()):
            await self._foreign.check_again(OfSchool(school_id=school.id))

    async def retention(self) -> None:
        """Forget events, questions, sessions, and codes (to move, to link, sent by mail) that are older than anybody
        needs."""
        await self._store.forget_events(self._world.now() - INBOX_KEPT)
        await self._store.forget_questions(self._world.now() - QUESTIONS_KEPT)
        await self._store.forget_sessions(self._world.now())
        await self._store.forget_moves(self._world.now())
        await self._store.forget_codes(self._world.now())
        await self._store.forget_links(self._world.now() - WITHIN)

    async def backup(self) -> None:
        """Copy an SQLite database once a day, and keep the last `BACKUPS_KEPT` copies."""
        url = self._settings.database_url.get_secret_value()
        if not url.startswith("sqlite"):
            return  # PostgreSQL is backed up by its own tools (docs)
        folder = self._settings.data_dir / "backups"
        today = folder / f"sukima-{self._world.now().astimezone(self._settings.zone):%Y-%m-%d}.db"
        if today.exists():
            return
        await asyncio.to_thread(admin.backup, url, today)
        for old in sorted(folder.glob("sukima-*.db"))[:-BACKUPS_KEPT]:
            old.unlink()
