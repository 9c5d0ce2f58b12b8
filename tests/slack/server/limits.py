"""How much Slack takes: methods by their tier, a minute and workspace; posts one a second and channel."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

POSTS = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral"})


@dataclass
class Limits:
    """Off where time stands: then nothing would ever pass again. `burst` posts go through at once."""

    on: bool
    burst: int = 5
    _minutes: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posts: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def wait(self, team: str, method: str, tier: int, channel: str, now: float) -> int:
        """Seconds to wait before this call would be taken; 0: it is taken now."""
        if not self.on:
            return 0
        wait = self._of_channel(team, channel, now) if method == "chat.postMessage" and channel else 0
        return wait or self._of_tier(team, method, tier, now)

    def _of_tier(self, team: str, method: str, tier: int, now: float) -> int:
        calls = self._minutes[team, method]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= tier:
            return max(1, math.ceil(calls[0] + 60 - now))
        calls.append(now)
        return 0

    def _of_channel(self, team: str, channel: str, now: float) -> int:
        level, since = self._posts.get((team, channel), (0.0, now))
        level = max(0.0, level - (now - since))
        if level > self.burst - 1:
            return max(1, math.ceil(level - (self.burst - 1)))
        self._posts[team, channel] = (level + 1, now)
        return 0
