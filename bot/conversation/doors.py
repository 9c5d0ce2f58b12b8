"""The way from chat into one's own pages: a link that opens once, made anew for each answer that shows it."""

from bot.conversation.scene import Scene
from bot.domain.sessions import Room
from bot.services import sessions


async def door_to(scene: Scene, room: Room) -> str | None:
    """A one-time link for the person in front of us; None when this deployment has no address.

    For answers only: they are shown to nobody else.
    """
    token = scene.parts.new_token()
    address = scene.parts.addresses.door(token)
    if address is not None:
        await scene.store.run(sessions.make_door, sessions.MakeDoor(**scene.ids, token=token, room=room))
    return address
