"""The story's other choices by clicking: later in three ways, keeping a badge to oneself, not now, somebody else."""

import pytest
from playwright.async_api import expect

from bot.domain.language import Lang
from bot.wording import Wording
from browser.conftest import NewContext
from browser.house import House
from browser.story import Story
from browser.window import STAFF

both = pytest.mark.parametrize("lang", ["ja", "en"])


def put_off(lang: Lang) -> str:
    """What is said, in any wording of day and time, when an offer was put off."""
    day, at = "\x01", "\x02"
    said = Wording(lang).say("later.set", day=day, at=at)
    return max(said.replace(at, day).split(day), key=len)


@both
@pytest.mark.parametrize("choice", ["in20", "next_gap", "tomorrow"])
async def test_an_offer_is_put_off(house: House, new_context: NewContext, lang: Lang, choice: str) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    window = await story.at("hayashi")
    await window.commands("学ぶ 5" if lang == "ja" else "learn 5")
    unit = await story.offered(window)
    await window.presses(window.label("later"), unit.title.in_(lang))
    await window.presses(window.label(choice), window.say("later.title"))
    await window.sees(put_off(lang))


@both
async def test_a_badge_is_kept_to_oneself(house: House, new_context: NewContext, lang: Lang) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    me = await story.at("yamamoto")
    staff = await story.at("aoki", STAFF)
    posts = await staff.messages().count()
    card = await story.earns(me)
    await card.get_by_role("button", name=me.label("private"), exact=True).click()
    await me.sees(me.say("notice.kept_private"))
    await expect(staff.messages()).to_have_count(posts)


@both
@pytest.mark.parametrize("reply", ["not_now", "someone_else"])
async def test_who_was_asked_may_decline_without_being_named(
    house: House, new_context: NewContext, lang: Lang, reply: str
) -> None:
    story = Story(house, await new_context(), lang)
    await story.begin()
    asker, helper = await story.at("aoki"), await story.at("kimura")
    question = "教室のICTに詳しい人は誰ですか" if lang == "ja" else "Who can teach classroom ICT?"
    await asker.says(question)
    await asker.sees(asker.say("who.title"))
    await asker.presses_in("木村 大輔", asker.label("introduce"))
    await helper.presses(helper.label(f"reply_{reply}"), question)
    await helper.sees(helper.say(f"notice.reply_thanks_{reply}"))
    answer = await asker.sees(asker.say(f"answered.{reply}"))
    await expect(answer).not_to_contain_text("木村 大輔")
