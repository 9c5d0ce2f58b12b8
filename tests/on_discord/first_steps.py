"""The first steps in a guild, as people take them: the school is opened, somebody is welcomed and earns a badge."""

from scenarios.shelf import BOARD, FIRST, NAMES

from on_discord.at_work import AtWork
from on_discord.server import Actor, Message

SCHOOL = {"学校名（日本語）": "あさひ小学校", "学校名（英語）": "Asahi School"}
WELCOME = ("日本語", "これでよい", "頼んだときだけ")


async def founded(sukima: AtWork) -> None:
    """佐藤 opens a school in the guild, whose badges are shown in `general`, and is its owner."""
    sato = sukima.server.person("sato")
    await sato.commands(f"claim {sukima.code}", where="general")
    assert await sato.completes(SCHOOL) == {}
    await sato.sees("運営担当になりました", where="general")


async def welcomed(actor: Actor, *, says: bool = True) -> None:
    if says:
        await actor.says("こんにちは")
    await actor.sees(f"{actor.name}さん")
    for label in WELCOME:
        await actor.presses(label)


async def learned(actor: Actor, *, says: bool = True) -> Message:
    """Somebody is welcomed, does the one unit of the first badge, and is told of it. `says`: they have yet to come."""
    await welcomed(actor, says=says)
    await actor.commands("learn 電子黒板")
    await actor.presses("開く", beside=BOARD.title.ja)
    await actor.presses("終わった", beside=BOARD.title.ja)
    await answers(actor, "電子黒板を待つ")
    return await actor.sees(NAMES[FIRST].ja, "おめでとう")


async def answers(actor: Actor, choice: str) -> None:
    """Press the letter that stands before a choice."""
    said = actor.words(await actor.sees(choice))
    (letter,) = [line.partition(".")[0] for line in said.splitlines() if line.endswith(choice)]
    await actor.presses(letter, beside=choice)
