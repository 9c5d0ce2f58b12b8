"""Boards, agreements between schools, staff lists and proved addresses."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("person", sa.Column("subjects", columns.Json(), server_default="[]", nullable=False))
    op.create_table(
        "board",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("key", name=op.f("uq_board_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_board_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "membership",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("board_id", columns.Id, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_membership_board_id_board")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_membership_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_board_id"), "membership", ["board_id"], unique=False)
    _agreements()
    _people()


def _agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("receiver_id", columns.Id, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("offered_by", columns.Id, nullable=False),
        sa.Column("offered_at", columns.Moment(), nullable=False),
        sa.Column("accepted_at", columns.Moment(), nullable=True),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.CheckConstraint("purpose IN ('find', 'transfer')", name=op.f("ck_agreement_purpose")),
        sa.CheckConstraint("receiver_id <> school_id", name=op.f("ck_agreement_two_schools")),
        sa.CheckConstraint("offered_by IN (school_id, receiver_id)", name=op.f("ck_agreement_by_one_of_both")),
        sa.ForeignKeyConstraint(["offered_by"], ["school.id"], name=op.f("fk_agreement_offered_by_school")),
        sa.ForeignKeyConstraint(["receiver_id"], ["school.id"], name=op.f("fk_agreement_receiver_id_school")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_agreement_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_agreement_receiver_id"), "agreement", ["receiver_id"], unique=False)
    op.create_index(
        "uq_agreement_standing",
        "agreement",
        ["school_id", "receiver_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _people() -> None:
    op.create_table(
        "address",
        sa.Column("person_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("proved_at", columns.Moment(), nullable=False),
        sa.Column("listed_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_address_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_address_school_id_school")),
        sa.PrimaryKeyConstraint("person_id", "address", name=op.f("pk_address")),
        sa.UniqueConstraint("school_id", "address", name=op.f("uq_address_school_id_address")),
    )
    op.create_table(
        "expected",
        sa.Column("school_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subjects", columns.Json(), nullable=True),
        sa.Column("roles", columns.Words(), nullable=True),
        sa.Column("lang", sa.String(length=20), nullable=True),
        sa.Column("listed_at", columns.Moment(), nullable=False),
        sa.CheckConstraint("lang IN ('ja', 'en')", name=op.f("ck_expected_lang")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_expected_school_id_school")),
        sa.PrimaryKeyConstraint("school_id", "mark", name=op.f("pk_expected")),
    )
