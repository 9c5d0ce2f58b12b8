"""Endorsing a colleague's badge from one's own pages."""

import asyncio

import pytest
from scenarios.shelf import FIRST, NAMES
from scenarios.town import Town, say, shares, studies

from me.own_pages import Doors, csrf_of, text_of
from storage import tables as t

WORDS = "板書を写真に残す工夫が、学年に広がりました"


@pytest.fixture
async def award(doors: Doors) -> str:
    """Aoki shows a badge to all colleagues."""
    await studies(doors.town.east["aoki"], "u-board")
    await shares(doors.town.east["aoki"], FIRST)
    return str((await doors.town.award(doors.town.east, "aoki", FIRST)).public_id)


async def _said(town: Town) -> list[str | None]:
    return [row.comment for row in await town.rows(t.endorsement)]


async def test_from_two_windows_it_counts_once_with_its_words(doors: Doors, award: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "mori") as one, doors.in_as(town.east, "mori") as two:
        page = await one.get("/me/shown")
        assert NAMES[FIRST].ja in text_of(page)
        assert town.east["aoki"].name in text_of(page)
        form = {"csrf": csrf_of(page), "award": award, "words": WORDS}
        assert (await one.post("/me/shown", {**form, "csrf": "x"})).status_code == 403
        other = {**form, "csrf": csrf_of(await two.get("/me/shown")), "words": ""}
        answers = await asyncio.gather(one.post("/me/shown", form), two.post("/me/shown", other))
        assert [answer.status_code for answer in answers] == [303, 303]
        await town.settle()
        assert await _said(town) == [WORDS]
        assert say("ja", "me.shown.given") in text_of(await one.get("/me/shown"))
        assert WORDS in text_of(await one.get("/me/endorsements"))
    town.check_database()


async def test_words_that_cannot_be_endorse_nothing(doors: Doors, award: str) -> None:
    town = doors.town
    async with doors.in_as(town.east, "mori") as browser:
        words = f"{town.east['aoki'].name}さんの工夫"
        refused = await browser.send("/me/shown", "/me/shown", award=award, words=words)
        assert refused.status_code == 409
        assert say("ja", "refused.comment_names") in text_of(refused)
        assert await town.rows(t.endorsement) == []


async def test_only_what_is_shown_to_one_can_be_endorsed(doors: Doors, award: str) -> None:
    town, aoki = doors.town, doors.town.east["aoki"]
    async with (
        doors.in_as(town.east, "aoki") as holder,
        doors.in_as(town.west, "mori") as stranger,
        doors.in_as(town.east, "mori") as asked,
        doors.in_as(town.east, "hall") as hall,
    ):
        assert NAMES[FIRST].ja not in text_of(await holder.get("/me/shown"))
        own = await holder.send("/me/settings", "/me/shown", award=award)
        assert say("ja", "refused.own_award") in text_of(own)
        assert NAMES[FIRST].ja not in text_of(await stranger.get("/me/shown"))
        assert (await stranger.send("/me/settings", "/me/shown", award=award)).status_code == 404
        await aoki.presses(say("ja", "label.private"))
        mori = await town.person(town.east, "mori")
        path = f"/me/badges/{award}"
        assert (await holder.send(path, f"{path}/invite", person=mori.public_id)).status_code == 303
        assert NAMES[FIRST].en not in text_of(await hall.get("/me/shown"))
        assert (await hall.send("/me/settings", "/me/shown", award=award)).status_code == 404
        assert say("ja", "me.shown.asked") in text_of(await asked.get("/me/shown"))
        assert (await asked.send("/me/shown", "/me/shown", award=award)).status_code == 303
        assert len(await town.rows(t.endorsement)) == 1


async def test_what_is_said_of_words_tells_nobody_whose_badge_it_is(doors: Doors, award: str) -> None:
    """Not shown to colleagues, it is not there for them: whether the words name its holder or not."""
    town, aoki = doors.town, doors.town.east["aoki"]
    await aoki.presses(say("ja", "label.private"))
    async with doors.in_as(town.east, "mori") as mori:
        for words in (f"{aoki.name}さん", f"{town.east['sato'].name}さん", "あ" * 1000):
            assert (await mori.send("/me/settings", "/me/shown", award=award, words=words)).status_code == 404
