"""The export brings badges of other issuers too: each verified again, bound by an address that is proved there."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services import bringing
from bot.services.bringing import Brought, LeftOut
from bot.services.foreign_showing import SetForeignFindable, set_findable
from scenarios.conftest import Shared
from scenarios.lms import Lms, lms_of
from scenarios.test_bringing import Far, brings, exported, me, rezipped
from scenarios.town import found_town, open_town, say
from storage import tables as t


@pytest.fixture
async def towns(shared_badge: Shared, tmp_path: Path) -> AsyncIterator[tuple[Lms, Far]]:
    """Aoki took a badge in, and lets `who` name them for it; the same site answers at the second town."""
    town, aoki = shared_badge.town, shared_badge.holder
    lms = lms_of(town).publish()
    await aoki.says(f"取り込む {lms.url}")
    (row,) = await town.rows(t.foreign_badge)
    mine = await me(town)
    find = SetForeignFindable(school_id=mine.school_id, person_id=mine.person_id, badge=row.public_id, findable=True)
    await town.house.store.run(set_findable, find)
    data = await exported(aoki)
    other = tmp_path / "other"
    await found_town(other)
    async with open_town(other, seed=7) as there:
        await there.east["aoki"].commands("wallet")
        yield lms_of(there).publish(), Far(data, there)


async def test_without_a_proved_address_it_is_named_only(shared_badge: Shared, tmp_path: Path) -> None:
    """What the ZIP says of its person's addresses is not believed."""
    await shared_badge.holder.says(f"取り込む {lms_of(shared_badge.town).publish().url}")
    data = await exported(shared_badge.holder)
    other = tmp_path / "other"
    await found_town(other)
    async with open_town(other, seed=7) as there:
        lms_of(there).publish()
        brought = await brings(there, data)
    assert (brought.badges, brought.completions, brought.taken) == (1, 1, 0)
    assert [each.refusal.reason for each in brought.left_out] == ["foreign_no_address"]


async def test_it_is_verified_again_and_taken_in(towns: tuple[Lms, Far]) -> None:
    lms, far = towns
    assert await brings(far.town, far.data) == Brought(1, 1, taken=1)
    (row,) = await far.town.rows(t.foreign_badge)
    assert (row.host, row.findable_at) == (lms.host, None), "being found is asked anew"
    await far.town.east["aoki"].commands("wallet")
    far.town.east["aoki"].sees(say("ja", "foreign.title"), lms.name, last=1)
    far.town.check_database()


async def test_a_second_time_asks_nobody_and_changes_nothing(towns: tuple[Lms, Far]) -> None:
    lms, far = towns
    await brings(far.town, far.data)
    before, asked = await far.town.rows(t.foreign_badge), len(lms.web.asked)
    assert await brings(far.town, far.data) == Brought(0, 0)
    assert (await far.town.rows(t.foreign_badge), len(lms.web.asked)) == (before, asked)


async def test_what_cannot_be_verified_is_named_and_can_be_brought_later(towns: tuple[Lms, Far]) -> None:
    lms, far = towns
    lms.goes()
    brought = await brings(far.town, far.data)
    assert (brought.badges, brought.completions, brought.taken) == (1, 1, 0)
    (left,) = brought.left_out
    assert left.refusal.reason == "foreign_unknown"
    lms.publish()
    assert await brings(far.town, far.data) == Brought(0, 0, taken=1)


async def test_somebody_elses_and_what_is_no_badge_are_named(towns: tuple[Lms, Far]) -> None:
    lms, far = towns
    mori = lms_of(far.town, number=8, address="mori@example.school").publish()
    more = {
        "elsewhere/mori.json": json.dumps(mori.assertion()).encode(),
        "elsewhere/none.png": b"no picture",
        "elsewhere/large.json": b" " * (2 * 2**20 + 5),
    }
    brought = await brings(far.town, rezipped(far.data, lambda _, data: data, **more))
    assert (brought.badges, brought.taken) == (1, 1)
    told = {each.refusal.reason: each.name for each in brought.left_out}
    assert told == {
        "foreign_not_yours": lms.name,
        "foreign_nothing": "elsewhere/none.png",
        "foreign_too_large": "elsewhere/large.json",
    }


async def test_many_and_large_ones_keep_nothing_else_out(towns: tuple[Lms, Far]) -> None:
    """So many as are 66 MiB together: of a ZIP that the product itself made, with room for 200."""
    _, far = towns
    more = {f"elsewhere/{number:02}.png": bytes(2 * 2**20) for number in range(33)}
    brought = await brings(far.town, rezipped(far.data, lambda _, data: data, **more))
    assert (brought.badges, brought.completions, brought.taken) == (1, 1, 1)
    assert {each.name for each in brought.left_out} == set(more)


async def test_what_is_more_than_can_be_kept_is_named(towns: tuple[Lms, Far], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_KEPT", 2)
    _, far = towns
    more = {f"elsewhere/z{number}.png": b"no picture" for number in range(3)}
    brought = await brings(far.town, rezipped(far.data, lambda _, data: data, **more))
    assert (brought.badges, brought.taken) == (1, 1)
    assert [each.refusal.reason for each in brought.left_out] == ["foreign_nothing", "foreign_full", "foreign_full"]


async def test_a_damaged_one_keeps_nothing_else_out(towns: tuple[Lms, Far]) -> None:
    _, far = towns
    brought = await brings(far.town, damaged(far.data))
    assert (brought.badges, brought.completions, brought.taken) == (1, 1, 0)
    assert [type(each) for each in brought.left_out] == [LeftOut]


def damaged(data: bytes) -> bytes:
    """The archive with the other issuer's badge stored as it is, and one byte of it changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        (name,) = [each for each in old.namelist() if each.startswith("elsewhere/") and "published" not in each]
        content = old.read(name)
    whole = out.getvalue()
    at = whole.index(content)
    return whole[:at] + b"?" + whole[at + 1 :]
