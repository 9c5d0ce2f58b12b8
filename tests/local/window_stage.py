"""Real windows of the browser face: the system's Chromium, driven by Playwright; skipped where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from face_stage import Served

sync_api = pytest.importorskip("playwright.sync_api")

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
PATIENCE_MS = 30_000
"""How long a machine with much else to do may take for one step."""


def program() -> str:
    """The browser's program, as `SUKIMA_CHROMIUM` names it or as it is installed."""
    named = os.environ.get("SUKIMA_CHROMIUM")
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("SUKIMA_REQUIRE_BROWSER") == "1" else pytest.skip)("no Chromium here")
    return path


@contextmanager
def chromium() -> Iterator[object]:
    """The browser, until the end of the block."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 or "CI" in os.environ else ()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*QUIET, *sandbox], timeout=60_000)
        try:
            yield browser
        finally:
            browser.close()


class Windows:
    """The windows of one browser profile, which came by the printed address. What their scripts complain of is kept."""

    def __init__(self, browser, room: Served, **looks: object) -> None:  # type: ignore[no-untyped-def]
        self.context = browser.new_context(**looks)
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.base = room.base
        page = self.context.new_page()
        page.goto(room.address)
        page.close()

    def open(self, where: str):  # type: ignore[no-untyped-def]
        """A window at `user/channel`, listening."""
        page = self.context.new_page()
        page.goto(f"{self.base}/room/as/{where}")
        self.listening(page)
        return page

    @staticmethod
    def listening(page) -> None:  # type: ignore[no-untyped-def]
        """Wait until the window's scripts are at work and hear the room."""
        page.wait_for_selector("#room[data-ready][data-live=hello]")

    def close(self) -> None:
        self.context.close()
