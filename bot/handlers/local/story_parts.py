"""What scenes are made of: labels, offers, badges, doing a unit."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.catalogue import ChoiceCheck, Shelf, TextCheck, Unit
from bot.domain.language import Bilingual, Lang
from bot.handlers.local.script import Actor, Stage, StepFailed
from bot.handlers.local.story_words import ANSWERS, LEARN, TOO_SHORT
from bot.handlers.local.told import Knob, Told
from bot.wording import Wording

FLOWER, CHECK = "💮", "✅"
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Seen:
    """What the story asks of the rows behind the room, to check what nobody sees."""

    shelf: Shelf
    editions: Callable[[str, str], Awaitable[int]]
    """How many editions of the credential of a person's badge there are, by their keys."""
    done: Callable[[str], Awaitable[frozenset[str]]]
    """The keys of the units that a person has completed."""


# ---------------------------------------------------------------- words on the screen


def say(lang: Lang, key: str, /, **params: str | int | Bilingual) -> str:
    return Wording(lang).say(key, **params)


def label(lang: Lang, name: str) -> str:
    """A button's label."""
    return say(lang, f"label.{name}")


def colleagues(n: int) -> str:
    """As the staff channel counts them."""
    return Wording("ja").say_n("count.colleagues", n)


def leaders(n: int) -> str:
    return Wording("ja").say_n("count.leaders", n)


def labels(message: Told) -> list[str]:
    return [knob.label for knob in message.knobs]


def knobs(message: Told, wanted: str) -> list[Knob]:
    """Those with this label."""
    return [knob for knob in message.knobs if knob.label == wanted]


# ---------------------------------------------------------------- units and offers


def units(seen: Seen) -> tuple[Unit, ...]:
    return tuple(unit for course in seen.shelf.courses for unit in course.units())


def unit_of(seen: Seen, key: str) -> Unit:
    unit = seen.shelf.unit(key)
    if unit is None:
        raise StepFailed(f"there is a unit {key}")
    return unit


def offers(actor: Actor) -> list[Told]:
    """The messages that brought a unit."""
    another = label(actor.lang, "another")
    return [message for message in actor.direct() if another in labels(message)]


def offer_of(actor: Actor, title: str = "") -> Told:
    """The newest offer, or the newest of the unit with this title."""
    for message in reversed(offers(actor)):
        if title in ("", message.title):
            return message
    raise StepFailed(f"{actor.name} has no offer {title}".rstrip())


def unit_offered(actor: Actor, seen: Seen) -> Unit:
    """The unit of the newest offer."""
    title = offer_of(actor).title
    for unit in units(seen):
        if unit.title.in_(actor.lang) == title:
            return unit
    raise StepFailed(f"no unit is called {title!r}")


async def offered(seen: Seen, actor: Actor, key: str) -> Unit:
    """Get one unit: it has just been offered, or is asked for by its title."""
    unit = unit_of(seen, key)
    newest = actor.newest()
    if newest.title == unit.title.in_(actor.lang) and label(actor.lang, "another") in labels(newest):
        return unit
    await actor.commands(f"{LEARN[actor.lang]} {unit.title.in_(actor.lang)}")
    if unit_offered(actor, seen).key != key:
        raise StepFailed(f"{unit.title.ja!r} was asked for, {unit_offered(actor, seen).title.ja!r} offered")
    return unit


# ---------------------------------------------------------------- doing a unit


async def study(stage: Stage, seen: Seen, actor: Actor, key: str, *, wrong: int = 0, reflection: str = "") -> None:
    """Ask for a unit, read it, answer its check `wrong` times wrongly and then rightly."""
    unit = await offered(seen, actor, key)
    await open_unit(stage, actor, unit)
    await pass_check(stage, actor, unit, wrong=wrong)
    await reflect(actor, reflection)


async def open_unit(stage: Stage, actor: Actor, unit: Unit) -> None:
    """Read the unit of an offer for as long as it takes, and say that it is done."""
    title = unit.title.in_(actor.lang)
    await actor.presses(label(actor.lang, "open"), beside=title)
    page = actor.sees(title, last=1).text
    stage.check(len(page) > 400 and "##" not in page, f"{unit.key} has a page of real, readable content")
    await stage.go_on(unit.minutes)
    await actor.presses(label(actor.lang, "done"), beside=title)


async def pass_check(stage: Stage, actor: Actor, unit: Unit, *, wrong: int = 0) -> None:
    """Answer what `open_unit` brought; a text is too short at first."""
    if isinstance(unit.check, TextCheck):
        await actor.fills(text=TOO_SHORT[actor.lang])
        actor.sees(Wording(actor.lang).say_n("check.text_too_short", unit.check.min_chars), last=1)
        await actor.fills(text=ANSWERS[unit.key][actor.lang])
    else:
        for _ in range(wrong):
            await mistake(stage, actor, unit)
        await answer(actor, unit, right=True)
    actor.sees(say(actor.lang, "completed.title", title=unit.title), last=3)


async def mistake(stage: Stage, actor: Actor, unit: Unit) -> None:
    """A wrong answer is explained kindly; then try again, or open the unit once more, as Sukima says."""
    await answer(actor, unit, right=False)
    if isinstance(unit.check, ChoiceCheck) and unit.check.why is not None:
        actor.sees(say(actor.lang, "wrong.title"), unit.check.why.in_(actor.lang), last=1)
    again = label(actor.lang, "try_again")
    if again in labels(actor.newest()):
        await actor.presses(again)
    else:
        actor.sees(say(actor.lang, "wrong.open"), last=1)
        await open_unit(stage, actor, unit)


async def reflect(actor: Actor, words: str = "") -> None:
    """Leave a line of reflection, or none."""
    if not words:
        await actor.presses(label(actor.lang, "skip"))
        return
    await actor.fills(reflection=words)
    actor.sees(say(actor.lang, "notice.reflection_saved"), last=2)


async def answer(actor: Actor, unit: Unit, *, right: bool, times: int = 1) -> None:
    """Answer the newest choice question rightly or wrongly, wherever its choices stand."""
    check = unit.check
    if not isinstance(check, ChoiceCheck):
        raise StepFailed(f"{unit.key} has no choices")
    question = check.question.in_(actor.lang)
    asked = actor.sees(question, last=6).text.splitlines()
    wanted = check.choices[check.answer].in_(actor.lang)
    shown = [line for line in asked if any(each.in_(actor.lang) in line for each in check.choices)]
    place = next(number for number, line in enumerate(shown) if (wanted in line) is right)
    await actor.presses(LETTERS[place], beside=question, times=times)


# ---------------------------------------------------------------- badges


def badge_message(stage: Stage, actor: Actor, name: str) -> Told:
    """The one award message for a badge, with its three buttons and its picture."""
    share = label(actor.lang, "share")
    found = [message for message in actor.direct() if share in labels(message) and name in message.title]
    stage.check(len(found) == 1, f"{actor.name} is told of {name!r} once (it was {len(found)} times)")
    wanted = [label(actor.lang, each) for each in ("share", "private", "view_badge")]
    stage.check(labels(found[0]) == wanted, f"the award {name!r} has its three buttons")
    pictures = found[0].handed
    stage.check(len(pictures) == 1 and name in pictures[0].alt, f"the picture of {name!r} has its alternative text")
    return found[0]
