"""Programs in processes of their own that have everything loaded already.

Loading Sukima takes longer than most of its commands; it is loaded once, and each program forks from there.
"""

import importlib
import io
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

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
    process = WARM.Process(target=_play, args=(module, words, folder, variables, (heard, said, logged)))
    process.start()
    process.join(patience)
    assert process.exitcode is not None, f"{words} did not end"
    told = subprocess.CompletedProcess(words, process.exitcode, said.read_text("utf-8"), logged.read_text("utf-8"))
    for file in (heard, said, logged):
        file.unlink()
    return told


def _play(
    module: str, words: tuple[str, ...], folder: Path, variables: dict[str, str], files: tuple[Path, Path, Path]
) -> None:
    """In the new process: its `main()`, over streams of its own."""
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    for stream, file in enumerate(files):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if stream else 0), 0o600), stream)
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), "utf-8")  # noqa: SIM115 - ends with the process
    sys.argv = [module, *words]
    importlib.import_module(module).main()
