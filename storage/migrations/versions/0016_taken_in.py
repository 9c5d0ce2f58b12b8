"""Badges that people took in from elsewhere."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "foreign_badge",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("badge_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("tags", columns.Json(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("taken_at", columns.Moment(), nullable=False),
        sa.Column("checked_at", columns.Moment(), nullable=False),
        sa.Column("tried_at", columns.Moment(), nullable=False),
        sa.Column("revoked_at", columns.Moment(), nullable=True),
        sa.Column("revoked_why", sa.Text(), server_default="", nullable=False),
        sa.Column("findable_at", columns.Moment(), nullable=True),
        sa.Column("is_picture", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("copy", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_foreign_badge_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_foreign_badge_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_badge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_foreign_badge_public_id")),
        sa.UniqueConstraint("school_id", "mark", name=op.f("uq_foreign_badge_school_id_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_foreign_badge_person_id"), "foreign_badge", ["person_id"])
    op.create_index(op.f("ix_foreign_badge_school_id_tried_at"), "foreign_badge", ["school_id", "tried_at"])
