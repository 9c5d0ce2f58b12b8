"""Moving in the browser: the code, the look ahead and the press; and a record from another Sukima as a file."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scenarios.shelf import FIRST, NAMES
from scenarios.test_bringing import exported, rezipped
from scenarios.test_moving import agree
from scenarios.town import Town, found_town, open_town, say, shares, studies

from bot.domain.language import Bilingual
from bot.services.commands import OfNoSchool
from bot.services.ports import Work
from bot.web.me import BRING, MOST_BROUGHT
from bot.web.uploads import AT_ONCE
from me.own_pages import Browser, Doors, csrf_of, doors_of, text_of
from storage import carrying
from storage import tables as t

CODE = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b")
PAGE = "/me/move"


@pytest.fixture
async def agreed(doors: Doors) -> Doors:
    """Aoki has a badge in the east, which lets people move to the west."""
    await studies(doors.town.east["aoki"], "u-board")
    await shares(doors.town.east["aoki"], FIRST)
    await agree(doors.town)
    return doors


async def code_in(browser: Browser) -> str:
    page = await browser.send(PAGE, f"{PAGE}/begin")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    (code,) = CODE.findall(text_of(page))
    return str(code)


def move_in(page: Any) -> str:
    found = re.search(r'name="move" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def test_from_code_to_press(agreed: Doors) -> None:
    town = agreed.town
    async with agreed.in_as(town.east, "aoki") as old, agreed.in_as(town.west, "aoki") as new:
        code = await code_in(old)
        assert not CODE.search(text_of(await old.get(PAGE))), "it is shown once"
        ahead = await new.send(PAGE, f"{PAGE}/look", code=code.lower().replace("-", " "))
        assert say("ja", "move.comes", badges=1, completions=1) in text_of(ahead)
        assert NAMES[FIRST].ja not in text_of(await new.get("/me")), "nothing has moved yet"
        move = move_in(ahead)
        done = await new.post(f"{PAGE}/confirm", {"csrf": csrf_of(ahead), "move": move})
        assert done.status_code == 303
        page = text_of(await new.get(done.headers["location"]))
        assert say("ja", "me.told.moved") in page
        assert NAMES[FIRST].ja in page
        assert (await old.get("/me")).status_code == 403, "the session at the old school ends with the move"
        again = await new.post(f"{PAGE}/confirm", {"csrf": csrf_of(ahead), "move": move})
        assert again.status_code == 409
        assert say("ja", "refused.move_code") in text_of(again)
    badge = await town.award(town.west, "aoki", FIRST)
    async with agreed.in_as(town.west, "aoki") as new:
        page = text_of(await new.get(f"/me/badges/{badge.public_id}"))
        assert "あさひ小学校" in page, "the issuer stays"
        assert (await new.get(f"/me/badges/{badge.public_id}/picture.png")).status_code == 200
    town.check_database()


async def test_a_code_that_does_not_work_is_given_back_with_why(agreed: Doors) -> None:
    town = agreed.town
    async with agreed.in_as(town.east, "aoki") as old, agreed.in_as(town.west, "aoki") as new:
        for browser, code, why in (
            (new, "AAAA-BBBB-CCCC-DDDD", "move_code"),
            (new, "", "move_code"),
            (new, "<script>" + "x" * 5000, "move_code"),
            (old, await code_in(old), "move_same_school"),
        ):
            answer = await browser.send(PAGE, f"{PAGE}/look", code=code)
            assert answer.status_code == 422
            assert say("ja", f"refused.{why}") in text_of(answer)
            assert "<script>x" not in answer.text
        stranger = await new.send(PAGE, f"{PAGE}/confirm", move="00000000-0000-4000-8000-000000000000")
        assert stranger.status_code == 409


async def test_only_who_gave_the_code_presses(agreed: Doors) -> None:
    town = agreed.town
    async with (
        agreed.in_as(town.east, "aoki") as old,
        agreed.in_as(town.west, "aoki") as new,
        agreed.in_as(town.west, "mori") as other,
    ):
        move = move_in(await new.send(PAGE, f"{PAGE}/look", code=await code_in(old)))
        for browser in (other, old):
            assert (await browser.send(PAGE, f"{PAGE}/confirm", move=move)).status_code == 409
        assert await town.award(town.east, "aoki", FIRST)


@pytest.mark.parametrize("step", ["learning", "awards", "given", "brought", "leave"])
async def test_a_press_that_fails_midway_has_moved_nothing(
    agreed: Doors, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = agreed.town

    async def fails(*args: Any) -> None:
        raise ConnectionError("the power went")

    async def everything() -> list[Any]:
        return [await town.rows(table) for table in t.metadata.sorted_tables]

    async with agreed.in_as(town.east, "aoki") as old, agreed.in_as(town.west, "aoki") as new:
        ahead = await new.send(PAGE, f"{PAGE}/look", code=await code_in(old))
        form = {"csrf": csrf_of(ahead), "move": move_in(ahead)}
        before = await everything()
        monkeypatch.setattr(carrying.Journey, step, fails)
        with pytest.raises(ConnectionError):
            await new.post(f"{PAGE}/confirm", form)
        assert await everything() == before
        monkeypatch.undo()
        assert (await new.post(f"{PAGE}/confirm", form)).status_code == 303


async def test_two_windows_press_at_once(agreed: Doors) -> None:
    town = agreed.town
    async with agreed.in_as(town.east, "aoki") as old, agreed.in_as(town.west, "aoki") as new:
        ahead = await new.send(PAGE, f"{PAGE}/look", code=await code_in(old))
        form = {"csrf": csrf_of(ahead), "move": move_in(ahead)}
        answers = await asyncio.gather(*(new.post(f"{PAGE}/confirm", form) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert len(await town.rows(t.award)) == 1


async def test_the_board_keeps_what_it_was_given(agreed: Doors) -> None:
    """The old board by the old school's name; the new one gets it only by a press of its own."""
    town = agreed.town
    east, west = (await town.workspace(town.east)).school_id, (await town.workspace(town.west)).school_id

    async def found(work: Work, command: OfNoSchool) -> tuple[str, str]:
        boards = []
        for key, school in (("みどり", east), ("あお", west)):
            board = await work.directory.add_board(key, Bilingual(f"{key}教育委員会", f"{key} Board"))
            await work.directory.put_under(school, board.id)
            boards.append(board.public_id)
        return boards[0], boards[1]

    first, second = await town.house.store.run(found, OfNoSchool())
    badge = f"/me/badges/{(await town.award(town.east, 'aoki', FIRST)).public_id}"
    async with agreed.in_as(town.east, "aoki") as old, agreed.in_as(town.west, "aoki") as new:
        await old.send(badge, f"{badge}/submit", board=first)
        ahead = await new.send(PAGE, f"{PAGE}/look", code=await code_in(old))
        await new.post(f"{PAGE}/confirm", {"csrf": csrf_of(ahead), "move": move_in(ahead)})
        page = text_of(await new.get(badge))
        assert "みどり教育委員会" in page
        assert "あお教育委員会" not in page
        assert (await new.send(badge, f"{badge}/submit", board=second)).status_code == 303
        page = text_of(await new.get(badge))
        assert "みどり教育委員会" in page
        assert "あお教育委員会" in page
        assert {row.from_school_id for row in await town.rows(t.submission)} == {east, west}
        assert (await new.send(badge, f"{badge}/take-back", board=first)).status_code == 303
        (standing,) = await town.rows(t.submission, t.submission.c.taken_back_at.is_(None))
        assert standing.from_school_id == west


# ---------------------------------------------------------------- as a file


@dataclass
class Far:
    """Somebody's export, and the pages of another deployment."""

    data: bytes
    doors: Doors


@pytest.fixture
async def far(town: Town, tmp_path: Path) -> AsyncIterator[Far]:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    await shares(aoki, FIRST)
    await aoki.fills(reflection="声を落とすと<b>伝わる</b>")
    data = await exported(aoki)
    await found_town(tmp_path / "other")
    async with open_town(tmp_path / "other", seed=7) as there:
        yield Far(data, doors_of(there))


async def test_a_record_is_brought_told_and_shown_with_its_school(far: Far) -> None:
    async with far.doors.in_as(far.doors.town.east, "aoki") as browser:
        told = await browser.upload(PAGE, BRING, far.data)
        assert told.status_code == 200
        assert say("ja", "me.move.brought", badges=1, completions=1) in text_of(told)
        wallet, record = await browser.get("/me"), await browser.get("/me/record")
        for page in (wallet, record):
            assert say("ja", "brought.title") in text_of(page)
            assert "あさひ小学校" in text_of(page)
        assert NAMES[FIRST].ja in text_of(wallet)
        assert "声を落とすと&lt;b&gt;伝わる" in record.text
        again = await browser.upload(PAGE, BRING, far.data)
        assert say("ja", "me.move.nothing_new") in text_of(again)
    async with far.doors.in_as(far.doors.town.east, "mori") as other:
        assert say("ja", "brought.title") not in text_of(await other.get("/me"))
        refused = await other.upload(PAGE, BRING, far.data)
        assert refused.status_code == 409
        assert say("ja", "problem.bring_other_person") in text_of(refused)


async def test_a_badge_of_another_issuer_that_is_not_taken_in_is_named_with_the_reason(far: Far) -> None:
    data = rezipped(far.data, lambda _, data: data, **{"elsewhere/<b>x.png": b"no picture"})
    async with far.doors.in_as(far.doors.town.east, "aoki") as browser:
        told = await browser.upload(PAGE, BRING, data)
    assert say("ja", "me.move.brought", badges=1, completions=1) in text_of(told)
    assert "elsewhere/&lt;b&gt;x.png" in told.text
    assert say("ja", "refused.foreign_nothing") in text_of(told)


async def test_every_refusal_is_one_sentence_and_keeps_nothing(far: Far) -> None:
    town = far.doors.town
    other = rezipped(far.data, lambda name, data: data + b" " if name.startswith("cred") else data)
    bare = rezipped(far.data, lambda name, data: None if name.startswith("statements/") else data)
    with zipfile.ZipFile(io.BytesIO(far.data)) as archive:
        altered = min(name for name in archive.namelist() if name.startswith("cred"))
    async with far.doors.in_as(town.east, "aoki") as browser:
        for data, why in (
            (b"", "not_export"),
            (b"no zip", "not_export"),
            (b"\x89PNG\r\n\x1a\n" + b"0" * 2000, "not_export"),
            (far.data[:-30], "not_export"),
            (bare, "not_export"),
            (other, "altered"),
        ):
            answer = await browser.upload(PAGE, BRING, data)
            assert answer.status_code == 409, why
            named = {"file": altered} if why == "altered" else {}
            assert say("ja", f"problem.bring_{why}", **named) in text_of(answer)
        assert not await town.rows(t.brought)


async def test_the_file_is_not_read_for_strangers(far: Far) -> None:
    """Who has no session, or another site's page, is refused before a byte of it is read."""
    read = False

    async def bytes_of_it() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    async with far.doors.browser() as stranger, far.doors.in_as(far.doors.town.east, "aoki") as browser:
        for who, origin in ((stranger, stranger.base), (browser, "https://evil.example")):
            answer = await who.client.post(BRING, content=bytes_of_it(), headers={**kind, "Origin": origin})
            assert answer.status_code == 403
        assert not read
        forged = await browser.upload(PAGE, BRING, far.data, csrf="x")
        assert forged.status_code == 403
        half = await browser.client.post(
            BRING, content=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
            headers={**kind, "Origin": browser.base},
        )  # fmt: skip
        assert half.status_code == 400
    assert not await far.doors.town.rows(t.brought)


async def test_too_large_a_file_is_refused(far: Far) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MOST_BROUGHT // 2**20 + 1):
            yield bytes(2**20)

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    async with far.doors.in_as(far.doors.town.east, "aoki") as browser:
        answer = await browser.client.post(BRING, content=endless(), headers={**kind, "Origin": browser.base})
        assert answer.status_code == 413


async def test_so_many_at_a_time(far: Far) -> None:
    """The others are asked to come again; afterwards there is room."""
    waiting = asyncio.Event()
    arrived = asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        arrived.release()
        await waiting.wait()
        yield b"--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    async with far.doors.in_as(far.doors.town.east, "aoki") as browser:
        headers = {**kind, "Origin": browser.base}
        posts = (browser.client.post(BRING, content=slow(), headers=headers) for _ in range(AT_ONCE))
        sent = [asyncio.create_task(post) for post in posts]
        for _ in sent:
            await arrived.acquire()
        busy = await browser.upload(PAGE, BRING, far.data)
        assert busy.status_code == 409
        assert say("ja", "problem.bring_busy") in text_of(busy)
        waiting.set()
        for answer in await asyncio.gather(*sent):
            assert answer.status_code == 403, "a form without its token"
        assert (await browser.upload(PAGE, BRING, far.data)).status_code == 200
