"""Who is gone: everybody whose accounts are all closed on their platforms. Their rows stay as they are."""

from typing import Any

from sqlalchemy import Select, select

from storage import tables as t

_other = t.account.alias()


def gone_people() -> Select[Any]:
    """The ids of those who are gone, of whichever school: few, wherever many are."""
    has_open = select(_other.c.id).where(_other.c.person_id == t.account.c.person_id, _other.c.gone_at.is_(None))
    return select(t.account.c.person_id).where(t.account.c.gone_at.is_not(None), ~has_open.exists())
