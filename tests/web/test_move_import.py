"""`sukima move import FILE --person ID`, as somebody types it: what it says, keeps, and how it ends."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES
from scenarios.test_bringing import exported, rezipped
from scenarios.town import found_town, open_town, say, studies

from storage import tables as t
from tests.web.running import said_by


@pytest.fixture
async def bundle(tmp_path: Path) -> Path:
    """What Aoki exported at another deployment."""
    far = tmp_path / "far"
    await found_town(far, "far")
    async with open_town(far) as town:
        await studies(town.east["aoki"], "u-board")
        data = await exported(town.east["aoki"])
    file = tmp_path / "sukima.zip"
    file.write_bytes(rezipped(data, lambda _, part: part, **{"elsewhere/none.png": b"no picture"}))
    return file


@pytest.fixture
async def here(tmp_path: Path) -> tuple[Path, str]:
    """A deployment at rest, and Mori's public id as their own export tells it."""
    folder = tmp_path / "here"
    await found_town(folder)
    async with open_town(folder, seed=7, now=datetime.now(UTC)) as town:
        with zipfile.ZipFile(io.BytesIO(await exported(town.east["mori"]))) as archive:
            return folder, json.loads(archive.read("settings.json"))["id"]


async def test_it_says_what_came_and_a_second_time_that_nothing_is_new(bundle: Path, here: tuple[Path, str]) -> None:
    folder, person = here
    words = ("move", "import", str(bundle), "--person", person, "--data", str(folder))
    first = said_by(folder, *words, "--lang", "en")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-2:] == [
        say("en", "cli.move.brought", badges=1, completions=1),
        say("en", "cli.move.left_out", name="elsewhere/none.png", why=say("en", "refused.foreign_nothing")),
    ]
    second = said_by(folder, *words, "--lang", "ja")
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.splitlines()[-2] == say("ja", "cli.move.nothing_new")
    async with open_town(folder, seed=9, now=datetime.now(UTC)) as town:
        mori = town.east["mori"]
        await mori.commands("wallet")
        mori.sees(NAMES[FIRST].ja, last=1)
        assert {row.school_id for row in await town.rows(t.brought)} == {(await town.workspace(town.east)).school_id}
        town.check_database()


def _wrong_files(bundle: Path, folder: Path) -> tuple[Path, Path]:
    """One with a badge that is not byte for byte what its issuer states, and one that is no archive."""
    other, none = folder / "other.zip", folder / "none.zip"
    data = bundle.read_bytes()
    other.write_bytes(rezipped(data, lambda name, part: part + b" " if name.startswith("credentials/") else part))
    none.write_bytes(b"no zip")
    return other, none


async def test_what_is_wrong_is_one_sentence(bundle: Path, here: tuple[Path, str], tmp_path: Path) -> None:
    folder, person = here
    other, none = _wrong_files(bundle, tmp_path)
    nobody = "00000000-0000-4000-8000-000000000000"
    with zipfile.ZipFile(other) as archive:
        altered = min(name for name in archive.namelist() if name.startswith("credentials/"))
    for file, whom, why in (
        (other, person, say("en", "problem.bring_altered", file=altered)),
        (none, person, say("en", "problem.bring_not_export")),
        (bundle, nobody, say("en", "problem.person_unknown")),
        (tmp_path / "missing.zip", person, "missing.zip"),
    ):
        done = said_by(folder, "move", "import", str(file), "--person", whom, "--data", str(folder), "--lang", "en")
        assert (done.returncode, done.stdout) == (1, "")
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
    wrong = said_by(folder, "move", "import", str(bundle), "--lang", "en")
    assert wrong.returncode == 2, "whose record is not said"
    async with open_town(folder, seed=9, now=datetime.now(UTC)) as town:
        assert not await town.rows(t.brought)
