"""Who could help, and being introduced."""

from bot.conversation.card import Card, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import (
    Because,
    Crisis,
    Expert,
    Experts,
    IntroductionAnswered,
    IntroductionAsked,
    Nobody,
)
from bot.domain.introductions import Reply


def experts(view: Experts, pen: Pen) -> Card:
    ask = view.ask.replace("-", "")
    return Card(
        title=pen.say("who.title"),
        lines=(pen.words.quoted(view.question), pen.say_n("who.intro", len(view.people))),
        sections=tuple(_expert(person, ask, pen) for person in view.people),
        buttons=(pen.button("not_meant", "not_meant", view.ask),),
    )


def _expert(person: Expert, ask: str, pen: Pen) -> Section:
    lines = tuple(line for reason in person.reasons for line in _reason(reason, pen))
    if person.elsewhere:
        return Section(person.name, lines, (pen.button("introduce", "intro_other", person.elsewhere, ask),))
    if person.school is None:
        return Section(person.name, lines, (pen.button("introduce", "intro", person.award, ask),))
    return Section(person.name, (pen.say("who.beyond", school=person.school), *lines, pen.say("who.beyond_ask")))


def _reason(reason: Because, pen: Pen) -> tuple[str, ...]:
    date = pen.words.full_date(reason.on)
    if reason.level is None:
        held = pen.say("who.reason_elsewhere", badge=reason.badge, host=reason.host, date=date)
    else:
        level, counts = pen.words.level(reason.level), pen.words.counts(reason.counts)
        held = pen.say("who.reason", badge=reason.badge, level=level, date=date, counts=counts)
    if not reason.matched:
        return (held,)
    words = pen.words.listed(pen.words.quoted(word) for word in reason.matched)
    return (held, pen.say(f"who.through.{reason.through}", words=words))


def nobody(view: Nobody, pen: Pen) -> Card:
    lines = [pen.words.quoted(view.question), pen.say("nobody.why")]
    if view.closest:
        badges = pen.words.listed(pen.words.quoted(pen.read(badge)) for badge in view.closest)
        lines.append(pen.say("nobody.closest", badges=badges))
    if view.learn:
        lines.append(pen.say("nobody.learn"))
    return Card(
        title=pen.say("nobody.title"),
        lines=tuple(lines),
        sections=tuple(
            Section(
                pen.read(course),
                (pen.say("nobody.learn_from", minutes=pen.words.minutes(minutes)),),
                (pen.button("learn_this", "learn", unit),),
            )
            for course, minutes, unit in view.learn
        ),
    )


def crisis(view: Crisis, pen: Pen) -> Card:
    return Card(
        title=pen.say("crisis.title"),
        lines=(
            pen.say("crisis.danger"),
            pen.say("crisis.school"),
            pen.say("crisis.you"),
            pen.say("crisis.no_search"),
        ),
    )


def introduction_asked(view: IntroductionAsked, pen: Pen) -> Card:
    title, question = pen.say("asked.title", asker=view.asker), pen.words.quoted(view.question)
    if view.reply is not None:
        said = pen.say("asked.replied", badge=view.badge, reply=pen.say(f"label.reply_{view.reply}"))
        return Card(title=title, lines=(question, said))
    return Card(
        title=title,
        lines=(question, pen.say("asked.why", badge=view.badge)),
        buttons=tuple(pen.button(f"reply_{reply}", "reply", view.introduction, reply) for reply in Reply),
    )


def introduction_answered(view: IntroductionAnswered, pen: Pen) -> Card:
    said = pen.say("answered.away") if view.reply is None else pen.say(f"answered.{view.reply}", helper=view.helper)
    return Card(title=pen.say("answered.title"), lines=(pen.words.quoted(view.question), said))
