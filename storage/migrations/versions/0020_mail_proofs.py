"""Addresses that people proved by a code sent by mail, and the codes."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "mail_address",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("proved_at", columns.Moment(), nullable=False),
        *_of_a_person("mail_address"),
        sa.UniqueConstraint("public_id", name=op.f("uq_mail_address_public_id")),
        sa.UniqueConstraint("person_id", "address", name=op.f("uq_mail_address_person_id_address")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mail_code",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("asked_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        *_of_a_person("mail_code"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mail_code_person_id"), "mail_code", ["person_id"])
    op.create_index(op.f("ix_mail_code_school_id_address"), "mail_code", ["school_id", "address"])


def _of_a_person(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f(f"fk_{table}_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f(f"fk_{table}_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
