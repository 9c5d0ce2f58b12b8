"""Bringing along what was earned at another deployment: it is kept and shown as it is, and counts for nothing here.

Badges of other issuers, which the person had taken in there, are taken in here by the same road as any (`foreign`): the
other deployment is not believed what it found. One that cannot be is named, and keeps nothing else from coming along.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from bot.badges.reads import Read, Reads, Unread
from bot.badges.text import shown
from bot.domain.foreign import MOST_KEPT
from bot.domain.moving import Kept
from bot.domain.outcomes import Refused
from bot.errors import Problem
from bot.intake.bundle import Bundle, Entry, Packed, read_bundle
from bot.services.commands import ByPerson
from bot.services.foreign import ForeignDesk, NotTaken, kept_digests
from bot.services.ports import Document, Fetch, Store, Work
from bot.services.statements import Checked, check_bundle
from bot.services.verification import host_of, until_read


@dataclass(frozen=True, kw_only=True)
class Bring(ByPerson):
    checked: Checked


SECONDS = 90.0
"""For all badges of other issuers. What is left over is named; the same file goes on from there."""
LONGEST_NAME = 200


@dataclass(frozen=True)
class LeftOut:
    """A badge of another issuer that was not taken in. `name` is its own, or its file's where it has none."""

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


async def bring_file(
    store: Store, me: ByPerson, data: bytes, now: datetime, fetch: Fetch, desk: ForeignDesk
) -> Brought:
    """Read, check and keep an export from another deployment, in whole or not at all; then, one by one, the badges of
    other issuers in it.

    The keys of issuers under a did:web are read where they publish them. Raises `Problem` `bring_…` with one sentence
    for whatever is wrong with the file, or for a site that does not answer.
    """
    bundle = await asyncio.to_thread(read_bundle, data)
    checked = await _checked(bundle, now, fetch)
    brought = await store.run(bring, Bring(school_id=me.school_id, person_id=me.person_id, checked=checked))
    taken, left_out = await _take_in_all(store, me, bundle.elsewhere, desk)
    return replace(brought, taken=taken, left_out=left_out)


async def _take_in_all(
    store: Store, me: ByPerson, files: Sequence[Packed], desk: ForeignDesk
) -> tuple[int, tuple[LeftOut, ...]]:
    """How many are new, and which were not taken in. What is kept already, byte for byte, is passed over."""
    kept = await store.look(kept_digests, me) if files else frozenset()
    until = asyncio.get_running_loop().time() + SECONDS
    new, taken, left_out = 0, 0, []
    for packed in files:
        if new >= MOST_KEPT:
            left_out.append(LeftOut(_name(packed), Refused("foreign_full", {"most": MOST_KEPT})))
            continue
        if asyncio.get_running_loop().time() >= until:
            left_out.append(LeftOut(_name(packed), Refused("foreign_unknown")))
            continue
        entry = await asyncio.to_thread(packed.read)
        if sha256(entry.data).hexdigest() in kept:
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


async def _checked(bundle: Bundle, now: datetime, fetch: Fetch) -> Checked:
    async def attempt(reads: Reads) -> Checked | Problem:
        try:
            return await asyncio.to_thread(check_bundle, bundle, now, reads)
        except Problem as problem:
            return problem

    found, answers = await until_read(attempt, fetch)
    if isinstance(found, Problem):
        silent = _silent(answers)
        raise Problem("bring_unreachable", host=silent) if silent else found
    return found


def _silent(answers: Mapping[str, Read | Unread]) -> str | None:
    """A host that was asked and did not say what was wanted: then nothing can be told about what it signed."""
    return next(
        (host_of(url) for url, read in answers.items() if isinstance(read, Unread) or read.status != HTTPStatus.OK),
        None,
    )


async def bring(work: Work, command: Bring) -> Brought:
    """Keep what is new of a checked export. A second time it changes nothing.

    Raises `Problem`: `bring_lives_here` for a badge of somebody at this deployment, `bring_other_person` for one that
    a colleague has brought.
    """
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    coming: list[Document] = []
    for document in command.checked.documents:
        if not await _is_own(work, person.id, document):
            coming.append(document)
    kept = [document for document in coming if await work.moves.keep(person.id, document)]
    own = {item.unit_key for item in await work.learning.completions(person.id)}
    houses = await work.moves.keys(person.id)
    done = [
        item
        for item in command.checked.completions
        if not (item.issuer in houses and item.unit_key in own) and await work.moves.keep_completion(person.id, item)
    ]
    if kept or done:
        for statement in command.checked.statements:
            await work.moves.keep(person.id, statement)
        await work.audit.record("bring", actor=person, subject=person.public_id, detail={"documents": str(len(kept))})
    return Brought(sum(document.kind is Kept.CREDENTIAL for document in kept), len(done))


async def _is_own(work: Work, person_id: int, document: Document) -> bool:
    """Whether the person holds it here. What lives in this deployment moves by a code, not by a file."""
    holder = await work.moves.holder(_public_id(document))
    if holder is not None and holder not in await work.moves.same(person_id):
        raise Problem("bring_lives_here")
    if await work.moves.bringer(document.document_id) not in (None, person_id):
        raise Problem("bring_other_person")
    return holder is not None


def _public_id(document: Document) -> str:
    return document.document_id.removeprefix("urn:uuid:")
