"""What cannot get into the log."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.log import NOT_A_CODE, configure, only_codes_and_ids

NAME = "山田花子"


class Kind(StrEnum):
    OFFER = "offer"


@dataclass
class Person:
    name: str


@pytest.fixture
def stream() -> Iterator[StringIO]:
    """Configured for JSON lines; everything is as it was afterwards."""
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    stream = StringIO()
    configure("info", json=True, stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for room in ("bot", "storage"):
        logging.getLogger(room).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def entries(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_codes_and_ids_get_through(stream: StringIO) -> None:
    log = structlog.get_logger("bot.scheduler.relay")
    log.info("relay.kept", promise=7, lane="slack:T1", kind=Kind.OFFER, due=datetime(2026, 11, 24, tzinfo=UTC), ok=True)
    [entry] = entries(stream)
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {
        "event": "relay.kept",
        "level": "info",
        "logger": "bot.scheduler.relay",
        "promise": 7,
        "lane": "slack:T1",
        "kind": "offer",
        "due": "2026-11-24T00:00:00+00:00",
        "ok": True,
    }


def test_personal_keys_are_dropped(stream: StringIO) -> None:
    structlog.get_logger("bot.x").warning(
        "x.y",
        name="Hanako",
        user_name="Hanako",
        text="Hanako",
        question="Hanako",
        token="Hanako",
        client_secret="Hanako",
        SUKIMA_SECRET="Hanako",
        detail={"reflection": "Hanako", "number": 1},
    )
    assert "Hanako" not in stream.getvalue()
    assert entries(stream)[0]["detail"] == {"number": 1}


@pytest.mark.parametrize(
    "value", [NAME, "Hanako Yamada", Person(NAME), [NAME], {"who": NAME}, {NAME: 1}, "x" * 200, "a\nb", b"Hanako"]
)
def test_what_is_no_plain_token_is_replaced(stream: StringIO, value: object) -> None:
    structlog.get_logger("bot.x").warning("x.y", who=value, at=value, error=value, level=value, logger=value)
    for hidden in (NAME, "Hanako", "x" * 200, "\\n"):
        assert hidden not in json.dumps(entries(stream), ensure_ascii=False)


@pytest.mark.parametrize("event", [f"hello {NAME}", "Hanako said", "", None, 7])
def test_an_event_is_a_code(stream: StringIO, event: Any) -> None:
    structlog.get_logger("bot.x").warning(event)
    assert entries(stream)[0]["event"] == NOT_A_CODE


def test_an_exception_says_where_and_not_what(stream: StringIO) -> None:
    try:
        try:
            raise ValueError(NAME)
        except ValueError as error:
            raise RuntimeError(f"for {NAME}") from error
    except RuntimeError:
        structlog.get_logger("bot.x").exception("x.failed")
    [entry] = entries(stream)
    assert entry["error"] == "RuntimeError < ValueError"
    assert "test_an_exception_says_where_and_not_what" in entry["at"][0]
    assert NAME not in stream.getvalue()


def test_libraries_say_their_template_and_place(stream: StringIO) -> None:
    library = logging.getLogger("discord.client")
    library.info("quiet")
    library.warning("Member %s has left", NAME)
    library.warning(f"Member {NAME} has left")
    try:
        raise KeyError(NAME)
    except KeyError:
        library.exception("For %(who)s", {"who": NAME})
    template, formatted, raised = entries(stream)
    assert (template["event"], template["template"], template["logger"]) == (
        "log.library",
        "Member %s has left",
        "discord.client",
    )
    assert "template" not in formatted
    assert "test_log.py" in formatted["at"][0]
    assert raised["error"] == "KeyError"
    assert NAME not in stream.getvalue()


def test_levels(stream: StringIO) -> None:
    structlog.get_logger("bot.x").debug("x.hidden")
    structlog.get_logger("storage.x").info("x.shown")
    structlog.get_logger("elsewhere").info("x.hidden")
    assert [entry["event"] for entry in entries(stream)] == ["x.shown"]


def test_a_console_gets_lines_for_people(stream: StringIO) -> None:
    console = StringIO()
    configure("debug", json=False, stream=console)
    structlog.get_logger("bot.x").debug("x.y", promise=7, who=NAME)
    assert "x.y" in console.getvalue()
    assert "promise=7" in console.getvalue()
    assert NAME not in console.getvalue()
    assert stream.getvalue() == ""


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.lists(st.text(), max_size=3), max_size=4))
def test_the_gate_lets_only_plain_tokens_through(event: dict[str, Any]) -> None:
    for value in only_codes_and_ids(None, "info", dict(event)).values():
        assert json.dumps(value, ensure_ascii=True) == json.dumps(value, ensure_ascii=False)
