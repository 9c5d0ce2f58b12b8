"""Status lists, and where the status of an award and of an endorsement stands."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _list()
    _entry()
    for table in ("award", "endorsement"):
        with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as changed:
            changed.add_column(sa.Column("status_id", columns.Id, nullable=True))
            changed.create_foreign_key(
                op.f(f"fk_{table}_status_id_status_entry"), "status_entry", ["status_id"], ["id"]
            )


def _list() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("issuer_id", columns.Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("closed_at", columns.Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issuer_id", "school_id"],
            ["issuer.id", "issuer.school_id"],
            name=op.f("fk_status_list_issuer_id_school_id_issuer"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_status_list_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_status_list_public_id")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_status_list_id_school_id")),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_status_list_open",
        "status_list",
        ["issuer_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _entry() -> None:
    op.create_table(
        "status_entry",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("list_id", columns.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id", "school_id"],
            ["status_list.id", "status_list.school_id"],
            name=op.f("fk_status_entry_list_id_school_id_status_list"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_status_entry_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_entry")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_status_entry_list_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_status_entry_set",
        "status_entry",
        ["list_id"],
        unique=False,
        sqlite_where=sa.text("revoked IS 1 OR suspended IS 1"),
        postgresql_where=sa.text("revoked IS true OR suspended IS true"),
    )
