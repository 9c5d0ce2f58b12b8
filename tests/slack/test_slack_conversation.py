"""From a workspace that nobody uses yet to an endorsed badge, over both transports, by what people do in Slack.

The app has what its manifest says and nothing more, and nobody granted it the optional scopes.
"""

from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES

from bot.badges.bake import unbake
from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.scopes import OPTIONAL
from bot.wording import Wording
from slack.at_work import Transport, at_work
from slack.first_steps import founded, learned
from slack.server import SlackLike, Team


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_from_nothing_to_an_endorsed_badge(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    slack.app.follow(manifest(Wording("ja"), None))
    slack.app.scopes = tuple(set(slack.app.scopes) - set(OPTIONAL))
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    async with at_work(slack, school, tmp_path, transport) as sukima:
        await founded(sukima)
        aoki, hall = slack.person("aoki"), slack.person("hall")
        told = await learned(aoki)
        (picture,) = [file for message in aoki.messages() for file in message.files]
        assert b"OpenBadgeCredential" in unbake(picture.data), "the picture arrives byte for byte"
        assert not [each for each in hall.messages("general") if "青木" in hall.words(each)]
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees("青木 あさひ", NAMES[FIRST].ja, where="general")
        await hall.reacts(post, "white_flower")
        await hall.sees("You endorse 青木 あさひ", NAMES[FIRST].en)
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        await hall.unreacts(post, "white_flower")
        assert not [one for one in aoki.messages("general") if "裏書：同僚 1" in aoki.words(one)]
        assert not [one for one in hall.messages("general") if one.ts != post.ts], "nothing else reached the channel"
        await hall.reacts(post, "white_flower")
        await aoki.presses("自分だけ", on=told)
        first, newer = [file for message in aoki.messages() for file in message.files]
        assert first.data == picture.data
        assert b"EndorsementCredential" in unbake(newer.data), "what its holder has is what counts now"
        assert not [call for call in slack.calls if call.answer.get("error") == "missing_scope"]
