"""Scenes of looking and leaving: the screens, the export, being forgotten, and the quiet times."""

import io
import zipfile
from datetime import date, datetime, time

from bot.domain.language import Lang
from bot.handlers.local.script import A_MINUTE, Actor, Stage
from bot.handlers.local.story_learning import put_off
from bot.handlers.local.story_parts import Seen, colleagues, label, offers, say, unit_of
from bot.handlers.local.story_recognition import BADGE, HOLDER
from bot.handlers.local.story_words import GRACE, QUIET_NOW

SCREENS: dict[Lang, tuple[tuple[str, str], ...]] = {
    "ja": (
        ("ウォレット", "wallet.title"),
        ("マップ", "map.title"),
        ("記録", "record.title"),
        ("設定", "settings.title"),
        ("ヘルプ", "help.title"),
    ),
    "en": (
        ("wallet", "wallet.title"),
        ("map", "map.title"),
        ("record", "record.title"),
        ("settings", "settings.title"),
        ("help", "help.title"),
    ),
}
"""What is asked for, and what it is called."""
FREE_TIMES = (time(10, 25), time(10, 40), time(13, 0), time(14, 0), time(16, 15), time(16, 45))
"""When on working days somebody is free."""


async def look(stage: Stage, seen: Seen) -> None:
    for actor in (stage["yamamoto"], stage["carter"]):
        for words, title in SCREENS[actor.lang]:
            await actor.commands(words)
            shown = actor.sees(say(actor.lang, title), last=1)
            stage.check(title != "map.title" or bool(shown.handed), "the map has a picture")
        await _export(stage, actor)


async def _export(stage: Stage, actor: Actor) -> None:
    await actor.presses(label(actor.lang, "export"))
    files = actor.sees(say(actor.lang, "export.title"), last=1).handed
    stage.check(len(files) == 1, "the export is one file")
    packed_bytes = io.BytesIO(files[0].read())
    stage.check(zipfile.is_zipfile(packed_bytes), "the export is a ZIP")
    with zipfile.ZipFile(packed_bytes) as packed:
        names = packed.namelist()
    for part in ("wallet.json", "record.json", "settings.json"):
        stage.check(any(name.endswith(part) for name in names), f"the export holds {part}")
    stage.check(any(name.endswith(".png") for name in names), "the export holds the badges")


async def forget(stage: Stage, seen: Seen) -> None:
    """One of each language; the counts of others stay as they are."""
    aoki = stage["aoki"]
    aoki.sees_post(HOLDER, BADGE, colleagues(9))
    for leaver, settings in ((stage["nguyen"], "settings"), (stage["okada"], "設定")):
        await leaver.commands(settings)
        await leaver.presses(label(leaver.lang, "forget"), beside=say(leaver.lang, "settings.data"))
        await leaver.presses(label(leaver.lang, "forget_yes"), beside=say(leaver.lang, "forget.title"))
        await stage.settle()
        leaver.sees(say(leaver.lang, "notice.forgotten"), last=1)
        stage.check(not offers(leaver), f"what was brought to {leaver.name} is taken down")
        aoki.sees_post(HOLDER, BADGE, colleagues(9))
        stage.check(not any(leaver.name in message.text for message in aoki.staff()), "and their own posts")


async def quiet_evening(stage: Stage, seen: Seen) -> None:
    """What was asked for in 20 minutes falls into quiet hours: for one already now, for one who says so since."""
    stage.check(_today(stage, stage["hayashi"]) == 1, "who never asked was offered one unit today, no more")
    ishii, carter = stage["ishii"], stage["carter"]
    await put_off(seen, ishii, "c4-u3", "in20")
    ishii.sees(say("ja", "later.moved"), last=1)
    await put_off(seen, carter, "c4-u3", "in20")
    carter.sees(f"{stage.local_now() + 20 * A_MINUTE:%H:%M}", last=1)
    await carter.says(QUIET_NOW)
    carter.sees(say("en", "windows.saved"), "18:00–7:30")
    before = _heard(stage)
    await stage.go_to(_at(stage, time(23, 30)), 30 * A_MINUTE)
    stage.check(_heard(stage) == before, "quiet hours are quiet")


async def tomorrow(stage: Stage, seen: Seen) -> None:
    """Around noon in steps of five minutes, then to the end of the working day."""
    await stage.go_on(50, 5 * A_MINUTE)
    await stage.go_to(_at(stage, time(17, 45)))
    for actor, key in ((stage["ishii"], "c1-u1"), (stage[GRACE[0]], "c1-u2"), (stage[GRACE[0]], "c3-u2")):
        _came_back(stage, seen, actor, key, stage.local_now().date())
    for gone in ("nguyen", "okada"):
        stage.check(not offers(stage[gone]), "who was forgotten hears nothing any more")


async def picked_day(stage: Stage, seen: Seen) -> None:
    await stage.go_on(45, 5 * A_MINUTE)
    await stage.go_to(_at(stage, time(14, 40)))
    await stage.go_on(45, 5 * A_MINUTE)
    for actor in (stage["ishii"], stage[GRACE[0]]):
        _came_back(stage, seen, actor, "c3-u4", stage.local_now().date())


async def holiday(stage: Stage, seen: Seen) -> None:
    before = _heard(stage)
    for at in FREE_TIMES:
        await stage.go_to(_at(stage, at))
    stage.check(_heard(stage) == before, "a holiday is quiet")


# ---------------------------------------------------------------- inside


def _heard(stage: Stage) -> dict[str, int]:
    """How many messages everybody has."""
    return {actor.key: len(actor.direct()) for actor in stage.everybody()}


def _at(stage: Stage, at: time) -> datetime:
    return stage.local_now().replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _today(stage: Stage, actor: Actor) -> int:
    """How many units came today."""
    return len([offer for offer in offers(actor) if _day_of(stage, offer.sent_at) == stage.local_now().date()])


def _day_of(stage: Stage, moment: datetime) -> date:
    return moment.astimezone(stage.local_now().tzinfo).date()


def _came_back(stage: Stage, seen: Seen, actor: Actor, key: str, day: date) -> None:
    title = unit_of(seen, key).title.in_(actor.lang)
    days = [_day_of(stage, offer.sent_at) for offer in offers(actor) if offer.title == title]
    stage.check(day in days, f"{title!r} comes back to {actor.name} on {day.isoformat()}")
