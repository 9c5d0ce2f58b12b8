"""How a benchmark asks the two apps that it measures, each a process of its own.

An app prints one line when it is there (on Slack, the address that it is posted to), and then one line for each line
that it is sent: for `cpu` the seconds of the processors that it has taken so far, for an act of its own the act, once
done. It ends with its input.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

HOST = "127.0.0.1"


async def answer(ready: str, acts: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
    """Answer until nothing is asked any more."""
    print(ready, flush=True)
    while asked := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if asked == "cpu":
            print(time.process_time(), flush=True)
        else:
            await acts[asked]()
            print(asked, flush=True)


class App:
    """An app, as who measures sees it. `ready` is what it printed when it was there."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.ready = ""

    async def ask(self, word: str) -> str:
        """Say a word to the process; its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        return await self.told()

    async def told(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise SystemExit("a side ended")
        return line.decode().strip()


@asynccontextmanager
async def app(name: str, environment: Mapping[str, str], folder: Path) -> AsyncIterator[App]:
    """The script `_NAME.py` at work; what it says besides is in `NAME.log` in the folder."""
    script = Path(__file__).with_name(f"_{name}.py")
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(script),
            env={**os.environ, **environment, "SUKIMA_DATA_DIR": str(folder)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            begun = App(process)
            begun.ready = await begun.told()
            yield begun
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
