"""Which language a person of the room reads: the choice in the room and the choice in Sukima's settings are one."""

from bot.domain.language import Lang
from bot.handlers.local.behind import person_behind
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import User
from bot.services import preferences
from bot.services.ports import Store


class Languages:
    """Keeps the room's profile and the person behind it in step."""

    def __init__(self, room: Room, store: Store) -> None:
        self._room = room
        self._store = store

    async def choose(self, user: User, lang: Lang) -> None:
        """The person wants `lang`, here and in what Sukima says.

        The room hears it last: a window that loads again at once would otherwise follow the former choice.
        """
        person = await person_behind(self._store, user)
        if person is not None and person.lang != lang:
            command = preferences.SetLanguage(school_id=person.school_id, person_id=person.id, lang=lang)
            await self._store.run(preferences.set_language, command)
        self._room.choose_language(user.workspace, user.key, lang)

    async def follow(self, user: User) -> User:
        """The user as now chosen: somebody may have told Sukima another language. Who is unknown keeps theirs."""
        person = await person_behind(self._store, user)
        if person is None or person.lang == user.lang:
            return user
        self._room.choose_language(user.workspace, user.key, person.lang)
        return self._room.user(user.workspace, user.key)
