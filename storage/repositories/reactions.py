"""Which endorsing emoji are live on which message, by which account."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select

from bot.domain.people import Account, Person
from storage import tables as t
from storage.repositories.people import ACCOUNT_AND_PERSON, to_pair
from storage.scope import Scope

_LIVE = (
    select(t.reaction.c.emoji)
    .join(t.account, t.account.c.id == t.reaction.c.account_id)
    .where(
        t.account.c.person_id == bindparam("person_id"),
        t.reaction.c.posted_id.in_(bindparam("posted_ids", expanding=True)),
        t.reaction.c.school_id == bindparam("school_id"),
    )
)


class ReactionRows:
    """Implements `Reactions`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def add(self, posted_id: int, account_id: int, emoji: str) -> None:
        await self._scope.add_unless_there(
            t.reaction, posted_id=posted_id, account_id=account_id, emoji=emoji, school_id=self._scope.school_id
        )

    async def remove(self, posted_id: int, account_id: int, emoji: str) -> None:
        await self._scope.run(
            delete(t.reaction).where(
                t.reaction.c.posted_id == posted_id,
                t.reaction.c.account_id == account_id,
                t.reaction.c.emoji == emoji,
                t.reaction.c.school_id == self._scope.school_id,
            )
        )

    async def by_user(self, posted_id: int) -> tuple[tuple[Account, Person, str], ...]:
        rows = await self._scope.all(
            ACCOUNT_AND_PERSON.add_columns(t.reaction.c.emoji)
            .join(t.reaction, t.reaction.c.account_id == t.account.c.id)
            .where(t.reaction.c.posted_id == posted_id, t.reaction.c.school_id == self._scope.school_id)
            .order_by(t.account.c.id, t.reaction.c.emoji)
        )
        return tuple((*reversed(to_pair(row)), row.emoji) for row in rows)

    async def live(self, person_id: int, posted_ids: Collection[int]) -> frozenset[str]:
        rows = await self._scope.all(
            _LIVE, school_id=self._scope.school_id, person_id=person_id, posted_ids=list(posted_ids)
        )
        return frozenset(row.emoji for row in rows)
