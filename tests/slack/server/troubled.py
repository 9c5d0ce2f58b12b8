"""Ordered faults on any request: what a test ordered happens instead of the answer, before or after the effect."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from slack.server.world import Json

if TYPE_CHECKING:
    from slack.server.server import SlackLike


@dataclass(frozen=True)
class Answer:
    """`json` None: an answer that is no JSON. `status` 0: no answer, the connection is broken."""

    json: Json | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def limited(cls, seconds: int) -> "Answer":
        return cls({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


@dataclass(frozen=True)
class Called:
    """A call that came, and what was answered. `status` 0: the connection was broken."""

    method: str
    args: Json
    token: str
    status: int
    answer: Json
    at: float

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))


async def troubled(
    slack: "SlackLike", request: web.Request, name: str, args: Json, carry_out: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Carry out a request as the ordered faults let it."""
    fault = slack.faults.meet(name, args)
    if fault is None:
        return await carry_out()
    if fault.gate is not None:
        await fault.gate.wait()
        return await carry_out()
    if fault.effect:
        await carry_out()
    if fault.reset:
        if request.transport is not None:
            request.transport.abort()
        return Answer(None, 0)
    if fault.retry_after:
        return Answer.limited(fault.retry_after)
    if fault.error:
        return Answer({"ok": False, "error": fault.error})
    return Answer(None, fault.status)
