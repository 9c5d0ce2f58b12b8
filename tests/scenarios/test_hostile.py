"""Text from people is data, whatever it is: design.md 4.13 and issue 2, "Bad input"."""

import json
import time
import unicodedata

import pytest

from bot.conversation.intents import Commanded, Origin, Said
from bot.domain.endorsing_limits import COOL_DOWN
from bot.domain.language import Bilingual
from bot.domain.people import Consent
from bot.handlers.local.chairs import Place
from scenarios.shelf import FIRST
from scenarios.town import FLOWER, Town, asks_to_be_checked, label, leaks, say, shares, studies, texts
from storage import tables as t

HOSTILE = {
    "channel": "<!channel> <!here> @everyone @here",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "mrkdwn": "*_~`>&<https://evil.example|click>[x](https://evil.example)",
    "rtl": "\u202eback\u202c \u2066to\u2069 \u200ffront",
    "emoji": "🌸👩‍🏫🇯🇵" * 20,
    "radicals": "\u2f00\u2f06\u2f08 \u2f64\u2fa6",
    "long": "とても長い文" * 1667,
    "control": "a\x00b\x07c\x1bd\x7fe\u0085f\u2028g",
    "half": "half \ud83c character",
    "formula": "=1+1 +cmd|' /C calc'!A0",
    "percent": "%s %(name)s {name} {0} {{}} \\n $x",
    "sql": "'; DROP TABLE person; --",
    "blank": "\u3000\u200b\u2060 \t\n",
}
ODD_NAMES = ("channel", "html", "rtl", "long", "control", "half", "blank")
texts_of_people = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


async def healthy(town: Town) -> None:
    """The house still answers, and its database is whole."""
    sato = town.east["sato"]
    before = len(sato.direct())
    await sato.commands("wallet")
    assert len(sato.direct()) == before + 1
    town.check_database()


@texts_of_people
async def test_in_words_windows_and_forms(town: Town, text: str) -> None:
    hall = town.east["hall"]
    before = len(hall.direct())
    started = time.process_time()
    await hall.chair.at(Place.DIRECT).say(text)
    assert len(hall.direct()) > before + 1, "said, and answered"
    assert "{" in text or not leaks(hall.newest().card.text())
    await hall.commands(text)
    await hall.commands(f"learn {text}")
    assert time.process_time() - started < 5
    person = await town.person(town.east, "hall")
    rhythm = await town.rows(t.rhythm, t.rhythm.c.person_id == person.id)
    answer = await town.press(hall, town.token("windows"), {"words": text})
    assert town.said(answer).strip()
    assert (await town.rows(t.rhythm, t.rhythm.c.person_id == person.id))[0].windows == rhythm[0].windows
    for verb in ("reflect", "write", "date", "share", "open"):
        answer = await town.press(hall, town.token(verb, "x"), {text: text})
        assert town.said(answer).strip()
    await healthy(town)


@texts_of_people
async def test_in_reflections_answers_and_questions(town: Town, text: str) -> None:
    aoki, mori = town.east["aoki"], town.east["mori"]
    await studies(aoki, "u-board")
    await aoki.fills(reflection=text)
    await asks_to_be_checked(aoki, "u-note")
    await aoki.fills(text=text)
    assert say("ja", "room.trouble") not in texts(aoki.direct())
    kept = (await town.rows(t.completion))[0].reflection
    assert kept is None or len(kept) <= 300
    for words in ("record", "settings"):
        await aoki.commands(words)
    await aoki.presses(label(aoki, "export"))
    assert aoki.newest().attachments
    await shares(aoki, FIRST)
    await aoki.presses(label(aoki, "findable_yes"))
    await mori.commands(f"who ICTの入口 {text}")
    await mori.commands(f"who {text}")
    asks = [one for message in mori.direct() for section in message.card.sections for one in section.buttons]
    asks = [one for one in asks if one.label == label(mori, "introduce")]
    if asks:
        await mori.chair.at(Place.DIRECT).press_action(asks[-1].action)
        await aoki.presses(label(aoki, "reply_yes"))
    await healthy(town)


@pytest.mark.parametrize("text", [HOSTILE[each] for each in ODD_NAMES], ids=ODD_NAMES)
async def test_in_names(town: Town, text: str) -> None:
    """A name comes from the platform as it is; it is shown as one line, and signed only where its owner agreed."""
    origin = Origin("local", "east", "nishi", text, "dm-nishi", True, locale="ja")
    assert town.said(await town.house.router.handle(Commanded(origin, "help")))
    met = (await town.person(town.east, "nishi")).name
    kept = text.encode("utf-8", "ignore").decode()  # what a room can keep of it
    nishi, hall = town.east.welcome("nishi", kept, "ja", Bilingual("", "")), town.east["hall"]
    for verb, subject in (("lang", "ja"), ("quiet", "ok"), ("deliver", "no")):
        await town.press(nishi, town.token(verb, subject))
    await studies(nishi, "u-board")
    await nishi.presses(label(nishi, "share"))
    await hall.reacts(hall.staff()[-1], FLOWER)
    assert len(await town.editions((await town.award(town.east, "nishi", FIRST)).id)) == 2
    await studies(hall, "u-breath")
    await hall.presses(label(hall, "share"))
    await town.press(nishi, town.token("consent", Consent.NAMED, "on"))
    town.room.put_clock(town.room.now() + COOL_DOWN)
    await nishi.reacts(nishi.staff()[-1], FLOWER)
    (named,) = [one for one in await town.rows(t.endorsement) if one.role == "colleague" and one.endorser_id != 3]
    name = json.loads(named.document)["issuer"]["name"]
    assert name == (await town.person(town.east, "nishi")).name == met
    assert 0 < len(name) <= 100
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} or char in "\u202e\u2066" for char in name)
    await nishi.commands("settings")
    await healthy(town)


async def test_half_characters_straight_to_the_router(town: Town) -> None:
    """A platform may hand over what a room would not keep."""
    origin = town.east["hall"].chair.at(Place.DIRECT).origin
    for text in ("\ud800", "learn \udfff", "who \ud83c?", "\ud800 12:30-13:00"):
        assert not leaks(town.said(await town.house.router.handle(Commanded(origin, text))))
        answer = await town.house.router.handle(Said(origin, text))
        assert not leaks(town.said(answer))
    await healthy(town)
