"""The school's list of issuers that it trusts: told apart from whether a badge is intact; their badges may count as
prior learning.

Trusting an issuer takes nothing in, and ending it takes nothing back that was given.
"""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.language import Bilingual
from bot.domain.shown import one_line
from bot.domain.trust import LONGEST_NAME, TrustedIssuer, known_as
from bot.errors import Problem
from bot.services.catalogue import settle
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class NamedSchool(OfNoSchool):
    """A school by its key; empty: the only one there is."""

    key: str


@dataclass(frozen=True, kw_only=True)
class TrustIssuer(OfSchool):
    issuer: str
    name: str


@dataclass(frozen=True, kw_only=True)
class UntrustIssuer(OfSchool):
    issuer: str


async def school_named(work: Work, command: NamedSchool) -> OfSchool:
    """Raises `Problem` trust.school (`known`: the keys there are)."""
    schools = await work.directory.schools()
    found = [school for school in schools if school.key == command.key or (not command.key and len(schools) == 1)]
    if not found:
        raise Problem("trust.school", known=", ".join(school.key for school in schools))
    return OfSchool(school_id=found[0].id)


async def trust(work: Work, command: TrustIssuer) -> TrustedIssuer:
    """Put an issuer on the list, and award what its badges complete, those too that were taken in before.

    Raises `Problem` trust.issuer or trust.name.
    """
    issuer, name = _spelt(command.issuer), one_line(command.name)[:LONGEST_NAME]
    if not name:
        raise Problem("trust.name")
    await work.trust.put(issuer, name)
    school = await work.school()
    await work.audit.record("trust", actor=None, subject=school.public_id, detail={"issuer": issuer, "name": name})
    await settle(work, command)
    return TrustedIssuer(issuer, name, work.now)


async def untrust(work: Work, command: UntrustIssuer) -> str:
    """Take an issuer off the list. Raises `Problem` trust.issuer or trust.unlisted."""
    issuer = _spelt(command.issuer)
    if not await work.trust.drop(issuer):
        raise Problem("trust.unlisted", issuer=issuer)
    school = await work.school()
    await work.audit.record("untrust", actor=None, subject=school.public_id, detail={"issuer": issuer})
    return issuer


@dataclass(frozen=True)
class TrustList:
    """A school's list, as a verification looks at it."""

    school: Bilingual
    issuers: frozenset[str]


async def list_of(work: Work, command: OfSchool) -> TrustList:
    """The list, and whose it is."""
    school = await work.school()
    return TrustList(school.name, frozenset(one.issuer for one in await work.trust.all()))


async def trusted(work: Work, command: OfSchool) -> tuple[TrustedIssuer, ...]:
    """The list, by name."""
    return await work.trust.all()


async def listed(work: Work, command: OfSchool) -> tuple[TrustedIssuer, ...]:
    """The same, each since when on the school's own clock."""
    zone = ZoneInfo((await work.school()).zone)
    return tuple(replace(one, since=one.since.astimezone(zone)) for one in await work.trust.all())


def _spelt(typed: str) -> str:
    issuer = known_as(typed)
    if issuer is None:
        raise Problem("trust.issuer")
    return issuer
