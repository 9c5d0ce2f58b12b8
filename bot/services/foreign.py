"""Taking in badges from elsewhere: verified, bound to the person by an address of theirs, kept, and verified again.

Nothing here shows a badge to anybody but its holder. What is kept is what a server said on a day (`domain.foreign`).
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import assert_never

import structlog

from bot.badges.bake import is_png
from bot.badges.reads import Read, Reads
from bot.badges.text import shown
from bot.badges.verdict import BadgeSummary, CheckResult, Outcome, Validity, Verdict
from bot.domain.foreign import (
    AGAIN_AFTER,
    MAX_BYTES,
    MAX_MEBIBYTES,
    MOST_KEPT,
    Fault,
    Foreign,
    GivenTo,
    address_of,
    is_given_to,
    mark_of,
)
from bot.domain.foreign_rounds import GIVES_UP, Waiting, in_turn, share_of_a_night
from bot.domain.outcomes import Refused
from bot.domain.trust import host_of
from bot.errors import Problem
from bot.services.commands import ByPerson, OfSchool
from bot.services.earning import earn
from bot.services.foreign_ports import Coming, ForeignFile
from bot.services.last_seen import with_last_seen
from bot.services.own_pages import OwnPages
from bot.services.ports import Fetch, Store, Work
from bot.services.proving import addresses_of
from bot.services.shares import Share
from bot.services.trust import trusted
from bot.services.turns import Turns
from bot.services.verification import Answers, Looked, look_at_file, look_at_link
from bot.services.verifier import Busy, Verifier

log = structlog.get_logger(__name__)
_IN_THE_WAY = (Outcome.FAIL, Outcome.UNKNOWN)
_TOO_LARGE = frozenset({"json_too_big", "picture_too_big"})
_NEVER_READ = frozenset({"bad_address", "not_https", "not_public", "too_big", "sent_on", "page"})
"""What is in the way of reading at an address, and will be tomorrow."""


@dataclass(frozen=True)
class Taken:
    """A badge is kept now. `new` is False where it was kept already and was verified again."""

    foreign: Foreign
    new: bool


@dataclass(frozen=True)
class NotTaken:
    """Why it is not kept, in one sentence; and what was found, where something was looked at."""

    refusal: Refused
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class TakeIn(ByPerson):
    """Keep what was found good; `summary` says whom it was given to."""

    coming: Coming
    summary: BadgeSummary
    address: str | None = field(default=None, repr=False)
    """Where it was read; None for a file."""


@dataclass(frozen=True, kw_only=True)
class AboutForeign(ByPerson):
    """An act on a badge from elsewhere, named by its public id."""

    badge: str


@dataclass(frozen=True, kw_only=True)
class AboutFile(ByPerson):
    """A file that may be kept already."""

    file: bytes = field(repr=False)


class LookedAgain(StrEnum):
    """What a new look at a kept badge came to; the value is how its person is told."""

    TOLD = "checked"
    """Good, or not: it is noted."""
    UNTOLD = "not_checked"
    """It could not be read, or is not the same any more."""
    NOT_THEIRS = "not_addressed"
    """It is good, but given to none of the addresses that are proved to be this person's now."""


class ForeignDesk:
    """Looks at files and addresses that people bring, outside of any transaction, and lets the use cases keep them."""

    def __init__(
        self, store: Store, verifier: Verifier, fetch: Fetch, own: OwnPages, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._verifier = verifier
        self._fetch = fetch
        self._own = own
        self._turns = Turns(fetch, now)

    async def look(self, me: ByPerson, thing: bytes | str) -> Looked | Refused:
        """What can be said of a file, or of what an address leads to, for people of this school.

        What our own address leads to is had without the network; refused where it is not handed out there. What
        cannot be told now is told with the day on which it was last found valid, where this person keeps it. Raises
        `Problem` foreign_busy or foreign_enough.
        """
        if isinstance(thing, bytes):
            return await self.look_into(me, thing)
        own = await self._own.find(thing)
        if isinstance(own, Refused):
            return own
        return await self.look_into(me, thing if own is None else own)

    async def look_into(self, me: ByPerson, thing: bytes | str) -> Looked:
        """The same, of a file or of another site's address."""
        with self._turns.of(me) as share:
            looked = await self._look_at(me, thing, share)
        return replace(looked, verdict=await with_last_seen(self._store, me, thing, looked))

    @contextmanager
    def turn(self, me: ByPerson) -> Iterator[Callable[[bytes, Answers], Awaitable[Looked]]]:
        """One turn of a person, for as many files as its caller looks at in it, with what was read already.

        Raises `Problem` foreign_busy or foreign_enough; so does looking.
        """
        with self._turns.of(me) as share:
            yield lambda data, known: self._look_at(me, data, share, known)

    @contextmanager
    def reading(self, me: ByPerson) -> Iterator[Fetch]:
        """One turn of a person, to read who signed something that is no badge. Raises as `turn` does."""
        with self._turns.of(me) as share:
            yield share

    async def _look_at(
        self, me: OfSchool, thing: bytes | str, reading: Fetch | Share, known_answers: Answers | None = None
    ) -> Looked:
        listed = await self._store.look(trusted, OfSchool(school_id=me.school_id))
        known = frozenset(one.issuer for one in listed)

        async def check(data: bytes, reads: Reads) -> Verdict:
            return await self._verifier.verify(data, reads, known)

        try:
            fair = reading.in_turn(check) if isinstance(reading, Share) else check
            if isinstance(thing, bytes):
                return await look_at_file(thing, fair, reading, known_answers)
            return await look_at_link(thing, fair, reading)
        except Busy:
            raise Problem("foreign_busy") from None

    async def take_in(self, me: ByPerson, thing: bytes | str) -> Taken | NotTaken:
        """Verify a file, or what an address leads to, and keep it for the person that it was given to.

        Raises `Problem` foreign_busy.
        """
        if len(thing) > MAX_BYTES:
            return NotTaken(Refused("foreign_too_large", {"limit": MAX_MEBIBYTES}))
        looked = await self.look(me, thing)
        if isinstance(looked, Refused):
            return NotTaken(looked)
        coming = coming_of(looked)
        if isinstance(coming, Refused):
            return NotTaken(coming, looked.verdict)
        summary = looked.verdict.summary
        assert summary is not None  # noqa: S101 - what has none is refused above
        address = address_of(thing) if isinstance(thing, str) else None
        command = TakeIn(
            school_id=me.school_id, person_id=me.person_id, coming=coming, summary=summary, address=address
        )
        kept = await self._store.run(take_in, command)
        return NotTaken(kept, looked.verdict) if isinstance(kept, Refused) else kept

    async def check_again(self, school: OfSchool) -> int:
        """Verify what was not tried for a while, and note what is found. Counts what could be told of.

        Bounded for one night (`domain.foreign_rounds`): what is left comes first in the next one.
        """
        waiting = await self._store.look(due, school)
        told, left, failed = 0, share_of_a_night(waiting.kept), Counter[str]()
        for one in in_turn(waiting.badges):
            if left and failed[one.host] < GIVES_UP:
                is_told = await self._is_told(school, one)
                failed[one.host] = 0 if is_told else failed[one.host] + 1
                told, left = told + is_told, left - 1
        return told

    async def _is_told(self, school: OfSchool, one: Waiting) -> bool:
        """Verify it again; whether anything could be told. What goes wrong with one keeps no other waiting."""
        command = AboutForeign(school_id=school.school_id, person_id=one.person_id, badge=one.public_id)
        try:
            return await self._check(command, self._fetch) is LookedAgain.TOLD
        except Problem as problem:
            log.info("foreign.not_checked", code=problem.code)
        except Exception:
            log.exception("foreign.check_failed", badge=one.public_id)
            await self._store.run(note_tried, command)
        return False

    async def check(self, command: AboutForeign) -> LookedAgain:
        """Verify one that is kept again, now.

        Raises `Problem` foreign_busy or foreign_enough.
        """
        with self._turns.of(command) as share:
            return await self._check(command, share)

    async def _check(self, command: AboutForeign, reading: Fetch | Share) -> LookedAgain:
        kept = await self._store.look(file_of, command)
        if kept is None:
            return LookedAgain.UNTOLD
        looked = await self._look_at(command, kept.file, reading)
        again = Again(
            school_id=command.school_id,
            person_id=command.person_id,
            badge=command.badge,
            found=coming_of(looked),
            summary=looked.verdict.summary,
        )
        return await self._store.run(note_again, again)


# ---------------------------------------------------------------- what a verdict allows


def in_the_way(verdict: Verdict | None) -> Verdict:
    """Of what was found only what keeps a badge out, or may: also which addresses were not read."""
    checks = verdict.checks if verdict else ()
    return Verdict(tuple(check for check in checks if check.outcome in _IN_THE_WAY or check.name == "fetch"))


def coming_of(looked: Looked) -> Coming | Refused:
    """The badge as it would be kept; or why it cannot be, whoever brings it."""
    verdict = looked.verdict
    refusal = _refusal(verdict)
    if refusal is not None:
        return refusal
    summary = verdict.summary
    awarded = None if summary is None else _day(summary.awarded) or _day(summary.valid_from)
    if summary is None or awarded is None:
        return Refused("foreign_nothing")
    if len(looked.data) > MAX_BYTES:
        return Refused("foreign_too_large", {"limit": MAX_MEBIBYTES})
    answer, issuer = looked.answers.get(summary.address), _issuer_of(summary)
    return Coming(
        mark=mark_of(issuer, summary.achievement_id, summary.credential_id or sha256(looked.data).hexdigest()),
        issuer=issuer,
        host=shown(host_of(issuer) or issuer) or "?",
        issuer_name=summary.issuer or issuer or "?",
        name=summary.achievement or "?",
        badge_id=summary.achievement_id,
        about=summary.description,
        tags=summary.tags,
        awarded_on=awarded,
        expires_at=_moment(summary.ends),
        is_picture=is_png(looked.data),
        file=looked.data,
        copy=answer.body if isinstance(answer, Read) else None,
        published=summary.credential_id if isinstance(answer, Read) else None,
    )


def _issuer_of(summary: BadgeSummary) -> str:
    """The issuer's id; for one that has none (Open Badges 1), the site that publishes the badge as its own."""
    return summary.issuer_id or f"https://{host_of(summary.address)}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _refusal(verdict: Verdict) -> Refused | None:
    """What keeps a badge out, in one sentence. One that is merely over is kept, and labelled."""
    if any(check.name == "form" and check.code in _TOO_LARGE for check in verdict.checks):
        return Refused("foreign_too_large", {"limit": MAX_MEBIBYTES})
    failed = [check for check in verdict.checks if check.outcome is Outcome.FAIL and not _is_mild(check)]
    stopped = next((check for check in failed if check.name == "status" or _is(check, "fetch", "gone")), None)
    if stopped is not None:
        return _stopped(stopped)
    if any(check.name == "form" for check in failed):
        return Refused("foreign_nothing")
    if failed:
        return Refused("foreign_invalid")
    match verdict.validity:
        case Validity.UNKNOWN:
            return _unknown(verdict)
        case Validity.VALID:
            return None if verdict.checks else _unknown(verdict)
        case Validity.INVALID:
            unknown = any(check.outcome is Outcome.UNKNOWN or _is_unsaid(check) for check in verdict.checks)
            return _unknown(verdict) if unknown else None
        case _:
            assert_never(verdict.validity)


def _unknown(verdict: Verdict) -> Refused:
    """It cannot be told now: perhaps later, or never by what it names."""
    reasons = {check.code for check in verdict.checks if check.name == "fetch"}
    return Refused("foreign_address") if reasons and reasons <= _NEVER_READ else Refused("foreign_unknown")


def _is_mild(check: CheckResult) -> bool:
    """It fails, and yet says nothing against the badge: that is merely over, or its issuer's keys cannot be read."""
    return _is(check, "dates", "expired") or _is_unsaid(check)


def _is_unsaid(check: CheckResult) -> bool:
    """The issuer's keys are not where they were: a site that moved or closed has taken no badge back."""
    return _is(check, "key", "gone")


def _is(check: CheckResult, name: str, code: str) -> bool:
    return (check.name, check.code) == (name, code)


def _stopped(check: CheckResult) -> Refused:
    if check.code == "revoked_because":
        return Refused("foreign_revoked_because", {"reason": check.params["reason"]})
    return Refused("foreign_suspended") if check.code == "suspended" else Refused("foreign_revoked")


# ---------------------------------------------------------------- use cases


async def take_in(work: Work, command: TakeIn) -> Taken | Refused:
    """Keep a badge for the person that it was given to. A second time it changes nothing but the day of the check."""
    await work.people.lock(command.person_id)
    refusal = await _not_theirs(work, command)
    if refusal is not None:
        return refusal
    coming = command.coming
    former = await work.foreign.marked(coming.mark)
    if former is not None:
        return await _kept_already(work, command, former)
    if len(await work.foreign.of_person(command.person_id)) >= MOST_KEPT:
        return Refused("foreign_full", {"most": MOST_KEPT})
    kept = await work.foreign.keep(command.person_id, coming)
    if kept is None:
        return Refused("foreign_taken")
    await _note_address(work, command, kept)
    person = await work.people.get(command.person_id)
    await work.audit.record("take_in", actor=person, subject=kept.public_id)
    await earn(work, person, await work.shelves.current())
    return Taken(kept, new=True)


async def _kept_already(work: Work, command: TakeIn, former: Foreign) -> Taken | Refused:
    if former.person_id != command.person_id:
        return Refused("foreign_taken")
    await work.foreign.note_good(former.id, command.coming)
    await _note_address(work, command, former)
    await earn(work, await work.people.get(command.person_id), await work.shelves.current())
    kept = await work.foreign.by_public_id(former.public_id)
    return Taken(kept or former, new=False)


async def _note_address(work: Work, command: TakeIn, kept: Foreign) -> None:
    """The last address by which it came; a file that comes later says nothing of any."""
    if command.address is not None:
        await work.foreign.note_address(command.person_id, kept.id, command.address)


async def _not_theirs(work: Work, command: TakeIn) -> Refused | None:
    """Why this is not a badge from elsewhere that was given to this person."""
    summary = command.summary
    # By its proved issuer only: anybody can write the id of somebody's award into a badge of their own. The answer is
    # the same whether another holds the award or nobody does any more.
    if await work.moves.issues(summary.issuer_id):
        holder = await work.moves.holder(summary.credential_id.removeprefix("urn:uuid:"))
        own = holder in await work.moves.same(command.person_id)
        return Refused("foreign_lives_here") if own else Refused("foreign_not_yours")
    if not summary.recipients and not summary.subject_id.lower().startswith("mailto:"):
        return Refused("foreign_unaddressed")
    addresses = await addresses_of(work, command.person_id)
    if not addresses:
        return Refused("foreign_no_address")
    return None if _is_addressed(summary, addresses) else Refused("foreign_not_yours")


def _is_addressed(summary: BadgeSummary, addresses: Collection[str]) -> bool:
    recipients = [GivenTo(one.identity, one.identity_type, one.hashed, one.salt) for one in summary.recipients]
    return is_given_to(recipients, summary.subject_id, addresses)


@dataclass(frozen=True, kw_only=True)
class Again(AboutForeign):
    """What a new look at a kept badge found."""

    found: Coming | Refused
    summary: BadgeSummary | None
    """Says whom it is given to now."""


_FAULTS = {
    "foreign_revoked": Fault.REVOKED,
    "foreign_revoked_because": Fault.REVOKED,
    "foreign_suspended": Fault.SUSPENDED,
    "foreign_invalid": Fault.INVALID,
}


async def note_again(work: Work, command: Again) -> LookedAgain:
    """Note what a new look found. What could not be read keeps its last good day.

    What is at fault counts for nothing until a later look finds it good. What names somebody else by now, at an address
    that answers anew each time, is not good news.
    """
    await work.people.lock(command.person_id)
    foreign = await own_foreign(work, command)
    if isinstance(foreign, Refused):
        return LookedAgain.UNTOLD
    found = command.found
    if isinstance(found, Coming) and await _is_the_same(work, command, found, foreign):
        await work.foreign.note_good(foreign.id, found)
        await earn(work, await work.people.get(command.person_id), await work.shelves.current())
        return LookedAgain.TOLD
    if isinstance(found, Refused) and (fault := _FAULTS.get(found.reason)) is not None:
        since = foreign.revoked_at if foreign.fault is fault else None
        await work.foreign.note_fault(foreign.id, fault, str(found.params.get("reason", "")), since or work.now)
        return LookedAgain.TOLD
    await work.foreign.note_tried(foreign.id)
    if isinstance(found, Coming) and not await _is_theirs(work, command):
        return LookedAgain.NOT_THEIRS
    return LookedAgain.UNTOLD


async def _is_the_same(work: Work, command: Again, found: Coming, foreign: Foreign) -> bool:
    """Whether it is still this badge, and still this person's."""
    return await _is_theirs(work, command) and await work.foreign.marked(found.mark) == foreign


async def _is_theirs(work: Work, command: Again) -> bool:
    """Whether it is given to an address that is proved to be this person's now."""
    if command.summary is None:
        return False
    return _is_addressed(command.summary, await addresses_of(work, command.person_id))


async def own_foreign(work: Work, command: AboutForeign) -> Foreign | Refused:
    """The badge, if it is this person's."""
    foreign = await work.foreign.by_public_id(command.badge)
    return Refused("not_yours") if foreign is None or foreign.person_id != command.person_id else foreign


async def look_at_foreign(work: Work, command: ByPerson) -> tuple[Foreign, ...]:
    """One's own badges from elsewhere, newest first."""
    return await work.foreign.of_person(command.person_id)


async def is_kept(work: Work, command: AboutFile) -> bool:
    """Whether it is kept for this person, byte for byte."""
    return await work.foreign.by_file(command.person_id, command.file) is not None


async def file_of(work: Work, command: AboutForeign) -> ForeignFile | None:
    """The kept file of one's own badge from elsewhere."""
    foreign = await own_foreign(work, command)
    return None if isinstance(foreign, Refused) else await work.foreign.file(foreign.id)


async def drop(work: Work, command: AboutForeign) -> Foreign | Refused:
    """Keep it no longer. Its file and the copy are gone then."""
    await work.people.lock(command.person_id)
    foreign = await own_foreign(work, command)
    if isinstance(foreign, Refused):
        return foreign
    await work.foreign.drop(foreign.id)
    person = await work.people.get(command.person_id)
    await work.audit.record("drop", actor=person, subject=foreign.public_id)
    return foreign


async def note_tried(work: Work, command: AboutForeign) -> None:
    """It was tried, and nothing could be told."""
    await work.people.lock(command.person_id)
    foreign = await own_foreign(work, command)
    if isinstance(foreign, Foreign):
        await work.foreign.note_tried(foreign.id)


@dataclass(frozen=True)
class Due:
    """The badges from elsewhere that are to be verified again, of so many that the school keeps."""

    badges: tuple[Waiting, ...]
    kept: int


async def due(work: Work, command: OfSchool) -> Due:
    """What waits to be verified again."""
    return Due(await work.foreign.waiting(work.now - AGAIN_AFTER), await work.foreign.number())
