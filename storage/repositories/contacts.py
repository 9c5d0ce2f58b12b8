"""How people may be spoken to: one row for each account of whom anything is known."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.contacts import Contact, Reach
from storage import tables as t
from storage.scope import Scope

_OF = (
    select(t.account.c.id, t.account.c.person_id, t.contact)
    .outerjoin(t.contact, t.contact.c.account_id == t.account.c.id)
    .join(t.person, t.person.c.id == t.account.c.person_id)
    .where(
        t.person.c.left_at.is_(None),
        t.account.c.workspace_id == bindparam("workspace_id"),
        t.account.c.user_key == bindparam("user_key"),
        t.account.c.school_id == bindparam("school_id"),
    )
)
_LOCKED = _OF.with_for_update(of=t.account, key_share=True)


def to_contact(row: Row[Any]) -> Contact:
    reach = Reach.UNKNOWN if row.reach is None else Reach(row.reach)
    return Contact(row.id, row.person_id, reach, row.channel, row.closed_at, row.came_at, row.thread, row.called_at)


class ContactRows:
    """Implements `Contacts`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def of(self, workspace_id: int, user_key: str, *, lock: bool = False) -> Contact | None:
        row = await self._scope.one(
            _LOCKED if lock else _OF, workspace_id=workspace_id, user_key=user_key, school_id=self._scope.school_id
        )
        return row and to_contact(row)

    async def save(self, contact: Contact) -> None:
        values = {
            "reach": contact.reach,
            "channel": contact.channel,
            "closed_at": contact.closed_at,
            "came_at": contact.came_at,
            "thread": contact.thread,
            "called_at": contact.called_at,
        }
        school_id = self._scope.school_id
        row = self._scope.insert(t.contact).values(account_id=contact.account_id, school_id=school_id, **values)
        own = t.contact.c.school_id == school_id
        await self._scope.run(row.on_conflict_do_update(index_elements=["account_id"], set_=values, where=own))
