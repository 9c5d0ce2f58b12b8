"""Badges from elsewhere may be suspended, or found good no more for another reason, beside having been revoked."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("foreign_badge", sa.Column("fault", sa.String(length=200), nullable=True))
    op.execute("UPDATE foreign_badge SET fault = 'revoked' WHERE revoked_at IS NOT NULL")
