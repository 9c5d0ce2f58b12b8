"""A badge sent as a file: told to its sender alone, taken in by the road of all badges from elsewhere, and not kept."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from badges.badge_samples import png_chunk, tiny_png

from bot.badges.bake import bake
from bot.badges.svg import bake_svg, wrapped
from bot.conversation.acts.files import MOST_FILES
from bot.domain.foreign import MAX_BYTES
from bot.errors import Problem
from bot.handlers.local.brought import Uploaded
from bot.handlers.local.chairs import Place
from bot.handlers.local.stage import Actor
from scenarios.lms import Lms, lms_of
from scenarios.shelf import FIRST
from scenarios.town import Town, label, leaks, say, studies, texts
from storage import tables as t


@pytest.fixture
def lms(town: Town) -> Lms:
    return lms_of(town).publish()


def document(lms: Lms, name: str = "badge.json") -> Uploaded:
    return Uploaded(name, json.dumps(lms.assertion()).encode())


def picture(lms: Lms) -> Uploaded:
    """As Moodle bakes it: the assertion's address in the older chunk."""
    png = tiny_png()
    at = png.index(b"IDAT") - 4
    return Uploaded("badge.png", png[:at] + png_chunk(b"tEXt", b"openbadges\0" + lms.url.encode()) + png[at:])


def drawing(lms: Lms) -> Uploaded:
    assertion = f'<openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="{escape(lms.url)}"/>'
    return Uploaded("badge.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{assertion}</svg>'.encode())


def seen_by_others(town: Town, sender: Actor) -> str:
    """All that anybody else can read."""
    others = [town.east[key] for key in ("mori", "hall", "sato") if key != sender.key]
    return "".join(texts((*other.direct(), *other.staff())) for other in others)


async def kept(town: Town) -> int:
    return len(await town.rows(t.foreign_badge))


@pytest.mark.parametrize("make", [document, picture, drawing])
async def test_a_file_alone_is_told_of_and_taken_in_by_a_press(town: Town, lms: Lms, make: object) -> None:
    aoki, file = town.east["aoki"], make(lms)  # type: ignore[operator]
    await aoki.sends(file)
    told = aoki.sees(say("ja", "cli.verify.valid"), say("ja", "file.name", name=file.name), lms.name, last=1)
    assert not leaks(told.card.text())
    assert await kept(town) == 0, "looking keeps nothing"
    for answer in ("foreign.taken", "foreign.kept_already"):
        await aoki.presses(label(aoki, "take_in_file"))
        aoki.sees(say("ja", answer), lms.host, last=1)
    assert await kept(town) == 1
    assert not list((town.folder / "room" / "files").glob("*badge*")), "the room keeps no file"
    town.check_database()


@pytest.mark.parametrize("words", ["取り込む", "このバッジを取り込んで", "/sukima import", "@Sukima 取り込む"])
async def test_asked_to_take_in_it_is(town: Town, lms: Lms, words: str) -> None:
    aoki = town.east["aoki"]
    for answer in ("foreign.taken", "foreign.kept_already"):
        await aoki.sends(document(lms), words=words)
        aoki.sees(say("ja", answer), say("ja", "file.name", name="badge.json"), last=1)
    assert await kept(town) == 1


@pytest.mark.parametrize("words", ["", " ", "こんにちは", "使い方"])
async def test_without_a_question_only_the_file_is_answered(town: Town, lms: Lms, words: str) -> None:
    aoki = town.east["aoki"]
    before = len(aoki.direct())
    await aoki.sends(document(lms), words=words)
    aoki.sees(say("ja", "cli.verify.valid"), lms.name, last=1)
    assert len(aoki.direct()) == before + 2, "the name of the file, and one answer"


@pytest.mark.parametrize("words", ["確かめて", "verify", "これは本物か確かめたい"])
async def test_asked_to_verify_only_that_is_done(town: Town, lms: Lms, words: str) -> None:
    aoki = town.east["aoki"]
    await aoki.sends(document(lms), words=words)
    told = aoki.sees(say("ja", "cli.verify.valid"), lms.name, last=1)
    assert not told.card.buttons
    assert await kept(town) == 0


async def test_in_a_channel_nobody_else_sees_anything(town: Town, lms: Lms) -> None:
    aoki, before = town.east["aoki"], seen_by_others(town, town.east["aoki"])
    secret = "いまから取り込みます"
    await aoki.sends(document(lms, "ひみつ.json"), words=secret, place=Place.STAFF)
    await aoki.sends(document(lms), place=Place.STAFF)
    await aoki.presses(label(aoki, "take_in_file"), Place.STAFF)
    assert await kept(town) == 1
    mine = texts(aoki.staff())
    assert all(words in mine for words in (secret, "ひみつ.json", lms.name, say("ja", "foreign.kept_already")))
    assert seen_by_others(town, aoki) == before
    assert all(message.ephemeral for message in aoki.staff()[-5:])


async def test_somebody_elses_badge_is_told_of_and_not_taken_in(town: Town, lms: Lms) -> None:
    mori = town.east["mori"]
    await mori.sends(document(lms))
    await mori.presses(label(mori, "take_in_file"))
    mori.sees(say("ja", "refused.foreign_not_yours"), last=1)
    await mori.sends(document(lms), words="取り込む")
    mori.sees(say("ja", "refused.foreign_not_yours"), "badge.json", last=1)
    assert await kept(town) == 0


async def test_a_button_is_its_senders_for_a_while(town: Town, lms: Lms) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await aoki.sends(document(lms))
    (button,) = aoki.newest().card.buttons
    stranger = await town.press(mori, button.action)
    assert say("ja", "file.gone") in town.said(stranger)
    await town.clock("09:00")
    assert say("ja", "file.gone") in town.said(await town.press(aoki, button.action))
    assert await kept(town) == 0


async def test_who_is_forgotten_leaves_no_file_behind(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    await aoki.sends(document(lms))
    assert town.house.router._parts.held._held
    await town.press(aoki, town.token("forget_yes"))
    assert not town.house.router._parts.held._held


@dataclass(frozen=True)
class Fetched:
    """A file that its platform fetches, and may not give."""

    name: str
    problem: Problem | None = None
    asked: list[int] = field(default_factory=list)

    async def read(self, most: int) -> bytes:
        self.asked.append(most)
        if self.problem is not None:
            raise self.problem
        return b"hello"


async def test_several_files_each_have_an_answer(town: Town, lms: Lms) -> None:
    """One that is none, is too large or cannot be fetched takes nothing from the others; what is too many is said."""
    hall = town.east["hall"]
    lost = Fetched("lost.png", Problem("file_unreadable"))
    beyond = [Fetched("6.png"), Fetched("7.png")]
    files = [Uploaded("large.png", bytes(MAX_BYTES + 1)), lost, Fetched("photo.txt"), document(lms, "mine.json")]
    await hall.sends(*files, Uploaded("empty.svg", b""), *beyond, words="import")
    said = [message.card.text() for message in hall.direct()[-MOST_FILES - 1 :]]
    for text, name, sentence in zip(
        said,
        ["large.png", "lost.png", "photo.txt", "mine.json", "empty.svg", ""],
        [
            say("en", "problem.file_too_large", limit=2),
            say("en", "problem.file_unreadable"),
            say("en", "refused.foreign_nothing"),
            say("en", "refused.foreign_not_yours"),
            say("en", "refused.foreign_nothing"),
            say("en", "file.too_many", most=MOST_FILES, n=2),
        ],
        strict=True,
    ):
        assert name in text
        assert sentence in text
    assert lost.asked == [MAX_BYTES], "a platform is told where to stop"
    assert beyond[0].asked == [], "what is not looked at is not fetched"


@pytest.mark.parametrize(
    "name",
    [
        "<!channel>.png",
        "@everyone.json",
        "../../etc/passwd",
        "a\u202egnp.exe",
        "x" * 5000,
        "<b>*_`~",
        "\x00\n\x1b[31m",
        "",
    ],
)
async def test_a_hostile_name_is_text(town: Town, lms: Lms, name: str) -> None:
    aoki = town.east["aoki"]
    await aoki.sends(document(lms, name))
    told = aoki.sees(say("ja", "cli.verify.valid"), last=1).card.text()
    assert "\u202e" not in told
    assert "\x1b" not in told
    assert len(told) < 2000
    await aoki.presses(label(aoki, "take_in_file"))
    assert await kept(town) == 1
    assert not (town.folder / "passwd").exists()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", tiny_png(), b'{"a": 1}', b"eyJ.e.s", Path(__file__).read_bytes()])
async def test_a_file_that_is_no_badge_says_so(town: Town, data: bytes) -> None:
    mori = town.east["mori"]
    await mori.sends(Uploaded("x.png", data))
    told = mori.sees(say("ja", "file.name", name="x.png"), last=1)
    assert told.card.title in (say("ja", "file.no_badge"), say("ja", "cli.verify.invalid"))
    assert not told.card.buttons


async def test_what_was_issued_here_doubles_nothing_in_any_form(town: Town) -> None:
    aoki = town.east["aoki"]
    await studies(aoki, "u-board")
    (edition,) = await town.editions((await town.award(town.east, "aoki", FIRST)).id)
    text = edition.text.encode()
    baked, vector = bake(tiny_png(), text), bake_svg(wrapped(tiny_png(), "x"), text)
    forms = (("a.json", text), ("a.png", baked), ("a.svg", vector), ("a.jwt", edition.token.encode()))
    for name, data in forms:
        await aoki.sends(Uploaded(name, data), words="確かめて")
        aoki.sees(say("ja", "cli.verify.valid"), name, last=1)
        await aoki.sends(Uploaded(name, data), words="取り込む")
        aoki.sees(say("ja", "refused.foreign_lives_here"), name, last=1)
    assert await kept(town) == 0


async def test_words_that_ask_for_something_else_are_answered_too(town: Town, lms: Lms) -> None:
    aoki = town.east["aoki"]
    await aoki.sends(document(lms), words="ウォレット")
    aoki.sees(lms.name, say("ja", "cli.verify.valid"), last=1)
    aoki.sees(say("ja", "wallet.title"), last=2)
