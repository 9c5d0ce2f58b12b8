"""Live views: one listener on the room, a bounded note per window of what it has to look at again.

Nothing that was said travels here, only where something changed; a window then asks for it as its person. A window
that is slow, asleep or away loses nothing: what it missed is merged, and after a new connection its last mark says
what to fetch.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable

from bot.handlers.local.room import Room
from bot.handlers.local.room_types import Change

HEARTBEAT = 20.0
"""Seconds of silence after which a sign of life is sent: connections that died are found out."""
RETRY_MS = 1000
EVERYBODY = "*"


class Window:
    """What one connection still has to be told: at most one entry per person and place."""

    def __init__(self, users: Iterable[str]) -> None:
        """`users` are the people whose views it shows; nobody named: everybody's."""
        self._users = frozenset(users)
        self._pending: dict[str, set[str]] = {}
        self._woken = asyncio.Event()
        self._open = True

    def note(self, only: str | None, what: str) -> None:
        """Something changed that one person sees, or (None) all of them."""
        for user in self._concerned(only):
            self._pending.setdefault(user, set()).add(what)
            self._woken.set()

    def close(self) -> None:
        self._open = False
        self._woken.set()

    def _concerned(self, only: str | None) -> Iterable[str]:
        if not self._users:
            return (only or EVERYBODY,)
        return self._users if only is None else self._users & {only}

    async def news(self) -> dict[str, list[str]] | None:
        """What changed for whom since the last time; nothing after a silence; None when the room closes."""
        try:
            await asyncio.wait_for(self._woken.wait(), HEARTBEAT)
        except TimeoutError:
            return {}
        await asyncio.sleep(0)  # what one act changes is told at once
        self._woken.clear()
        pending, self._pending = self._pending, {}
        return {user: sorted(places) for user, places in pending.items()} if self._open else None


class Hub:
    """Hears every change of one workspace and tells the windows that it concerns."""

    def __init__(self, room: Room, workspace: str, edition: str) -> None:
        """`edition` names this version of the page: another one means that an open page is out of date."""
        self._room = room
        self._workspace = workspace
        self._edition = edition
        self._windows: set[Window] = set()
        self._unwatch = room.watch(self._hear)

    def close(self) -> None:
        """End every connection: a server that stops must not wait for windows."""
        self._unwatch()
        for window in self._windows:
            window.close()

    def windows(self) -> int:
        """How many are connected."""
        return len(self._windows)

    async def stream(self, users: Iterable[str]) -> AsyncIterator[str]:
        """Server-sent events about these people's views; nobody named: everybody's, for all windows of a browser."""
        window = Window(users)
        self._windows.add(window)
        try:
            yield f"retry: {RETRY_MS}\n\n"
            yield self._event("hello", {"edition": self._edition})
            while (news := await window.news()) is not None:
                yield self._event("news", {"for": news}) if news else ": still here\n\n"
        finally:
            self._windows.discard(window)

    def _event(self, kind: str, told: dict[str, object]) -> str:
        mark = self._room.reading.mark()
        return f"id: {mark}\nevent: {kind}\ndata: {json.dumps({**told, 'mark': mark})}\n\n"

    def _hear(self, change: Change) -> None:
        if change.workspace != self._workspace or not self._windows:
            return
        only = change.only or (
            self._room.channel(change.workspace, change.channel).direct_user if change.channel else None
        )
        what = change.channel or change.kind
        for window in self._windows:
            window.note(only, what)
