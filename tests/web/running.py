"""Sukima as a process of its own: started, asked over a real connection, ended by signals."""

import http.client
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import IO

from tests import warm
from tests.warm import PATIENCE

ROOT = Path(__file__).parents[2]
Answer = tuple[int, str, dict[str, str]]
"""Status, body, headers by lower-case name."""
_ADDRESS = re.compile(r"http://(127\.0\.0\.1):(\d+)(\S*)")


@dataclass
class Running:
    """One process. `said` is what it has said so far."""

    process: warm.AtWork
    said: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    port: int = 0
    address: str = ""
    _readers: list[threading.Thread] = field(default_factory=list)
    _lines: "Queue[str | None]" = field(default_factory=Queue)
    _heard: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Read along, so that the process never waits for us."""
        for stream, lines in ((self.process.stdout, self.said), (self.process.stderr, self.log)):
            reader = threading.Thread(target=self._follow, args=(stream, lines), daemon=True)
            reader.start()
            self._readers.append(reader)

    def close(self) -> None:
        """End it if it is still there, and read what it said to the end."""
        self.process.end()
        for reader in self._readers:
            reader.join()

    def _follow(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._heard:
                    lines.append(line)
                    self._heard.notify_all()
                if lines is self.said:
                    self._lines.put(line)
        if lines is self.said:
            self._lines.put(None)

    def until_open(self) -> None:
        """Wait for the line with the address."""
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            if found := _ADDRESS.search(line):
                self.port, self.address = int(found[2]), found[0]
                return
        raise AssertionError(f"never opened: {self.said} {self.log}")

    def until_logged(self, words: str) -> None:
        """Wait for a line of the log that holds these words: it is written after the answer has gone out."""
        with self._heard:
            assert self._heard.wait_for(lambda: any(words in line for line in self.log), PATIENCE), self.log

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        """Ask over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            told = {name.lower(): text for name, text in answer.getheaders()}
            return answer.status, answer.read().decode("utf-8"), told
        finally:
            connection.close()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def environment(**more: str) -> dict[str, str]:
    """As a reader's shell has it, without anything of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SUKIMA_")}
    return clean | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "CI": "1", **more}


@contextmanager
def started(folder: Path, *words: str, **settings: str) -> Iterator[Running]:
    """`sukima WORDS` in a folder; killed at the end if it is still there."""
    process = warm.at_work("bot.__main__", words, folder, environment(**settings))
    process.stdin.close()
    running = Running(process)
    running.listen()
    try:
        yield running
    finally:
        running.close()


@contextmanager
def opened(folder: Path, *words: str, **settings: str) -> Iterator[Running]:
    """As `started`, from the moment at which it answers."""
    with started(folder, *words, **settings) as running:
        running.until_open()
        yield running


def said_by(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself, in a process of its own."""
    return warm.done("bot.__main__", words, folder, environment(**settings))
