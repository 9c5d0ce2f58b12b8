"""Chromium for the benchmarks: the one that is installed, windows of it, and what happens in them by their own clocks.

`performance.timeOrigin + performance.now()` is one clock for all windows of a browser.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
PATIENCE_MS = 60_000
READY = "#room[data-ready]"

NOTES_READY = f"""
new MutationObserver((_, observer) => {{
  if (!document.querySelector("{READY}")) return;
  observer.disconnect();
  window.benchReady = performance.now();
}}).observe(document, {{ subtree: true, childList: true, attributeFilter: ["data-ready"] }});
"""
"""Runs before anything of the page's own."""
VIEW = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource").filter((each) => /\\.(css|js)\\b/.test(each.name));
  const size = [page, ...files].reduce((sum, each) => sum + each.encodedBodySize, 0);
  return { ready: window.benchReady, answered: page.responseEnd, size };
}"""
NOTES_COUNT = """([selector, count]) => {
  window.benchSeen = new Promise((resolve) => {
    const observer = new MutationObserver(look);
    function look() {
      const found = document.querySelector(selector);
      if (!found || found.textContent !== count || !found.getClientRects().length) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    }
    observer.observe(document, { subtree: true, childList: true, characterData: true });
    look();
  });
}"""
NOTES_CLICK = """() => {
  window.benchClicked = new Promise((resolve) => {
    addEventListener("click", () => resolve(performance.timeOrigin + performance.now()), { capture: true, once: true });
  });
}"""


@dataclass(frozen=True)
class View:
    """Milliseconds from the navigation until the document's last byte came, and until its scripts were at work; bytes
    of the document, its styles and scripts. Pictures come when they come."""

    answered: float
    ready: float
    size: int


def found() -> str | None:
    """The browser's program: what SUKIMA_CHROMIUM names, or the first that is installed."""
    named = os.environ.get("SUKIMA_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def started(program: str) -> AsyncIterator[Browser]:
    """A browser without windows. It asks no proxy, and has a home where it may write."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    # Chromium cannot sandbox itself for root, nor in most containers.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 or "CI" in os.environ else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*QUIET, *sandbox], env={"HOME": str(Path.home()), **kept}
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def fresh(browser: Browser, cookies: Any = ()) -> AsyncIterator[Page]:
    """A window of a browser that has these cookies and has loaded nothing yet."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="Asia/Tokyo")
    try:
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(NOTES_READY)
        await context.add_cookies(list(cookies))
        yield await context.new_page()
    finally:
        await context.close()


async def viewed(page: Page, address: str) -> View:
    """Navigate, until it is ready."""
    await opened(page, address)
    return View(**await page.evaluate(VIEW))


async def opened(page: Page, address: str) -> Page:
    await page.goto(address)
    await page.wait_for_selector(READY, state="attached")
    return page


async def round_trip(button: Locator, there: Page, chip: str) -> float:
    """Milliseconds from a click on `button` until the count of `chip`, in another window, stands there one higher."""
    before = await there.evaluate("(chip) => Number(document.querySelector(chip)?.textContent ?? 0)", chip)
    await there.evaluate(NOTES_COUNT, [chip, str(before + 1)])
    await button.page.evaluate(NOTES_CLICK)
    await button.click()
    clicked = await button.page.evaluate("window.benchClicked")
    seen = await there.evaluate("window.benchSeen")
    return float(seen - clicked)
