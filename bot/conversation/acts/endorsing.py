"""Endorsing by button, undoing, one's own words; and what one's own badge received."""

from bot.conversation.actions import Action
from bot.conversation.doors import door_to
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import CommentForm, Notice, ReceivedLine, ReceivedView
from bot.domain.outcomes import Refused
from bot.domain.people import Consent
from bot.domain.recognition import Endorsed, Unchanged, Withdrawn
from bot.domain.sessions import Room
from bot.services import comments, endorsements, received
from bot.services.awards import AboutAward


async def endorse(scene: Scene, action: Action, values: Values) -> Views:
    """*My endorsement*: a word of thanks where it was pressed; the receipt with *Undo* comes as a direct message, and
    is the only word of it where that is where it was pressed."""
    command = endorsements.PressEndorse(**scene.ids, award=action.subject)
    match await scene.store.run(endorsements.press_endorse, command):
        case Refused() as refusal:
            return refused(refusal)
        case Endorsed(role=role):
            return () if scene.direct else (Notice(f"notice.endorsed.{role}"),)
        case Unchanged():
            return (Notice("notice.endorsed_already"),)
        case _:
            return (Notice("refused.unknown_thing"),)


async def undo(scene: Scene, action: Action, values: Values) -> Views:
    """*Undo*: the receipt is edited and says so itself; only elsewhere, or where nothing changed, it is said here."""
    command = endorsements.Undo(**scene.ids, endorsement=action.subject)
    outcome = await scene.store.run(endorsements.undo_endorsement, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    return () if scene.direct and isinstance(outcome, Withdrawn) else (Notice("notice.undone"),)


async def comment(scene: Scene, action: Action, values: Values) -> Views:
    """*Add words*: the form for them."""
    about = comments.AboutEndorsement(**scene.ids, endorsement=action.subject)
    seen = await scene.store.look(comments.look_at_comment, about)
    if isinstance(seen, Refused):
        return refused(seen)
    named = Consent.NAMED in scene.person.consents
    return (CommentForm(action.subject, seen.name, seen.endorsement.comment or "", named),)


async def say_comment(scene: Scene, action: Action, values: Values) -> Views:
    """The form was sent: the words stand in the endorsement, or it says why they do not."""
    typed = values.get("words", "")
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
    return (CommentForm(action.subject, seen.name, typed, named, refusal),)


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
    "undo": undo,
    "comment": comment,
    "comment_say": say_comment,
    "received": list_received,
    "hide": hide,
}
