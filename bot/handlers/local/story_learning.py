"""Scenes of learning: the welcome, spare moments, units, later, and what is known already."""

from datetime import date, datetime, timedelta

from bot.handlers.local.script import A_MINUTE, Actor, Stage
from bot.handlers.local.story_parts import (
    Seen,
    answer,
    badge_message,
    label,
    offer_of,
    offered,
    offers,
    open_unit,
    pass_check,
    reflect,
    say,
    study,
    unit_offered,
)
from bot.handlers.local.story_words import (
    ABOUT,
    EMMA_TIMES,
    FORM_TIMES,
    GRACE,
    GRACE_TIMES,
    GRACE_TITLE,
    HELLO,
    NAKAGAWA_TIMES,
    NO_DAY,
    NO_MINUTES,
    NO_TIMES,
    PICKED_DAY,
    REFLECTIONS,
    TEN_MINUTES,
    UNKNOWN,
)
from bot.wording import Wording

BREAK_ENDS = (10, 50)
IN_BREAK = ("hayashi", "carter")
"""Who is free in the long break, asked to be offered something, and has units left for its last minute."""


async def welcome_ja(stage: Stage, seen: Seen) -> None:
    fujita = stage["fujita"]
    await fujita.says(HELLO["ja"])
    fujita.sees(fujita.name, say("en", "welcome.what"))
    for press in (say("ja", "language.ja"), label("ja", "quiet_ok"), label("ja", "deliver_yes")):
        await fujita.presses(press)
    stage.check(unit_offered(fujita, seen).minutes <= 15, "the first unit comes within the welcome")


async def welcome_en(stage: Stage, seen: Seen) -> None:
    grace = stage.welcome(*GRACE, "en", GRACE_TITLE)
    await grace.says(HELLO["en"])
    await grace.presses(say("en", "language.en"))
    await grace.presses(label("en", "quiet_edit"))
    await grace.fills(words=NO_TIMES)
    grace.sees(NO_TIMES)
    await grace.fills(words=GRACE_TIMES)
    grace.sees(say("en", "windows.saved"), "12:50–13:30", "18:00–8:00")
    await grace.presses(label("en", "deliver_no"))
    grace.sees(say("en", "notice.consent_delivery_off"))
    stage.check(unit_offered(grace, seen).minutes <= 15, "the first unit comes within the welcome")


async def break_begins(stage: Stage, seen: Seen) -> None:
    """Up to the minute in which Emma's unit arrives."""
    carter = stage["carter"]
    before = len(offers(carter))
    while len(offers(carter)) == before:
        stage.check((stage.local_now().hour, stage.local_now().minute) < BREAK_ENDS, "Emma is offered a unit")
        await stage.go_on(1)


async def break_unit(stage: Stage, seen: Seen) -> None:
    carter = stage["carter"]
    unit = unit_offered(carter, seen)
    await carter.presses(label("en", "open"), beside=unit.title.en)
    await stage.go_on(unit.minutes, A_MINUTE)
    stage.check(stage.local_now().hour == 10 and stage.local_now().minute <= 46, "the unit fits into the break")
    await carter.presses(label("en", "done"), beside=unit.title.en)
    await pass_check(stage, carter, unit, wrong=1)
    await reflect(carter, REFLECTIONS["en"])
    await carter.commands("record")
    carter.sees(unit.title.en, REFLECTIONS["en"])


async def break_over(stage: Stage, seen: Seen) -> None:
    now = stage.local_now()
    for key in IN_BREAK:
        came = [offer.sent_at.astimezone(now.tzinfo) for offer in offers(stage[key])]
        today = [moment for moment in came if moment.date() == now.date()]
        stage.check(len(today) == 1, f"{key} is offered one unit in the break, and no more")
        stage.check(today[0].hour == 10 and 25 <= today[0].minute < 45, f"{key}'s unit came inside the break")
    stage.check(not offers(stage["kimura"]), "nobody is offered anything outside their windows")


async def knowledge_badge(stage: Stage, seen: Seen) -> None:
    yamamoto = stage["yamamoto"]
    posts = len(yamamoto.staff())
    await yamamoto.commands("学ぶ 3")
    stage.check(unit_offered(yamamoto, seen).minutes <= 3, "learn 3 fits three minutes")
    await study(stage, seen, yamamoto, "c4-u1", reflection=REFLECTIONS["ja"])
    await study(stage, seen, yamamoto, "c4-u2", wrong=2)
    badge_message(stage, yamamoto, "気づく")
    stage.check(len(yamamoto.staff()) == posts, "nothing reaches the channel without a press")
    await yamamoto.presses(label("ja", "view_badge"), beside="気づく")
    yamamoto.sees("気づく", "れい教育大学")


async def own_words(stage: Stage, seen: Seen) -> None:
    nakagawa, carter = stage["nakagawa"], stage["carter"]
    await nakagawa.says(NAKAGAWA_TIMES)
    nakagawa.sees(say("ja", "windows.saved"), "13:45", "11:00〜11:30")
    await carter.says(EMMA_TIMES)
    carter.sees(say("en", "windows.saved"), "10:25–10:45", "14:40–15:25")
    for actor in (stage["fujita"], stage["nguyen"]):
        await actor.commands("設定" if actor.lang == "ja" else "settings")
        await actor.presses(label(actor.lang, "quiet_edit"))
        await actor.fills(words=FORM_TIMES[actor.lang])
        actor.sees(say(actor.lang, "windows.saved"))


async def free_period(stage: Stage, seen: Seen) -> None:
    """Period 5 in steps of five minutes."""
    free = ("kimura", "nakagawa")
    before = {actor.key: len(offers(actor)) for actor in stage.everybody()}
    await stage.go_on(45, 5 * A_MINUTE)
    for actor in stage.everybody():
        came = len(offers(actor)) - before[actor.key]
        stage.check(came == (1 if actor.key in free else 0), f"{came} units come to {actor.name} in period 5")


async def competence_badge(stage: Stage, seen: Seen) -> None:
    yamamoto = stage["yamamoto"]
    await study(stage, seen, yamamoto, "c4-u3")
    unit = await offered(seen, yamamoto, "c4-u4")
    await open_unit(stage, yamamoto, unit)
    await answer(yamamoto, unit, right=True, times=2)
    for badge in ("動いて残す", "最初の動き"):
        badge_message(stage, yamamoto, badge)
    for key in ("kb-safety-2", "cb-safety"):
        stage.check(await seen.editions("yamamoto", key) == 1, f"{key} has one edition")
    await yamamoto.presses(label("ja", "private"), beside="最初の動き")
    yamamoto.sees(say("ja", "notice.kept_private"))


async def later(stage: Stage, seen: Seen) -> None:
    """Two people, each in their language, put off one unit after another."""
    both = (stage["ishii"], stage[GRACE[0]])
    came = [await _in_20_minutes(stage, seen, actor) for actor in both]
    for actor, key in zip(both, ("c3-u1", "c3-u2"), strict=True):
        await put_off(seen, actor, key, "next_gap")
    for actor, key in zip(both, ("c1-u1", "c1-u2"), strict=True):
        await put_off(seen, actor, key, "tomorrow")
        actor.sees(Wording(actor.lang).day(stage.local_now().date() + timedelta(days=1)), last=1)
    for actor in both:
        await _pick_date(stage, seen, actor)
    await _back_in_time(stage, both, came)


async def _in_20_minutes(stage: Stage, seen: Seen, actor: Actor) -> str:
    """Ask in plain words, swap, put off; the title of what shall come back."""
    await actor.says(TEN_MINUTES[actor.lang])
    first = unit_offered(actor, seen)
    await actor.presses(label(actor.lang, "another"))
    second = unit_offered(actor, seen)
    stage.check(first.key != second.key, "Another brings another")
    stage.check(max(first.minutes, second.minutes) <= 10, "and both fit ten minutes")
    await actor.presses(label(actor.lang, "later"))
    back = stage.local_now() + 20 * A_MINUTE
    await actor.presses(label(actor.lang, "in20"))
    actor.sees(f"{back:%H:%M}", last=1)
    return second.title.in_(actor.lang)


async def put_off(seen: Seen, actor: Actor, key: str, choice: str) -> None:
    """Ask for a unit, and press *Later* and one of its choices."""
    unit = await offered(seen, actor, key)
    await actor.presses(label(actor.lang, "later"), beside=unit.title.in_(actor.lang))
    await actor.presses(label(actor.lang, choice))


async def _pick_date(stage: Stage, seen: Seen, actor: Actor) -> None:
    await put_off(seen, actor, "c3-u4", "pick")
    await actor.fills(date=NO_DAY[actor.lang])
    actor.sees(say(actor.lang, "refused.date_not_understood"))
    await actor.fills(date=PICKED_DAY[actor.lang])
    actor.sees(Wording(actor.lang).day(picked_day(stage.local_now())), last=1)


def picked_day(now: datetime) -> date:
    """The Friday of this week."""
    return now.date() + timedelta(days=4 - now.weekday())


async def _back_in_time(stage: Stage, both: tuple[Actor, ...], titles: list[str]) -> None:
    counts = [len(offers(actor)) for actor in both]
    await stage.go_on(19)
    stage.check([len(offers(actor)) for actor in both] == counts, "nothing comes back before its time")
    await stage.go_on(2)
    for actor, title in zip(both, titles, strict=True):
        stage.check(offer_of(actor).title == title, f"{title!r} comes back to {actor.name} after 20 minutes")


async def bad_words(stage: Stage, seen: Seen) -> None:
    for actor in (stage["ishii"], stage[GRACE[0]]):
        await actor.commands(UNKNOWN[actor.lang])
        actor.sees(UNKNOWN[actor.lang], last=1)
        await actor.commands(NO_MINUTES[actor.lang])
        actor.sees("-3", last=1)
        await actor.commands(ABOUT[actor.lang])
        topic = ABOUT[actor.lang].partition(" ")[2]
        actor.sees(say(actor.lang, "offer.why.asked", topic=topic), last=1)


async def know_already(stage: Stage, seen: Seen) -> None:
    kimura, carter = stage["kimura"], stage["carter"]
    await _known(seen, kimura, "記録")
    await _known(seen, carter, "record")
    for actor in (kimura, carter):
        await _not_known(seen, actor, "c2-u2")
    await _emma_goes_on(stage, seen, carter)


async def _known(seen: Seen, actor: Actor, record: str) -> None:
    done = await seen.done(actor.key)
    unit = await offered(seen, actor, next(key for key in ("c2-u1", "c4-u3") if key not in done))
    await actor.presses(label(actor.lang, "know"))
    actor.sees(say(actor.lang, "check.prior"), last=1)
    await answer(actor, unit, right=True)
    await reflect(actor)
    await actor.commands(record)
    actor.sees(unit.title.in_(actor.lang), say(actor.lang, "badge.prior"), last=1)


async def _not_known(seen: Seen, actor: Actor, key: str) -> None:
    """A wrong answer without reading: there is one try a day."""
    know = label(actor.lang, "know")
    unit = await offered(seen, actor, key)
    await actor.presses(know)
    await answer(actor, unit, right=False)
    actor.sees(say(actor.lang, "wrong.tomorrow"), last=1)
    await offered(seen, actor, key)
    await actor.presses(know)
    actor.sees(say(actor.lang, "refused.tested_out_today"), last=1)


async def _emma_goes_on(stage: Stage, seen: Seen, carter: Actor) -> None:
    """She reads what is missing and finishes the course: both badges come at the same moment, in English."""
    done = await seen.done(carter.key)
    for key in ("c2-u1", "c2-u2", "c2-u3"):
        if key not in done:
            await study(stage, seen, carter, key, wrong=1)
    for badge in ("Adjusting instructions", "Makes Learning Accessible"):
        badge_message(stage, carter, badge)
    await carter.presses(label("en", "private"), beside="Makes Learning Accessible")
    carter.sees(say("en", "notice.kept_private"))
