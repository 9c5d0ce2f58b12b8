"""A badge's file in the room: chosen, dropped and pasted, refused without losing anything, told to its sender alone."""

from pathlib import Path

from badges.badge_samples import as_bytes, plain_badge
from playwright.async_api import Locator, expect

from bot.domain.foreign import MAX_BYTES, MAX_MEBIBYTES
from browser.conftest import PHONE, NewContext
from browser.house import House
from browser.seeing import barriers
from browser.story import Story
from browser.watch import Watch
from browser.window import STAFF, Window

BADGE = as_bytes(plain_badge())
MAKE_FILE = (
    """([name, text]) => { const held = new DataTransfer(); held.items.add(new File([text], name)); return held; }"""
)


def writing(window: Window) -> Locator:
    return window.page.get_by_role("main").get_by_role("combobox")


def attached(window: Window) -> Locator:
    return (
        window.page.get_by_role("main").get_by_role("list", name=window.say("room.page.files")).get_by_role("listitem")
    )


async def chooses(window: Window, *files: Path) -> None:
    await window.page.get_by_role("main").locator("input[type=file]").set_input_files(list(files))


async def gives(window: Window, event: str, name: str) -> None:
    """Let a file fall on the words, or paste it there."""
    held = await window.page.evaluate_handle(MAKE_FILE, [name, BADGE.decode()])
    if event == "drop":
        await writing(window).dispatch_event("dragover", {"dataTransfer": held})
        await writing(window).dispatch_event("drop", {"dataTransfer": held})
    else:
        await window.page.evaluate(
            """([field, held]) => field.dispatchEvent(
                 new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true}))""",
            [await writing(window).element_handle(), held],
        )


async def test_a_file_is_sent_with_words_and_nothing_is_lost(
    house: House, new_context: NewContext, tmp_path: Path
) -> None:
    small, large = tmp_path / "わたしのバッジ.json", tmp_path / "大きな写真.png"
    small.write_bytes(BADGE)
    large.write_bytes(bytes(MAX_BYTES + 1))
    story = Story(house, await new_context(viewport=PHONE, has_touch=True), "ja")
    await story.begin()
    mori, aoki = await story.at("mori", STAFF), await story.at("aoki", STAFF)
    await aoki.look()
    await writing(aoki).fill("確かめて")
    await chooses(aoki, small, large)
    problem = aoki.page.get_by_role("main").get_by_role("alert")
    await expect(problem).to_contain_text("大きな写真.png")
    await expect(problem).to_contain_text(aoki.say("room.page.file_too_large", limit=MAX_MEBIBYTES))
    await expect(attached(aoki)).to_have_count(1)
    await expect(writing(aoki)).to_have_value("確かめて")
    await gives(aoki, "drop", "落とした.json")
    await gives(aoki, "paste", "貼った.json")
    await expect(attached(aoki)).to_have_count(3)
    for scheme in ("light", "dark"):
        await aoki.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await barriers(aoki.page, f"files, {scheme}") == []
    await aoki.page.get_by_role("button", name="落とした.json").click()
    await expect(attached(aoki)).to_have_count(2)
    await writing(aoki).press("Enter")
    for name in (small.name, "貼った.json"):
        told = await aoki.sees(aoki.say("file.name", name=name), aoki.say("room.only_you"))
        await expect(told).to_contain_text(aoki.say("cli.verify.valid"))
    await expect(attached(aoki)).to_have_count(0)
    await expect(writing(aoki)).to_have_value("")
    await mori.sees_no("わたしのバッジ")


async def test_a_room_that_is_away_gives_files_and_words_back(
    house: House, new_context: NewContext, watch: Watch, tmp_path: Path
) -> None:
    watch.forgive("room/bring/")
    file = tmp_path / "badge.json"
    file.write_bytes(BADGE)
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki = await story.at("aoki")
    await aoki.look()
    await aoki.page.route("**/room/bring/**", lambda route: route.abort())
    await writing(aoki).fill("取り込む")
    await chooses(aoki, file)
    await writing(aoki).press("Enter")
    await expect(aoki.page.get_by_role("main").get_by_role("alert")).to_be_visible()
    await expect(writing(aoki)).to_have_value("取り込む")
    await expect(attached(aoki)).to_have_count(1)
    await aoki.page.unroute("**/room/bring/**")
    await writing(aoki).press("Enter")
    await aoki.sees(aoki.say("file.name", name="badge.json"), aoki.say("refused.foreign_unaddressed"))
    await expect(attached(aoki)).to_have_count(0)
