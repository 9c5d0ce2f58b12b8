"""`sukima keys`: who signs for which school, and its keys exchanged or revoked, also while Sukima runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.beside import store_beside, world_beside
from bot.badges.jsontext import JsonObject
from bot.domain.people import School
from bot.errors import Problem
from bot.services import schools
from bot.services.commands import OfNoSchool
from bot.services.issuers import Exchanged, KeyDesk, KeyMaker, KeyTold, Succession
from bot.settings import Settings
from storage.store import RowStore


@dataclass(frozen=True)
class SchoolKeys:
    """Every key of a school, newest issuer first."""

    school: School
    told: tuple[KeyTold, ...]


@dataclass(frozen=True)
class PublishedKeys:
    """What whoever verifies a school's badges may need: its did document, and who followed whom."""

    document: JsonObject
    successions: tuple[Succession, ...]


@dataclass(frozen=True)
class _Keeping:
    store: RowStore
    desk: KeyDesk

    async def schools(self, key: str | None) -> tuple[School, ...]:
        """The school of a key, or all. Raises `Problem("school.unknown")`."""
        every = await self.store.look(schools.all_schools, OfNoSchool())
        found = tuple(school for school in every if key is None or school.key == key)
        if key is not None and not found:
            raise Problem("school.unknown", key=key)
        return found

    async def school(self, key: str | None) -> School:
        """The one that is meant: the only one, or named. Raises `Problem`: keys.no_school, keys.which_school."""
        found = await self.schools(key)
        if not found:
            raise Problem("keys.no_school")
        if len(found) > 1:
            raise Problem("keys.which_school")
        return found[0]


@asynccontextmanager
async def _keeping(settings: Settings) -> AsyncIterator[_Keeping]:
    """A desk beside a house that may be running: it reads the keys anew each time it signs."""
    world = world_beside(settings)
    async with store_beside(settings, world) as (store, vault):
        maker = KeyMaker(vault, world.entropy, world.new_rsa)
        yield _Keeping(store, KeyDesk(store, vault, maker, settings.public_url))


async def list_keys(settings: Settings, school: str | None) -> tuple[SchoolKeys, ...]:
    """The keys of one school, or of all."""
    async with _keeping(settings) as keeping:
        return tuple([SchoolKeys(each, await keeping.desk.told(each.id)) for each in await keeping.schools(school)])


async def keys_in_use(settings: Settings, school: str | None) -> SchoolKeys:
    """Those that sign new badges of a school. Raises `Problem`: `keys.none`."""
    async with _keeping(settings) as keeping:
        meant = await keeping.school(school)
        return SchoolKeys(meant, await keeping.desk.in_use(meant.id))


async def meant_key(settings: Settings, school: str | None, name: str) -> SchoolKeys:
    """The one key that a name means. Raises `Problem` as `KeyDesk.revoke`."""
    async with _keeping(settings) as keeping:
        meant = await keeping.school(school)
        return SchoolKeys(meant, (await keeping.desk.meant(meant.id, name),))


async def rotate_keys(settings: Settings, school: str | None) -> Exchanged:
    async with _keeping(settings) as keeping:
        return await keeping.desk.rotate((await keeping.school(school)).id)


async def revoke_key(settings: Settings, school: str | None, name: str, reason: str) -> Exchanged:
    async with _keeping(settings) as keeping:
        return await keeping.desk.revoke((await keeping.school(school)).id, name, reason)


async def published_keys(settings: Settings, school: str | None) -> PublishedKeys:
    """What is, or could be, published about a school's keys. Raises `Problem("keys.none")`."""
    async with _keeping(settings) as keeping:
        document, successions = await keeping.desk.published((await keeping.school(school)).id)
        return PublishedKeys(document, successions)
