"""Events that a platform brought: each counts once, however often it is brought."""

from datetime import datetime

from sqlalchemy import delete, select

from storage import tables as t
from storage.scope import Scope


class InboxRows:
    """Implements `Inbox`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def seen(self, platform: str, event_id: str) -> bool:
        """Whether this event was taken in before."""
        found = await self._scope.one(
            select(t.inbox.c.event_id).where(
                t.inbox.c.school_id == self._scope.school_id,
                t.inbox.c.platform == platform,
                t.inbox.c.event_id == event_id,
            )
        )
        return found is not None

    async def first_time(self, platform: str, event_id: str) -> bool:
        return await self._scope.add_unless_there(
            t.inbox, school_id=self._scope.school_id, platform=platform, event_id=event_id, seen_at=self._scope.now
        )


async def forget_events(scope: Scope, before: datetime) -> int:
    """Drop what was seen before a moment, in all schools: platforms do not bring old events again."""
    return await scope.run(delete(t.inbox).where(t.inbox.c.seen_at < before))
