"""Keys after a restore: of two states the graver one holds, and a key that the backup does not know is taken over."""

from pathlib import Path

import pytest
from storage_rows import EVIDENCE
from storage_world import MORNING, Place, Surroundings, add_achievement, found_school, in_school

from bot.domain.issuers import Ended, KeyKind, KeyState
from bot.errors import Problem
from bot.services.ports import NewKey, Revision, SealedKey, Work
from storage.admin import backup, check, restore
from storage.store import RowStore

WEB = "did:web:east.example"
OLD, NEW, OTHER = (NewKey(KeyKind.ED25519, name, name, name.encode()) for name in ("old", "new", "other"))


async def _add(work: Work, did: str, key: NewKey) -> None:
    issuer = await work.issuers.current()
    if issuer is None:
        issuer = await work.issuers.add(did)
    await work.issuers.add_key(issuer.id, key)


async def _exchange(work: Work, former: KeyState, key: NewKey) -> None:
    """The key that signs comes into the state `former`, and another one signs."""
    issuer = await work.issuers.current()
    assert issuer is not None
    current = next(each for each in await work.issuers.keys(issuer.id) if each.state is KeyState.CURRENT)
    await work.issuers.set_state(current.id, former, "why")
    await work.issuers.add_key(issuer.id, key)


async def _follow(work: Work, did: str, key: NewKey) -> None:
    """Another issuer."""
    issuer = await work.issuers.current()
    assert issuer is not None
    await work.issuers.end(issuer.id, Ended.ROTATED, "statement")
    for each in await work.issuers.keys(issuer.id):
        await work.issuers.set_state(each.id, KeyState.RETIRED)
    await _add(work, did, key)


async def _told(store: RowStore, place: Place) -> dict[tuple[str, str], tuple[KeyState, bool]]:
    """By issuer and key: the key's state, and whether the issuer issues."""

    async def read(work: Work) -> dict[tuple[str, str], tuple[KeyState, bool]]:
        return {
            (issuer.did, key.name): (key.state, issuer.ended_at is None)
            for issuer in await work.issuers.all()
            for key in await work.issuers.keys(issuer.id)
        }

    found: dict[tuple[str, str], tuple[KeyState, bool]] = await in_school(store, place, read)
    return found


@pytest.mark.parametrize("state", [KeyState.RETIRED, KeyState.REVOKED])
@pytest.mark.parametrize("newer", ["former", "backup"])
async def test_of_two_states_the_graver_one_holds(
    state: KeyState, newer: str, sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    """Whichever of the two databases is newer; of two schools, and of a did that was followed."""
    store = await world.open(sqlite_url)
    here, there = await found_school(store, "here"), await found_school(store, "there")
    await in_school(store, here, lambda work: _add(work, WEB, OLD))
    await in_school(store, there, lambda work: _add(work, "did:key:old", OLD))
    older = backup(sqlite_url, tmp_path / "older.db")
    await in_school(store, here, lambda work: _exchange(work, state, NEW))
    await in_school(store, there, lambda work: _follow(work, "did:key:new", NEW))
    known = [await _told(store, each) for each in (here, there)]
    recent = backup(sqlite_url, tmp_path / "recent.db")
    await store.close()
    done = restore(older, sqlite_url, now=MORNING)
    assert done.knows_keys
    if newer == "backup":
        assert restore(recent, sqlite_url, now=MORNING).knows_keys
    store = await world.open(sqlite_url)
    assert [await _told(store, each) for each in (here, there)] == known
    assert known[0] == {(WEB, "old"): (state, True), (WEB, "new"): (KeyState.CURRENT, True)}
    await store.close()


async def test_what_a_revoked_key_signed_is_signed_anew(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    """Of an edition and its token each by itself; what another key signed stays."""
    leaked, good = f"{WEB}#old", f"{WEB}#new"
    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    await in_school(store, here, lambda work: _add(work, WEB, OLD))
    awards: list[int] = []
    for number, (proof, token) in enumerate(((leaked, good), (good, leaked), (good, good))):
        achievement = await add_achievement(store, f"badge-{number}")
        award = await in_school(store, here, lambda work, of=achievement: work.awards.add(here.ann.id, of, EVIDENCE))
        edition = Revision(award.id, 1, MORNING, "{}", (), signed_with=proof, token="a.b.c", token_with=token)
        assert await in_school(store, here, lambda work, one=edition: work.credentials.add(one.award_id, one))
        awards.append(award.id)
    older = backup(sqlite_url, tmp_path / "older.db")
    await in_school(store, here, lambda work: _exchange(work, KeyState.REVOKED, NEW))
    await store.close()
    restore(older, sqlite_url, now=MORNING)
    store = await world.open(sqlite_url)
    kept = [await in_school(store, here, lambda work, one=award: work.credentials.newest(one)) for award in awards]
    assert [(one.outdated, one.token, one.token_with) for one in kept] == [
        (True, "a.b.c", good),
        (False, None, ""),
        (False, "a.b.c", good),
    ]
    await store.close()


async def test_two_that_went_apart_keep_one_that_signs(sqlite_url: str, tmp_path: Path, world: Surroundings) -> None:
    """Each was exchanged by itself, in copies of one database: nothing is lost, and one signs."""
    fork = f"sqlite:///{tmp_path / 'fork.db'}"
    store = await world.open(sqlite_url)
    here, there = await found_school(store, "here"), await found_school(store, "there")
    await in_school(store, here, lambda work: _add(work, WEB, OLD))
    await in_school(store, there, lambda work: _add(work, "did:key:old", OLD))
    backup(sqlite_url, tmp_path / "fork.db")
    await in_school(store, here, lambda work: _exchange(work, KeyState.REVOKED, NEW))
    await in_school(store, there, lambda work: _follow(work, "did:key:new", NEW))
    await store.close()
    forked = await world.open(fork)
    await in_school(forked, here, lambda work: _exchange(work, KeyState.RETIRED, OTHER))
    await in_school(forked, there, lambda work: _follow(work, "did:key:other", OTHER))
    await forked.close()
    assert restore(tmp_path / "fork.db", sqlite_url, now=MORNING).knows_keys
    store = await world.open(sqlite_url)
    assert await _told(store, here) == {
        (WEB, "old"): (KeyState.REVOKED, True),
        (WEB, "other"): (KeyState.CURRENT, True),
        (WEB, "new"): (KeyState.RETIRED, True),
    }
    assert await _told(store, there) == {
        ("did:key:old", "old"): (KeyState.RETIRED, False),
        ("did:key:other", "other"): (KeyState.CURRENT, True),
        ("did:key:new", "new"): (KeyState.RETIRED, False),
    }
    await store.close()
    assert check(sqlite_url).complaints == ()


async def test_keys_that_the_secret_does_not_open_are_not_taken_over(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    """Sukima would not start with them; the owner is told."""

    def opens(key: SealedKey) -> None:
        if key.name == "new":
            raise Problem("vault.wrong_secret")

    store = await world.open(sqlite_url)
    here = await found_school(store, "here")
    await in_school(store, here, lambda work: _add(work, WEB, OLD))
    backup(sqlite_url, tmp_path / "copy.db")
    known = await _told(store, here)
    await in_school(store, here, lambda work: _exchange(work, KeyState.REVOKED, NEW))
    await store.close()
    assert not restore(tmp_path / "copy.db", sqlite_url, now=MORNING, opens=opens).knows_keys
    store = await world.open(sqlite_url)
    assert await _told(store, here) == known
    await store.close()


async def test_a_school_that_the_former_database_does_not_know_is_told_of(
    sqlite_url: str, tmp_path: Path, world: Surroundings
) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    backup(sqlite_url, tmp_path / "fresh.db")
    store, other = await world.open(sqlite_url), await world.open(fresh)
    here, there = await found_school(store, "here"), await found_school(other, "there")
    await in_school(store, here, lambda work: _add(work, WEB, OLD))
    await in_school(other, there, lambda work: _add(work, "did:web:west.example", NEW))
    copy = backup(sqlite_url, tmp_path / "copy.db")
    await store.close()
    await other.close()
    assert not restore(copy, fresh, now=MORNING).knows_keys
    store = await world.open(fresh)
    assert await _told(store, here) == {(WEB, "old"): (KeyState.CURRENT, True)}
    await store.close()
