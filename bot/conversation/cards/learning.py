"""Being offered a unit, doing it, and answering its question."""

from bot.conversation.card import Button, Card, Field, Form, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.cards.plain import sections
from bot.conversation.understanding import plain
from bot.conversation.views import (
    ChoiceQuestion,
    LaterSet,
    LaterView,
    NothingFits,
    OfferView,
    PickDate,
    TextQuestion,
    UnitCompleted,
    UnitPage,
    WrongAnswer,
)
from bot.domain.language import LANGS, Bilingual
from bot.domain.learning import Route, Why
from bot.services.learning import LONGEST_ANSWER, LONGEST_REFLECTION
from bot.services.ports import Counts

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def offer(view: OfferView, pen: Pen) -> Card:
    facts = pen.say(
        "offer.facts", minutes=pen.words.minutes(view.minutes), kind=pen.say(f"kind.{view.kind}"), course=view.course
    )
    lines = [facts, *_how_far(view, pen)]
    if view.content is not None and view.content != Counts():
        lines.append(pen.say("offer.content", counts=pen.words.counts(view.content)))
    if view.slower:
        lines.append(pen.say("offer.slower"))
    return Card(
        title=pen.read(view.title),
        lines=tuple(lines),
        buttons=(
            pen.button("open", "open", view.offer, style="primary"),
            pen.button("done", "done", view.offer),
            pen.button("later", "later", view.offer),
            pen.button("another", "another", view.offer),
            pen.button("know", "know", view.offer),
        ),
    )


def _how_far(view: OfferView, pen: Pen) -> tuple[str, ...]:
    """Why this one, and how far it leads: to a badge, or to the next term of one that is held already."""
    if view.renews:
        why = () if view.why in (Why.LAST_OF_MODULE, Why.STARTED) else (_why(view, pen),)
        return (*why, pen.say_n("renewal.steps", view.left_in_module, badge=view.badge))
    if view.why is Why.LAST_OF_MODULE:
        return (_why(view, pen),)
    return (_why(view, pen), pen.say_n("offer.left", view.left_in_module, badge=view.badge))


def _why(view: OfferView, pen: Pen) -> str:
    match view.why:
        case Why.ASKED if not view.topic:
            return pen.say("offer.why.chosen")
        case Why.ASKED if _names(view.title, view.topic):
            return pen.say("offer.why.title")
        case Why.FITS if view.asked_minutes is not None:
            return pen.say("offer.why.fits_minutes", minutes=pen.words.minutes(view.asked_minutes))
        case why:
            return pen.say(f"offer.why.{why}", topic=view.topic, badge=view.badge)


def _names(title: Bilingual, topic: str) -> bool:
    """Whether the topic is the very title of the unit, in either language."""
    return any(plain(title.in_(lang)).casefold() == plain(topic).casefold() for lang in LANGS)


def nothing_fits(view: NothingFits, pen: Pen) -> Card:
    if view.shortest is None:
        return Card(title=pen.say("nothing.title"), lines=(pen.say("nothing.all_done"),))
    if view.topic:
        why = pen.say("nothing.topic", topic=view.topic)
    elif view.minutes is not None:
        why = pen.say_n("nothing.minutes", view.minutes)
    else:
        why = pen.say("nothing.any")
    shortest = pen.say("nothing.shortest", minutes=pen.words.minutes(view.shortest), n=view.shortest)
    return Card(title=pen.say("nothing.title"), lines=(why, shortest))


def unit_page(view: UnitPage, pen: Pen) -> Card:
    title = pen.read(view.title)
    own = sections(view.page) if view.page else ()
    if own and own[0].title == title:
        own = (Section(lines=own[0].lines), *own[1:])
    lines = [pen.words.minutes(view.minutes)]
    if not own:
        lines.append(pen.say("unit.link", url=view.url))
    return Card(
        title=title,
        lines=(*lines, pen.say("unit.after", done=pen.say("label.done"))),
        sections=own,
        buttons=(pen.button("done", "done", view.offer, style="primary"), pen.button("later", "later", view.offer)),
    )


def later(view: LaterView, pen: Pen) -> Card:
    choices = ("in20", "next_gap", "tomorrow", "pick")
    return Card(
        title=pen.say("later.title"),
        buttons=tuple(pen.button(choice, "later_at", view.offer, choice) for choice in choices),
    )


def pick_date(view: PickDate, pen: Pen) -> Card:
    title = pen.say("label.pick")
    date = Field("date", pen.say("later.date_field"), pen.say("later.date_hint"), max_chars=40)
    form = Form(
        title, pen.form_token("date", view.offer), pen.say("label.set_date"), (date,), cancel=pen.say("label.cancel")
    )
    return Card(title=title, lines=(date.hint,), form=form)


def later_set(view: LaterSet, pen: Pen) -> Card:
    lines = (pen.say("later.set", day=pen.words.day(view.on), at=view.at),)
    return Card(lines=(*lines, pen.say("later.moved")) if view.moved else lines)


def choice_question(view: ChoiceQuestion, pen: Pen) -> Card:
    """The choices stand in the text, whole; the buttons carry their letters, which fit on every platform."""
    lines: list[str] = [pen.say("check.prior")] if view.route is Route.PRIOR else []
    lines.append(pen.read(view.question))
    buttons = []
    for place, (index, choice) in enumerate(view.choices):
        letter = LETTERS[place] if place < len(LETTERS) else str(place + 1)
        lines.append(pen.say("check.choice", letter=letter, text=choice))
        buttons.append(Button(letter, pen.actions.token("choose", view.attempt, str(index))))
    return Card(title=pen.say("check.title"), lines=tuple(lines), buttons=tuple(buttons))


def text_question(view: TextQuestion, pen: Pen) -> Card:
    title = pen.say("check.text_title")
    hint = pen.say_n("check.text_hint", view.min_chars)
    answer = Field(
        "text",
        pen.say("check.text_field"),
        hint,
        value=view.typed,
        multiline=True,
        max_chars=LONGEST_ANSWER,
    )
    form = Form(
        title, pen.form_token("write", view.attempt), pen.say("label.send"), (answer,), cancel=pen.say("label.cancel")
    )
    short = (pen.say_n("check.text_too_short", view.min_chars),) if view.too_short else ()
    return Card(title=title, lines=(*short, pen.read(view.question), hint, pen.say("check.text_self")), form=form)


def wrong_answer(view: WrongAnswer, pen: Pen) -> Card:
    """Kindly: why, and the one thing to do next. An answer to a question that is over is not judged."""
    explained = (pen.say("wrong.why", why=view.why),) if view.why else ()
    again = pen.button("try_again", "done", view.offer, style="primary")
    reopen = pen.button("open", "open", view.offer, style="primary")
    next_step = (pen.say(f"wrong.{view.next}"),)
    onwards = (again if view.next == "again" else reopen,) if view.offer else ()
    if view.over:
        return Card(
            title=pen.say("wrong.over"), lines=(pen.say("wrong.over_means"), *explained, *next_step), buttons=onwards
        )
    return Card(title=pen.say("wrong.title"), lines=(*explained, *next_step), buttons=onwards)


def unit_completed(view: UnitCompleted, pen: Pen) -> Card:
    title = pen.say("completed.title", title=view.title)
    endorse = (pen.button("endorse_content", "endorse_content", view.content),) if view.content else ()
    if view.already:
        return Card(title=title, lines=(pen.say("completed.already"),), buttons=endorse)
    if view.left_in_module:
        left = pen.say_n("completed.left", view.left_in_module, badge=view.badge)
    else:
        left = pen.say("completed.badge", badge=view.badge)
    return Card(title=title, lines=(left,), buttons=endorse, form=_reflection(view.completion, pen))


def _reflection(completion: str, pen: Pen) -> Form:
    note = Field(
        "reflection",
        pen.say("reflect.field"),
        pen.say("reflect.hint"),
        optional=True,
        multiline=True,
        max_chars=LONGEST_REFLECTION,
    )
    return Form(
        pen.say("reflect.title"),
        pen.form_token("reflect", completion),
        pen.say("label.save"),
        (note,),
        cancel=pen.say("label.skip"),
        cancel_action=pen.actions.token("skip", completion),
    )
