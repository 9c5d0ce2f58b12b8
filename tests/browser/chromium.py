"""Finding and starting the system's Chromium; nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--font-render-hinting=none",
)
START_MS = 60_000


def found() -> str | None:
    """The browser's program: what SUKIMA_CHROMIUM names, or the first that is installed."""
    named = os.environ.get("SUKIMA_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def required() -> bool:
    """Whether a missing browser is a failure (`.ci/run`) and no reason to skip."""
    return os.environ.get("SUKIMA_REQUIRE_BROWSER") == "1"


def program() -> str:
    """The browser's program; skips the test, or fails it, where there is none."""
    path = found()
    if path is None:
        (pytest.fail if required() else pytest.skip)("no Chromium here: install it, or set SUKIMA_CHROMIUM to one")
    return path


@asynccontextmanager
async def started(path: str) -> AsyncIterator[Browser]:
    """A browser without windows, until the end of the tests."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *_sandbox()], timeout=START_MS, env=_environment()
        )
        try:
            yield browser
        finally:
            await browser.close()


def _sandbox() -> tuple[str, ...]:
    """Chromium cannot sandbox itself for root, nor in most containers."""
    return ("--no-sandbox",) if os.geteuid() == 0 or "CI" in os.environ else ()


def _environment() -> dict[str, str]:
    """Ours, but nothing that would send the browser elsewhere, and a home where it may write."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {"HOME": str(Path.home()), **kept}
