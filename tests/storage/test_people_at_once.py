"""Roles, claims, staff lists and agreements on real databases: races, second times, two schools."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from storage_world import Place, SealingVault, Surroundings, add_achievement, add_person, in_school, over_all

from bot.domain.agreements import Purpose
from bot.domain.outcomes import Refused
from bot.domain.ownership import RANDOM_BYTES
from bot.domain.people import Consent, Person, Role
from bot.domain.staff import Listed
from bot.errors import Problem
from bot.services import agreements, arrivals, directory, ownership, privacy, roles, staff, submissions
from bot.services.commands import ByPerson
from bot.services.ports import Work
from storage import tables as t
from storage.admin import check
from storage.store import RowStore

OWNER = frozenset({Role.TEACHER, Role.OWNER})


async def _with_roles(store: RowStore, place: Place, person: Person, held: frozenset[Role]) -> Person:
    async def act(work: Work) -> Person:
        changed = replace(await work.people.get(person.id), roles=held)
        await work.people.save(changed)
        return changed

    changed: Person = await in_school(store, place, act)
    return changed


def _by(person: Person, **more: Any) -> dict[str, Any]:
    return {"school_id": person.school_id, "person_id": person.id, **more}


async def _person(store: RowStore, place: Place, person: Person) -> Person:
    found: Person = await in_school(store, place, lambda work: work.people.get(person.id))
    return found


async def _audited(store: RowStore, place: Place) -> list[str]:
    rows = await store.read(
        lambda scope: scope.all(
            select(t.audit.c.act).where(t.audit.c.school_id == place.school.id).order_by(t.audit.c.seq)
        )
    )
    return [row.act for row in rows]


# ---------------------------------------------------------------- roles


async def test_two_owners_who_revoke_each_other_at_once_leave_one(store: RowStore, here: Place, there: Place) -> None:
    ann, ben = [await _with_roles(store, here, each, OWNER) for each in (here.ann, here.ben)]
    await _with_roles(store, there, there.ann, OWNER)
    outcomes = await asyncio.gather(
        store.run(roles.revoke_role, roles.ChangeRole(**_by(ann, to=ben.public_id, role=Role.OWNER))),
        store.run(roles.revoke_role, roles.ChangeRole(**_by(ben, to=ann.public_id, role=Role.OWNER))),
        store.run(roles.revoke_role, roles.ChangeRole(**_by(ann, to=ann.public_id, role=Role.OWNER))),
    )
    held = [Role.OWNER in (await _person(store, here, each)).roles for each in (ann, ben)]
    assert held.count(True) == 1
    assert sum(isinstance(outcome, roles.Changed) for outcome in outcomes) == 1


async def test_two_owners_who_leave_at_once_leave_one(store: RowStore, here: Place) -> None:
    for each in (here.ann, here.ben):
        await _with_roles(store, here, each, OWNER)
    outcomes = await asyncio.gather(
        *(store.run(privacy.forget, ByPerson(**_by(each))) for each in (here.ann, here.ben))
    )
    assert [outcome and outcome.reason for outcome in outcomes].count("last_owner_leaves") == 1
    remaining = await in_school(store, here, lambda work: work.people.lock_owners())
    assert len(remaining) == 1


async def test_a_role_is_told_once_and_audited(store: RowStore, here: Place, url: str) -> None:
    ann = await _with_roles(store, here, here.ann, OWNER)
    grant = roles.ChangeRole(**_by(ann, to=here.ben.public_id, role=Role.LEADER))
    assert await store.run(roles.grant_role, grant) == roles.Changed(
        replace(here.ben, roles=frozenset({Role.TEACHER, Role.LEADER})), True
    )
    again = await store.run(roles.grant_role, grant)
    assert isinstance(again, roles.Changed)
    assert not again.is_new
    promised = await store.read(lambda scope: scope.all(select(t.outbox).where(t.outbox.c.kind == "role")))
    assert [(row.person_id, row.detail) for row in promised] == [(here.ben.id, {"role": "leader", "given": "yes"})]
    assert await _audited(store, here) == ["grant_role"]
    assert check(url).complaints == ()


async def test_only_officers_and_owners_change_roles_and_only_in_their_school(
    store: RowStore, here: Place, there: Place
) -> None:
    ann = await _with_roles(store, here, here.ann, frozenset(set(Role) - {Role.OWNER}))
    for use_case in (roles.grant_role, roles.revoke_role):
        command = roles.ChangeRole(**_by(ann, to=here.ben.public_id, role=Role.LEADER))
        assert await store.run(use_case, command) == Refused("owners_only")
    ann = await _with_roles(store, here, here.ann, OWNER)
    for use_case in (roles.grant_role, roles.revoke_role):
        command = roles.ChangeRole(**_by(ann, to=there.ben.public_id, role=Role.LEADER))
        assert await store.run(use_case, command) == Refused("unknown_thing")
    assert await _person(store, there, there.ben) == there.ben


async def _under(store: RowStore, place: Place, key: str, *, moves: bool = False) -> directory.Joined:
    await over_all(store, lambda work: work.directory.add_board(key, place.school.name))
    command = directory.JoinBoard(school_id=place.school.id, board=key, moves=moves)
    return await store.run(directory.join_board, command)


async def _told(store: RowStore, person: Person) -> list[dict[str, str]]:
    role = (t.outbox.c.kind == "role") & (t.outbox.c.person_id == person.id)
    return [row.detail for row in await store.read(lambda scope: scope.all(select(t.outbox).where(role)))]


async def test_an_owner_makes_nobody_an_officer_least_of_all_themselves(store: RowStore, here: Place) -> None:
    await _under(store, here, "b")
    ann = await _with_roles(store, here, here.ann, OWNER)
    for to in (ann, here.ben):
        command = roles.ChangeRole(**_by(ann, to=to.public_id, role=Role.OFFICER))
        assert await store.run(roles.grant_role, command) == Refused("officers_name_officers")
    seen = await store.look(roles.look_at_roles, roles.NamesRoles(**_by(ann)))
    assert Role.OFFICER not in seen.may_give
    assert Role.OFFICER in seen.may_take
    assert await store.run(submissions.look_at_cabinet, ByPerson(**_by(ann))) == Refused("officers_only")


async def test_an_officer_names_another_and_steps_down_and_both_are_told(store: RowStore, here: Place) -> None:
    await _under(store, here, "b")
    ann = await _with_roles(store, here, here.ann, frozenset({Role.OFFICER}))
    seen = await store.look(roles.look_at_roles, roles.NamesRoles(**_by(ann)))
    assert (seen.may_give, seen.may_take) == ((Role.OFFICER,), (Role.OFFICER,))
    named = await store.run(roles.grant_role, roles.ChangeRole(**_by(ann, to=here.ben.public_id, role=Role.OFFICER)))
    assert isinstance(named, roles.Changed)
    assert await _told(store, here.ben) == [{"role": "officer", "given": "yes"}]
    own = roles.ChangeRole(**_by(ann, to=ann.public_id, role=Role.OFFICER))
    assert isinstance(await store.run(roles.revoke_role, own), roles.Changed)
    assert (await _person(store, here, ann)).roles == {Role.TEACHER}
    assert {"role": "officer", "given": "no"} in await _told(store, ann), "also of what they did themselves"
    owner = await _with_roles(store, here, here.people[2][0], OWNER)
    away = roles.ChangeRole(**_by(owner, to=here.ben.public_id, role=Role.OFFICER))
    assert isinstance(await store.run(roles.revoke_role, away), roles.Changed)
    assert Role.OFFICER not in (await _person(store, here, here.ben)).roles


async def test_a_moved_school_brings_no_officer_along(store: RowStore, here: Place, there: Place) -> None:
    await _under(store, here, "old")
    officers = frozenset({Role.TEACHER, Role.OFFICER})
    ann, other = [await _with_roles(store, place, place.ann, officers) for place in (here, there)]
    await _load(store, here, _row(here, "eve", roles=frozenset({Role.OFFICER})))
    with pytest.raises(Problem) as caught:
        await _under(store, here, "new")
    assert caught.value.code == "school.under_another"
    again = await store.run(directory.join_board, directory.JoinBoard(school_id=here.school.id, board="old"))
    assert again.officers == (), "it is under it already"
    joined = await store.run(
        directory.join_board, directory.JoinBoard(school_id=here.school.id, board="new", moves=True)
    )
    assert [each.id for each in joined.officers] == [ann.id]
    assert (await _person(store, here, ann)).roles == {Role.TEACHER}
    assert (await _person(store, there, other)).roles == officers, "another school's stay"
    assert await _told(store, ann) == [{"role": "officer", "given": "no"}]
    eve, _ = await store.run(arrivals.arrive, _arrival(here, "eve"))
    assert eve.roles == {Role.TEACHER}


async def test_a_person_is_found_by_name_mention_or_key_in_ones_own_school(
    store: RowStore, here: Place, there: Place
) -> None:
    ann = await _with_roles(store, here, here.ann, OWNER)
    for words in ("U2", "@U2", "<@U2>", "<@U2|ben>", "Name U2", "ｎａｍｅ　ｕ２"):
        found = await store.look(roles.find_person, roles.FindPerson(**_by(ann, words=words)))
        assert not isinstance(found, Refused)
        assert [each.person.id for each in found] == [here.ben.id], words
    several = await store.look(roles.find_person, roles.FindPerson(**_by(ann, words="name")))
    assert not isinstance(several, Refused)
    assert {each.person.school_id for each in several} == {here.school.id}
    assert len(several) == 3
    assert await store.look(roles.find_person, roles.FindPerson(**_by(ann, words=" @ "))) == ()
    asked = roles.FindPerson(**_by(here.ben, words="U1"))
    assert await store.look(roles.find_person, asked) == Refused("owners_only")


# ---------------------------------------------------------------- the first owner


async def _code(store: RowStore, seed: int = 1) -> str | None:
    return await store.run(ownership.ensure_claim, ownership.EnsureClaim(random=bytes([seed]) * RANDOM_BYTES))


async def test_one_of_two_at_once_becomes_the_owner(store: RowStore, here: Place) -> None:
    code = await _code(store)
    assert code is not None
    claims = [ownership.TakeClaim(**_by(each, code=code, who=each.public_id)) for each in (here.ann, here.ben)]
    outcomes = await asyncio.gather(*(store.run(ownership.claim, each) for each in claims))
    assert sum(isinstance(outcome, Person) for outcome in outcomes) == 1
    assert sum(outcome == Refused("claim_none") for outcome in outcomes) == 1
    assert len(await in_school(store, here, lambda work: work.people.lock_owners())) == 1
    assert await _code(store, 2) is None, "there is an owner"
    assert "claim" in await _audited(store, here)


async def test_a_new_code_makes_the_former_void(store: RowStore, here: Place) -> None:
    former, code = await _code(store, 1), await _code(store, 2)
    assert former is not None
    assert code is not None
    tried = ownership.TakeClaim(**_by(here.ann, code=former, who="ann"))
    assert await store.run(ownership.claim, tried) == Refused("claim_wrong")
    assert isinstance(await store.run(ownership.claim, replace(tried, code=code)), Person)
    kept = await store.read(lambda scope: scope.all(select(t.meta)))
    assert code not in repr(kept)


async def test_wrong_codes_are_limited_and_the_limit_is_kept(store: RowStore, here: Place, world: Surroundings) -> None:
    code = await _code(store)
    assert code is not None
    wrong = ownership.TakeClaim(**_by(here.ann, code="WRONG", who="ann"))
    reasons = [await store.run(ownership.claim, wrong) for _ in range(6)]
    assert [each.reason for each in reasons if isinstance(each, Refused)] == ["claim_wrong"] * 5 + ["claim_too_often"]
    assert isinstance(await store.run(ownership.claim, replace(wrong, code=code)), Refused)
    world.passes(minutes=16)
    assert isinstance(await store.run(ownership.claim, replace(wrong, code=code)), Person)


async def test_an_owner_from_elsewhere_ends_the_claim(store: RowStore, here: Place) -> None:
    code = await _code(store)
    assert code is not None
    ann = await _with_roles(store, here, here.ann, OWNER)
    await store.run(roles.grant_role, roles.ChangeRole(**_by(ann, to=here.ben.public_id, role=Role.OWNER)))
    late = ownership.TakeClaim(**_by(here.people[2][0], code=code, who="late"))
    assert await store.run(ownership.claim, late) == Refused("claim_none")


# ---------------------------------------------------------------- staff lists


def _row(place: Place, user: str, **more: Any) -> Listed:
    given = {"subjects": ("国語",), "roles": frozenset({Role.LEADER}), "lang": "ja", **more}
    return Listed(
        f"Name {user}", f"{user.lower()}@example.school", school=place.school.key, file="a.csv", line=2, **given
    )


async def _load(store: RowStore, place: Place, *rows: Listed, **more: Any) -> staff.Loaded:
    return await store.run(staff.load_staff, staff.LoadStaff(school_id=place.school.id, rows=rows, **more))


def _arrival(place: Place, user: str, **more: Any) -> arrivals.Arrive:
    given = {"name": user, "locale": "en", "address": f"{user}@example.school", **more}
    return arrivals.Arrive(school_id=place.school.id, workspace_id=place.workspace.id, user_key=user, **given)


async def test_a_list_without_a_column_leaves_what_a_former_list_said(store: RowStore, here: Place) -> None:
    await _load(store, here, _row(here, "eve", lang="en"))
    await _load(store, here, replace(_row(here, "eve"), roles=None, subjects=None, lang=None))
    person, _ = await store.run(arrivals.arrive, _arrival(here, "eve", locale=None))
    assert (person.roles, person.subjects, person.lang) == (frozenset({Role.LEADER}), ("国語",), "en")


async def test_who_is_expected_gets_roles_and_subjects_on_arrival(store: RowStore, here: Place, there: Place) -> None:
    for place in (here, there):
        assert (await _load(store, place, _row(place, "eve"))).new == 1
    person, _ = await store.run(arrivals.arrive, _arrival(here, "eve", address="ＥＶＥ@Example.School"))
    assert (person.roles, person.subjects, person.lang) == (frozenset({Role.LEADER}), ("国語",), "ja")
    counts = [await store.look(staff.count_staff, staff.StaffOf(school_id=p.school.id)) for p in (here, there)]
    assert [each.waiting for each in counts] == [0, 1]
    assert await _audited(store, there) == []
    again = await store.look(arrivals.is_recognised, _arrival(here, "eve"))
    assert again


async def test_an_address_that_was_not_proved_gives_nothing(store: RowStore, here: Place) -> None:
    await _load(store, here, _row(here, "eve", roles=OWNER))
    person, _ = await store.run(arrivals.arrive, _arrival(here, "eve", address=None))
    assert person.roles == {Role.TEACHER}
    stranger, _ = await store.run(arrivals.arrive, _arrival(here, "mallory"))
    assert stranger.roles == {Role.TEACHER}
    # The same account, once its platform says the address.
    later, _ = await store.run(arrivals.arrive, _arrival(here, "eve"))
    assert later.id == person.id
    assert Role.OWNER in later.roles


async def test_waiting_rows_lie_sealed(store: RowStore, here: Place, world: Surroundings, url: str) -> None:
    await _load(store, here, _row(here, "eve"))
    rows = await store.read(lambda scope: scope.all(select(t.expected)))
    assert "eve" not in repr(rows)
    assert [row.name for row in await in_school(store, here, lambda work: work.staff.expected())] == ["Name eve"]
    assert check(url, vault=world.vault).complaints == ()
    other = check(url, vault=SealingVault(b"another secret"))
    assert f"expected:{here.school.public_id}" in {each.params.get("key") for each in other.complaints}


async def test_loading_again_changes_nothing_and_says_who_vanished(store: RowStore, here: Place) -> None:
    rows = [_row(here, user) for user in ("eve", "fay")]
    assert await _load(store, here, *rows) == staff.Loaded(2, 0, 0, 0, 0, ())
    assert await _load(store, here, *rows) == staff.Loaded(0, 0, 0, 2, 0, ())
    await store.run(arrivals.arrive, _arrival(here, "eve"))
    assert await _load(store, here, *rows) == staff.Loaded(0, 0, 0, 2, 0, ())
    changed = replace(rows[0], roles=frozenset({Role.TEACHER}))
    assert await _load(store, here, changed) == staff.Loaded(0, 0, 1, 0, 0, ("fay@example.school",))
    assert await _load(store, here, rows[1]) == staff.Loaded(0, 0, 0, 1, 0, ("eve@example.school",))
    silent = replace(rows[0], roles=None, subjects=None)
    assert await _load(store, here, silent) == staff.Loaded(0, 0, 0, 1, 0, ("fay@example.school",))


async def test_a_dry_run_tells_the_same_and_writes_nothing(store: RowStore, here: Place) -> None:
    rows = [_row(here, user) for user in ("eve", "fay")]
    tried = await _load(store, here, *rows, dry_run=True)
    assert await in_school(store, here, lambda work: work.staff.count_expected()) == 0
    assert await _load(store, here, *rows) == tried


async def test_a_list_cannot_take_the_last_owner(store: RowStore, here: Place) -> None:
    await store.run(arrivals.arrive, _arrival(here, "U1"))
    await _with_roles(store, here, here.ann, OWNER)
    with pytest.raises(Problem) as caught:
        await _load(store, here, _row(here, "U1"), _row(here, "eve", roles=OWNER))
    assert [each.code for each in caught.value.complaints] == ["staff.last_owner"]
    assert (await _person(store, here, here.ann)).roles == OWNER
    assert await in_school(store, here, lambda work: work.staff.count_expected()) == 0


async def test_being_recognised_takes_no_owner_away(store: RowStore, here: Place) -> None:
    await _with_roles(store, here, here.ann, OWNER)
    await _load(store, here, _row(here, "U1"))
    ann, _ = await store.run(arrivals.arrive, _arrival(here, "U1"))
    assert ann.roles == {Role.LEADER, Role.OWNER}


async def test_an_officer_is_of_a_board(store: RowStore, here: Place) -> None:
    row = _row(here, "eve", roles=frozenset({Role.OFFICER}))
    with pytest.raises(Problem) as caught:
        await _load(store, here, row)
    assert [each.code for each in caught.value.complaints] == ["staff.no_board"]
    board = await over_all(store, lambda work: work.directory.add_board("b", here.school.name))
    await over_all(store, lambda work: work.directory.put_under(here.school.id, board.id))
    assert (await _load(store, here, row)).new == 1


async def test_who_was_forgotten_is_not_brought_back_by_a_list(store: RowStore, here: Place) -> None:
    await _load(store, here, _row(here, "eve"))
    eve, _ = await store.run(arrivals.arrive, _arrival(here, "eve"))
    await store.run(privacy.forget, ByPerson(**_by(eve)))
    assert await _load(store, here, _row(here, "eve")) == staff.Loaded(0, 0, 0, 0, 1, ())
    everything = [
        await store.read(lambda scope, table=table: scope.all(select(table))) for table in (t.address, t.expected)
    ]
    assert everything == [[], []]


async def test_one_address_is_one_persons(store: RowStore, here: Place) -> None:
    first, _ = await store.run(arrivals.arrive, _arrival(here, "eve"))
    other, _ = await store.run(arrivals.arrive, _arrival(here, "other", address="eve@example.school"))
    assert first.id != other.id
    assert await in_school(store, here, lambda work: work.staff.people()) == {"eve@example.school": first.id}


# ---------------------------------------------------------------- agreements


async def _agree(store: RowStore, giver: Place, receiver: Place, purpose: Purpose) -> str:
    """`receiver` asks, `giver` accepts."""
    for place in (giver, receiver):
        await _with_roles(store, place, place.ann, OWNER)
    asked = agreements.OfferAgreement(**_by(receiver.ann, school=giver.school.key, purpose=purpose, gives=False))
    offered = await store.run(agreements.offer_agreement, asked)
    assert isinstance(offered, agreements.AgreementSeen)
    about = offered.agreement.public_id
    accepted = await store.run(
        agreements.accept_agreement, agreements.AboutAgreement(**_by(giver.ann, agreement=about))
    )
    assert isinstance(accepted, agreements.AgreementSeen)
    assert accepted.agreement.in_force
    return about


async def test_both_schools_are_audited_and_either_ends_it(
    store: RowStore, here: Place, there: Place, url: str
) -> None:
    about = await _agree(store, there, here, Purpose.FIND)
    ended = await store.run(agreements.end_agreement, agreements.AboutAgreement(**_by(here.ann, agreement=about)))
    assert isinstance(ended, agreements.AgreementSeen)
    late = agreements.AboutAgreement(**_by(there.ann, agreement=about))
    assert await store.run(agreements.end_agreement, late) == Refused("agreement_ended")
    acts = ["offer_agreement", "accept_agreement", "end_agreement"]
    assert await _audited(store, here) == await _audited(store, there) == acts
    rows = await store.read(lambda scope: scope.all(select(t.audit)))
    named = {(row.school_id, row.act) for row in rows if row.actor}
    assert named == {
        (here.school.id, "offer_agreement"),
        (there.school.id, "accept_agreement"),
        (here.school.id, "end_agreement"),
    }
    assert check(url).complaints == ()


async def test_the_offering_school_cannot_accept_and_a_third_sees_nothing(
    store: RowStore, here: Place, there: Place
) -> None:
    await _with_roles(store, here, here.ann, OWNER)
    offer = agreements.OfferAgreement(**_by(here.ann, school=there.school.key, purpose=Purpose.FIND, gives=True))
    offered = await store.run(agreements.offer_agreement, offer)
    assert isinstance(offered, agreements.AgreementSeen)
    about = agreements.AboutAgreement(**_by(here.ann, agreement=offered.agreement.public_id))
    assert await store.run(agreements.accept_agreement, about) == Refused("agreement_own_offer")
    assert await store.run(agreements.offer_agreement, offer) == Refused("agreement_there")
    own = replace(offer, school=here.school.key)
    assert await store.run(agreements.offer_agreement, own) == Refused("agreement_with_itself")
    unknown = replace(offer, school="nowhere")
    assert await store.run(agreements.offer_agreement, unknown) == Refused("unknown_school", {"key": "nowhere"})
    by_teacher = agreements.OfferAgreement(**_by(here.ben, school="x", purpose=Purpose.FIND, gives=True))
    assert await store.run(agreements.offer_agreement, by_teacher) == Refused("owners_only")


async def test_two_offers_of_the_same_at_once_are_one(store: RowStore, here: Place, there: Place) -> None:
    for place in (here, there):
        await _with_roles(store, place, place.ann, OWNER)
    commands = [
        agreements.OfferAgreement(**_by(here.ann, school=there.school.key, purpose=Purpose.FIND, gives=True)),
        agreements.OfferAgreement(**_by(there.ann, school=here.school.key, purpose=Purpose.FIND, gives=False)),
    ]
    outcomes = await asyncio.gather(*(store.run(agreements.offer_agreement, each) for each in commands))
    assert sum(outcome == Refused("agreement_there") for outcome in outcomes) == 1
    assert len(await store.read(lambda scope: scope.all(select(t.agreement)))) == 1


async def _findable(store: RowStore, place: Place, *, beyond: bool, badge: str) -> None:
    async def act(work: Work) -> None:
        achievement = await work.shelves.newest(badge)
        assert achievement is not None
        award = await work.awards.add(place.ben.id, achievement, ())
        assert award is not None
        await work.awards.save(replace(award, findable_at=work.now))
        consents = frozenset({Consent.BEYOND}) if beyond else frozenset[Consent]()
        await work.people.save(replace(await work.people.get(place.ben.id), consents=consents))

    await in_school(store, place, act)


@pytest.mark.parametrize("beyond", [True, False])
async def test_only_agreement_and_consent_together_let_somebody_be_found(
    store: RowStore, here: Place, there: Place, beyond: bool
) -> None:
    await add_achievement(store, "badge")
    for place in (here, there):
        await _findable(store, place, beyond=beyond, badge="badge")

    async def found(place: Place) -> list[tuple[int, str]]:
        seen = await in_school(store, place, lambda work: work.queries.findable_beyond())
        return [(each.held.award.school_id, each.name) for each in seen]

    assert await found(here) == []
    await _agree(store, there, here, Purpose.TRANSFER)
    assert await found(here) == [], "an agreement of another purpose"
    about = await _agree(store, there, here, Purpose.FIND)
    assert await found(here) == ([(there.school.id, there.ben.name)] if beyond else [])
    assert await found(there) == [], "it goes one way"
    await store.run(agreements.end_agreement, agreements.AboutAgreement(**_by(there.ann, agreement=about)))
    assert await found(here) == []


async def test_a_newcomer_with_an_unreadable_address_still_comes(store: RowStore, here: Place) -> None:
    person, _ = await store.run(arrivals.arrive, _arrival(here, "eve", address="not an address"))
    assert person.roles == {Role.TEACHER}
    assert await store.look(arrivals.is_recognised, _arrival(here, "eve", address="not an address"))
    assert await in_school(store, here, lambda work: add_person(work, here.workspace, "zoe"))
