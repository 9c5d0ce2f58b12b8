"""Who can teach X, and being introduced."""

from bot.conversation.actions import Action, dashed
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Because, Crisis, Expert, Experts, Nobody, Notice
from bot.domain.introductions import Reply
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.expertise.index import How
from bot.services import experts, introductions
from bot.services.definitions import definition_of
from bot.services.ports import Counts

LONGEST_QUESTION = 300


def shortened(question: str) -> str:
    """What is kept and shown of a question: visibly shortened where it is very long."""
    words = question.strip()
    return words if len(words) <= LONGEST_QUESTION else words[: LONGEST_QUESTION - 1] + "…"


async def ask_who(scene: Scene, question: str) -> Views:
    """At most three colleagues with the reasons, or an honest "nobody yet"."""
    question = shortened(question)
    if not question:
        return (Notice("refused.question_empty"),)
    asking = experts.AskWho(**scene.ids, question=question)
    answer = await scene.store.look(experts.ask_who, asking)
    match answer:
        case experts.InDanger():
            return (Crisis(),)
        case experts.NobodyYet(asked=False):
            return (Notice("refused.question_empty"),)
        case experts.NobodyYet(closest=closest, learn=learn):
            units = tuple((unit.title, unit.minutes, unit.key) for unit in learn)
            return (Nobody(question, closest, units),)
        case experts.Found():
            people = tuple(_expert(scene, named) for named in answer.people)
            kept = await scene.store.run(experts.keep_question, asking)
            return (Experts(question, kept.public_id, people),)


def _expert(scene: Scene, named: experts.Named | experts.NamedElsewhere) -> Expert:
    lang = scene.person.lang
    words = [matched.meaning.in_(lang) if matched.meaning else matched.word for matched in named.reason.matched]
    through = named.reason.matched[0].how if named.reason.matched else How.NAME
    if isinstance(named, experts.NamedElsewhere):
        badge = named.badge
        name = Bilingual(badge.name, badge.name)
        matched = tuple(dict.fromkeys(words))
        because = Because(name, None, badge.awarded_on, Counts(), matched, through, badge.host)
        return Expert("", named.name, (because,), elsewhere=badge.public_id)
    facts = definition_of(named.held.achievement)
    because = Because(
        badge=facts.name,
        level=facts.level,
        on=named.reason.awarded_on,
        counts=named.held.counts,
        matched=tuple(dict.fromkeys(words)),
        through=through,
    )
    return Expert(named.held.award.public_id, named.name, (because,), named.school)


async def introduce(scene: Scene, action: Action, values: Values) -> Views:
    """*Ask for an introduction*: the argument is the kept question, its id without dashes."""
    command = introductions.RequestIntroduction(**scene.ids, award=action.subject, question=dashed(action.argument))
    return await _requested(scene, command)


async def introduce_elsewhere(scene: Scene, action: Action, values: Values) -> Views:
    """The same to somebody who was named for a badge from elsewhere."""
    command = introductions.RequestIntroduction(**scene.ids, elsewhere=action.subject, question=dashed(action.argument))
    return await _requested(scene, command)


async def _requested(scene: Scene, command: introductions.RequestIntroduction) -> Views:
    outcome = await scene.store.run(introductions.request_introduction, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.intro_sent"),)


async def not_meant(scene: Scene, action: Action, values: Values) -> Views:
    return (Notice("notice.not_meant"),)


async def reply(scene: Scene, action: Action, values: Values) -> Views:
    if action.argument not in set(Reply):
        return (Notice("refused.unknown_thing"),)
    command = introductions.ReplyToRequest(**scene.ids, introduction=action.subject, reply=Reply(action.argument))
    outcome = await scene.store.run(introductions.reply_to_request, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice(f"notice.reply_thanks_{action.argument}"),)


ACTS: dict[str, Act] = {"intro": introduce, "intro_other": introduce_elsewhere, "not_meant": not_meant, "reply": reply}
