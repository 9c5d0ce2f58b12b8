"""Endorsements carry their endorser's own words, and may be hidden by the holder."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("endorsement", sa.Column("comment", sa.Text(), nullable=True))
    op.add_column("endorsement", sa.Column("hidden_at", columns.Moment(), nullable=True))
