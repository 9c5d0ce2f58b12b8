"""The room itself."""

from playwright.async_api import expect

from browser.conftest import NewContext
from browser.house import House
from browser.window import Window, come_in


async def test_first_look(house: House, new_context: NewContext) -> None:
    context = await new_context()
    page = await come_in(context, house.address)
    window = Window(page, house.base)
    await window.ready()
    await page.screenshot(path="/tmp/b1.png")
    await window.sit("yamamoto", "ja")
    await window.commands("学ぶ 3")
    await window.sees("開く")
    await expect(window.button("開く")).to_be_visible()
    await page.screenshot(path="/tmp/b2.png")
