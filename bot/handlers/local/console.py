"""Lines in and text out: at a terminal with line editing, or through pipes for scripts."""

import asyncio
import codecs
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.handlers.local.text import one_line

NARROWEST, WIDEST = 20, 100
"""Columns. Longer lines than the widest tire the eye."""


class Left(Exception):
    """The person wants to go: end of input, or Ctrl-C (`interrupted`)."""

    def __init__(self, *, interrupted: bool = False) -> None:
        super().__init__()
        self.interrupted = interrupted


class Console(Protocol):
    """Where somebody types and reads."""

    colour: bool
    live: bool
    """Text may be written while a line is being typed."""

    async def line(self, prompt: str) -> str:
        """The next line, without its end. Raises `Left`."""

    def write(self, text: str) -> None: ...
    def interrupt(self) -> None:
        """Ctrl-C came while no line was being typed: the next `line` raises `Left`."""

    def width(self) -> int:
        """Columns of text."""


class PlainConsole:
    """Reads a file descriptor line by line without any control sequences; shows what it read when it is a pipe.

    Bytes are read by a daemon thread through `os.read`: unlike a buffered reader it holds no lock that could keep the
    process from ending.
    """

    colour = False
    live = False

    def __init__(self, source: int, out: TextIO, *, echo: bool, columns: int = 80) -> None:
        self._source = source
        self._out = out
        self._echo = echo
        self._columns = columns
        self._lines: asyncio.Queue[str | Left] = asyncio.Queue()
        self._reader: threading.Thread | None = None
        self._ended = False

    async def line(self, prompt: str) -> str:
        self.write(prompt)
        self._start()
        line = Left() if self._ended and self._lines.empty() else await self._lines.get()
        if isinstance(line, Left):
            self._ended = not line.interrupted
            self.write("\n")
            raise line
        if self._echo:
            self.write(one_line(line) + "\n")
        return line

    def write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()

    def interrupt(self) -> None:
        self._lines.put_nowait(Left(interrupted=True))

    def width(self) -> int:
        return self._columns

    def _start(self) -> None:
        if self._reader is None:
            loop = asyncio.get_running_loop()
            self._reader = threading.Thread(target=self._read, args=(loop,), name="room-lines", daemon=True)
            self._reader.start()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        rest = ""
        while chunk := _chunk(self._source):
            *lines, rest = (rest + decode(chunk)).split("\n")
            for line in lines:
                _hand(loop, self._lines.put_nowait, line.removesuffix("\r"))
        rest += decode(b"", final=True)
        if rest:
            _hand(loop, self._lines.put_nowait, rest)
        _hand(loop, self._lines.put_nowait, Left())


class PromptConsole:
    """A terminal with line editing, history and completion (Tab)."""

    colour: bool
    live = True

    def __init__(self, *, colour: bool, words: Callable[[], Sequence[str]]) -> None:
        self.colour = colour
        self._interrupted = False
        completer = WordCompleter(lambda: list(words()), sentence=True)
        self._session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), completer=completer, complete_while_typing=False
        )

    async def line(self, prompt: str) -> str:
        if self._interrupted:
            self._interrupted = False
            raise Left(interrupted=True)
        try:
            with patch_stdout(raw=True):
                return await self._session.prompt_async(ANSI(prompt), handle_sigint=False)
        except EOFError:
            raise Left() from None
        except KeyboardInterrupt:
            raise Left(interrupted=True) from None

    def write(self, text: str) -> None:
        # Looked up at each call: while a line is being typed, stdout is the one that keeps the line intact.
        out = sys.stdout
        encoding = out.encoding or "utf-8"
        out.write(text.encode(encoding, "replace").decode(encoding))
        out.flush()

    def interrupt(self) -> None:
        if self._session.app.is_running:
            self._session.app.exit(exception=KeyboardInterrupt())
        else:
            self._interrupted = True

    def width(self) -> int:
        return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns - 1))


def open_console(
    stdin: TextIO, stdout: TextIO, environ: Mapping[str, str], *, colour: bool, words: Callable[[], Sequence[str]]
) -> Console:
    """Line editing where both ends are a terminal that can do it, else plain lines."""
    both = stdin.isatty() and stdout.isatty()
    if both and environ.get("TERM", "") not in {"", "dumb"}:
        return PromptConsole(colour=colour, words=words)
    asked = environ.get("COLUMNS", "")
    columns = int(asked) if asked.isdecimal() and 0 < int(asked) < 10_000 else 80
    return PlainConsole(stdin.fileno(), stdout, echo=not stdin.isatty(), columns=max(NARROWEST, min(WIDEST, columns)))


def _chunk(source: int) -> bytes:
    try:
        return os.read(source, 65536)
    except OSError:
        return b""


def _hand(loop: asyncio.AbstractEventLoop, put: Callable[[str | Left], None], line: str | Left) -> None:
    """Hand a line over to the loop, if it still turns."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(put, line)
