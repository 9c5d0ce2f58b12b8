"""Badges inside one's own badge: which there are, and putting one in or taking it out."""

from dataclasses import replace

from bot.conversation.actions import Action
from bot.conversation.doors import door_to
from bot.conversation.scene import Act, Scene, Values, Views, refused
from bot.conversation.views import Notice, PartsView, View
from bot.domain.outcomes import Refused
from bot.domain.sessions import Room
from bot.services import enclosing
from bot.services.awards import AboutAward


async def list_parts(scene: Scene, action: Action, values: Values) -> Views:
    """*Badges inside*: what each holds is said before anything is pressed. The argument: which is to be seen."""
    seen = await scene.store.look(enclosing.look_at_parts, AboutAward(**scene.ids, award=action.subject))
    if isinstance(seen, Refused):
        return refused(seen)
    at = int(action.argument) if action.argument.isdecimal() else 0
    return (PartsView(action.subject, seen.name, seen.parts, await door_to(scene, Room.WALLET), at),)


async def enclose(scene: Scene, action: Action, values: Values) -> Views:
    """*Put inside* and *Take out*, for one part, then how all stand now. The argument: which way, and the part."""
    way, _, part = action.argument.partition(".")
    command = enclosing.Enclose(**scene.ids, award=action.subject, part=part, inside=way == "in")
    outcome = await scene.store.run(enclosing.enclose, command)
    if isinstance(outcome, Refused):
        return refused(outcome)
    told = Notice("notice.enclosed" if way == "in" else "notice.taken_out", {"name": outcome})
    views = await list_parts(scene, replace(action, argument=""), values)
    return (told, *(_at(view, part) for view in views))


def _at(view: View, part: str) -> View:
    """The list where this part stands in it."""
    if not isinstance(view, PartsView):
        return view
    return replace(view, at=next((at for at, each in enumerate(view.parts) if each.award == part), 0))


ACTS: dict[str, Act] = {"parts": list_parts, "enclose": enclose}
