"""Institutions say since when badges were awarded in their name, and may be removed where none ever was."""

import sqlalchemy as sa
from alembic import op

from storage import columns

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    for name in ("issued_at", "removed_at"):
        op.add_column("school", sa.Column(name, columns.Moment(), nullable=True))
    op.execute(
        "UPDATE school SET issued_at = (SELECT min(award.awarded_at) FROM award"
        " WHERE award.issuer_school_id = school.id) WHERE issues_only"
    )
