"""When things held: lapses of awards, when a pathway was reached, former endorsements, ended trust, first faults."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("award", sa.Column("lapses", columns.Json(), server_default="[]", nullable=False))
    op.add_column("award", sa.Column("reached_at", columns.Moment(), nullable=True))
    op.add_column("endorsement", sa.Column("former", columns.Json(), server_default="[]", nullable=False))
    op.add_column("trusted_issuer", sa.Column("until", columns.Moment(), nullable=True))
    op.add_column("foreign_badge", sa.Column("faulty_at", columns.Moment(), nullable=True))
    op.execute("UPDATE foreign_badge SET faulty_at = revoked_at")
