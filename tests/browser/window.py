"""A window of the staff room as a person uses it: things are found by what they are and what they are called."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.domain.language import Lang
from bot.handlers.local.emoji import emoji_picture
from bot.wording import Wording

DIRECT, STAFF = "dm", "staff"


class Window:
    """One page of the room, on somebody's chair."""

    def __init__(self, page: Page, base: str, lang: Lang = "ja") -> None:
        self.page = page
        self.base = base
        self.user = ""
        self.lang: Lang = lang

    # ------------------------------------------------------------------ words

    def say(self, key: str, /, **params: object) -> str:
        """What the screen says, in the language of whoever sits here."""
        return Wording(self.lang).say(key, **params)  # type: ignore[arg-type]

    def label(self, name: str) -> str:
        return self.say(f"label.{name}")

    async def look(self) -> None:
        """Turn to this window. Chromium draws a tab behind others once a second and loads no pictures there."""
        await self.page.bring_to_front()

    # ------------------------------------------------------------------ places and chairs

    async def sit(self, user: str, lang: Lang, place: str = DIRECT) -> "Window":
        """Open somebody's place by its address."""
        self.user, self.lang = user, lang
        await self.page.goto(f"{self.base}/room/as/{user}/{f'dm-{user}' if place == DIRECT else place}")
        await self.ready()
        return self

    async def ready(self) -> None:
        """The page's scripts are at work."""
        await expect(self.page.locator("#room[data-ready]")).to_be_attached()

    async def change_chair(self, name: str, user: str, lang: Lang) -> None:
        """Sit on another chair, from the list of them."""
        await self.look()
        await self.page.get_by_role("button", name=self.say("room.page.change_chair")).click()
        chairs = self.page.get_by_role("dialog", name=self.say("room.page.chairs"))
        await chairs.get_by_role("link", name=name).click()
        self.user, self.lang = user, lang
        await expect(self.page).to_have_title(re.compile(re.escape(name)))
        await self.ready()

    async def go(self, place: str) -> None:
        """Follow a place's link in the list."""
        await self.look()
        await self.places.locator(f"a[data-place='{f'dm-{self.user}' if place == DIRECT else place}']").click()
        await self.page.wait_for_url(re.compile(f"/{f'dm-{self.user}' if place == DIRECT else place}$"))
        await self.ready()

    async def choose_language(self, lang: Lang) -> None:
        """Press the person's language, if it is another."""
        await self.look()
        if lang != self.lang:
            async with self.reloading_if(True):
                await self._language(lang).click()
            self.lang = lang
        await expect(self._language(lang)).to_have_attribute("aria-pressed", "true")

    def _language(self, lang: Lang) -> Locator:
        group = self.page.get_by_role("group", name=self.say("room.page.language"))
        return group.get_by_role("button", name={"ja": "日本語", "en": "English"}[lang])

    @asynccontextmanager
    async def reloading_if(self, reloads: bool) -> AsyncIterator[None]:
        """What happens inside loads the page again, or it does not."""
        if not reloads:
            yield
            return
        async with self.page.expect_navigation():
            yield
        await self.ready()

    @property
    def places(self) -> Locator:
        return self.page.get_by_role("navigation", name=self.say("room.page.places"))

    def place(self, name: str) -> Locator:
        return self.places.get_by_role("link", name=name)

    # ------------------------------------------------------------------ messages

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("main").get_by_role("log")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name=self.say("room.page.thread"))

    def messages(self, *words: str, within: Locator | None = None) -> Locator:
        """The messages that say all of these words."""
        found = (within or self.log).get_by_role("article")
        for each in words:
            found = found.filter(has_text=each)
        return found

    async def sees(self, *words: str, within: Locator | None = None) -> Locator:
        """Wait for a message that says all of these words; the newest of them."""
        await self.look()
        newest = self.messages(*words, within=within).last
        await expect(newest).to_be_visible()
        return newest

    async def sees_no(self, *words: str) -> None:
        await expect(self.messages(*words)).to_have_count(0)

    # ------------------------------------------------------------------ doing

    async def says(self, text: str, within: Locator | None = None) -> None:
        """Write and send with Enter."""
        await self.look()
        words = (within or self.page.get_by_role("main")).get_by_role("combobox")
        await words.fill(text)
        await words.press("Enter")
        await expect(words).to_have_value("")

    async def commands(self, words: str) -> None:
        await self.says(f"/sukima {words}")

    def button(self, label: str, *beside: str) -> Locator:
        """The newest button with this label, in a message that says these words."""
        card = self.messages(*beside).filter(has=self.page.get_by_role("button", name=label, exact=True)).last
        return card.get_by_role("button", name=label, exact=True).last

    async def presses(self, label: str, *beside: str) -> None:
        """Press it and wait until that was answered."""
        async with self._answered("press"):
            await self.button(label, *beside).click()

    async def presses_in(self, section: str, label: str) -> None:
        """Press a button that stands in a card's section with these words."""
        found = self.log.locator("section", has_text=section)
        async with self._answered("press"):
            await found.last.get_by_role("button", name=label, exact=True).click()

    # ------------------------------------------------------------------ forms

    @property
    def form(self) -> Locator:
        return self.page.locator("#form-dialog[open]")

    async def fills(self, label: str | None, text: str) -> None:
        """Fill a field of the open form; the only one, or the one with this label."""
        field = self.form.get_by_role("textbox") if label is None else self.form.get_by_label(label)
        await field.fill(text)

    async def sends(self, label: str, *, answered: bool = True) -> None:
        """Send the open form. Not `answered`: something lacks, so nothing is sent."""
        button = self.form.get_by_role("button", name=label, exact=True)
        if not answered:
            await button.click()
            await expect(self.form.get_by_role("alert").filter(visible=True)).to_be_visible()
            return
        async with self._answered("submit"):
            await button.click()

    async def skips(self, label: str) -> None:
        async with self._answered("press"):
            await self.form.get_by_role("button", name=label, exact=True).click()
        await expect(self.form).to_be_hidden()

    # ------------------------------------------------------------------ reactions

    async def picks(self, message: Locator, emoji: str) -> None:
        """Put an emoji on a message, from the picker."""
        picker = await self.opens_picker(message)
        async with self._answered("react"):
            await picker.get_by_role("button", name=emoji_picture(emoji)).click()
        await expect(picker).to_be_hidden()

    async def opens_picker(self, message: Locator) -> Locator:
        await self.look()
        await message.hover()
        await message.get_by_role("button", name=self.say("room.page.react"), exact=True).last.click()
        picker = self.page.get_by_role("dialog", name=self.say("room.page.react"))
        await expect(picker).to_be_visible()
        return picker

    async def replies_to(self, message: Locator) -> None:
        """Open the thread below a message."""
        await self.look()
        await message.hover()
        await message.get_by_role("button", name=self.say("room.page.reply")).click()
        await expect(self.thread).to_be_visible()

    async def toggles(self, message: Locator, emoji: str) -> None:
        """Press an emoji that is already there: on, or off again."""
        async with self._answered("react"):
            await self.reaction(message, emoji).click()

    def reaction(self, message: Locator, emoji: str) -> Locator:
        group = message.get_by_role("group", name=self.say("room.page.reactions"))
        return group.get_by_role("button", name=re.compile(re.escape(emoji_picture(emoji))))

    # ------------------------------------------------------------------ the clock

    async def clock(self, key: str) -> None:
        """Move the room's clock with one of the buttons."""
        await self._with_clock(lambda box: box.get_by_role("button", name=self.say(f"room.page.{key}")).click())

    async def clock_to(self, words: str) -> None:
        """Move the room's clock to a moment in words."""

        async def write(box: Locator) -> None:
            await box.get_by_label(self.say("room.page.to_moment")).fill(words)
            await box.get_by_role("button", name=self.say("room.page.to_set"), exact=True).click()

        await self._with_clock(write)

    async def _with_clock(self, move: Callable[[Locator], Awaitable[None]]) -> None:
        await self.look()
        await self.page.get_by_role("button", name=self.say("room.page.clock")).click()
        box = self.page.get_by_role("dialog", name=self.say("room.page.clock"))
        await move(box)
        await expect(box).to_be_hidden(timeout=60_000)

    # ------------------------------------------------------------------ inside

    @asynccontextmanager
    async def _answered(self, act: str) -> AsyncIterator[None]:
        await self.look()
        async with self.page.expect_response(lambda answer: answer.url.endswith(f"/do/{act}")) as found:
            yield
        answer = await found.value
        assert answer.ok, f"{act}: {answer.status} {await answer.text()}"


async def come_in(context: BrowserContext, address: str) -> Page:
    """Open the printed address."""
    page = await context.new_page()
    await page.goto(address)
    return page
