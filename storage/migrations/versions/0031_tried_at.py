"""When a promise was first tried: what it may have left behind in a chat is no older."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("tried_at", columns.Moment(), nullable=True))
