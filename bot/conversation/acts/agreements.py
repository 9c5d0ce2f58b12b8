"""Agreements with other schools: seen, offered, accepted and ended by owners."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import AgreementLine, AgreementState, AgreementsView, Notice
from bot.domain.agreements import Purpose
from bot.domain.outcomes import Refused
from bot.services import agreements
from bot.services.agreements import AgreementSeen

GIVE, TAKE = "give", "take"


async def look_at_agreements(scene: Scene) -> Views:
    seen = await scene.store.look(agreements.look_at_agreements, scene.me)
    if isinstance(seen, Refused):
        return refused(seen)
    return (AgreementsView(seen.own.key, tuple(map(agreement_line, seen.seen))),)


def agreement_line(seen: AgreementSeen) -> AgreementLine:
    """How an agreement stands, for those who read it."""
    agreement = seen.agreement
    return AgreementLine(agreement.public_id, seen.other.name, agreement.purpose, seen.gives, _state(seen))


def _state(seen: AgreementSeen) -> AgreementState:
    if seen.agreement.ended_at is not None:
        return AgreementState.ENDED
    if seen.agreement.accepted_at is not None:
        return AgreementState.IN_FORCE
    return AgreementState.TO_ACCEPT if seen.to_accept else AgreementState.OFFERED


async def offer(scene: Scene, action: Action, values: Values) -> Views:
    """The sent form: another school's key, and what is given or taken (`give_find`, `take_transfer` …)."""
    direction, _, word = values.get("what", "").partition("_")
    purpose = next((purpose for purpose in Purpose if purpose == word), None)
    if purpose is None or direction not in (GIVE, TAKE):
        return (Notice("refused.unknown_thing"),)
    command = agreements.OfferAgreement(
        **scene.ids, school=values.get("school", ""), purpose=purpose, gives=direction == GIVE
    )
    return await _said(scene, await scene.store.run(agreements.offer_agreement, command), "offered")


async def accept(scene: Scene, action: Action, values: Values) -> Views:
    command = agreements.AboutAgreement(**scene.ids, agreement=action.subject)
    return await _said(scene, await scene.store.run(agreements.accept_agreement, command), "accepted")


async def end(scene: Scene, action: Action, values: Values) -> Views:
    command = agreements.AboutAgreement(**scene.ids, agreement=action.subject)
    return await _said(scene, await scene.store.run(agreements.end_agreement, command), "ended")


async def _said(scene: Scene, outcome: AgreementSeen | Refused, what: str) -> Views:
    """What became of it; the owners of the other school hear of it too."""
    if isinstance(outcome, Refused):
        return refused(outcome)
    news = agreements.NewsOfAgreement(school_id=outcome.other.id, agreement=outcome.agreement.public_id)
    await scene.store.run(agreements.tell_owners, news)
    return (Notice(f"notice.agreement_{what}", {"school": outcome.other.name}), *await look_at_agreements(scene))


ACTS: dict[str, Act] = {"agree": offer, "agree_yes": accept, "agree_end": end}
