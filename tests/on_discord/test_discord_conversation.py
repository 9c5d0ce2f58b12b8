"""From a guild that nobody uses yet to an endorsed badge, by what people do in Discord."""

from pathlib import Path

from scenarios.shelf import FIRST, NAMES

from bot.badges.bake import unbake
from on_discord.at_work import at_work
from on_discord.first_steps import founded, learned
from on_discord.server import DiscordLike

FLOWER = "💮"


async def test_from_nothing_to_an_endorsed_badge(discord: DiscordLike, tmp_path: Path) -> None:
    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        aoki, hall = discord.person("aoki"), discord.person("hall")
        told = await learned(aoki)
        (picture,) = [file for message in aoki.messages() for file in message.attachments]
        assert b"OpenBadgeCredential" in unbake(picture.data), "the picture arrives byte for byte"
        assert not [each for each in hall.messages("general") if "青木" in hall.words(each)]
        await aoki.presses("同僚に見せる", on=told)
        post = await hall.sees("青木 あさひ", NAMES[FIRST].ja, where="general")
        await hall.reacts(post, FLOWER)
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        assert not hall.messages(), "a receipt opens no conversation"
        await hall.commands("help", where="general")
        await hall.sees("You endorse 青木 あさひ", NAMES[FIRST].en, where="general")
        await hall.unreacts(post, FLOWER)
        assert not [one for one in aoki.messages("general") if "裏書：同僚 1" in aoki.words(one)]
        await hall.reacts(post, FLOWER)
        await aoki.presses("自分だけ", on=told)
        (newer,) = [file for message in aoki.messages() for file in message.attachments]
        assert b"EndorsementCredential" in unbake(newer.data), "what its holder has is what counts now"
        assert not discord.pings, "nobody was called by name"


async def test_a_window_from_before_a_restart_opens_in_the_language_that_was_chosen(
    discord: DiscordLike, tmp_path: Path
) -> None:
    aoki = discord.person("aoki")
    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        await learned(aoki)
    discord.users[aoki.id].locale = "en-US"
    async with at_work(discord, tmp_path) as sukima:
        await aoki.presses("気づきを一言")
        await discord.until(lambda: aoki.modals.top)
        window = aoki.modals.top
        assert window is not None
        assert window.title == "気づきを一言"
