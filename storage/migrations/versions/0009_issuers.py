"""Issuers with keys that come and go; each school's did:key becomes its first issuer."""

import json

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _issuer()
    _issuer_key()
    _schools_keys_become_issuers()
    _signing_key()
    op.add_column("revision", sa.Column("signed_with", sa.Text(), server_default="", nullable=False))
    _note_methods()


def _issuer() -> None:
    op.create_table(
        "issuer",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("did", sa.String(length=200), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.Column("succession", sa.Text(), nullable=True),
        sa.CheckConstraint("ended IN ('address', 'rotated', 'revoked')", name=op.f("ck_issuer_ended")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_issuer_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
        sa.UniqueConstraint("school_id", "did", name=op.f("uq_issuer_school_id_did")),
        sa.UniqueConstraint("id", "school_id", name=op.f("uq_issuer_id_school_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_issuer_of_school",
        "issuer",
        ["school_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _issuer_key() -> None:
    op.create_table(
        "issuer_key",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("school_id", columns.Id, nullable=False),
        sa.Column("issuer_id", columns.Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", columns.Moment(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_since", columns.Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('Ed25519', 'RSA')", name=op.f("ck_issuer_key_kind")),
        sa.CheckConstraint("state IN ('current', 'retired', 'revoked')", name=op.f("ck_issuer_key_state")),
        sa.ForeignKeyConstraint(
            ["issuer_id", "school_id"],
            ["issuer.id", "issuer.school_id"],
            name=op.f("fk_issuer_key_issuer_id_school_id_issuer"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_issuer_key_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_key")),
        sa.UniqueConstraint("issuer_id", "name", name=op.f("uq_issuer_key_issuer_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_issuer_key_current",
        "issuer_key",
        ["issuer_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )


def _schools_keys_become_issuers() -> None:
    """The key of a did:key is what the did spells out, after its first eight characters."""
    op.execute(
        "INSERT INTO issuer (school_id, did, made_at, ended_at, ended) "
        "SELECT school_id, did, created_at, retired_at, CASE WHEN retired_at IS NULL THEN NULL ELSE 'rotated' END "
        "FROM signing_key WHERE person_id IS NULL ORDER BY id"
    )
    op.execute(
        "INSERT INTO issuer_key "
        "(school_id, issuer_id, kind, name, public, sealed, made_at, state, state_since) "
        "SELECT k.school_id, i.id, 'Ed25519', substr(k.did, 9), substr(k.did, 9), k.sealed, k.created_at, "
        "CASE WHEN k.retired_at IS NULL THEN 'current' ELSE 'retired' END, coalesce(k.retired_at, k.created_at) "
        "FROM signing_key k JOIN issuer i ON i.school_id = k.school_id AND i.did = k.did "
        "WHERE k.person_id IS NULL ORDER BY k.id"
    )
    op.execute("DELETE FROM signing_key WHERE person_id IS NULL")


def _signing_key() -> None:
    """Only endorsers' keys are left."""
    op.drop_index("uq_signing_key_of_school", table_name="signing_key")
    with op.batch_alter_table("signing_key", table_kwargs={"sqlite_autoincrement": True}) as signing_key:
        signing_key.alter_column("person_id", existing_type=columns.Id, nullable=False)
        signing_key.drop_column("retired_at")


def _note_methods() -> None:
    """With which key each edition was signed."""
    conn = op.get_bind()
    editions = sa.table(
        "revision", sa.column("award_id"), sa.column("number"), sa.column("text"), sa.column("signed_with")
    )
    for row in conn.execute(sa.select(editions.c.award_id, editions.c.number, editions.c.text)).all():
        conn.execute(
            sa.update(editions)
            .where(editions.c.award_id == row.award_id, editions.c.number == row.number)
            .values(signed_with=_method(row.text))
        )


def _method(text: str) -> str:
    try:
        return str(json.loads(text)["proof"][0]["verificationMethod"])
    except (ValueError, LookupError, TypeError):
        return ""
