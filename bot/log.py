"""What the log may say: a code, ids and numbers. Names, texts and secrets cannot get in.

Modules log through structlog (`log.info("relay.failed", promise=7)`); only `bot.app` configures it, here. Every entry
passes the same gate, those of libraries too: an event that is no code, a value that is no plain token and a message
that came with an exception are left out, not escaped. Where something happened is always said.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

PERSONAL = frozenset(
    (
        "address",
        "answer",
        "author",
        "body",
        "content",
        "display",
        "email",
        "key",
        "mail",
        "name",
        "note",
        "password",
        "passphrase",
        "question",
        "reflection",
        "secret",
        "text",
        "title",
        "token",
        "topic",
        "url",
        "user",
        "username",
        "words",
    )
)
"""No key is logged of which a part (between underscores) is one of these words."""
CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
"""What an event looks like."""
TOKEN = re.compile(r"[\x21-\x7e]{1,120}")
"""What a value looks like: an id, a code, a lane; printable ASCII without blanks."""
NOT_A_CODE = "log.not_a_code"
FRAMES = 8
"""So many places of a traceback are kept, the innermost ones."""


LEVELS = ("debug", "info", "warning", "error", "critical")


def configure(level: str = "info", *, json: bool, stream: TextIO | None = None) -> None:
    """Send the log to `stream` (standard error when None): JSON lines, or lines for a person at a console."""
    after_the_gate: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exceptions_without_messages,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            only_codes_and_ids,
            *after_the_gate,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[libraries_without_messages, *after_the_gate],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        use_get_message=False,
        pass_foreign_args=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for room in ("bot", "storage"):
        logging.getLogger(room).setLevel(level.upper())


def only_codes_and_ids(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The gate: drops personal keys, and replaces what is neither a code, a number nor a plain token."""
    named = event.get("event")
    gated: EventDict = {"event": named if isinstance(named, str) and CODE.fullmatch(named) else NOT_A_CODE}
    if "exc_info" in event:
        gated["exc_info"] = event["exc_info"]
    gated.update({key: _plain(value) for key, value in event.items() if key not in gated and not _personal(key)})
    return gated


def _personal(key: str) -> bool:
    return not PERSONAL.isdisjoint(key.lower().split("_"))


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return _plain(value.value)
        case date():
            return value.isoformat()
        case str():
            return value if TOKEN.fullmatch(value) else f"<{len(value)} characters>"
        case Mapping():
            return {_plain(key): _plain(item) for key, item in value.items() if not _personal(str(key))}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            return f"<{type(value).__name__}>"


def exceptions_without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception as its type and the places it came through; its message may quote somebody."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if given is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["error"] = " < ".join(type(cause).__name__ for cause in _causes(error))
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
        ]
    return event


def _causes(error: BaseException) -> list[BaseException]:
    """An exception, and those that led to it."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found and len(found) < FRAMES:
        found.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return found


def libraries_without_messages(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A library's entry as its template and place. Only a message with arguments apart is sure to be a template."""
    record: Any = event["_record"]
    kept: EventDict = {"_record": record, "_from_structlog": False, "event": "log.library"}
    kept["at"] = [f"{record.pathname}:{record.lineno} {record.funcName}"]
    if "exc_info" in event:
        kept["exc_info"] = event["exc_info"]
    if event.get("positional_args"):
        kept["template"] = str(record.msg)
    return kept
