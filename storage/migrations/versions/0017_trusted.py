"""The issuers that a school trusts."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "trusted_issuer",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_trusted_issuer_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", "issuer", name=op.f("pk_trusted_issuer")),
    )
