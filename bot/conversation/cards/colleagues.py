"""What colleagues show: somebody's badges, each to be endorsed where it stands."""

from bot.conversation.acts.endorsing import HERE
from bot.conversation.card import Button, Card, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.cards.validity import valid
from bot.conversation.views import ColleagueBadge, ColleagueBadges

NEWEST_SHOWN = 8


def badges(view: ColleagueBadges, pen: Pen) -> Card:
    """Who shows nothing is told of like one whom Sukima does not know."""
    if not view.badges:
        return Card(lines=(pen.say("colleague.none"),))
    shown = view.badges[:NEWEST_SHOWN]
    more = len(view.badges) - len(shown)
    holders = {badge.holder for badge in view.badges}
    one = len(holders) == 1
    return Card(
        title=pen.say("colleague.title", holder=view.badges[0].holder) if one else pen.say("colleague.titles"),
        lines=(pen.say("colleague.means"), *((pen.say_n("colleague.more", more),) if more else ())),
        sections=tuple(_badge(badge, pen, named=not one) for badge in shown),
    )


def _badge(badge: ColleagueBadge, pen: Pen, *, named: bool) -> Section:
    facts = pen.say(
        "wallet.line",
        level=pen.level(badge.level),
        date=pen.words.full_date(badge.on),
        counts=pen.words.counts(badge.counts),
    )
    whose = (pen.say("colleague.of", holder=badge.holder),) if named else ()
    return Section(pen.read(badge.name), (*whose, *valid(badge.validity, pen), facts), (_endorse(badge, pen),))


def _endorse(badge: ColleagueBadge, pen: Pen) -> Button:
    if badge.given:
        return pen.about(pen.button("undo", "undo", badge.given, HERE), badge.name)
    return pen.about(pen.button("endorse", "endorse", badge.award), badge.name)
