"""Beyond the school: publishing, previewing, collections, and submitting to the board; each an act of its own."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from scenarios.shelf import FIRST, NAMES
from scenarios.test_stopping import change
from scenarios.town import FLOWER, TOKYO, say, shares, studies

from bot.domain.language import Bilingual
from bot.domain.people import Role
from bot.domain.stops import StopChange
from bot.handlers.local.stage import Stage
from bot.services import public, received
from bot.services.awards import AboutAward
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.ports import Showing, Work
from me.own_pages import BASE, Doors, csrf_of, text_of
from storage import tables as t


@pytest.fixture
async def badge(doors: Doors) -> str:
    """The path of Aoki's badge."""
    await studies(doors.town.east["aoki"], "u-board")
    return f"/me/badges/{(await doors.town.award(doors.town.east, 'aoki', FIRST)).public_id}"


async def found_board(doors: Doors, key: str, *stages: Stage) -> str:
    """A board with these schools; its public id."""
    schools = [(await doors.town.workspace(stage)).school_id for stage in stages]

    async def found(work: Work, command: OfNoSchool) -> str:
        board = await work.directory.add_board(key, Bilingual(f"{key}教育委員会", f"{key} Board"))
        for school in schools:
            await work.directory.put_under(school, board.id)
        return board.public_id

    return await doors.town.house.store.run(found, OfNoSchool())


async def make_officer(doors: Doors, stage: Stage, key: str) -> None:
    person = await doors.town.person(stage, key)

    async def name(work: Work, command: ByPerson) -> None:
        found = await work.people.get(command.person_id)
        await work.people.save(replace(found, roles=found.roles | {Role.OFFICER}))

    await doors.town.house.store.run(name, ByPerson(school_id=person.school_id, person_id=person.id))


# ---------------------------------------------------------------- a stopped badge


async def test_a_stopped_badge_offers_only_what_takes_back(doors: Doors, badge: str) -> None:
    await shares(doors.town.east["aoki"], FIRST)
    async with doors.in_as(doors.town.east, "aoki") as browser:
        await change(doors.town, badge.rpartition("/")[2], StopChange.SUSPEND)
        page = (await browser.get(badge)).text
        assert f"{badge}/display" in page
        assert say("ja", "badge.unseen.suspended") in page
        assert say("ja", "me.display.means") not in page
        assert say("ja", "me.chip.displayed") not in (await browser.get("/me")).text
        assert say("ja", "refused.stopped_show") in text_of(await browser.get(f"{badge}/submit"))
        for act in ("findable", "publish", "submit"):
            assert f"{badge}/{act}" not in page, act
        await change(doors.town, badge.rpartition("/")[2], StopChange.REINSTATE)
        page = (await browser.get(badge)).text
        for act in ("display", "findable", "publish"):
            assert f"{badge}/{act}" in page, act


async def test_an_expired_badge_offers_nothing_that_is_refused(doors: Doors) -> None:
    town, me = doors.town, doors.town.east["aoki"]
    await town.reload(terms={FIRST: 12})
    await studies(me, "u-board")
    badge = f"/me/badges/{(await town.award(town.east, 'aoki', FIRST)).public_id}"
    await found_board(doors, "kita", town.east)
    town.room.put_clock(datetime(2027, 7, 10, 9, tzinfo=TOKYO))
    async with doors.in_as(town.east, "aoki") as browser:
        page = (await browser.get(badge)).text
        for act in ("display", "publish", "renew"):
            assert f'action="{badge}/{act}"' in page, act
        for act in ("findable", "submit"):
            assert f"{badge}/{act}" not in page, act
        assert say("ja", "renewal.how_expired") in page
        envelope = await browser.get(f"{badge}/submit")
        assert say("ja", "refused.expired_submit") in text_of(envelope)
        assert say("ja", "me.submit.goes") not in text_of(envelope)


# ---------------------------------------------------------------- publish


async def test_the_owner_sees_an_unpublished_page_and_publishing_is_one_switch(doors: Doors, badge: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "aoki") as browser, doors.in_as(town.east, "hall") as other:
        preview = await browser.get(f"{badge}/preview")
        assert preview.status_code == 200
        assert say("ja", "me.preview.means") in text_of(preview)
        for file in ("/preview.png", "/preview/picture.png", "/preview.json"):
            assert (await browser.get(badge + file)).status_code == 200
            assert (await other.get(badge + file)).status_code == 404
        assert (await other.get(f"{badge}/preview")).status_code == 404
        assert not (await town.award(town.east, "aoki", FIRST)).published_at
        for _ in range(2):
            await browser.send(badge, f"{badge}/publish", to="on")
        row = await town.award(town.east, "aoki", FIRST)
        assert row.published_at
        assert not row.displayed_at
        assert not row.findable_at
        assert f"{BASE}/badges/{row.public_id}" in (await browser.get(badge)).text
        await browser.send(badge, f"{badge}/publish", to="off")
        assert not (await town.award(town.east, "aoki", FIRST)).published_at


# ---------------------------------------------------------------- collections


async def test_a_collection_is_made_and_ended(doors: Doors, badge: str) -> None:
    town, award = doors.town, badge.rpartition("/")[2]
    async with doors.in_as(town.east, "aoki") as browser, doors.in_as(town.west, "aoki") as twin:
        wrong = await browser.send("/me/collections", "/me/collections", title="<b>研究会</b>", until="2026-06-30")
        assert wrong.status_code == 422
        assert "&lt;b&gt;研究会" in wrong.text
        for until in ("2020-01-01", "soon", "", "9999-12-31"):
            form = {"title": "研究会", "until": until, "badge": award}
            assert (await browser.send("/me/collections", "/me/collections", **form)).status_code == 422
        form = {"title": "研究会", "until": "2026-06-30", "badge": award}
        assert (await twin.send("/me/collections", "/me/collections", **form)).status_code == 404
        assert (await browser.send("/me/collections", "/me/collections", **form)).status_code == 303
        assert f"{BASE}/w/" in (await browser.get("/me/collections")).text
        (made,) = await town.rows(t.collection)
        end = {"collection": made.public_id}
        assert (await twin.send("/me", "/me/collections/end", **end)).status_code == 404
        for _ in range(2):
            assert (await browser.send("/me", "/me/collections/end", **end)).status_code == 303
        assert "研究会</bdi>" not in (await browser.get("/me/collections")).text


# ---------------------------------------------------------------- submit


async def test_without_a_board_the_page_says_the_way_out(doors: Doors, badge: str) -> None:
    async with doors.in_as(doors.town.east, "aoki") as browser:
        assert say("ja", "me.submit.no_board") in text_of(await browser.get(f"{badge}/submit"))
        answer = await browser.send("/me", f"{badge}/submit", board="")
        assert answer.status_code == 409
        assert await doors.town.rows(t.submission) == []


async def test_what_is_sent_is_said_first_and_sent_once(doors: Doors, badge: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    board = await found_board(doors, "みどり", town.east)
    async with doors.in_as(town.east, "aoki") as browser:
        page = await browser.get(f"{badge}/submit")
        said = text_of(page)
        for part in ("みどり教育委員会", aoki.name, NAMES[FIRST].ja, "2026年6月10日", "提出する", "やめる"):
            assert part in said
        assert await town.rows(t.submission) == []
        form = {"csrf": csrf_of(page), "board": board}
        answers = await asyncio.gather(*(browser.post(f"{badge}/submit", form) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {303}
        assert len(await town.rows(t.submission)) == 1
        row = await town.award(town.east, "aoki", FIRST)
        assert not row.displayed_at
        assert not row.published_at
        for path in ("/me/map", "/me/record", badge):
            assert "みどり教育委員会" in text_of(await browser.get(path))
        for _ in range(2):
            assert (await browser.send(badge, f"{badge}/take-back", board=board)).status_code == 303
        (gone,) = await town.rows(t.submission)
        assert gone.taken_back_at
        acts = [entry.act for entry in await town.rows(t.audit)]
        assert (acts.count("submit"), acts.count("take_back")) == (1, 1)
        await browser.post(f"{badge}/submit", form)
        assert len(await town.rows(t.submission)) == 2


async def test_nothing_goes_to_another_board_than_the_page_named(doors: Doors, badge: str) -> None:
    town = doors.town
    first = await found_board(doors, "みどり", town.east)
    async with doors.in_as(town.east, "aoki") as browser:
        page = await browser.get(f"{badge}/submit")
        await found_board(doors, "あお", town.east)
        answer = await browser.post(f"{badge}/submit", {"csrf": csrf_of(page), "board": first})
        assert answer.status_code == 409
        assert await town.rows(t.submission) == []


async def test_officers_of_the_board_read_what_was_submitted_to_it_and_it_is_told(doors: Doors, badge: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    board = await found_board(doors, "みどり", town.east, town.west)
    await make_officer(doors, town.west, "sato")
    async with (
        doors.in_as(town.east, "aoki") as holder,
        doors.in_as(town.west, "sato") as officer,
        doors.in_as(town.east, "sato") as leader,
    ):
        assert say("ja", "me.cabinet.none") in text_of(await officer.get("/cabinet"))
        await holder.send(badge, f"{badge}/submit", board=board)
        seen = text_of(await officer.get("/cabinet"))
        assert aoki.name in seen
        assert NAMES[FIRST].ja in seen
        assert (await officer.get(badge)).status_code == 404
        for nobody in (leader, holder):
            assert (await nobody.get("/cabinet")).status_code == 404
        assert say("ja", "me.sent.seen", date="2026年6月10日") in text_of(await holder.get(badge))
        assert [entry.act for entry in await town.rows(t.audit)].count("look") == 2
        await holder.send(badge, f"{badge}/take-back", board=board)
        assert aoki.name not in text_of(await officer.get("/cabinet"))


async def test_another_boards_officer_sees_nothing(doors: Doors, badge: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    board = await found_board(doors, "みどり", town.east)
    await found_board(doors, "あお", town.west)
    await make_officer(doors, town.west, "sato")
    async with doors.in_as(town.east, "aoki") as holder, doors.in_as(town.west, "sato") as officer:
        await holder.send(badge, f"{badge}/submit", board=board)
        assert aoki.name not in text_of(await officer.get("/cabinet"))
        (row,) = await town.rows(t.submission)
        assert row.seen_at is None


async def test_a_board_that_a_school_has_left_reads_no_more_of_it(doors: Doors, badge: str) -> None:
    """And nothing is lost: it stands there again when the school comes back."""
    town, aoki = doors.town, doors.town.east["aoki"]
    board = await found_board(doors, "みどり", town.east, town.west)
    await make_officer(doors, town.west, "sato")
    async with doors.in_as(town.east, "aoki") as holder, doors.in_as(town.west, "sato") as officer:
        await holder.send(badge, f"{badge}/submit", board=board)
        await found_board(doors, "あお", town.east)
        assert aoki.name not in text_of(await officer.get("/cabinet"))
        (row,) = await town.rows(t.submission)
        assert row.taken_back_at is None


# ---------------------------------------------------------------- endorsements received


async def test_words_and_hiding_on_ones_own_pages(doors: Doors, badge: str) -> None:
    town = doors.town
    post = await shares(town.east["aoki"], FIRST)
    await town.east["mori"].reacts(post, FLOWER)
    (given,) = await town.standing((await town.award(town.east, "aoki", FIRST)).id)
    words = "<b>みごと</b> {{ 7*7 }}"
    async with doors.in_as(town.east, "mori") as mori, doors.in_as(town.east, "aoki") as aoki:
        sent = {"endorsement": given.public_id, "words": words}
        assert (await aoki.send("/me", "/me/endorsements/comment", **sent)).status_code == 404, "another's"
        said = await mori.send("/me/endorsements", "/me/endorsements/comment", **sent)
        assert said.headers["location"].endswith("told=commented")
        too_long = await mori.send("/me/endorsements", "/me/endorsements/comment", **{**sent, "words": "あ" * 281})
        assert say("ja", "refused.comment_long", most=280) in text_of(too_long)
        assert "&lt;b&gt;みごと" in (await mori.get("/me/endorsements")).text
        await town.settle()
        page = await aoki.get(badge)
        assert words in text_of(page)
        assert "<b>みごと" not in page.text
        shown = await aoki.get(f"{badge}/preview")
        assert words in text_of(shown)
        assert "<b>みごと" not in shown.text
        switch = {"endorsement": given.public_id, "to": "off"}
        assert (await mori.send("/me/endorsements", f"{badge}/endorsements", **switch)).status_code == 404
        hidden = await aoki.send(badge, f"{badge}/endorsements", **switch)
        assert hidden.headers["location"].endswith("told=endorsement_hidden")
        await town.settle()
        assert words not in text_of(await aoki.get(f"{badge}/preview"))
        assert say("ja", "me.received.hidden") in text_of(await aoki.get(badge))
        assert "みごと" in (await mori.get("/me/endorsements")).text, "to its endorser it stands"
        await aoki.send(badge, f"{badge}/endorsements", endorsement=given.public_id, to="on")
        await town.settle()
        assert words in text_of(await aoki.get(f"{badge}/preview"))


async def test_no_page_hands_out_what_was_just_hidden(doors: Doors, badge: str) -> None:
    """Until the next edition is signed, the former one does not leave the house."""
    town = doors.town
    post = await shares(town.east["aoki"], FIRST)
    await town.east["mori"].reacts(post, FLOWER)
    row = await town.award(town.east, "aoki", FIRST)
    (given,) = await town.standing(row.id)
    command = received.Hide(school_id=row.school_id, person_id=row.person_id, endorsement=given.public_id, hidden=True)

    async def look() -> Showing:
        found = await town.house.store.look(public.preview, about)
        assert isinstance(found, Showing)
        return found

    about = AboutAward(school_id=row.school_id, person_id=row.person_id, award=row.public_id)
    assert (await look()).is_settled
    await town.house.store.run(received.hide, command)
    assert not (await look()).is_settled
    assert (await look()).endorsements == ()
    await town.settle()
    assert (await look()).is_settled
