"""`sukima issuer`: institutions that schools issue for, and which schools may, also while Sukima runs."""

from dataclasses import dataclass

from bot.app.beside import store_beside, world_beside
from bot.domain.issuers import Issuer
from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.services import institutions, mandates
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.institutions import RenameInstitution
from bot.services.issuers import KeyDesk, KeyMaker, read_signers
from bot.services.mandates import AddInstitution, Allowed, AllowIssuing, NamedInstitution, NamedPair
from bot.settings import Settings
from storage.store import RowStore


@dataclass(frozen=True)
class InstitutionTold:
    """An institution with the did under which it issues now, and the schools that may issue for it.

    One that was added just before everything stopped has no did yet: the next start makes it.
    """

    school: School
    issuer: Issuer | None
    allowed: tuple[Allowed, ...]


async def add_issuer(settings: Settings, command: AddInstitution) -> InstitutionTold:
    """A new institution with its keys. Raises `Problem`, as `services.mandates`."""
    world = world_beside(settings)
    async with store_beside(settings, world) as (store, vault):
        made = await store.run(mandates.add_institution, command)
        maker = KeyMaker(vault, world.entropy, world.new_rsa)
        await KeyDesk(store, vault, maker, settings.public_url).ensure(made.id)
        return await _told(store, made)


async def list_issuers(settings: Settings) -> tuple[InstitutionTold, ...]:
    """All institutions, by key."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        every = await store.look(mandates.all_institutions, OfNoSchool())
        return tuple([await _told(store, each) for each in every])


async def _told(store: RowStore, institution: School) -> InstitutionTold:
    of = OfSchool(school_id=institution.id)
    now = (await store.look(read_signers, of)).now
    return InstitutionTold(institution, now.issuer if now else None, await store.look(mandates.allowed_by, of))


async def rename_issuer(settings: Settings, key: str, name: Bilingual) -> School:
    """An institution by its new name. Raises `Problem`, as `services.institutions`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        found = await store.look(mandates.find_institution, NamedInstitution(key=key))
        return await store.run(institutions.rename_institution, RenameInstitution(school_id=found.id, name=name))


async def remove_issuer(settings: Settings, key: str) -> School:
    """The institution that is no more. Raises `Problem`, as `services.institutions`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        found = await store.look(mandates.find_institution, NamedInstitution(key=key))
        return await store.run(institutions.remove_institution, OfSchool(school_id=found.id))


async def allow_issuer(settings: Settings, named: NamedPair, course: str) -> int:
    """Let a school issue in an institution's name. Counts the courses. Raises `Problem`, as `services.mandates`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        return await store.run(mandates.allow_issuing, await _command(store, named, course))


async def disallow_issuer(settings: Settings, named: NamedPair, course: str) -> tuple[Allowed, ...]:
    """Not any longer; what the school may still issue in that name. Raises `Problem`, as `services.mandates`."""
    async with store_beside(settings, world_beside(settings)) as (store, _):
        command = await _command(store, named, course)
        await store.run(mandates.end_issuing, command)
        left = await store.look(mandates.allowed_by, OfSchool(school_id=command.institution.id))
        return tuple(each for each in left if each.school.id == command.school_id)


async def _command(store: RowStore, named: NamedPair, course: str) -> AllowIssuing:
    institution, school = await store.look(mandates.find_pair, named)
    return AllowIssuing(school_id=school.id, institution=institution, course=course)
