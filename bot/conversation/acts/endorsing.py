"""Endorsing by button, and undoing."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Notice
from bot.domain.outcomes import Refused
from bot.domain.recognition import Endorsed, Unchanged, Withdrawn
from bot.services import endorsements


async def endorse(scene: Scene, action: Action, values: Values) -> Views:
    """*My endorsement*: a word of thanks where it was pressed; the receipt with *Undo* comes as a direct message."""
    command = endorsements.PressEndorse(**scene.ids, award=action.subject)
    match await scene.store.run(endorsements.press_endorse, command):
        case Refused() as refusal:
            return refused(refusal)
        case Endorsed(role=role):
            return (Notice(f"notice.endorsed.{role}"),)
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


ACTS: dict[str, Act] = {"endorse": endorse, "undo": undo}
