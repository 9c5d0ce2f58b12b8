"""Carrying a person's rows from one school to another, in one transaction.

Rows that lead to an award by a key with the school in it are lifted out, the award is moved, and they are put back:
so the database checks each key at every step, and nothing keeps a foot in the old school.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, or_, select, update

from bot.domain.recognition import TargetKind
from bot.domain.spare import Rhythm
from bot.services.ports import Document, GivesWay, Luggage, Move
from storage import tables as t
from storage.belongings import leading_to
from storage.editions import outdate_around, outdate_holding
from storage.mail_counts import count_on
from storage.repositories.messages import ABOUT_AN_AWARD
from storage.rhythms import planned_columns, rhythm_columns
from storage.saying import say_withdrawn
from storage.scope import Scope

WITH_AWARD = (t.revision, t.collected, t.submission, t.enclosure)
"""Tables whose rows come along with the award that they lead to."""
WITH_PERSON = (
    t.completion,
    t.redone,
    t.progress,
    t.award,
    t.collection,
    t.signing_key,
    t.brought,
    t.brought_completion,
    t.foreign_badge,
    t.mail_address,
)
"""Tables whose rows come along with the person."""
LEFT_BEHIND = (
    t.offer,
    t.attempt,
    t.outbox,
    t.question,
    t.door,
    t.session,
    t.invitation,
    t.address,
    t.mail_code,
    t.link_code,
    t.link_miss,
)
"""Tables whose rows end with the move: what was on its way, and what has done its work."""
STAYS = (
    t.person,
    t.person_key,
    t.rhythm,
    t.account,
    t.contact,
    t.message,
    t.reaction,
    t.introduction,
    t.endorsement,
    t.move,
    t.audit,
)
"""Tables in which something stays at the old school, as the functions below say."""


async def carry(scope: Scope, move: Move, luggage: Luggage) -> None:
    """Move everything in `luggage` to the transaction's own school, and leave a row without a name behind."""
    journey = Journey(scope, move)
    for way in luggage.give_way:
        await journey.give_way(way)
    await journey.learning(luggage)
    await journey.awards(luggage)
    await journey.given(luggage)
    await journey.brought(luggage)
    await journey.taken_in()
    await journey.addresses()
    await journey.sent_codes()
    await journey.leave()


class Journey:
    """One person's rows on their way to another person: of another school, or of the same one (`storage.joining`)."""

    def __init__(self, scope: Scope, move: Move) -> None:
        if move.to_person_id is None:
            raise LookupError("nobody gave this move's code")
        self._scope = scope
        self._move = move
        self._old, self._new = move.school_id, scope.school_id
        self._was, self._is = move.person_id, move.to_person_id

    async def give_way(self, way: GivesWay) -> None:
        """An award of the same badge was earlier: endorsements go over to it, the credential is kept as a document."""
        run = self._scope.run
        on_an_award = t.endorsement.c.target_kind == TargetKind.AWARD
        over = select(t.endorsement.c.endorser_id).where(t.endorsement.c.id.in_(way.keep))
        former = on_an_award & (t.endorsement.c.target_id == way.kept_id) & t.endorsement.c.withdrawn_at.is_not(None)
        await self._drop_endorsements(former & t.endorsement.c.endorser_id.in_(over))
        await run(
            update(t.endorsement)
            .where(t.endorsement.c.id.in_(way.keep))
            .values(target_id=way.kept_id, school_id=self._new, document=None)
        )
        left = on_an_award & (t.endorsement.c.target_id == way.award_id)
        await say_withdrawn(self._scope, left)
        await run(delete(t.endorsement).where(left))
        await self._submissions(way)
        await self._editions_around(way)
        for table in WITH_AWARD:
            await run(delete(table).where(or_(*(column == way.award_id for column in leading_to(table, t.award)))))
        await run(delete(t.introduction).where(t.introduction.c.award_id == way.award_id))
        await run(delete(t.invitation).where(t.invitation.c.award_id == way.award_id))
        await run(delete(t.message).where(t.message.c.about.in_(ABOUT_AN_AWARD), t.message.c.subject == way.award_id))
        await run(delete(t.award).where(t.award.c.id == way.award_id))

    async def _drop_endorsements(self, which: ColumnElement[bool]) -> None:
        """With the editions that hold them: whoever is forgotten later is sought by the endorsements that are left."""
        rows = await self._scope.all(select(t.endorsement.c.id).where(which))
        await outdate_holding(self._scope, {row.id for row in rows})
        await self._scope.run(delete(t.endorsement).where(which))

    async def _editions_around(self, way: GivesWay) -> None:
        """What holds an edition that goes holds its endorsers' names as well."""
        theirs = t.revision.c.award_id == way.award_id
        rows = await self._scope.all(select(t.revision.c.award_id, t.revision.c.number).where(theirs))
        await outdate_around(self._scope, {(row.award_id, row.number) for row in rows})

    async def _submissions(self, way: GivesWay) -> None:
        """What a board has of the later award it has of the kept one from now on, once.

        The kept award may still be at the old school: its row says where a submission of it belongs at this moment.
        """
        run = self._scope.run
        kept = await self._scope.the(
            select(t.award.c.school_id, t.award.c.person_id).where(t.award.c.id == way.kept_id)
        )
        of_later = t.submission.c.award_id == way.award_id
        there = t.submission.alias()
        doubled = (
            select(there.c.id)
            .where(there.c.award_id == way.kept_id, there.c.board_id == t.submission.c.board_id)
            .where(there.c.taken_back_at.is_(None))
            .exists()
        )
        await run(delete(t.submission).where(of_later, t.submission.c.taken_back_at.is_(None), doubled))
        await run(
            update(t.submission)
            .where(of_later)
            .values(award_id=way.kept_id, school_id=kept.school_id, person_id=kept.person_id)
        )

    async def learning(self, luggage: Luggage) -> None:
        run, here = self._scope.run, luggage.completions
        await run(delete(t.completion).where(t.completion.c.id.in_(here.drop)))
        await run(
            update(t.completion)
            .where(t.completion.c.id.in_(here.take), t.completion.c.person_id == self._was)
            .values(person_id=self._is, school_id=self._new)
        )
        await run(
            update(t.redone).where(t.redone.c.person_id == self._was).values(person_id=self._is, school_id=self._new)
        )
        for completion_id, text in here.reflections:
            await run(update(t.completion).where(t.completion.c.id == completion_id).values(reflection=text))
        await run(delete(t.progress).where(t.progress.c.person_id == self._was))
        for unit_key, progress in luggage.progress:
            values = {
                "opened_at": progress.opened_at,
                "wrong_tries": progress.wrong_tries,
                "tested_out_on": progress.tested_out_on,
            }
            new = self._scope.insert(t.progress).values(
                person_id=self._is, unit_key=unit_key, school_id=self._new, **values
            )
            await run(new.on_conflict_do_update(index_elements=["person_id", "unit_key"], set_=values))

    async def awards(self, luggage: Luggage) -> None:
        run = self._scope.run
        mine = t.award.c.id.in_(luggage.awards)
        await run(delete(t.introduction).where(t.introduction.c.award_id.in_(luggage.awards)))
        await run(delete(t.invitation).where(t.invitation.c.award_id.in_(luggage.awards)))
        lifted = [(table, await self._lift(table, luggage.awards)) for table in WITH_AWARD]
        issuer = func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id)
        await run(
            update(t.award)
            .where(mine, t.award.c.person_id == self._was)
            .values(
                person_id=self._is,
                school_id=self._new,
                issuer_school_id=func.nullif(issuer, self._new),
                displayed_at=None,
                findable_at=None,
            )
        )
        await run(
            update(t.collection)
            .where(t.collection.c.person_id == self._was)
            .values(person_id=self._is, school_id=self._new)
        )
        for table, rows in lifted:
            if rows:
                await self._scope.each(insert(table), [{**row, **self._theirs(table)} for row in rows])
        await run(
            update(t.endorsement)
            .where(t.endorsement.c.target_kind == TargetKind.AWARD, t.endorsement.c.target_id.in_(luggage.awards))
            .values(school_id=self._new)
        )

    def _theirs(self, table: Table) -> dict[str, int]:
        """Whose a row is from now on."""
        holder = {"person_id": self._is} if leading_to(table, t.person) else {}
        return {"school_id": self._new, **holder}

    async def _lift(self, table: Table, awards: tuple[int, ...]) -> list[dict[str, Any]]:
        leads = or_(*(column.in_(awards) for column in leading_to(table, t.award)))
        rows = await self._scope.all(select(table).where(leads))
        await self._scope.run(delete(table).where(leads))
        return [row._asdict() for row in rows]

    async def given(self, luggage: Luggage) -> None:
        """What they gave stays theirs: an endorsement of a badge stays with the badge, one of content comes along."""
        run = self._scope.run
        doubled = t.endorsement.c.id.in_(luggage.given.drop)
        await say_withdrawn(self._scope, doubled)
        await self._drop_endorsements(doubled)
        theirs = t.endorsement.c.id.in_(luggage.given.keep) & (t.endorsement.c.endorser_id == self._was)
        await run(
            update(t.endorsement)
            .where(theirs, t.endorsement.c.target_kind == TargetKind.ACHIEVEMENT)
            .values(school_id=self._new)
        )
        await run(update(t.endorsement).where(theirs).values(endorser_id=self._is, endorser_school_id=self._new))
        has_key = select(t.signing_key.c.id).where(t.signing_key.c.person_id == self._is)
        key = t.signing_key.c.person_id == self._was
        if await self._scope.value(has_key) is None:
            await run(update(t.signing_key).where(key).values(person_id=self._is, school_id=self._new))
        await run(delete(t.signing_key).where(key))

    async def brought(self, luggage: Luggage) -> None:
        for way in luggage.give_way:
            if way.document is not None:
                await self._keep(way.document)
        for table, keys in ((t.brought, ("document_id",)), (t.brought_completion, ("issuer", "unit_key"))):
            there = table.alias()
            doubled = (
                select(there.c.id)
                .where(there.c.person_id == self._is, *(there.c[key] == table.c[key] for key in keys))
                .exists()
            )
            await self._scope.run(delete(table).where(table.c.person_id == self._was, doubled))
            await self._scope.run(
                update(table).where(table.c.person_id == self._was).values(person_id=self._is, school_id=self._new)
            )

    async def taken_in(self) -> None:
        """Badges from elsewhere, unless somebody of the new school keeps the same. `who` names nobody for them yet."""
        there = t.foreign_badge.alias()
        doubled = (
            select(there.c.id).where(there.c.school_id == self._new, there.c.mark == t.foreign_badge.c.mark).exists()
        )
        theirs = t.foreign_badge.c.person_id == self._was
        await self._scope.run(delete(t.foreign_badge).where(theirs, doubled))
        await self._scope.run(
            update(t.foreign_badge).where(theirs).values(person_id=self._is, school_id=self._new, findable_at=None)
        )

    async def sent_codes(self) -> None:
        """Whoever moves is sent no more codes than whoever stays."""
        await count_on(self._scope, self._was, self._old, self._is)

    async def addresses(self) -> None:
        """Those that were proved stay proved, as if by a code: badges from elsewhere name the one of their day.

        What the old school's platform vouched for is its word to that school. Here it gives no role by a staff list,
        and keeps nobody from the address for whom this school's own platform vouches (docs/decisions/0019).
        """
        mine = t.address.c.person_id == self._was
        vouched = await self._scope.all(select(t.address.c.address, t.address.c.proved_at).where(mine))
        here = select(t.address.c.address).where(t.address.c.person_id == self._is)
        known = {row.address for row in await self._scope.all(here)}
        for row in vouched:
            if row.address not in known:
                await self._scope.new_unless_there(
                    t.mail_address,
                    public_id=self._scope.new_id(),
                    school_id=self._new,
                    person_id=self._is,
                    address=row.address,
                    proved_at=row.proved_at,
                )

        by_mail = t.mail_address.c.person_id == self._was
        also = t.mail_address.alias()
        twice = (also.c.person_id == self._is) & (also.c.address == t.mail_address.c.address)
        await self._scope.run(delete(t.mail_address).where(by_mail, select(also.c.id).where(twice).exists()))
        await self._scope.run(update(t.mail_address).where(by_mail).values(person_id=self._is, school_id=self._new))

    async def _keep(self, document: Document) -> None:
        await self._scope.add_unless_there(
            t.brought,
            public_id=self._scope.new_id(),
            school_id=self._new,
            person_id=self._is,
            kind=document.kind,
            document_id=document.document_id,
            issuer=document.issuer,
            issuer_ja=document.issuer_name.ja,
            issuer_en=document.issuer_name.en,
            name_ja=document.name.ja,
            name_en=document.name.en,
            on_day=document.on,
            valid_from=document.valid_from,
            brought_at=self._scope.now,
            text=document.text,
        )

    async def leave(self) -> None:
        """What stays at the old school: that somebody left, on which day, and what they gave to its people."""
        run = self._scope.run
        await run(delete(t.introduction).where(t.introduction.c.helper_id == self._was))
        await run(update(t.introduction).where(t.introduction.c.asker_id == self._was).values(question=""))
        for table in LEFT_BEHIND:
            await run(delete(table).where(or_(*(column == self._was for column in leading_to(table, t.person)))))
        posts = t.message.c.person_id == self._was
        await run(update(t.message).where(posts, t.message.c.about.in_(ABOUT_AN_AWARD)).values(person_id=None))
        await run(delete(t.message).where(posts))
        await self._accounts()
        await run(
            update(t.rhythm)
            .where(t.rhythm.c.person_id == self._was)
            .values(**rhythm_columns(Rhythm("UTC", (), stopped=True)), **planned_columns(None))
        )
        await run(update(t.person).where(t.person.c.moved_to_id == self._was).values(moved_to_id=self._is))
        await run(update(t.person).where(t.person.c.id == self._is).values(moved_to_id=None))
        await run(
            update(t.person)
            .where(t.person.c.id == self._was)
            .values(
                name="",
                subjects=(),
                roles=frozenset(),
                consents=frozenset(),
                welcomed_at=None,
                findable_asked_at=None,
                left_at=self._scope.now,
                moved_to_id=self._is,
            )
        )
        await run(update(t.move).where(t.move.c.id == self._move.id).values(mark=None, moved_at=self._scope.now))

    async def _accounts(self) -> None:
        """Accounts stay while a reaction of theirs holds an endorsement of a colleague: taking it off withdraws it.

        How they may be spoken to there is known no more.
        """
        accounts = select(t.account.c.id).where(t.account.c.person_id == self._was)
        await self._scope.run(delete(t.contact).where(t.contact.c.account_id.in_(accounts)))
        held = await self._scope.value(
            select(t.endorsement.c.id)
            .where(
                t.endorsement.c.endorser_id == self._is,
                t.endorsement.c.school_id == self._old,
                t.endorsement.c.withdrawn_at.is_(None),
            )
            .limit(1)
        )
        if held is None:
            theirs = select(t.account.c.id).where(t.account.c.person_id == self._was)
            await self._scope.run(delete(t.reaction).where(t.reaction.c.account_id.in_(theirs)))
            await self._scope.run(delete(t.account).where(t.account.c.person_id == self._was))
