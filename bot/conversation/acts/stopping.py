"""An owner revokes, suspends or reinstates a badge that the school issued: which one, what, why. The holder is told."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.stops import stop_view
from bot.conversation.views import Notice, StopChoice, StopForm, StopQuestion
from bot.domain.outcomes import Refused
from bot.domain.roles import Right, may
from bot.domain.stops import StopChange
from bot.services import stops
from bot.services.stops import Stoppable, named_award


def ask_which(scene: Scene) -> Views:
    """The form that asks for the badge."""
    return (StopForm(),) if may(scene.person, Right.STOP_BADGES) else (Notice("refused.owners_only"),)


async def find(scene: Scene, action: Action, values: Values) -> Views:
    """The sent form: the badge's id, or the address of its page or file."""
    return await _choice(scene, named_award(values.get("badge", "").strip()))


async def _choice(scene: Scene, award: str) -> Views:
    found = await _look(scene, award)
    if isinstance(found, Refused):
        return refused(found)
    return (StopChoice(award, found.told.name, found.told.on, stop_view(found.award, scene.zone)),)


async def _look(scene: Scene, award: str) -> Stoppable | Refused:
    return await scene.store.look(stops.look_at_stop, stops.AboutStop(**scene.ids, award=award))


async def ask_why(scene: Scene, action: Action, values: Values) -> Views:
    """A press on what is to be done: only the sent reason does it."""
    change = next((change for change in StopChange if change == action.argument), None)
    if change is None or change is StopChange.REINSTATE:
        return (Notice("refused.unknown_thing"),)
    return await _question(scene, action.subject, change)


async def _question(scene: Scene, award: str, change: StopChange, *, is_unclear: bool = False) -> Views:
    found = await _look(scene, award)
    if isinstance(found, Refused):
        return refused(found)
    return (StopQuestion(award, found.told.name, found.told.on, change, is_unclear),)


async def suspend(scene: Scene, action: Action, values: Values) -> Views:
    return await _change(scene, action.subject, StopChange.SUSPEND, values)


async def revoke(scene: Scene, action: Action, values: Values) -> Views:
    return await _change(scene, action.subject, StopChange.REVOKE, values)


async def reinstate(scene: Scene, action: Action, values: Values) -> Views:
    return await _change(scene, action.subject, StopChange.REINSTATE, values)


async def _change(scene: Scene, award: str, change: StopChange, values: Values) -> Views:
    command = stops.StopByOwner(**scene.ids, award=award, change=change, reason=values.get("reason", ""))
    outcome = await scene.store.run(stops.stop_as_owner, command)
    if not isinstance(outcome, Refused):
        return (Notice(f"stop.owner.done.{change}", {"name": outcome.name}),)
    if outcome.reason == "stop_reason":
        return await _question(scene, award, change, is_unclear=True)
    return refused(outcome)


ACTS: dict[str, Act] = {
    "stop_find": find,
    "stop_ask": ask_why,
    "stop_suspend": suspend,
    "stop_revoke": revoke,
    "stop_reinstate": reinstate,
}
