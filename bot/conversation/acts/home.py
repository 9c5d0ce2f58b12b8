"""A page of one's own in the chat, where a platform has one: what is next, who asked, badges, settings. Reads only."""

from bot.conversation.acts.asked import asked_lines
from bot.conversation.acts.looking import badges_of, settings_of
from bot.conversation.scene import Scene, Views
from bot.conversation.views import HomeView, NextUnit
from bot.services import awaiting


async def home(scene: Scene) -> Views:
    """From the top to the bottom. No way into one's pages stands there: it is open for a moment, the page for days."""
    following = await scene.store.look(awaiting.look_at_next, scene.me)
    asked = await scene.store.look(awaiting.look_at_asked, scene.me)
    return (
        HomeView(_unit(following) if following else None, len(asked), scene.parts.addresses.me() is not None),
        *asked_lines(asked),
        await badges_of(scene),
        await settings_of(scene),
    )


def _unit(found: awaiting.Next) -> NextUnit:
    unit, course, module = found.proposal.unit, found.course, found.module
    return NextUnit(
        unit.key, unit.title, unit.minutes, unit.kind, course.title, module.badge.name, found.proposal.left_in_module
    )
