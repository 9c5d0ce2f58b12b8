"""One school day, played through the staff room and checked step by step, in both languages.

The same words are the demonstration, the acceptance test, and what other platforms are compared with.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.catalogue import ChoiceCheck, Shelf, TextCheck, Unit
from bot.domain.language import Lang
from bot.handlers.local.chairs import Place
from bot.handlers.local.room_types import Message
from bot.handlers.local.stage import Actor, Stage, StepFailed
from bot.wording import Wording

FLOWER, CHECK = "💮", "✅"
LETTERS = "ABCDEFGH"
OWN_WORDS: dict[Lang, str] = {
    "ja": "明日の朝の会で、一つずつ短く伝えてから黒板に番号で残してみます。",
    "en": "Tomorrow I will give one short step at a time and leave the numbers on the board.",
}


@dataclass(frozen=True)
class Seen:
    """What the story asks of the rows behind the room, to check what nobody sees."""

    shelf: Shelf
    editions: Callable[[str], Awaitable[int]]
    """How many editions of the credential of a person's badge there are: `person key/badge key`."""


async def play(stage: Stage, seen: Seen) -> None:
    """Play the whole day. Raises `StepFailed` at the first step that does not hold."""
    for scene in (
        welcome,
        spare_moment,
        english_unit,
        knowledge_badge,
        share_and_endorse,
        many_reactions,
        competence_badge,
        english_badge,
        endorse_content,
        ask,
        later,
        know_already,
        look,
        quiet_evening,
        forget,
    ):
        stage.chapter(" ".join((scene.__doc__ or scene.__name__).split()))
        await scene(stage, seen)


# ---------------------------------------------------------------- scenes


async def welcome(stage: Stage, seen: Seen) -> None:
    """08:20 A returner says hello: three presses, and the first unit is there."""
    fujita = stage["fujita"]
    await stage.clock(8, 20)
    await fujita.says("こんにちは")
    fujita.sees("藤田 はるか")
    for press in ("日本語", label("ja", "quiet_ok"), label("ja", "deliver_yes")):
        await fujita.presses(press)
    stage.check(unit_offered(fujita, seen).minutes <= 15, "the first unit comes within the welcome")


async def spare_moment(stage: Stage, seen: Seen) -> None:
    """10:25 The long break: those who are free then are offered one unit each, inside the gap, by nobody's press."""
    before = {key: len(offers(stage[key])) for key in ("aoki", "hayashi", "carter", "kimura")}
    for minute in range(25, 41):
        await stage.clock(10, minute)
    for key in ("aoki", "hayashi", "carter"):
        stage.check(len(offers(stage[key])) == before[key] + 1, f"{key} is offered one unit in the break")
    stage.check(len(offers(stage["kimura"])) == before["kimura"], "nobody is offered anything outside their windows")
    for minute in range(41, 50):
        await stage.clock(10, minute)
    stage.check(len(offers(stage["aoki"])) == before["aoki"] + 1, "one unit a day, no more")


async def english_unit(stage: Stage, seen: Seen) -> None:
    """10:50 Emma opens hers: a wrong answer is explained kindly, the right one completes it, a line is kept."""
    carter = stage["carter"]
    unit = unit_offered(carter, seen)
    await carter.presses("Open")
    stage.check("##" not in carter.newest().card.text(), "the unit's page is readable text")
    stage.check(len(carter.newest().card.text()) > 800, "the unit has a page of real content")
    if isinstance(unit.check, ChoiceCheck):
        await carter.presses("Done")
        await answer(carter, unit, right=False)
        stage.check(unit.check.why is not None and unit.check.why.en in carter.newest().card.text(), "it says why")
        await carter.presses(label("en", "try_again"))
        await answer(carter, unit, right=True)
    else:
        await carter.presses("Done")
        await carter.fills(text=OWN_WORDS["en"])
    await carter.fills(reflection="Shorter questions, longer pauses.")
    await carter.commands("record")
    carter.sees("Shorter questions, longer pauses.")


async def knowledge_badge(stage: Stage, seen: Seen) -> None:
    """12:30 A new teacher finishes a module: the badge is awarded once, with its picture, and nobody else sees it."""
    yamamoto = stage["yamamoto"]
    await stage.clock(12, 30)
    posts = len(yamamoto.staff())
    await yamamoto.commands("learn 3")
    stage.check(unit_offered(yamamoto, seen).minutes <= 3, "learn 3 fits three minutes")
    await study(stage, seen, yamamoto, "c4-u1")
    await study(stage, seen, yamamoto, "c4-u2")
    award = badge_message(yamamoto, "気づく")
    stage.check(labels(award)[:3] == ["同僚に見せる", "自分だけ", "バッジを見る"], "the award has its three buttons")
    stage.check(len(award.attachments) == 1 and bool(award.attachments[0].alt), "its picture has alternative text")
    stage.check(len(badge_messages(yamamoto, "気づく")) == 1, "the badge is awarded once")
    stage.check(len(yamamoto.staff()) == posts, "nothing reaches the channel without a press")
    await yamamoto.presses("バッジを見る")
    yamamoto.sees("気づく", "れい教育大学")


async def share_and_endorse(stage: Stage, seen: Seen) -> None:
    """13:10 Shared: a colleague endorses, a leader recommends, one's own reaction is explained; removal withdraws."""
    yamamoto, aoki, sakamoto, mori = (stage[key] for key in ("yamamoto", "aoki", "sakamoto", "mori"))
    await stage.clock(13, 10)
    await yamamoto.presses("同僚に見せる")
    yamamoto.sees(say("ja", "notice.shared"))
    await yamamoto.presses(label("ja", "findable_yes"))
    post = aoki.sees_post("山本 悠斗", "気づく")
    await aoki.reacts(post, FLOWER)
    await sakamoto.reacts(post, FLOWER)
    await yamamoto.reacts(post, FLOWER)
    yamamoto.sees(say("ja", "refused.own_award"))
    counts = Wording("ja")
    aoki.sees_post("気づく", counts.say_n("count.colleagues", 1), counts.say_n("count.leaders", 1))
    aoki.sees("山本 悠斗")
    await mori.reacts(post, FLOWER)
    await mori.reacts(post, CHECK)
    await mori.unreacts(post, FLOWER)
    aoki.sees_post("気づく", counts.say_n("count.colleagues", 2))
    await mori.unreacts(post, CHECK)
    aoki.sees_post("気づく", counts.say_n("count.colleagues", 1))
    await aoki.presses("取り消す")
    stage.check(
        counts.say_n("count.colleagues", 1) not in aoki.sees_post("山本 悠斗", "気づく").card.text(),
        "Undo withdraws though the reaction is still there",
    )
    await aoki.unreacts(post, FLOWER)
    await aoki.reacts(post, FLOWER)
    aoki.sees_post("気づく", counts.say_n("count.colleagues", 1), counts.say_n("count.leaders", 1))


async def many_reactions(stage: Stage, seen: Seen) -> None:
    """13:20 Ten reactions in one moment make one re-issue and one edit."""
    await stage.clock(13, 20)
    post = stage["aoki"].sees_post("山本 悠斗", "気づく")
    before = await seen.editions("yamamoto/kb-safety-1")
    keys = ("kimura", "hayashi", "mori", "carter", "ishii", "okada", "nguyen", "fujita", "nakagawa")
    for key in keys:
        stage.chairs.room.react(post.ref, key, FLOWER)
    stage.chairs.room.react(post.ref, "kimura", CHECK)
    await stage.chairs.settle()
    stage.check(await seen.editions("yamamoto/kb-safety-1") == before + 1, "ten reactions make one re-issue")
    words = Wording("ja")
    stage["aoki"].sees_post("気づく", words.say_n("count.colleagues", 9), words.say_n("count.leaders", 2))
    for key in (*keys, "aoki"):
        stage.look(stage[key])


async def competence_badge(stage: Stage, seen: Seen) -> None:
    """15:40 The last unit of the last module: knowledge and competence badge come at the same moment, once each."""
    yamamoto = stage["yamamoto"]
    await stage.clock(15, 40)
    await study(stage, seen, yamamoto, "c4-u3")
    await study(stage, seen, yamamoto, "c4-u4")
    for badge in ("動いて残す", "最初の動き"):
        stage.check(len(badge_messages(yamamoto, badge)) == 1, f"{badge} is awarded once")
    await yamamoto.presses("自分だけ")
    stage.check(await seen.editions("yamamoto/cb-safety") == 1, "the competence badge has one edition")


async def english_badge(stage: Stage, seen: Seen) -> None:
    """16:00 In English: Emma earns a badge and shares it; the vice-principal recommends with a button."""
    carter, nakagawa = stage["carter"], stage["nakagawa"]
    await stage.clock(16, 0)
    for key in ("c5-u2", "c5-u3"):
        await study(stage, seen, carter, key)
    award = badge_message(carter, "Watching lessons")
    stage.check(
        labels(award)[:3] == ["Share with colleagues", "Keep private", "View badge"], "the buttons are in English"
    )
    await carter.presses("Share with colleagues")
    nakagawa.sees_post("Emma Carter")
    await nakagawa.presses("自分の裏書", Place.STAFF)
    nakagawa.sees("Emma Carter")
    nakagawa.sees_post("Emma Carter", Wording("ja").say_n("count.leaders", 1))


async def endorse_content(stage: Stage, seen: Seen) -> None:
    """16:10 Content is endorsed by reacting to its unit's message, after completing it."""
    yamamoto, fujita = stage["yamamoto"], stage["fujita"]
    await fujita.commands("learn 6")
    await fujita.reacts(offers(fujita)[-1], FLOWER)
    fujita.sees(say("ja", "refused.complete_first"))
    unit = next(unit for unit in units(seen) if unit.key == "c4-u2")
    message = next(message for message in reversed(offers(yamamoto)) if message.card.title == unit.title.ja)
    await yamamoto.reacts(message, FLOWER)
    yamamoto.sees("気づく")


async def ask(stage: Stage, seen: Seen) -> None:
    """16:20 "Who can teach classroom ICT?" finds a colleague with reasons; an introduction goes there and back."""
    carter, kimura, aoki = stage["carter"], stage["kimura"], stage["aoki"]
    await carter.says("Who can teach classroom ICT?")
    found = carter.sees("木村 大輔", "Purposeful ICT")
    stage.check(len(found.card.sections) <= 3, "at most three people are named")
    await carter.presses("Ask for an introduction")
    kimura.sees("Emma Carter", "Who can teach classroom ICT?")
    await kimura.presses("引き受ける")
    carter.sees("木村 大輔", last=2)
    await aoki.commands("who 特別支援")
    aoki.sees("林 ゆかり")
    await aoki.says("天体望遠鏡の使い方を教えられる人は？")
    stage.check("望遠鏡" in aoki.newest().card.text(), "an honest nobody yet")
    stage.check(not any("紹介を頼む" in one for one in labels(aoki.newest())), "and nobody is named")


async def later(stage: Stage, seen: Seen) -> None:
    """16:30 Later: the unit comes back in 20 minutes; Another swaps; unknown words get one clear sentence."""
    ishii = stage["ishii"]
    await stage.clock(16, 30)
    await ishii.says("10分で学べるものは？")
    first = unit_offered(ishii, seen)
    await ishii.presses("別のもの")
    second = unit_offered(ishii, seen)
    stage.check(first.key != second.key, "Another brings another")
    await ishii.presses("あとで")
    await ishii.presses("20分後")
    ishii.sees("16:5")
    count = len(offers(ishii))
    await stage.clock(16, 49)
    stage.check(len(offers(ishii)) == count, "not before its time")
    await stage.clock(16, 52)
    stage.check(unit_offered(ishii, seen).key == second.key, "the same unit comes back")
    await ishii.commands("lern")
    ishii.sees("lern", last=1)
    await ishii.commands("learn -3")
    ishii.sees("-3", last=1)


async def know_already(stage: Stage, seen: Seen) -> None:
    """17:00 "I know this already" goes to the check, and is kept as prior knowledge."""
    kimura = stage["kimura"]
    await stage.clock(17, 0)
    unit = await offered(seen, kimura, "c2-u1")
    await kimura.presses("もう知っている")
    await answer(kimura, unit, right=True)
    await kimura.presses("とばす")
    await kimura.commands("記録")
    kimura.sees(unit.title.ja, Wording("ja").say("badge.prior"))
    wrong = await offered(seen, kimura, "c2-u2")
    await kimura.presses("もう知っている")
    await answer(kimura, wrong, right=False)
    await kimura.commands(f"learn {wrong.title.ja}")
    await kimura.presses("もう知っている")
    kimura.sees(say("ja", "refused.tested_out_today"))


async def look(stage: Stage, seen: Seen) -> None:
    """17:20 Wallet, map, record, settings, help and the export, in both languages."""
    yamamoto, carter = stage["yamamoto"], stage["carter"]
    for words in ("ウォレット", "マップ", "記録", "設定", "ヘルプ"):
        await yamamoto.commands(words)
    yamamoto.sees("気づく", last=8)
    for words in ("wallet", "map", "record", "settings", "help"):
        await carter.commands(words)
    stage.check(any(message.attachments for message in carter.direct()[-5:]), "the map has a picture")
    await carter.says("Wednesday period 5 is free")
    carter.sees("13:45", last=2)
    await carter.commands("settings")
    await carter.presses(label("en", "export"))
    stage.check(carter.newest().attachments[0].name.endswith(".zip"), "the export is one ZIP")


async def quiet_evening(stage: Stage, seen: Seen) -> None:
    """The evening is quiet: after 19:00 nobody hears anything."""
    for hour, minute in ((17, 30), (17, 59), (18, 30), (19, 30)):
        await stage.clock(hour, minute)
    before = {user.key: len(stage[user.key].direct()) for user in stage.chairs.users()}
    for hour in (20, 21, 22, 23):
        await stage.clock(hour, 30)
    after = {user.key: len(stage[user.key].direct()) for user in stage.chairs.users()}
    stage.check(before == after, "quiet hours are quiet")


async def forget(stage: Stage, seen: Seen) -> None:
    """Linh asks to be forgotten: what she gave others stays and counts, without her."""
    nguyen, aoki = stage["nguyen"], stage["aoki"]
    words = Wording("ja")
    aoki.sees_post("山本 悠斗", "気づく", words.say_n("count.colleagues", 9))
    await nguyen.commands("settings")
    await nguyen.presses(label("en", "forget"))
    await nguyen.presses(label("en", "forget_yes"))
    await stage.chairs.settle()
    aoki.sees_post("山本 悠斗", "気づく", words.say_n("count.colleagues", 9))
    stage.check(not any("Linh Nguyen" in message.card.text() for message in aoki.staff()), "her own posts are gone")


# ---------------------------------------------------------------- words of the story


def say(lang: Lang, key: str) -> str:
    return Wording(lang).say(key)


def label(lang: Lang, name: str) -> str:
    """A button's label."""
    return Wording(lang).say(f"label.{name}")


def labels(message: Message) -> list[str]:
    return [button.label for button in message.card.buttons]


def offers(actor: Actor) -> list[Message]:
    """The messages that brought a unit."""
    another = label(actor.lang, "another")
    return [message for message in actor.direct() if another in labels(message)]


def offer_of(actor: Actor) -> Message:
    """The newest offer."""
    found = offers(actor)
    if not found:
        raise StepFailed(f"{actor.name} has no offer")
    return found[-1]


def units(seen: Seen) -> list[Unit]:
    return [unit for course in seen.shelf.courses for unit in course.units()]


def unit_offered(actor: Actor, seen: Seen) -> Unit:
    """The unit of the newest offer."""
    title = offer_of(actor).card.title
    for unit in units(seen):
        if unit.title.in_(actor.lang) == title:
            return unit
    raise StepFailed(f"no unit is called {title!r}")


def badge_messages(actor: Actor, name: str) -> list[Message]:
    """Award messages for a badge."""
    share = label(actor.lang, "share")
    return [message for message in actor.direct() if share in labels(message) and name in message.card.text()]


def badge_message(actor: Actor, name: str) -> Message:
    found = badge_messages(actor, name)
    if not found:
        raise StepFailed(f"{actor.name} has no badge {name!r}")
    return found[-1]


async def offered(seen: Seen, actor: Actor, key: str) -> Unit:
    """Ask for one unit by its title, and get it."""
    unit = next(unit for unit in units(seen) if unit.key == key)
    await actor.commands(f"learn {unit.title.in_(actor.lang)}")
    if unit_offered(actor, seen).key != key:
        raise StepFailed(f"asked for {unit.title.ja!r}, offered {unit_offered(actor, seen).title.ja!r}")
    return unit


async def study(stage: Stage, seen: Seen, actor: Actor, key: str) -> None:
    """Open a unit, answer its check rightly, leave no reflection."""
    unit = await offered(seen, actor, key)
    await actor.presses(label(actor.lang, "open"))
    await actor.presses(label(actor.lang, "done"))
    if isinstance(unit.check, TextCheck):
        await actor.fills(text="短い" if actor.lang == "ja" else "too")
        await actor.fills(text=OWN_WORDS[actor.lang])
    else:
        await answer(actor, unit, right=True)
    await actor.presses(label(actor.lang, "skip"))


async def answer(actor: Actor, unit: Unit, *, right: bool) -> None:
    """Answer the newest choice question rightly or wrongly, wherever its choices stand."""
    check = unit.check
    if not isinstance(check, ChoiceCheck):
        raise StepFailed(f"{unit.key} has no choices")
    wanted = check.choices[check.answer].in_(actor.lang)
    question = next(
        message for message in reversed(actor.direct()) if check.question.in_(actor.lang) in message.card.text()
    )
    shown = [line for line in question.card.lines if any(each.in_(actor.lang) in line for each in check.choices)]
    place = next(i for i, line in enumerate(shown) if (wanted in line) is right)
    await actor.presses(LETTERS[place])
