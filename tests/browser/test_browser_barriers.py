"""No barriers: every state of the room, in light and dark, on a laptop and on a phone.

The pages are walked in test_every_page.py.
"""

from typing import Literal

import pytest
from playwright.async_api import expect

from browser.conftest import LAPTOP, PHONE, NewContext
from browser.house import House
from browser.seeing import barriers
from browser.story import Story
from browser.watch import Watch
from browser.window import STAFF, Window

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_no_barriers_in_the_room(
    house: House, new_context: NewContext, watch: Watch, size: dict[str, int]
) -> None:
    story = Story(house, await new_context(viewport=size, has_touch=size == PHONE), "ja")
    window = await story.begin()
    found: list[str] = []

    async def look(where: str) -> None:
        for scheme in SCHEMES:
            await window.page.emulate_media(color_scheme=scheme)
            found.extend(await barriers(window.page, f"{where}, {scheme}"))

    window = await story.at("yamamoto")
    await window.commands("ヘルプ")
    await window.sees(window.say("help.title"))
    await story.asks_for(window, "c4-u1")
    await look("an offer")
    await story.reads(window, "c4-u1")
    await expect(window.form).to_be_visible()
    await window.sends(window.label("send"), answered=False)
    await look("a form that lacks something")
    await story.writes(window, "c4-u1", "後ろの出口の前の段ボールを、準備室へ移す。")
    await story.opens_note(window, "c4-u1")
    await look("a form for a note")
    await window.skips(window.label("skip"))
    await look("a conversation")
    await window.page.get_by_role("main").get_by_role("combobox").fill("/")
    await expect(window.page.get_by_role("option").first).to_be_visible()
    await look("hints while writing")
    await window.page.keyboard.press("Escape")
    await window.page.get_by_role("main").get_by_role("combobox").fill("")

    await window.sit("yamamoto", "ja", STAFF)
    await look("a channel")
    post = (await story.post_of_anybody(window)).last
    await window.opens_picker(post)
    await look("the picker")
    await window.page.keyboard.press("Escape")
    await post.get_by_role("link", name="拡大").click()
    await look("an enlarged picture")
    await window.page.keyboard.press("Escape")
    await window.replies_to(post)
    await look("a thread")
    await window.thread.get_by_role("link", name=window.say("room.page.close_thread")).click()
    await window.page.get_by_role("button", name=window.say("room.page.clock")).click()
    await look("the clock")
    await window.page.keyboard.press("Escape")
    await opens_menu(window)
    await look("the list of places")
    await window.page.get_by_role("button", name=window.say("room.page.change_chair")).click()
    await look("the list of chairs")
    watch.forgive("status of 40[34]")
    await window.page.goto(f"{house.base}/room/as/yamamoto/nowhere")
    await look("a place that is not there")
    await window.page.context.clear_cookies()
    await window.page.goto(f"{house.base}/room/")
    await look("the closed door")
    assert not found, "\n".join(found)


async def opens_menu(window: Window) -> None:
    """On a phone the places are behind a button."""
    menu = window.page.get_by_role("button", name=window.say("room.page.menu"))
    if await menu.is_visible():
        await menu.click()
        await expect(window.places).to_be_in_viewport()
