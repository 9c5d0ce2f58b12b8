"""How fast Slack may be spoken to: posts by channel and by workspace, and the pauses that it asks for.

Slack takes one message a second in a channel (short bursts are tolerated, none is counted on) and some hundreds a
minute in a workspace; who goes faster is told `Retry-After` for a method. A pause holds up that method in that place
only. Source: docs.slack.dev, "Rate limits".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

A_CHANNEL = timedelta(seconds=1)
"""Between two messages in a channel."""
A_WORKSPACE = timedelta(minutes=1) / 240
BURST = 20
"""So many messages may go to a quiet workspace at once."""
MOST_REMEMBERED = 10_000
NOW = timedelta(0)

Place = tuple[str, ...]


@dataclass(frozen=True)
class _Pace:
    between: timedelta
    burst: int = 1


_CHANNEL, _WORKSPACE = _Pace(A_CHANNEL), _Pace(A_WORKSPACE, BURST)


class Lanes:
    """Turns and pauses, by the clock `now`. Keys of channels are told apart by their workspace's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._next: dict[Place, datetime] = {}
        self._pauses: dict[Place, datetime] = {}

    def wait(self, workspace: str, channel: str) -> timedelta:
        """How long until a message may be posted in a channel."""
        return max(self._free(_CHANNEL, (workspace, channel)), self._free(_WORKSPACE, (workspace,)))

    def take(self, workspace: str, channel: str) -> timedelta:
        """Take the next turn in a channel: how long it is until then."""
        wait = self.wait(workspace, channel)
        for pace, place in ((_CHANNEL, (workspace, channel)), (_WORKSPACE, (workspace,))):
            self._next[place] = max(self._next.get(place, self._now()), self._now()) + pace.between
        self._forget(self._next)
        return wait

    def pause(self, workspace: str, method: str, channel: str, after: timedelta) -> None:
        """Slack asks that a method be left alone in a place."""
        self._pauses[workspace, method, channel] = self._now() + after
        self._forget(self._pauses)

    def paused(self, workspace: str, method: str, channel: str) -> timedelta:
        """How long a method is still to be left alone in a place."""
        return max(self._pauses.get((workspace, method, channel), self._now()) - self._now(), NOW)

    def _free(self, pace: _Pace, place: Place) -> timedelta:
        coming = self._next.get(place, self._now())
        return max(coming - pace.between * (pace.burst - 1) - self._now(), NOW)

    def _forget(self, moments: dict[Place, datetime]) -> None:
        """What lies behind says nothing."""
        if len(moments) > MOST_REMEMBERED:
            for place in [place for place, moment in moments.items() if moment <= self._now()]:
                del moments[place]
