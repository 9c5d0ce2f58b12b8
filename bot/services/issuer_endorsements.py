"""Endorsing issuers: a school by officers of its board, and by leaders of schools that agreed with it; an institution
by officers and leaders of the schools that issue in its name."""

from dataclasses import dataclass

from bot.badges.text import clean
from bot.domain.comments import comment_of
from bot.domain.issuer_endorsing import speaks_as, speaks_of_institution
from bot.domain.issuers import Issuer
from bot.domain.outcomes import Refused
from bot.domain.people import Person, Role, School
from bot.domain.recognition import As, Decision, Endorsement, Target, TargetKind, pressed
from bot.services.commands import ByPerson
from bot.services.comments import put_words
from bot.services.endorsements import carry_out, facts_about
from bot.services.ports import Work


@dataclass(frozen=True)
class EndorsableIssuer:
    """A school or institution that one may endorse as an issuer. `given` is one's own endorsement, where it stands."""

    school: School
    issuer: Issuer
    role: As
    given: Endorsement | None


async def look_at_issuers(work: Work, command: ByPerson) -> tuple[EndorsableIssuer, ...]:
    """The schools that the person may endorse, then the institutions, each by key."""
    found = []
    for school, role in await _spoken_of(work, command):
        issuer = await _issuer_of(work, school)
        if issuer is not None:
            given = await work.endorsements.of(command.person_id, Target(TargetKind.ISSUER, issuer.id))
            stands = given is not None and given.stands and given.endorser_id is not None
            found.append(EndorsableIssuer(school, issuer, role, given if stands else None))
    return tuple(found)


async def may_endorse_issuers(work: Work, command: ByPerson) -> bool:
    """Whether there is any school or institution that the person speaks of."""
    return bool(await _spoken_of(work, command))


async def _spoken_of(work: Work, command: ByPerson) -> list[tuple[School, As]]:
    """Schools, then institutions, that the person may speak of, by key, and in which role. As many questions, however
    many there are."""
    person = await work.people.get(command.person_id)
    agreements = await work.agreements.standing()
    board = await work.directory.board_of(person.school_id) if Role.OFFICER in person.roles else None
    under = {each.id for each in await work.directory.under(board.id)} if board else set()
    schools = sorted(await work.directory.schools(), key=lambda each: each.key)
    roles = [speaks_as(person, each.id, same_board=each.id in under, agreements=agreements) for each in schools]
    spoken_of = [(school, role) for school, role in zip(schools, roles, strict=True) if role is not None]
    return spoken_of + await _institutions_of(work, person, has_board=board is not None)


async def _institutions_of(work: Work, person: Person, *, has_board: bool) -> list[tuple[School, As]]:
    """Those that let the person's school issue in their name."""
    mandates = await work.mandates.standing()
    if not mandates:
        return []
    every = await work.directory.institutions()
    roles = [speaks_of_institution(person, each.id, has_board=has_board, mandates=mandates) for each in every]
    return [(institution, role) for institution, role in zip(every, roles, strict=True) if role is not None]


async def _issuer_of(work: Work, school: School) -> Issuer | None:
    """Under which did the school or institution issues now."""
    seen = await work.public.signer(school.public_id)
    return next((each.issuer for each in seen.issuers if each.issuer.ended_at is None), None) if seen else None


@dataclass(frozen=True, kw_only=True)
class EndorseIssuer(ByPerson):
    school: str
    """Public id."""
    words: str = ""
    """As they were typed; they may say nothing."""


async def endorse_issuer(work: Work, command: EndorseIssuer) -> Decision:
    """Endorse the did under which a school or an institution issues now, with words or without: both or neither.

    One that stands already stays as it is but for new words.
    """
    await work.people.lock(command.person_id)
    one = next((each for each in await look_at_issuers(work, command) if each.school.public_id == command.school), None)
    if one is None:
        return Refused("unknown_thing")
    said = comment_of(clean(command.words), None)
    if isinstance(said, Refused):
        return said
    person = await work.people.get(command.person_id)
    target = Target(TargetKind.ISSUER, one.issuer.id)
    facts = await facts_about(work, person, target, one.role)
    decision = pressed(facts)
    await carry_out(work, person, target, facts.current, decision, by_button=True, of_school=one.school.id)
    if not isinstance(decision, Refused):
        await put_words(work, command, target, command.words)
    return decision
