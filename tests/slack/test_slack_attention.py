"""Do not disturb and statuses are hints: a unit waits a few minutes for them, and comes. What was asked for comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.spare import SETTLE
from bot.handlers.slack.statuses import WITHOUT_END, busy_until, moment_of, quiet_window
from bot.services.commands import OfSchool
from bot.services.ports import Work
from slack.at_work import AtWork, at_work
from slack.first_steps import founded, welcomed
from slack.server import SlackLike, Team
from slack.server.actor import Actor
from slack.test_slack_followed import kept


@dataclass(frozen=True)
class Waiting:
    """青木's spare moment is about to come."""

    sukima: AtWork
    aoki: Actor
    before: int
    at: datetime

    async def at_minute(self, minute: float) -> int:
        """How many messages came by this minute of the moment."""
        slack = self.sukima.server
        slack.clock.put(self.at + timedelta(minutes=minute))
        await self.sukima.house.tick()
        await self.sukima.settle()
        return len(self.aoki.messages()) - self.before


@asynccontextmanager
async def spare_moment(slack: SlackLike, school: Team, folder: Path) -> AsyncIterator[Waiting]:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, folder, "socket") as sukima:
        await founded(sukima)
        aoki = slack.person("aoki")
        await welcomed(aoki)
        await aoki.commands("settings")
        await aoki.presses("お届けをオンにする")
        yield Waiting(sukima, aoki, len(aoki.messages()), await begins_early(sukima, aoki.id))


async def begins_early(sukima: AtWork, user: str) -> datetime:
    """Their moment comes when its gap has just begun, not somewhere in it."""
    now = await kept(sukima, user)
    planned, person = now.planned, now.person
    assert planned is not None
    begun = replace(planned, offer_at=planned.slot.start + SETTLE)

    async def put(work: Work, command: OfSchool) -> None:
        await work.people.save_rhythm(person.id, await work.people.rhythm(person.id), begun)

    await sukima.house.store.run(put, OfSchool(school_id=person.school_id))
    return begun.offer_at


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.mark.parametrize("told", [True, False], ids=["event", "asked"])
async def test_a_unit_waits_while_one_is_not_to_be_disturbed(
    slack: SlackLike, school: Team, tmp_path: Path, told: bool
) -> None:
    async with spare_moment(slack, school, tmp_path) as moment:
        quiet = seconds(moment.at - timedelta(minutes=5)), seconds(moment.at + timedelta(minutes=8))
        await slack.admin().quietens("aoki", *quiet, told=told)
        assert await moment.at_minute(0.1) == 0
        assert await moment.at_minute(4) == 0
        await moment.aoki.commands("学ぶ 電子黒板")
        assert len(moment.aoki.messages()) > moment.before, "what was asked for does not wait"
        assert await moment.at_minute(6) == len(moment.aoki.messages()) - moment.before
        arrived = len(moment.aoki.messages()) - moment.before
        assert await moment.at_minute(9) == arrived + 1


async def test_a_meeting_that_never_ends_keeps_a_unit_for_half_an_hour(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    async with spare_moment(slack, school, tmp_path) as moment:
        await slack.admin().sets_status("aoki", "職員会議", ":calendar:")
        came = [await moment.at_minute(0.1 + minute) for minute in range(32)]
        assert came == sorted(came)
        assert (came[0], came[-1]) == (0, 1)


async def test_a_status_that_is_taken_off_lets_a_unit_come(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    async with spare_moment(slack, school, tmp_path) as moment:
        await slack.admin().sets_status("aoki", "授業", until=seconds(moment.at + timedelta(hours=1)))
        assert await moment.at_minute(0.1) == 0
        await slack.admin().sets_status("aoki", "", "")
        assert await moment.at_minute(6) == 1


@pytest.mark.parametrize("how", ["scope", "missing", "trouble"])
async def test_without_leave_there_is_no_hint_and_nothing_is_missing(
    slack: SlackLike, school: Team, tmp_path: Path, how: str
) -> None:
    if how == "scope":
        slack.app.scopes = tuple(scope for scope in slack.app.scopes if scope != "dnd:read")
    async with spare_moment(slack, school, tmp_path) as moment:
        if how == "missing":
            slack.faults.refuses("dnd.info", "missing_scope", times=9)
        if how == "trouble":
            slack.faults.refuses("dnd.info", "fatal_error", times=9)
        await slack.admin().quietens("aoki", seconds(moment.at) - 60, seconds(moment.at) + 3600, told=False)
        with capture_logs() as logs:
            assert await moment.at_minute(0.1) == 1
        assert not [each for each in logs if each["log_level"] == "error"]
        assert bool(slack.called("dnd.info")) is (how != "scope")


@pytest.mark.parametrize(
    ("profile", "end"),
    [
        ({"status_emoji": ":calendar:", "status_expiration": 1781049600}, datetime.fromtimestamp(1781049600, UTC)),
        ({"status_text": "In a meeting", "status_expiration": 0}, WITHOUT_END),
        ({"status_text": "保護者面談"}, WITHOUT_END),
        ({"status_text": "打ち合わせ"}, WITHOUT_END),
        ({"status_emoji": ":bus::skin-tone-2:", "status_expiration": "soon"}, WITHOUT_END),
        ({"status_text": "コーヒーが好き", "status_emoji": ":coffee:"}, None),
        ({"status_text": None, "status_emoji": None}, None),
        ({}, None),
    ],
)
def test_a_status_says_that_one_is_busy(profile: dict[str, Any], end: datetime | None) -> None:
    assert busy_until(profile) == end


STAMPS = st.integers() | st.text() | st.none() | st.floats() | st.just("9" * 400)


@given(STAMPS, STAMPS, st.booleans())
def test_whatever_stands_there_is_a_window_or_none(start: object, end: object, enabled: bool) -> None:
    window = quiet_window({"dnd_enabled": enabled, "next_dnd_start_ts": start, "next_dnd_end_ts": end})
    assert window is None or (enabled and window == (moment_of(start), moment_of(end)))
