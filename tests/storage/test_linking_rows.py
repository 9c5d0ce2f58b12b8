"""Linking on both databases: every table decided, everything of two people becomes one's, and two again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from storage_rows import EVIDENCE, Rows, populate
from storage_world import Place, Surroundings, in_school

from bot.domain.outcomes import Refused
from bot.domain.people import Person, Rest, Role
from bot.domain.recognition import As, Target
from bot.services import linking, privacy
from bot.services.commands import ByPerson
from bot.services.endorsements import PressEndorse, press_endorse
from bot.services.linking import Linked, Unlinked
from bot.services.ports import Work
from storage import joining
from storage import tables as t
from storage.belongings import everything, leading_to
from storage.scope import Scope
from storage.store import RowStore


def me(place: Place, person: Person) -> dict[str, int]:
    return {"school_id": place.school.id, "person_id": person.id}


async def link(store: RowStore, place: Place, shows: int, types: int) -> Linked | Refused:
    """From code to press: who shows it, and who types it."""
    (one, account), (other, there) = place.people[shows], place.people[types]
    begun = await store.run(linking.begin, linking.BeginLink(**me(place, one), account_id=account.id))
    assert not isinstance(begun, Refused)
    ahead = await store.run(linking.look_ahead, linking.LookAhead(**me(place, other), code=begun.code.lower()))
    assert not isinstance(ahead, Refused)
    confirm = linking.ConfirmLink(**me(place, other), link=ahead.link, account_id=there.id)
    return await store.run(linking.link, confirm)


async def rows_of(store: RowStore, table: Any, *where: Any) -> list[Any]:
    return list(await store.read(lambda scope: scope.all(select(table).where(*where).order_by(*table.primary_key))))


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


def test_every_table_that_leads_to_a_person_an_award_or_an_account_is_decided() -> None:
    """A new table must say what becomes of its rows when two people become one."""
    tables = t.metadata.tables.values()
    of_person = {table for table in tables if leading_to(table, t.person)} | {t.person}
    assert of_person == {*joining.HANDED_OVER, *joining.DECIDED, *joining.ENDS, *joining.STAYS}
    of_award = {table for table in tables if leading_to(table, t.award)}
    assert of_award <= of_person | {*joining.OF_AWARD}
    assert {table for table in tables if leading_to(table, t.account)} <= of_person | {*joining.OF_ACCOUNT}
    groups = (joining.HANDED_OVER, joining.DECIDED, joining.ENDS, joining.STAYS)
    assert sum(map(len, groups)) == len(of_person)


@pytest.mark.parametrize(("shows", "types"), [(0, 2), (2, 0)])
async def test_everything_of_both_is_one_persons(
    store: RowStore, here: Place, rows: Rows, shows: int, types: int
) -> None:
    ann, cid = here.ann, here.people[2][0]
    assert await link(store, here, shows, types) == Linked(1, 0)
    stays = await rows_of(store, t.person, t.person.c.id == ann.id)
    goes = await rows_of(store, t.person, t.person.c.id == cid.id)
    assert (goes[0].name, goes[0].moved_to_id, goes[0].left_at is not None) == ("", stays[0].id, True)
    for table in t.metadata.tables.values():
        if table in joining.STAYS or table is t.person:
            continue
        for column in leading_to(table, t.person):
            assert not await rows_of(store, table, column == cid.id), table.name
    accounts = await rows_of(store, t.account, t.account.c.person_id == ann.id)
    assert [account.rests for account in accounts if account.id == here.people[types][1].id] == [None]
    assert {account.rests for account in accounts} == {None, Rest.UNTIL_USED}
    assert len({account.human for account in accounts}) == 1
    assert len(await rows_of(store, t.award, t.award.c.person_id == ann.id)) == 1


async def test_nobody_endorses_themselves_and_one_of_each_badge_stays(store: RowStore, here: Place, rows: Rows) -> None:
    """Ben endorsed ann's badge, holds the same one later, and both endorsed that of a colleague."""
    ann, ben, cid = (person for person, _ in here.people)

    async def fill(work: Work) -> tuple[int, int]:
        later = await work.awards.add(ben.id, rows.achievement, EVIDENCE)
        third = await work.awards.add(cid.id, rows.achievement, EVIDENCE)
        assert later is not None
        assert third is not None
        for endorser in (ann, ben):
            await work.endorsements.add(endorser.id, Target.of_award(third.id), As.COLLEAGUE, by_button=True)
        await work.endorsements.add(cid.id, Target.of_award(later.id), As.COLLEAGUE, by_button=True)
        await work.people.save_rhythm(ben.id, await work.people.rhythm(ben.id), None)
        return later.id, third.id

    later, third = await in_school(store, here, fill)
    assert await link(store, here, 0, 1) == Linked(1, 1)
    standing = await rows_of(store, t.endorsement, t.endorsement.c.withdrawn_at.is_(None))
    by_target = {(one.target_id, one.endorser_id) for one in standing if one.target_kind == "award"}
    assert by_target == {(rows.award.id, cid.id), (third, ann.id)}
    assert not await rows_of(store, t.award, t.award.c.id == later)
    promised = {row.subject for row in await rows_of(store, t.outbox, t.outbox.c.kind == "issue")}
    assert {rows.award.id, third} <= promised
    assert not await rows_of(store, t.invitation), "nobody is asked to endorse a badge of their own"


async def test_one_address_of_both_is_kept_once(store: RowStore, here: Place, rows: Rows) -> None:
    cid = here.people[2][0]
    await in_school(store, here, lambda work: work.proofs.keep(cid.id, "ann@old.example.school"))
    assert isinstance(await link(store, here, 0, 2), Linked)
    (kept,) = await rows_of(store, t.mail_address, t.mail_address.c.address == "ann@old.example.school")
    assert kept.person_id == here.ann.id


async def test_roles_unite_and_the_last_owner_stays_one(store: RowStore, here: Place) -> None:
    async def roles(work: Work) -> None:
        for (person, _), role in zip(here.people, (Role.OWNER, Role.LEADER), strict=False):
            await work.people.save(Person(**{**person.__dict__, "roles": frozenset({role})}))

    await in_school(store, here, roles)
    assert isinstance(await link(store, here, 1, 0), Linked)
    assert (await in_school(store, here, lambda work: work.people.get(here.ann.id))).roles == {Role.OWNER, Role.LEADER}


async def test_being_forgotten_takes_both_and_leaves_marks_alone(store: RowStore, here: Place, rows: Rows) -> None:
    ann, cid = here.ann, here.people[2][0]
    await link(store, here, 0, 2)

    async def export(scope: Scope) -> Any:
        return await everything(scope, ann.id)

    own = await store.write(export, school=here.school.id)
    assert len(own["account"]) == 2
    assert {row["act"] for row in own["audit"]} >= {"link", "link_begin"}
    await store.run(privacy.forget, ByPerson(**me(here, ann)))
    assert not await rows_of(store, t.account, t.account.c.person_id.in_((ann.id, cid.id)))
    assert not await rows_of(store, t.person_key, t.person_key.c.person_id.in_((ann.id, cid.id)))
    assert len(await rows_of(store, t.tombstone, t.tombstone.c.school_id == here.school.id)) >= 2
    marks = await rows_of(store, t.once_linked)
    assert len(marks) == 2
    assert all("U" not in row.mark for row in marks)


async def test_unlinking_leaves_everything_and_the_accounts_are_one_human_for_ever(
    store: RowStore, here: Place, rows: Rows
) -> None:
    ann, account = here.people[0][0], here.people[2][1]
    await link(store, here, 0, 2)
    about = linking.AboutAccount(**me(here, ann), account_id=account.id)
    parted = await store.run(linking.unlink, about)
    assert isinstance(parted, Unlinked)
    for table in (t.award, t.completion, t.offer, t.collection, t.address, t.message):
        assert not await rows_of(store, table, table.c.person_id == parted.person.id), table.name
    assert len(await rows_of(store, t.award, t.award.c.person_id == ann.id)) == 1
    assert await in_school(store, here, lambda work: work.links.others(ann.id)) == {parted.person.id}
    assert not await rows_of(store, t.session, t.session.c.person_id == ann.id), "every browser is signed out"
    # What one of the two endorses, the other does not endorse once more.
    third = await in_school(store, here, lambda work: work.awards.add(here.ben.id, rows.achievement, EVIDENCE))
    assert third is not None
    target = Target.of_award(third.id)
    await in_school(store, here, lambda work: work.endorsements.add(ann.id, target, As.COLLEAGUE, by_button=True))
    await in_school(store, here, lambda work: work.invitations.add(third.id, parted.person.id))
    press = PressEndorse(**me(here, parted.person), award=third.public_id)
    assert await store.run(press_endorse, press) == Refused("endorsed_by_other_account")
    assert await store.run(linking.unlink, about) == Refused("not_yours")
    assert await store.run(linking.unlink, linking.AboutAccount(**me(here, ann), account_id=here.people[0][1].id)) == (
        Refused("unlink_only")
    )
    # Forgotten and back again, the account is known as one that was linked.
    await store.run(privacy.forget, ByPerson(**me(here, parted.person)))

    async def returns(work: Work) -> frozenset[int]:
        rhythm = await work.people.rhythm(ann.id)
        back, _ = await work.people.add(
            "Back", "en", workspace_id=here.workspace.id, user_key="U3", rhythm=rhythm, roles=frozenset({Role.TEACHER})
        )
        return await work.links.others(back.id)

    assert await in_school(store, here, returns) == {ann.id}


async def test_a_code_holds_once_for_a_while_in_its_school(
    store: RowStore, here: Place, there: Place, world: Surroundings
) -> None:
    ann, ben, cid = (person for person, _ in here.people)

    async def begin() -> str:
        begun = await store.run(linking.begin, linking.BeginLink(**me(here, ann)))
        assert not isinstance(begun, Refused)
        return begun.code

    async def look(place: Place, person: Person, code: str) -> linking.Ahead | Refused:
        return await store.run(linking.look_ahead, linking.LookAhead(**me(place, person), code=code))

    code = await begin()
    assert await look(here, ann, code) == Refused("link_same")
    assert await look(there, there.ben, code) == Refused("link_code"), "of another school"
    assert isinstance(await look(here, ben, code), linking.Ahead)
    assert await look(here, cid, code) == Refused("link_code"), "somebody else typed it first"
    newer = await begin()
    assert await look(here, ben, code) == Refused("link_code"), "a newer one ends it"
    world.passes(minutes=10)
    assert await look(here, ben, newer) == Refused("link_code"), "too late"
    for typed in ("", "AAAA-AAAA", "x" * 400):
        assert await look(here, cid, typed) == Refused("link_code")
    last = await begin()
    assert await look(here, cid, "AAAA-AAAB") == Refused("link_code")
    assert await look(here, cid, last) == Refused("link_tries_over", {"most": 5})
    world.passes(hours=1)
    assert await store.forget_links(world.now - timedelta(hours=1)) > 0
    for _ in range(10):
        await begin()
    assert await store.run(linking.begin, linking.BeginLink(**me(here, ann))) == Refused("link_enough", {"most": 10})


async def test_two_presses_at_once_link_once(store: RowStore, here: Place, rows: Rows) -> None:
    (ann, account), (cid, there) = here.people[0], here.people[2]
    begun = await store.run(linking.begin, linking.BeginLink(**me(here, ann), account_id=account.id))
    assert not isinstance(begun, Refused)
    ahead = await store.run(linking.look_ahead, linking.LookAhead(**me(here, cid), code=begun.code))
    assert not isinstance(ahead, Refused)
    confirm = linking.ConfirmLink(**me(here, cid), link=ahead.link, account_id=there.id)
    done = await asyncio.gather(*(store.run(linking.link, confirm) for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(one, Linked) for one in done) == 1
    assert len(await rows_of(store, t.account, t.account.c.person_id == ann.id)) == 2


async def test_whoever_was_one_with_somebody_endorses_them_by_no_other_link(
    store: RowStore, here: Place, rows: Rows
) -> None:
    """Ann's other account leaves her, and becomes one with ben, who endorsed her badge: they are one human being."""
    (ann, _), (ben, _), (cid, account) = here.people
    await link(store, here, 0, 2)
    parted = await store.run(linking.unlink, linking.AboutAccount(**me(here, ann), account_id=account.id))
    assert isinstance(parted, Unlinked)
    here.people = (here.people[0], here.people[1], (parted.person, account))
    third = await in_school(store, here, lambda work: work.awards.add(parted.person.id, rows.achievement, EVIDENCE))
    await in_school(
        store, here, lambda work: work.endorsements.add(ben.id, Target.of_award(third.id), As.COLLEAGUE, by_button=True)
    )
    assert await link(store, here, 1, 2) == Linked(1, 1)
    standing = await rows_of(store, t.endorsement, t.endorsement.c.withdrawn_at.is_(None))
    assert not [one for one in standing if one.target_kind == "award"]
    assert cid.id != parted.person.id


async def test_what_was_given_before_being_forgotten_is_nobodys_own(store: RowStore, here: Place, rows: Rows) -> None:
    """Ben endorsed ann's badge, was forgotten and came back: linked with her, it was her own."""
    await store.run(privacy.forget, ByPerson(**me(here, here.ben)))

    async def returns(work: Work) -> Any:
        rhythm = await work.people.rhythm(here.ann.id)
        return await work.people.add(
            "Back", "en", workspace_id=here.workspace.id, user_key="U2", rhythm=rhythm, roles=frozenset({Role.TEACHER})
        )

    here.people = (here.people[0], await in_school(store, here, returns), here.people[2])
    assert await link(store, here, 0, 1) == Linked(1, 1)
    assert not await rows_of(store, t.endorsement, t.endorsement.c.target_kind == "award")
