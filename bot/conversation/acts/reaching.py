"""Fetching what could not be brought."""

from bot.conversation.actions import Action
from bot.conversation.scene import Act, Scene, Values, Views
from bot.conversation.views import Notice
from bot.services import contacts


async def fetch(scene: Scene, action: Action, values: Values) -> Views:
    """The press itself brings it, since its person is here now: this only says so."""
    waits = await scene.store.look(contacts.anything_waits, scene.me)
    return (Notice("reach.comes" if waits else "reach.nothing"),)


ACTS: dict[str, Act] = {"fetch": fetch}
