"""Watching a browser for what must never happen on our pages; each thing seen fails the test that opened them."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

LOCAL = frozenset({"127.0.0.1", "localhost"})
INSIDE = frozenset({"data", "blob", "about"})
"""Schemes of addresses that leave no machine."""
ON_VIOLATION = """document.addEventListener("securitypolicyviolation",
  (event) => console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));"""


class Watch:
    """What went wrong in one browser: errors on the console, scripts that failed, requests that leave this machine."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._forgiven: list[re.Pattern[str]] = []

    async def over(self, context: BrowserContext) -> None:
        """Watch every page of a context from its beginning."""
        await context.add_init_script(ON_VIOLATION)
        context.on("console", self._console)
        context.on("weberror", self._failed)
        context.on("request", self._request)

    def forgive(self, pattern: str) -> None:
        """What the test provokes on purpose from here on: errors on the console that match are none."""
        self._forgiven.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """What happened, without what was provoked."""
        return [each for each in self.seen if not any(pattern.search(each) for pattern in self._forgiven)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.seen.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, error: WebError) -> None:
        self.seen.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in INSIDE and to.hostname not in LOCAL:
            self.seen.append(f"request to another host: {request.url}")
