"""What people do in the story of the house, as steps: each clicks and types, and waits for what the screen says."""

import re
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Locator, expect

from bot.app import demo_catalogue
from bot.domain.catalogue import Catalogue, ChoiceCheck, TextCheck, Unit
from bot.domain.language import Lang
from bot.wording import Wording
from browser.house import House
from browser.window import DIRECT, Window, come_in

FLOWER, CHECK = "white_flower", "white_check_mark"
LETTERS = "ABCDEFGH"
LEARN: dict[Lang, str] = {"ja": "学ぶ", "en": "learn"}
BADGE: dict[Lang, str] = {"ja": "気づく", "en": "Notice"}
"""What two units of the module on safety earn."""
REFLECTION: dict[Lang, str] = {"ja": "出口の荷物に気づいていなかった。", "en": "I had never looked at the back exit."}
ANSWER: dict[Lang, str] = {
    "ja": "後ろの出口の前の段ボールを、昼休みに準備室へ移す。",
    "en": "Move the boxes away from the back exit at lunch.",
}


@dataclass
class Story:
    """One browser in which the tester sits on several chairs; `lang` is what everybody reads."""

    house: House
    context: BrowserContext
    lang: Lang
    _catalogue: Catalogue = field(default_factory=lambda: demo_catalogue()[0])

    async def begin(self) -> Window:
        """Open the printed address."""
        window = Window(await come_in(self.context, self.house.address), self.house.base)
        await window.ready()
        return window

    async def at(self, user: str, place: str = DIRECT) -> Window:
        """Sit on a chair in a window of its own, and read the story's language there."""
        window = Window(await self.context.new_page(), self.house.base)
        await window.sit(user, "ja", place)
        window.lang = "ja" if await window.page.locator("html").get_attribute("lang") == "ja" else "en"
        await window.choose_language(self.lang)
        return window

    def unit(self, key: str) -> Unit:
        return next(unit for course in self._catalogue.courses for unit in course.units() if unit.key == key)

    def unit_titled(self, title: str) -> Unit:
        units = (unit for course in self._catalogue.courses for unit in course.units())
        return next(unit for unit in units if title in (unit.title.ja, unit.title.en))

    # ------------------------------------------------------------------ learning

    def offers(self, window: Window) -> Locator:
        """The messages that brought a unit."""
        return window.messages().filter(has=window.page.get_by_role("button", name=window.label("another")))

    async def offered(self, window: Window) -> Unit:
        """The unit of the newest offer, once there is one."""
        card = self.offers(window).last
        await expect(card).to_be_visible()
        return self.unit_titled(await card.get_by_role("heading", level=2).inner_text())

    async def asks_for(self, window: Window, key: str) -> str:
        """Ask for a unit by its title; the title."""
        title = self.unit(key).title.in_(window.lang)
        await window.commands(f"{LEARN[window.lang]} {title}")
        await expect(window.button(window.label("another"), title)).to_be_visible()
        return title

    async def reads(self, window: Window, key: str) -> None:
        """Open the offered unit, read its page, say that it is done."""
        title = self.unit(key).title.in_(window.lang)
        await window.presses(window.label("open"), title)
        page = window.page.locator(".unit-page").last
        await expect(page).to_be_visible()
        assert len(await page.inner_text()) > 200, "a page of real content"
        await window.presses(window.label("done"), title)

    async def writes(self, window: Window, key: str, text: str) -> None:
        """Answer the open question in one's own words."""
        check = self.unit(key).check
        assert isinstance(check, TextCheck)
        await expect(window.form).to_contain_text(check.question.in_(window.lang))
        await window.fills(window.say("check.text_field"), text)
        await window.sends(window.label("send"))

    async def answers(self, window: Window, key: str, *, right: bool) -> None:
        """Press the letter of the right choice, or of a wrong one, wherever it stands."""
        check = self.unit(key).check
        assert isinstance(check, ChoiceCheck)
        card = await window.sees(check.question.in_(window.lang))
        lines = await card.locator("p").all_inner_texts()
        shown = [line for line in lines if any(each.in_(window.lang) in line for each in check.choices)]
        wanted = check.choices[check.answer].in_(window.lang)
        place = next(at for at, line in enumerate(shown) if (wanted in line) is right)
        await window.presses(LETTERS[place], check.question.in_(window.lang))

    async def tries_again(self, window: Window, key: str) -> None:
        """After a wrong answer: the question anew, its choices in another order."""
        check = self.unit(key).check
        assert isinstance(check, ChoiceCheck)
        questions = window.messages(check.question.in_(window.lang))
        asked = await questions.count()
        await window.presses(window.label("try_again"), window.say("wrong.title"))
        await expect(questions).to_have_count(asked + 1)

    async def opens_note(self, window: Window, key: str) -> None:
        """The question was answered: a button leads to a note, and no form covers what the answer brought."""
        done = await window.sees(window.say("completed.title", title=self.unit(key).title))
        await expect(window.form).to_be_hidden()
        await done.get_by_role("button", name=window.say("reflect.title")).click()
        await expect(window.form).to_be_visible()

    async def completes(self, window: Window, key: str, reflection: str = "") -> None:
        """The question was answered; what follows is a note, or none."""
        await self.opens_note(window, key)
        if reflection:
            await window.fills(window.say("reflect.field"), reflection)
            await window.sends(window.label("save"))
            await expect(window.form).to_be_hidden()
            await window.sees(window.say("notice.reflection_saved"))
        else:
            await window.skips(window.label("skip"))

    async def earns(self, window: Window) -> Locator:
        """Do both units of a module; the message with the badge."""
        await self.asks_for(window, "c4-u1")
        await self.reads(window, "c4-u1")
        await self.writes(window, "c4-u1", ANSWER[window.lang])
        await self.completes(window, "c4-u1")
        await self.asks_for(window, "c4-u2")
        await self.reads(window, "c4-u2")
        await self.answers(window, "c4-u2", right=True)
        await self.completes(window, "c4-u2", REFLECTION[window.lang])
        return await self.awarded(window)

    async def awarded(self, window: Window) -> Locator:
        """The message with the badge, its picture and its three buttons."""
        card = window.messages(BADGE[window.lang]).filter(
            has=window.page.get_by_role("button", name=window.label("share"))
        )
        await expect(card).to_have_count(1)
        for name in ("share", "private", "view_badge"):
            await expect(card.get_by_role("button", name=window.label(name), exact=True)).to_be_visible()
        await self.has_picture(card)
        return card

    async def has_picture(self, card: Locator) -> None:
        """A picture that was really drawn, with words for those who do not see it."""
        await card.page.bring_to_front()
        picture = card.get_by_role("link").get_by_role("img", name=re.compile("."))
        await picture.hover()  # brings it into view, and tries again when the message is drawn anew
        await expect(picture).to_be_visible()
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("(picture) => picture.naturalWidth") >= 200

    # ------------------------------------------------------------------ recognition

    async def shares(self, window: Window, *, findable: bool | None = True) -> None:
        """Share the badge, and answer whether Sukima may name one for it."""
        badge = BADGE[window.lang]
        await window.presses(window.label("share"), badge)
        await window.sees(window.say("notice.shared"))
        if findable is not None:
            await window.sees(window.say("findable.ask", name=badge))
            await window.presses(window.label("findable_yes" if findable else "findable_no"))
            await window.sees(window.say("notice.findable_on" if findable else "notice.findable_off"))

    async def post(self, window: Window, holder: str) -> Locator:
        """The post about a shared badge, in the language of the channel."""
        return await window.sees(holder, BADGE["ja"])

    async def post_of_anybody(self, window: Window) -> Locator:
        """Posts that can be endorsed."""
        posts = window.messages().filter(has=window.page.get_by_role("button", name=Wording("ja").say("label.endorse")))
        await expect(posts.first).to_be_visible()
        return posts
