"""Badges of pathways.

Pathways that a catalogue held so far were read and meant nothing. They begin when the catalogue is loaded again, with
their rules as trees and their badges as achievements.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_CATALOGUE = sa.table(
    "catalogue", sa.column("id", sa.Integer), sa.column("digest", sa.String), sa.column("document", sa.Text)
)


def upgrade() -> None:
    with op.batch_alter_table("achievement", table_kwargs={"sqlite_autoincrement": True}) as achievement:
        achievement.drop_constraint(op.f("ck_achievement_level"), type_="check")
        achievement.create_check_constraint(
            op.f("ck_achievement_level"), "level IN ('knowledge', 'competence', 'pathway')"
        )
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CATALOGUE)).all():
        document = json.dumps(json.loads(row.document) | {"pathways": []}, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(document.encode()).hexdigest()
        connection.execute(
            sa.update(_CATALOGUE).where(_CATALOGUE.c.id == row.id).values(digest=digest, document=document)
        )
