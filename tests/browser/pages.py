"""Pages of one's own and public pages, as their readers come to them."""

import re

from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.domain.language import Lang
from bot.wording import Wording
from browser.window import Window

PLAIN_LINK = re.compile(r"/in/[\w-]+$")
MY_PAGES: dict[Lang, str] = {"ja": "マイページ", "en": "my page"}


class Pages:
    """One tab that reads in one language."""

    def __init__(self, page: Page, lang: Lang) -> None:
        self.page = page
        self.lang: Lang = lang

    def say(self, key: str, /, **params: object) -> str:
        return Wording(self.lang).say(key, **params)  # type: ignore[arg-type]

    def button(self, key: str, **params: object) -> Locator:
        return self.page.get_by_role("button", name=self.say(key, **params), exact=True)

    def heading(self, key: str) -> Locator:
        return self.page.get_by_role("heading", name=self.say(key), exact=True)

    async def turns(self, title: str, label: str) -> None:
        """Press the button of one of the four switches."""
        name = self.say("label.about", label=self.say(label), name=self.say(title))
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def told(self, key: str) -> None:
        await expect(self.page.get_by_role("status").filter(has_text=self.say(key))).to_be_visible()


async def one_time_link(window: Window) -> str:
    """Ask Sukima for one's own pages; the address that the answer leads to."""
    links = window.log.get_by_role("link", name=window.label("my_pages"))
    before = await links.count()
    await window.says(MY_PAGES[window.lang])
    await expect(links).to_have_count(before + 1)
    link = links.last
    address = await link.get_attribute("href")
    assert address is not None
    assert PLAIN_LINK.search(address)
    return address


async def enter(context: BrowserContext, link: str, lang: Lang) -> Pages:
    """Open a one-time link and press its button."""
    pages = Pages(await context.new_page(), lang)
    await pages.page.goto(link)
    await pages.button("me.door.enter.wallet").click()
    await expect(pages.page).to_have_url(re.compile(r"/me$"))
    return pages
