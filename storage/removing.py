"""Removing an institution: its keys and lists go, its mandates end; a row without a name stays for its audit chain."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Executable, delete, update

from storage import tables as t


def removal(institution_id: int, public_id: str, at: datetime) -> Iterator[Executable]:
    """What makes it be no more. Its key is free again: the row goes by its public id, as no catalogue spells a key."""
    for table in (t.issuer_key, t.status_list, t.issuer):
        yield delete(table).where(table.c.school_id == institution_id)
    standing = (t.mandate.c.institution_id == institution_id) & t.mandate.c.ended_at.is_(None)
    yield update(t.mandate).where(standing).values(ended_at=at)
    this = t.school.c.id == institution_id
    yield update(t.school).where(this).values(key=public_id, name_ja="", name_en="", url="", removed_at=at)
