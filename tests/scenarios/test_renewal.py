"""A badge that expires: its holder is reminded twice, renews it by passing its checks again, and nothing is lost."""

import json
from datetime import date, datetime, timedelta

import pytest

from bot.domain.people import Consent
from bot.domain.stops import StopChange
from bot.services import preferences
from bot.services.commands import OfSchool
from bot.services.ports import Work
from bot.services.reminders import remind
from bot.services.term_ports import DueReminder
from bot.wording import Wording
from scenarios.shelf import FIRST, NAMES, SECOND, WHOLE
from scenarios.test_credentials import is_valid
from scenarios.test_stopping import change
from scenarios.town import TOKYO, Town, answers, button, label, say, studies, texts
from storage import tables as t
from storage.repositories.terms import TermRows

TERMS = {FIRST: 12, SECOND: 12}
EARNED = date(2026, 6, 10)
END = datetime(2027, 6, 10, tzinfo=TOKYO)
LAST_DAY = "2027年6月9日"
AGAIN = "2028年6月9日"


async def at(town: Town, moment: datetime) -> None:
    town.room.put_clock(moment)
    await town.settle()


@pytest.fixture
async def expiring(town: Town) -> Town:
    """Aoki wants to be brought things, and has a badge that is valid for a year."""
    await town.reload(terms=TERMS)
    person = await town.person(town.east, "aoki")
    wanted = preferences.SetConsent(
        school_id=person.school_id, person_id=person.id, consent=Consent.DELIVERY, given=True
    )
    await studies(town.east["aoki"], "u-board")
    await town.house.store.run(preferences.set_consent, wanted)
    return town


def reminders(town: Town, badge: str = FIRST, day: str = LAST_DAY) -> int:
    said = say("ja", "renewal.reminder", name=NAMES[badge].ja, date=day)
    return texts(town.east["aoki"].direct()).count(said)


async def test_two_reminders_each_once_in_the_daytime(expiring: Town) -> None:
    town = expiring
    await at(town, END - timedelta(days=31))
    assert reminders(town) == 0
    await at(town, END - timedelta(days=30) + timedelta(hours=22))
    assert reminders(town) == 0, "not at night"
    await at(town, END - timedelta(days=29) + timedelta(hours=9))
    assert reminders(town) == 1
    await at(town, END - timedelta(days=20))
    assert reminders(town) == 1
    await at(town, END - timedelta(days=6) + timedelta(hours=9))
    assert reminders(town) == 2
    await at(town, END + timedelta(days=3, hours=9))
    assert reminders(town) == 2


async def test_who_wants_nothing_brought_or_has_no_such_badge_any_more_hears_nothing(expiring: Town) -> None:
    town = expiring
    mori = town.east["mori"]
    await studies(mori, "u-board")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.REVOKE)
    await at(town, END - timedelta(days=29) + timedelta(hours=9))
    assert reminders(town) == 0
    assert say("ja", "label.renew") not in texts(mori.direct())


async def test_a_reminder_that_another_process_claimed_is_claimed_no_second_time(
    expiring: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = expiring
    of_school = OfSchool(school_id=(await town.person(town.east, "aoki")).school_id)
    town.room.put_clock(END - timedelta(days=29) + timedelta(hours=9))
    due = await town.house.store.look(_due, of_school)
    assert len(due) == 1
    await town.settle()
    assert reminders(town) == 1

    async def read_before(self: object) -> tuple[DueReminder, ...]:
        return due

    await at(town, END - timedelta(days=28) + timedelta(hours=9))
    monkeypatch.setattr(TermRows, "due", read_before)
    assert await town.house.store.run(remind, of_school) == 0
    await town.settle()
    assert reminders(town) == 1


async def _due(work: Work, command: OfSchool) -> tuple[DueReminder, ...]:
    return await work.terms.due()


async def test_who_wants_nothing_any_more_when_it_would_be_brought_hears_nothing(expiring: Town) -> None:
    town = expiring
    person = await town.person(town.east, "aoki")
    no_more = preferences.SetConsent(
        school_id=person.school_id, person_id=person.id, consent=Consent.DELIVERY, given=False
    )
    town.room.put_clock(END - timedelta(days=29) + timedelta(hours=9))

    async def promised_and_refused(work: Work, command: preferences.SetConsent) -> int:
        promised = await remind(work, OfSchool(school_id=command.school_id))
        await preferences.set_consent(work, command)
        return promised

    assert await town.house.store.run(promised_and_refused, no_more) == 1
    await town.settle()
    assert reminders(town) == 0


async def test_one_press_brings_the_check_and_passing_it_renews_the_same_award(expiring: Town) -> None:
    town, aoki = expiring, expiring.east["aoki"]
    before = await town.award(town.east, "aoki", FIRST)
    (first,) = [json.loads(row.text) for row in await town.editions(before.id)]
    await at(town, END - timedelta(days=29) + timedelta(hours=9))
    (message,) = [one for one in aoki.direct() if button(one, label(aoki, "renew"))]
    await aoki.chair.press_action(button(message, label(aoki, "renew")) or "")
    aoki.sees(Wording("ja").say_n("renewal.steps", 1, badge=NAMES[FIRST].ja), last=1)
    assert say("ja", "offer.why.last_of_module", badge=NAMES[FIRST].ja) not in aoki.newest().card.text(), "it is held"
    await aoki.presses(label(aoki, "done"))
    await answers(aoki, "u-board", right=False)
    assert (await town.award(town.east, "aoki", FIRST)).valid_until == END
    await aoki.presses(label(aoki, "try_again"))
    await answers(aoki, "u-board")
    aoki.sees(say("ja", "renewal.done", name=NAMES[FIRST].ja), say("ja", "validity.until", date=AGAIN), last=3)

    after = await town.award(town.east, "aoki", FIRST)
    assert (after.id, after.awarded_at, after.valid_until) == (
        before.id, before.awarded_at, datetime(2028, 6, 10, tzinfo=TOKYO),
    )  # fmt: skip
    documents = [json.loads(row.text) for row in await town.editions(before.id)]
    newest = documents[-1]
    assert (newest["id"], newest["awardedDate"]) == (first["id"], first["awardedDate"])
    assert newest["validFrom"] > first["validFrom"]
    assert newest["validUntil"] == "2028-06-10T00:00:00+09:00"
    assert [item["genre"] for item in newest["evidence"]] == ["completed", "renewed"]
    assert newest["credentialSubject"]["achievement"] == first["credentialSubject"]["achievement"]
    assert is_valid(town, (await town.editions(before.id))[-1].text.encode())

    await aoki.commands("record")
    aoki.sees(say("ja", "renewal.tag"), "2026年6月10日", "2027年5月12日", last=1)
    await at(town, END - timedelta(days=6) + timedelta(hours=9))
    assert reminders(town) == 1, "no second reminder of a badge that was renewed"
    again = await town.press(aoki, town.token("renew", after.public_id))
    assert town.said(again) == say("ja", "refused.renew_too_early")
    await at(town, datetime(2028, 5, 12, 9, tzinfo=TOKYO))
    assert reminders(town, day=AGAIN) == 1
    town.check_database()


async def test_an_expired_badge_is_renewed_from_the_day_of_the_last_check(expiring: Town) -> None:
    """A module of two units, one a text; what it completes is awarded then."""
    town, aoki = expiring, expiring.east["aoki"]
    await town.reload(terms={SECOND: 12})
    await studies(aoki, "u-quiz", "u-note")
    person = await town.person(town.east, "aoki")
    await at(town, datetime(2027, 9, 1, 9, tzinfo=TOKYO))
    award = await town.award(town.east, "aoki", FIRST)
    for badge, left in ((FIRST, ("u-board",)), (SECOND, ("u-note", "u-quiz"))):
        award = await town.award(town.east, "aoki", badge)
        await town.press(aoki, town.token("renew", award.public_id))
        await studies(aoki, *left)
        renewed = await town.award(town.east, "aoki", badge)
        assert renewed.valid_until == datetime(2028, 9, 1, tzinfo=TOKYO)
    marks = [item["genre"] for item in json.loads((await town.editions(award.id))[-1].text)["evidence"]]
    assert sorted(marks[2:]) == ["renewed", "renewed self-assessed"]
    assert len(await town.rows(t.redone, t.redone.c.person_id == person.id)) == 3
    assert await town.award(town.east, "aoki", WHOLE)


async def test_nobody_renews_what_is_not_theirs_not_due_or_stopped(expiring: Town) -> None:
    town, aoki, mori = expiring, expiring.east["aoki"], expiring.east["mori"]
    token = town.token("renew", (await town.award(town.east, "aoki", FIRST)).public_id)
    assert town.said(await town.press(mori, token)) == say("ja", "refused.not_yours")
    assert town.said(await town.press(aoki, token)) == say("ja", "refused.renew_too_early")
    await at(town, END - timedelta(days=20))
    await town.reload(without=("u-board",))
    assert town.said(await town.press(aoki, token)) == say("ja", "refused.renew_gone")
    await change(town, (await town.award(town.east, "aoki", FIRST)).public_id, StopChange.SUSPEND)
    assert town.said(await town.press(aoki, token)) == say("ja", "refused.stopped_renew")
