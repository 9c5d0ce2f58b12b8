"""Commands and menus at work: told once, suggesting in each one's language, showing what is shown and no more."""

from pathlib import Path

from scenarios.shelf import BOARD, FIRST, NAMES

from bot.services.commands import OfNoSchool
from bot.services.directory import BindWorkspace, bind_workspace
from bot.services.schools import all_schools
from on_discord.at_work import AtWork, at_work
from on_discord.first_steps import founded, learned
from on_discord.server import DiscordLike, Guild

TOLD = "PUT /applications/{application}/commands"
TEACHERS = "1600"


async def test_discord_is_told_at_the_first_start_only(discord: DiscordLike, tmp_path: Path) -> None:
    for _ in range(2):
        async with at_work(discord, tmp_path):
            assert len(discord.called(TOLD)) == 1


async def test_suggestions_are_for_colleagues_in_their_language(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    async with at_work(discord, tmp_path) as sukima:
        aoki, hall = discord.person("aoki"), discord.person("hall")
        assert await aoki.completes_option("sukima learn", "topic", "", where="general") == [], "nobody's server yet"
        await founded(sukima)
        assert BOARD.title.ja in await aoki.completes_option("sukima learn", "topic", "電子", where="general")
        assert BOARD.title.en in await hall.completes_option("sukima learn", "topic", "board", where="general")
        assert "6分" in await aoki.completes_option("sukima learn", "minutes", "", where="general")
        assert NAMES[FIRST].en in await hall.completes_option("sukima who", "question", "", where="general")
        await only_for_teachers(sukima, asahi)
        assert await hall.completes_option("sukima learn", "topic", "", where="general") == [], "a guest now"


async def only_for_teachers(sukima: AtWork, guild: Guild) -> None:
    """The school follows a role that nobody wears, and the minute in which its server is remembered is over."""
    sukima.server.add_role(guild, TEACHERS, "先生方")
    general = next(each.id for each in guild.channels.values() if each.name == "general")
    (school,) = await sukima.house.store.look(all_schools, OfNoSchool())
    bound = BindWorkspace(
        school=school.key,
        platform="discord",
        workspace=guild.id,
        channel=general,
        lang=None,
        emoji=(),
        teacher_role=TEACHERS,
    )
    await sukima.house.store.run(bind_workspace, bound)
    sukima.server.clock.move(700)


async def test_a_persons_menu_shows_what_they_show(discord: DiscordLike, tmp_path: Path) -> None:
    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        aoki, hall = discord.person("aoki"), discord.person("hall")
        told = await learned(aoki)
        await hall.uses_menu("Badges", aoki)
        await hall.sees("No badges are shown to colleagues here", where="general")
        await aoki.presses("同僚に見せる", on=told)
        await hall.uses_menu("Badges", aoki)
        seen = await hall.sees("Badges that 青木 あさひ shows to colleagues", NAMES[FIRST].en, where="general")
        assert seen.reader == hall.id, "only who asked sees it"
        (label,) = hall.buttons(seen)
        assert label.startswith("My endorsement")
        await hall.presses(label, on=seen)
        await aoki.sees(NAMES[FIRST].ja, "裏書：同僚 1", where="general")
        await hall.uses("sukima badges", where="general", person=aoki.id)
        again = await hall.sees("Badges that 青木 あさひ shows", where="general")
        assert any("Undo" in label for label in hall.buttons(again))


async def test_a_command_of_another_version_is_answered(discord: DiscordLike, tmp_path: Path) -> None:
    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        (known,) = [each for each in discord.app.commands.values() if each["name"] == "sukima"]
        wallet = next(each for each in known["options"] if each["name"] == "wallet")
        wallet["name"] = "walet"
        aoki = discord.person("aoki")
        await aoki.uses("sukima walet", where="general")
        assert aoki.messages("general"), "whoever used it hears something"
