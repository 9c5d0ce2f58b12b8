"""One-time links into one's own pages, sessions, and what was submitted to boards."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "door",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("used_at", columns.Moment(), nullable=True),
        sa.CheckConstraint("room IN ('wallet', 'map', 'record', 'settings')", name=op.f("ck_door_room")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_door_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_door_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door")),
        sa.UniqueConstraint("mark", name=op.f("uq_door_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_door_person_id"), "door", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("begun_at", columns.Moment(), nullable=False),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_session_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_session_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("mark", name=op.f("uq_session_mark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("person_id", columns.Id, nullable=False),
        sa.Column("award_id", columns.Id, nullable=False),
        sa.Column("board_id", columns.Id, nullable=False),
        sa.Column("from_school_id", columns.Id, nullable=False),
        sa.Column("submitted_at", columns.Moment(), nullable=False),
        sa.Column("taken_back_at", columns.Moment(), nullable=True),
        sa.Column("seen_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["award_id", "school_id"],
            ["award.id", "award.school_id"],
            name=op.f("fk_submission_award_id_school_id_award"),
        ),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_submission_board_id_board")),
        sa.ForeignKeyConstraint(["from_school_id"], ["school.id"], name=op.f("fk_submission_from_school_id_school")),
        sa.ForeignKeyConstraint(
            ["person_id", "school_id"],
            ["person.id", "person.school_id"],
            name=op.f("fk_submission_person_id_school_id_person"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_submission_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("public_id", name=op.f("uq_submission_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_submission_board_id"), "submission", ["board_id"], unique=False)
    op.create_index(op.f("ix_submission_person_id"), "submission", ["person_id"], unique=False)
    op.create_index(
        "uq_submission_standing",
        "submission",
        ["award_id", "board_id"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
