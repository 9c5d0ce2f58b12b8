"""Forgetting a person (design.md 4.16): what is theirs goes, what others count stays right.

Awards, learning, messages and keys are removed. Endorsements that they gave stay, anonymous and unsigned, and carry
the trace of their tombstone, so that they are not counted twice should they return. The person's row stays as an
empty husk with a new public id, since other people's introductions lead to it.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, Table, delete, select, update

from bot.domain.recognition import TargetKind
from storage import tables as t
from storage.editions import outdate_holding
from storage.repositories.messages import ABOUT_AN_AWARD
from storage.saying import say_withdrawn
from storage.scope import Scope
from storage.tombstones import account_mark, address_mark, erasure_mark

_OWN = (
    t.door,
    t.session,
    t.message,
    t.outbox,
    t.collection,
    t.offer,
    t.progress,
    t.completion,
    t.redone,
    t.attempt,
    t.signing_key,
    t.brought,
    t.brought_completion,
    t.foreign_badge,
    t.person_key,
    t.rhythm,
    t.link_code,
    t.link_miss,
    t.account,
    t.address,
    t.mail_address,
    t.mail_code,
)


async def forget(scope: Scope, person_id: int) -> None:
    """Forget a person of this transaction's school. Promises made to them before are dropped too.

    Promises to a channel stay: a post in doubt is looked up, and taken down if it is there after all.
    """
    before = await scope.all(
        select(t.person.c.id, t.person.c.school_id).where(
            t.person.c.moved_to_id == person_id, t.person.c.left_at.is_not(None), t.person.c.forgotten_at.is_(None)
        )
    )
    trace = await _bury(scope, [person_id, *(row.id for row in before)])
    await _make_anonymous(scope, person_id, trace)
    await _remove_awards(scope, person_id)
    await _end_moves(scope, person_id)
    for row in ((person_id, scope.school_id), *before):
        await _remove_rest(replace(scope, school=row[1]), row[0])


async def _remove_rest(scope: Scope, person_id: int) -> None:
    """What else there is of them, at this school and at each that they moved away from."""
    await _remove_introductions(scope, person_id)
    await _remove(scope, t.invitation, t.invitation.c.asked_id == person_id)
    await _remove(scope, t.link_code, t.link_code.c.to_person_id == person_id)
    await _remove_own_rows(scope, person_id)
    await _empty(scope, person_id)


async def _end_moves(scope: Scope, person_id: int) -> None:
    """A code that waits ends; of a move that is done stays that somebody left, on which day."""
    theirs = (t.move.c.person_id == person_id) | (t.move.c.to_person_id == person_id)
    await scope.run(delete(t.move).where(t.move.c.person_id == person_id, t.move.c.moved_at.is_(None)))
    await scope.run(update(t.move).where(theirs).values(to_person_id=None, to_school_id=None))


async def _bury(scope: Scope, people: list[int]) -> str:
    """Leave a tombstone for each account; returns the trace they share (with those of an earlier forgetting)."""
    rows = await scope.all(
        select(
            t.account.c.school_id,
            t.account.c.user_key,
            t.account.c.trace,
            t.workspace.c.platform,
            t.workspace.c.key,
            t.school.c.public_id,
        )
        .join(t.workspace, t.workspace.c.id == t.account.c.workspace_id)
        .join(t.school, t.school.c.id == t.account.c.school_id)
        .where(t.account.c.person_id.in_(people))
    )
    former = sorted({row.trace for row in rows if row.trace})
    trace = former[0] if former else scope.new_id()
    if former[1:]:
        await scope.run(update(t.tombstone).where(t.tombstone.c.trace.in_(former[1:])).values(trace=trace))
        await scope.run(update(t.account).where(t.account.c.trace.in_(former[1:])).values(trace=trace))
        await _join_traces(scope, former[1:], trace)
    marks = [
        (account_mark(scope.deployment, row.public_id, row.platform, row.key, row.user_key), row.school_id)
        for row in rows
    ]
    marks += [(mark, scope.school_id) for mark in await _marks_of_addresses(scope, people[0])]
    for mark, school_id in marks:
        grave = scope.insert(t.tombstone).values(mark=mark, school_id=school_id, trace=trace)
        await scope.run(grave.on_conflict_do_nothing())
    return trace


async def _marks_of_addresses(scope: Scope, person_id: int) -> list[str]:
    """So that a staff list which still names them does not bring their name and address back."""
    rows = await scope.all(
        select(t.address.c.address, t.school.c.public_id)
        .join(t.school, t.school.c.id == t.address.c.school_id)
        .where(t.address.c.person_id == person_id, t.address.c.school_id == scope.school_id)
    )
    return [address_mark(scope.deployment, row.public_id, row.address) for row in rows]


async def _join_traces(scope: Scope, former: list[str], trace: str) -> None:
    """Endorsements under several traces turn out to be of one person: one per target stays."""
    rows = await scope.all(
        select(t.endorsement.c.id, t.endorsement.c.target_kind, t.endorsement.c.target_id)
        .where(t.endorsement.c.school_id == scope.school_id, t.endorsement.c.by_tombstone.in_([*former, trace]))
        .order_by(t.endorsement.c.withdrawn_at.is_not(None), t.endorsement.c.id)
    )
    kept: dict[tuple[str, int], int] = {}
    for row in rows:
        kept.setdefault((row.target_kind, row.target_id), row.id)
    doubled = {row.id for row in rows} - set(kept.values())
    await say_withdrawn(scope, t.endorsement.c.id.in_(doubled))
    await scope.run(delete(t.endorsement).where(t.endorsement.c.id.in_(doubled)))
    await scope.run(update(t.endorsement).where(t.endorsement.c.by_tombstone.in_(former)).values(by_tombstone=trace))


async def _make_anonymous(scope: Scope, person_id: int, trace: str) -> None:
    given = t.endorsement.c.endorser_id == person_id
    await outdate_holding(scope, {row.id for row in await scope.all(select(t.endorsement.c.id).where(given))})
    withdrawn = given & t.endorsement.c.withdrawn_at.is_not(None)
    # A backup in which they stand yet would make them anonymous, and so nobody's to withdraw.
    for row in await scope.all(select(t.endorsement.c.public_id).where(withdrawn)):
        await _note_erased(scope, erasure_mark(row.public_id))
    await scope.run(delete(t.endorsement).where(withdrawn))
    await scope.run(
        update(t.endorsement)
        .where(given)
        .values(endorser_id=None, by_tombstone=trace, document=None, comment=None, held_by_button=True, undone=False)
    )


async def _remove_awards(scope: Scope, person_id: int) -> None:
    held = select(t.award.c.id).where(t.award.c.person_id == person_id, t.award.c.school_id == scope.school_id)
    await scope.run(delete(t.introduction).where(t.introduction.c.award_id.in_(held)))
    await scope.run(delete(t.invitation).where(t.invitation.c.award_id.in_(held)))
    await scope.run(delete(t.message).where(t.message.c.about.in_(ABOUT_AN_AWARD), t.message.c.subject.in_(held)))
    await scope.run(
        delete(t.endorsement).where(
            t.endorsement.c.target_kind == TargetKind.AWARD, t.endorsement.c.target_id.in_(held)
        )
    )
    await scope.run(delete(t.revision).where(t.revision.c.award_id.in_(held)))
    await scope.run(delete(t.collected).where(t.collected.c.award_id.in_(held)))
    await scope.run(delete(t.enclosure).where(t.enclosure.c.award_id.in_(held)))
    await scope.run(delete(t.submission).where(t.submission.c.award_id.in_(held)))
    await scope.run(delete(t.award).where(t.award.c.person_id == person_id))


async def _remove_introductions(scope: Scope, person_id: int) -> None:
    """What they were asked goes; what they asked loses its words, so that the helper's load still counts."""
    await scope.run(delete(t.introduction).where(t.introduction.c.helper_id == person_id))
    await scope.run(update(t.introduction).where(t.introduction.c.asker_id == person_id).values(question=""))
    await scope.run(delete(t.question).where(t.question.c.asker_id == person_id))


async def _remove_own_rows(scope: Scope, person_id: int) -> None:
    theirs = select(t.account.c.id).where(t.account.c.person_id == person_id)
    await _remove(scope, t.reaction, t.reaction.c.account_id.in_(theirs))
    await _remove(scope, t.contact, t.contact.c.account_id.in_(theirs))
    for table in _OWN:
        await _remove(scope, table, table.c.person_id == person_id)


async def _remove(scope: Scope, table: Table, where: ColumnElement[bool]) -> None:
    await scope.run(delete(table).where(where, table.c.school_id == scope.school_id))


async def _empty(scope: Scope, person_id: int) -> None:
    row = await scope.the(
        select(t.person.c.public_id, t.school.c.lang)
        .join(t.school, t.school.c.id == t.person.c.school_id)
        .where(t.person.c.id == person_id, t.person.c.school_id == scope.school_id)
    )
    await _note_erased(scope, erasure_mark(row.public_id))
    await scope.run(
        update(t.person)
        .where(t.person.c.id == person_id)
        .values(
            public_id=scope.new_id(),
            name="",
            lang=row.lang,
            roles=frozenset(),
            consents=frozenset(),
            welcomed_at=None,
            findable_asked_at=None,
            subjects=(),
            forgotten_at=scope.now,
            moved_to_id=None,
        )
    )


async def _note_erased(scope: Scope, mark: str) -> None:
    """For the log of erasures: what has this mark comes back with no backup."""
    noted = scope.insert(t.erasure).values(mark=mark, school_id=scope.school_id, erased_at=scope.now)
    await scope.run(noted.on_conflict_do_nothing())
    scope.erased.append(mark)
