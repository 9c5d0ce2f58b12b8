"""Badges inside one's own badge: which there are, and putting one in or taking it out."""

from bot.conversation.actions import Action
from bot.conversation.doors import door_to
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Notice, PartsView
from bot.domain.outcomes import Refused
from bot.domain.sessions import Room
from bot.services import enclosing
from bot.services.awards import AboutAward


async def list_parts(scene: Scene, action: Action, values: Values) -> Views:
    """*Badges inside*: what each holds is said before anything is pressed."""
    seen = await scene.store.look(enclosing.look_at_parts, AboutAward(**scene.ids, award=action.subject))
    if isinstance(seen, Refused):
        return refused(seen)
    return (PartsView(action.subject, seen.name, seen.parts, await door_to(scene, Room.WALLET)),)


async def enclose(scene: Scene, action: Action, values: Values) -> Views:
    """*Put inside* and *Take out*, for one part, then how all stand now. The argument: which way, and the part."""
    way, _, part = action.argument.partition(".")
    command = enclosing.Enclose(**scene.ids, award=action.subject, part=part, inside=way == "in")
    outcome = await scene.store.run(enclosing.enclose, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    told = Notice("notice.enclosed" if way == "in" else "notice.taken_out", {"name": outcome})
    return (told, *await list_parts(scene, action, values))


ACTS: dict[str, Act] = {"parts": list_parts, "enclose": enclose}
