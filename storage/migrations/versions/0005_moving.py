"""People move: who signed an award, whose colleague an endorser is, moves, and what was brought from elsewhere."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0005"
down_revision = "0004"

_FORMER = "fk_endorsement_endorser_id_school_id_person"
_PRESENT = "fk_endorsement_endorser_id_endorser_school_id_person"


def upgrade() -> None:
    op.add_column("person", sa.Column("left_at", columns.Moment(), nullable=True))
    op.add_column("person", sa.Column("moved_to_id", columns.Id, nullable=True))
    op.create_index(op.f("ix_person_moved_to_id"), "person", ["moved_to_id"], unique=False)
    _award()
    _endorsement()
    _move()
    _brought()


def _award() -> None:
    """SQLite adds no foreign key to a table that is there: it is built anew, with all that it has by now."""
    with op.batch_alter_table("award", table_kwargs={"sqlite_autoincrement": True}) as award:
        award.add_column(sa.Column("issuer_school_id", columns.Id, nullable=True))
        award.create_foreign_key(op.f("fk_award_issuer_school_id_school"), "school", ["issuer_school_id"], ["id"])


def _endorsement() -> None:
    """Every endorser is of the endorsement's own school until now."""
    op.add_column("endorsement", sa.Column("endorser_school_id", columns.Id, nullable=True))
    op.execute("UPDATE endorsement SET endorser_school_id = school_id")
    with op.batch_alter_table("endorsement", table_kwargs={"sqlite_autoincrement": True}) as endorsement:
        endorsement.alter_column("endorser_school_id", existing_type=columns.Id, nullable=False)
        endorsement.drop_constraint(op.f(_FORMER), type_="foreignkey")
        endorsement.create_foreign_key(
            op.f(_PRESENT), "person", ["endorser_id", "endorser_school_id"], ["id", "school_id"]
        )
        endorsement.create_foreign_key(
            op.f("fk_endorsement_endorser_school_id_school"), "school", ["endorser_school_id"], ["id"]
        )
    op.create_index(
        op.f("ix_endorsement_endorser_school_id_endorser_id"),
        "endorsement",
        ["endorser_school_id", "endorser_id"],
        unique=False,
    )


def _move() -> None:
    op.create_table(
        "move",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("to_person_id", columns.Id, nullable=True),
        sa.Column("to_school_id", columns.Id, nullable=True),
        sa.Column("moved_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_move_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id", "to_school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_move_to_person_id_to_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_move_school_id_school")),
        sa.ForeignKeyConstraint(["to_school_id"], ["school.id"], name=op.f("fk_move_to_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
        sa.UniqueConstraint("mark", name=op.f("uq_move_mark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_move_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_move_person_id"), "move", ["person_id"], unique=False)
    op.create_index(op.f("ix_move_to_person_id"), "move", ["to_person_id"], unique=False)


def _brought() -> None:
    op.create_table(
        "brought",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issuer_ja", sa.Text(), nullable=False),
        sa.Column("issuer_en", sa.Text(), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("valid_from", columns.Moment(), nullable=False),
        sa.Column("brought_at", columns.Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('credential', 'endorsement', 'statement')", name=op.f("ck_brought_kind")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_brought_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_brought_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought")),
        sa.UniqueConstraint("person_id", "document_id", name=op.f("uq_brought_person_id_document_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_brought_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "brought_completion",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issuer_ja", sa.Text(), nullable=False),
        sa.Column("issuer_en", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.String(length=200), nullable=False),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("self_assessed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reflection", sa.Text(), nullable=True),
        sa.CheckConstraint("route IN ('opened', 'prior')", name=op.f("ck_brought_completion_route")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_brought_completion_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_brought_completion_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_completion")),
        sa.UniqueConstraint(
            "person_id", "issuer", "unit_key", name=op.f("uq_brought_completion_person_id_issuer_unit_key")
        ),
        sqlite_autoincrement=True,
    )
