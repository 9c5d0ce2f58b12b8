"""Cannot tell now: with the day on which one's own kept badge was last found valid, and with nobody else's."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.badges import jsontext
from bot.domain.foreign import AGAIN_AFTER
from bot.errors import Problem
from bot.services import turns
from bot.services.foreign import AboutForeign, drop
from bot.services.last_seen import AskedAbout, last_seen
from scenarios.lms import Lms, lms_of
from scenarios.test_bringing import exported, me
from scenarios.test_foreign_again import HOST, University, university
from scenarios.test_moving import agree, code_of
from scenarios.test_taking_in import files_of, school_of
from scenarios.town import Town, label, say
from storage import tables as t
from storage.repositories.foreign import ForeignRows

SINCE = say("ja", "cli.verify.unknown_since", day="2026-06-10")
CANNOT_TELL = say("ja", "cli.verify.unknown")
__all__ = ["university"]


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


async def test_no_copy_is_read_to_find_the_one(town: Town, lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be many, and large ones; reading them would keep everybody waiting."""
    who = await me(town)
    (row,) = await town.rows(t.foreign_badge)
    assert row.copy, "the page for people is known by what is published, not as where it was taken in"

    def reads(_: bytes) -> None:
        raise AssertionError

    monkeypatch.setattr(jsontext, "from_text", reads)
    asked = {link: AskedAbout(**vars(who), thing=link) for link in (lms.page, "https://nobody.example/b")}
    days = {link: await town.house.store.look(last_seen, about) for link, about in asked.items()}
    assert [day is not None for day in days.values()] == [True, False]


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


# ---------------------------------------------------------------- signed ones, by the address at which they were read


def falls_silent(university: University, *more: str) -> None:
    for url in (university.url, *more):
        university.web.pages.pop(url, None)


async def verifies(actor: Any, link: str, seen: str) -> None:
    await actor.says(f"確かめて {link}")
    actor.sees(seen, last=1)


async def test_a_signed_one_by_the_address_that_is_silent_now(town: Town, university: University) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    falls_silent(university)
    await town.clock("06-12 09:00")
    for link in (university.url, f"https://{HOST.upper()}/b/1.json#top"):
        await verifies(aoki, link, SINCE)
    for link in (f"https://{HOST}/b/2.json", f"https://{HOST}/b/1.json?v=2"):
        await verifies(aoki, link, CANNOT_TELL)
    await verifies(mori, university.url, CANNOT_TELL)
    await verifies(town.west["aoki"], university.url, CANNOT_TELL)
    university.web.puts(university.url, b"", status=503)
    await verifies(aoki, university.url, SINCE)


async def test_one_whose_address_answers_lends_its_day_to_no_other_bytes(town: Town, university: University) -> None:
    aoki, there = town.east["aoki"], university.web.pages[university.url]
    falls_silent(university, university.list_url)
    await verifies(aoki, university.url, SINCE)
    university.web.pages[university.url] = there
    await verifies(aoki, university.url, SINCE)
    university.publish("11111111-0000-4000-8000-000000000002")
    university.web.pages.pop(university.list_url)
    await verifies(aoki, university.url, CANNOT_TELL)


async def test_by_the_last_address_and_no_more_once_it_is_dropped(town: Town, university: University) -> None:
    aoki, second = town.east["aoki"], f"https://{HOST}/copy.json"
    there = university.web.pages[university.url]
    assert there.body
    who = await me(town)
    await town.house.foreign.take_in(who, there.body)
    university.web.puts(second, there.body, "application/vc+ld+json")
    await aoki.says(f"取り込む {second}")
    falls_silent(university, second)
    await verifies(aoki, second, SINCE)
    await verifies(aoki, university.url, CANNOT_TELL)
    (row,) = await town.rows(t.foreign_badge)
    assert HOST not in row.address_mark
    archive = files_of(await exported(aoki))
    assert not [name for name, data in archive.items() if row.address_mark.encode() in data or second.encode() in data]
    await town.house.store.run(drop, AboutForeign(**vars(who), badge=row.public_id))
    await verifies(aoki, second, CANNOT_TELL)


async def test_a_file_that_comes_later_leaves_the_address_and_a_move_takes_it_along(
    town: Town, university: University
) -> None:
    there = university.web.pages[university.url]
    await town.house.foreign.take_in(await me(town), there.body)
    await agree(town)
    code = await code_of(town, town.east["aoki"])
    await town.west["aoki"].commands(f"move {code}")
    await town.west["aoki"].presses(label(town.west["aoki"], "move_yes"))
    falls_silent(university)
    await verifies(town.west["aoki"], university.url, SINCE)
    await verifies(town.east["aoki"], university.url, CANNOT_TELL)


async def test_an_address_that_led_to_another_badge_later_is_that_ones(town: Town, university: University) -> None:
    """Some sites show whatever somebody earned last."""
    aoki = town.east["aoki"]
    await town.clock("06-14 09:00")
    university.publish("11111111-0000-4000-8000-000000000002")
    await aoki.says(f"取り込む {university.url}")
    assert [row.address_mark is None for row in await town.rows(t.foreign_badge)] == [True, False]
    falls_silent(university)
    await verifies(aoki, university.url, say("ja", "cli.verify.unknown_since", day="2026-06-14"))
