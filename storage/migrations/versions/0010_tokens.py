"""An edition is kept as a token too, with the key that signed it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("revision", sa.Column("token", sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("token_with", sa.Text(), server_default="", nullable=False))
