"""Deleted messages, archived channels, Sukima put out of a channel, people who are deactivated: healed or let go.

Each is said in the log once, by ids; nothing that was earned or given is lost.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from scenarios.shelf import FIRST, NAMES
from structlog.testing import capture_logs

from slack.at_work import AtWork, Transport, at_work
from slack.first_steps import founded, learned, welcomed
from slack.server import SlackLike, Team
from slack.server.admin import Admin

Change = Callable[[Admin], Awaitable[None]]
WAYS: dict[str, tuple[Change, Change]] = {
    "archived": (lambda admin: admin.archives("general"), lambda admin: admin.archives("general", archived=False)),
    "put_out": (lambda admin: admin.removes("bot", "general"), lambda admin: admin.invites("bot", "general")),
}
"""How a channel closes, and opens again."""
PRIVATE = ("青木", "あさひ", "ICT", "xoxb", "裏書")


def plain(logs: list[Any]) -> None:
    """The log says ids and codes, nothing of people."""
    assert not any(word in str(line) for line in logs for word in PRIVATE)


async def later(sukima: AtWork, minutes: float) -> None:
    sukima.server.clock.move(60 * minutes)
    await sukima.settle()


@pytest.mark.parametrize("way", WAYS)
async def test_a_badge_shared_while_the_channel_is_closed_is_posted_when_it_opens(
    slack: SlackLike, school: Team, tmp_path: Path, way: str
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    closes, opens = WAYS[way]
    async with at_work(slack, school, tmp_path, "http") as sukima:
        await founded(sukima)
        aoki, hall, admin = slack.person("aoki"), slack.person("hall"), slack.admin()
        told = await learned(aoki)
        await closes(admin)
        with capture_logs() as logs:
            await aoki.presses("同僚に見せる", on=told)
            await later(sukima, 11)
            await later(sukima, 11)
            await aoki.commands("wallet")
            await aoki.sees(NAMES[FIRST].ja)
        said = [line for line in logs if line["log_level"] in ("warning", "error")]
        assert [(line["event"], line["lane"]) for line in said] == [("relay.channel_closed", "slack:T0ASAHI/C0GENERAL")]
        plain(logs)
        await opens(admin)
        await later(sukima, 11)
        post = await hall.sees(NAMES[FIRST].ja, where="general")
        await hall.reacts(post, "white_flower")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")


@pytest.mark.parametrize("way", [*WAYS, "deleted"])
async def test_what_was_given_stays_when_its_message_cannot_be_seen_any_more(
    slack: SlackLike, school: Team, tmp_path: Path, way: str
) -> None:
    general = school.channels["C0GENERAL"]
    general.members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki, hall, sato, admin = *map(slack.person, ("aoki", "hall", "sato")), slack.admin()
        told = await learned(aoki)
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees(NAMES[FIRST].ja, where="general")
        await hall.reacts(post, "white_flower")
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        with capture_logs() as logs:
            await (hall.deletes(post) if way == "deleted" else WAYS[way][0](admin))
            await sukima.house.reconcile()
            await sukima.settle()
            await aoki.commands("wallet")
            await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1")
            await welcomed(sato)
        assert not [line for line in logs if line["log_level"] == "error"]
        plain(logs)
        if way == "deleted":
            await aoki.presses("自分だけ", on=await aoki.sees("おめでとう"))
            await aoki.presses("同僚に見せる", on=await aoki.sees("おめでとう"))
            again = await sato.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
            assert again is not post


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_who_is_deactivated_is_sent_nothing_and_holds_up_nobody(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    """Slack's word of it is lost, too: its answer to a message says so."""
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, transport) as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        told = await learned(aoki)
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees(NAMES[FIRST].ja, where="general")
        school.user("aoki").deleted = True
        with capture_logs() as logs:
            await hall.reacts(post, "white_flower")
            await hall.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
            await hall.sees(NAMES[FIRST].en)
        assert not [line for line in logs if line["log_level"] == "error"]
        plain(logs)


async def test_a_button_of_an_older_version_is_told_to_be_of_no_use(
    slack: SlackLike, school: Team, tmp_path: Path
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, "socket") as sukima:
        await founded(sukima)
        aoki = slack.person("aoki")
        await learned(aoki)
        message = await aoki.sees("おめでとう")
        for block in message.blocks:
            for element in block.get("elements", ()):
                if element.get("value"):
                    element["value"] = "v0.share.41.k9Zt"
        with capture_logs() as logs:
            await aoki.presses("同僚に見せる", on=message)
            await aoki.sees("このボタンは")
        assert not [line for line in logs if line["log_level"] in ("warning", "error")]
