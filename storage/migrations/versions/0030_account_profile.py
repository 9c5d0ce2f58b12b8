"""What a platform says of an account is followed: its language and time zone, and since when it is closed."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("account", sa.Column("locale", sa.String(20), nullable=True))
    op.add_column("account", sa.Column("zone", sa.String(200), nullable=True))
    op.add_column("account", sa.Column("gone_at", columns.Moment(), nullable=True))
