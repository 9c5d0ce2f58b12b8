"""The manifest asks for exactly what the code uses, and the product works with exactly that."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient
from typer.testing import CliRunner

import bot.handlers.slack
from bot.__main__ import cli
from bot.domain.language import LANGS, Lang
from bot.handlers.slack.listening import SHORTCUTS
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.scopes import BESIDES, EVENTS, METHODS, OPTIONAL, scopes
from bot.wording import Wording
from slack.server.app import EVENTS as KNOWN_EVENTS

HOUSE = Path(bot.handlers.slack.__file__).parent
TABLES = {"scopes.py", "manifest.py"}
KNOWN_METHODS = {
    name for name, member in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction) if not name.startswith("_")
} - {"api_call"}
NAMES = re.compile(r"[a-z]+(\.[A-Za-z0-9_]+)+")
LONGEST = {"name": 24, "description": 150, "callback_id": 255}
"""Of a shortcut. Source: the schema of manifests."""
URL = "https://badges.example.ed.jp"


def nodes() -> Iterator[ast.AST]:
    """All that is written in the house of Slack, without the tables and the docstrings."""
    for path in sorted(HOUSE.glob("*.py")):
        if path.name not in TABLES:
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def texts() -> set[str]:
    return {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def called() -> set[str]:
    """The methods that are named to `Calls`, or called on the kit's client itself; with `_` for `.`."""
    named = {text.replace(".", "_") for text in texts() if NAMES.fullmatch(text)} & KNOWN_METHODS
    direct = {
        node.func.attr
        for node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).endswith("client")
    }
    return named | (direct & KNOWN_METHODS)


def heard() -> set[str]:
    """The events that are named anywhere; of messages those of the kinds of channels that are asked for."""
    kinds = {
        each.value
        for node in nodes()
        if isinstance(node, ast.Compare) and "channel_type" in ast.unparse(node.left)
        for each in node.comparators
        if isinstance(each, ast.Constant)
    }
    plain = {event for event in KNOWN_EVENTS if "." not in event}
    return (texts() & plain) | {f"message.{kind}" for kind in kinds}


def shown(*words: str, **env: str) -> str:
    done = CliRunner().invoke(cli, ["slack", "manifest", *words], env={"SUKIMA_LANG": "en", **env})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_tables_hold_exactly_what_the_code_calls_and_hears() -> None:
    assert called() == {method.replace(".", "_") for method in METHODS}
    assert heard() == set(EVENTS)


def test_the_manifest_asks_for_exactly_what_is_needed() -> None:
    told: dict[str, Any] = yaml.safe_load(shown())
    asked = told["oauth_config"]["scopes"]
    needed = {scope for table in (METHODS, EVENTS) for each in table.values() for scope in each}
    assert set(asked["bot"]) == needed | set(BESIDES)
    assert set(asked["bot_optional"]) == set(OPTIONAL) <= set(asked["bot"]), "an optional scope stands in both lists"
    assert told["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert told["_metadata"] == {"major_version": 2}
    assert told["features"]["app_home"]["home_tab_enabled"] == ("views.publish" in METHODS)
    named = {each["callback_id"] for each in told["features"]["shortcuts"]}
    assert named == set(SHORTCUTS), "each shortcut is heard"


@pytest.mark.parametrize("lang", LANGS)
def test_slack_takes_its_texts(lang: Lang) -> None:
    told = manifest(Wording(lang), f"{URL}/slack/events")
    about = told["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4_000
    assert len(told["features"]["agent_view"]["agent_description"]) <= 300
    assert 1 <= len(told["features"]["agent_view"]["suggested_prompts"]) <= 4
    for shortcut in told["features"]["shortcuts"]:
        assert all(1 <= len(shortcut[name]) <= most for name, most in LONGEST.items()), shortcut
    assert yaml.safe_load(shown("--lang", lang)) == manifest(Wording(lang), None)


def test_over_http_slack_posts_to_the_public_address() -> None:
    told: dict[str, Any] = yaml.safe_load(shown("--http", SUKIMA_PUBLIC_URL=URL))
    settings = told["settings"]
    assert settings["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert settings["interactivity"] == {"is_enabled": True, "request_url": f"{URL}/slack/events"}
    assert told["features"]["slash_commands"][0]["url"] == f"{URL}/slack/events"
    assert settings["socket_mode_enabled"] is False
    plain: dict[str, Any] = yaml.safe_load(shown(SUKIMA_PUBLIC_URL=URL))
    assert plain["settings"]["socket_mode_enabled"] is True
    assert "http" not in yaml.safe_dump(plain)


APP = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s3cret", "SLACK_APP_TOKEN": "xapp-1"}


def test_where_many_may_install_it_they_are_led_back_and_tokens_rotate() -> None:
    for words, env in ((("--many",), {}), ((), APP)):
        told: dict[str, Any] = yaml.safe_load(shown(*words, SUKIMA_PUBLIC_URL=URL, **env))
        assert told["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
        assert told["settings"]["token_rotation_enabled"] is True
        assert told["settings"]["org_deploy_enabled"] is True
    kept: dict[str, Any] = yaml.safe_load(shown("--many", SUKIMA_PUBLIC_URL=URL, SLACK_BOT_TOKEN="xoxb-1", **APP))
    assert kept["settings"]["token_rotation_enabled"] is False, "a token that stands in the environment must last"
    alone: dict[str, Any] = yaml.safe_load(shown(SUKIMA_PUBLIC_URL=URL))
    assert "redirect_urls" not in alone["oauth_config"]
    assert alone["settings"]["token_rotation_enabled"] is False
    done = CliRunner().invoke(cli, ["slack", "manifest", "--many", "--lang", "en"])
    assert (done.exit_code, "SUKIMA_PUBLIC_URL" in done.stderr) == (1, True)


@pytest.mark.parametrize("env", [{}, {"SUKIMA_PUBLIC_URL": "http://127.0.0.1:8080"}], ids=["none", "loopback"])
def test_without_a_public_address_there_is_no_http(env: dict[str, str]) -> None:
    done = CliRunner().invoke(cli, ["slack", "manifest", "--http", "--lang", "en"], env=env)
    assert done.exit_code == 1
    assert "SUKIMA_PUBLIC_URL" in done.stderr
    assert done.stdout == ""


def test_every_scope_is_sorted_and_named_once() -> None:
    assert list(scopes()) == sorted(set(scopes()))
