"""How Slack brings things to the app: once, and again when nobody acknowledged in time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack.server.world import Json

if TYPE_CHECKING:
    from slack.server.server import SlackLike

EVENTS, INTERACTIVE, COMMANDS = "events_api", "interactive", "slash_commands"
DEADLINE = 3.0
"""Seconds for an acknowledgement, on the server's clock."""
AGAIN_AFTER = (0.0, 60.0, 300.0)
"""Seconds until an event is brought again, after each failed attempt."""


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended. `reason` is empty when it was acknowledged; `payload` is what came with that."""

    reason: str = ""
    status: int = 0
    payload: Any = None
    final: bool = False
    """The app asked not to be tried again."""

    @property
    def acknowledged(self) -> bool:
        return not self.reason


@dataclass
class Delivery:
    """Something for the app, with what became of it."""

    kind: str
    payload: Json
    attempts: list[Outcome] = field(default_factory=list)
    over: bool = False
    """Acknowledged, or given up."""
    waiting: bool = False
    """Nobody acknowledged, and it will be brought again later."""

    @property
    def acknowledged(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].acknowledged

    @property
    def retry(self) -> tuple[int, str]:
        """Number of the coming attempt, 0 for the first, and why it is made."""
        return len(self.attempts), self.attempts[-1].reason if self.attempts else ""


class Deadline:
    """A future that a clock lets fail."""

    def __init__(self, slack: "SlackLike", seconds: float = DEADLINE) -> None:
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._timer = slack.clock.later(seconds, lambda: self.end(Outcome("http_timeout")))

    def end(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    async def wait(self) -> Outcome:
        try:
            return await self.outcome
        finally:
            self._timer.cancel()


class Deliveries:
    """All that was ever sent, in `sent`."""

    def __init__(self, slack: "SlackLike") -> None:
        self.sent: list[Delivery] = []
        self._slack = slack
        self._open: dict[int, Delivery] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, kind: str, payload: Json) -> Delivery:
        delivery = Delivery(kind, payload)
        self.sent.append(delivery)
        self._start(delivery)
        return delivery

    def again(self, delivery: Delivery) -> Delivery:
        """The same once more, as Slack sometimes does although it was acknowledged."""
        return self.send(delivery.kind, delivery.payload)

    def late(self, kind: str, payload: Json) -> Delivery:
        """Something whose first attempt was lost on the way: it comes as a retry."""
        delivery = Delivery(kind, payload, [Outcome("http_timeout")])
        self.sent.append(delivery)
        self._start(delivery)
        return delivery

    def events(self, type: str) -> list[Delivery]:
        """The events of a type that were sent."""
        return [each for each in self.sent if each.kind == EVENTS and each.payload["event"]["type"] == type]

    async def over(self, delivery: Delivery) -> Delivery:
        """Wait until it was acknowledged, given up, or waits for its next attempt."""
        await self._slack.until(lambda: delivery.over or delivery.waiting, f"{delivery.kind} is answered")
        return delivery

    async def quiet(self) -> None:
        """Wait until nothing is on its way; what waits for a later attempt stays."""
        await self._slack.until(lambda: not self._open, "all is answered")

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------------ inside

    def _start(self, delivery: Delivery) -> None:
        delivery.waiting = False
        self._open[id(delivery)] = delivery
        task = asyncio.get_running_loop().create_task(self._attempt(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        slack = self._slack
        bring = slack.sockets.bring if slack.app.socket_mode else slack.requests.bring
        outcome = await bring(delivery)
        number = len(delivery.attempts)
        delivery.attempts.append(outcome)
        tries_again = delivery.kind == EVENTS and not outcome.final and number < len(AGAIN_AFTER)
        if outcome.acknowledged or not tries_again:
            delivery.over = True
        elif AGAIN_AFTER[number] == 0:
            self._start(delivery)
        else:
            delivery.waiting = True
            slack.clock.later(AGAIN_AFTER[number], self._again(delivery))
        if delivery.over or delivery.waiting:
            del self._open[id(delivery)]
        slack.changed()

    def _again(self, delivery: Delivery) -> Callable[[], None]:
        return lambda: self._start(delivery)
