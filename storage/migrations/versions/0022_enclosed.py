"""Badges may stand inside badges that rest on them: which their holders want there, and which editions hold which."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("revision", sa.Column("enclosed", columns.Json(), server_default="[]", nullable=False))
    op.create_table(
        "enclosure",
        sa.Column("award_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("part_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("enclosed_at", columns.Moment(), nullable=False),
        sa.Column("inside", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_enclosure_school_id_school")),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_enclosure_award_id_school_id_award"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["part_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_enclosure_part_id_school_id_award"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("award_id", "part_id", name=op.f("pk_enclosure")),
    )
    op.create_index("ix_enclosure_part_id", "enclosure", ["part_id"], unique=False)
