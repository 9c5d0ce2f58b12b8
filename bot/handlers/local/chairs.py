"""Chairs of the staff room: sit on one and act as that person. The terminal, a page and scenarios all use these.

After each act the event is delivered and `settle` is awaited (the relay is idle), so that what `read` returns next
is everything that followed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from bot.conversation.acts.files import LONGEST_NAME
from bot.conversation.card import Form
from bot.conversation.intents import Attached, Commanded, Origin, Pressed, Said, Submitted
from bot.errors import Problem
from bot.handlers.local.adapter import Answered, Interaction, LocalAdapter
from bot.handlers.local.addresses import address_of
from bot.handlers.local.cardbox import buttons_of
from bot.handlers.local.inbound import commanded, for_sukima
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM, Channel, Message, User
from bot.handlers.local.text import folded, one_line
from bot.services.ports import MessageRef

Settle = Callable[[], Awaitable[None]]
Advance = Callable[[datetime], Awaitable[None]]


class Place(StrEnum):
    DIRECT = "direct"
    """The person's own conversation with Sukima."""
    STAFF = "staff"
    """The staff channel, which every colleague reads."""


class Chair:
    """One person's seat. It looks at one place at a time; acts happen there."""

    def __init__(self, room: Room, adapter: LocalAdapter, settle: Settle, user: User) -> None:
        self._room = room
        self._adapter = adapter
        self._settle = settle
        self.user = user
        self.place = Place.DIRECT
        self.thread: str | None = None
        """Key of the message whose thread it looks at."""
        self._within: Channel | None = None

    def at(self, place: Place) -> "Chair":
        """Look at a place; returns this chair."""
        self.place = place
        self._within = self.thread = None
        return self

    def within(self, channel: str, thread: str | None = None) -> "Chair":
        """Look at any channel by its key, or at one of its threads; returns this chair.

        Raises `room.no_such_channel` also for other people's conversations.
        """
        found = self._room.channel(self.user.workspace, channel)
        if found.direct_user not in (None, self.user.key):
            raise Problem("room.no_such_channel", channel=channel)
        self._within, self.thread = found, thread or None
        return self

    @property
    def channel(self) -> Channel:
        """The channel this chair looks at."""
        return self._within or self._channel(self.place)

    @property
    def origin(self) -> Origin:
        """Who acts here, and where, for intents."""
        return Origin(
            platform=PLATFORM,
            workspace_key=self.user.workspace,
            user_key=self.user.key,
            user_name=self.user.name,
            channel=self.channel.key,
            direct=self.channel.direct_user is not None,
            is_bot=self.user.is_bot,
            locale=self.user.lang,
            thread=self.thread,
            address=address_of(self.user.key, is_bot=self.user.is_bot),
            standing=self.user.standing,
        )

    # ------------------------------------------------------------------ acting

    async def say(self, text: str, *, token: str | None = None) -> MessageRef:
        """Say something here. Sukima hears it in a direct conversation, or with @Sukima.

        With a `token` it may be sent again by who does not know whether it arrived.
        """
        heard = for_sukima(text, direct=self.origin.direct)
        ref = self._room.say(
            self.user.workspace,
            self.channel.key,
            self.user.key,
            text,
            to_sukima=heard,
            thread=self.thread,
            token=token,
        )
        await self._delivered()
        return ref

    async def bring(self, text: str, files: Sequence[Attached]) -> Answered:
        """Send files, perhaps with words, to Sukima alone: nobody else sees them, wherever this is done.

        Of the files only their names stay in the room, for who sent them. Raises `room.no_such_message`.
        """
        heard = commanded(text.strip())
        named = tuple(f"📎 {one_line(file.name)[:LONGEST_NAME]}" for file in files)
        where = (self.user.workspace, self.channel.key, self.user.key)
        self._room.show_own(*where, (*text.strip().splitlines(), *named), self.thread)
        words = heard if heard is not None else for_sukima(text, direct=True) or ""
        return await self._interact(Said(self.origin, words, tuple(files)))

    async def command(self, text: str) -> Answered:
        """`/sukima text`."""
        return await self._interact(Commanded(self.origin, text))

    async def press(self, label: str) -> None:
        """Press a button by its label, on the newest message here that has it. Raises `room.no_such_button`."""
        for message in reversed(self.messages()):
            for button in buttons_of(message.card):
                if button.label == label:
                    await self.press_action(button.action)
                    return
            form = message.card.form
            if form is not None and form.cancel == label and form.cancel_action:
                await self.press_action(form.cancel_action)
                return
        raise Problem("room.no_such_button", label=label)

    async def press_action(self, action: str) -> Answered:
        """Press the button that carries this token."""
        return await self._interact(Pressed(self.origin, action))

    async def submit(self, values: Mapping[str, str], form: Form | None = None) -> None:
        """Send a form, by default the newest one here. Raises `room.no_such_form`."""
        chosen = form or self._newest_form()
        await self._interact(Submitted(self.origin, chosen.action, dict(values)))

    async def send(self, action: str, values: Mapping[str, str]) -> Answered:
        """Send the form that carries this token; a refusal is answered and not posted."""
        return await self._interact(Submitted(self.origin, action, dict(values)), asks_again=True)

    async def react(self, message: Message | MessageRef, emoji: str) -> bool:
        """Put an emoji on a message; False when it was there."""
        changed = self._room.react(_ref(message), self.user.key, emoji)
        await self._delivered()
        return changed

    async def unreact(self, message: Message | MessageRef, emoji: str) -> bool:
        """Take one's emoji off a message; False when it was not there."""
        changed = self._room.unreact(_ref(message), self.user.key, emoji)
        await self._delivered()
        return changed

    # ------------------------------------------------------------------ reading

    def messages(self, place: Place | None = None) -> tuple[Message, ...]:
        """All that this person sees in a place (by default the one looked at), oldest first."""
        return self._room.messages(self.user.workspace, self._channel(place or self.place).key, self.user.key)

    def unread(self, place: Place) -> tuple[Message, ...]:
        """What is new in a place since the last `read`: new, edited and deleted messages; it stays unread."""
        channel = self._channel(place).key
        seen = self._room.seen(self.user.workspace, channel, self.user.key)
        return self._room.messages(self.user.workspace, channel, self.user.key, since=seen)

    def read(self, place: Place | None = None) -> tuple[Message, ...]:
        """As `unread` for the place looked at, and now it is read."""
        chosen = place or self.place
        new = self.unread(chosen)
        if new:
            mark = max(message.changed for message in new)
            for thread in {None, *(message.thread for message in new)}:
                self._room.mark_seen(self.user.workspace, self._channel(chosen).key, self.user.key, mark, thread)
        return new

    # ------------------------------------------------------------------ inside

    def _channel(self, place: Place) -> Channel:
        if place is Place.DIRECT:
            return self._room.direct_channel(self.user.workspace, self.user.key)
        return self._room.channel(self.user.workspace, self._room.workspace(self.user.workspace).staff_channel)

    def _newest_form(self) -> Form:
        for message in reversed(self.messages()):
            if message.card.form is not None:
                return message.card.form
        raise Problem("room.no_such_form")

    async def _interact(self, intent: Interaction, *, asks_again: bool = False) -> Answered:
        answered = await self._adapter.interact(intent, asks_again=asks_again)
        await self._settle()
        return answered

    async def _delivered(self) -> None:
        await self._adapter.deliver()
        await self._settle()


class Chairs:
    """All chairs of one workspace. `settle` returns when nothing more will happen by itself.

    `advance` puts the room's clock forward to a moment through all that comes due on the way; without it the clock
    jumps there.
    """

    def __init__(
        self, room: Room, adapter: LocalAdapter, settle: Settle, workspace: str, advance: Advance | None = None
    ) -> None:
        self.room = room
        self.space = room.workspace(workspace)
        self._adapter = adapter
        self._settle = settle
        self._advance = advance or self._jump

    async def advance(self, moment: datetime) -> None:
        """Put the clock forward, and let happen what is due. Raises `room.clock_backwards`."""
        await self._advance(moment)
        await self.settle()

    async def _jump(self, moment: datetime) -> None:
        self.room.put_clock(moment)

    async def settle(self) -> None:
        """Deliver what waits, and wait until nothing more will happen by itself."""
        await self._adapter.deliver()
        await self._settle()

    def users(self) -> tuple[User, ...]:
        """Everybody one can be, in order; the first has number 1."""
        return self.room.users(self.space.key)

    def of(self, user_key: str) -> Chair:
        """The chair of the user with this key. Raises `room.no_such_user`."""
        return Chair(self.room, self._adapter, self._settle, self.room.user(self.space.key, user_key))

    def read_all(self) -> None:
        """Everybody has read what there is."""
        for user in self.users():
            for place in Place:
                self.of(user.key).read(place)

    def find(self, words: str) -> Chair:
        """A chair by number, key, name or a part of the name.

        Raises `Problem` `room.no_such_user`, or `room.several_users` with their names.
        """
        users = self.users()
        wanted = folded(words)
        if wanted.isdecimal() and len(wanted) < 6 and 0 < int(wanted) <= len(users):
            return self.of(users[int(wanted) - 1].key)
        exact = [user for user in users if wanted in {folded(user.key), folded(user.name)}]
        partly = [user for user in users if wanted and wanted in folded(user.name)]
        found = exact or partly
        if not found:
            raise Problem("room.no_such_user", user=words)
        if len(found) > 1:
            raise Problem("room.several_users", names=" · ".join(user.name for user in found))
        return self.of(found[0].key)


def _ref(message: Message | MessageRef) -> MessageRef:
    return message.ref if isinstance(message, Message) else message
