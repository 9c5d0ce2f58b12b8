"""Endorsing by button, undoing, one's own words; and what one's own badge received."""

from bot.badges.verdict import Validity, Verdict
from bot.conversation.actions import Action
from bot.conversation.doors import door_to
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import (
    CommentForm,
    EndorsableLine,
    EndorsableView,
    EndorsedAlready,
    Notice,
    ReceivedLine,
    ReceivedView,
)
from bot.domain.outcomes import Refused
from bot.domain.people import Consent
from bot.domain.recognition import As, Decision, Endorsed, Endorsement, TargetKind, Unchanged, Withdrawn
from bot.domain.roles import Right, may
from bot.domain.sessions import Room
from bot.services import comments, content_endorsements, delivery, endorsements, issuer_endorsements, received
from bot.services.awards import AboutAward
from bot.services.content_endorsements import EndorsableContent
from bot.services.definitions import definition_of
from bot.services.issuer_endorsements import EndorsableIssuer
from bot.services.ports import MessageRef

HERE = "here"
"""What an *Undo* says that is answered where it stands, beside the receipt."""


async def endorse(scene: Scene, action: Action, values: Values) -> Views:
    """*My endorsement*: a word of thanks where it was pressed; the receipt with *Undo* comes as a direct message, and
    is the only word of it where that is where it was pressed."""
    return await _endorse_award(scene, action.subject)


async def endorse_in(scene: Scene, message: MessageRef) -> Views:
    """As `endorse`: the badge in a message that somebody pointed at."""
    about = delivery.InMessage(school_id=scene.school.id, ref=message)
    award = await scene.store.look(delivery.award_in, about)
    if award is None:
        return (Notice("refused.no_badge_in_message"),)
    return await _endorse_award(scene, award)


async def _endorse_award(scene: Scene, award: str) -> Views:
    """Who has endorsed it already may take that back here."""
    command = endorsements.PressEndorse(**scene.ids, award=award)
    decision = await scene.store.run(endorsements.press_endorse, command)
    if isinstance(decision, Unchanged):
        stands = await scene.store.look(endorsements.standing_of, command)
        if stands is not None:
            return (EndorsedAlready(stands.public_id, stands.beside_reaction),)
    return _answered(scene, decision)


async def endorse_content(scene: Scene, action: Action, values: Values) -> Views:
    """As `endorse`: the content of a badge."""
    command = content_endorsements.EndorseContent(**scene.ids, content=action.subject)
    decision = await scene.store.run(content_endorsements.endorse_content, command)
    if isinstance(decision, Unchanged):
        stands = await scene.store.look(content_endorsements.standing_of_content, command)
        if stands is not None and stands.beside_reaction:
            return (Notice("notice.endorsed_stays"),)
    return _answered(scene, decision)


async def endorse_issuer(scene: Scene, action: Action, values: Values) -> Views:
    """As `endorse`: a school, under the did by which it issues now."""
    command = issuer_endorsements.EndorseIssuer(**scene.ids, school=action.subject)
    return _answered(scene, await scene.store.run(issuer_endorsements.endorse_issuer, command))


def _answered(scene: Scene, decision: Decision) -> Views:
    match decision:
        case Refused() as refusal:
            return refused(refusal)
        case Endorsed(role=role):
            return () if scene.direct else (Notice(f"notice.endorsed.{role}"),)
        case Unchanged():
            return (Notice("notice.endorsed_already"),)
        case _:
            return (Notice("refused.unknown_thing"),)


async def list_endorsable(scene: Scene) -> EndorsableView:
    """Content that one may endorse, and schools; each with one's own endorsement where it stands."""
    content = await scene.store.look(content_endorsements.look_at_content, scene.me)
    issuers = await scene.store.look(issuer_endorsements.look_at_issuers, scene.me)
    role = As.LEADER if may(scene.person, Right.RECOMMEND) else As.COLLEAGUE
    return EndorsableView(
        tuple(content_line(each, role) for each in content),
        tuple(issuer_line(each) for each in issuers),
        await door_to(scene, Room.WALLET),
    )


async def endorsable_issuer(scene: Scene, verdict: Verdict) -> EndorsableLine | None:
    """Who issued a badge that is valid, where the reader may endorse them as an issuer and has not yet."""
    if verdict.summary is None or verdict.validity is not Validity.VALID:
        return None
    found = await scene.store.look(issuer_endorsements.look_at_issuers, scene.me)
    names = {each.issuer.did: each for each in found if each.given is None}
    named = names.get(verdict.summary.issuer_id)
    return None if named is None else issuer_line(named)


def content_line(item: EndorsableContent, role: As) -> EndorsableLine:
    facts, (given, comment) = definition_of(item.achievement), _own(item.given)
    return EndorsableLine(TargetKind.ACHIEVEMENT, item.content, facts.name, role, given, comment, facts.level)


def issuer_line(item: EndorsableIssuer) -> EndorsableLine:
    given, comment = _own(item.given)
    return EndorsableLine(TargetKind.ISSUER, item.school.public_id, item.school.name, item.role, given, comment)


def _own(given: Endorsement | None) -> tuple[str, str | None]:
    return ("", None) if given is None else (given.public_id, given.comment)


async def undo(scene: Scene, action: Action, values: Values) -> Views:
    """*Undo*: the receipt is edited and says so itself; only elsewhere, or where nothing changed, it is said here."""
    command = endorsements.Undo(**scene.ids, endorsement=action.subject)
    outcome = await scene.store.run(endorsements.undo_endorsement, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    on_receipt = scene.direct and action.argument != HERE
    return () if on_receipt and isinstance(outcome, Withdrawn) else (Notice("notice.undone"),)


async def comment(scene: Scene, action: Action, values: Values) -> Views:
    """*Add words*: the form for them."""
    about = comments.AboutEndorsement(**scene.ids, endorsement=action.subject)
    seen = await scene.store.look(comments.look_at_comment, about)
    if isinstance(seen, Refused):
        return refused(seen)
    named = Consent.NAMED in scene.person.consents
    return (
        CommentForm(action.subject, seen.name, seen.endorsement.comment or "", named, of=seen.endorsement.target.kind),
    )


async def say_comment(scene: Scene, action: Action, values: Values) -> Views:
    """The form was sent: the words stand in the endorsement, or it says why they do not. Empty words take them back;
    a form without the field says nothing, and is shown again."""
    typed = values.get("words")
    if typed is None:
        return await comment(scene, action, values)
    kept = await scene.store.run(
        comments.comment, comments.Comment(**scene.ids, endorsement=action.subject, text=typed)
    )
    if isinstance(kept, Refused):
        return await _worded_anew(scene, action, typed, kept)
    return (Notice("notice.commented" if kept.comment is not None else "notice.uncommented"),)


async def _worded_anew(scene: Scene, action: Action, typed: str, refusal: Refused) -> Views:
    """The form again with what was typed; where there is nothing to comment any more, only why."""
    about = comments.AboutEndorsement(**scene.ids, endorsement=action.subject)
    seen = await scene.store.look(comments.look_at_comment, about)
    if isinstance(seen, Refused):
        return refused(refusal)
    named = Consent.NAMED in scene.person.consents
    return (CommentForm(action.subject, seen.name, typed, named, refusal, seen.endorsement.target.kind),)


async def list_received(scene: Scene, action: Action, values: Values) -> Views:
    """Who endorsed one's own badge."""
    seen = await scene.store.look(received.look_at_received, AboutAward(**scene.ids, award=action.subject))
    if isinstance(seen, Refused):
        return refused(seen)
    lines = tuple(
        ReceivedLine(
            item.endorsement.public_id,
            item.endorsement.role,
            item.by,
            scene.local(item.endorsement.given_at).date(),
            item.endorsement.comment,
            not item.endorsement.is_shown,
        )
        for item in seen.received
    )
    return (ReceivedView(action.subject, seen.name, lines, await door_to(scene, Room.WALLET)),)


async def hide(scene: Scene, action: Action, values: Values) -> Views:
    """*Hide* and *Show again*: what the badge says changes, and nobody is told."""
    hidden = action.argument == "yes"
    command = received.Hide(**scene.ids, endorsement=action.subject, hidden=hidden)
    outcome = await scene.store.run(received.hide, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    return (Notice("notice.endorsement_hidden" if hidden else "notice.endorsement_shown"),)


ACTS: dict[str, Act] = {
    "endorse": endorse,
    "endorse_content": endorse_content,
    "endorse_issuer": endorse_issuer,
    "undo": undo,
    "comment": comment,
    "comment_say": say_comment,
    "received": list_received,
    "hide": hide,
}
