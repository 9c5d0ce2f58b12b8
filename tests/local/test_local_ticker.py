"""The room's news in the terminal beside the browser: one short line for each thing that happens, harmless."""

from datetime import timedelta
from pathlib import Path

from local_stage import SCHOOL, open_room

from bot.conversation.card import Card
from bot.handlers.local.room_types import SUKIMA
from bot.handlers.local.text import columns
from bot.handlers.local.ticker import COLUMNS, ticking


def test_each_thing_that_happens_is_a_line(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    lines: list[str] = []
    room.post(SCHOOL, "staff", SUKIMA, Card("before"))
    with ticking(room, SCHOOL, lines.append):
        said = room.say(SCHOOL, "dm-lee", "lee", "fractions")
        room.post(SCHOOL, "dm-lee", SUKIMA, Card("An offer", ("Five minutes",)))
        posted = room.post(SCHOOL, "staff", SUKIMA, Card("A badge"))
        room.react(posted, "lee", "💮")
        room.react(posted, "aoki", "💮")
        room.edit(posted, Card("A badge, endorsed"))
        room.post(SCHOOL, "staff", SUKIMA, Card("only for Lee"), ephemeral_for="lee")
        room.put_clock(room.now() + timedelta(hours=1))
        room.delete(said)
    room.post(SCHOOL, "staff", SUKIMA, Card("after"))
    names = room.names(SCHOOL)
    told = [line[len("06-10 08:00  ") :] for line in lines]
    assert told == [
        f"@{names['lee']}  {names['lee']}: fractions",
        f"@{names['lee']}  {names[SUKIMA]}: An offer",
        f"#staff  {names[SUKIMA]}: A badge",
        "#staff  A badge 💮1",
        "#staff  A badge 💮2",
        f"#staff  {names[SUKIMA]} ✎ A badge, endorsed",
        f"#staff  {names[SUKIMA]}: only for Lee",
        "⏰",
        f"@{names['lee']}  {names['lee']} ✕",
    ]
    room.close()


def test_hostile_and_long_words_stay_one_harmless_line(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    lines: list[str] = []
    with ticking(room, SCHOOL, lines.append):
        room.say(SCHOOL, "staff", "lee", "\x1b[2J\x1b]0;owned\x07 \u202egnorw " + "長い文" * 200)
    room.close()
    (line,) = lines
    assert columns(line) <= COLUMNS
    assert not any(mark in line for mark in "\x1b\x07\u202e\n\r")
