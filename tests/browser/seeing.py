"""Whether everybody can use a page: axe looks for what WCAG 2.2 AA forbids."""

import re

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bot.wording.catalogues import catalogue

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_OPTIONS = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
_VIOLATIONS = "async (options) => (await axe.run(options)).violations"
"""What axe found to be in order is a hundred times as much, and takes long to bring over."""


async def barriers(page: Page, where: str) -> list[str]:
    """What axe found on the page as it is now, one line each, beginning with `where`; also what scrolls sideways,
    and keys of sentences that stand where the sentence should."""
    await page.evaluate(Axe().axe_script)
    lines = [
        f"{where}: {each['id']} ({each['help']}): {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in await page.evaluate(_VIOLATIONS, _OPTIONS)
        for node in each["nodes"]
    ]
    lines += [f"{where}: the key {key} instead of words" for key in await _keys(page)]
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*lines, f"{where}: {wide} px stand out at the side"] if wide > 0 else lines


async def _keys(page: Page) -> set[str]:
    known = catalogue("en").single | catalogue("en").plural
    said = await page.evaluate("document.body.innerText + document.title")
    return set(re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)+", said)) & known
