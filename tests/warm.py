"""Programs in processes of their own that have everything loaded already.

Loading Sukima takes longer than most of its commands; it is loaded once, and each program forks from there.
"""

import importlib
import io
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO, Any, Self

WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["bot.__main__", "bot.handlers.local.terminal", "pytest"])
PATIENCE = 60.0
"""Seconds that anything may take on a machine with much else to do."""


def done(
    module: str,
    words: tuple[str, ...],
    folder: Path,
    variables: dict[str, str],
    typed: bytes = b"",
    *,
    patience: float = PATIENCE,
) -> "subprocess.CompletedProcess[str]":
    """What `python -m MODULE WORDS` does in `folder`, with these variables only, when this is typed."""
    heard, said, logged = (folder / name for name in (".heard", ".said", ".logged"))
    heard.write_bytes(typed)
    process = WARM.Process(target=_play_on_files, args=(module, words, folder, variables, (heard, said, logged)))
    process.start()
    process.join(patience)
    assert process.exitcode is not None, f"{words} did not end"
    told = subprocess.CompletedProcess(words, process.exitcode, said.read_text("utf-8"), logged.read_text("utf-8"))
    for file in (heard, said, logged):
        file.unlink()
    return told


@dataclass(frozen=True)
class AtWork:
    """A program that goes on: as much of a `subprocess.Popen` as its tests ask for."""

    process: ForkServerProcess
    stdin: IO[bytes]
    stdout: IO[str]
    stderr: IO[str]

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, patience: float = PATIENCE) -> int:
        self.process.join(patience)
        code = self.process.exitcode
        assert code is not None, "it did not end"
        return code

    def kill(self) -> None:
        self.process.kill()

    def send_signal(self, which: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, which)

    def end(self) -> None:
        """If it is still there; what it said can still be read."""
        self.process.kill()
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()


def at_work(module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str]) -> AtWork:
    """`python -m MODULE WORDS` in `folder`, with these variables only, over pipes."""
    hears, typed = WARM.Pipe(duplex=False)
    said, says = WARM.Pipe(duplex=False)
    logged, logs = WARM.Pipe(duplex=False)
    theirs = (hears, says, logs)
    process = WARM.Process(target=_play_on_pipes, args=(module, words, folder, variables, theirs), daemon=True)
    process.start()
    for end in theirs:
        end.close()
    return AtWork(process, _handed_over(typed, "wb"), _handed_over(said, "r"), _handed_over(logged, "r"))


def unread(module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str]) -> tuple[int | None, str]:
    """As `at_work`, where from the beginning nobody reads what it says: its exit code, and what it logged."""
    hears, typed = WARM.Pipe(duplex=False)
    said, says = WARM.Pipe(duplex=False)
    logged, logs = WARM.Pipe(duplex=False)
    said.close()
    process = WARM.Process(target=_play_on_pipes, args=(module, words, folder, variables, (hears, says, logs)))
    process.start()
    for end in (hears, typed, says, logs):
        end.close()
    with _handed_over(logged, "r") as log:
        told = log.read()
    process.join(PATIENCE)
    return process.exitcode, str(told)


def _handed_over(end: Connection, mode: str) -> IO[Any]:
    """The pipe as a file, which alone closes it."""
    with end:
        return open(os.dup(end.fileno()), mode, encoding=None if "b" in mode else "utf-8")


def _play_on_files(
    module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str], files: tuple[Path, Path, Path]
) -> None:
    streams = [
        os.open(file, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if number else 0), 0o600)
        for number, file in enumerate(files)
    ]
    _play(module, words, folder, variables, streams)


def _play_on_pipes(
    module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str], pipes: tuple[Connection, ...]
) -> None:
    _play(module, words, folder, variables, [pipe.fileno() for pipe in pipes])


def _play(module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str], streams: Sequence[int]) -> None:
    """In the new process: its `main()`, over streams of its own."""
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), "utf-8")  # noqa: SIM115 - ends with the process
    sys.argv = [module, *words]
    importlib.import_module(module).main()
