"""Issuers are endorsed too, by officers of a board among others."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("endorsement", table_kwargs={"sqlite_autoincrement": True}) as endorsement:
        endorsement.drop_constraint(op.f("ck_endorsement_target_kind"), type_="check")
        endorsement.create_check_constraint(
            op.f("ck_endorsement_target_kind"), "target_kind IN ('award', 'achievement', 'issuer')"
        )
        endorsement.drop_constraint(op.f("ck_endorsement_role"), type_="check")
        endorsement.create_check_constraint(op.f("ck_endorsement_role"), "role IN ('colleague', 'leader', 'officer')")
