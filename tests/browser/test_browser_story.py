"""The story of the house by clicking, in both languages."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from bot.domain.language import Lang
from bot.wording import Wording
from browser.conftest import NewContext
from browser.house import House
from browser.story import ANSWER, BADGE, FLOWER, REFLECTION, Story
from browser.window import STAFF, Window

HOLDER = "山本 悠斗"
CREATOR: dict[Lang, str] = {"ja": "れい教育大学", "en": "Rei University of Education"}
HELLO: dict[Lang, str] = {"ja": "こんにちは", "en": "Hello"}
NOW = datetime(2026, 6, 11, tzinfo=UTC)
both = pytest.mark.parametrize("lang", ["ja", "en"])


@both
async def test_welcome_in_three_presses(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    window = await story.begin()
    await window.change_chair("藤田", "fujita", "ja")
    await window.says(HELLO[lang])
    await window.sees(Wording("en").say("welcome.what"))
    async with window.reloading_if(lang != "ja"):
        await window.presses(window.say(f"language.{lang}"))
    window.lang = lang
    await window.presses(window.label("quiet_ok"))
    await window.presses(window.label("deliver_yes"))
    assert (await story.offered(window)).minutes <= 15


@both
async def test_from_the_first_unit_to_the_badge(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    me = await story.at("yamamoto")
    staff = await story.at("aoki", STAFF)
    posts = await staff.messages().count()

    await me.commands("学ぶ 3" if lang == "ja" else "learn 3")
    assert (await story.offered(me)).minutes <= 3
    await story.asks_for(me, "c4-u1")
    await story.reads(me, "c4-u1")
    await story.writes(me, "c4-u1", "短い" if lang == "ja" else "Short")
    refusal = Wording(lang).say_n("check.text_too_short", 8)
    await expect(me.form.get_by_role("alert").filter(has_text=refusal)).to_be_visible()
    await story.writes(me, "c4-u1", ANSWER[lang])
    await story.completes(me, "c4-u1", REFLECTION[lang])

    await story.asks_for(me, "c4-u2")
    await story.reads(me, "c4-u2")
    await story.answers(me, "c4-u2", right=False)
    await me.sees(me.say("wrong.title"))
    await story.tries_again(me, "c4-u2")
    await story.answers(me, "c4-u2", right=True)
    await story.completes(me, "c4-u2")

    card = await story.awarded(me)
    await me.presses(me.label("view_badge"), BADGE[lang])
    await story.has_picture(await me.sees(CREATOR[lang]))
    await card.get_by_role("link", name=re.compile(re.escape(BADGE[lang]))).first.click()
    enlarged = me.page.get_by_role("dialog", name=me.say("room.page.picture"))
    await expect(enlarged.get_by_role("img")).to_be_visible()
    await me.page.keyboard.press("Escape")
    await expect(enlarged).to_be_hidden()
    await expect(staff.messages()).to_have_count(posts)


@both
async def test_shared_endorsed_recommended_and_taken_back(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    me = await story.at("yamamoto")
    colleague = await story.at("aoki", STAFF)
    await story.earns(me)
    await story.shares(me)

    post = await story.post(colleague, HOLDER)
    await colleague.picks(post, FLOWER)
    await counted(post, colleagues=1)
    name = me.say("receipt.award.colleague", holder=HOLDER, name=BADGE[lang])
    leader = await story.at("sakamoto", STAFF)
    await leader.presses(Wording("ja").say("label.endorse"), HOLDER, BADGE["ja"])
    await counted(post, colleagues=1, leaders=1)
    only_the_leader = leader.say("notice.endorsed.leader")
    await leader.sees(leader.say("room.only_you"), only_the_leader)
    await colleague.sees_no(only_the_leader)
    await leader.page.close()

    await me.go(STAFF)
    own = await story.post(me, HOLDER)
    await counted(own, colleagues=1, leaders=1)
    await me.toggles(own, FLOWER)
    await expect(colleague.reaction(post, FLOWER)).to_contain_text("2")
    await me.go("dm")
    await me.sees(me.say("refused.own_award"))

    await colleague.toggles(post, FLOWER)
    await counted(post, colleagues=0, leaders=1)
    await colleague.toggles(post, FLOWER)
    await counted(post, colleagues=1, leaders=1)
    await colleague.go("dm")
    await colleague.sees(name)
    await colleague.presses(colleague.label("undo"), name)
    await colleague.sees(colleague.say("receipt.withdrawn.award.colleague", holder=HOLDER, name=BADGE[lang]))
    await colleague.go(STAFF)
    await counted(await story.post(colleague, HOLDER), colleagues=0, leaders=1)


async def counted(post: Locator, *, colleagues: int, leaders: int = 0) -> None:
    """The post says how many endorse and recommend, without being loaded again."""
    words = Wording("ja")
    for key, n in (("count.colleagues", colleagues), ("count.leaders", leaders)):
        if n:
            await expect(post).to_contain_text(words.say_n(key, n))
        else:
            await expect(post).not_to_contain_text(words.say_n(key, 1))


@both
async def test_who_can_teach_it_and_being_introduced(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    asker, helper = await story.at("aoki"), await story.at("kimura")
    question = "教室のICTに詳しい人は誰ですか" if lang == "ja" else "Who can teach classroom ICT?"
    await asker.says(question)
    found = await asker.sees(asker.say("who.title"))
    assert 1 <= await found.locator("section").count() <= 3
    await asker.presses_in("木村 大輔", asker.label("introduce"))
    await asker.sees(asker.say("notice.intro_sent"))
    await helper.sees(helper.say("asked.title", asker="青木 美咲"), question)
    await helper.presses(helper.label("reply_yes"), question)
    await helper.sees(helper.say("notice.reply_thanks_yes"))
    await asker.sees(asker.say("answered.yes", helper="木村 大輔"))

    nobody = "天体望遠鏡の使い方を教えられる人は？" if lang == "ja" else "Who can teach how to use a telescope?"
    await asker.says(nobody)
    await asker.sees(asker.say("nobody.title"), nobody)


@both
async def test_wallet_map_record_settings_help_and_export(
    house: House, new_context: NewContext, tmp_path: Path, lang: Lang
) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    window = await story.at("kimura")
    for ja, en, title in (
        ("ウォレット", "wallet", "wallet.title"),
        ("マップ", "map", "map.title"),
        ("記録", "record", "record.title"),
        ("ヘルプ", "help", "help.title"),
        ("設定", "settings", "settings.title"),
    ):
        await window.commands(ja if lang == "ja" else en)
        shown = await window.sees(window.say(title))
        if title == "map.title":
            await story.has_picture(shown)
    await window.presses(window.label("export"), window.say("settings.title"))
    file = await saved(window, await window.sees(window.say("export.title")), tmp_path)
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        names = packed.namelist()
        assert {"wallet.json", "record.json", "settings.json"} <= {Path(name).name for name in names}
        pictures = [packed.read(name) for name in names if name.endswith(".png")]
    assert pictures
    for picture in pictures:
        assert verify(picture, now=NOW).validity is Validity.VALID


async def saved(window: Window, message: Locator, folder: Path) -> bytes:
    """Save the file that a message brings; what it holds."""
    async with window.page.expect_download() as downloading:
        await message.get_by_role("link", name=re.compile(r"\.\w+$")).last.click()
    download = await downloading.value
    target = folder / download.suggested_filename
    await download.save_as(target)
    return target.read_bytes()


@both
async def test_a_badge_saved_from_the_room_verifies(
    house: House, new_context: NewContext, tmp_path: Path, lang: Lang
) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    window = await story.at("mori")
    await window.commands("ウォレット" if lang == "ja" else "wallet")
    await window.presses_in("気づく" if lang == "ja" else "Notice", window.label("view_badge"))
    shown = await window.sees(CREATOR[lang])
    assert verify(await saved(window, shown, tmp_path), now=NOW).validity is Validity.VALID


@both
async def test_the_clock_brings_an_offer_and_later_puts_it_off(
    house: House, new_context: NewContext, lang: Lang
) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    window = await story.at("hayashi")
    await window.clock_to("10:44")
    assert (await story.offered(window)).minutes <= 18, "it fits into the gap"
    # Where in the gap that was, a chance decides, and with it whether two units fit; into ten minutes they do.
    await window.commands("学ぶ 10" if lang == "ja" else "learn 10")
    await expect(story.offers(window)).to_have_count(2)
    first = await story.offered(window)
    await window.presses(window.label("another"), first.title.in_(lang))
    await expect(story.offers(window)).to_have_count(3)
    second = await story.offered(window)
    assert second.key != first.key
    await window.presses(window.label("later"), second.title.in_(lang))
    choices = await window.sees(window.say("later.title"))
    for choice in ("in20", "next_gap", "tomorrow", "pick"):
        await expect(choices.get_by_role("button", name=window.label(choice), exact=True)).to_be_visible()
    await window.presses(window.label("pick"), window.say("later.title"))
    await window.fills(None, "いつか" if lang == "ja" else "someday")
    await window.sends(window.label("set_date"))
    await expect(window.form).to_contain_text(window.say("refused.date_not_understood"))
    await window.fills(None, "6月12日" if lang == "ja" else "Friday")
    await window.sends(window.label("set_date"))
    await expect(window.form).to_be_hidden()
    day = Wording(lang).day(datetime(2026, 6, 12, tzinfo=UTC).date())
    await window.sees(day)


@both
async def test_forget_me(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    window = await story.at("okada")
    await window.commands("設定" if lang == "ja" else "settings")
    await window.presses(window.label("forget"), window.say("settings.title"))
    asked = await window.sees(window.say("forget.title"))
    await expect(asked.get_by_role("button", name=window.label("forget_yes"))).to_be_visible()
    await window.presses(window.label("forget_yes"), window.say("forget.title"))
    await window.sees(window.say("notice.forgotten"))
    await window.sees_no(window.say("settings.data"))
