"""Bringing along what was earned at another deployment: it is kept and shown as it is, and counts for nothing here.

Badges of other issuers, which the person had taken in there, are taken in here by the same road as any (`foreign`): the
other deployment is not believed what it found. One that cannot be is named, and keeps nothing else from coming along.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from bot.badges.reads import Reads, Unread
from bot.badges.text import shown
from bot.domain.foreign import MOST_KEPT
from bot.domain.moving import MOST_COMPLETIONS, Kept
from bot.domain.outcomes import Refused
from bot.errors import Problem
from bot.intake.bundle import Bundle, Entry, Packed, read_bundle
from bot.services.commands import ByPerson
from bot.services.foreign import AboutFile, ForeignDesk, NotTaken, is_kept
from bot.services.ports import BroughtCompletion, Document, Store, Work
from bot.services.statements import Checked, Stated, check_statements, document_of, documents_in, keys_wanted
from bot.services.verification import Answers, Looked, host_of, is_beyond, until_read


@dataclass(frozen=True, kw_only=True)
class Bring(ByPerson):
    checked: Checked


SECONDS = 90.0
"""For verifying all that a file holds. What is left over is named; the same file goes on from there."""
A_TURN = 1.0
"""Seconds of verifying that count as one of the person's turns: small documents share one."""
LONGEST_NAME = 200


@dataclass(frozen=True)
class LeftOut:
    """What was not taken in: a badge of another issuer, or what there was no time to look at.

    `name` is its own, or its file's where it has none.
    """

    name: str
    refusal: Refused


@dataclass(frozen=True)
class Brought:
    """How much of it is new here."""

    badges: int
    completions: int
    taken: int = 0
    """Badges of other issuers."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.badges or self.completions or self.taken)


async def bring_file(store: Store, me: ByPerson, data: bytes, now: datetime, desk: ForeignDesk) -> Brought:
    """Read, check and keep an export from another deployment; then, one by one, the badges of other issuers in it.

    One document that is not as it was signed keeps everything out that is looked at this time. What there is no time
    for is left out and named: the same file goes on from there, since what is kept is not looked at again.

    The keys of issuers under a did:web are read where they publish them, in the person's own turns. Raises `Problem`
    `bring_…` with one sentence for whatever is wrong with the file, or for a site that does not answer; `foreign_busy`
    or `foreign_enough` where there is no turn for that.
    """
    bundle = await asyncio.to_thread(read_bundle, data)
    until = _time() + SECONDS
    stated, answers = await _stated(me, bundle, now, desk, until)
    waiting = tuple(documents_in(bundle))
    kept = await store.look(brought_digests, me) if waiting else frozenset()
    new = [each for each in waiting if sha256(each[1].data).hexdigest() not in kept]
    documents, later = await _verified(me, new, stated, answers, desk, until)
    checked = Checked(stated.statements, documents, stated.completions)
    brought = await store.run(bring, Bring(school_id=me.school_id, person_id=me.person_id, checked=checked))
    taken, left_out = await _take_in_all(store, me, bundle.elsewhere, desk, until)
    return replace(brought, taken=taken, left_out=(*later, *left_out))


async def brought_digests(work: Work, command: ByPerson) -> frozenset[str]:
    """The SHA-256 of every document that the person has brought."""
    return frozenset(sha256(each.text.encode()).hexdigest() for each in await work.moves.documents(command.person_id))


def _time() -> float:
    return asyncio.get_running_loop().time()


async def _verified(
    me: ByPerson, waiting: Sequence[tuple[Kept, Entry]], stated: Stated, known: Answers, desk: ForeignDesk, until: float
) -> tuple[tuple[Document, ...], tuple[LeftOut, ...]]:
    """The documents that are as they were signed, and those that there was no time or turn for."""
    documents: list[Document] = []
    left_out: list[LeftOut] = []
    rest = deque(waiting)
    while rest:
        try:
            with desk.turn(me) as look:
                ends = _time() + A_TURN
                while rest and _time() < min(ends, until):
                    kind, entry = rest[0]
                    looked = await look(entry.data, known)
                    known = {**known, **looked.answers}
                    found = _as_signed(kind, entry, looked, stated)
                    rest.popleft()
                    if isinstance(found, LeftOut):
                        left_out.append(found)
                    else:
                        documents.append(found)
        except Problem as problem:
            if problem.code not in ("foreign_busy", "foreign_enough"):
                raise
            left_out.append(LeftOut(_name(rest.popleft()[1]), Refused("bring_later")))
        if _time() >= until:
            break
    left_out.extend(LeftOut(_name(entry), Refused("bring_later")) for _, entry in rest)
    return tuple(documents), tuple(left_out)


def _as_signed(kind: Kept, entry: Entry, looked: Looked, stated: Stated) -> Document | LeftOut:
    """As it is kept; or left out where it names more addresses than are asked for one badge: nothing else waits."""
    try:
        return document_of(kind, entry, looked.verdict, stated)
    except Problem as problem:
        if any(map(is_beyond, looked.answers.values())):
            return LeftOut(_name(entry), Refused("bring_many_addresses"))
        raise _unless_silent(problem, looked.answers) from None


async def _take_in_all(
    store: Store, me: ByPerson, files: Sequence[Packed], desk: ForeignDesk, until: float
) -> tuple[int, tuple[LeftOut, ...]]:
    """How many are new, and which were not taken in. What is kept already, byte for byte, is passed over."""
    new, taken, left_out = 0, 0, []
    for packed in files:
        if new >= MOST_KEPT:
            left_out.append(LeftOut(_name(packed), Refused("foreign_full", {"most": MOST_KEPT})))
            continue
        if _time() >= until:
            left_out.append(LeftOut(_name(packed), Refused("bring_later")))
            continue
        entry = await asyncio.to_thread(packed.read)
        about = AboutFile(school_id=me.school_id, person_id=me.person_id, file=entry.data)
        if await store.look(is_kept, about):
            continue
        new += 1
        outcome = await _taken_in(me, entry, desk)
        if isinstance(outcome, LeftOut):
            left_out.append(outcome)
        else:
            taken += outcome
    return taken, tuple(left_out)


async def _taken_in(me: ByPerson, entry: Entry, desk: ForeignDesk) -> bool | LeftOut:
    """Whether it is new here; or why it was not taken in. What somebody else signed is looked at again."""
    try:
        outcome = await desk.take_in(me, entry.data)
    except Problem:
        return LeftOut(_name(entry), Refused("foreign_unknown"))
    if not isinstance(outcome, NotTaken):
        return outcome.new
    summary = outcome.verdict.summary if outcome.verdict else None
    return LeftOut((summary and shown(summary.achievement)) or _name(entry), outcome.refusal)


def _name(entry: Entry | Packed) -> str:
    return shown(entry.name)[:LONGEST_NAME]


async def _stated(
    me: ByPerson, bundle: Bundle, now: datetime, desk: ForeignDesk, until: float
) -> tuple[Stated, Answers]:
    answers: Answers = {}
    for entry in await asyncio.to_thread(_published, bundle, now):
        answers = await _read_for(me, entry, now, answers, desk, until)
    try:
        return await asyncio.to_thread(check_statements, bundle, now, Reads(answers)), answers
    except Problem as problem:
        raise _unless_silent(problem, answers) from None


def _published(bundle: Bundle, now: datetime) -> tuple[Entry, ...]:
    """The statements by issuers whose keys have to be read."""
    return tuple(entry for entry in bundle.statements if keys_wanted(entry, now, Reads()))


async def _read_for(
    me: ByPerson, entry: Entry, now: datetime, known: Answers, desk: ForeignDesk, until: float
) -> Answers:
    """All answers, with those of whoever signed a statement: one turn, and none for an issuer that was read before."""
    wanted = keys_wanted(entry, now, Reads(known, others=len(known)))
    if not wanted:
        return known
    if _time() >= until:
        raise Problem("bring_unreachable", host=host_of(wanted[0]))

    async def attempt(reads: Reads) -> None:
        keys_wanted(entry, now, reads)

    with desk.reading(me) as share:
        _, answers = await until_read(attempt, share, known)
    return answers


def _unless_silent(problem: Problem, answers: Answers) -> Problem:
    """What is wrong; or that it cannot be told, since a site does not answer."""
    silent = _silent(answers)
    return Problem("bring_unreachable", host=silent) if silent else problem


def _silent(answers: Answers) -> str | None:
    """A host that was asked and did not say what was wanted: then nothing can be told about what it signed."""
    return next(
        (host_of(url) for url, read in answers.items() if isinstance(read, Unread) or read.status != HTTPStatus.OK),
        None,
    )


async def bring(work: Work, command: Bring) -> Brought:
    """Keep what is new of a checked export. A second time it changes nothing.

    Raises `Problem`: `bring_lives_here` for a badge of somebody at this deployment, `bring_other_person` for one that
    a colleague has brought, `bring_too_many_units`.
    """
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    coming = [document for document in command.checked.documents if await _is_elsewhere(work, person.id, document)]
    kept = [document for document in coming if await work.moves.keep(person.id, document)]
    own = {item.unit_key for item in await work.learning.completions(person.id)}
    houses = await work.moves.keys(person.id)
    elsewhere = [item for item in command.checked.completions if not (item.issuer in houses and item.unit_key in own)]
    done = await _keep_completions(work, person.id, elsewhere)
    if kept or done:
        for statement in command.checked.statements:
            await work.moves.keep(person.id, statement)
        await work.audit.record("bring", actor=person, subject=person.public_id, detail={"documents": str(len(kept))})
    return Brought(sum(document.kind is Kept.CREDENTIAL for document in kept), done)


async def _keep_completions(work: Work, person_id: int, coming: Sequence[BroughtCompletion]) -> int:
    """How many of them are new. Raises `Problem` bring_too_many_units."""
    if not coming:
        return 0
    former = {(item.issuer, item.unit_key) for item in await work.moves.completions(person_id)}
    new = {key: item for item in coming if (key := (item.issuer, item.unit_key)) not in former}
    if len(former) + len(new) > MOST_COMPLETIONS:
        raise Problem("bring_too_many_units", limit=MOST_COMPLETIONS)
    return await work.moves.keep_completions(person_id, tuple(new.values()))


async def _is_elsewhere(work: Work, person_id: int, document: Document) -> bool:
    """Whether it was signed at another deployment, by its proved issuer: anybody can write the id of somebody's badge
    into one of their own.

    What this one signed moves by a code. A file of it brings nothing back that was given up or taken out since, with
    the names of those who were forgotten.
    """
    if await work.moves.signs(document.issuer):
        holder = await work.moves.holder(_public_id(document))
        if holder is not None and holder not in await work.moves.same(person_id):
            raise Problem("bring_lives_here")
        return False
    if await work.moves.bringer(document.issuer, document.document_id) not in (None, person_id):
        raise Problem("bring_other_person")
    return True


def _public_id(document: Document) -> str:
    return document.document_id.removeprefix("urn:uuid:")
