"""Badges inside one's own badge, at the badge's page."""

import pytest
from scenarios.shelf import CARE, FIRST, WHOLE_CARE
from scenarios.test_stopping import change
from scenarios.town import say, studies

from bot.domain.stops import StopChange
from me.own_pages import Doors, text_of
from storage import tables as t


@pytest.fixture
async def badges(doors: Doors) -> tuple[str, str]:
    """The path of Aoki's competence badge, and the id of its part."""
    await studies(doors.town.east["aoki"], "u-board", "u-breath")
    whole, care = [await doors.town.award(doors.town.east, "aoki", badge) for badge in (WHOLE_CARE, CARE)]
    return f"/me/badges/{whole.public_id}", care.public_id


async def test_each_part_says_what_it_holds_and_has_its_press(doors: Doors, badges: tuple[str, str]) -> None:
    town, (path, part) = doors.town, badges
    async with doors.in_as(town.east, "aoki") as browser, doors.in_as(town.east, "mori") as other:
        page = text_of(await browser.get(path))
        for sentence in ("parts.means", "parts.undo", "parts.state.out"):
            assert say("ja", sentence) in page
        assert say("ja", "parts.holds", date="2026年6月10日") in page
        done = await browser.send(path, f"{path}/parts", part=part, to="on")
        assert done.status_code == 303
        assert say("ja", "me.told.enclosed") in text_of(await browser.get(done.headers["location"]))
        assert [row.inside for row in await town.rows(t.enclosure)] == [False]
        assert say("ja", "parts.state.waiting") in text_of(await browser.get(path))
        await town.settle()
        assert say("ja", "parts.state.inside") in text_of(await browser.get(path))
        assert say("ja", "web.badge.inside") in text_of(await browser.get(f"{path}/preview"))
        assert (await other.post(f"{path}/parts", {"part": part, "to": "off"})).status_code in (403, 404)
        assert (await browser.send(path, f"{path}/parts", part=part, to="off")).status_code == 303
        await town.settle()
        assert not await town.rows(t.enclosure)
        assert say("ja", "web.badge.inside") not in text_of(await browser.get(f"{path}/preview"))


async def test_nobody_elses_and_nothing_stopped_is_put_inside(doors: Doors, badges: tuple[str, str]) -> None:
    town, (path, part) = doors.town, badges
    await studies(town.east["mori"], "u-breath")
    theirs = (await town.award(town.east, "mori", CARE)).public_id
    first = (await town.award(town.east, "aoki", FIRST)).public_id
    async with doors.in_as(town.east, "aoki") as browser, doors.in_as(town.west, "aoki") as twin:
        for one in (theirs, first, "", "x"):
            assert (await browser.send(path, f"{path}/parts", part=one, to="on")).status_code == 404
        assert (await twin.send("/me/settings", f"{path}/parts", part=part, to="on")).status_code == 404
        assert say("ja", "me.parts.title") not in text_of(await browser.get(f"/me/badges/{first}"))
        await change(town, part, StopChange.SUSPEND)
        page = await browser.get(path)
        assert say("ja", "parts.state.stopped") in text_of(page)
        assert f"{path}/parts" not in page.text, "there is no press"
        refused = await browser.send(path, f"{path}/parts", part=part, to="on")
        assert say("ja", "refused.enclose_ended") in text_of(refused)
    assert not await town.rows(t.enclosure)
