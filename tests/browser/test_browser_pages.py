"""From a link in chat to one's own pages, from there to a public page, and verifying by whoever reads it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.language import Lang
from browser.conftest import NewContext
from browser.house import House
from browser.pages import Pages, enter, one_time_link
from browser.story import BADGE, Story
from browser.watch import Watch

NOW = datetime(2026, 6, 11, tzinfo=UTC)
both = pytest.mark.parametrize("lang", ["ja", "en"])


async def my_pages(house: House, new_context: NewContext, user: str, lang: Lang, **options: object) -> Pages:
    """One's own pages, by the link that chat gives."""
    story = Story(house, await new_context(locale=lang, **options), lang)
    await story.begin()
    return await enter(story.context, await one_time_link(await story.at(user)), lang)


async def published(mine: Pages) -> str:
    """Publish a badge by its switch; the address of its page."""
    await mine.page.get_by_role("link", name=BADGE[mine.lang]).first.click()
    await mine.turns("me.publish.title", "me.publish.on")
    await mine.told("me.told.published")
    address = await mine.page.locator(".me-address a").get_attribute("href")
    assert address is not None
    return address


@both
async def test_a_badge_is_published_read_verified_and_unpublished(
    house: House, new_context: NewContext, watch: Watch, lang: Lang
) -> None:
    mine = await my_pages(house, new_context, "mori", lang)
    await mine.page.get_by_role("link", name=BADGE[lang]).first.click()
    await mine.page.get_by_role("link", name=mine.say("me.publish.preview")).click()
    await expect(mine.page.get_by_role("heading", level=1).first).to_be_visible()
    await mine.page.go_back()
    await mine.page.go_back()
    address = await published(mine)

    stranger = await new_context(locale=lang)
    public = Pages(await stranger.new_page(), lang)
    await public.page.goto(address)
    await expect(public.page.get_by_role("heading", level=1)).to_contain_text(BADGE[lang])
    await expect(public.page.get_by_text("森 さやか")).to_have_count(0)
    assert not await stranger.cookies()

    await public.page.get_by_role("link", name=public.say("web.badge.verify")).click()
    await expect(public.heading("web.verify.checks")).to_be_visible()
    assert not await stranger.cookies()

    watch.forgive("status of 404")
    await mine.turns("me.publish.title", "me.publish.off")
    await mine.told("me.told.unpublished")
    for path in ("", ".png", ".json"):
        answer = await public.page.request.get(address + path)
        assert answer.status == 404
    gone = await public.page.goto(address)
    assert gone is not None
    assert gone.status == 404


async def saved_picture(page: Page, pages: Pages, folder: Path) -> Path:
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=pages.say("web.badge.picture")).click()
    file = folder / "badge.png"
    await (await downloading.value).save_as(file)
    return file


async def test_a_badge_is_verified_by_upload_by_dropping_and_by_pasting(
    house: House, new_context: NewContext, tmp_path: Path
) -> None:
    mine = await my_pages(house, new_context, "mori", "ja")
    address = await published(mine)
    context = await new_context(locale="ja")
    reader = Pages(await context.new_page(), "ja")
    await reader.page.goto(address)
    file = await saved_picture(reader.page, reader, tmp_path)
    assert verify(file.read_bytes(), now=NOW).validity is Validity.VALID
    document = await (await reader.page.request.get(address + ".json")).text()

    async def answered() -> None:
        await expect(reader.heading("web.verify.checks")).to_be_visible()
        await expect(reader.page.locator(".check-fail")).to_have_count(0)
        await reader.page.goto(f"{house.base}/verify")

    await reader.page.goto(f"{house.base}/verify")
    await reader.page.get_by_label(reader.say("web.verify.file")).set_input_files(file)
    await reader.button("web.verify.go").click()
    await answered()

    await drop(reader.page, file.read_bytes())
    await answered()

    for text in (document, address):
        await reader.page.get_by_label(reader.say("web.verify.text")).fill(text)
        await reader.button("web.verify.go").click()
        await answered()

    changed = document.replace("れい教育大学", "うそ教育大学", 1)
    assert changed != document
    await reader.page.get_by_label(reader.say("web.verify.text")).fill(changed)
    await reader.button("web.verify.go").click()
    await expect(reader.page.locator(".check-fail").first).to_be_visible()
    assert not await context.cookies()


async def drop(page: Page, content: bytes) -> None:
    """Let a file fall on the page, as a hand would."""
    transfer = await page.evaluate_handle(
        """(bytes) => { const held = new DataTransfer();
            held.items.add(new File([new Uint8Array(bytes)], "badge.png", {type: "image/png"})); return held; }""",
        list(content),
    )
    target = page.locator("[data-drop]")
    await target.dispatch_event("dragenter", {"dataTransfer": transfer})
    async with page.expect_navigation():
        await target.dispatch_event("drop", {"dataTransfer": transfer})


@both
async def test_a_link_opens_once_in_one_browser(
    house: House, new_context: NewContext, watch: Watch, lang: Lang
) -> None:
    story = Story(house, await new_context(locale=lang), lang)
    await story.begin()
    link = await one_time_link(await story.at("mori"))
    watch.forgive(r"status of 4\d\d")

    other = Pages(await (await new_context(locale=lang)).new_page(), lang)
    await other.page.goto(link)
    await other.page.reload()
    mine = await enter(story.context, link, lang)
    await expect(mine.page.get_by_role("contentinfo")).to_contain_text("森 さやか")
    await other.button("me.door.enter.wallet").click()
    await expect(other.heading("me.closed.door_used.title")).to_be_visible()
    await other.page.goto(link)
    await expect(other.heading("me.closed.door_used.title")).to_be_visible()
    await other.page.goto(f"{house.base}/me")
    await expect(other.heading("me.closed.ended.title")).to_be_visible()


async def test_a_session_ended_elsewhere_says_so(house: House, new_context: NewContext, watch: Watch) -> None:
    story = Story(house, await new_context(locale="ja"), "ja")
    await story.begin()
    window = await story.at("mori")
    here = await enter(story.context, await one_time_link(window), "ja")
    far = await enter(await new_context(locale="ja"), await one_time_link(window), "ja")
    await here.page.goto(f"{house.base}/me/sessions")
    await here.button("me.sessions.end_others").click()
    await here.told("me.told.others_ended")
    watch.forgive(r"status of 4\d\d")
    await far.page.get_by_role("link", name=BADGE["ja"]).first.click()
    await expect(far.heading("me.closed.ended.title")).to_be_visible()
    await here.page.get_by_role("contentinfo").get_by_role("button", name=here.say("me.leave")).click()
    await expect(here.heading("me.goodbye.left.title")).to_be_visible()
    assert not [each for each in await story.context.cookies() if "me" in each["name"].split("_")]


async def test_a_page_in_the_readers_other_language(house: House, new_context: NewContext) -> None:
    page = await (await new_context(locale="ja")).new_page()
    await page.goto(f"{house.base}/verify")
    await expect(page.locator("html")).to_have_attribute("lang", "ja")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page).to_have_title(re.compile("Sukima"))
    assert not await page.context.cookies()
