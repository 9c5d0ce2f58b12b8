"""A badge from elsewhere is known again by the address at which it was taken in. Of former ones that was not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("foreign_badge", sa.Column("address_mark", sa.String(64), nullable=True))
