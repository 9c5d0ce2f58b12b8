"""The top of a page of one's own, where a platform has such a page."""

from bot.conversation.card import Card, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.views import HomeView, NextUnit


def home(view: HomeView, pen: Pen) -> Card:
    learn = (pen.button("learn_this", "learn", view.next.key, style="primary"),) if view.next else ()
    waiting = (pen.say_n("home.asked", view.asked),) if view.asked else ()
    return Card(
        title=pen.say("home.next"),
        lines=waiting if view.next else (pen.say("home.all_done"), *waiting),
        sections=(_next(view.next, pen),) if view.next else (),
        buttons=(
            *learn,
            pen.button("map", "map"),
            pen.button("record", "record"),
            *((pen.button("my_pages", "me"),) if view.has_pages else ()),
            pen.button("help", "help"),
        ),
    )


def _next(unit: NextUnit, pen: Pen) -> Section:
    facts = pen.say(
        "offer.facts", minutes=pen.words.minutes(unit.minutes), kind=pen.say(f"kind.{unit.kind}"), course=unit.course
    )
    return Section(pen.read(unit.title), (facts, pen.say_n("offer.left", unit.left_in_module, badge=unit.badge)))
