"""The floor of `room.py`: a bare Starlette server of uvicorn's, in a process of its own. It prints its address.

`/page/{size}` is a page of so many bytes that is ready as soon as it is read; `/echo` is a page with one chip: a click
is posted, and every open page is told the new count by server-sent events, nothing else.

    python benchmarks/_bare.py
"""

import asyncio
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

HEAD = (
    '<!doctype html><html lang="ja"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>bare</title>'
    '</head><body><main id="room"><p>bare</p></main><!--'
)
TAIL = '--><script>document.getElementById("room").dataset.ready = "1";</script></body></html>'
ECHO = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>echo</title>
</head><body><main id="room"><button class="reaction"><span class="count">0</span></button></main><script>
const count = document.querySelector(".count");
document.querySelector(".reaction").addEventListener("click", () => fetch("/react", { method: "POST" }));
const live = new EventSource("/live");
live.addEventListener("open", () => { document.getElementById("room").dataset.ready = "1"; });
live.addEventListener("message", (event) => { count.textContent = event.data; });
</script></body></html>"""


class Echo:
    """One count, and the pages that are told about it."""

    def __init__(self) -> None:
        self._count = 0
        self._heard: set[asyncio.Queue[int]] = set()

    async def react(self, request: Request) -> Response:
        self._count += 1
        for queue in self._heard:
            queue.put_nowait(self._count)
        return Response(status_code=204)

    async def live(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._heard.add(queue)
        try:
            yield f"event: hello\ndata: {self._count}\n\n"
            while True:
                yield f"data: {await queue.get()}\n\n"
        finally:
            self._heard.discard(queue)


async def page(request: Request) -> Response:
    filling = request.path_params["size"] - len(HEAD) - len(TAIL)
    return HTMLResponse(HEAD + "x" * filling + TAIL)


async def echo_page(request: Request) -> Response:
    return HTMLResponse(ECHO)


def bare_app() -> Starlette:
    echo = Echo()
    return Starlette(
        routes=[
            Route("/page/{size:int}", page, methods=["GET"]),
            Route("/echo", echo_page, methods=["GET"]),
            Route("/live", echo.live, methods=["GET"]),
            Route("/react", echo.react, methods=["POST"]),
        ]
    )


def main() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        config = uvicorn.Config(
            bare_app(), lifespan="off", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
