"""One's own pages: who may open them, what they show, and what their forms do."""

import asyncio
import io
import re
import zipfile
from datetime import datetime

import pytest
from scenarios.shelf import BREATH, CARE, FIRST, NAMES, WAY, pathway
from scenarios.town import FLOWER, TOKYO, answers, asks_to_be_checked, posts_of, say, shares, studies

from bot.badges.svg import unbake_svg
from bot.domain.language import Lang
from bot.domain.pathways import All, Earned
from bot.web.me import ACTS, BRING, LOOKS
from bot.web.visits import TOLD
from me.own_pages import Browser, Doors, csrf_of, text_of
from storage import tables as t

NOBODYS = "00000000-0000-4000-8000-000000000000"
PLAIN_LOOKS = sorted(path for path in LOOKS if "{" not in path and path != "/cabinet")


async def own_badge(doors: Doors, badge: str = FIRST, key: str = "aoki") -> str:
    """The path of a badge's own page."""
    return f"/me/badges/{(await doors.town.award(doors.town.east, key, badge)).public_id}"


def filled(path: str) -> str:
    return path.replace("{award}", NOBODYS).replace("{consent}", "named")


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("path", sorted(LOOKS))
async def test_without_a_session_no_page_opens(doors: Doors, path: str) -> None:
    async with doors.browser() as browser:
        answer = await browser.get(filled(path) + "?lang=en")
        assert answer.status_code == 403
        assert say("en", "me.closed.way") in text_of(answer)


@pytest.mark.parametrize("path", [*sorted(ACTS), "/me/forget/sure", BRING])
async def test_without_a_session_no_form_acts(doors: Doors, path: str) -> None:
    async with doors.browser() as browser:
        assert (await browser.post(filled(path), {"to": "on"})).status_code == 403
        assert (await browser.get(filled(path))).status_code in (403, 405)


@pytest.mark.parametrize("path", [*sorted(ACTS), "/me/forget/sure", BRING])
async def test_no_form_acts_without_its_token_or_from_elsewhere(doors: Doors, path: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser, doors.in_as(town.east, "aoki") as other:
        mine, theirs = csrf_of(await browser.get("/me")), csrf_of(await other.get("/me"))
        before = [await town.rows(table) for table in (t.person, t.award, t.session, t.audit)]
        form = {"to": "on", "typed": "forget me", "language": "ja"}
        for token, origin in ((mine, "https://evil.example"), (mine, None), (theirs, ""), ("", ""), ("x" * 500, "")):
            answer = await browser.post(filled(path), {**form, "csrf": token}, origin=origin)
            assert answer.status_code == 403
        assert [await town.rows(table) for table in (t.person, t.award, t.session, t.audit)] == before


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", PLAIN_LOOKS)
async def test_every_page_opens_in_both_languages(doors: Doors, path: str, lang: Lang) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        answer = await browser.get(f"{path}?lang={lang}")
        assert answer.status_code == 200
        if "html" in answer.headers["content-type"]:
            assert f'<html lang="{lang}">' in answer.text
            assert not re.search(r"\b(me|label|wallet|settings)\.[a-z_]+\b", text_of(answer))
            assert answer.headers["cache-control"] == "no-store"


async def test_pages_speak_the_persons_language(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as hall, doors.in_as(doors.town.east, "aoki") as aoki:
        assert say("en", "wallet.title") in text_of(await hall.get("/me", headers={"Accept-Language": "ja"}))
        assert say("ja", "wallet.title") in text_of(await aoki.get("/me", headers={"Accept-Language": "en"}))


@pytest.mark.parametrize("told", sorted(TOLD))
@pytest.mark.parametrize("lang", ["ja", "en"])
async def test_whatever_is_told_has_a_sentence(doors: Doors, told: str, lang: Lang) -> None:
    assert say(lang, f"me.told.{told}")


async def test_what_the_address_says_is_not_repeated(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        assert "<b>" not in (await browser.get("/me?told=<b>x")).text


# ---------------------------------------------------------------- badges


@pytest.fixture
async def badge(doors: Doors) -> str:
    await studies(doors.town.east["aoki"], "u-board")
    return await own_badge(doors)


async def test_the_switches_do_what_chat_does_and_once(doors: Doors, badge: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    async with doors.in_as(town.east, "aoki") as browser:
        token = csrf_of(await browser.get(badge))
        two = [browser.post(f"{badge}/display", {"csrf": token, "to": "on"}) for _ in range(4)]
        assert {answer.status_code for answer in await asyncio.gather(*two)} == {303}
        await town.settle()
        assert len(posts_of(aoki, aoki, FIRST)) == 1
        row = await town.award(town.east, "aoki", FIRST)
        assert row.displayed_at
        assert not row.findable_at
        await browser.post(f"{badge}/findable", {"csrf": token, "to": "on"})
        await browser.post(f"{badge}/display", {"csrf": token, "to": "off"})
        await town.settle()
        row = await town.award(town.east, "aoki", FIRST)
        assert row.findable_at
        assert not row.displayed_at
        assert posts_of(aoki, aoki, FIRST) == []
        back = await browser.send(badge, f"{badge}/findable", to="off")
        assert say("ja", "me.told.findable_off") in text_of(await browser.get(back.headers["location"]))
        acts = [entry.act for entry in await town.rows(t.audit)]
        assert [acts.count(act) for act in ("display", "hide", "findable")] == [1, 1, 2]


async def test_the_picture_and_credential_are_the_newest(doors: Doors, badge: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "aoki") as browser:
        picture = await browser.get(f"{badge}/picture.png?download")
        assert picture.content.startswith(b"\x89PNG")
        assert picture.headers["content-disposition"].startswith('attachment; filename="kb-ict-1-')
        credential = await browser.get(f"{badge}/credential.json")
        (edition,) = await town.editions((await town.award(town.east, "aoki", FIRST)).id)
        assert credential.text == edition.text
        vector = await browser.get(f"{badge}/picture.svg")
        assert vector.headers["content-disposition"].startswith('attachment; filename="kb-ict-1-')
        assert unbake_svg(vector.content) == edition.text.encode()
        token = await browser.get(f"{badge}/credential.jwt")
        assert (token.text, token.headers["content-type"]) == (edition.token, "text/plain; charset=utf-8")
        page = (await browser.get(badge)).text
        for file in ("picture.svg", "credential.jwt"):
            assert f'href="{badge}/{file}"' in page, file


async def test_nobody_opens_or_turns_anothers_badge(doors: Doors, badge: str) -> None:
    """Neither a colleague nor the same key in another school, whatever the ids are."""
    town = doors.town
    for stage, key in ((town.east, "hall"), (town.west, "aoki"), (town.east, "sato")):
        async with doors.in_as(stage, key) as browser:
            for path in (
                badge,
                f"{badge}/picture.png",
                f"{badge}/picture.svg",
                f"{badge}/credential.json",
                f"{badge}/credential.jwt",
                "/me/badges/%00",
            ):
                assert (await browser.get(path)).status_code == 404
            token = csrf_of(await browser.get("/me"))
            for act in (path.rpartition("/")[2] for path in ACTS if path.startswith("/me/badges/")):
                answer = await browser.post(f"{badge}/{act}", {"csrf": token, "to": "on"})
                assert answer.status_code == 404, act
    assert not (await town.award(town.east, "aoki", FIRST)).displayed_at


# ---------------------------------------------------------------- learning


async def test_map_and_record_say_in_words_what_was_done(doors: Doors) -> None:
    hall = doors.town.east["hall"]
    await studies(hall, "u-breath")
    await asks_to_be_checked(hall, "u-board")
    await answers(hall, "u-board")
    await hall.fills(reflection="<script>one calm breath</script>")
    async with doors.in_as(doors.town.east, "hall") as browser:
        record = await browser.get("/me/record")
        assert "10 Jun 2026" in text_of(record)
        assert "<script>one calm breath</script>" in text_of(record)
        assert "<script>one" not in record.text
        page = text_of(await browser.get("/me/map"))
        assert NAMES[CARE].en in page
        assert say("en", "me.map.units", done=0, total=2) in page or say("en", "map.cell.earned") in page
        assert (await browser.get("/me/map.png")).content.startswith(b"\x89PNG")


async def test_the_map_tells_pathways(doors: Doors) -> None:
    await doors.town.reload(pathways=(pathway(All((Earned(FIRST), Earned(CARE)))),))
    await studies(doors.town.east["hall"], "u-board")
    async with doors.in_as(doors.town.east, "hall") as browser:
        page = text_of(await browser.get("/me/map"))
        assert say("en", "pathway.has", parts=f"“{NAMES[FIRST].en}”") in page
        assert say("en", "pathway.missing", part=f"“{NAMES[CARE].en}”") in page
        assert say("en", "pathway.next", unit=BREATH.title, badge=f"“{NAMES[CARE].en}”") in page
        await studies(doors.town.east["hall"], "u-breath")
        assert say("en", "pathway.earned", badge=NAMES[WAY]) in text_of(await browser.get("/me/map"))


async def test_the_map_tells_what_a_pathway_needs_anew_and_renews_it(doors: Doors) -> None:
    town = doors.town
    await town.reload(terms={FIRST: 12}, pathways=(pathway(All((Earned(FIRST), Earned(CARE)))),))
    await studies(town.east["hall"], "u-board")
    town.room.put_clock(datetime(2027, 6, 12, 10, tzinfo=TOKYO))
    await town.settle()
    path = await own_badge(doors, key="hall")
    async with doors.in_as(town.east, "hall") as browser:
        page = await browser.get("/me/map")
        assert say("en", "pathway.halted.expired", badge=NAMES[FIRST].en, date="9 Jun 2027") in text_of(page)
        answer = await browser.post(f"{path}/renew", {"csrf": csrf_of(page)})
        assert answer.status_code == 303
        assert f"{path}/renew" in page.text


async def test_an_endorsement_is_taken_back_by_its_giver_only(doors: Doors) -> None:
    town, aoki, hall = doors.town, doors.town.east["aoki"], doors.town.east["hall"]
    await studies(aoki, "u-board")
    await hall.reacts(await shares(aoki, FIRST), FLOWER)
    await town.settle()
    award = await town.award(town.east, "aoki", FIRST)
    (given,) = await town.standing(award.id)
    async with doors.in_as(town.west, "hall") as twin, doors.in_as(town.east, "sato") as sato:
        for other in (twin, sato):
            answer = await other.send("/me", "/me/endorsements", endorsement=given.public_id)
            assert answer.status_code == 404
    async with doors.in_as(town.east, "hall") as browser:
        page = await browser.get("/me/endorsements")
        assert aoki.name in text_of(page)
        for _ in range(2):
            answer = await browser.post("/me/endorsements", {"csrf": csrf_of(page), "endorsement": given.public_id})
            assert answer.status_code == 303
        assert await town.standing(award.id) == []
        assert aoki.name not in text_of(await browser.get("/me/endorsements"))


# ---------------------------------------------------------------- settings


async def test_consents_are_given_and_withdrawn(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser:
        for to, expected in (("on", {"named"}), ("on", {"named"}), ("off", set()), ("off", set())):
            await browser.send("/me/settings", "/me/settings/consent/named", to=to)
            assert (await town.person(town.east, "hall")).consents == expected
        assert (await browser.send("/me/settings", "/me/settings/consent/everything", to="on")).status_code == 404


async def test_times_in_words_are_kept_or_given_back(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        wrong = await browser.send("/me/settings", "/me/settings/windows", words="sometimes <b>maybe</b>")
        assert wrong.status_code == 422
        assert "sometimes &lt;b&gt;maybe&lt;/b&gt;" in wrong.text
        assert 'aria-invalid="true"' in wrong.text
        kept = await browser.send("/me/settings", "/me/settings/windows", words="Wednesday 10:30-11:00")
        assert kept.status_code == 303
        assert "Wednesday 10:30–11:00" in text_of(await browser.get("/me/settings"))


async def test_that_new_times_replace_the_old_is_said_before(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        await browser.send("/me/settings", "/me/settings/windows", words="Wednesday 10:30-11:00, Monday 9:00-9:20")
        before = text_of(await browser.get("/me/settings"))
        assert "Wednesday 10:30–11:00" in before
        assert say("en", "windows.replaces") in before
        await browser.send("/me/settings", "/me/settings/windows", words="Friday 16:00-16:20")
        after = text_of(await browser.get("/me/settings"))
        assert "Friday 16:00–16:20" in after
        assert "Wednesday" not in after


async def test_the_language_holds_in_chat_too(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser:
        answer = await browser.send("/me/settings?lang=en", "/me/settings/language", language="ja")
        assert say("ja", "me.told.language") in text_of(await browser.get(answer.headers["location"]))
        assert (await town.person(town.east, "hall")).lang == "ja"
        assert (await browser.send("/me/settings", "/me/settings/language", language="xx")).status_code == 400


async def test_one_press_names_me_for_nothing(doors: Doors, badge: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "aoki") as browser:
        await browser.send(badge, f"{badge}/findable", to="on")
        await browser.send("/me/settings", "/me/settings/unfindable")
        assert not (await town.award(town.east, "aoki", FIRST)).findable_at


# ---------------------------------------------------------------- a page left open


async def test_a_page_left_open_over_an_ended_session_gives_back_what_was_typed(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "hall") as browser:
        token = csrf_of(await browser.get("/me/settings"))
        await browser.send("/me", "/me/sessions", session="here")
        form = {"csrf": token, "words": "Wednesday </textarea><b>10:30</b>"}
        answer = await browser.post("/me/settings/windows?lang=en", form)
        assert answer.status_code == 403
        assert say("en", "me.kept.title") in text_of(answer)
        assert "Wednesday &lt;/textarea&gt;" in answer.text
        from_elsewhere = await browser.post("/me/settings/windows", form, origin="https://evil.example")
        assert "Wednesday" not in from_elsewhere.text


async def test_a_page_left_open_over_another_session_changes_nothing(doors: Doors) -> None:
    """The form of a former session, sent in the next one."""
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser:
        token = csrf_of(await browser.get("/me/settings"))
        await browser.enter(await doors.link(town.east, "hall"))
        answer = await browser.post("/me/settings/windows", {"csrf": token, "words": "Wednesday 10:30-11:00"})
        assert answer.status_code == 403
        assert say("en", "me.stale.title") in text_of(answer)
        assert "Wednesday 10:30-11:00" in answer.text


# ---------------------------------------------------------------- taking out, leaving


async def test_the_export_is_the_one_of_chat(doors: Doors, badge: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    await aoki.commands("export")
    async with doors.in_as(town.east, "aoki") as browser:
        answer = await browser.send("/me/data", "/me/export")
        assert answer.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
            assert b"session" in archive.read("everything.json")
            assert (browser.cookie("__Host-sukima") or "x").encode() not in archive.read("everything.json")
    assert {"README.txt", "wallet.json", "record.json", "settings.json", "everything.json"} <= set(names)
    assert [entry.act for entry in await town.rows(t.audit)].count("export") == 2


async def test_forgetting_asks_for_a_typed_word(doors: Doors) -> None:
    town = doors.town
    async with doors.in_as(town.east, "hall") as browser:
        assert say("en", "me.forget.go_on") in text_of(await browser.get("/me/forget"))
        wrong = await browser.send("/me/forget/sure", "/me/forget/sure", typed="yes")
        assert wrong.status_code == 422
        assert (await browser.get("/me")).status_code == 200
        done = await browser.send("/me/forget/sure", "/me/forget/sure", typed=" Forget  ME ")
        assert done.status_code == 303
        assert say("en", "me.goodbye.forgotten.title") in text_of(await browser.get(done.headers["location"]))
        assert browser.cookie("__Host-sukima") is None
        assert (await browser.get("/me")).status_code == 403
    assert [row.forgotten_at for row in await town.rows(t.person) if row.name == ""] != []


async def in_two_windows(browser: Browser, page: str, path: str, **form: str) -> list[int]:
    token = csrf_of(await browser.get(page))
    sent = [browser.post(path, {"csrf": token, **form}) for _ in range(2)]
    return [answer.status_code for answer in await asyncio.gather(*sent)]


async def test_two_windows_at_once_do_no_harm(doors: Doors, badge: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "aoki") as browser:
        for path, form in (
            (f"{badge}/findable", {"to": "on"}),
            ("/me/settings/consent/delivery", {"to": "on"}),
            ("/me/settings/windows", {"words": "水曜 10:30–11:00"}),
            ("/me/settings/language", {"language": "en"}),
        ):
            assert await in_two_windows(browser, "/me", path, **form) == [303, 303]
        forgotten = await in_two_windows(browser, "/me", "/me/forget/sure", typed="すべて消す")
        assert set(forgotten) <= {303, 403, 422}
    town.check_database()
