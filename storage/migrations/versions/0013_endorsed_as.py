"""With an endorsement is kept what was endorsed, as it was then."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("endorsement", sa.Column("seen_version", sa.Integer(), nullable=True))
    op.add_column("endorsement", sa.Column("seen_words", columns.Json(), nullable=True))
    op.add_column("endorsement", sa.Column("seen_digest", sa.String(length=64), nullable=True))
