"""What asks nothing of Sukima is acknowledged without a further look; everything else is looked at."""

from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from slack_bolt.async_app import AsyncApp

from bot.conversation.intents import ReactionAdded
from bot.handlers.slack import inbound
from slack.alone import Alone, alone
from slack.at_work import at_work
from slack.first_steps import founded
from slack.recorded import NAMES, recorded
from slack.server import SlackLike, Team
from slack.server.delivery import EVENTS, Delivery

FLOWER, OTHER = "white_flower", "tada"


@pytest.fixture(params=["socket", "http"])
async def here(request: pytest.FixtureRequest, slack: SlackLike, school: Team) -> AsyncIterator[Alone]:
    async with alone(slack, school, request.param) as opened:
        opened.router.counts = frozenset({FLOWER})
        yield opened


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of the events that Bolt looks at."""
    seen: list[str] = []
    dispatch = AsyncApp.async_dispatch

    async def noted(app: AsyncApp, request: object) -> object:
        seen.append(request.body["event"]["type"])  # type: ignore[attr-defined]
        return await dispatch(app, request)  # type: ignore[arg-type]

    monkeypatch.setattr(AsyncApp, "async_dispatch", noted)
    return seen


def reaction(here: Alone, emoji: str) -> Delivery:
    item = {"type": "message", "channel": "C0GENERAL", "ts": "1700000000.000100"}
    said = {"type": "reaction_added", "user": "U0AOKI", "reaction": emoji, "item": item}
    here.server.tell(here.team, {**said, "item_user": "U0SUKIMA", "event_ts": "1781046000.000100"})
    return here.server.deliveries.sent[-1]


async def test_talk_and_other_emoji_are_acknowledged_and_nobody_is_asked_who_it_was(
    here: Alone, looked_at: list[str]
) -> None:
    aoki = here.server.person("aoki")
    said = await aoki.says("明日の会議は三時からです。", where="general")
    await aoki.edits(said, "明日の会議は四時からです。")
    reaction(here, OTHER)
    reaction(here, f"{OTHER}::skin-tone-2")
    await here.settle()
    sent = [each for each in here.server.deliveries.sent if each.kind == EVENTS]
    assert len(sent) == 4
    assert all(each.acknowledged and len(each.attempts) == 1 for each in sent)
    assert (looked_at, here.router.tried, here.server.called("users.info")) == ([], 0, [])


async def test_what_may_count_is_looked_at(here: Alone, looked_at: list[str]) -> None:
    given = [reaction(here, FLOWER), reaction(here, f"{FLOWER}::skin-tone-2")]
    await here.server.person("aoki").says("こんにちは")
    await here.settle()
    assert all(each.acknowledged for each in given)
    assert looked_at.count("reaction_added") == 2
    assert looked_at.count("message") >= 1
    assert [each.emoji for each in here.router.heard if isinstance(each, ReactionAdded)] == [FLOWER, FLOWER]


async def test_what_was_tried_before_is_looked_at_whatever_it_is(here: Alone, looked_at: list[str]) -> None:
    """What followed may have arrived already: the message is compared with what is on it now."""
    passed_over = reaction(here, OTHER)
    await here.settle()
    again = here.server.deliveries.late(EVENTS, {**passed_over.payload, "event_id": "Ev0AGAIN"})
    await here.settle()
    assert again.acknowledged
    assert looked_at == ["reaction_added"]


@pytest.mark.parametrize("name", [name for name in NAMES if recorded(name).get("type") == "event_callback"])
def test_only_what_would_come_to_nothing_is_passed_over(name: str) -> None:
    body = recorded(name)
    passed_over = inbound.asks_nothing(body, lambda home, emoji: True)
    heard = inbound.event(body, "U04SUKIMA1", lambda home, sent: Mock())
    others = inbound.opened(body), inbound.changed(body), inbound.removed(body)
    assert not passed_over or (heard is None and not any(others))
    is_reaction = body["event"]["type"].startswith("reaction_")
    assert inbound.asks_nothing(body, lambda home, emoji: False) == (passed_over or is_reaction)


@pytest.mark.parametrize("left_out", ["channel_type", "subtype"])
def test_what_a_payload_leaves_out_makes_nobodys_words_talk(left_out: str) -> None:
    body = recorded("message_im")
    for empty in (None, ""):
        body["event"][left_out] = empty
        assert not inbound.asks_nothing(body, lambda home, emoji: True)
    body["event"].pop(left_out)
    assert not inbound.asks_nothing(body, lambda home, emoji: True)


async def test_the_house_knows_which_emoji_count(slack: SlackLike, school: Team, tmp_path: Path) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        router = sukima.house.router
        assert router.may_count("slack", "T0ASAHI", OTHER), "nothing is known of a workspace that was not heard of"
        await founded(sukima)
        await slack.person("sato").commands("help", where="general")
        assert router.may_count("slack", "T0ASAHI", FLOWER)
        assert not router.may_count("slack", "T0ASAHI", OTHER)
        assert router.may_count("slack", "T0OTHER", OTHER)
        assert router.may_count("local", "T0ASAHI", OTHER)
        slack.clock.move(61)
        assert router.may_count("slack", "T0ASAHI", OTHER), "what is remembered is asked anew after a while"
