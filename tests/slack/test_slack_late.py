"""A reaction that Slack brings again may arrive after what followed it: what is on the message now is what counts."""

from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES

from slack.at_work import Transport, at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team
from slack.server.delivery import EVENTS, Delivery
from slack.server.world import Json

ONE = "裏書：同僚 1"
FLOWER = "white_flower"


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_late_reaction_leaves_no_false_endorsement(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, transport) as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        told = await learned(aoki)
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees("青木 あさひ", NAMES[FIRST].ja, where="general")

        async def late(kind: str, number: int) -> Delivery:
            """An event as if its first try had been lost."""
            (*_, sent) = slack.deliveries.events(kind)
            stamp = school.channels["C0GENERAL"].new_ts(slack.clock.now())
            lost: Json = {**sent.payload, "event_id": f"Ev0LOST{number}"}
            lost["event"] = {**lost["event"], "event_ts": stamp}
            delivery = slack.deliveries.late(EVENTS, lost)
            await slack.settled()
            assert delivery.acknowledged
            return delivery

        def counted() -> bool:
            return any(ONE in aoki.words(one) for one in aoki.messages("general"))

        await hall.reacts(post, FLOWER)
        assert counted()
        await hall.unreacts(post, FLOWER)
        await late("reaction_added", 1)
        assert not counted(), "it was taken off meanwhile"
        await hall.reacts(post, FLOWER)
        await late("reaction_removed", 2)
        assert counted(), "it was put on again meanwhile"

        await hall.unreacts(post, FLOWER)
        post.reactions[FLOWER] = [hall.id]
        await late("reaction_added", 3)
        assert counted(), "a retry may be all that ever arrives"
        slack.faults.refuses("reactions.get", "internal_error")
        await late("reaction_removed", 4)
        assert not counted(), "where the message cannot be read the event is all that is known"
