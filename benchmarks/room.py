"""How fast the staff room is in a real Chromium, and what 50 windows of it hold in memory.

    python benchmarks/room.py [--rounds N] [--memory-rounds N] [--windows N] [--quick]

Ours: `sukima demo` in a process of its own, over a school with its people and their history.

- First view: from the navigation to the staff channel until its scripts are at work (`#room[data-ready]`), by the
  window's own clock; in a browser that has loaded nothing yet, and once more in one that has its files. The floor: a
  bare Starlette page of as many bytes as the document with its styles and scripts has, in the same browser.
- A reaction: from the click on an endorsing emoji in one window until the chip with its count stands in another one.
  Each is somebody's first on that post, so each becomes an endorsement. The floor: a bare Starlette page whose click is
  posted and told to the other window by server-sent events.
- Memory: VmRSS of the server (Linux only) when 50 windows have loaded their page and listen, and how much more that is
  than before the first of them. Windows share a connection within a browser, so these are 50 browsers; they are played
  by httpx. The floor: the bare server with 50 pages loaded and 50 streams open. Both are started anew for each round.

Without a Chromium only memory is measured, and a line says so.
"""

import argparse
import asyncio
import os
import re
import signal
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from _browser import View, found, fresh, opened, round_trip, started, viewed
from _measuring import say, skip
from playwright.async_api import Browser, Locator, Page

from bot.app import World, open_staff_room
from bot.app.catalogues import DEMO
from bot.handlers.local.demo_people import read_people
from bot.handlers.local.emoji import ENDORSING
from bot.handlers.local.fragments import place_url
from bot.handlers.local.rehearsal import STAFF_CHANNEL
from bot.settings import Settings
from bot.wording import Wording

ROOT = Path(__file__).resolve().parents[1]
WARM = 3
"""Views before memory is looked at for the first time: what the first ones load is no window's."""
ADDRESS = re.compile(r"http://\S+?(?=[\s（(]|$)")
EMOJI = ENDORSING[0]
BARE = "a bare Starlette page of the same {size:.0f} kB"
ECHO = "a bare Starlette page: POST, and an event to the other window"
STREAMS = "a bare Starlette server with {windows} streams"


# ---------------------------------------------------------------- servers


@dataclass(frozen=True)
class Server:
    """A server at work in a process of its own. `address` is what it printed."""

    process: asyncio.subprocess.Process
    address: str

    @property
    def base(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def rss(self) -> float:
        """MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


@asynccontextmanager
async def serving(*command: str) -> AsyncIterator[Server]:
    """Python with this command, from the line with its address on until it is told to end."""
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE, env=environment, cwd=ROOT
    )
    assert process.stdout is not None
    heard = None
    try:
        address = await _address(process.stdout)
        heard = asyncio.create_task(process.stdout.read())
        yield Server(process, address)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await (heard or process.stdout.read())
        await process.wait()


async def _address(lines: asyncio.StreamReader) -> str:
    async for line in lines:
        found = ADDRESS.search(line.decode())
        if found:
            return found.group()
    raise SystemExit("a server ended before it said where it is")


def house(data: Path) -> AbstractAsyncContextManager[Server]:
    return serving("-m", "bot", "demo", "--lang", "ja", "--port", "0", "--data", str(data))


def bare() -> AbstractAsyncContextManager[Server]:
    return serving(str(ROOT / "benchmarks" / "_bare.py"))


# ---------------------------------------------------------------- people


def everybody() -> list[str]:
    return [each.key for each in read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml").people]


def newcomers() -> list[str]:
    """Who has shown nothing and endorsed nobody: whatever post they react to, it is their first on it."""
    people = read_people((DEMO / "people.yaml").read_text("utf-8"), "people.yaml").people
    known = {key for each in people for badge in each.badges for key in badge.endorsed_by}
    return [each.key for each in people if not each.badges and each.key not in known and each.welcomed]


def endorsements(data: Path) -> int:
    conn = sqlite3.connect(data / "sukima.db")
    try:
        (found,) = conn.execute("SELECT count(*) FROM endorsement WHERE withdrawn_at IS NULL").fetchone()
        return int(found)
    finally:
        conn.close()


# ---------------------------------------------------------------- in the browser


async def in_browser(program: str, data: Path, rounds: int) -> None:
    async with started(program) as browser, house(data) as ours, bare() as floor:
        cookies = await let_in(browser, ours)
        await views(browser, ours, floor, cookies, rounds)
        before = endorsements(data)
        await reactions(browser, ours, floor, cookies, rounds)
        if endorsements(data) != before + rounds + 1:
            raise SystemExit(f"{endorsements(data) - before} endorsements of {rounds + 1} reactions")


async def let_in(browser: Browser, ours: Server) -> Any:
    """The cookies of a browser that came by the printed address."""
    async with fresh(browser) as page:
        await opened(page, ours.address)
        return await page.context.cookies()


async def views(browser: Browser, ours: Server, floor: Server, cookies: Any, rounds: int) -> None:
    room = ours.base + place_url(everybody()[0], STAFF_CHANNEL)
    first, _ = await view(browser, room, cookies)
    size = first.size
    page = f"{floor.base}/page/{size}"
    await view(browser, page, ())
    turns = [(await view(browser, room, cookies), await view(browser, page, ())) for _ in range(rounds)]
    figures: tuple[tuple[str, str, Callable[[tuple[View, View]], float]], ...] = (
        ("first_view", "the first view of the staff channel, until it is ready", lambda views: views[0].ready),
        ("first_view.answer", "until the last byte of its document has come", lambda views: views[0].answered),
        ("view_again", "a view in a browser that has the room's files", lambda views: views[1].ready),
    )
    for name, what, of in figures:
        value, below = ([of(turn[side]) for turn in turns] for side in (0, 1))
        say(f"room.{name}", what, "ms", value, below, BARE.format(size=size / 1000), n=rounds)


async def view(browser: Browser, address: str, cookies: Any) -> tuple[View, View]:
    """The first one and the next in a browser that was never here."""
    async with fresh(browser, cookies) as page:
        return await viewed(page, address), await viewed(page, address)


async def reactions(browser: Browser, ours: Server, floor: Server, cookies: Any, rounds: int) -> None:
    """After one round that warms both up, and shows that both windows listen."""
    watcher, *_ = everybody()
    async with fresh(browser, cookies) as there, fresh(browser) as echo_there:
        await opened(there, ours.base + place_url(watcher, STAFF_CHANNEL))
        await opened(echo_there, f"{floor.base}/echo")
        echo_here = await opened(await echo_there.context.new_page(), f"{floor.base}/echo")
        value, below = [], []
        here = await there.context.new_page()
        async for message in posts(here, ours.base):
            chip = f"#{message} .reaction[data-emoji='{EMOJI}'] .count"
            value.append(await round_trip(await picked(here, message), there, chip))
            below.append(await round_trip(echo_here.locator(".reaction"), echo_there, ".count"))
            if len(value) == rounds + 1:
                break
        else:
            raise SystemExit(f"there are only {len(value)} posts to react to")
    say(
        "room.reaction",
        "a reaction, from the click to the chip in another window",
        "ms",
        value[1:],
        below[1:],
        ECHO,
        n=rounds,
    )


async def posts(here: Page, base: str) -> AsyncIterator[str]:
    """Ids of the posts that can be endorsed, each while somebody new to all of them sits at the window."""
    label = Wording("ja").say("label.endorse")
    for person in newcomers():
        await opened(here, base + place_url(person, STAFF_CHANNEL))
        offered = here.locator("#log .message", has=here.get_by_role("button", name=label, exact=True))
        for message in await offered.evaluate_all("(found) => found.map((message) => message.id)"):
            yield message


async def picked(here: Page, message: str) -> Locator:
    """The endorsing emoji in the picker, which stands open at a message."""
    await here.locator(f"#{message}").hover()
    await here.locator(f"#{message} .message-tools [data-act=pick]").click()
    return here.locator(f"#picker [data-emoji='{EMOJI}']")


# ---------------------------------------------------------------- memory


@dataclass(frozen=True)
class Held:
    """MiB with all windows, and how much of it came with them."""

    whole: float
    added: float


async def memory(data: Path, rounds: int, windows: int) -> None:
    turns = [(await held_by_room(data, windows), await held_by_floor(windows)) for _ in range(rounds)]
    figures: tuple[tuple[str, str, Callable[[Held], float]], ...] = (
        ("memory", f"resident memory with {windows} windows", lambda held: held.whole),
        ("memory.windows", f"what {windows} windows add to it", lambda held: held.added),
    )
    for name, what, of in figures:
        value, below = ([of(turn[side]) for turn in turns] for side in (0, 1))
        say(f"room.{name}", what, "MiB", value, below, STREAMS.format(windows=windows), n=rounds * windows)


async def held_by_room(data: Path, windows: int) -> Held:
    people = everybody()
    seats = (people[number % len(people)] for number in range(WARM + windows))
    async with house(data) as ours:
        return await held(ours, windows, ((place_url(key, STAFF_CHANNEL), f"/room/live?as={key}") for key in seats))


async def held_by_floor(windows: int) -> Held:
    async with bare() as floor:
        return await held(floor, windows, (("/page/50000", "/live") for _ in range(WARM + windows)))


async def held(server: Server, windows: int, addresses: Iterator[tuple[str, str]]) -> Held:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=server.base, limits=limits, timeout=60, trust_env=False, follow_redirects=True
    ) as client:
        if "key=" in server.address:
            (await client.get(server.address)).raise_for_status()
        for _ in range(WARM):
            async with AsyncExitStack() as stack:
                await listen(client, stack, *next(addresses))
        before = server.rss()
        async with AsyncExitStack() as stack:
            for _ in range(windows):
                await listen(client, stack, *next(addresses))
            whole = server.rss()
    return Held(whole, whole - before)


async def listen(client: httpx.AsyncClient, stack: AsyncExitStack, page: str, live: str) -> None:
    """As a window: load the page, open the stream, hear its first event; it stays open with `stack`."""
    (await client.get(page)).raise_for_status()
    stream = await stack.enter_async_context(client.stream("GET", live))
    stream.raise_for_status()
    async for line in stream.aiter_lines():
        if line.startswith("event: hello"):
            return
    raise SystemExit("a stream ended before its first event")


# ---------------------------------------------------------------- both


def nobody(key: str) -> None:
    """Hears what is told while the house opens."""


async def measure(data: Path, rounds: int, memory_rounds: int, windows: int) -> None:
    async with open_staff_room(Settings.from_env({"SUKIMA_DATA_DIR": str(data)}, env_file=None), World(), nobody):
        pass  # the school and its history are written now, once
    if sys.platform == "linux":
        await memory(data, memory_rounds, windows)
    else:
        skip("room.memory", "not measured: memory is looked up in /proc, which only Linux has")
    program = found()
    if program is None:
        skip("room.browser", "not measured: no Chromium here; install it, or set SUKIMA_CHROMIUM to one")
    else:
        await in_browser(program, data, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--memory-rounds", type=int, default=3)
    parser.add_argument("--windows", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.memory_rounds, options.windows = 1, 1, 3
    with tempfile.TemporaryDirectory(prefix="sukima-") as folder:
        asyncio.run(measure(Path(folder) / "data", options.rounds, options.memory_rounds, options.windows))


if __name__ == "__main__":
    main()
