"""Coming in: one-time links, the browser they are bound to, sessions and their end."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from scenarios.town import Town, open_town, say

from bot.handlers.local.chairs import Place
from bot.handlers.local.room_types import Message
from bot.services import sessions
from bot.web.browsers import browser_name
from me.own_pages import BASE, Browser, Doors, csrf_of, doors_of, text_of
from storage import tables as t

SESSION = "__Host-sukima"


async def count(town: Town) -> int:
    return len(await town.rows(t.session))


# ---------------------------------------------------------------- from chat


@pytest.mark.parametrize("words", ["me", "my page", "マイページ", "マイ"])
async def test_chat_gives_a_link_that_opens_once(town_folder: Path, quiet_log: None, words: str) -> None:
    async with open_town(town_folder, public_url=BASE) as town:
        hall = town.east["hall"]
        await hall.commands(words)
        (link,) = hall.newest().card.links
        assert link.url.startswith(f"{BASE}/in/")
        assert link.label == say("en", "label.my_pages")
        async with doors_of(town).browser() as browser:
            assert (await browser.enter(link.url)).headers["location"] == "/me"
            assert (await browser.get("/me")).status_code == 200


@pytest.mark.parametrize("place", ["wallet", "map", "record", "settings"])
async def test_screens_in_chat_lead_to_the_same_in_the_browser(town_folder: Path, quiet_log: None, place: str) -> None:
    async with open_town(town_folder, public_url=BASE) as town:
        hall = town.east["hall"]
        await hall.commands(place)
        (link,) = hall.newest().card.links
        async with doors_of(town).browser() as browser:
            path = (await browser.enter(link.url)).headers["location"]
            assert path == ("/me" if place == "wallet" else f"/me/{place}")
            assert (await browser.get(path)).status_code == 200


async def test_a_link_never_reaches_a_channel(town_folder: Path, quiet_log: None) -> None:
    async with open_town(town_folder, public_url=BASE) as town:
        hall, sato = town.east["hall"], town.east["sato"]
        for words in ("me", "wallet", "settings"):
            await hall.chair.at(Place.STAFF).command(words)
        seen: list[Message] = [*sato.staff(), *sato.direct()]
        assert not [one for one in seen if one.card.links or "/in/" in one.card.text()]


async def test_without_an_address_one_sentence_says_so(town: Town) -> None:
    hall = town.east["hall"]
    await hall.commands("me")
    assert hall.newest().card.text() == say("en", "me.no_address")
    await hall.commands("wallet")
    assert hall.newest().card.links == ()
    assert await town.rows(t.door) == []


async def test_the_database_holds_no_secret_of_a_link_or_session(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as browser:
        await browser.enter(link)
        cookie = browser.cookie(SESSION) or ""
        rows = repr([*await doors.town.rows(t.door), *await doors.town.rows(t.session)])
        assert link.rpartition("/")[2] not in rows
        assert cookie not in rows
        assert sessions.mark_of(cookie) in rows


# ---------------------------------------------------------------- the link


async def test_looking_uses_nothing_up(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as preview, doors.browser() as browser:
        for _ in range(3):
            assert (await preview.get(link)).status_code == 200
            assert (await preview.client.head(link)).status_code == 200
        assert await count(doors.town) == 0
        assert (await browser.enter(link)).status_code == 303


async def test_a_link_opens_once(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as first, doors.browser() as second:
        page = await second.get(link)
        await first.enter(link)
        late = await second.post(link, {"csrf": csrf_of(page)})
        again = await second.get(link + "?lang=en")
        for answer in (late, again):
            assert answer.status_code == 403
            assert SESSION not in answer.headers.get("set-cookie", "")
        assert say("en", "me.closed.door_used.title") in text_of(again)
        assert say("en", "me.closed.way") in text_of(again)
        assert await count(doors.town) == 1


async def test_who_pressed_twice_is_in_and_told_so(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as browser:
        page = await browser.get(link)
        await browser.post(link, {"csrf": csrf_of(page)})
        again = await browser.get(link + "?lang=en")
        assert say("en", "me.closed.in.title") in text_of(again)
        assert (await browser.get("/me")).status_code == 200


async def test_a_link_is_open_for_ten_minutes(doors: Doors) -> None:
    town = doors.town
    link = await doors.link(town.east, "hall")
    async with doors.browser() as browser:
        page = await browser.get(link)
        await town.clock("08:10")
        late = await browser.post(link + "?lang=en", {"csrf": csrf_of(page)})
        assert late.status_code == 403
        assert say("en", "me.closed.door_late.title") in text_of(late)
        assert await count(town) == 0


async def test_the_button_works_only_in_the_browser_that_was_shown_it(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as shown, doors.browser() as other:
        token = csrf_of(await shown.get(link))
        stolen = await other.post(link + "?lang=en", {"csrf": token})
        assert stolen.status_code == 403
        assert say("en", "me.closed.door_elsewhere.title") in text_of(stolen)
        await other.get(link)
        assert (await other.post(link, {"csrf": token})).status_code == 403
        assert await count(doors.town) == 0
        assert (await shown.post(link, {"csrf": token})).status_code == 303


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "https://school.example.evil.example"])
async def test_the_button_is_pressed_on_our_page(doors: Doors, origin: str | None) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as browser:
        token = csrf_of(await browser.get(link))
        assert (await browser.post(link, {"csrf": token}, origin=origin)).status_code == 403
        assert await count(doors.town) == 0


async def test_of_many_presses_at_once_one_enters(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")

    async def press(browser: Browser, token: str) -> int:
        return (await browser.post(link, {"csrf": token})).status_code

    async with doors.browser() as a, doors.browser() as b:
        presses = [(browser, csrf_of(await browser.get(link))) for browser in (a, b)]
        answers = await asyncio.gather(*(press(*each) for each in presses * 4))
        assert sorted(answers) == [303] + [403] * 7
        assert await count(doors.town) == 1


@pytest.mark.parametrize("token", ["x", "a" * 43, "%2e%2e%2fme", "%00", "あ", "a" * 5000])
async def test_an_invented_link_opens_nothing(doors: Doors, token: str) -> None:
    async with doors.browser() as browser:
        answer = await browser.get(f"/in/{token}")
        assert answer.status_code in (403, 404)
        assert "set-cookie" not in answer.headers


async def test_older_links_that_wait_still_open_and_late_ones_are_dropped(doors: Doors) -> None:
    town = doors.town
    first = await doors.link(town.east, "hall")
    await doors.link(town.east, "hall")
    async with doors.browser() as browser:
        assert (await browser.enter(first)).status_code == 303
    await town.clock("08:20")
    await doors.link(town.east, "hall")
    assert len(await town.rows(t.door)) == 1


# ---------------------------------------------------------------- the session


async def test_cookies_cannot_be_read_or_planted(doors: Doors) -> None:
    link = await doors.link(doors.town.east, "hall")
    async with doors.browser() as browser:
        page = await browser.get(link)
        entered = await browser.post(link, {"csrf": csrf_of(page)})
    for set_cookie in (page.headers["set-cookie"], entered.headers.get_list("set-cookie")[0]):
        said = set_cookie.lower()
        assert said.startswith("__host-sukima")
        for part in ("httponly", "secure", "samesite=lax", "path=/"):
            assert part in said
        assert "domain" not in said


async def test_on_loopback_without_https_the_cookie_is_plain(town: Town) -> None:
    doors = doors_of(town, "http://school.example")
    async with doors.in_as(town.east, "hall") as browser:
        assert browser.cookie("sukima")
        assert (await browser.get("/me")).status_code == 200


async def test_coming_in_again_ends_the_browsers_former_session(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "aoki") as browser:
        await browser.enter(await doors.link(doors.town.east, "hall"))
        assert await count(doors.town) == 1
        assert "Hall" in text_of(await browser.get("/me"))


async def test_a_session_lasts_while_it_is_used_but_a_week_at_most(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser:
        for moment in (f"06-{day} {hour}" for day in range(10, 17) for hour in ("09:30", "16:00", "22:00")):
            await town.clock(moment)
            assert (await browser.get("/me")).status_code == 200, moment
        await town.clock("06-17 07:59")
        assert (await browser.get("/me")).status_code == 200
        await town.clock("06-17 08:00")
        assert (await browser.get("/me")).status_code == 403
    await town.house.store.forget_sessions(town.room.now())
    assert await count(town) == 0


async def test_an_unused_session_ends_by_itself(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        await doors.town.clock("19:59")
        assert (await browser.get("/me")).status_code == 200
        doors.town.room.put_clock(doors.town.room.now() + timedelta(hours=12, seconds=1))
        answer = await browser.get("/me?lang=en")
        assert answer.status_code == 403
        assert say("en", "me.closed.ended.title") in text_of(answer)
        assert say("en", "me.closed.way") in text_of(answer)


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 43, "../../etc/passwd", "' OR 1=1 --", "a" * 3000, "%00"], ids=range(7)
)
async def test_a_forged_cookie_is_nobody(doors: Doors, cookie: str) -> None:
    async with doors.browser() as browser:
        answer = await browser.get("/me", headers={"Cookie": f"{SESSION}={cookie}"})
        assert answer.status_code == 403


async def test_another_host_is_nobodys(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        assert (await browser.get("/me", headers={"Host": "evil.example"})).status_code == 400


async def test_sessions_are_listed_by_browser_and_date_and_ended(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as here, doors.in_as(town.east, "hall") as there:
        page = text_of(await here.get("/me/sessions?lang=en"))
        assert page.count("Firefox, Linux") == 2
        assert "10 Jun 2026" in page
        assert "08:00" not in page
        other = (await town.rows(t.session))[1].public_id
        ended = await here.send("/me/sessions", "/me/sessions", session=other)
        assert ended.headers["location"] == "/me/sessions?told=session_ended"
        assert (await there.get("/me")).status_code == 403
        assert (await here.get("/me")).status_code == 200
        left = await here.send("/me", "/me/sessions", session="here")
        assert left.headers["location"] == "/me/left"
        assert (await here.get("/me")).status_code == 403
        assert await count(town) == 0


async def test_all_others_end_at_once_and_so_do_links_that_wait(doors: Doors) -> None:
    town = doors.town
    waiting = await doors.link(town.east, "hall")
    async with (
        doors.in_as(town.east, "hall") as here,
        doors.in_as(town.east, "hall") as there,
        doors.in_as(town.east, "aoki") as aoki,
    ):
        await here.send("/me/sessions", "/me/sessions/others")
        assert (await here.get("/me")).status_code == 200
        assert (await there.get("/me")).status_code == 403
        assert (await aoki.get("/me")).status_code == 200
        assert (await there.get(waiting)).status_code == 403


async def test_nobody_ends_anothers_session(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as hall, doors.in_as(town.west, "hall") as twin:
        theirs = (await town.rows(t.session))[1].public_id
        await hall.send("/me/sessions", "/me/sessions", session=theirs)
        assert (await twin.get("/me")).status_code == 200


async def test_forgetting_ends_everything(doors: Doors) -> None:
    town = doors.town
    waiting = await doors.link(town.east, "hall")
    async with doors.in_as(town.east, "hall") as browser:
        await town.east["hall"].commands("forget")
        await town.east["hall"].presses(say("en", "label.forget_yes"))
        assert (await browser.get("/me")).status_code == 403
        assert (await browser.get(waiting)).status_code == 403
    assert await town.rows(t.session) == await town.rows(t.door) == []


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
         "Safari, iPhone"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, ChromeOS"),
        ("curl/8", ""),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_two_words(agent: str, name: str) -> None:
    assert browser_name(agent) == name
