"""The pictures of the READMEs, taken from the product by `make pictures`. Nothing compares them."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from browser.conftest import LAPTOP, PHONE, NewContext
from browser.house import House
from browser.pages import enter, one_time_link
from browser.story import BADGE, FLOWER, Story
from browser.window import STAFF

pytestmark = pytest.mark.skipif(
    os.environ.get("SUKIMA_PICTURES") != "1", reason="draws the pictures of the READMEs: make pictures"
)
FOLDER = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 192


DRAWN = """Promise.all([...document.images].filter((each) => {
  const at = each.getBoundingClientRect(); return each.checkVisibility() && at.bottom > 0 && at.top < innerHeight;
}).map((each) => each.decode().catch(() => {})))"""
"""Every picture in sight is there."""


async def keep(page: Page, name: str) -> None:
    """What the window shows, with fewer colours: small enough for a repository."""
    await page.mouse.move(0, 0)
    await page.evaluate(DRAWN)
    shot = Image.open(io.BytesIO(await page.screenshot(animations="disabled", caret="hide")))
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


async def test_the_room_on_a_laptop(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(viewport=LAPTOP, locale="ja"), "ja")
    await story.begin()
    holder = await story.at("yamamoto")
    await holder.clock_to("10:26")
    await story.earns(holder)
    await story.shares(holder)
    window = await story.at("aoki", STAFF)
    post = await story.post(window, "山本 悠斗")
    await window.picks(post, FLOWER)
    for user in ("mori", "hayashi", "sakamoto"):
        other = await story.at(user, STAFF)
        await other.toggles(await story.post(other, "山本 悠斗"), FLOWER)
        await other.page.close()
    await holder.go(STAFF)
    await holder.says("ありがとうございます。出口の荷物、今日の昼に片づけます")
    await window.says("私のクラスも見てみます")
    await window.sees("私のクラスも見てみます")
    await keep(window.page, "room")


async def test_the_room_on_a_phone(house: House, new_context: NewContext) -> None:
    context = await new_context(viewport=PHONE, color_scheme="dark", locale="ja", device_scale_factor=2, has_touch=True)
    story = Story(house, context, "ja")
    await story.begin()
    window = await story.at("yamamoto")
    await window.clock_to("10:26")
    await story.asks_for(window, "c4-u1")
    await window.says("火災のときの動き方に詳しい人は誰ですか")
    await window.sees(window.say("who.title"))
    await keep(window.page, "room-phone")


async def test_a_badge_and_ones_own_pages(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(viewport=LAPTOP, locale="ja"), "ja")
    await story.begin()
    mine = await enter(story.context, await one_time_link(await story.at("mori")), "ja")
    await keep(mine.page, "my-pages")
    await mine.page.get_by_role("link", name=BADGE["ja"]).first.click()
    await mine.turns("me.publish.title", "me.publish.on")
    await mine.told("me.told.published")
    await mine.page.locator(".me-address a").click()
    await expect(mine.page.get_by_role("heading", level=1)).to_contain_text(BADGE["ja"])
    await keep(mine.page, "badge-page")
