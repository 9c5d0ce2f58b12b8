"""The examples for a server hold what the pages say: the unit starts what there is, the proxy hands on enough."""

import configparser
import shlex
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.web.running import opened

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names of systemd have capitals
    read.read_string((EXAMPLES / "sukima.service").read_text("utf-8"))
    return read


def test_what_the_unit_starts_answers_and_ends_as_systemd_ends_it(
    unit: configparser.ConfigParser, tmp_path: Path
) -> None:
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program == f"{unit['Service']['WorkingDirectory']}/.venv/bin/sukima"
    with opened(tmp_path, *words, "--port", "0") as running:
        assert running.ask("/readyz")[0] == 200
        assert running.end() == 0
    assert {item.name for item in tmp_path.iterdir()} == {"data"}, "what the unit lets it write"
    assert unit["Service"]["ReadWritePaths"].endswith("/data")


def test_the_settings_of_the_unit_are_read(tmp_path: Path) -> None:
    lines = (EXAMPLES / "sukima.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    secret = tmp_path / "secret"
    secret.write_text("x" * 40)
    settings = Settings.from_env(given | {"SUKIMA_SECRET_FILE": str(secret)}, env_file=None)
    assert settings.public_url == "https://badges.example.ed.jp"
    assert [str(network) for network in settings.trusted_proxies] == ["127.0.0.1/32"]


def test_the_settings_for_slack_are_read_without_their_marks() -> None:
    lines = (EXAMPLES / "sukima.env").read_text("utf-8").splitlines()
    given = dict(line.removeprefix("#").split("=", 1) for line in lines if line.startswith("#SLACK_"))
    settings = Settings.from_env(given, env_file=None)
    told = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    assert len(given) == len(told)
    assert None not in told


def test_the_proxy_hands_on_who_asks_for_what(unit: configparser.ConfigParser) -> None:
    nginx = (EXAMPLES / "nginx.conf").read_text("utf-8")
    words = shlex.split(unit["Service"]["ExecStart"])
    assert f"proxy_pass http://127.0.0.1:{words[words.index('--port') + 1]};" in nginx
    assert "proxy_set_header Host $host;" in nginx
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in nginx
    assert "client_header_timeout 15s;" in nginx
    assert "zone=per_address" in nginx
    assert "limit_conn per_address 50;" in nginx
    assert nginx.count("{") == nginx.count("}")
