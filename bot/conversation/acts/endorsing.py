"""Endorsing by button, and undoing."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Notice
from bot.domain.outcomes import Refused
from bot.domain.recognition import Endorsed, Unchanged
from bot.services import endorsements


async def endorse(scene: Scene, action: Action, values: Values) -> Views:
    """*My endorsement*: the receipt follows privately."""
    command = endorsements.PressEndorse(**scene.ids, award=action.subject)
    match await scene.store.run(endorsements.press_endorse, command):
        case Refused() as refusal:
            return refused(refusal)
        case Endorsed():
            return (Notice("notice.endorsed"),)
        case Unchanged():
            return (Notice("notice.endorsed_already"),)
        case _:
            return (Notice("refused.unknown_thing"),)


async def undo(scene: Scene, action: Action, values: Values) -> Views:
    command = endorsements.Undo(**scene.ids, endorsement=action.subject)
    outcome = await scene.store.run(endorsements.undo_endorsement, command)
    return refused(outcome) if isinstance(outcome, Refused) else (Notice("notice.undone"),)


ACTS: dict[str, Act] = {"endorse": endorse, "undo": undo}
