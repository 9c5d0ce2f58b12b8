"""`sukima check`: each problem is found and named with its remedy, and a sound deployment has none."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from scenarios.postbox import open_postbox
from scenarios.town import short_rsa

from bot.app import Finding, Patient, World, examine, open_house, upgrade_database
from bot.domain.language import Bilingual
from bot.errors import Complaint, Problem
from bot.services.commands import OfNoSchool
from bot.services.mandates import AddInstitution, add_institution
from bot.services.ports import Work
from bot.settings import Settings
from bot.wording import Wording
from tests import warm
from tests.web.running import environment, said_by

NOW = datetime.now(UTC)
PROXY = {"SUKIMA_TRUSTED_PROXIES": "127.0.0.1"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX systems")


def settings(folder: Path, **more: str) -> Settings:
    return Settings.from_env({"SUKIMA_DATA_DIR": str(folder), **more}, env_file=None)


@pytest.fixture(scope="module")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a first start leaves; to be copied, not used."""
    folder = tmp_path_factory.mktemp("started") / "data"

    async def start() -> None:
        async with open_house(settings(folder), World()):
            pass

    asyncio.run(start())
    return folder


@pytest.fixture
def data(started_once: Path, tmp_path: Path) -> Path:
    """The folder that a first start leaves."""
    return Path(shutil.copytree(started_once, tmp_path / "data"))


def codes(patient: Patient, *, advice: bool = False) -> list[str]:
    """What is wrong, by code."""
    found = [finding for finding in examine(patient) if finding.wrong is not None and finding.is_advice == advice]
    return [finding.wrong.code for finding in found if finding.wrong is not None]


def patient(folder: Path, now: datetime | None = None, **more: str) -> Patient:
    return Patient(settings(folder, **more), now or datetime.now(UTC), 0, folder.parent / ".env")


async def test_a_new_deployment_has_nothing_to_mend(data: Path) -> None:
    assert codes(patient(data)) == []
    told = ["check.secret_beside", "check.clock", "check.address_none", "check.mail_none", "check.slack_none"]
    assert codes(patient(data), advice=True) == [*told, "check.discord_none", "check.backup_none"]


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert codes(patient(tmp_path / "data")) == []
    assert list(tmp_path.iterdir()) == []


def harm_folder(data: Path) -> None:
    data.chmod(0o755)


def harm_secret(data: Path) -> None:
    (data / "secret").chmod(0o644)


def harm_database(data: Path) -> None:
    (data / "sukima.db").write_bytes(b"nothing of ours" * 100)


def lose_secret(data: Path) -> None:
    (data / "secret").unlink()


def old_backup(data: Path) -> None:
    (data / "backups").mkdir(exist_ok=True)
    copy = data / "backups" / "sukima-2020-01-01.db"
    copy.touch()
    os.utime(copy, ((NOW - timedelta(days=9)).timestamp(),) * 2)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (harm_folder, "check.folder_open"),
        (harm_secret, "check.secret_open"),
        (harm_database, "db.not_a_database"),
        (lose_secret, "vault.secret_missing"),
        (old_backup, "check.backup_old"),
    ],
)
async def test_what_is_wrong_in_the_folder(data: Path, harm: Callable[[Path], None], code: str) -> None:
    harm(data)
    assert code in codes(patient(data))


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"SUKIMA_PUBLIC_URL": "https://badges.example.jp", **PROXY}, []),
        ({"SUKIMA_PUBLIC_URL": "https://badges.example.jp"}, ["check.proxies_missing"]),
        ({"SUKIMA_PUBLIC_URL": "https://203.0.113.5", **PROXY}, ["check.address_no_name"]),
        ({"SUKIMA_PUBLIC_URL": "https://intranet", **PROXY}, ["check.address_no_name"]),
        ({"SUKIMA_PUBLIC_URL": "https://example.jp/sukima", **PROXY}, ["check.address_path"]),
        ({"SUKIMA_PUBLIC_URL": "http://localhost:8080"}, []),
    ],
)
async def test_the_public_address(data: Path, more: dict[str, str], found: list[str]) -> None:
    assert codes(patient(data, **more)) == found


async def test_a_school_that_cannot_sign(data: Path) -> None:
    async with open_house(settings(data), World()) as house:
        await house.store.run(found_school, OfNoSchool())
    assert codes(patient(data)) == ["check.keys_missing"]


async def test_an_institution_that_cannot_sign(data: Path) -> None:
    async with open_house(settings(data), World(new_rsa=short_rsa)) as house:
        command = AddInstitution(key="press", name=Bilingual("れい大学", "Rei"), url="", zone="Asia/Tokyo", lang="ja")
        made = await house.store.run(add_institution, command)
    (told,) = [finding.wrong for finding in examine(patient(data)) if finding.name == "keys"]
    assert isinstance(told, Complaint)
    assert (told.code, told.params) == ("check.keys_missing", {"school": "press"})
    async with open_house(settings(data), World(new_rsa=short_rsa)) as house:
        assert (await house.keys.in_use(made.id))[0].key, "the next start makes them"
    assert codes(patient(data)) == []


async def test_an_address_that_is_not_the_one_in_the_badges(data: Path) -> None:
    was = "https://badges.example.jp"
    async with open_house(settings(data, SUKIMA_PUBLIC_URL=was), World(new_rsa=short_rsa)) as house:
        school_id = await house.store.run(found_school, OfNoSchool())
        await house.keys.ensure(school_id)
    assert codes(patient(data, SUKIMA_PUBLIC_URL=was, **PROXY)) == []
    assert codes(patient(data, SUKIMA_PUBLIC_URL=f"{was}/", **PROXY)) == []
    assert codes(patient(data)) == ["check.address_changed"]
    moved = patient(data, SUKIMA_PUBLIC_URL="https://new.example.jp", **PROXY)
    (told,) = [finding.wrong for finding in examine(moved) if finding.name == "keys"]
    assert isinstance(told, Complaint)
    assert told.params == {"former": was, "schools": 1}
    assert was in Wording("en").complaint(told)


async def test_a_secret_in_a_file_that_others_read(data: Path) -> None:
    (data.parent / ".env").touch(0o644)
    (data.parent / ".env").chmod(0o644)
    secret = (data / "secret").read_text().strip()
    assert codes(patient(data, SUKIMA_SECRET=secret)) == ["check.secret_open"]
    (data.parent / ".env").chmod(0o600)
    assert codes(patient(data, SUKIMA_SECRET=secret)) == []


async def found_school(work: Work, command: OfNoSchool) -> int:
    name = Bilingual("東小学校", "East School")
    school = await work.directory.add_school(
        "east", name, zone="Asia/Tokyo", lang="ja", country="JP", period_times=(), rehearsal=False
    )
    return school.id


async def test_a_clock_behind_what_was_recorded(data: Path) -> None:
    async with open_house(settings(data), World()) as house:
        school_id = await house.store.run(found_school, OfNoSchool())
        await house.keys.ensure(school_id)  # which is written to the audit log
    assert codes(patient(data, datetime.now(UTC) + timedelta(minutes=5))) == []
    assert codes(patient(data, NOW - timedelta(hours=9))) == ["check.clock_behind"]


async def test_a_full_disk(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=30 * 2**20))
    assert codes(patient(data)) == ["check.space"]


async def test_a_database_of_a_later_version(data: Path) -> None:
    with closing(sqlite3.connect(data / "sukima.db")) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    assert codes(patient(data)) == ["db.newer"]


class Quiet(BaseHTTPRequestHandler):
    """Answers 501 to everything and says nothing."""

    def log_message(self, *words: object) -> None:
        """Nobody listens."""


async def test_a_port_of_somebody_else(data: Path) -> None:
    """Somebody who speaks HTTP, but is not Sukima."""
    with HTTPServer(("127.0.0.1", 0), Quiet) as other:
        server = Thread(target=other.handle_request)
        server.start()
        assert codes(Patient(settings(data), NOW, other.server_port, data.parent / ".env")) == ["run.port_taken"]
        server.join()


async def test_a_database_made_by_the_command_has_its_secret_and_a_lost_one_is_missed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    new = ["check.folder_missing", "check.secret_none", "check.database_missing"]
    assert codes(patient(folder), advice=True)[:3] == new
    made = said_by(tmp_path, "db", "upgrade", "--data", "data", "--lang", "en")
    assert (made.returncode, made.stderr) == (0, "")
    assert "A new secret was made in data/secret." in made.stdout
    async with open_house(settings(folder), World()) as house:
        assert house.secret_made is None, "it is the one"
    assert codes(patient(folder)) == []
    (folder / "secret").unlink()
    _, secret = upgrade_database(settings(folder), NOW)
    assert secret is None
    assert not (folder / "secret").exists(), "none is made in place of a lost one"
    assert [finding.name for finding in examine(patient(folder)) if finding.is_problem] == ["secret", "database"]
    with pytest.raises(Problem, match="secret_missing"):
        async with open_house(settings(folder), World()):
            pass


def test_a_reader_who_leaves_is_no_failure(tmp_path: Path) -> None:
    code, logged = warm.unread("bot.__main__", ("check", "--port", "0"), tmp_path, environment())
    assert (code, logged) == (1, "")


def test_every_finding_is_said_in_both_languages(tmp_path: Path) -> None:
    for lang in ("ja", "en"):
        for finding in examine(patient(tmp_path / "data")):
            words = Wording(lang)
            assert words.say(f"check.name.{finding.name}")
            assert _said(finding, words)


def test_the_command_ends_with_1_when_something_is_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    done = said_by(tmp_path, "check", "--port", "0", "--lang", "en")
    assert done.returncode == 1
    assert "✗ data folder: Other users can look into data. Close it with: chmod 700" in done.stdout
    assert done.stderr == "Things to mend: 1.\n"
    (tmp_path / "data").chmod(0o700)
    assert said_by(tmp_path, "check", "--port", "0").returncode == 0


def _said(finding: Finding, words: Wording) -> str:
    match finding.wrong:
        case Problem() as problem:
            return words.problem(problem)
        case Complaint() as complaint:
            return words.complaint(complaint)
    return "all is well"


async def test_a_mail_server_is_tried_and_nothing_is_sent(data: Path) -> None:
    async with open_postbox() as box:
        box.login = "user:password"
        given = {"SUKIMA_MAIL_FROM": "sukima@post.example"}
        for password, wrong in (("password", []), ("another", ["check.mail_shut"])):
            url = box.url.replace("//", f"//user:{password}@")
            found = await asyncio.to_thread(codes, patient(data, SUKIMA_SMTP_URL=url, **given))
            assert found == wrong
    assert await asyncio.to_thread(codes, patient(data, SUKIMA_SMTP_URL=box.url, **given)) == ["check.mail_shut"]
    assert not box.letters
