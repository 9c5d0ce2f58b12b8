"""The floor of `slack_events.py`: Bolt as its documentation begins, listening to what is measured and doing nothing.

    python benchmarks/_slack_bolt.py

The environment says where Slack is. See `_asked.py` for how it is asked.
"""

import asyncio
import os
import re
import socket

import aiohttp
import uvicorn
from _asked import HOST, answer
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def bolt_app(session: aiohttp.ClientSession) -> AsyncApp:
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"], session=session)
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    async def nothing() -> None:
        pass

    async def acknowledged(ack: AsyncAck) -> None:
        await ack()

    app.event("reaction_added")(nothing)
    app.event("message")(nothing)
    app.action(re.compile(""))(acknowledged)
    return app


def site(app: AsyncApp) -> Starlette:
    requests = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await requests.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        app = bolt_app(session)
        handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
        await handler.connect_async()  # type: ignore[no-untyped-call]
        with socket.socket() as listener:
            listener.bind((HOST, 0))
            config = uvicorn.Config(site(app), lifespan="off", ws="none", log_config=None, access_log=False)
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await answer(f"http://{HOST}:{listener.getsockname()[1]}/slack/events", {})
            server.should_exit = True
            await serving
        await handler.close_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    asyncio.run(main())
