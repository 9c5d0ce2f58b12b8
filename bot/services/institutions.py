"""Renaming and removing an institution (decision 0021): its did stays while anything that was signed names it."""

from dataclasses import dataclass

from bot.domain.language import Bilingual
from bot.domain.people import School
from bot.errors import Problem
from bot.services.commands import OfSchool
from bot.services.mandates import allowed_by, plain_name
from bot.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class RenameInstitution(OfSchool):
    """`school_id` is the institution's."""

    name: Bilingual


async def rename_institution(work: Work, command: RenameInstitution) -> School:
    """A new name, from the next edition on: what is signed keeps the name that it was signed with.

    Raises `Problem("school.bad_name")`.
    """
    institution = await work.school()
    if await work.institutions.rename(plain_name(command.name)):
        await work.audit.record("rename", actor=None, subject=institution.public_id)
    return await work.directory.school(institution.id)


async def remove_institution(work: Work, command: OfSchool) -> School:
    """Remove an institution in whose name nothing was signed, with its keys; as it was.

    Raises `Problem`: `institution.is_allowed` (`schools`: their keys), `institution.has_issued`,
    `institution.is_endorsed`.
    """
    institution = await work.school()
    since = await work.institutions.issued_since()
    allowed = dict.fromkeys(each.school.key for each in await allowed_by(work, command))
    if allowed:
        raise Problem("institution.is_allowed", institution=institution.key, schools=", ".join(allowed))
    if since is not None:
        raise Problem("institution.has_issued", institution=institution.key, day=since.date().isoformat())
    if await work.institutions.is_endorsed():
        raise Problem("institution.is_endorsed", institution=institution.key)
    await work.audit.record("remove", actor=None, subject=institution.public_id)
    await work.institutions.remove()
    return institution
