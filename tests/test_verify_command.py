"""`sukima verify FILE|URL`: a file or an address, the same words and exit codes."""

import json
from pathlib import Path

import pytest
from scenarios.web import Web
from typer.testing import CliRunner

from bot import app
from bot.__main__ import cli
from bot.badges.bake import MAX_PICTURE_MEBIBYTES
from bot.wording import Wording

LINK = "https://elsewhere.example/badge"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Web:
    web = Web()
    world = app.World(fetch=web)
    monkeypatch.setattr(app, "World", lambda: world)
    monkeypatch.chdir(tmp_path)
    return web


def _run(*words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, ["verify", *words, "--lang", "en"])
    return ran.exit_code, ran.output


def test_an_address_that_nobody_has(web: Web) -> None:
    assert _run(LINK) == (3, "Cannot tell.\n? Address: No site by the name elsewhere.example was found.\n")


def test_an_address_without_https_is_not_opened(web: Web) -> None:
    code, said = _run("http://elsewhere.example/badge")
    assert code == 3
    assert "does not begin with https://" in said
    assert web.asked == []


def test_a_badge_that_is_gone(web: Web) -> None:
    web.puts(LINK, b"", status=410)
    assert _run(LINK)[0] == 1


def test_a_file_and_its_address_say_the_same(web: Web, tmp_path: Path) -> None:
    (tmp_path / "badge.json").write_bytes(b'{"type":["OpenBadgeCredential"]}')
    web.puts(LINK, b'{"type":["OpenBadgeCredential"]}')
    of_file, of_link = _run("badge.json", "--json"), _run(LINK, "--json")
    assert of_file == of_link
    assert json.loads(of_link[1])["validity"] == "invalid"
    assert web.asked == [LINK]


def test_a_file_that_is_missing(web: Web) -> None:
    code, said = _run("nowhere.png")
    assert code == 3
    assert "nowhere.png" in said


def test_as_much_is_read_as_the_largest_picture_that_is_opened(web: Web, tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(MAX_PICTURE_MEBIBYTES * 2**20))
    assert _run("large.png")[1].startswith("Cannot tell.\n")
    (tmp_path / "larger.png").write_bytes(bytes(MAX_PICTURE_MEBIBYTES * 2**20 + 1))
    said = Wording("en").say("problem.file.too_big", file="larger.png", limit=MAX_PICTURE_MEBIBYTES)
    assert _run("larger.png") == (3, f"{said}\n")


HASH = "0123456789abcdef0123456789abcdef01234567"
LMS = "https://lms.example/badges"
ASSERTION = f"{LMS}/assertion.php?b={HASH}&obversion=2"


def _puts_a_badge_of_moodle(web: Web) -> None:
    issuer = {"id": f"{LMS}/issuer_json.php?id=7", "type": "Issuer", "name": "Centre <b>x</b>"}
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": ASSERTION,
        "recipient": {"identity": "sha256$00", "type": "email", "hashed": True, "salt": "x"},
        "badge": {"id": f"{LMS}/badge_json.php?id=7", "type": "BadgeClass", "name": "Planning", "issuer": issuer},
        "verify": {"type": "hosted", "url": ASSERTION},
        "issuedOn": "2024-11-01T09:00:00+09:00",
    }
    web.puts(ASSERTION, json.dumps(assertion).encode())
    web.puts(issuer["id"], json.dumps(issuer).encode())


def test_the_address_of_an_older_badge(web: Web) -> None:
    _puts_a_badge_of_moodle(web)
    code, said = _run(ASSERTION)
    assert code == 0
    assert "The site lms.example says that this badge is from “Centre <b>x</b>”." in said
    assert web.asked == [ASSERTION, f"{LMS}/issuer_json.php?id=7"]


def test_whom_it_was_given_to_is_asked_with_an_address(web: Web) -> None:
    _puts_a_badge_of_moodle(web)
    assert _run(ASSERTION)[0] == 0
    code, said = _run(ASSERTION, "--recipient", "aoki@midori.example", "--recipient", "a@midori.example")
    assert code == 1
    assert "given to somebody else" in said


def test_the_page_of_an_older_badge_leads_to_it(web: Web) -> None:
    _puts_a_badge_of_moodle(web)
    page = f"{LMS}/badge.php?hash={HASH}"
    web.puts(page, b"<!doctype html>", "text/html")
    assert _run(page)[0] == 0
    assert web.asked[:2] == [page, ASSERTION]


def test_an_older_badge_without_its_site(web: Web, tmp_path: Path) -> None:
    _puts_a_badge_of_moodle(web)
    (tmp_path / "badge.json").write_bytes(web.pages.pop(ASSERTION).body)  # type: ignore[union-attr]
    code, said = _run("badge.json")
    assert code == 3
    assert "What lms.example publishes about this badge could not be read now." in said
    assert "No site by the name lms.example was found." in said


def test_what_is_no_badge_file_is_named(web: Web, tmp_path: Path) -> None:
    """A folder, an address that nobody reads, a recipient that is no address: each is told in a sentence."""
    assert "is a folder" in _run(str(tmp_path))[1]
    code, said = _run("ftp://x.example/a")
    assert code == 3
    assert "only addresses that begin with https://" in said
    code, said = _run(LINK, "--recipient", "nonsense")
    assert code == 2
    assert "nonsense" in said
    assert web.asked == []
