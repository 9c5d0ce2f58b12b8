"""The readable page of an export: everything on it, in the person's language, opening by itself; and what an export
brings of badges that expired or were stopped."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.domain.stops import StopChange
from bot.errors import Problem
from bot.services import comments
from scenarios.conftest import Shared
from scenarios.shelf import CARE, FIRST, NAMES
from scenarios.test_bringing import brings, exported, rezipped
from scenarios.test_stopping import REASON, change
from scenarios.town import FLOWER, TOKYO, Town, found_town, open_town, say, shares, studies
from storage import tables as t

HOSTILE = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror=alert(2)>&"\''


class Parsed(HTMLParser):
    """The tags with their attributes, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words += data

    def all(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def page_of(data: bytes) -> tuple[Parsed, str, set[str]]:
    """The page, as it is, and the names of the files beside it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        html = archive.read("index.html").decode()
        return Parsed(html), html, set(archive.namelist())


async def test_everything_is_on_it_and_nothing_leads_out(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await aoki.fills(reflection=HOSTILE)
    await mori.reacts(shared_badge.post, FLOWER)
    (given,) = await town.standing(await shared_badge.award())
    person = await town.person(town.east, "mori")
    said = comments.Comment(
        school_id=person.school_id, person_id=person.id, endorsement=given.public_id, text="声が届いていました"
    )
    await town.house.store.run(comments.comment, said)
    sato = town.east["sato"]
    await studies(sato, "u-board")
    await aoki.reacts(await shares(sato, FIRST), FLOWER)
    await town.settle()
    page, html, names = page_of(await exported(aoki))
    assert page.tags[0] == ("html", {"lang": "ja"})
    for words in (
        aoki.name, NAMES[FIRST].ja, NAMES[FIRST].en, say("ja", "me.chip.displayed"), "2026年6月10日", HOSTILE,
        "声が届いていました", say("ja", "received.by.colleague"), say("ja", "me.given.as.colleague"), "れい出版",
    ):  # fmt: skip
        assert words in page.words, words
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "form", "object", "base"})
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    for where in (*page.all("src"), *page.all("href")):
        assert where.startswith("#") or where in names, where
    assert "evil.example" not in " ".join((*page.all("src"), *page.all("href")))
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "--paper" in style
    assert not re.search(r"url\(|@import", style)


async def test_it_is_in_the_persons_language_and_says_when_there_is_nothing(town: Town) -> None:
    page, _, _ = page_of(await exported(town.east["hall"]))
    assert say("en", "export.page.none") in page.words
    assert say("en", "export.page.keep") in page.words
    assert not re.search(r"export\.page\.|\{\w+\}", page.words)


async def test_expired_and_revoked_badges_come_along_and_stay_what_they_are(town: Town, tmp_path: Path) -> None:
    """The statement says what was revoked, also where the credential cannot."""
    await town.reload(terms={CARE: 3})
    aoki = town.east["aoki"]
    await studies(aoki, "u-board", "u-breath")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.REVOKE)
    late = datetime(2026, 9, 20, 9, tzinfo=TOKYO)
    town.room.put_clock(late)
    await town.settle()
    data = await exported(aoki)
    page, _, _ = page_of(data)
    line = say("ja", "stop.line.revoked", date="2026年6月10日", reason=REASON)
    expired = say("ja", "validity.expired", date="2026年9月9日")
    assert line in page.words
    assert expired in page.words
    other = tmp_path / "other"
    await found_town(other)
    async with open_town(other, seed=5, now=late + timedelta(days=1)) as there:
        here = there.east["aoki"]
        assert (await brings(there, data)).badges == 3
        await here.commands("wallet")
        here.sees(line, expired, last=1)
        assert not await there.rows(t.award), "nothing is shown to anybody"
        again, _, _ = page_of(await exported(here))
        assert line in again.words
        assert expired in again.words

        def forged(name: str, content: bytes) -> bytes:
            return content.replace(b"2026-09-10T00", b"2036-09-10T00") if name.startswith("credentials/") else content

        with pytest.raises(Problem) as caught:
            await brings(there, rezipped(data, forged))
        assert caught.value.code == "bring_altered"
        assert str(caught.value.params["file"]).startswith("credentials/kb-care-1-")
