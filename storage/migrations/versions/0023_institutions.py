"""Issuers that are no schools: universities and boards in whose name schools may issue, and what they allowed."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("school", sa.Column("url", sa.Text(), server_default="", nullable=False))
    op.add_column("school", sa.Column("issues_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    _mandate()
    _award()


def _mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("institution_id", columns.Id, nullable=False),
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("since", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_mandate_school_id_school")),
        sa.ForeignKeyConstraint(["institution_id"], ["school.id"], name=op.f("fk_mandate_institution_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mandate_public_id")),
        sqlite_autoincrement=True,
    )
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_mandate_standing",
        "mandate",
        ["school_id", "institution_id", "course"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    of_course = sa.text("ended_at IS NULL AND course != ''")
    op.create_index(
        "uq_mandate_course",
        "mandate",
        ["school_id", "course"],
        unique=True,
        sqlite_where=of_course,
        postgresql_where=of_course,
    )


def _award() -> None:
    """SQLite adds no foreign key to a table that is there: it is built anew, with all that it has by now."""
    with op.batch_alter_table("award", table_kwargs={"sqlite_autoincrement": True}) as award:
        award.add_column(sa.Column("source_school_id", columns.Id, nullable=True))
        award.create_foreign_key(op.f("fk_award_source_school_id_school"), "school", ["source_school_id"], ["id"])
