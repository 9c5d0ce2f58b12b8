"""Every page a reader can meet, in its states, by the way that leads to it: nobody is kept out, nothing is cut off.

Each is seen in both languages, both schemes, on a laptop and on a phone, and is as wide as its window on both and on
the smallest phones. Looking for barriers is what costs time: a page is looked at once in each language, and what is
chosen for the one (`LOOKS`) is all that the other has not. What the console, the policy or other hosts would say of it
is heard by `Watch`. That forms are taken shows that Chromium names their origin on plain loopback.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Locator, Page, expect

from bot.domain.awards import Evidence
from bot.domain.language import Bilingual, Lang
from bot.domain.outcomes import Refused
from bot.domain.people import Role
from bot.services import directory
from bot.services.commands import OfNoSchool, OfSchool
from bot.services.issuer_endorsements import EndorseIssuer, endorse_issuer
from bot.services.mandates import AddInstitution, add_institution
from bot.services.ports import Work
from browser.conftest import LAPTOP, PHONE, NewContext
from browser.house import House
from browser.pages import Pages, enter, one_time_link
from browser.seeing import barriers
from browser.story import BADGE, Story
from browser.watch import Watch

SMALLEST = {"width": 320, "height": 640}
"""CSS pixels; also what a laptop's window has at a zoom of 400 % (WCAG 2.2, 1.4.10)."""
LOOKS: tuple[tuple[dict[str, int], Literal["light", "dark"]], ...] = (
    (LAPTOP, "light"),
    (PHONE, "dark"),
    (LAPTOP, "dark"),
    (PHONE, "light"),
)
"""Pairs that complete each other: what one language has of a pair, the other has the rest of it."""
TOO_LARGE = 10 * 2**20
"""Bytes; more than the form for verifying takes."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OFFICER = "okada"
both = pytest.mark.parametrize("lang", ["ja", "en"])


@dataclass
class Walk:
    """Looks at pages and keeps what it found. Both languages walk the same way, so a page's number is its name."""

    base: str
    lang: Lang
    found: list[str] = field(default_factory=list)
    _seen: int = 0

    async def go(self, page: Page, path: str) -> None:
        await page.goto(path if path.startswith("http") else self.base + path)
        await self.look(page, path)

    async def press(self, page: Page, way: Locator, where: str) -> None:
        """Look at the page that a press leads to, once it is there."""
        async with page.expect_event("load"):
            await way.click()
        await self.look(page, where)

    async def look(self, page: Page, where: str) -> None:
        await page.wait_for_load_state()
        for width in (LAPTOP, PHONE, SMALLEST):
            await page.set_viewport_size(width)  # type: ignore[arg-type]
            if (wide := await page.evaluate(SIDEWAYS)) > 0:
                self.found.append(f"{where}: {wide} px stand out at {width['width']} px")
        size, scheme = self._next()
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme=scheme)
        self.found.extend(await barriers(page, f"{where}, {size['width']} px, {scheme}"))
        await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]

    def _next(self) -> tuple[dict[str, int], Literal["light", "dark"]]:
        chosen = self._seen % len(LOOKS)
        self._seen += 1
        return LOOKS[chosen if self.lang == "ja" else chosen ^ 1]

    def assert_open_to_all(self) -> None:
        assert not self.found, "\n".join(self.found)


async def appoint_an_officer(house: House) -> None:
    """One of the colleagues, for the board that the school is under."""
    store = house.room.house.store
    (school,) = await store.look(directory.list_schools, OfNoSchool())

    async def appoint(work: Work, command: OfSchool) -> None:
        (person,) = await work.people.with_user_key(OFFICER)
        await work.people.save(replace(person, roles=person.roles | {Role.OFFICER}))

    await store.run(appoint, OfSchool(school_id=school.school.id))


async def issue_for_a_university(house: House) -> str:
    """The page of an institution that a leader endorsed, and in whose name somebody's published badge was awarded."""
    home = house.room.house
    (school,) = await home.store.look(directory.list_schools, OfNoSchool())
    name, url = Bilingual("とても長い名前の例示教育大学" * 3, "A Rather Long Example University"), "https://u.example"
    added = AddInstitution(key="rei", name=name, url=url, zone="Asia/Tokyo", lang="ja", rehearsal=True)
    university = await home.store.run(add_institution, added)
    await home.keys.ensure(university.id)

    async def award(work: Work, command: OfSchool) -> int:
        assert await work.mandates.give(university.id, "")
        (person,) = await work.people.with_user_key(OFFICER)
        await work.people.save(replace(person, roles=person.roles | {Role.LEADER}))
        course = (await work.shelves.current()).courses[0]
        achievement = await work.shelves.newest(course.badge.key)
        assert achievement is not None
        evidence = (Evidence("unit", name, date(2026, 6, 10)),)
        made = await work.awards.add(person.id, achievement, evidence, institution_id=university.id)
        assert made is not None
        await work.awards.save(replace(made, published_at=work.now))
        return person.id

    ids = {
        "school_id": school.school.id,
        "person_id": await home.store.run(award, OfSchool(school_id=school.school.id)),
    }
    words = EndorseIssuer(**ids, school=university.public_id, words="研修を、いつも一緒に作っています。" * 4)
    assert not isinstance(await home.store.run(endorse_issuer, words), Refused)
    return f"/issuers/{university.public_id}"


@both
async def test_every_page_for_strangers(
    house: House, new_context: NewContext, watch: Watch, lang: Lang, tmp_path: Path
) -> None:
    walk = Walk(house.base, lang)
    story = Story(house, await new_context(locale=lang), lang)
    await story.begin()
    mine = await enter(story.context, await one_time_link(await story.at("mori")), lang)
    badge = await publish(mine)
    collection = await collect(mine)

    stranger = await new_context(locale=lang)
    reader = Pages(await stranger.new_page(), lang)
    page = reader.page
    await walk.go(page, badge)
    ways = [page.locator(f"a[href*='/{kind}/']").first for kind in ("achievements", "issuers")]
    for way in [await each.get_attribute("href") for each in ways]:
        assert way is not None
        await walk.go(page, way)
    await walk.go(page, await issue_for_a_university(house))
    await expect(page.get_by_text("https://u.example")).to_be_visible()
    await expect(page.get_by_text(reader.say("web.issuer.endorsed_by_own"))).to_be_visible()
    await walk.go(page, collection)
    await walk.press(page, page.locator(".badge-name a").first, "a badge of a collection")
    await walk.go(page, "/")

    watch.forgive(r"status of 4\d\d")
    await walk.go(page, "/verify")
    document = await (await page.request.get(f"{badge}.json")).text()
    changed = document.replace("れい教育大学", "うそ教育大学", 1)
    assert changed != document
    for what, text in {
        "nothing to verify": "",
        "a valid badge": badge,
        "a changed badge": changed,
        "no badge": "!",
        "a badge of another site": "https://example.org/badges/1",
        "a badge that is not shown": f"{house.base}/badges/{'0' * 32}",
    }.items():
        await page.goto(f"{house.base}/verify")
        await page.get_by_label(reader.say("web.verify.text")).fill(text)
        await walk.press(page, reader.button("web.verify.go"), what)
    await page.goto(f"{house.base}/verify")
    large = tmp_path / "badge.png"
    large.write_bytes(bytes(TOO_LARGE))
    await page.get_by_label(reader.say("web.verify.file")).set_input_files(large)
    await reader.button("web.verify.go").click()
    await expect(reader.heading("page.error.413.title")).to_be_visible()
    await walk.look(page, "a file that is too large")
    for path in ("/nowhere", "/me/export", "/in/nothing", "/me", "/cabinet", "/me/left", "/me/forgotten"):
        await walk.go(page, path)
    assert not await stranger.cookies()
    walk.assert_open_to_all()


async def publish(mine: Pages) -> str:
    """The address of a badge that anyone may see now."""
    await mine.page.get_by_role("link", name=BADGE[mine.lang]).first.click()
    await mine.turns("me.publish.title", "me.publish.on")
    await mine.told("me.told.published")
    return await address(mine)


async def collect(mine: Pages) -> str:
    """The address of a new collection of one badge."""
    await mine.page.goto(mine.page.url.partition("/me")[0] + "/me/collections")
    await mine.page.get_by_label(mine.say("me.collections.name")).fill("Ⅰ研究会の発表資料・" * 4)
    await mine.page.get_by_role("checkbox").first.check()
    await mine.button("me.collections.make").click()
    await mine.told("me.told.collected")
    return await address(mine)


async def address(mine: Pages) -> str:
    found = await mine.page.locator(".me-address a").first.get_attribute("href")
    assert found is not None
    return found


@both
async def test_every_page_of_ones_own(house: House, new_context: NewContext, watch: Watch, lang: Lang) -> None:
    walk = Walk(house.base, lang)
    story = Story(house, await new_context(locale=lang), lang)
    await story.begin()
    link = await one_time_link(await story.at("mori"))
    mine = Pages(await story.context.new_page(), lang)
    page = mine.page
    elsewhere = Pages(await (await new_context(locale=lang)).new_page(), lang)
    await walk.go(page, link)
    await elsewhere.page.goto(link)
    await elsewhere.page.context.clear_cookies()
    watch.forgive(r"status of 4\d\d")
    await elsewhere.button("me.door.enter.wallet").click()
    await expect(elsewhere.heading("me.closed.door_elsewhere.title")).to_be_visible()
    await walk.look(elsewhere.page, "a link in a browser that was not shown it")
    await walk.press(page, mine.button("me.door.enter.wallet"), "the wallet")
    await walk.go(elsewhere.page, link)
    await walk.go(page, link)

    await page.goto(f"{house.base}/me")
    await walk.press(page, page.get_by_role("link", name=BADGE[lang]).first, "a badge")
    badge = page.url
    await walk.go(page, f"{badge}/preview")
    await walk.go(page, f"{badge}/submit")
    await page.goto(f"{house.base}/me")
    await publish(mine)
    await walk.look(page, "a published badge")
    await collect(mine)
    await walk.look(page, "a collection")
    for path in (
        "map",
        "record",
        "endorsements",
        "content",
        "addresses",
        "shown",
        "issuers",
        "settings",
        "sessions",
        "data",
        "forget",
        "forget/sure",
    ):
        await walk.go(page, f"/me/{path}")
    await page.get_by_role("textbox").fill("?")
    await walk.press(page, mine.button("label.forget_yes"), "another word than the one asked for")
    await page.goto(f"{house.base}/me/settings")
    await page.get_by_label(mine.say("windows.field")).fill("?")
    await walk.press(page, mine.button("label.save"), "times that nobody can read")
    for switch in ("settings.consent.delivery", "settings.consent.named"):
        await mine.turns(switch, "me.turn_off")
        await mine.turns(switch, "me.turn_on")

    await appoint_an_officer(house)
    await walk.go(page, f"{badge}/submit")
    await mine.button("me.submit.submit").click()
    await mine.told("me.told.submitted")
    await walk.look(page, "a submitted badge")
    officer = await enter(await new_context(locale=lang), await one_time_link(await story.at(OFFICER)), lang)
    await walk.look(officer.page, "a wallet of an officer")
    await walk.go(officer.page, "/cabinet")
    await walk.go(page, "/me/record")
    await page.get_by_role("contentinfo").get_by_role("button", name=mine.say("me.leave")).click()
    await expect(mine.heading("me.goodbye.left.title")).to_be_visible()
    await walk.go(page, "/me")
    walk.assert_open_to_all()
