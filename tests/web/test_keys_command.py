"""`sukima keys …`, as somebody types it, beside a Sukima that is running; the drill of the documents is played here."""

import asyncio
import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from scenarios.shelf import FIRST
from scenarios.town import Town, open_town, say, studies
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.badges.verdict import Validity
from bot.conversation.pictures import Baked
from bot.errors import Problem
from bot.services.awards import AboutAward
from bot.services.commands import ByPerson
from bot.services.ports import Showing
from bot.services.public import preview
from bot.wording import Wording
from tests.web.running import said_by

BASE = "https://badges.example.ed.jp"
SETUP = Path(__file__).parents[2] / "docs" / "setup.en.md"
Said = Callable[..., Result]


@pytest.fixture
def typed(town_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """A command line about the town's folder, in English; beside an open town it runs in a thread of its own."""

    def said(line: str, **settings: str) -> Result:
        words = ["keys", *shlex.split(line), "--data", str(town_folder), "--lang", "en"]
        return CliRunner().invoke(cli, words, env=settings)

    return said


def listed(said: Said, **settings: str) -> list[dict[str, Any]]:
    found = json.loads(said("list --school east --json", **settings).stdout)
    assert [each["school"] for each in found] == ["east"]
    keys: list[dict[str, Any]] = found[0]["keys"]
    return keys


async def newest(town: Town, key: str) -> dict[str, Any]:
    award = await town.award(town.east, key, FIRST)
    text = (await town.editions(award.id))[-1].text
    found: dict[str, Any] = json.loads(text)
    return found


async def test_new_keys_beside_a_sukima_that_runs(town_folder: Path, typed: Said) -> None:
    address = {"SUKIMA_PUBLIC_URL": BASE}
    async with open_town(town_folder, now=datetime.now(UTC), public_url=BASE) as town:
        await studies(town.east["aoki"], "u-board")
        before = await asyncio.to_thread(listed, typed, **address)
        done = await asyncio.to_thread(typed, "rotate --school east --yes", **address)
        assert (done.exit_code, done.stderr) == (0, "")
        assert say("en", "cli.keys.rotate_web", school="east") in done.stdout
        await studies(town.east["mori"], "u-board")
        after = {key["name"]: key for key in await asyncio.to_thread(listed, typed, **address)}
        assert [after[key["name"]]["state"] for key in before if key["issues"]] == ["retired", "retired"]
        signed = (await newest(town, "mori"))["proof"][0]["verificationMethod"].rpartition("#")[2]
        assert (after[signed]["state"], after[signed]["badges"]) == ("current", 1), "it signs with the new key at once"
        former = (await newest(town, "aoki"))["proof"][0]["verificationMethod"].rpartition("#")[2]
        line = f"revoke {former[:9]} --reason 'Laptop lost' --school east --yes"
        done = await asyncio.to_thread(typed, line, **address)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "1 badge is being signed anew" in done.stdout
        town.room.put_clock(datetime.now(UTC) + timedelta(minutes=1))
        await town.settle()
        again = (await newest(town, "aoki"))["proof"][0]["verificationMethod"].rpartition("#")[2]
        assert again == signed
        whole = (await asyncio.to_thread(typed, "list", **address)).stdout
        assert re.search(rf"{former} .*revoked on .*carry its signature.*Laptop lost", whole)
        assert "west" in whole
        public = await asyncio.to_thread(typed, "public --school east --json", **address)
        document = json.loads(public.stdout)["document"]
        assert len(document["verificationMethod"]) == 4
        assert len(document["assertionMethod"]) == 3
        town.check_database()


def test_nothing_is_done_without_a_yes_a_reason_or_a_school(town_folder: Path, typed: Said) -> None:
    before = listed(typed)
    left = typed("rotate --school east")
    assert (left.exit_code, left.stderr.strip().splitlines()[-1]) == (1, say("en", "cli.keys.left"))
    name = before[0]["name"]
    left = typed(f"revoke {name} --reason x --school east")
    assert (left.exit_code, left.stderr.strip().splitlines()[-1]) == (1, say("en", "cli.keys.left"))
    assert "forged" in left.stdout, "what follows is said before"
    which = typed("rotate --yes")
    assert (which.exit_code, which.stderr.strip()) == (1, say("en", "problem.keys.which_school"))
    unknown = typed("list --school north")
    assert (unknown.exit_code, unknown.stderr.strip()) == (
        1,
        Wording("en").problem(Problem("school.unknown", key="north")),
    )
    assert typed(f"revoke {name} --school east").exit_code == 2, "a reason is asked for"
    empty = typed(f"revoke {name} --reason ' ' --school east --yes")
    told = (empty.exit_code, empty.stdout, empty.stderr.strip())
    assert told == (1, "", say("en", "problem.keys.bad_reason", limit=300)), "and nothing of what would follow"
    other = typed(f"revoke {name} --reason x --school west --yes")
    assert (other.exit_code, other.stderr.strip()) == (1, Wording("en").problem(Problem("keys.unknown", key=name)))
    dashed = "-9B9_key"
    named = typed(f"revoke {dashed} --reason x --school east --yes")
    assert (named.exit_code, named.stderr.strip()) == (1, Wording("en").problem(Problem("keys.unknown", key=dashed)))
    assert listed(typed) == before


def test_without_a_database_there_is_nothing_to_list(tmp_path: Path) -> None:
    done = said_by(tmp_path, "keys", "list", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    assert list(tmp_path.iterdir()) == [], "nothing is made by looking"


def test_a_backup_with_a_key_that_the_secret_does_not_open_is_not_restored(town_folder: Path, tmp_path: Path) -> None:
    def typed_db(*words: object) -> Result:
        return CliRunner().invoke(cli, ["db", *map(str, words), "--data", str(town_folder), "--lang", "en"])

    copy = tmp_path / "copy.db"
    assert typed_db("backup", copy).exit_code == 0
    with closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("UPDATE issuer_key SET sealed = x'00' WHERE id = 1")
    before = sorted(part.name for part in town_folder.iterdir())
    refused = typed_db("restore", copy)
    assert (refused.exit_code, refused.stderr.strip()) == (1, say("en", "problem.db.backup_shut", count=1))
    assert sorted(part.name for part in town_folder.iterdir()) == before
    assert typed_db("check").exit_code == 0


async def test_a_restore_brings_back_no_leaked_key_and_loses_none_made_since(
    town_folder: Path, tmp_path: Path, typed: Said
) -> None:
    def typed_db(*words: object) -> Result:
        return CliRunner().invoke(cli, ["db", *map(str, words), "--data", str(town_folder), "--lang", "en"])

    async def states() -> dict[str, str]:
        return {key["name"]: key["state"] for key in await asyncio.to_thread(listed, typed, **address)}

    copy, address = tmp_path / "copy.db", {"SUKIMA_PUBLIC_URL": BASE}
    async with open_town(town_folder, now=datetime.now(UTC), public_url=BASE) as town:
        school = (await town.workspace(town.east)).school_id
        await studies(town.east["aoki"], "u-board")
        await asyncio.to_thread(typed_db, "backup", copy)
        leaked = (await newest(town, "aoki"))["proof"][0]["verificationMethod"].rpartition("#")[2]
        await town.house.keys.revoke(school, leaked, "Laptop lost")
        await town.settle()
        await studies(town.east["mori"], "u-board")
        since = json.dumps(await newest(town, "mori")).encode()
    known = await states()
    assert known[leaked] == "revoked"
    restored = await asyncio.to_thread(typed_db, "restore", copy)
    assert (restored.exit_code, restored.stderr) == (0, "")
    assert await states() == known
    async with open_town(town_folder, now=datetime.now(UTC), public_url=BASE) as town:
        await town.house._upkeep.catch_up()
        await town.settle()
        again = (await newest(town, "aoki"))["proof"][0]["verificationMethod"].rpartition("#")[2]
        assert known[again] == "current", "what the leaked key had signed is signed anew"
        person = await town.person(town.east, "mori")
        look = await town.house.foreign.look(ByPerson(school_id=school, person_id=person.id), since)
        assert look.verdict.validity is Validity.VALID
        town.check_database()
    (town_folder / "sukima.db").write_bytes(b"lost")
    warned = await asyncio.to_thread(typed_db, "restore", copy)
    assert (warned.exit_code, warned.stderr.strip()) == (0, say("en", "cli.db.keys_unknown"))


# ---------------------------------------------------------------- the drill


def drill() -> list[str]:
    """The commands of the drill, as they stand in the documents."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", SETUP.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks if "keys rotate" in block for line in block.splitlines()]


async def keep_picture(town: Town, key: str, file: Path) -> None:
    """The badge as its holder has it."""
    person, award = await town.person(town.east, key), await town.award(town.east, key, FIRST)
    about = AboutAward(school_id=person.school_id, person_id=person.id, award=award.public_id)
    showing = await town.house.store.look(preview, about)
    assert isinstance(showing, Showing)
    baked = Baked(showing.award, showing.achievement, showing.school, showing.revision)
    await asyncio.to_thread(file.write_bytes, (await town.house.pictures.badge(baked)).data)


async def test_the_drill_of_the_documents(town_folder: Path, tmp_path: Path, typed: Said) -> None:
    """Look, exchange, look, verify a badge of before and one of after, revoke, look: in a school without an address."""
    said: list[str] = []
    async with open_town(town_folder, now=datetime.now(UTC)) as town:
        await studies(town.east["aoki"], "u-board")
        await keep_picture(town, "aoki", tmp_path / "before.png")
        former = (await asyncio.to_thread(listed, typed))[0]["name"]
        for line in drill():
            if "after.png" in line:
                await studies(town.east["mori"], "u-board")
                await keep_picture(town, "mori", tmp_path / "after.png")
            here = line.replace("KEY", former).replace("kodachi", "east").replace("data/demo", str(town_folder))
            here = here.replace("before.png", f"{tmp_path}/before.png").replace("after.png", f"{tmp_path}/after.png")
            done = await asyncio.to_thread(CliRunner().invoke, cli, [*shlex.split(here)[1:], "--lang", "en"])
            assert done.exit_code == 0, f"{line}: {done.output}"
            said.append(done.stdout)
        keys = await asyncio.to_thread(listed, typed)
        assert [(key["issues"], key["state"], key["badges"]) for key in keys] == [
            (True, "current", 1),
            (False, "revoked", 1),
        ]
        town.check_database()
    assert [len(re.findall("revoked on", text)) for text in said if "carries its signature" in text] == [0, 0, 1]
