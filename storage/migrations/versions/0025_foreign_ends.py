"""A badge from elsewhere ends at a moment: the day that was kept ended at its beginning, in UTC."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0025"
down_revision = "0024"

kept = sa.table(
    "foreign_badge",
    sa.column("id", columns.Id),
    sa.column("expires_on", sa.Date()),
    sa.column("expires_at", columns.Moment()),
)


def upgrade() -> None:
    op.add_column("foreign_badge", sa.Column("expires_at", columns.Moment(), nullable=True))
    conn = op.get_bind()
    for row in conn.execute(sa.select(kept).where(kept.c.expires_on.is_not(None))).all():
        ends = datetime.combine(row.expires_on, time.min, UTC)
        conn.execute(sa.update(kept).where(kept.c.id == row.id).values(expires_at=ends))
    op.drop_column("foreign_badge", "expires_on")
