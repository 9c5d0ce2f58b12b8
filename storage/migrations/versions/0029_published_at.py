"""Where a hosted badge from elsewhere is published stands beside the copy that says so: found without reading it."""

import json

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0029"
down_revision = "0028"

LONGEST = 1_000

kept = sa.table(
    "foreign_badge",
    sa.column("id", columns.Id),
    sa.column("copy", sa.LargeBinary()),
    sa.column("published", sa.Text()),
)


def upgrade() -> None:
    op.add_column("foreign_badge", sa.Column("published", sa.Text(), nullable=True))
    conn = op.get_bind()
    for badge in conn.scalars(sa.select(kept.c.id).where(kept.c.copy.is_not(None))).all():
        # One at a time: there may be many, and large ones.
        copy = conn.execute(sa.select(kept.c.copy).where(kept.c.id == badge)).scalar_one()
        conn.execute(sa.update(kept).where(kept.c.id == badge).values(published=_named(bytes(copy))))


def _named(copy: bytes) -> str | None:
    try:
        found = json.loads(copy)
    except (ValueError, RecursionError):
        return None
    address = found.get("id") if isinstance(found, dict) else None
    return address.strip() if isinstance(address, str) and len(address) <= LONGEST else None
