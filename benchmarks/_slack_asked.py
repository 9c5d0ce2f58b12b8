"""How `slack_events.py` asks the two apps that it measures, each a process of its own.

An app prints the address that Slack posts to, and then one line for each line that it is sent: for `cpu` the seconds of
the processors that it has taken so far, for an act of its own the act, once done. It ends with its input.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

HOST = "127.0.0.1"


async def answer(address: str, acts: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
    """Answer until nothing is asked any more."""
    print(address, flush=True)
    while asked := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if asked == "cpu":
            print(time.process_time(), flush=True)
        else:
            await acts[asked]()
            print(asked, flush=True)
