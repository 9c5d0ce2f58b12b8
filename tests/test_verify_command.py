"""`sukima verify FILE|URL`: a file or an address, the same words and exit codes."""

import json
from pathlib import Path

import pytest
from scenarios.web import Web
from typer.testing import CliRunner

from bot import app
from bot.__main__ import cli

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
