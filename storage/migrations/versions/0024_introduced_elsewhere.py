"""A colleague may be asked for an introduction because of a badge from elsewhere: by the name that it had."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("introduction", table_kwargs={"sqlite_autoincrement": True}) as introduction:
        introduction.alter_column("award_id", existing_type=columns.Id, nullable=True)
        introduction.add_column(sa.Column("elsewhere", sa.Text(), nullable=True))
        introduction.create_check_constraint(
            op.f("ck_introduction_one_badge"), "(award_id IS NULL) <> (elsewhere IS NULL)"
        )
