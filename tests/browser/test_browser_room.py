"""The room as a chat: threads, unread marks, what one person alone sees, several windows, restarts."""

import asyncio
import re

from playwright.async_api import Route, expect

from bot.wording import Wording
from browser.conftest import NewContext
from browser.house import House
from browser.story import FLOWER, Story
from browser.watch import Watch
from browser.window import STAFF, Window

LOUNGE = "lounge"


async def test_what_is_said_in_a_channel_is_there_at_once_for_others(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki, mori = await story.at("aoki", LOUNGE), await story.at("mori", LOUNGE)
    await aoki.says("体育館の鍵、誰が持っていますか")
    said = await mori.sees("体育館の鍵")
    await expect(said).to_contain_text("青木 美咲")
    await mori.picks(said, "+1")
    mine = await aoki.sees("体育館の鍵")
    await expect(aoki.reaction(mine, "+1")).to_contain_text("1")
    await expect(aoki.reaction(mine, "+1")).to_have_attribute("aria-pressed", "false")
    await aoki.toggles(mine, "+1")
    await expect(mori.reaction(said, "+1")).to_contain_text("2")
    await mori.toggles(said, "+1")
    await expect(aoki.reaction(mine, "+1")).to_contain_text("1")


async def test_a_thread(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki, mori = await story.at("aoki", LOUNGE), await story.at("mori", LOUNGE)
    await aoki.says("明日の避難訓練について")
    root = await mori.sees("避難訓練")
    await mori.replies_to(root)
    await mori.says("放送は私がします", within=mori.thread)
    await mori.sees("放送は私がします", within=mori.thread)
    await mori.sees_no("放送は私がします")

    replies = (await aoki.sees("避難訓練")).get_by_role("link", name=Wording("ja").say_n("room.page.replies", 1))
    await replies.click()
    await aoki.sees("放送は私がします", within=aoki.thread)
    await aoki.says("助かります", within=aoki.thread)
    await mori.sees("助かります", within=mori.thread)
    await mori.page.reload()
    await mori.ready()
    await mori.sees("助かります", within=mori.thread)
    await mori.thread.get_by_role("link", name=mori.say("room.page.close_thread")).click()
    await expect(mori.thread).to_be_hidden()
    await expect(await mori.sees("避難訓練")).to_contain_text(Wording("ja").say_n("room.page.replies", 2))


async def test_unread_marks_come_and_go(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki, mori = await story.at("aoki", LOUNGE), await story.at("mori")
    lounge = mori.place("雑談")
    await expect(lounge).to_have_accessible_name("雑談")
    for words in ("一つ目", "二つ目"):
        await aoki.says(words)
    await expect(lounge).to_have_accessible_name(re.compile(Wording("ja").say_n("room.page.unread", 2)))
    await expect(mori.page).to_have_title(re.compile(r"^\(2\) "))
    await mori.page.bring_to_front()
    await mori.go(LOUNGE)
    await expect(mori.page.get_by_text(mori.say("room.page.new"), exact=True)).to_be_visible()
    await expect(mori.place("雑談")).to_have_accessible_name("雑談")
    await mori.go("dm")
    await expect(mori.place("雑談")).to_have_accessible_name("雑談")


async def test_an_answer_in_a_channel_is_seen_by_one_only(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki, mori = await story.at("aoki", STAFF), await story.at("mori", STAFF)
    await aoki.commands("ウォレット")
    await aoki.sees(aoki.say("room.only_you"), aoki.say("wallet.title"))
    await aoki.says("こんにちは、みなさん")
    await mori.sees("こんにちは、みなさん")
    await mori.sees_no(mori.say("wallet.title"))
    await mori.sees_no(mori.say("room.only_you"))


async def test_another_language_for_one_person(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    window, other = await story.at("aoki"), await story.at("mori")
    await window.choose_language("en")
    await expect(window.page.locator("html")).to_have_attribute("lang", "en")
    await window.commands("wallet")
    await window.sees(Wording("en").say("wallet.title"))
    await other.page.reload()
    await expect(other.page.locator("html")).to_have_attribute("lang", "ja")
    await window.says("日本語でお願いします")
    await window.commands("settings")
    async with window.reloading_if(True):
        await window.presses(Wording("en").say("language.ja"), Wording("en").say("settings.title"))
    await expect(window.page.locator("html")).to_have_attribute("lang", "ja")


async def test_nothing_is_lost_by_loading_the_page_again(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    window = await story.at("yamamoto")
    await story.asks_for(window, "c4-u1")
    await story.reads(window, "c4-u1")
    await expect(window.form).to_be_visible()
    await window.fills(window.say("check.text_field"), "書きかけの答え")
    await window.page.reload()
    await window.ready()
    question = await window.sees(window.say("check.text_title"))
    await question.get_by_role("button", name=window.say("check.text_title")).click()
    await expect(window.form.get_by_label(window.say("check.text_field"))).to_have_value("書きかけの答え")
    await window.page.keyboard.press("Escape")
    await expect(window.form).to_be_hidden()

    words = window.page.get_by_role("main").get_by_role("combobox")
    await words.fill("まだ送っていない")
    await window.page.reload()
    await window.ready()
    await expect(words).to_have_value("まだ送っていない")


async def test_the_server_is_renewed_while_a_page_is_open(house: House, new_context: NewContext, watch: Watch) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    window = await story.at("aoki", LOUNGE)
    await window.says("再起動の前")
    watch.forgive("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    await house.stop()
    await window.sees("再起動の前")
    words = window.page.get_by_role("main").get_by_role("combobox")
    await words.fill("切れている間")
    await words.press("Enter")
    await expect(window.page.get_by_role("alert").filter(visible=True).first).to_be_visible()
    await expect(window.log).to_contain_text("切れている間")
    await house.start()
    other = await story.at("mori", LOUNGE)
    await other.says("再起動の後")
    await window.sees("再起動の後")
    await other.sees("切れている間")
    await expect(window.messages("切れている間")).to_have_count(1)
    await expect(other.messages("切れている間")).to_have_count(1)


async def test_two_windows_press_the_same_button_at_once(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    one, two = await story.at("yamamoto"), await story.at("yamamoto")
    await story.earns(one)
    await story.awarded(two)
    staff = await story.at("aoki", STAFF)
    await together((one, two), one.label("share"), "気づく")
    await one.sees(one.say("notice.shared"))
    await expect(staff.messages("山本 悠斗", "気づく")).to_have_count(1)

    for window in (one, two):
        await window.page.close()
    first, second = await story.at("mori", STAFF), await story.at("mori", STAFF)
    posts = [await story.post(window, "山本 悠斗") for window in (first, second)]
    button = Wording("ja").say("label.endorse")
    await together((first, second), button, "山本 悠斗", "気づく")
    for post in posts:
        await expect(post).to_contain_text(Wording("ja").say_n("count.colleagues", 1))
    await first.sees(first.say("notice.endorsed_already"))


async def test_an_answer_that_comes_late_undoes_nothing_newer(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    aoki, mori = await story.at("aoki", LOUNGE), await story.at("mori", LOUNGE)
    await aoki.says("体育館の鍵、誰が持っていますか")
    mine, said = await aoki.sees("体育館の鍵"), await mori.sees("体育館の鍵")
    answered, newer = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        answered.set()
        await newer.wait()
        await route.fulfill(response=answer)

    await aoki.page.route("**/do/react", late)
    reacting = asyncio.create_task(aoki.picks(mine, "+1"))
    await answered.wait()
    await mori.toggles(said, "+1")
    await expect(aoki.reaction(mine, "+1")).to_contain_text("2")
    newer.set()
    await reacting
    await expect(aoki.reaction(mine, "+1")).to_contain_text("2")
    await aoki.says("ありました")
    await expect(aoki.reaction(mine, "+1")).to_contain_text("2")


async def together(windows: tuple[Window, ...], label: str, *beside: str) -> None:
    """Press the same button in each window; the presses leave when all were made."""
    gate = asyncio.Barrier(len(windows))

    async def hold(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    for window in windows:
        await window.page.route("**/do/press", hold)
    await asyncio.gather(*(window.presses(label, *beside) for window in windows))
    for window in windows:
        await window.page.unroute("**/do/press", hold)


async def test_many_windows_of_one_browser(house: House, new_context: NewContext) -> None:
    """Browsers open six connections to a host at most; a window too many must not make all of them stand still."""
    story = Story(house, await new_context(), "ja")
    await story.begin()
    windows: list[Window] = [await story.at("aoki", LOUNGE) for _ in range(8)]
    await windows[-1].says("窓がたくさん")
    for window in windows:
        await window.sees("窓がたくさん")


async def test_by_keyboard_alone(house: House, new_context: NewContext) -> None:
    story = Story(house, await new_context(), "ja")
    await story.begin()
    window = await story.at("aoki", STAFF)
    keys = window.page.keyboard
    post = (await story.post_of_anybody(window)).first
    await post.get_by_role("button", name=Wording("ja").say("label.endorse")).focus()
    await keys.press("Tab")
    tool = post.get_by_role("button", name=window.say("room.page.react"), exact=True).last
    await expect(tool).to_be_focused()
    await keys.press("Enter")
    picker = window.page.get_by_role("dialog", name=window.say("room.page.react"))
    await expect(picker.get_by_role("button").first).to_be_focused()
    await keys.press("Escape")
    await expect(picker).to_be_hidden()
    await expect(tool).to_be_focused()
    await keys.press("Enter")
    await expect(picker.get_by_role("button").first).to_be_focused()
    await keys.press("Enter")
    await expect(window.reaction(post, FLOWER)).to_have_attribute("aria-pressed", "true")
    await expect(post).to_be_focused()
    await window.page.get_by_role("main").get_by_role("combobox").focus()
    await keys.type("/sukima マ")
    await expect(window.page.get_by_role("option")).to_have_count(1)
    await keys.press("Tab")
    await keys.press("Enter")
    await window.sees(window.say("room.only_you"), window.say("map.title"))


async def test_who_did_not_come_by_the_printed_address_is_told_how(
    house: House, new_context: NewContext, watch: Watch
) -> None:
    context = await new_context()
    page = await context.new_page()
    watch.forgive("status of 403")
    answer = await page.goto(f"{house.base}/room/as/aoki/dm-aoki")
    assert answer is not None
    assert answer.status == 403
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.goto(f"{house.base}/room/?key=wrong")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not await context.cookies()
