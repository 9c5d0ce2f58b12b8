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
from bot.services.issuers import Exchanged, KeyDesk, KeyMaker, KeyTold, Succession, sound_reason
from bot.services.mandates import NamedInstitution, find_institution
from bot.settings import Settings
from storage.store import RowStore


@dataclass(frozen=True)
class Whose:
    """Whose keys are meant: a school's or an institution's, by its key."""

    school: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class SchoolKeys:
    """Every key of a school or an institution, newest issuer first."""

    school: School
    told: tuple[KeyTold, ...]

    @property
    def whose(self) -> Whose:
        key = self.school.key
        return Whose(issuer=key) if self.school.issues_only else Whose(key)


@dataclass(frozen=True)
class PublishedKeys:
    """What whoever verifies a school's badges may need: its did document, and who followed whom."""

    document: JsonObject
    successions: tuple[Succession, ...]


@dataclass(frozen=True)
class _Keeping:
    store: RowStore
    desk: KeyDesk

    async def all(self, whose: Whose) -> tuple[School, ...]:
        """Who is meant: all who have keys where nobody is named. Raises `Problem` as `one`."""
        if whose == Whose():
            return await self.store.look(schools.all_issuing, OfNoSchool())
        return (await self.one(whose),)

    async def one(self, whose: Whose) -> School:
        """The one that is meant: named, or the only school. Raises `Problem`: keys.no_school, keys.which_school,
        keys.whose, school.unknown, institution.…"""
        if whose.issuer is not None:
            if whose.school is not None:
                raise Problem("keys.whose")
            return await self.store.look(find_institution, NamedInstitution(key=whose.issuer))
        every = await self.store.look(schools.all_schools, OfNoSchool())
        found = tuple(school for school in every if whose.school in (None, school.key))
        if whose.school is not None and not found:
            raise Problem("school.unknown", key=whose.school)
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


async def list_keys(settings: Settings, whose: Whose) -> tuple[SchoolKeys, ...]:
    """The keys of one, or of all."""
    async with _keeping(settings) as keeping:
        return tuple([SchoolKeys(each, await keeping.desk.told(each.id)) for each in await keeping.all(whose)])


async def keys_in_use(settings: Settings, whose: Whose) -> SchoolKeys:
    """Those that sign new badges of one. Raises `Problem`: `keys.none`."""
    async with _keeping(settings) as keeping:
        meant = await keeping.one(whose)
        return SchoolKeys(meant, await keeping.desk.in_use(meant.id))


async def meant_key(settings: Settings, whose: Whose, name: str, reason: str) -> SchoolKeys:
    """The one key that a name means, to be revoked for a reason. Raises `Problem` as `KeyDesk.revoke`."""
    sound_reason(reason)
    async with _keeping(settings) as keeping:
        meant = await keeping.one(whose)
        return SchoolKeys(meant, (await keeping.desk.meant(meant.id, name),))


async def rotate_keys(settings: Settings, whose: Whose) -> Exchanged:
    async with _keeping(settings) as keeping:
        return await keeping.desk.rotate((await keeping.one(whose)).id)


async def revoke_key(settings: Settings, whose: Whose, name: str, reason: str) -> Exchanged:
    async with _keeping(settings) as keeping:
        return await keeping.desk.revoke((await keeping.one(whose)).id, name, reason)


async def published_keys(settings: Settings, whose: Whose) -> PublishedKeys:
    """What is, or could be, published about a school's keys. Raises `Problem("keys.none")`."""
    async with _keeping(settings) as keeping:
        document, successions = await keeping.desk.published((await keeping.one(whose)).id)
        return PublishedKeys(document, successions)
