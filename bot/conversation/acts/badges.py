"""One's own badges: share, keep private, allow to be named, look closely."""

from bot.conversation.actions import Action
from bot.conversation.naming import issuing
from bot.conversation.pictures import Baked
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.stops import stop_view
from bot.conversation.validity import last_day, validity_view
from bot.conversation.views import BadgeDetails, BadgeRenewed, FindableQuestion, Notice, Published, PublishQuestion
from bot.domain.outcomes import Refused
from bot.services import awards, looks, outsiders, publishing, renewing
from bot.services.awards import AboutAward
from bot.services.composition import Composition
from bot.services.definitions import definition_of
from bot.services.renewals import Renewed


async def share(scene: Scene, action: Action, values: Values) -> Views:
    about = AboutAward(**scene.ids, award=action.subject)
    refusal = await outsiders.why_not_shared(scene.store, scene.parts.outsiders, about)
    if refusal is not None:
        return refused(refusal)
    outcome = await scene.store.run(awards.share, about)
    if isinstance(outcome, Refused):
        return refused(outcome)
    said = Notice("notice.shared")
    if not outcome.ask_findable:
        return (said,)
    seen = await scene.store.look(looks.look_at_badge, about)
    if isinstance(seen, Refused):
        return (said,)
    return (said, FindableQuestion(action.subject, definition_of(seen.held.achievement).name))


async def keep_private(scene: Scene, action: Action, values: Values) -> Views:
    outcome = await scene.store.run(awards.keep_private, AboutAward(**scene.ids, award=action.subject))
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.kept_private"),)


async def findable(scene: Scene, action: Action, values: Values) -> Views:
    on = action.argument == "yes"
    command = awards.SetFindable(**scene.ids, award=action.subject, findable=on)
    outcome = await scene.store.run(awards.set_findable, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice(f"notice.findable_{'on' if on else 'off'}"),)


async def details(scene: Scene, action: Action, values: Values) -> Views:
    seen = await scene.store.look(looks.look_at_badge, AboutAward(**scene.ids, award=action.subject))
    if isinstance(seen, Refused):
        return refused(seen)
    held, facts = seen.held, definition_of(seen.held.achievement)
    picture = await scene.parts.pictures.badge(Baked(held.award, held.achievement, seen.issuer, seen.revision))
    criteria = Composition(scene.parts.phrases).criteria(held.achievement)
    return (
        BadgeDetails(
            award=held.award.public_id,
            name=facts.name,
            level=facts.level,
            issuer=facts.issuer.name,
            school=issuing(seen.issuer),
            awarded_on=scene.local(held.award.awarded_at).date(),
            criteria=criteria,
            evidence=held.award.evidence,
            counts=held.counts,
            displayed=held.award.displayed_at is not None,
            findable=held.award.findable_at is not None,
            published=held.award.published_at is not None,
            address=scene.parts.addresses.badge(held.award.public_id),
            picture=picture,
            stop=stop_view(held.award, scene.zone),
            validity=validity_view(held.award, scene.zone, scene.parts.now()),
        ),
    )


async def publish(scene: Scene, action: Action, values: Values) -> Views:
    """*Publish*: first what it means, then, with `yes`, the act."""
    about = AboutAward(**scene.ids, award=action.subject)
    seen = await scene.store.look(looks.look_at_badge, about)
    if isinstance(seen, Refused):
        return refused(seen)
    name, address = definition_of(seen.held.achievement).name, scene.parts.addresses.badge(action.subject)
    if address is None:
        return (Notice("refused.publish_no_address"),)
    if action.argument != "yes":
        return (PublishQuestion(action.subject, name),)
    outcome = await scene.store.run(publishing.publish, about)
    return refused(outcome) if isinstance(outcome, Refused) else (Published(action.subject, name, address),)


async def unpublish(scene: Scene, action: Action, values: Values) -> Views:
    outcome = await scene.store.run(publishing.unpublish, AboutAward(**scene.ids, award=action.subject))
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.unpublished"),)


async def not_published(scene: Scene, action: Action, values: Values) -> Views:
    return (Notice("notice.not_published"),)


async def renew(scene: Scene, action: Action, values: Values) -> Views:
    """*Renew*: the first check is brought at once; where all were passed again already, the badge is renewed."""
    outcome = await scene.store.run(renewing.begin, AboutAward(**scene.ids, award=action.subject))
    match outcome:
        case Refused():
            return refused(outcome)
        case Renewed(name, until):
            return (BadgeRenewed(name, last_day(until, scene.zone)),)
        case _:
            return () if scene.direct else (Notice("notice.sent_to_dm"),)


ACTS: dict[str, Act] = {
    "renew": renew,
    "share": share,
    "private": keep_private,
    "findable": findable,
    "publish": publish,
    "unpublish": unpublish,
    "not_publish": not_published,
    "badge": details,
}
