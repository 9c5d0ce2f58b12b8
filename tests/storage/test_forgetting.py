"""Forgetting: what is theirs goes, what others count stays right, and coming back counts nothing twice."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from storage_rows import Rows, populate
from storage_world import RHYTHM, Place, Surroundings, add_achievement, found_school, in_school

from bot.domain.people import Account, Person, Role
from bot.domain.recognition import As, Target, TargetKind
from bot.services.ports import Counts, Revision, Work
from bot.services.promises import Kind
from storage.admin import check
from storage.store import RowStore
from storage.tables import metadata
from storage.tombstones import erasure_mark


@pytest.fixture
async def rows(store: RowStore, here: Place) -> Rows:
    return await populate(store, here)


async def _forget(store: RowStore, place: Place, person: Person) -> None:
    await in_school(store, place, lambda work: work.people.forget(person.id))


async def _return(store: RowStore, place: Place, user_key: str) -> tuple[Person, Account]:
    back: tuple[Person, Account] = await in_school(
        store,
        place,
        lambda work: work.people.add(
            "Back",
            "en",
            workspace_id=place.workspace.id,
            user_key=user_key,
            rhythm=RHYTHM,
            roles=frozenset({Role.TEACHER}),
        ),
    )
    return back


async def _every_value(store: RowStore) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for name, table in metadata.tables.items():
        found[name] = [tuple(row) for row in await store.read(lambda scope, table=table: scope.all(select(table)))]
    return found


async def test_nothing_personal_stays(store: RowStore, rows: Rows) -> None:
    ann, account = rows.place.people[0]
    await _forget(store, rows.place, ann)
    everything = await _every_value(store)
    text = repr({name: found for name, found in everything.items() if name != "audit"})
    for personal in (ann.name, ann.public_id, "気づき", rows.award.public_id, "signed by Ann"):
        assert personal not in text
    own = (
        "account",
        "rhythm",
        "offer",
        "progress",
        "completion",
        "attempt",
        "award",
        "message",
        "outbox",
        "person_key",
        "submission",
        "door",
        "session",
    )
    for table in own:
        columns = list(metadata.tables[table].c.keys())
        assert not [row for row in everything[table] if dict(zip(columns, row, strict=True)).get("person_id") == ann.id]
    assert everything["revision"] == []
    assert everything["introduction"] == []
    assert everything["invitation"] == []
    assert everything["reaction"] == []

    async def act(work: Work) -> None:
        assert not await work.people.exists(ann.id)
        assert await work.people.by_public_id(ann.public_id) is None
        assert await work.people.by_account(rows.place.workspace.id, account.user_key) is None
        assert account.user_key not in await work.people.user_keys(rows.place.workspace.id)
        assert {person.id for person in await work.people.all()} == {p.id for p, _ in rows.place.people[1:]}
        assert await work.people.is_forgotten(rows.place.workspace.id, account.user_key)
        assert not await work.people.is_forgotten(rows.place.workspace.id, "U2")
        with pytest.raises(LookupError):
            await work.audit.record("x", actor=ann, subject="")
        with pytest.raises(LookupError):
            await work.people.forget(ann.id)

    await in_school(store, rows.place, act)


async def test_endorsements_given_stay_anonymous_and_count(store: RowStore, rows: Rows, url: str) -> None:
    await _forget(store, rows.place, rows.place.ben)

    async def act(work: Work) -> None:
        standing = await work.endorsements.standing(rows.target)
        assert standing == (replace(rows.endorsement, endorser_id=None, held_by_button=True),)
        held = await work.queries.held(rows.award.id)
        assert held is not None
        assert held.counts == Counts(0, 1)
        assert await work.credentials.endorsement_text(rows.endorsement.id) is None
        assert await work.credentials.endorser_key(rows.place.ben.id) is None
        assert await work.introductions.asked_since(rows.place.ann.id, rows.introduction.asked_at) == 1
        asked = await work.introductions.get(rows.introduction.id)
        assert asked is not None
        assert asked.question == ""
        assert await work.introductions.question(rows.question.public_id) is None

    await in_school(store, rows.place, act)
    assert check(url).complaints == ()


async def test_the_others_are_untouched(store: RowStore, here: Place, there: Place) -> None:
    ours, theirs = await populate(store, here), await populate(store, there)

    async def of_theirs() -> dict[str, list[tuple[Any, ...]]]:
        return {
            name: [
                row
                for row in found
                if "school_id" in metadata.tables[name].c and _school(name, row) == theirs.place.school.id
            ]
            for name, found in (await _every_value(store)).items()
        }

    def _school(name: str, row: tuple[Any, ...]) -> Any:
        return row[list(metadata.tables[name].c.keys()).index("school_id")]

    before = await of_theirs()
    await _forget(store, ours.place, ours.place.ann)
    await _forget(store, ours.place, ours.place.ben)
    assert await of_theirs() == before


async def test_an_edition_that_holds_their_endorsement_goes_with_the_next_one(
    store: RowStore, rows: Rows, world: Surroundings
) -> None:
    newer = Revision(rows.award.id, 2, world.now + timedelta(seconds=1), "names Ben too", (rows.endorsement.id,))
    await in_school(store, rows.place, lambda work: work.credentials.add(rows.award.id, newer))
    await _forget(store, rows.place, rows.place.ben)
    assert [row[1] for row in (await _every_value(store))["revision"]] == [2]
    without = Revision(rows.award.id, 3, world.now + timedelta(seconds=2), "nobody", (rows.endorsement.id,))
    await in_school(store, rows.place, lambda work: work.credentials.add(rows.award.id, without))
    assert [row[1] for row in (await _every_value(store))["revision"]] == [3]


async def test_editions_of_awards_they_did_not_endorse_are_not_even_read(
    store: RowStore, rows: Rows, world: Surroundings
) -> None:
    """`embedded` of another award names the same id by mistake: it is none of theirs."""
    achievement = await add_achievement(store, "badge-other")
    other = await in_school(
        store, rows.place, lambda work: work.awards.add(rows.place.people[2][0].id, achievement, ())
    )
    for number in (1, 2):
        edition = Revision(other.id, number, world.now, "other", (rows.endorsement.id,))
        await in_school(store, rows.place, lambda work, new=edition: work.credentials.add(other.id, new))
    await _forget(store, rows.place, rows.place.ben)
    kept = (await _every_value(store))["revision"]
    assert sorted(row[:2] for row in kept) == [(rows.award.id, 1), (other.id, 1), (other.id, 2)]


async def test_a_withdrawn_endorsement_leaves_the_editions_that_hold_it(
    store: RowStore, rows: Rows, world: Surroundings
) -> None:
    await in_school(
        store, rows.place, lambda work: work.endorsements.save(replace(rows.endorsement, withdrawn_at=world.now))
    )
    newer = Revision(rows.award.id, 2, world.now + timedelta(seconds=1), "nobody", ())
    await in_school(store, rows.place, lambda work: work.credentials.add(rows.award.id, newer))
    await _forget(store, rows.place, rows.place.ben)
    assert [row[1] for row in (await _every_value(store))["revision"]] == [2]


async def test_a_post_in_doubt_is_still_looked_up(store: RowStore, rows: Rows) -> None:
    """It may stand in the channel: only the platform knows."""
    await in_school(
        store,
        rows.place,
        lambda work: work.outbox.promise(Kind.SHARE, rows.award.id, lane="local:T", once=f"share:{rows.award.id}"),
    )
    await store.promises.claim("local:T", 10)
    await store.promises.release_in_doubt()
    await _forget(store, rows.place, rows.place.ann)
    (promise,) = await store.promises.claim("local:T", 10)
    assert (promise.kind, promise.subject, promise.in_doubt) == (Kind.SHARE, rows.award.id, True)


async def test_coming_back_does_not_count_twice(store: RowStore, rows: Rows) -> None:
    await _forget(store, rows.place, rows.place.ben)
    back, _account = await _return(store, rows.place, "U2")
    assert back.id != rows.place.ben.id

    async def act(work: Work) -> None:
        current = await work.endorsements.of(back.id, rows.target)
        assert current is not None
        assert (current.id, current.endorser_id) == (rows.endorsement.id, None)
        again = await work.endorsements.add(back.id, rows.target, As.COLLEAGUE, by_button=False)
        assert (again.id, again.public_id, again.endorser_id) == (current.id, current.public_id, back.id)
        assert len(await work.endorsements.standing(rows.target)) == 1
        stranger = await work.endorsements.of(rows.place.people[2][0].id, rows.target)
        assert stranger is None

    await in_school(store, rows.place, act)


async def test_being_forgotten_again_and_again_counts_once(store: RowStore, rows: Rows, url: str) -> None:
    content = Target(TargetKind.ACHIEVEMENT, rows.achievement.id)
    person = rows.place.ben
    for _ in range(3):
        await _forget(store, rows.place, person)
        person, _account = await _return(store, rows.place, "U2")

        async def endorse(work: Work, person: Person = person) -> None:
            for target in (rows.target, content):
                if await work.endorsements.of(person.id, target) is None:
                    await work.endorsements.add(person.id, target, As.LEADER, by_button=False)

        await in_school(store, rows.place, endorse)
    held = await in_school(store, rows.place, lambda work: work.queries.held(rows.award.id))
    assert held.counts == Counts(0, 1)
    counts = await in_school(store, rows.place, lambda work: work.queries.content_counts(rows.achievement.key))
    assert counts == Counts(1, 1)
    assert check(url).complaints == ()


async def test_a_withdrawn_endorsement_of_theirs_goes(store: RowStore, rows: Rows, world: Surroundings) -> None:
    withdrawn = replace(rows.endorsement, withdrawn_at=world.now)
    await in_school(store, rows.place, lambda work: work.endorsements.save(withdrawn))
    await _forget(store, rows.place, rows.place.ben)
    assert await in_school(store, rows.place, lambda work: work.endorsements.get(withdrawn.id)) is None


async def test_the_mark_is_told_once_it_is_committed(store: RowStore, rows: Rows) -> None:
    import asyncio

    heard: list[str] = []
    store.on_erased = heard.append

    async def fails(work: Work) -> None:
        await work.people.forget(rows.place.ann.id)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await in_school(store, rows.place, fails)
    await _forget(store, rows.place, rows.place.ann)
    await asyncio.sleep(0)
    assert heard == [erasure_mark(rows.place.ann.public_id)]
    assert await store.erasures() == set(heard)


async def test_the_file_itself_forgets(sqlite_url: str, world: Surroundings) -> None:
    """What was deleted does not linger in the free pages of the database."""
    store = await world.open(sqlite_url)
    place = await found_school(store, "here")
    secret = "とても個人的なこと" * 400
    await in_school(store, place, lambda work: work.introductions.keep_question(place.ann.id, secret))
    await _forget(store, place, place.ann)
    await store.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for part in (file, file.with_name(file.name + "-wal")):
        if part.exists():
            assert "とても個人的".encode() not in part.read_bytes()
