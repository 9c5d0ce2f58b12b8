"""What people do in Discord reaches the house, once and in order; what is nobody's act towards Sukima does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from scenarios.shelf import FIRST, NAMES

from bot.app.house import House
from bot.conversation.intents import Intent
from bot.conversation.router import Answer, Router
from bot.conversation.tasks import Tasks
from bot.domain.language import Bilingual
from bot.handlers.discord.keys import PLATFORM
from bot.handlers.discord.timing import Timing
from bot.handlers.discord.turns import Turns
from bot.services.directory import AddSchool, BindWorkspace, add_school, bind_workspace
from bot.services.ownership import EMOJI
from on_discord.at_work import AtWork, Beginning, at_work
from on_discord.conftest import AOKI, HALL, MANAGE_GUILD
from on_discord.first_steps import founded, learned, welcomed
from on_discord.server import Actor, DiscordLike, Guild, Message, happenings
from storage import tables as t

REACTIONS = "GET /channels/{channel}/messages/{message}/reactions/{emoji}"
FLOWER, CHECK = "💮", "✅"
NOBODY = "裏書：まだありません"


async def shared(sukima: AtWork) -> Message:
    """青木's badge, shown to colleagues in `general`."""
    await founded(sukima)
    aoki = sukima.server.person("aoki")
    await aoki.presses("同僚に見せる", on=await learned(aoki))
    return await aoki.sees("青木 あさひ", NAMES[FIRST].ja, where="general")


def count(actor: Actor, post: Message) -> str:
    """What a post says of endorsements."""
    return next((line for line in actor.words(post).splitlines() if line.startswith("裏書：")), "")


async def test_reactions_count_once_and_in_order_whatever_the_gateway_does(
    discord: DiscordLike, asahi: Guild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, sato = discord.person("hall"), discord.person("sato")
    async with at_work(discord, tmp_path) as sukima:
        post = await shared(sukima)
        hall.waits = False
        for _ in range(3):
            await hall.reacts(post, FLOWER)
            await hall.unreacts(post, FLOWER)
        await hall.reacts(post, CHECK)
        await hall.reacts(post, "👍")
        await discord.settled()
        assert count(sato, post) == "裏書：同僚 1"

        handle, failed = Router.handle, []

        async def fails(router: Router, intent: Intent) -> Answer:
            if len(failed) < 2:
                failed.append(intent)
                raise RuntimeError("secret words")
            return await handle(router, intent)

        with monkeypatch.context() as broken:
            broken.setattr(Router, "handle", fails)
            await hall.unreacts(post, CHECK)
            await discord.settled()
        assert (len(failed), count(sato, post)) == (2, NOBODY), "Discord would not have brought it again"

        await discord.gateway.drop()
        discord.gateway.forget()
        happenings.reacted(discord, asahi.channel("general"), post, hall.id, FLOWER)
        await discord.gateway.connected()
        await discord.until(lambda: count(sato, post) == "裏書：同僚 1", "what was missed is looked at")
        await discord.settled()

        happenings.cleared(discord, asahi.channel("general"), post)
        await discord.settled()
        assert count(sato, post) == NOBODY, "a moderator took them all off"
    assert not discord.pings


async def test_what_is_heard_while_a_message_is_read_is_not_undone(
    discord: DiscordLike, asahi: Guild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, sato, aoki = discord.person("hall"), discord.person("sato"), discord.person("aoki")
    handle, heard = Router.handle, asyncio.Event()

    async def noted(router: Router, intent: Intent) -> Answer:
        answer = await handle(router, intent)
        heard.set()
        return answer

    monkeypatch.setattr(Router, "handle", noted)
    async with at_work(discord, tmp_path) as sukima:
        post = await shared(sukima)
        await hall.reacts(post, FLOWER)
        alone = count(hall, post)
        await sato.reacts(post, FLOWER)
        both = count(hall, post)
        await aoki.reacts(post, CHECK)
        sato.waits = False
        for act, then in ((sato.unreacts, alone), (sato.reacts, both)):
            held = discord.faults.holds("GET /channels/{channel}/messages/{message}/reactions/{emoji}", emoji=CHECK)
            happenings.cleared(discord, asahi.channel("general"), post, "👍")
            await held.met.wait()
            heard.clear()
            await act(post, FLOWER)
            await heard.wait()
            assert held.gate is not None
            held.gate.set()
            await discord.settled()
            assert count(hall, post) == then, "what was read before is older"


async def test_a_reaction_that_somebody_else_takes_off_makes_nobody_known(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    """Not whoever was forgotten, and no bot of which nothing is remembered."""
    hall, general = discord.person("hall"), asahi.channel("general")
    async with at_work(discord, tmp_path) as sukima:
        post = await shared(sukima)
        await hall.reacts(post, FLOWER)
        await hall.commands("forget", where="general")
        await hall.presses("Forget me", where="general")
        discord.add_member(asahi, "2999", "robot", "Robot", bot=True)
        happenings.reacted(discord, general, post, "2999", FLOWER)
        await discord.settled()
        sukima.discord._people.forget_all(asahi.id)  # a new start remembers nobody
        for user in (hall.id, "2999"):
            happenings.unreacted(discord, general, post, user, FLOWER)
        await discord.settled()
        known = await sukima.house.store.read(lambda scope: scope.all(t.account.select()))
        assert {account.user_key for account in known}.isdisjoint({hall.id, "2999"})


async def test_what_cannot_be_read_at_the_start_is_read_soon(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    hall, sato = discord.person("hall"), discord.person("sato")
    async with at_work(discord, tmp_path) as sukima:
        post = await shared(sukima)
    happenings.reacted(discord, asahi.channel("general"), post, hall.id, FLOWER)
    before = discord.clock.now()
    trouble = discord.faults.breaks("GET /channels/{channel}/messages/{message}", times=2, message=post.id)
    async with at_work(discord, tmp_path) as sukima:
        await discord.until(lambda: discord.called(REACTIONS, message=post.id), "Discord answers again")
        for _ in range(20):
            await sukima.settle()
        assert count(sato, post) == "裏書：同僚 1"
    assert trouble.times == 0
    assert sum(Timing().reads_again[:2]) <= discord.clock.now() - before < 60, "ever more slowly, and soon"


async def test_what_is_about_the_same_is_done_in_turn_and_nothing_else_waits() -> None:
    tasks, done, gate = Tasks(), [], asyncio.Event()
    turns = Turns(tasks)

    async def slowly() -> None:
        await gate.wait()
        done.append("on")

    async def at_once(word: str) -> None:
        done.append(word)

    turns.begin("flower", slowly)
    turns.begin("flower", lambda: at_once("off"))
    turns.begin("check", lambda: at_once("another"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == ["another"]
    gate.set()
    await tasks.quiet()
    assert done == ["another", "on", "off"]


async def test_words_to_sukima_and_all_other_talk(discord: DiscordLike, asahi: Guild, tmp_path: Path) -> None:
    discord.app.allow_all_intents()
    discord.add_channel(asahi, "1099", "lounge")
    aoki, hall = discord.person("aoki"), discord.person("hall")

    def said(where: str) -> list[Message]:
        return [each for each in aoki.messages(where) if each.author.id == discord.bot.id]

    async with at_work(discord, tmp_path, DISCORD_MESSAGE_CONTENT="yes") as sukima:
        await founded(sukima)
        await welcomed(aoki)
        await aoki.says("スキマ時間に読みました。", where="general")
        await aoki.says("Sukima, ウォレット", where="lounge")
        assert said("general") == said("lounge") == []
        await aoki.says("スキマさん、ウォレット", where="general")
        (below,) = said("general")
        await aoki.mentions("ヘルプ", where="lounge")
        (lounge,) = said("lounge")
        assert "ウォレット" not in aoki.words(below) + aoki.words(lounge), "what is told is for their eyes only"
        await aoki.presses("返事を見る", on=below)
        await aoki.sees("ウォレット", where="general")
        await sukima.settle()
        assert [each.reader for each in said("general")] == [aoki.id]
        assert not [each for each in hall.messages("general") if each.author.id == discord.bot.id]
    assert not [who for _, who in discord.pings if who != discord.bot.id]


async def test_who_left_gets_nothing_of_the_school(discord: DiscordLike, asahi: Guild, tmp_path: Path) -> None:
    async with at_work(discord, tmp_path) as sukima:
        aoki = discord.person("aoki")
        await founded(sukima)
        told = await learned(aoki)
        discord.leave(asahi, aoki.id)
        sukima.discord._people.forget_all(asahi.id)  # an hour later
        seen = len(aoki.messages())
        await aoki.presses("バッジを見る", on=told)
        (answer,) = aoki.messages()[seen:]
        assert "同じサーバー" in aoki.words(answer)
        assert not answer.attachments


async def test_who_ran_the_guild_and_does_not_any_more_has_no_power_left_in_the_conversation(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    discord.add_role(asahi, "1700", "管理", MANAGE_GUILD)
    discord.set_role(asahi, HALL, "1700")
    aoki, hall = discord.person("aoki"), discord.person("hall")

    async def leads(sukima: AtWork) -> bool:
        people = await sukima.house.store.read(lambda scope: scope.all(t.person.select()))
        return any("leader" in each.roles for each in people if each.name == aoki.name)

    async with at_work(discord, tmp_path) as sukima:
        await founded(sukima)
        await aoki.commands("help", where="general")
        await hall.commands("help", where="general")
        await hall.says("help")
        discord.set_role(asahi, HALL, "1700", has=False)
        await hall.says(f"grant leader to <@{AOKI}>")
        assert not await leads(sukima), "a role that was taken a moment ago"
        discord.set_role(asahi, HALL, "1700")
        await hall.commands("help", where="general")
        await hall.says(f"grant leader to <@{AOKI}>")
        assert await leads(sukima)
        discord.install(discord.add_guild("1950"))
        discord.join(discord.guilds["1950"], HALL)
        discord.leave(asahi, HALL)
        await hall.says(f"revoke leader from <@{AOKI}>")
        assert await leads(sukima), "somebody who was sent away"


async def opened(house: House, key: str, guild: Guild) -> None:
    """A school of this name whose guild it is."""
    name = Bilingual(guild.name, key.title())
    await house.store.run(add_school, AddSchool(key=key, name=name, zone="Asia/Tokyo", lang="ja", country="JP"))
    bound = BindWorkspace(
        school=key, platform=PLATFORM, workspace=guild.id, channel=str(int(guild.id) + 1), lang=None, emoji=EMOJI
    )
    await house.store.run(bind_workspace, bound)


@asynccontextmanager
async def of_two_schools(discord: DiscordLike, asahi: Guild, folder: Path) -> AsyncIterator[tuple[AtWork, Guild]]:
    """青木 is in the servers of two schools; the second one is told."""
    higashi = discord.add_guild("3001", "東中学校")
    discord.join(higashi, "2002")
    discord.install(higashi)

    async def both(house: House) -> None:
        await opened(house, "asahi", asahi)
        await opened(house, "higashi", higashi)

    async with at_work(discord, folder, beginning=Beginning(prepare=both)) as sukima:
        yield sukima, higashi


def own_of(sukima: AtWork, actor: Actor) -> set[str]:
    """What Sukima said to somebody directly."""
    return {each.id for each in actor.messages() if each.author.id == sukima.server.bot.id}


async def test_what_is_taken_back_for_one_school_leaves_the_others_answers(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    async with of_two_schools(discord, asahi, tmp_path) as (sukima, higashi):
        aoki, there = discord.person("aoki"), discord.person("aoki", higashi)
        await there.commands("help", where="general")
        await aoki.commands("wallet")
        await aoki.says("ウォレット")
        theirs = own_of(sukima, aoki)
        await aoki.commands("help", where="general")
        await aoki.commands("wallet")
        await aoki.says("ウォレット")
        assert len(own_of(sukima, aoki)) == 2 * len(theirs) == 4
        await sukima.discord.sender.clear(asahi.id, "2002")
        assert own_of(sukima, aoki) == theirs


async def test_somebody_of_two_schools_says_which_and_each_knows_only_its_own(
    discord: DiscordLike, asahi: Guild, tmp_path: Path
) -> None:
    async with of_two_schools(discord, asahi, tmp_path) as (sukima, higashi):
        aoki, there = discord.person("aoki"), discord.person("aoki", higashi)
        await aoki.says("こんにちは")
        asked = await aoki.sees("どの学校のことですか")
        assert aoki.buttons(asked) == ["あさひ小学校", "東中学校"]
        await aoki.presses("東中学校", on=asked)
        await aoki.sees("青木 あさひさん")  # what was said is answered: the welcome
        told = await learned(aoki, says=False)
        await aoki.says("ウォレット")
        await aoki.sees("ウォレット")
        assert len([each for each in aoki.messages() if "どの学校" in aoki.words(each)]) == 1, "asked once"
        await there.commands("wallet", where="general")
        assert "さん" not in aoki.words(aoki.messages()[-1])
        await aoki.commands("wallet", where="general")
        await aoki.sees("青木 あさひさん", where="general")  # the other school has never met them
        seen = len(aoki.messages())
        await aoki.presses("バッジを見る", on=told)
        (badge,) = aoki.messages()[seen:]
        assert "東中学校" in aoki.words(badge), "what a message was said for is what it is about"
        await aoki.commands("wallet", where="general")
        seen = len(aoki.messages())
        await aoki.presses("同僚に見せる", on=badge)
        (shown, *_) = aoki.messages()[seen:]
        assert "職員チャンネルで見せました" in aoki.words(shown), "so is what was answered"
        await aoki.commands("wallet", where="general")
        unit = next(each for each in aoki.messages() if "3分・動画" in aoki.words(each))
        await aoki.reacts(unit, FLOWER)
        assert await sukima.house.store.read(lambda scope: scope.all(t.reaction.select())), "and a reaction"
    assert not discord.pings
