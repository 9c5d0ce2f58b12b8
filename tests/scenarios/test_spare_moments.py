"""Spare moments: design.md 4.7."""

from datetime import datetime, timedelta

import pytest

from bot.domain.people import Consent
from bot.errors import Problem
from bot.handlers.local.behind import next_gap
from bot.handlers.local.stage import Actor
from bot.services import preferences
from bot.services.commands import ByPerson
from scenarios.town import TOKYO, Town, label, offers, open_town, say, texts
from storage import tables as t


async def gives_consent(town: Town, actor: Actor) -> None:
    await town.press(actor, town.token("consent", Consent.DELIVERY, "on"))


async def says_when(actor: Actor, words: str) -> None:
    await actor.says(words)


async def pass_day(town: Town, day: str, start: int = 12, end: int = 14) -> None:
    """The hours of a day, with a tick at each moment that is planned for anybody, as the clock has it every minute."""
    await town.clock(f"{day} {start:02}:00")
    last = datetime.fromisoformat(f"2026-{day}T{end - 1:02}:59").replace(tzinfo=TOKYO)
    while True:
        planned = [row.next_offer_at for row in await town.rows(t.rhythm) if row.next_offer_at is not None]
        coming = min((moment for moment in planned if town.room.now() < moment <= last), default=None)
        if coming is None:
            break
        town.room.put_clock(coming)
        await town.settle()
    town.room.put_clock(last)
    await town.settle()


async def test_one_unit_a_day_inside_the_window(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    await town.clock("12:29")
    assert not offers(hall)
    for minute in range(30, 60):
        await town.clock(f"12:{minute}")
    assert len(offers(hall)) == 1
    offer = offers(hall)[0]
    assert 30 <= offer.sent_at.minute < 60
    await pass_day(town, "06-10", 13, 19)
    assert len(offers(hall)) == 1, "one a day, no more"


async def test_without_consent_nothing_comes(town: Town) -> None:
    hall = town.east["hall"]
    await says_when(hall, "weekdays 12:30-13:00")
    await pass_day(town, "06-10")
    assert not offers(hall)


async def test_a_consent_taken_back_is_taken_back_at_once(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    await town.press(hall, town.token("consent", Consent.DELIVERY, "off"))
    await pass_day(town, "06-10")
    assert not offers(hall)


@pytest.mark.parametrize(
    "words", ["weekdays 12:30-13:00\nquiet Wednesday 12:00-13:30", "weekdays 12:30-13:00\nlesson Wednesday 12:00-13:30"]
)
async def test_not_in_quiet_hours_nor_in_a_lesson(town: Town, words: str) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await town.press(hall, town.token("windows"), {"words": words})
    await pass_day(town, "06-10")
    assert not offers(hall)
    await pass_day(town, "06-11")
    assert len(offers(hall)) == 1


async def test_quiet_hours_said_while_an_offer_waits_hold(town: Town) -> None:
    """The plan was made before; it is judged by the rhythm as it is at its moment."""
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    await town.clock("12:00")
    await town.press(hall, town.token("windows"), {"words": "quiet every day 12:00-14:00"})
    await pass_day(town, "06-10", 13, 15)
    assert not offers(hall)


async def test_not_on_a_holiday(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "every day 12:30-13:00")
    await town.clock("07-19 18:00")
    seen = len(offers(hall))
    await pass_day(town, "07-20")
    assert len(offers(hall)) == seen, "Marine Day"
    await pass_day(town, "07-21")
    assert len(offers(hall)) == seen + 1


async def test_a_slot_that_passed_while_the_house_was_closed_moves_on(town_folder, quiet_log) -> None:  # type: ignore[no-untyped-def]
    async with open_town(town_folder) as town:
        await gives_consent(town, town.east["hall"])
        await says_when(town.east["hall"], "weekdays 12:30-13:00")
        town.room.put_clock(town.room.now() + timedelta(hours=10))
    async with open_town(town_folder) as town:
        assert not offers(town.east["hall"]), "never late"
        await pass_day(town, "06-11")
        assert len(offers(town.east["hall"])) == 1


async def advance(town: Town, when: str) -> None:
    """Put the clock forward as somebody in the staff room does."""
    await town.east.chairs.advance(datetime.fromisoformat(f"2026-{when}").replace(tzinfo=TOKYO))


async def test_the_clock_put_over_a_window_delivers_inside_it(town: Town) -> None:
    hall, west = town.east["hall"], town.west["hall"]
    for actor in (hall, west):
        await gives_consent(town, actor)
        await says_when(actor, "weekdays 12:30-13:00")
    await advance(town, "06-10T18:00")
    await advance(town, "06-12T09:00")
    for actor in (hall, west):
        sent = [offer.sent_at.astimezone(TOKYO) for offer in offers(actor)]
        assert [moment.day for moment in sent] == [10, 11]
        assert all(moment.hour == 12 and moment.minute >= 30 for moment in sent), sent
    assert town.room.now() == datetime(2026, 6, 12, 9, tzinfo=TOKYO)


async def test_the_clock_put_over_quiet_hours_brings_nothing_in_them(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    words = "weekdays 12:30-13:00\nquiet Wednesday 12:00-13:30"
    await town.press(hall, town.token("windows"), {"words": words})
    await advance(town, "06-10T23:00")
    assert not offers(hall)
    await advance(town, "06-11T23:00")
    assert [offer.sent_at.astimezone(TOKYO).day for offer in offers(hall)] == [11]


async def test_later_comes_at_its_time_though_the_clock_is_put_beyond_it(town: Town) -> None:
    hall = town.east["hall"]
    await town.clock("10:00")
    await hall.commands("learn 3")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "in20"))
    await advance(town, "06-10T15:00")
    assert len(offers(hall)) == 2
    assert offers(hall)[1].sent_at.astimezone(TOKYO).strftime("%H:%M") == "10:20"


async def test_the_clock_stops_so_often_and_then_jumps(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.staff_room.STOPS", 2)
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    await advance(town, "06-19T09:00")
    assert len(offers(hall)) == 2
    assert town.room.now() == datetime(2026, 6, 19, 9, tzinfo=TOKYO)


async def test_the_clock_never_goes_back(town: Town) -> None:
    with pytest.raises(Problem, match=r"room\.clock_backwards"):
        await advance(town, "06-10T07:59")


async def test_the_third_unanswered_offer_halves_the_pace_and_says_so_once(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    slower = say("en", "offer.slower")
    came: list[str] = []
    for day in ("06-10", "06-11", "06-12", "06-15", "06-16", "06-17", "06-18", "06-19", "06-22", "06-23"):
        before = len(offers(hall))
        await pass_day(town, day)
        came += [day] * (len(offers(hall)) - before)
    assert came[:4] == ["06-10", "06-11", "06-12", "06-15"]
    assert texts(offers(hall)).count(slower) == 1
    assert slower in offers(hall)[3].card.text(), "three were left unanswered: the next one says it"
    assert came[4:] == ["06-17", "06-19", "06-23"], "every second day now"


async def test_any_press_brings_the_usual_pace_back(town: Town) -> None:
    hall = town.east["hall"]
    await gives_consent(town, hall)
    await says_when(hall, "weekdays 12:30-13:00")
    for day in ("06-10", "06-11", "06-12", "06-15"):
        await pass_day(town, day)
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "tomorrow"))
    person = await town.person(town.east, "hall")
    (rhythm,) = await town.rows(t.rhythm, t.rhythm.c.person_id == person.id)
    assert (rhythm.pace, rhythm.unanswered) == (1, 0)


async def test_later_comes_back_once_at_its_time(town: Town) -> None:
    hall = town.east["hall"]
    await town.clock("10:00")
    await hall.commands("learn 3")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "in20"))
    await hall.presses(label(hall, "in20"))
    await town.clock("10:19")
    assert len(offers(hall)) == 1
    await town.clock("10:21")
    assert len(offers(hall)) == 2, "pressed twice, it comes back once"
    assert offers(hall)[0].card.title == offers(hall)[1].card.title


async def test_later_into_quiet_hours_moves_and_says_so(town: Town) -> None:
    hall = town.east["hall"]
    await town.clock("18:50")
    await hall.commands("learn 3")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "in20"))
    hall.sees(say("en", "later.moved"), last=1)
    await pass_day(town, "06-10", 19, 24)
    assert len(offers(hall)) == 1
    await town.clock("06-11 07:30")
    assert len(offers(hall)) == 2


@pytest.mark.parametrize("typed", ["2020-01-01", "yesterday", "31/31", "", "x" * 10_000, "2026-13-45"])
async def test_a_date_that_is_none_is_asked_for_again(town: Town, typed: str) -> None:
    hall = town.east["hall"]
    await hall.commands("learn 3")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "pick"))
    await hall.fills(date=typed)
    assert hall.newest().card.form is not None
    await hall.fills(date="6/12")
    hall.sees("12", last=1)


async def test_a_day_that_no_calendar_has_is_called_so(town: Town) -> None:
    hall = town.east["hall"]
    await hall.commands("learn 3")
    await hall.presses(label(hall, "later"))
    await hall.presses(label(hall, "pick"))
    await hall.fills(date="2/29")
    hall.sees(say(hall.lang, "refused.no_such_day", typed="2/29"))
    assert hall.newest().card.form is not None


async def test_moments_differ_between_people_and_are_stable(town: Town) -> None:
    moments = {}
    for key in ("aoki", "mori", "hall", "sato"):
        actor = town.east[key]
        await gives_consent(town, actor)
        await town.press(actor, town.token("windows"), {"words": "weekdays 12:00-13:00"})
        person = await town.person(town.east, key)
        moments[key] = (await town.rows(t.rhythm, t.rhythm.c.person_id == person.id))[0].next_offer_at
        await town.house.store.run(preferences.resume, ByPerson(school_id=person.school_id, person_id=person.id))
        assert (await town.rows(t.rhythm, t.rhythm.c.person_id == person.id))[0].next_offer_at == moments[key]
    assert len(set(moments.values())) > 1


async def test_each_chair_has_a_next_gap_of_its_own(town: Town) -> None:
    hall, aoki = town.east["hall"], town.east["aoki"]
    store = town.house.store
    for actor, words in ((hall, "weekdays 15:30-16:00"), (aoki, "weekdays 12:30-13:00")):
        await gives_consent(town, actor)
        await says_when(actor, words)
    afternoon = await next_gap(store, hall.chair.user)
    noon = await next_gap(store, aoki.chair.user)
    assert afternoon is not None
    assert noon is not None
    assert noon < afternoon, "a colleague's earlier gap is not theirs"
    await town.press(hall, town.token("consent", Consent.DELIVERY, "off"))
    assert await next_gap(store, hall.chair.user) is None
