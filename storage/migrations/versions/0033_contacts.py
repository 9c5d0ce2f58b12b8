"""How people may be spoken to where not everybody may be written to, and what waits until they come."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("account_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("reach", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("closed_at", columns.Moment(), nullable=True),
        sa.Column("came_at", columns.Moment(), nullable=True),
        sa.Column("thread", sa.String(length=200), nullable=True),
        sa.Column("called_at", columns.Moment(), nullable=True),
        sa.CheckConstraint("reach IN ('unknown', 'started', 'open', 'closed')", name=op.f("ck_contact_reach")),
        sa.ForeignKeyConstraint(
            ["account_id", "school_id"],
            ["account.id", "account.school_id"],
            name=op.f("fk_contact_account_id_school_id_account"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_contact_school_id_school")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_contact")),
    )
    op.add_column("outbox", sa.Column("waits_since", columns.Moment(), nullable=True))
    op.add_column("outbox", sa.Column("called", sa.Boolean(), server_default=sa.false(), nullable=False))
