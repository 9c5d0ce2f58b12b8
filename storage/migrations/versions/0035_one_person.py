"""Accounts of several platforms may be one person's: codes to link them, and a mark of those that were once linked."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("account", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("rests", sa.String(length=20), nullable=True))
    op.add_column("account", sa.Column("human", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_account_human"), "account", ["human"])
    op.create_table(
        "link_code",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("account_id", columns.Id, nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("to_person_id", columns.Id, nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_link_code_school_id_school")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_link_code_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_link_code_to_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "school_id"],
            ["account.id", "account.school_id"],
            name=op.f("fk_link_code_account_id_school_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("mark", name=op.f("uq_link_code_mark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_link_code_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_code_person_id"), "link_code", ["person_id"])
    op.create_index(op.f("ix_link_code_to_person_id"), "link_code", ["to_person_id"])
    op.create_table(
        "link_miss",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("typed_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_link_miss_school_id_school")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_link_miss_person_id_school_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_miss")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_miss_person_id_typed_at"), "link_miss", ["person_id", "typed_at"])
    op.create_table(
        "once_linked",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("human", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_once_linked_school_id_school")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_once_linked")),
    )
    op.create_index(op.f("ix_once_linked_human"), "once_linked", ["human"])
