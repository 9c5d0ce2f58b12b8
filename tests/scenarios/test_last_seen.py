"""Cannot tell now: with the day on which one's own kept badge was last found valid, and with nobody else's."""

import json
from datetime import timedelta

import pytest

from bot.domain.foreign import AGAIN_AFTER
from bot.errors import Problem
from bot.services import turns
from bot.services.foreign import AboutForeign
from scenarios.lms import Lms, lms_of
from scenarios.test_bringing import me
from scenarios.test_taking_in import school_of
from scenarios.town import Town, say
from storage import tables as t
from storage.repositories.foreign import ForeignRows

SINCE = say("ja", "cli.verify.unknown_since", day="2026-06-10")


@pytest.fixture
async def lms(town: Town) -> Lms:
    """Aoki keeps its badge; then its site goes."""
    lms = lms_of(town).publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    await town.clock("06-12 09:00")
    lms.goes()
    return lms


async def test_by_its_address_and_the_page_for_people(town: Town, lms: Lms) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    for link in (lms.url, lms.page):
        lms.web.puts(lms.page, b"<html>", "text/html")
        await aoki.says(f"確かめて {link}")
        aoki.sees(SINCE, say("ja", "verify.seen.valid_on", day="2026-06-10"), last=1)
    await mori.says(f"確かめて {lms.url}")
    mori.sees(say("ja", "cli.verify.unknown"), last=1)
    await aoki.says("確かめて https://other.example/badge")
    aoki.sees(say("ja", "cli.verify.unknown"), last=1)


async def test_by_its_bytes_and_never_by_what_a_changed_file_says(town: Town, lms: Lms) -> None:
    who, desk = await me(town), town.house.foreign
    (row,) = await town.rows(t.foreign_badge)
    verdict = (await desk.look_into(who, bytes(row.file))).verdict
    assert [check.params for check in verdict.checks if check.name == "seen"] == [{"day": "2026-06-10"}]
    changed = json.dumps(lms.assertion() | {"issuedOn": "2020-01-01T00:00:00Z"}).encode()
    assert "seen" not in {check.name for check in (await desk.look_into(who, changed)).verdict.checks}
    mori = await me(town, "mori")
    assert "seen" not in {check.name for check in (await desk.look_into(mori, bytes(row.file))).verdict.checks}


async def test_one_that_was_revoked_since_has_no_such_day(town: Town, lms: Lms) -> None:
    lms.publish().revokes()
    await town.clock("06-20 09:00")
    assert await town.house.foreign.check_again(await school_of(town)) == 1
    lms.goes()
    await town.east["aoki"].says(f"確かめて {lms.url}")
    town.east["aoki"].sees(say("ja", "cli.verify.unknown"), last=1)


async def test_one_that_is_over_was_valid_on_no_later_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at again and again, and found merely over. The files are not all read for it."""
    lms = lms_of(town, more={"expires": "2026-06-12T00:00:00+09:00"}).publish()
    await town.east["aoki"].says(f"取り込む {lms.url}")
    await town.clock("06-20 09:00")
    assert await town.house.foreign.check_again(await school_of(town)) == 1
    lms.goes()
    monkeypatch.delattr(ForeignRows, "files")
    await town.east["aoki"].says(f"確かめて {lms.url}")
    town.east["aoki"].sees(say("ja", "verify.seen.valid_on", day="2026-06-11"), last=1)
    (row,) = await town.rows(t.foreign_badge)
    verdict = (await town.house.foreign.look_into(await me(town), bytes(row.file))).verdict
    assert [check.params for check in verdict.checks if check.name == "seen"] == [{"day": "2026-06-11"}]


async def test_so_many_in_an_hour_each_and_the_nights_work_is_not_counted(
    town: Town, lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_AN_HOUR", 2)
    aoki, mori = town.east["aoki"], town.east["mori"]
    enough = say("ja", "problem.foreign_enough", most=2)
    for _ in range(2):
        await aoki.says(f"確かめて {lms.url}")
        aoki.sees(SINCE, last=1)
    asked = len(lms.web.asked)
    await aoki.says(f"取り込む {lms.url}")
    aoki.sees(enough, last=1)
    (row,) = await town.rows(t.foreign_badge)
    who = await me(town)
    with pytest.raises(Problem):
        await town.house.foreign.check(
            AboutForeign(school_id=who.school_id, person_id=who.person_id, badge=row.public_id)
        )
    assert len(lms.web.asked) == asked, "nothing was read"
    await mori.says(f"確かめて {lms.url}")
    mori.sees(say("ja", "cli.verify.unknown"), last=1)
    town.room.put_clock(town.room.now() + AGAIN_AFTER)
    lms.publish()
    for _ in range(3):
        assert await town.house.foreign.check_again(await school_of(town)) == 1
        town.room.put_clock(town.room.now() + AGAIN_AFTER + timedelta(minutes=1))
    await aoki.says(f"確かめて {lms.url}")
    assert enough not in aoki.newest().card.text()
