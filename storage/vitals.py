"""How the rows are doing, counted over all schools: for monitors. Numbers only."""

from datetime import timedelta

from sqlalchemy import Table, func, select

from bot.services.vitals import Vitals
from storage import tables as t
from storage.scope import Scope

COUNTED: dict[str, Table] = {"awards": t.award, "events": t.inbox, "endorsements": t.endorsement, "sessions": t.session}
"""What is counted, and in which table. Events are those remembered (`Upkeep.retention`)."""
STATES = ("new", "claimed", "failed")


async def read_vitals(scope: Scope) -> Vitals:
    """The numbers of this moment."""
    states = await scope.all(select(t.outbox.c.state, func.count().label("n")).group_by(t.outbox.c.state))
    first_due = await scope.value(select(func.min(t.outbox.c.due_at)).where(t.outbox.c.state == "new"))
    rows = {kind: await scope.value(select(func.count()).select_from(table)) for kind, table in COUNTED.items()}
    return Vitals(
        promises=dict.fromkeys(STATES, 0) | {row.state: row.n for row in states},
        overdue=max(scope.now - first_due, timedelta(0)) if first_due is not None else timedelta(0),
        rows=rows,
    )


async def read_product(scope: Scope) -> None:
    """Read one row that is always there."""
    await scope.the(select(t.meta.c.value).where(t.meta.c.key == "product"))
