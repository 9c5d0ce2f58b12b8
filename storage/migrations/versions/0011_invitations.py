"""Colleagues may be asked to endorse a badge."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("award_id", columns.Id, nullable=False),
        sa.Column("asked_id", columns.Id, nullable=False),
        sa.Column("asked_at", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_invitation_school_id_school")),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_invitation_award_id_school_id_award"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_invitation_asked_id_school_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("award_id", "asked_id", name=op.f("uq_invitation_award_id_asked_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitation_asked_id_asked_at", "invitation", ["asked_id", "asked_at"], unique=False)
