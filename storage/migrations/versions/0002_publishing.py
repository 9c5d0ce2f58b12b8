"""Publishing a badge is an act of its own; collections of chosen badges with an end date."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("award", sa.Column("published_at", columns.Moment(), nullable=True))
    op.create_index(
        "ix_award_published",
        "award",
        ["school_id"],
        unique=False,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_table(
        "collection",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_collection_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_collection_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_collection_id_school_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_collection_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_collection_person_id"), "collection", ["person_id"], unique=False)
    op.create_table(
        "collected",
        sa.Column("collection_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("award_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_collected_award_id_school_id_award"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["collection_id", "school_id"],
            ["collection.id", "collection.school_id"],
            name=op.f("fk_collected_collection_id_school_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_collected_school_id_school")),
        sa.PrimaryKeyConstraint("collection_id", "award_id", name=op.f("pk_collected")),
    )
    op.create_index(op.f("ix_collected_award_id"), "collected", ["award_id"], unique=False)
