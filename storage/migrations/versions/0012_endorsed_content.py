"""Editions hold endorsements of their content too."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("revision", sa.Column("beside", columns.Json(), server_default="[]", nullable=False))
