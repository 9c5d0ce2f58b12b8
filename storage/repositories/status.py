"""Status lists: positions are given out at random, and anybody may read what a list says."""

from sqlalchemy import ColumnElement, Table, func, select, update

from bot.badges.did import DID_WEB
from bot.badges.status import LIST_MEMBER, list_url
from bot.domain.issuers import KeyKind, KeyState
from bot.domain.recognition import TargetKind
from bot.domain.status import DRAWN_BYTES, Bits, bits_of, drawn, is_full
from bot.services.status_ports import ListSeen, Place, Said
from storage import tables as t
from storage.repositories.awards import to_stop
from storage.repositories.directory import to_school
from storage.repositories.endorsements import visible
from storage.repositories.issuers import SEALED, to_sealed_key
from storage.scope import Scope
from storage.unlisted import UNLISTED_AWARD, UNLISTED_ENDORSEMENT

_IS_TARGET = (t.endorsement.c.target_kind == TargetKind.AWARD) & (t.award.c.id == t.endorsement.c.target_id)


class StatusRows:
    """Implements `StatusLists`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    # ------------------------------------------------------------ positions

    async def of_award(self, award_id: int) -> Place | None:
        return await self._place(t.award, self._award(award_id))

    async def of_endorsement(self, endorsement_id: int) -> Place | None:
        return await self._place(t.endorsement, self._endorsement(endorsement_id))

    def _award(self, award_id: int) -> ColumnElement[bool]:
        return (t.award.c.id == award_id) & (t.award.c.school_id == self._scope.school_id)

    def _endorsement(self, endorsement_id: int) -> ColumnElement[bool]:
        return (t.endorsement.c.id == endorsement_id) & visible(self._scope.school_id)

    async def _place(self, table: Table, where: ColumnElement[bool]) -> Place | None:
        row = await self._scope.one(
            select(t.status_list.c.url, t.status_entry.c.position)
            .join(t.status_entry, t.status_entry.c.list_id == t.status_list.c.id)
            .join(table, table.c.status_id == t.status_entry.c.id)
            .where(where)
        )
        return row and Place(row.url, row.position)

    async def place_award(self, award_id: int, did: str) -> None:
        where = self._award(award_id)
        row = await self._scope.one(select(t.award).where(where, t.award.c.status_id.is_(None)).with_for_update())
        entry = await self._draw(row.issuer_school_id or row.school_id, did, bits_of(to_stop(row))) if row else None
        if entry is not None:
            await self._scope.run(update(t.award).where(where).values(status_id=entry))

    async def place_endorsement(self, endorsement_id: int, did: str) -> None:
        where = self._endorsement(endorsement_id) & t.endorsement.c.withdrawn_at.is_(None)
        row = await self._scope.one(
            select(
                func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id, t.endorsement.c.school_id).label("of")
            )
            .outerjoin(t.award, _IS_TARGET)
            .where(where, t.endorsement.c.status_id.is_(None))
            .with_for_update(of=t.endorsement)
        )
        entry = await self._draw(row.of, did, Bits()) if row else None
        if entry is not None:
            await self._scope.run(update(t.endorsement).where(where).values(status_id=entry))

    async def _draw(self, school_id: int, did: str, bits: Bits) -> int | None:
        """A free position of the open list of a school's issuer; None where the issuer has no place on the web."""
        issuer = t.issuer.c
        row = await self._scope.one(
            select(issuer.id, issuer.school_id).where(
                issuer.school_id == school_id, issuer.did == did, issuer.did.startswith(DID_WEB)
            )
        )
        if row is None:
            return None
        list_id, taken = await self._open_list(row.id, row.school_id, did)
        entry: int | None = None
        while entry is None:
            entry = await self._scope.new_unless_there(
                t.status_entry,
                school_id=row.school_id,
                list_id=list_id,
                position=drawn(self._scope.deployment.new_secret(DRAWN_BYTES)),
                revoked=bits.revoked,
                suspended=bits.suspended,
            )
        newer = t.status_list.c.version + (1 if bits != Bits() else 0)
        await self._scope.run(
            update(t.status_list)
            .where(t.status_list.c.id == list_id)
            .values(taken=taken + 1, version=newer, closed_at=self._scope.now if is_full(taken + 1) else None)
        )
        return entry

    async def _open_list(self, issuer_id: int, school_id: int, did: str) -> tuple[int, int]:
        """The list that gets new positions, begun where there is none, and how many are taken. Nobody else takes one
        until the transaction ends."""
        found = (
            select(t.status_list.c.id, t.status_list.c.taken)
            .where(t.status_list.c.issuer_id == issuer_id, t.status_list.c.closed_at.is_(None))
            .with_for_update()
        )
        # One that others fill, or begin, while this waits for it is looked for again.
        while (row := await self._scope.one(found)) is None:
            public_id = self._scope.new_id()
            await self._scope.add_unless_there(
                t.status_list,
                public_id=public_id,
                school_id=school_id,
                issuer_id=issuer_id,
                url=list_url(did, public_id),
                taken=0,
                version=0,
            )
        return row.id, row.taken

    async def awards_without(self, most: int) -> tuple[int, ...]:
        return await self._without(t.award, UNLISTED_AWARD, most)

    async def endorsements_without(self, most: int) -> tuple[int, ...]:
        return await self._without(t.endorsement, UNLISTED_ENDORSEMENT, most)

    async def _without(self, table: Table, unlisted: ColumnElement[bool], most: int) -> tuple[int, ...]:
        mine = table.c.school_id == self._scope.school_id
        rows = await self._scope.all(select(table.c.id).where(mine, unlisted).order_by(table.c.id).limit(most))
        return tuple(row.id for row in rows)

    async def is_in_every_file(self, award_id: int) -> bool:
        if await self.of_award(award_id) is None:
            return False
        # Before there were lists nothing in an edition named one, and no award was signed without one afterwards.
        silent = t.revision.c.text.not_like(f'%"{LIST_MEMBER}"%')
        return (
            await self._scope.one(select(t.revision.c.number).where(t.revision.c.award_id == award_id, silent)) is None
        )

    # ------------------------------------------------------------ lists

    async def seen(self, public_id: str) -> ListSeen | None:
        row = await self._scope.one(
            select(
                *SEALED,
                t.status_list.c.public_id,
                t.status_list.c.url,
                t.status_list.c.version,
                t.status_list.c.school_id,
            )
            .join(t.issuer, t.issuer.c.id == t.status_list.c.issuer_id)
            .join(t.issuer_key, t.issuer_key.c.issuer_id == t.issuer.c.id)
            .where(
                t.status_list.c.public_id == public_id,
                t.issuer_key.c.kind == KeyKind.ED25519,
                t.issuer_key.c.state == KeyState.CURRENT,
            )
        )
        if row is None:
            return None
        school = await self._scope.the(select(t.school).where(t.school.c.id == row.school_id))
        return ListSeen(row.public_id, row.url, row.version, to_school(school), to_sealed_key(row))

    async def said(self, public_id: str) -> Said:
        entry = t.status_entry.c
        rows = await self._scope.all(
            select(entry.position, entry.revoked, entry.suspended)
            .join(t.status_list, t.status_list.c.id == entry.list_id)
            .where(t.status_list.c.public_id == public_id, entry.revoked.is_(True) | entry.suspended.is_(True))
            .order_by(entry.position)
        )
        return Said(
            tuple(row.position for row in rows if row.revoked), tuple(row.position for row in rows if row.suspended)
        )
