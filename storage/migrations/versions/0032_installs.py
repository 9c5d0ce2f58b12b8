"""An app may be installed in many workspaces: where, and with which sealed tokens."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "install",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("enterprise_id", sa.String(length=200), nullable=False),
        sa.Column("team_id", sa.String(length=200), nullable=False),
        sa.Column("is_enterprise_install", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("bot_user", sa.String(length=200), nullable=False),
        sa.Column("scopes", columns.Words(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", columns.Moment(), nullable=True),
        sa.Column("exchange_began_at", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_install")),
        sa.UniqueConstraint(
            "platform",
            "enterprise_id",
            "team_id",
            "is_enterprise_install",
            name=op.f("uq_install_platform_enterprise_id_team_id_is_enterprise_install"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "install_state",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("used_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_install_state")),
    )
