"""Learning: offers, the check question, a line of reflection."""

from datetime import date

from bot.conversation.actions import Action
from bot.conversation.dates import NoSuchDay, read_date
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.validity import last_day
from bot.conversation.views import (
    BadgeRenewed,
    ChoiceQuestion,
    LaterSet,
    LaterView,
    NothingFits,
    Notice,
    PickDate,
    TextQuestion,
    UnitCompleted,
    UnitDoneAgain,
    UnitPage,
    WrongAnswer,
)
from bot.domain.catalogue import ChoiceCheck, TextCheck, Unit
from bot.domain.learning import Attempt, Route
from bot.domain.outcomes import Refused
from bot.domain.spare import Later
from bot.services import learning, offers
from bot.services.learning import LONGEST_REFLECTION


async def offer_now(scene: Scene, *, minutes: int | None = None, topic: str = "", unit_key: str | None = None) -> Views:
    """Promise an offer; it comes as a direct message. Somewhere else, say that it does."""
    wish = offers.Learn(**scene.ids, minutes=minutes, topic=topic, unit_key=unit_key, event=scene.event)
    outcome = await scene.store.run(offers.learn, wish)
    if isinstance(outcome, offers.NothingFits):
        return (NothingFits(outcome.minutes, outcome.topic, outcome.shortest),)
    if isinstance(outcome, Refused):
        return refused(outcome)
    return () if scene.direct else (Notice("notice.sent_to_dm"),)


async def learn_unit(scene: Scene, action: Action, values: Values) -> Views:
    return await offer_now(scene, unit_key=action.subject)


async def open_unit(scene: Scene, action: Action, values: Values) -> Views:
    opened = await scene.store.run(learning.open_unit, offers.AboutOffer(**scene.ids, offer=action.subject))
    if isinstance(opened, Refused):
        return refused(opened)
    unit = opened.unit
    return (UnitPage(opened.offer.public_id, unit.title, unit.minutes, unit.url, opened.page),)


async def done(scene: Scene, action: Action, values: Values) -> Views:
    return await _ask(scene, action, Route.OPENED)


async def know(scene: Scene, action: Action, values: Values) -> Views:
    return await _ask(scene, action, Route.PRIOR)


async def _ask(scene: Scene, action: Action, route: Route) -> Views:
    command = learning.AskCheck(**scene.ids, offer=action.subject, route=route)
    outcome = await scene.store.run(learning.ask_check, command)
    if isinstance(outcome, learning.Asked):
        return (question_of(outcome.attempt, outcome.unit),)
    return _outcome(scene, outcome)


def question_of(attempt: Attempt, unit: Unit) -> ChoiceQuestion | TextQuestion:
    """The unit's check as it is asked, its choices in the attempt's order."""
    match unit.check:
        case ChoiceCheck() as check:
            choices = tuple((index, check.choices[index]) for index in attempt.order)
            return ChoiceQuestion(attempt.public_id, check.question, choices, attempt.route)
        case TextCheck() as check:
            return TextQuestion(attempt.public_id, check.question, check.min_chars)


async def choose(scene: Scene, action: Action, values: Values) -> Views:
    choice = int(action.argument) if action.argument.isdecimal() else -1
    command = learning.Choose(**scene.ids, attempt=action.subject, choice=choice)
    return _outcome(scene, await scene.store.run(learning.choose, command))


async def write(scene: Scene, action: Action, values: Values) -> Views:
    command = learning.Write(**scene.ids, attempt=action.subject, text=values.get("text", ""))
    outcome = await scene.store.run(learning.write, command)
    if isinstance(outcome, learning.Short) and isinstance(outcome.unit.check, TextCheck):
        check = outcome.unit.check
        return (TextQuestion(action.subject, check.question, check.min_chars, too_short=True, typed=outcome.typed),)
    return _outcome(scene, outcome)


def _outcome(
    scene: Scene, outcome: learning.Completed | learning.DoneAgain | learning.Mistaken | learning.Short | Refused
) -> Views:
    match outcome:
        case learning.DoneAgain(unit, renewed, ahead):
            done = (
                UnitDoneAgain(unit.title)
                if ahead is None
                else UnitDoneAgain(unit.title, ahead.name, ahead.left, ahead.next.key, ahead.next.title)
            )
            return (done, *(BadgeRenewed(one.name, last_day(one.valid_until, scene.zone)) for one in renewed))
        case learning.Completed():
            return (
                UnitCompleted(
                    outcome.completion.public_id,
                    outcome.unit.title,
                    outcome.badge,
                    outcome.left_in_module,
                    outcome.already,
                    outcome.content,
                ),
            )
        case learning.Mistaken():
            offer = outcome.offer.public_id if outcome.offer else ""
            return (WrongAnswer(offer, outcome.why, outcome.next, outcome.over),)
        case Refused():
            return refused(outcome)
        case _:
            return (Notice("refused.gone"),)


async def reflect(scene: Scene, action: Action, values: Values) -> Views:
    line = values.get("reflection", "")
    if not line.strip():
        return (Notice("notice.skipped"),)
    command = learning.Reflect(**scene.ids, completion_id=action.subject, text=line)
    refusal = await scene.store.run(learning.reflect, command)
    if refusal is not None:
        return refused(refusal)
    if len(" ".join(line.split())) > LONGEST_REFLECTION:
        return (Notice("notice.reflection_shortened", {"limit": LONGEST_REFLECTION}),)
    return (Notice("notice.reflection_saved"),)


async def skip(scene: Scene, action: Action, values: Values) -> Views:
    return (Notice("notice.skipped"),)


async def later(scene: Scene, action: Action, values: Values) -> Views:
    return (LaterView(action.subject),)


async def later_at(scene: Scene, action: Action, values: Values) -> Views:
    if action.argument == "pick":
        return (PickDate(action.subject),)
    when = offers.read_when(action.argument, None)
    return (Notice("refused.unknown_thing"),) if when is None else await _put_off(scene, action.subject, when)


async def on_date(scene: Scene, action: Action, values: Values) -> Views:
    today = scene.local(scene.parts.now()).date()
    day = read_date(values.get("date", ""), today)
    if day is None:
        return (Notice("refused.date_not_understood"), PickDate(action.subject))
    if isinstance(day, NoSuchDay):
        return (Notice("refused.no_such_day", {"typed": day.typed}), PickDate(action.subject))
    if day < today:
        return (Notice("refused.past_date"), PickDate(action.subject))
    return await _put_off(scene, action.subject, day)


async def _put_off(scene: Scene, offer: str, when: Later | date) -> Views:
    outcome = await scene.store.run(offers.put_off, offers.PutOff(**scene.ids, offer=offer, when=when))
    if isinstance(outcome, Refused):
        return refused(outcome)
    local = scene.local(outcome.at)
    return (LaterSet(local.date(), f"{local:%H:%M}", outcome.moved),)


async def another(scene: Scene, action: Action, values: Values) -> Views:
    outcome = await scene.store.run(offers.another, offers.AboutOffer(**scene.ids, offer=action.subject))
    if isinstance(outcome, Refused):
        return refused(outcome)
    if isinstance(outcome, offers.NothingFits):
        return (Notice("notice.no_other"),)
    return () if scene.direct else (Notice("notice.sent_to_dm"),)


ACTS: dict[str, Act] = {
    "learn": learn_unit,
    "open": open_unit,
    "done": done,
    "know": know,
    "choose": choose,
    "write": write,
    "reflect": reflect,
    "skip": skip,
    "later": later,
    "later_at": later_at,
    "date": on_date,
    "another": another,
}
