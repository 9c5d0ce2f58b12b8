"""A browser without a network: asks an application directly, from any address."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Browser:
    """Asks `app` as a client at the address `client` that calls it `host`."""

    def __init__(self, app: ASGIApp, *, client: str = "192.0.2.1", host: str = "sukima.example") -> None:
        self._transport = httpx.ASGITransport(app, client=(client, 5), raise_app_exceptions=False)
        self._base = f"http://{host}"

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self.ask(method, path, **more))

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url=self._base) as browser:
            return await browser.request(method, path, **more)
