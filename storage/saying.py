"""What status lists say, kept with the facts: whatever keeps a stop or a withdrawal says it here, in one transaction.

So a list never says anything else than the rows do. A position outlives the row that it was given to: who is forgotten
leaves a bit that says nothing of them, and nobody else gets the position.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, update

from bot.domain.status import Bits, bits_of
from bot.domain.stops import Stop
from storage import tables as t
from storage.scope import Scope


async def say_stop(scope: Scope, award: ColumnElement[bool], stop: Stop | None) -> None:
    """That the awards which `award` selects are stopped so, or count."""
    await _say(scope, select(t.award.c.status_id).where(award), bits_of(stop))


async def say_withdrawn(scope: Scope, endorsement: ColumnElement[bool]) -> None:
    """That the endorsements are withdrawn, or dropped since another one by the same person counts."""
    await _say(scope, select(t.endorsement.c.status_id).where(endorsement), Bits(revoked=True))


async def leave_withdrawn(scope: Scope, endorsement: ColumnElement[bool]) -> None:
    """Endorsements that were withdrawn are given again: what is signed for them from now on has a new position."""
    withdrawn = select(t.status_entry.c.id).where(t.status_entry.c.revoked.is_(True))
    await scope.run(
        update(t.endorsement).where(endorsement, t.endorsement.c.status_id.in_(withdrawn)).values(status_id=None)
    )


async def _say(scope: Scope, entries: Select[Any], bits: Bits) -> None:
    these = t.status_entry.c.id.in_(entries)
    changed = await scope.run(
        update(t.status_entry).where(these).values(revoked=bits.revoked, suspended=bits.suspended)
    )
    if changed:
        lists = select(t.status_entry.c.list_id).where(these)
        newer = t.status_list.c.version + 1
        await scope.run(update(t.status_list).where(t.status_list.c.id.in_(lists)).values(version=newer))
