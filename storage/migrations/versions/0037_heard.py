"""A message counts what was heard about its reactions: what was read before is not acted upon."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.add_column("message", sa.Column("heard", sa.Integer(), server_default="0", nullable=False))
