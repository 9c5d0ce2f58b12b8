"""`sukima badge …`, as somebody types it: what it says, does, and how it ends."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES
from scenarios.town import found_town, open_town, say, settings, studies

from bot.app.beside import world_beside
from bot.errors import Problem
from storage import tables as t
from tests.web.running import said_by

AHEAD = timedelta(days=40)
"""How far people have put the rehearsal's clock."""


@pytest.fixture
async def at_rest(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "town"
    await found_town(folder)
    async with open_town(folder, now=datetime.now(UTC)) as town:
        town.room.put_clock(town.room.now() + AHEAD)
        await studies(town.east["aoki"], "u-board")
        return folder, str((await town.award(town.east, "aoki", FIRST)).public_id)


async def test_suspended_reinstated_revoked(at_rest: tuple[Path, str]) -> None:
    folder, award = at_rest
    data = ("--data", str(folder), "--lang", "en")
    address = f"https://badges.example/badges/{award}"
    done = said_by(folder, "badge", "suspend", address, "--reason", "Under review", *data)
    assert (done.returncode, done.stderr) == (0, "")
    assert NAMES[FIRST].en in done.stdout
    again = said_by(folder, "badge", "suspend", award, "--reason", "Under review", *data)
    assert (again.returncode, again.stderr.strip()) == (1, say("en", "problem.badge.suspended_already"))
    assert said_by(folder, "badge", "reinstate", award, *data).returncode == 0
    empty = said_by(folder, "badge", "revoke", award, "--reason", " ", *data)
    assert (empty.returncode, empty.stderr.strip()) == (1, say("en", "problem.badge.bad_reason", limit=300))
    assert said_by(folder, "badge", "revoke", award, *data).returncode == 2, "a reason is asked for"
    assert said_by(folder, "badge", "revoke", award, "--reason", "Issued by mistake", *data).returncode == 0
    back = said_by(folder, "badge", "reinstate", award, *data)
    assert (back.returncode, back.stderr.strip()) == (1, say("en", "problem.badge.revoked_for_good"))
    unknown = said_by(folder, "badge", "revoke", "nothing", "--reason", "x", *data)
    assert (unknown.returncode, unknown.stderr.strip()) == (1, say("en", "problem.badge.unknown", id="nothing"))
    async with open_town(folder, seed=9, now=datetime.now(UTC)) as town:
        row = await town.award(town.east, "aoki", FIRST)
        assert (row.stopped_as, row.stop_reason) == ("revoked", "Issued by mistake")
        assert row.awarded_at < row.stopped_at < town.room.now(), "by the room's clock, after what it follows"
        town.east["aoki"].sees(say("ja", "stop.news.revoked", name=NAMES[FIRST].ja))
        town.check_database()


async def test_its_badges_are_verified_by_the_clock_of_the_rehearsal_that_is_named(at_rest: tuple[Path, str]) -> None:
    folder, _ = at_rest
    async with open_town(folder, seed=9, now=datetime.now(UTC)) as town:
        (edition,) = await town.rows(t.revision)
    (folder / "badge.json").write_text(edition.text)
    here = said_by(folder, "verify", "badge.json", "--data", str(folder), "--lang", "en")
    assert here.returncode == 0, here.stdout
    assert said_by(folder, "verify", "badge.json", "--lang", "en").returncode == 1, "elsewhere it is not yet valid"


async def test_only_a_rehearsal_has_a_clock_of_its_own(at_rest: tuple[Path, str]) -> None:
    folder, _ = at_rest
    assert world_beside(settings(folder)).now() - datetime.now(UTC) > AHEAD - timedelta(minutes=5)
    with closing(sqlite3.connect(folder / "sukima.db")) as db, db:
        db.execute("UPDATE school SET rehearsal = 0")
    assert abs(world_beside(settings(folder)).now() - datetime.now(UTC)) < timedelta(minutes=5)
    (folder / "room" / "room.db").write_bytes(b"no database, and long enough to be one" * 50)
    with pytest.raises(Problem, match=r"room\.foreign"):
        world_beside(settings(folder))
