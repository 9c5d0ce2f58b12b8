"""An award may be revoked or suspended, with a reason."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("award", sa.Column("stopped_as", sa.String(length=200), nullable=True))
    op.add_column("award", sa.Column("stop_reason", sa.Text(), nullable=True))
    op.add_column("award", sa.Column("stopped_at", columns.Moment(), nullable=True))
