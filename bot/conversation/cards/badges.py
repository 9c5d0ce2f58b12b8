"""A badge to its holder, and its post in the staff channel."""

from bot.conversation.card import Button, Card, Link, Section
from bot.conversation.cards.pen import Pen
from bot.conversation.cards.stops import stopped
from bot.conversation.cards.validity import renew, valid
from bot.conversation.emoji import emoji_picture
from bot.conversation.standing import why_uncounted
from bot.conversation.views import (
    AwardView,
    BadgeDetails,
    FindableQuestion,
    Published,
    PublishQuestion,
    SharedPost,
    WalletLine,
)
from bot.domain.awards import Evidence, Level


def award(view: AwardView, pen: Pen) -> Card:
    share = () if view.displayed or view.stop else (pen.button("share", "share", view.award, style="primary"),)
    seen: tuple[str, ...] = ("award.displayed",) if view.displayed else ("award.only_you", "award.share_hint")
    return Card(
        title=pen.say("award.title", name=view.name),
        lines=(
            *stopped(view.stop, pen),
            *valid(view.validity, pen),
            _facts(view, pen),
            _made_by(view, pen),
            *(pen.say(key) for key in seen if not view.stop),
        ),
        buttons=(
            *share,
            pen.button("private", "private", view.award),
            pen.button("view_badge", "badge", view.award),
        ),
        files=(pen.badge_picture(view.picture, view.name, view.level, view.issuer, view.school),),
    )


def _facts(view: AwardView | BadgeDetails, pen: Pen) -> str:
    return pen.say("badge.facts", level=pen.level(view.level), date=pen.words.full_date(view.awarded_on))


def _made_by(view: AwardView | BadgeDetails | SharedPost, pen: Pen) -> str:
    return pen.say("badge.made_by", content=view.issuer, school=view.school)


def details(view: BadgeDetails, pen: Pen) -> Card:
    counts = pen.say("badge.counts", counts=pen.words.counts(view.counts))
    return Card(
        title=pen.read(view.name),
        lines=(*stopped(view.stop, pen), *valid(view.validity, pen), _facts(view, pen), _made_by(view, pen), counts),
        sections=(
            Section(pen.say("badge.criteria"), (pen.read(view.criteria),)),
            Section(pen.say("badge.evidence"), tuple(_evidence(line, pen) for line in view.evidence)),
            Section(pen.say("badge.state"), _who_sees(view, pen)),
        ),
        buttons=(
            *renew(view.award, view.validity, pen),
            *switches(view, pen),
            pen.button("received", "received", view.award),
            *_parts(view, pen),
            *_invite(view, pen),
        ),
        links=page_link(view, pen),
        files=(pen.badge_picture(view.picture, view.name, view.level, view.issuer, view.school),),
    )


def _parts(view: BadgeDetails, pen: Pen) -> tuple[Button, ...]:
    """A knowledge badge rests on units, and has no badge inside."""
    return () if view.level is Level.KNOWLEDGE else (pen.button("parts", "parts", view.award),)


def _invite(view: BadgeDetails, pen: Pen) -> tuple[Button, ...]:
    return () if view.stop else (pen.button("invite", "invite", view.award),)


def _evidence(item: Evidence, pen: Pen) -> str:
    tags = [pen.say("badge.prior")] if item.prior else []
    if item.self_assessed:
        tags.append(pen.say("badge.self_assessed"))
    if item.renewed:
        tags.append(pen.say("renewal.tag"))
    when = pen.words.full_date(item.on)
    if tags:
        return pen.say("badge.evidence_tagged", name=item.name, date=when, tags=pen.words.listed(tags))
    return pen.say("badge.evidence_line", name=item.name, date=when)


def switches(badge: BadgeDetails | WalletLine, pen: Pen) -> tuple[Button, ...]:
    """Display, findable and publish are acts of their own; each button changes one of them."""
    award = badge.award
    if badge.stop:
        return _taking_back(badge, pen)
    show = pen.button("private", "private", award) if badge.displayed else pen.button("share", "share", award)
    turns = (show, *_naming(badge, pen))
    if badge.published:
        return (*turns, pen.button("unpublish", "unpublish", award))
    return (*turns, pen.button("publish", "publish", award)) if badge.address else turns


def _naming(badge: BadgeDetails | WalletLine, pen: Pen) -> tuple[Button, ...]:
    """Nobody is named anew for an expired badge; what was chosen before can be ended."""
    if badge.findable:
        return (pen.button("findable_off", "findable", badge.award, "no"),)
    if why_uncounted(badge.stop, badge.validity):
        return ()
    return (pen.button("findable_on", "findable", badge.award, "yes"),)


def _taking_back(badge: BadgeDetails | WalletLine, pen: Pen) -> tuple[Button, ...]:
    """A stopped badge is shown nowhere anew; what was chosen before can be ended."""
    ends = (
        (badge.displayed, pen.button("private", "private", badge.award)),
        (badge.findable, pen.button("findable_off", "findable", badge.award, "no")),
        (badge.published, pen.button("unpublish", "unpublish", badge.award)),
    )
    return tuple(button for chosen, button in ends if chosen)


def page_link(badge: BadgeDetails | WalletLine, pen: Pen) -> tuple[Link, ...]:
    """The way to a published badge's page."""
    return (Link(pen.say("label.public_page"), badge.address),) if badge.published and badge.address else ()


def _who_sees(view: BadgeDetails, pen: Pen) -> tuple[str, ...]:
    return (
        pen.say(_shown_to(view)),
        pen.say(_named_for(view)),
        pen.say("badge.published") if view.published else pen.say("badge.not_published"),
    )


def _shown_to(view: BadgeDetails) -> str:
    if not view.displayed:
        return "badge.only_you"
    return "badge.displayed" if view.stop is None else f"badge.unseen.{view.stop.kind}"


def _named_for(view: BadgeDetails) -> str:
    if not view.findable:
        return "badge.not_findable"
    since = why_uncounted(view.stop, view.validity)
    return f"badge.unnamed.{since}" if since else "badge.findable"


def publish_question(view: PublishQuestion, pen: Pen) -> Card:
    return Card(
        title=pen.say("publish.title", name=view.name),
        lines=(pen.say("publish.seen"), pen.say("publish.unseen"), pen.say("publish.change")),
        buttons=(
            pen.button("publish", "publish", view.award, "yes", style="primary"),
            pen.button("not_publish", "not_publish", view.award),
        ),
    )


def published(view: Published, pen: Pen) -> Card:
    return Card(
        title=pen.say("publish.done", name=view.name),
        lines=(pen.say("publish.where", address=view.address), pen.say("publish.change")),
        buttons=(pen.button("unpublish", "unpublish", view.award),),
        links=(Link(pen.say("label.public_page"), view.address),),
    )


def findable_question(view: FindableQuestion, pen: Pen) -> Card:
    return Card(
        title=pen.say("findable.title"),
        lines=(pen.say("findable.ask", name=view.name), pen.say("findable.change")),
        buttons=(
            pen.button("findable_yes", "findable", view.award, "yes"),
            pen.button("findable_no", "findable", view.award, "no"),
        ),
    )


def shared_post(view: SharedPost, pen: Pen) -> Card:
    if view.emoji:
        how = pen.say("shared.how", emoji=pen.say("list.or").join(emoji_picture(name) for name in view.emoji))
    else:
        how = pen.say("shared.how_button", label=pen.say("label.endorse"))
    picture = view.picture
    files = (pen.badge_picture(picture, view.name, view.level, view.issuer, view.school),) if picture else ()
    counts = pen.say("badge.counts", counts=pen.words.counts(view.counts))
    return Card(
        title=pen.say("shared.title", holder=view.holder, name=view.name),
        lines=(pen.level(view.level), _made_by(view, pen), *valid(view.validity, pen), counts, how),
        buttons=(pen.button("endorse", "endorse", view.award),),
        files=files,
    )
