"""A workspace's own roles may be followed: which of them teachers and leaders wear."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("teacher_role", sa.String(length=200), nullable=True))
    op.add_column("workspace", sa.Column("leader_role", sa.String(length=200), nullable=True))
