"""How the relay shows things in the staff room: the port `Sender` on a `Room`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from bot.conversation.card import Card
from bot.conversation.views import UnitPage, View
from bot.domain.language import Lang
from bot.errors import Problem
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import SUKIMA
from bot.services.ports import Live, MessageRef, Unsendable

_NEVER = {
    "room.no_such_workspace",
    "room.no_such_user",
    "room.no_such_channel",
    "room.no_such_message",
    "room.deleted_message",
}


class Draws(Protocol):
    """The default look of a view (`conversation.cards.Cards`)."""

    def draw(self, view: View, lang: Lang) -> Card: ...


def page_of(view: View) -> str:
    """The Markdown that a view brings: faces of the room show a unit's page with headings and lists."""
    return (view.page or "") if isinstance(view, UnitPage) else ""


class LocalSender:
    """Sends, edits and reads back. Raises `Unsendable` where the person, the channel or the message is gone."""

    def __init__(self, room: Room, cards: Draws) -> None:
        self._room = room
        self._cards = cards

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang
    ) -> MessageRef:
        with _final():
            channel = self._channel(workspace_key, to, direct=direct)
            card = self._cards.draw(view, lang)
            return self._room.post(workspace_key, channel, SUKIMA, card, token=token, page=page_of(view))

    async def edit(self, ref: MessageRef, view: View, *, lang: Lang) -> None:
        with _final():
            self._room.edit(ref, self._cards.draw(view, lang), page=page_of(view))

    async def delete(self, ref: MessageRef) -> None:
        with _final():
            self._room.delete(ref)

    async def clear(self, workspace_key: str, user_key: str) -> None:
        with _final():
            channel = self._room.direct_channel(workspace_key, user_key).key
            for message in self._room.messages(workspace_key, channel, user_key):
                if message.author == SUKIMA and not message.deleted:
                    self._room.delete(message.ref)

    async def find(
        self, workspace_key: str, to: str, *, direct: bool, token: str, since: datetime | None = None
    ) -> MessageRef | None:
        """As the port says: the room finds it by its token alone."""
        with _final():
            return self._room.find(workspace_key, self._channel(workspace_key, to, direct=direct), token)

    async def reactions(self, ref: MessageRef) -> Live | None:
        """What is on it by people; None when the message is gone and nothing can be known."""
        try:
            reactions = self._room.reactions(ref)
        except Problem as problem:
            if problem.code in _NEVER:
                return None
            raise
        if reactions is None:
            return None
        people = {user.key for user in self._room.users(ref.workspace_key)}
        return Live(frozenset((each.user, each.emoji) for each in reactions if each.user in people))

    def _channel(self, workspace_key: str, to: str, *, direct: bool) -> str:
        if direct:
            return self._room.direct_channel(workspace_key, to).key
        return self._room.channel(workspace_key, to).key


@contextmanager
def _final() -> Iterator[None]:
    """Tell what can never work from what may work later."""
    try:
        yield
    except Problem as problem:
        if problem.code in _NEVER:
            raise Unsendable(problem.code) from problem
        raise
