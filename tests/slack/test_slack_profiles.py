"""Who somebody is on Slack: what of it counts, and that nothing older takes the place of what is newer."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.errors import Problem
from bot.handlers.slack.attached import SlackFile
from bot.handlers.slack.people import People, profile
from slack.server.world import Json


@pytest.mark.parametrize(("told", "is_kept"), [({}, False), ({"is_email_confirmed": False}, False),
                                               ({"is_email_confirmed": True}, True)])  # fmt: skip
def test_an_address_counts_only_where_slack_verified_it(told: Json, is_kept: bool) -> None:
    """Badges are found by it, and taken in: whoever names another's address gets nothing of theirs."""
    user = {"id": "U1", "team_id": "T1", "profile": {"email": "aoki@asahi.example"}, **told}
    assert profile(user, "T1").address == ("aoki@asahi.example" if is_kept else None)


@pytest.mark.parametrize(
    ("told", "is_stranger"),
    [
        ({"team_id": "T1"}, False),
        ({"team_id": "T2"}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T3"]}}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T3", "T1"]}}, False),
        ({"team_id": "T2", "is_stranger": True, "enterprise_user": {"teams": ["T1"]}}, True),
        ({}, False),
    ],
)
@pytest.mark.parametrize("home", ["T1", "E1/T1"])
def test_who_is_of_another_workspace_of_the_organisation_is_no_stranger_where_they_are_a_member(
    told: Json, is_stranger: bool, home: str
) -> None:
    assert profile({"id": "U1", **told}, home).is_stranger is is_stranger


@pytest.mark.parametrize("first", [0, 1])
async def test_an_older_answer_never_takes_the_place_of_what_was_learned_meanwhile(first: int) -> None:
    """`first`: of two questions, the number of the one that is answered first."""
    told: list[asyncio.Future[Json]] = []

    async def ask(home: str, user: str) -> Json:
        told.append(asyncio.get_running_loop().create_future())
        return await told[-1]

    def user(**more: Any) -> Json:
        return {"id": "U1", "team_id": "T1", **more}

    people = People(ask, lambda: datetime(2026, 6, 10, tzinfo=UTC))
    asking = asyncio.create_task(people.of("T1", "U1"))
    await asyncio.sleep(0)
    people.learn("T1", user(deleted=True))
    told[0].set_result(user(is_admin=True))
    assert (await asking).is_gone
    assert (await people.of("T1", "U1")).is_gone

    people.forget("T1", "U1")
    asking = asyncio.create_task(people.of("T1", "U1"))
    await asyncio.sleep(0)
    people.forget("T1", "U1")
    again = asyncio.create_task(people.of("T1", "U1"))
    await asyncio.sleep(0)
    for number in (1 + first, 2 - first):
        told[number].set_result(user(deleted=number == 2))
        await asyncio.sleep(0)
    await asyncio.gather(asking, again)
    assert (await people.of("T1", "U1")).is_gone, "what was asked last is the newest"
    assert len(told) == 3


@pytest.mark.parametrize(
    "url", ["http://files.slack.com/files-pri/T1-F1/badge.png", "https://files.slack.com.evil.example/x", "//x", ""]
)
async def test_the_token_goes_nowhere_else_and_never_in_the_open(url: str) -> None:
    async def token() -> str:
        raise AssertionError("it is not even asked for")

    async with aiohttp.ClientSession() as session:
        with pytest.raises(Problem, match="file_unreadable"):
            await SlackFile("badge.png", url, session, token).read(100)
