"""What repositories promise, alike on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError
from storage_rows import EVIDENCE, Rows, populate
from storage_world import MORNING, RHYTHM, In, Place, Surroundings, add_achievement, in_school, over_all, planned_at

from bot.domain.awards import Level
from bot.domain.catalogue import (
    BadgeSpec,
    Catalogue,
    ChoiceCheck,
    Course,
    Index,
    IndexItem,
    Issuer,
    Module,
    Pathway,
    Pillar,
    Stage,
    TextCheck,
    Unit,
    UnitKind,
)
from bot.domain.institutions import Mandate
from bot.domain.introductions import Reply
from bot.domain.issuers import Ended, KeyKind, KeyState
from bot.domain.language import Bilingual, Lang
from bot.domain.learning import Progress, Route, Why
from bot.domain.offers import Answer, OfferState
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, InOrder
from bot.domain.people import Consent, Role
from bot.domain.recognition import As, Target, TargetKind
from bot.domain.spare import Planned, Slot, Window, WindowKind
from bot.services import catalogue
from bot.services.ports import Counts, NewKey, Posted, Revision, Work
from storage import tables as t
from storage.store import RowStore

B = Bilingual


def _badge(key: str) -> BadgeSpec:
    return BadgeSpec(key, B("バッジ", "Badge"), ("A1",), ("s1",))


CHOICE = ChoiceCheck(B("問", "Q"), (B("一", "one"), B("二", "two")), 1, B("理由", "why"))
RULE = All(
    (
        AnyOf((Earned("comp-1"), InOrder((Earned("know-1"), Earned("comp-1")))), 1),
        Endorsed(("comp-1",), 2, role=As.LEADER),
        Endorsed(("comp-1",), 1, of_content=True),
    )
)
CATALOGUE = Catalogue(
    Issuer("issuer", B("発行者", "Issuer"), "https://example.org"),
    (
        Course(
            "c1",
            B("区分", "Category"),
            B("題", "Title"),
            B("要旨", "Summary"),
            _badge("comp-1"),
            (
                Module(
                    "m1",
                    _badge("know-1"),
                    (
                        Unit("u1", B("教材", "Unit"), 5, UnitKind.READING, "/u1", CHOICE, ("tag",), ("A1",)),
                        Unit("u2", B("演習", "Try"), 8, UnitKind.EXERCISE, "/u2", TextCheck(B("書く", "Write"), 20)),
                    ),
                ),
            ),
            ("ict",),
        ),
    ),
    Index(
        "ix",
        B("指標", "Index"),
        (Stage("s1", "1-3", B("初", "First")),),
        (Pillar("p", B("柱", "P")),),
        (IndexItem("A1", B("項目", "Item"), {"s1": B("目標", "Goal")}),),
    ),
    (Pathway("pw", B("道", "Path"), _badge("path-1"), RULE),),
)


async def test_schools_and_workspaces_are_added_once(store: RowStore, here: Place, there: Place) -> None:
    async def again(work: Work) -> None:
        same = await work.directory.add_school(
            "here", B("別", "Other"), zone="UTC", lang="en", country="GB", period_times=(), rehearsal=False
        )
        assert same == here.school
        assert same.period_times == ((1, 525, 575),)
        workspace = await work.directory.add_workspace(
            there.school.id, "local", here.workspace.key, staff_channel="x", lang="en", emoji=()
        )
        assert workspace == here.workspace
        assert workspace.emoji == ("white_flower",)
        assert await work.directory.schools() == (here.school, there.school)
        assert await work.directory.workspace("slack", here.workspace.key) is None
        assert await work.directory.workspace_by_id(there.workspace.id) == there.workspace

    await over_all(store, again)


async def test_a_course_is_issued_for_one_institution_at_a_time(store: RowStore, here: Place, there: Place) -> None:
    async def institutions(work: Work) -> tuple[int, int]:
        first, second, again = [
            await work.directory.add_institution(
                key, B("大学", "University"), url="", zone="Asia/Tokyo", lang="ja", rehearsal=True
            )
            for key in ("univ", "board", "univ")
        ]
        assert again == first
        assert [each.key for each in await work.directory.institutions()] == ["board", "univ"]
        assert await work.directory.schools() == (here.school, there.school)
        assert await work.directory.school_by_key("univ") is None
        assert await work.directory.institution_by_key("here") is None
        return first.id, second.id

    univ, board = await over_all(store, institutions)

    async def mandates(work: Work) -> None:
        assert [await work.mandates.give(univ, course) for course in ("", "", "ict", "ict")] == [True, False] * 2
        assert not await work.mandates.give(board, "ict"), "another issues it"
        assert await work.mandates.give(board, "")
        assert await work.mandates.end(univ, "ict")
        assert not await work.mandates.end(univ, "ict")
        assert await work.mandates.give(board, "ict")
        with pytest.raises(LookupError):
            await work.mandates.give(there.school.id, "care")
        standing = [(one.institution, one.course) for one in await work.mandates.standing()]
        assert standing == [("univ", ""), ("board", ""), ("board", "ict")]

    await in_school(store, here, mandates)
    assert await in_school(store, there, lambda work: work.mandates.standing()) == ()
    given = await store.look(_given, In(univ))
    assert [(one.school_id, one.course) for one in given] == [(here.school.id, "")]
    ids = {row.id: row.public_id for row in await store.read(lambda scope: scope.all(select(t.school)))}
    for mine, other in ((here.school.id, univ), (univ, here.school.id)):
        notes = await _mandate_notes(store, mine, ids[other])
        whole, course = ("mandate", {}), ("mandate", {"course": "ict"})
        assert notes == [whole, course, ("end_mandate", {"course": "ict"})], "in the chains of both"


async def _mandate_notes(store: RowStore, school_id: int, other: str) -> list[tuple[str, dict[str, str]]]:
    chain = select(t.audit.c.act, t.audit.c.detail).where(t.audit.c.school_id == school_id, t.audit.c.subject == other)
    rows = await store.read(lambda scope: scope.all(chain.order_by(t.audit.c.seq)))
    return [(row.act, row.detail) for row in rows]


async def test_who_awarded_reads_what_others_say_of_the_institution_and_nothing_of_their_own(
    store: RowStore, here: Place, there: Place
) -> None:
    achievement, did = await add_achievement(store), "did:web:univ.example"

    async def institution(work: Work) -> int:
        name = B("大学", "University")
        made = await work.directory.add_institution("univ", name, url="", zone="UTC", lang="ja", rehearsal=True)
        return made.id

    univ = await over_all(store, institution)
    issuer = await store.run(_univ_issuer, In(univ))

    async def endorses(work: Work) -> tuple[int, int]:
        (one, two, _), target = await work.people.all(), Target(TargetKind.ISSUER, issuer)
        given = [
            await work.endorsements.add(each.id, target, As.LEADER, by_button=True, of_school=univ)
            for each in (one, two)
        ]
        for each in given:
            await work.credentials.save_endorsement_text(each.id, f"signed {each.id}")
        return given[0].id, given[1].id

    ours, theirs = await in_school(store, here, endorses), await in_school(store, there, endorses)

    async def reads(work: Work) -> None:
        assert await work.credentials.endorsement_text(theirs[0]) is None, "no badge of it is here yet"
        award = await work.awards.add(here.ann.id, achievement, EVIDENCE, institution_id=univ)
        assert award is not None
        told = [(each, f"signed {each}") for each in theirs]
        assert await work.credentials.of_institution(award.id, did, 3) == tuple(told)
        assert await work.credentials.of_institution(award.id, did, 1) == tuple(told[1:]), "the last ones"
        assert await work.credentials.of_institution(award.id, "did:web:other.example", 3) == ()
        assert [await work.credentials.endorsement_text(each) for each in theirs] == [text for _, text in told]
        await work.credentials.save_endorsement_text(theirs[0], "forged")
        assert await work.credentials.endorsement_text(theirs[0]) == told[0][1], "to be read only"

    await in_school(store, here, reads)
    seen = await in_school(store, there, lambda work: work.credentials.endorsement_text(ours[0]))
    assert seen is None, "no badge of it is there"


async def _univ_issuer(work: Work, command: In) -> int:
    return (await work.issuers.add("did:web:univ.example")).id


async def _given(work: Work, command: In) -> tuple[Mandate, ...]:
    return await work.mandates.given()


async def test_a_person_is_kept_as_saved(store: RowStore, here: Place, world: Surroundings) -> None:
    changed = replace(
        here.ann,
        name="Ann of Now",
        lang="ja",
        roles=frozenset({Role.TEACHER, Role.LEADER}),
        consents=frozenset({Consent.DELIVERY}),
        welcomed_at=world.now,
        findable_asked_at=world.now + timedelta(microseconds=1),
    )

    async def act(work: Work) -> None:
        await work.people.save(changed)
        assert await work.people.get(here.ann.id) == changed
        assert await work.people.by_public_id(here.ann.public_id) == changed
        assert await work.people.by_account(here.workspace.id, "U1") == (changed, here.people[0][1])
        assert await work.people.accounts(here.ann.id) == (here.people[0][1],)
        assert await work.people.user_keys(here.workspace.id) == tuple(each.user_key for _, each in here.people)
        assert await work.people.exists(here.ann.id)
        assert not await work.people.exists(10**6)
        with pytest.raises(LookupError):
            await work.people.get(10**6)

    await in_school(store, here, act)


async def test_the_rhythm_is_kept_with_the_next_moment(store: RowStore, here: Place, world: Surroundings) -> None:
    rhythm = replace(
        RHYTHM,
        windows=(*RHYTHM.windows, Window(WindowKind.QUIET, 6, 0, 1440, '日曜 "静か"')),
        daily_budget=2,
        pace=4,
        unanswered=2,
        pace_told=True,
        last_offer_on=date(2026, 11, 23),
        paused_until=date(2026, 12, 1),
        stopped=True,
        offers_that_day=1,
    )
    planned = Planned(world.now, Slot(world.now, world.now + timedelta(minutes=20)))

    async def act(work: Work) -> None:
        assert await work.people.rhythm(here.ann.id) == RHYTHM
        assert await work.people.planned(here.ann.id) is None
        await work.people.save_rhythm(here.ann.id, rhythm, planned)
        assert await work.people.rhythm(here.ann.id) == rhythm
        assert await work.people.planned(here.ann.id) == planned
        assert await work.people.rhythm(here.ben.id) == RHYTHM
        await work.people.save_rhythm(here.ann.id, rhythm, None)
        assert await work.people.planned(here.ann.id) is None

    await in_school(store, here, act)


async def test_an_account_is_of_one_person(store: RowStore, here: Place) -> None:
    async def twice(work: Work) -> None:
        await work.people.add(
            "X", "ja", workspace_id=here.workspace.id, user_key="U1", rhythm=RHYTHM, roles=frozenset()
        )

    with pytest.raises(IntegrityError):
        await in_school(store, here, twice)


async def test_a_catalogue_comes_back_whole(store: RowStore) -> None:
    other = replace(CATALOGUE, issuer=replace(CATALOGUE.issuer, key="other"), index=None, pathways=())
    newer = replace(CATALOGUE, courses=())

    async def act(work: Work) -> None:
        assert (await work.shelves.current()).catalogues == ()
        await work.shelves.save(CATALOGUE)
        await work.shelves.save(other)
        assert (await work.shelves.current()).catalogues == (CATALOGUE, other)
        await work.shelves.save(newer)
        assert (await work.shelves.current()).catalogues == (newer, other)
        assert (await work.shelves.current()).catalogues[0] is (await work.shelves.current()).catalogues[0]

    await over_all(store, act)


async def test_a_catalogue_that_was_not_committed_is_not_remembered(store: RowStore) -> None:
    async def fails(work: Work) -> None:
        await work.shelves.save(CATALOGUE)
        assert await work.shelves.current()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await over_all(store, fails)
    shelf = await over_all(store, lambda work: work.shelves.current())
    assert shelf.catalogues == ()


async def test_pages_are_replaced(store: RowStore) -> None:
    async def act(work: Work) -> None:
        assert await work.shelves.page("u1", "ja") is None
        await work.shelves.save_page("u1", "ja", "# 一")
        await work.shelves.save_page("u1", "en", "# One")
        await work.shelves.save_page("u1", "ja", "# 二")
        assert await work.shelves.page("u1", "ja") == "# 二"
        assert await work.shelves.page("u1", "en") == "# One"
        await work.shelves.save_page("u2", "ja", "# 三")
        await work.shelves.drop_pages({"u1", "u3"})
        assert await work.shelves.page("u1", "ja") is None
        assert await work.shelves.page("u1", "en") is None
        assert await work.shelves.page("u2", "ja") == "# 三"
        await work.shelves.drop_pages(())
        assert await work.shelves.page("u2", "ja") == "# 三"

    await over_all(store, act)


async def test_a_new_edition_brings_its_pages_and_no_others(store: RowStore) -> None:
    (course,) = CATALOGUE.courses
    (module,) = course.modules
    shorter = replace(
        CATALOGUE, courses=(replace(course, modules=(replace(module, units=module.units[:1]),)),), pathways=()
    )
    units = [replace(unit, key=f"other-{unit.key}") for unit in module.units]
    other = replace(
        CATALOGUE,
        issuer=replace(CATALOGUE.issuer, key="other"),
        courses=(
            replace(
                course,
                key="c2",
                badge=_badge("comp-2"),
                modules=(replace(module, badge=_badge("know-2"), units=tuple(units)),),
            ),
        ),
        pathways=(),
    )

    async def load(edition: Catalogue, pages: dict[tuple[str, Lang], str]) -> None:
        await store.run(catalogue.load, catalogue.Load(catalogue=edition, pages=pages))

    async def pages() -> dict[tuple[str, str], str]:
        rows = await store.read(lambda scope: scope.all(select(t.page)))
        return {(row.unit_key, row.lang): row.text for row in rows}

    await load(other, {("other-u1", "ja"): "他"})
    await load(CATALOGUE, {("u1", "ja"): "一", ("u1", "en"): "One", ("u2", "ja"): "二"})
    await load(shorter, {("u1", "en"): "One again"})
    assert await pages() == {("other-u1", "ja"): "他", ("u1", "en"): "One again"}


async def test_achievements_keep_their_versions(store: RowStore) -> None:
    async def act(work: Work) -> None:
        assert await work.shelves.newest("k") is None
        with pytest.raises(LookupError):
            await work.shelves.first_id("k")
        first = await work.shelves.add_version("k", Level.KNOWLEDGE, {"b": 1, "a": {"名": ["x"]}})
        second = await work.shelves.add_version("k", Level.COMPETENCE, {})
        assert (first.version, second.version) == (1, 2)
        assert await work.shelves.newest("k") == second
        assert await work.shelves.achievement(first.id) == first
        assert list((await work.shelves.achievement(first.id)).definition) == ["b", "a"]
        assert await work.shelves.first_id("k") == first.id

    await over_all(store, act)


async def test_an_offer_is_made_once_for_a_slot(store: RowStore, here: Place, world: Surroundings) -> None:
    until = world.now + timedelta(minutes=10)

    async def act(work: Work) -> None:
        offer = await work.offers.add(here.ann.id, slot_key="s", minutes=7, until=until, requested=False, why=Why.FITS)
        assert offer is not None
        assert await work.offers.add(here.ann.id, slot_key="s", minutes=7, until=until, requested=True) is None
        assert await work.offers.add(here.ben.id, slot_key="s", minutes=7, until=until, requested=True) is not None
        changed = replace(
            offer,
            state=OfferState.ANSWERED,
            unit_key="u1",
            why=Why.AGAIN,
            answer=Answer.LATER,
            slower=True,
            passed_over=("u2", "u3"),
            topic="t",
            minutes=3,
        )
        await work.offers.save(changed)
        assert await work.offers.get(offer.id) == changed
        assert await work.offers.by_public_id(offer.public_id) == changed
        assert await work.offers.newest_for_unit(here.ann.id, "u1") == changed
        assert await work.offers.newest_for_unit(here.ben.id, "u1") is None

    await in_school(store, here, act)


async def test_the_newest_proactive_offer_is_one_that_was_brought(
    store: RowStore, here: Place, world: Surroundings
) -> None:
    async def act(work: Work) -> None:
        made = []
        for number, (requested, state) in enumerate(
            [
                (False, OfferState.ANSWERED),
                (False, OfferState.DELIVERED),
                (True, OfferState.DELIVERED),
                (False, OfferState.LAPSED),
                (False, OfferState.PROMISED),
            ]
        ):
            offer = await work.offers.add(
                here.ann.id, slot_key=f"{number}", minutes=5, until=world.now, requested=requested
            )
            assert offer is not None
            await work.offers.save(replace(offer, state=state))
            made.append(replace(offer, state=state))
        assert await work.offers.newest_proactive(here.ann.id, made[4].id) == made[1]
        assert await work.offers.newest_proactive(here.ann.id, made[1].id) == made[0]
        assert await work.offers.newest_proactive(here.ann.id, made[0].id) is None

    await in_school(store, here, act)


async def test_learning_is_kept(store: RowStore, here: Place, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        learning = work.learning
        assert await learning.progress(here.ann.id, "u") == Progress()
        for reached in (Progress(world.now, 1), Progress(world.now, 2, date(2026, 11, 24))):
            await learning.save_progress(here.ann.id, "u", reached)
            assert await learning.progress(here.ann.id, "u") == reached
        done = await learning.complete(here.ann.id, "u", Route.PRIOR, self_assessed=True)
        assert done is not None
        assert await learning.complete(here.ann.id, "u", Route.OPENED, self_assessed=False) is None
        await learning.reflect(done.id, "よかった")
        kept = replace(done, reflection="よかった")
        assert await learning.completion(here.ann.id, "u") == kept
        assert await learning.completion_by_public_id(done.public_id) == kept
        assert await learning.completions(here.ann.id) == (kept,)
        assert await learning.completions(here.ben.id) == ()

    await in_school(store, here, act)


async def test_an_attempt_is_answered_once(store: RowStore, here: Place, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        attempt = await work.learning.add_attempt(here.ann.id, "u", Route.OPENED, (2, 0, 1))
        assert await work.learning.attempt(attempt.public_id) == attempt
        assert await work.learning.answer(attempt.id, False)
        assert not await work.learning.answer(attempt.id, True)
        answered = replace(attempt, answered_at=world.now, right=False)
        assert await work.learning.attempt(attempt.public_id) == answered

    await in_school(store, here, act)


async def test_an_award_is_made_once_whatever_its_version(store: RowStore, here: Place) -> None:
    first = await add_achievement(store)
    second = await add_achievement(store)
    assert (second.key, second.version) == (first.key, 2)
    assert await over_all(store, lambda work: work.shelves.versions(first.key)) == (first, second)

    async def act(work: Work) -> None:
        award = await work.awards.add(here.ann.id, first, EVIDENCE)
        assert award is not None
        assert award.evidence == EVIDENCE
        assert await work.awards.add(here.ann.id, second, ()) is None
        shown = replace(award, displayed_at=work.now, findable_at=work.now)
        await work.awards.save(shown)
        assert await work.awards.get(award.id) == shown
        assert await work.awards.by_public_id(award.public_id) == shown
        assert await work.awards.of_person(here.ann.id) == (shown,)
        hidden = replace(shown, findable_at=None)
        await work.awards.save(hidden)
        assert await work.awards.get(award.id) == hidden

    await in_school(store, here, act)


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


async def test_a_revisions_number_is_taken_once(store: RowStore, rows: Rows, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        text = '{"ü": "\u2028 byte for byte "}\n'
        second = Revision(rows.award.id, 2, world.now + timedelta(seconds=1), text, (1, 2))
        assert await work.credentials.add(rows.award.id, second)
        assert not await work.credentials.add(rows.award.id, replace(second, text="other"))
        assert await work.credentials.newest(rows.award.id) == second
        assert await work.credentials.newest(10**6) is None

    await in_school(store, rows.place, act)


async def test_keys_are_kept_sealed(store: RowStore, rows: Rows) -> None:
    async def act(work: Work) -> None:
        (key,) = await work.issuers.sealed(rows.issuer.id)
        assert (key.did, key.sealed, key.kind) == (rows.issuer.did, b"sealed", KeyKind.ED25519)
        assert await work.credentials.endorser_key(rows.place.ben.id) == rows.endorser_key
        assert await work.credentials.endorser_key(rows.place.ann.id) is None

    await in_school(store, rows.place, act)


async def test_an_issuer_is_followed_by_another(store: RowStore, rows: Rows) -> None:
    async def act(work: Work) -> None:
        await work.issuers.end(rows.issuer.id, Ended.ADDRESS, "signed")
        web = await work.issuers.add("did:web:a.jp")
        assert await work.issuers.current() == web
        now, former = await work.issuers.all()
        assert (now, former.did, former.ended, former.succession) == (web, rows.issuer.did, Ended.ADDRESS, "signed")
        assert former.ended_at == work.now

    await in_school(store, rows.place, act)


async def test_a_school_has_one_issuer_at_a_time(store: RowStore, rows: Rows) -> None:
    with pytest.raises(IntegrityError):
        await in_school(store, rows.place, lambda work: work.issuers.add("did:key:second"))


async def test_an_issuer_has_one_current_key_of_a_kind(store: RowStore, rows: Rows) -> None:
    def key(kind: KeyKind, name: str) -> NewKey:
        return NewKey(kind, name, name, b"sealed")

    async def act(work: Work) -> None:
        await work.issuers.add_key(rows.issuer.id, key(KeyKind.RSA, "rsa"))
        (first,) = [each for each in await work.issuers.keys(rows.issuer.id) if each.kind is KeyKind.ED25519]
        await work.issuers.set_state(first.id, KeyState.REVOKED, "leaked")
        await work.issuers.add_key(rows.issuer.id, key(KeyKind.ED25519, "new"))
        states = {each.name: (each.state, each.since) for each in await work.issuers.keys(rows.issuer.id)}
        assert states["school"] == (KeyState.REVOKED, work.now)
        assert states["new"][0] is KeyState.CURRENT

    await in_school(store, rows.place, act)
    with pytest.raises(IntegrityError):
        await in_school(store, rows.place, lambda work: work.issuers.add_key(rows.issuer.id, key(KeyKind.RSA, "rsa-2")))


async def test_what_a_revoked_key_signed_does_not_count(store: RowStore, rows: Rows) -> None:
    second = Revision(rows.award.id, 2, MORNING, "two", (), signed_with="did:web:a#k")

    async def act(work: Work) -> None:
        await work.credentials.add(rows.award.id, second)
        assert await work.issuers.count_badges("did:web:a#k") == 1
        assert await work.issuers.outdate("did:web:a#r") == ()
        assert await work.credentials.newest(rows.award.id) == second
        assert await work.issuers.outdate("did:web:a#k") == ((rows.place.school.id, rows.award.id),)
        newest = await work.credentials.newest(rows.award.id)
        assert newest == replace(second, outdated=True)
        assert [award.id for award in await work.awards.without_credential()] == [rows.award.id]
        await work.credentials.add(rows.award.id, Revision(rows.award.id, 3, MORNING, "three", ()))
        assert await work.issuers.outdate("did:web:a#k") == (), "it is gone"
        assert [award.id for award in await work.awards.without_credential()] == [rows.award.id], "it has no token"
        assert await work.credentials.save_token(rows.award.id, 3, "a.b.c", "did:web:a#rsa")
        assert not await work.credentials.save_token(rows.award.id, 3, "d.e.f", "did:web:a#rsa")
        assert await work.awards.without_credential() == ()
        assert await work.issuers.count_badges("did:web:a#rsa") == 1
        assert await work.issuers.outdate("did:web:a#rsa") == ((rows.place.school.id, rows.award.id),)
        newest = await work.credentials.newest(rows.award.id)
        assert newest is not None
        assert (newest.number, newest.token, newest.outdated) == (3, None, False), "the document still holds"

    await in_school(store, rows.place, act)


async def test_a_person_has_one_endorser_key(store: RowStore, rows: Rows) -> None:
    with pytest.raises(IntegrityError):
        await in_school(
            store, rows.place, lambda work: work.credentials.add_endorser_key(rows.place.ben.id, "did:key:2", b"")
        )


async def test_endorsements_are_kept_and_counted(store: RowStore, rows: Rows, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        endorsement, place = rows.endorsement, rows.place
        assert await work.endorsements.of(place.ben.id, rows.target) == endorsement
        assert await work.endorsements.of(place.ann.id, rows.target) is None
        assert await work.endorsements.get(endorsement.id) == endorsement
        assert await work.endorsements.by_public_id(endorsement.public_id) == endorsement
        assert await work.endorsements.given_by(place.ben.id) == (endorsement,)
        colleague = await work.endorsements.add(place.people[2][0].id, rows.target, As.COLLEAGUE, by_button=True)
        assert await work.endorsements.standing(rows.target) == (endorsement, colleague)
        held = await work.queries.held(rows.award.id)
        assert held is not None
        assert held.counts == Counts(1, 1)
        withdrawn = replace(endorsement, withdrawn_at=world.now, undone=True)
        await work.endorsements.save(withdrawn)
        assert await work.endorsements.get(endorsement.id) == withdrawn
        assert await work.endorsements.standing(rows.target) == (colleague,)
        wallet = await work.queries.wallet(place.ann.id)
        assert [(item.award, item.achievement, item.counts) for item in wallet] == [
            (rows.award, rows.achievement, Counts(1, 0))
        ]
        assert await work.queries.findable() == ()
        assert await work.queries.content_counts(rows.achievement.key) == Counts(1, 0)
        assert await work.queries.content_counts("none") == Counts()

    await in_school(store, rows.place, act)


async def test_nobody_endorses_a_target_twice(store: RowStore, rows: Rows) -> None:
    with pytest.raises(IntegrityError):
        await in_school(
            store,
            rows.place,
            lambda work: work.endorsements.add(rows.place.ben.id, rows.target, As.LEADER, by_button=False),
        )


async def test_the_text_of_an_endorsement_comes_and_goes(store: RowStore, rows: Rows) -> None:
    async def act(work: Work) -> None:
        assert await work.credentials.endorsement_text(rows.endorsement.id) == "signed by Ben"
        await work.credentials.drop_endorsement_text(rows.endorsement.id)
        assert await work.credentials.endorsement_text(rows.endorsement.id) is None

    await in_school(store, rows.place, act)


async def test_reactions_are_live_until_they_are_taken_off(store: RowStore, rows: Rows) -> None:
    async def act(work: Work) -> None:
        (ann, ann_account), (ben, ben_account), _ = rows.place.people
        await work.reactions.add(rows.shared.id, ben_account.id, "white_flower")
        await work.reactions.add(rows.shared.id, ben_account.id, "ok")
        await work.reactions.add(rows.shared.id, ann_account.id, "ok")
        assert await work.reactions.by_user(rows.shared.id) == (
            (ann_account, ann, "ok"),
            (ben_account, ben, "ok"),
            (ben_account, ben, "white_flower"),
        )
        assert await work.reactions.live(ben.id, [rows.shared.id]) == {"ok", "white_flower"}
        assert await work.reactions.live(ben.id, []) == frozenset()
        await work.reactions.remove(rows.shared.id, ben_account.id, "white_flower")
        await work.reactions.remove(rows.shared.id, ben_account.id, "white_flower")
        assert await work.reactions.live(ben.id, [rows.shared.id, rows.brought.id]) == {"ok"}
        await work.messages.drop(rows.shared.id)
        assert await work.reactions.by_user(rows.shared.id) == ()

    await in_school(store, rows.place, act)


async def test_messages_are_found_by_what_they_are_about(store: RowStore, rows: Rows) -> None:
    async def act(work: Work) -> None:
        messages, place = work.messages, rows.place
        assert await messages.find(rows.shared.ref) == rows.shared
        assert await messages.about("share", rows.award.id) == (rows.shared,)
        assert await messages.of_units(["unit-1", "unit-2"], place.ann.id) == (rows.brought,)
        assert await messages.of_units(["unit-2"], place.ann.id) == ()
        assert await messages.of_units(["unit-1"], place.ben.id) == ()
        assert await messages.of_person(place.ann.id) == (rows.shared, rows.brought)
        assert await messages.of_person(place.ben.id) == ()
        again = await messages.add(place.workspace.id, rows.shared.ref, "receipt", 7, place.ben.id)
        assert again.id == rows.shared.id
        assert await messages.find(rows.shared.ref) == again
        assert await messages.watched() == (rows.brought,)

    await in_school(store, rows.place, act)


async def test_reactions_are_looked_for_on_displayed_badges_and_newer_units(
    store: RowStore, rows: Rows, world: Surroundings
) -> None:
    async def watched() -> tuple[Posted, ...]:
        found: tuple[Posted, ...] = await in_school(store, rows.place, lambda work: work.messages.watched())
        return found

    assert await watched() == (rows.brought,)
    displayed = replace(rows.award, displayed_at=world.now)
    await in_school(store, rows.place, lambda work: work.awards.save(displayed))
    assert await watched() == (rows.shared, rows.brought)
    world.now = rows.offer.until + timedelta(days=30)
    assert await watched() == (rows.shared, rows.brought)
    world.passes(seconds=1)
    assert await watched() == (rows.shared,)
    await in_school(store, rows.place, lambda work: work.awards.save(replace(displayed, displayed_at=None)))
    assert await watched() == ()


async def test_introductions_are_answered_once(store: RowStore, rows: Rows, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        asked, place = rows.introduction, rows.place
        assert await work.introductions.question(rows.question.public_id) == rows.question
        assert await work.introductions.waiting(place.ben.id, place.ann.id)
        assert not await work.introductions.waiting(place.ann.id, place.ben.id)
        assert await work.introductions.asked_since(place.ann.id, world.now) == 1
        assert await work.introductions.asked_since(place.ann.id, world.now + timedelta(seconds=1)) == 0
        assert await work.introductions.last_asked() == {place.ann.id: world.now}
        assert await work.introductions.asked_by(place.ben.id) == (asked,)
        assert await work.introductions.reply(asked.id, Reply.NOT_NOW)
        assert not await work.introductions.reply(asked.id, Reply.YES)
        answered = replace(asked, reply=Reply.NOT_NOW, replied_at=world.now)
        assert await work.introductions.get(asked.id) == answered
        assert await work.introductions.by_public_id(asked.public_id) == answered
        assert not await work.introductions.waiting(place.ben.id, place.ann.id)
        other = await work.introductions.add(place.ben.id, place.ann.id, None, "分数？", "ほかのバッジ")
        assert await work.introductions.get(other.id) == other
        assert (other.award_id, other.elsewhere) == (None, "ほかのバッジ")

    await in_school(store, rows.place, act)


@pytest.mark.parametrize("elsewhere", [None, "a badge from elsewhere"])
async def test_an_introduction_names_one_badge(store: RowStore, rows: Rows, elsewhere: str | None) -> None:
    award_id = None if elsewhere is None else rows.introduction.award_id

    async def act(work: Work) -> None:
        await work.introductions.add(rows.place.ben.id, rows.place.ann.id, award_id, "?", elsewhere)

    with pytest.raises(IntegrityError):
        await in_school(store, rows.place, act)


async def test_an_event_counts_once_in_each_school(store: RowStore, here: Place, there: Place) -> None:
    for place in (here, there):
        assert not await in_school(store, place, lambda work: work.inbox.seen("slack", "Ev1"))
        assert await in_school(store, place, lambda work: work.inbox.first_time("slack", "Ev1"))
        assert not await in_school(store, place, lambda work: work.inbox.first_time("slack", "Ev1"))
        assert await in_school(store, place, lambda work: work.inbox.first_time("discord", "Ev1"))
        assert await in_school(store, place, lambda work: work.inbox.seen("slack", "Ev1"))


async def test_old_events_are_dropped(store: RowStore, here: Place, world: Surroundings) -> None:
    await in_school(store, here, lambda work: work.inbox.first_time("slack", "old"))
    world.passes(days=2)
    await in_school(store, here, lambda work: work.inbox.first_time("slack", "new"))
    assert await store.forget_events(world.now - timedelta(days=1)) == 1
    assert await in_school(store, here, lambda work: work.inbox.seen("slack", "new"))


async def test_old_questions_are_dropped_but_not_introductions(
    store: RowStore, rows: Rows, there: Place, world: Surroundings
) -> None:
    world.passes(days=30)
    kept = await in_school(store, there, lambda work: work.introductions.keep_question(there.ann.id, "new"))
    assert await store.forget_questions(world.now - timedelta(days=30)) == 0
    world.passes(microseconds=1)
    assert await store.forget_questions(world.now - timedelta(days=30)) == 1
    assert await in_school(store, rows.place, lambda work: work.introductions.question(rows.question.public_id)) is None
    assert await in_school(store, there, lambda work: work.introductions.question(kept.public_id)) == kept
    asked = await in_school(store, rows.place, lambda work: work.introductions.get(rows.introduction.id))
    assert asked == rows.introduction


async def test_a_moment_without_a_zone_is_refused(store: RowStore, here: Place) -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        await in_school(store, here, lambda work: work.people.save(replace(here.ann, welcomed_at=naive)))


async def test_moments_come_back_as_utc_to_the_microsecond(store: RowStore, here: Place) -> None:
    tokyo = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    await in_school(store, here, lambda work: work.people.save(replace(here.ann, welcomed_at=tokyo)))
    ann = await in_school(store, here, lambda work: work.people.get(here.ann.id))
    assert ann.welcomed_at == tokyo
    assert ann.welcomed_at.tzinfo is UTC


async def test_looking_cannot_write(store: RowStore, here: Place) -> None:
    async def write(work: Work, command: In) -> None:
        await work.people.save(replace(here.ann, lang="ja"))

    async def read(work: Work, command: In) -> str:
        return (await work.people.get(here.ann.id)).lang

    with pytest.raises(Exception, match=r"read-?only|db\.read_only"):
        await store.look(write, here.command)
    assert await store.look(read, here.command) == "en"


async def test_a_use_case_knows_its_school_time_and_chance(store: RowStore, here: Place, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        assert await work.school() == here.school
        assert work.now == world.now
        assert 0 <= work.rng.random() < 1
        assert work.new_id() != work.new_id()
        assert not work.calendar.closed("JP", date(2026, 1, 1))

    await in_school(store, here, act)


async def test_planned_moments_do_not_leak_between_people(store: RowStore, here: Place, world: Surroundings) -> None:
    async def act(work: Work) -> None:
        await work.people.save_rhythm(here.ann.id, RHYTHM, planned_at(world.now))
        assert await work.people.planned(here.ben.id) is None

    await in_school(store, here, act)


async def test_content_is_endorsed_over_all_versions(store: RowStore, here: Place) -> None:
    first = await add_achievement(store)
    await add_achievement(store)
    target = Target(TargetKind.ACHIEVEMENT, first.id)
    await in_school(store, here, lambda work: work.endorsements.add(here.ann.id, target, As.LEADER, by_button=False))
    assert await in_school(store, here, lambda work: work.queries.content_counts(first.key)) == Counts(0, 1)
