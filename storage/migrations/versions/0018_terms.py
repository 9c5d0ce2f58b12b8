"""Badges may expire: until when they are valid, when that is next reminded of, since when they are renewed, what was
done again."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("award", sa.Column("valid_until", columns.Moment(), nullable=True))
    op.add_column("award", sa.Column("remind_at", columns.Moment(), nullable=True))
    op.add_column("award", sa.Column("renewing_at", columns.Moment(), nullable=True))
    op.create_index(
        "ix_award_remind",
        "award",
        ["remind_at"],
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_table(
        "redone",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("done_at", columns.Moment(), nullable=False),
        sa.Column("self_assessed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_redone_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_redone_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redone")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_redone_person_id"), "redone", ["person_id"], unique=False)
