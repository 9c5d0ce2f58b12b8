"""Two people of one school become one, in one transaction: what linking accounts does to every row.

The reasons are in docs/decisions/0026-one-person.md. What doubles is decided by the use case beforehand; the rest
changes hands. What stays of the one who goes is a row without a name that says whose they are now, as after a move: so
they are exported, counted and forgotten with them.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update

from bot.domain.spare import Rhythm
from bot.services.link_ports import Union
from bot.services.ports import Luggage, Move
from storage import tables as t
from storage.belongings import leading_to
from storage.carrying import Journey
from storage.repositories.messages import ABOUT_AN_AWARD
from storage.rhythms import planned_columns, rhythm_columns
from storage.scope import Scope

HANDED_OVER = (
    t.account,
    t.offer,
    t.attempt,
    t.redone,
    t.collection,
    t.message,
    t.question,
    t.submission,
    t.outbox,
    t.foreign_badge,
    t.address,
    t.award,
)
"""Tables whose rows only change hands."""
DECIDED = (
    t.completion,
    t.progress,
    t.endorsement,
    t.signing_key,
    t.brought,
    t.brought_completion,
    t.mail_address,
    t.introduction,
    t.invitation,
    t.move,
    t.person,
)
"""Tables in which two rows may say the same, or one would lead from a person to themselves: see the functions below."""
ENDS = (t.door, t.session, t.mail_code, t.link_code, t.link_miss)
"""Tables whose rows end: what lets a browser in, and codes on their way."""
STAYS = (t.person_key, t.rhythm)
"""The key by which the audit log knows who went, and an empty rhythm."""
OF_AWARD = (t.revision, t.collected, t.enclosure)
"""Tables that lead to awards alone: they go with what gives way, and stay with all else."""
OF_ACCOUNT = (t.reaction, t.contact)
"""Tables that lead to accounts alone."""


async def join(scope: Scope, union: Union) -> None:
    """Make one person of the two of `union`."""
    await _Joining(scope, union).all()


class _Joining(Journey):
    def __init__(self, scope: Scope, union: Union) -> None:
        here, was, now = scope.school_id, union.goes.id, union.stays.id
        super().__init__(scope, Move(0, "", here, was, scope.now, now, here))
        self._union = union

    async def all(self) -> None:
        union = self._union
        luggage = Luggage(union.completions, union.progress, union.awards.take, union.give_way, union.given)
        for way in union.give_way:
            await self._show_the_other(way.award_id, way.kept_id)
            await self.give_way(way)
        await self.learning(luggage)
        await self.given(luggage)
        await self.brought(luggage)
        await self._mail_addresses()
        await self._introductions()
        await self._invitations()
        await self._moves()
        await self._offers()
        for table in HANDED_OVER:
            await self._hand_over(table)
        for table in ENDS:
            await self._end(table)
        await self._people()

    async def _show_the_other(self, award_id: int, kept_id: int) -> None:
        """Messages and posts about an award that gives way are about the one that is kept; what was shown is shown."""
        run = self._scope.run
        await run(
            update(t.message)
            .where(t.message.c.about.in_(ABOUT_AN_AWARD), t.message.c.subject == award_id)
            .values(subject=kept_id)
        )
        gone = await self._scope.the(
            select(t.award.c.displayed_at, t.award.c.findable_at).where(t.award.c.id == award_id)
        )
        for column, shown in ((t.award.c.displayed_at, gone.displayed_at), (t.award.c.findable_at, gone.findable_at)):
            if shown is not None:
                await run(
                    update(t.award)
                    .where(t.award.c.id == kept_id, column.is_(None), t.award.c.stopped_as.is_(None))
                    .values({column.name: shown})
                )

    async def _mail_addresses(self) -> None:
        by_mail = t.mail_address.c.person_id == self._was
        also = t.mail_address.alias()
        twice = (also.c.person_id == self._is) & (also.c.address == t.mail_address.c.address)
        await self._scope.run(delete(t.mail_address).where(by_mail, exists().where(twice)))
        await self._hand_over(t.mail_address)

    async def _introductions(self) -> None:
        """Nobody is introduced to themselves."""
        both = (self._was, self._is)
        asked = t.introduction.c
        await self._scope.run(delete(t.introduction).where(asked.asker_id.in_(both), asked.helper_id.in_(both)))
        await self._hand_over(t.introduction)

    async def _invitations(self) -> None:
        """Nobody is asked twice for one badge, nor for one of their own."""
        there = t.invitation.alias()
        twice = and_(there.c.award_id == t.invitation.c.award_id, there.c.asked_id == self._is)
        own = select(t.award.c.id).where(t.award.c.person_id.in_((self._was, self._is)))
        await self._scope.run(delete(t.invitation).where(t.invitation.c.asked_id == self._was, exists().where(twice)))
        await self._hand_over(t.invitation)
        mine = t.invitation.c.asked_id == self._is
        await self._scope.run(delete(t.invitation).where(mine, t.invitation.c.award_id.in_(own)))

    async def _moves(self) -> None:
        """A code to another school ends: it was to take one of two along."""
        both = t.move.c.person_id.in_((self._was, self._is))
        await self._scope.run(delete(t.move).where(both, t.move.c.moved_at.is_(None)))
        waiting = t.move.c.to_person_id == self._was
        await self._scope.run(update(t.move).where(waiting, t.move.c.moved_at.is_(None)).values(to_person_id=None))
        await self._hand_over(t.move)

    async def _offers(self) -> None:
        """Both were offered something in the same moment: both offers stay, under keys that tell them apart."""
        there = t.offer.alias()
        twice = (there.c.person_id == self._is) & (there.c.slot_key == t.offer.c.slot_key)
        theirs = t.offer.c.person_id == self._was
        rows = await self._scope.all(select(t.offer.c.id, t.offer.c.public_id).where(theirs, exists().where(twice)))
        for row in rows:
            await self._scope.run(
                update(t.offer).where(t.offer.c.id == row.id).values(slot_key=f"linked:{row.public_id}")
            )

    async def _hand_over(self, table: Table) -> None:
        for column in leading_to(table, t.person):
            await self._scope.run(update(table).where(column == self._was).values({column.name: self._is}))

    async def _end(self, table: Table) -> None:
        await self._scope.run(delete(table).where(self._leads(table)))

    def _leads(self, table: Table) -> ColumnElement[bool]:
        return or_(*(column == self._was for column in leading_to(table, t.person)))

    async def _people(self) -> None:
        """Whoever became one with the one who goes is one with whoever stays."""
        was = t.person.c.id == self._was
        await self._scope.run(update(t.person).where(t.person.c.moved_to_id == self._was).values(moved_to_id=self._is))
        await self._scope.run(
            update(t.rhythm)
            .where(t.rhythm.c.person_id == self._was)
            .values(**rhythm_columns(Rhythm("UTC", (), stopped=True)), **planned_columns(None))
        )
        await self._scope.run(
            update(t.person).where(was).values(**NOBODY, left_at=self._scope.now, moved_to_id=self._is)
        )


NOBODY: dict[str, Any] = {
    "name": "",
    "subjects": (),
    "roles": frozenset(),
    "consents": frozenset(),
    "welcomed_at": None,
    "findable_asked_at": None,
}
"""What stays of somebody who is another person now."""
