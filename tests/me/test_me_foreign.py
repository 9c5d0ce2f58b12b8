"""Badges from elsewhere in the browser: taken in by file or address, looked at, checked again, let go."""

import json
import re
import struct
import zlib

import pytest
from scenarios.lms import Lms, lms_of
from scenarios.town import say

from bot.domain.foreign import MAX_BYTES
from bot.handlers.local.stage import Actor
from bot.web.me_foreign import PATH, UPLOAD
from me.own_pages import Browser, Doors, text_of
from storage import tables as t


@pytest.fixture
async def lms(doors: Doors) -> Lms:
    await doors.town.east["aoki"].commands("wallet")  # whereby the room tells whose address is whose
    return lms_of(doors.town).publish()


def baked(text: bytes, keyword: bytes = b"openbadges") -> bytes:
    """A PNG of one pixel with a text in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixel = zlib.compress(b"\0\0\0\0")
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    inside = chunk(b"iTXt", keyword + b"\0\0\0\0\0" + text)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + inside + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


async def sent(browser: Browser, data: bytes) -> str:
    answer = await browser.upload(PATH, UPLOAD, data, "badge.png")
    if answer.status_code == 303:
        answer = await browser.get(answer.headers["location"])
    return text_of(answer)


async def test_a_picture_is_taken_in_shown_given_back_and_let_go(doors: Doors, lms: Lms) -> None:
    data = baked(json.dumps(lms.assertion()).encode())
    async with doors.in_as(doors.town.east, "aoki") as browser, doors.in_as(doors.town.east, "mori") as other:
        page = await sent(browser, data)
        for wanted in (say("ja", "me.told.taken_in"), lms.name, "例示大学", lms.host, "確認日 2026-06-10"):
            assert wanted in page
        assert say("ja", "me.told.taken_already") in await sent(browser, data)
        (row,) = await doors.town.rows(t.foreign_badge)
        own = f"{PATH}/{row.public_id}"
        picture = await browser.get(f"{own}/picture.png")
        assert (picture.content, picture.headers["content-type"]) == (data, "image/png")
        file = await browser.get(f"{own}/file")
        assert file.headers["content-disposition"].startswith("attachment")
        for path in (f"{own}/picture.png", f"{own}/file"):
            assert (await other.get(path)).status_code == 404
        assert (await other.send(PATH, f"{own}/drop")).status_code == 404
        assert lms.name in text_of(await browser.get("/me"))
        assert lms.name not in text_of(await other.get("/me"))
        lms.address = "aoki@former.example.jp"
        lms.publish()
        checked = await browser.send(PATH, f"{own}/check")
        told = text_of(await browser.get(checked.headers["location"]))
        assert say("ja", "me.told.not_addressed") in told, "its address is not Aoki's, or not any more"
        lms.goes()
        checked = await browser.send(PATH, f"{own}/check")
        assert say("ja", "me.told.not_checked") in text_of(await browser.get(checked.headers["location"]))
        await browser.send(PATH, f"{own}/drop")
        assert not await doors.town.rows(t.foreign_badge)
    doors.town.check_database()


async def test_by_address_and_what_was_typed_is_given_back(doors: Doors, lms: Lms) -> None:
    async with doors.in_as(doors.town.east, "aoki") as browser:
        assert (await browser.send(PATH, f"{PATH}/link", link=f" {lms.page} ")).status_code == 303
        refused = await browser.send(PATH, f"{PATH}/link", link='https://other.example/"><script>')
        assert refused.status_code == 422
        assert say("ja", "refused.foreign_unknown") in text_of(refused)
        assert '"><script>' not in refused.text
        assert "https://other.example/" in refused.text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "foreign_nothing"),
        (b"hello", "foreign_nothing"),
        (b"{}", "foreign_nothing"),
        (baked(b"not json"), "foreign_nothing"),
        (b"{" + b" " * MAX_BYTES + b"}", "foreign_too_large"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "foreign_unknown"),
        (baked(zlib.compress(b"\0" * 5_000_000)), "foreign_nothing"),
    ],
    ids=["nothing", "words", "no-badge", "picture", "large", "deep", "bomb"],
)
async def test_what_is_no_badge_is_told_in_a_sentence(doors: Doors, data: bytes, why: str) -> None:
    async with doors.in_as(doors.town.east, "aoki") as browser:
        answer = await browser.upload(PATH, UPLOAD, data, "badge.json")
        assert answer.status_code == 422
        sentence = re.escape(say("ja", f"refused.{why}", limit=2))
        assert re.search(sentence, text_of(answer)), text_of(answer)
    assert not await doors.town.rows(t.foreign_badge)


async def test_who_names_its_holder_only_after_a_press(doors: Doors, lms: Lms) -> None:
    town = doors.town
    aoki, mori, west = town.east["aoki"], town.east["mori"], town.west["mori"]
    question = "子どもの見取りに詳しい人は？"
    async with doors.in_as(town.east, "aoki") as browser, doors.in_as(town.east, "mori") as other:
        await browser.send(PATH, f"{PATH}/link", link=lms.url)
        (row,) = await town.rows(t.foreign_badge)
        turn = f"{PATH}/{row.public_id}/findable"

        async def is_named(asker: Actor) -> bool:
            await asker.says(question)
            return aoki.name in asker.newest().card.text()

        assert not await is_named(mori), "nothing is turned on by taking in"
        assert (await other.send(PATH, turn, to="on")).status_code == 404
        assert (await browser.send(PATH, turn, to="on")).status_code == 303
        assert await is_named(mori)
        mori.sees(f"{lms.name}", f"ほかで発行：{lms.host}")
        assert not await is_named(west)
        await aoki.says(question)
        assert lms.name not in aoki.newest().card.text().replace(question, ""), "nobody is named to themselves"
        await browser.send(PATH, turn, to="off")
        assert not await is_named(mori)
        await browser.send(PATH, turn, to="on")
        lms.revokes()
        await browser.send(PATH, f"{PATH}/{row.public_id}/check")
        assert not await is_named(mori)
        refused = await browser.send(PATH, turn, to="off")
        assert refused.status_code == 303
        assert (await browser.send(PATH, turn, to="on")).status_code == 409
    town.check_database()
