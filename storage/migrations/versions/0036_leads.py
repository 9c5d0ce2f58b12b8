"""A workspace's role of a leader takes away only what it gave: which account it was given through is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("account", sa.Column("leads", sa.Boolean(), server_default=sa.false(), nullable=False))
