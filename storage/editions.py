"""Which editions hold what has to go, and how they go: superseded ones now, the newest when the next one is there.

An edition that goes is found by nothing afterwards, so those that hold it go by the same step.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from bot.domain.recognition import TargetKind
from storage import tables as t
from storage.scope import Scope


@dataclass(frozen=True)
class Edition:
    award_id: int
    school_id: int
    number: int
    is_newest: bool


async def editions_beside(scope: Scope, endorsement_ids: Collection[int]) -> tuple[Edition, ...]:
    """The editions, of whatever school, that hold one of these endorsements of content or of an issuer.

    They are sought among the awards of that content, and of that issuer's school.
    """

    def targets(kind: TargetKind) -> Select[Any]:
        these = t.endorsement.c.id.in_(endorsement_ids)
        return select(t.endorsement.c.target_id).where(these, t.endorsement.c.target_kind == kind)

    contents = select(t.achievement.c.key).where(t.achievement.c.id.in_(targets(TargetKind.ACHIEVEMENT)))
    schools = select(t.issuer.c.school_id).where(t.issuer.c.id.in_(targets(TargetKind.ISSUER)))
    issued_by = func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id)
    rows = await scope.all(
        select(t.revision.c.award_id, t.revision.c.school_id, t.revision.c.number, t.revision.c.beside)
        .join(t.award, t.award.c.id == t.revision.c.award_id)
        .where(t.award.c.achievement_key.in_(contents) | issued_by.in_(schools))
        .order_by(t.revision.c.award_id, t.revision.c.number)
    )
    return _those(rows, lambda row: not set(endorsement_ids).isdisjoint(row.beside))


async def editions_of(scope: Scope, endorsement_ids: Collection[int]) -> tuple[Edition, ...]:
    """The editions that hold one of these endorsements of their own award."""
    these = t.endorsement.c.id.in_(endorsement_ids) & (t.endorsement.c.target_kind == TargetKind.AWARD)
    rows = await scope.all(
        select(t.revision.c.award_id, t.revision.c.school_id, t.revision.c.number, t.revision.c.embedded)
        .where(t.revision.c.award_id.in_(select(t.endorsement.c.target_id).where(these)))
        .order_by(t.revision.c.award_id, t.revision.c.number)
    )
    return _those(rows, lambda row: not set(endorsement_ids).isdisjoint(row.embedded))


async def editions_around(scope: Scope, editions: Collection[tuple[int, int]]) -> tuple[Edition, ...]:
    """The editions that hold one of these (award, number), at whatever level; they are of the same people."""
    if not editions:
        return ()
    holders = select(t.award.c.person_id).where(t.award.c.id.in_({award_id for award_id, _ in editions}))
    rows = await scope.all(
        select(t.revision.c.award_id, t.revision.c.school_id, t.revision.c.number, t.revision.c.enclosed)
        .join(t.award, t.award.c.id == t.revision.c.award_id)
        .where(t.award.c.person_id.in_(holders))
        .order_by(t.revision.c.award_id, t.revision.c.number)
    )
    return _those(rows, lambda row: not {(award_id, number) for award_id, number in row.enclosed}.isdisjoint(editions))


def _those(rows: Sequence[Row[Any]], holds: Callable[[Row[Any]], bool]) -> tuple[Edition, ...]:
    """The editions that hold something. `rows` are all of their awards, in order of their numbers."""
    newest = {row.award_id: row.number for row in rows}
    return tuple(
        Edition(row.award_id, row.school_id, row.number, row.number == newest[row.award_id])
        for row in rows
        if holds(row)
    )


async def outdate(scope: Scope, award_id: int, number: int, *, is_newest: bool) -> None:
    """An edition goes: now, or as the newest one when its award is signed again."""
    this = (t.revision.c.award_id == award_id) & (t.revision.c.number == number)
    if is_newest:
        await scope.run(update(t.revision).where(this).values(outdated=True))
    else:
        await scope.run(delete(t.revision).where(this))


async def outdate_holding(scope: Scope, endorsement_ids: Collection[int]) -> None:
    """What holds one of these endorsements, or a part that does, goes. It is asked for before they do."""
    found = (*await editions_of(scope, endorsement_ids), *await editions_beside(scope, endorsement_ids))
    await outdate_around(scope, {(edition.award_id, edition.number) for edition in found})
    for edition in found:
        await outdate(scope, edition.award_id, edition.number, is_newest=edition.is_newest)


async def outdate_around(scope: Scope, editions: Collection[tuple[int, int]]) -> None:
    """What holds one of these (award, number), at whatever level, goes. It is asked for before they do."""
    for edition in await editions_around(scope, editions):
        await outdate(scope, edition.award_id, edition.number, is_newest=edition.is_newest)
