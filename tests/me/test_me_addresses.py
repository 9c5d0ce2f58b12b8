"""One's own mail addresses in the browser: listed, proved by a code, removed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scenarios.postbox import Postbox, open_postbox
from scenarios.town import open_town, say

from me.own_pages import Browser, Doors, doors_of, text_of
from storage import tables as t

PAGE = "/me/addresses"
OLD = "aoki@former.example.jp"


@pytest.fixture
async def post() -> AsyncIterator[Postbox]:
    async with open_postbox() as box:
        yield box


@pytest.fixture
async def mailing(town_folder: Path, post: Postbox) -> AsyncIterator[Doors]:
    async with open_town(town_folder, smtp_url=post.url) as town:
        await town.east["aoki"].commands("wallet")
        yield doors_of(town)


async def prove(browser: Browser, post: Postbox, address: str = OLD) -> None:
    sent = await browser.send(PAGE, PAGE, address=address)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}?told=code_sent")
    proved = await browser.send(PAGE, f"{PAGE}/code", code=post.code())
    assert proved.headers["location"] == f"{PAGE}?told=address_proved"


async def test_from_the_code_to_removing(mailing: Doors, post: Postbox) -> None:
    async with mailing.in_as(mailing.town.east, "aoki") as browser:
        page = await browser.get(PAGE)
        assert "aoki@example.school" in text_of(page)
        assert say("ja", "mail.by_chat") in text_of(page)
        assert f'href="{PAGE}"' in (await browser.get("/me/settings")).text
        await prove(browser, post)
        page = await browser.get(PAGE)
        assert OLD in text_of(page)
        assert say("ja", "mail.sent", address=OLD) not in text_of(page)
        (row,) = await mailing.town.rows(t.mail_address)
        dropped = await browser.send(PAGE, f"{PAGE}/drop", id=row.public_id)
        assert dropped.headers["location"] == f"{PAGE}?told=address_dropped"
        assert OLD not in text_of(await browser.get(PAGE))
        assert (await browser.send(PAGE, f"{PAGE}/drop", id=row.public_id)).status_code == 404


async def test_what_is_wrong_is_said_beside_the_field(mailing: Doors, post: Postbox) -> None:
    async with mailing.in_as(mailing.town.east, "aoki") as browser:
        none = await browser.send(PAGE, f"{PAGE}/code", code="12345678")
        assert (none.status_code, say("ja", "refused.mail_no_code") in text_of(none)) == (422, True)
        bad = await browser.send(PAGE, PAGE, address="<b>x</b>")
        assert (bad.status_code, say("ja", "refused.mail_no_address") in text_of(bad)) == (422, True)
        assert "<b>x</b>" not in bad.text
        await browser.send(PAGE, PAGE, address=OLD)
        short = await browser.send(PAGE, f"{PAGE}/code", code="1")
        assert say("ja", "refused.mail_not_a_code", digits=8) in text_of(short)
    assert len(post.letters) == 1


async def test_nobody_else_removes_or_gives(mailing: Doors, post: Postbox) -> None:
    await mailing.town.east["mori"].commands("wallet")
    async with mailing.in_as(mailing.town.east, "aoki") as browser:
        await prove(browser, post)
    (row,) = await mailing.town.rows(t.mail_address)
    async with mailing.in_as(mailing.town.east, "mori") as other:
        assert OLD not in text_of(await other.get(PAGE))
        assert (await other.send(PAGE, f"{PAGE}/drop", id=row.public_id)).status_code == 404
        await other.send(PAGE, PAGE, address="mori@former.example.jp")
    async with mailing.in_as(mailing.town.east, "aoki") as browser:
        stolen = await browser.send(PAGE, f"{PAGE}/code", code=post.code())
        assert say("ja", "refused.mail_no_code") in text_of(stolen)
    assert [one.address for one in await mailing.town.rows(t.mail_address)] == [OLD]


async def test_without_a_mail_server_there_is_no_form(doors: Doors) -> None:
    async with doors.in_as(doors.town.east, "aoki") as browser:
        page = await browser.get(PAGE)
        assert say("ja", "refused.mail_not_set_up") in text_of(page)
        assert 'name="address"' not in page.text
