"""A person in Discord: says, presses, fills, reacts; and sees. Acts return once the app has answered them.

With `discord.settle` set, acts also wait until all that followed has happened; without it, seeing waits for it.
"""

import re
from typing import TYPE_CHECKING, Any

from on_discord.server import commanding, happenings, permissions, shapes, sight
from on_discord.server.commanding import Chosen
from on_discord.server.interactions import AUTOCOMPLETE, Interaction
from on_discord.server.messages import address
from on_discord.server.modals import Modals
from on_discord.server.registering import ON_MESSAGE, ON_USER
from on_discord.server.sight import Pressable
from on_discord.server.world import Attachment, Channel, Guild, Json, Message

if TYPE_CHECKING:
    from on_discord.server.server import DiscordLike

SAYS = "say"
"""The subcommand that takes any words."""


class Actor:
    """One person; `guild` is where they are meant to be by the names of channels."""

    def __init__(self, discord: "DiscordLike", guild: Guild, user: str) -> None:
        self.discord = discord
        self.guild = guild
        self.user = discord.users[user] if user in discord.users else guild.member(user).user
        self.id = self.user.id
        self.modals = Modals(self)
        self.waits = True
        """False: acts return at once, whatever the app does with them."""
        self.failed: list[Interaction] = []
        """What showed "The application did not respond"."""

    @property
    def name(self) -> str:
        member = self.guild.members.get(self.id)
        return member.name if member is not None else self.user.name

    @property
    def dm(self) -> Channel:
        """The direct conversation with the app's bot."""
        return self.discord.open_direct(self.id)

    # ------------------------------------------------------------------ saying

    async def says(
        self,
        text: str,
        *,
        where: str | Channel | None = None,
        reply: Message | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
    ) -> Message:
        """Say something, to the bot or in a channel or thread, perhaps with files: (name, bytes)."""
        place = self._place(where)
        if place.is_direct:
            if not self.discord.shared_guilds(self.id):
                raise AssertionError(f"{self.name} shares no server with the app")
        else:
            needs = permissions.SEND_MESSAGES_IN_THREADS if place.is_thread else permissions.SEND_MESSAGES
            assert self.discord.may(place, self.id, needs), f"{self.name} may not write there"
        message = Message(
            id=self.discord.new_id(),
            channel_id=place.id,
            author=self.user,
            content=text,
            attachments=[self._attachment(place, name, data) for name, data in files],
        )
        if reply is not None:
            message.type = 19
            message.reference = {"type": 0, "channel_id": place.id, "message_id": reply.id, "guild_id": place.guild_id}
        address(self.discord, place, message, None)
        if reply is not None and reply.author.id not in message.mentions:
            message.mentions.append(reply.author.id)
        happenings.posted(self.discord, place, message)
        await self._settled()
        return message

    async def mentions(self, text: str, *, where: str | Channel = "general") -> Message:
        """Say something to the bot in a channel."""
        return await self.says(f"<@{self.discord.bot.id}> {text}", where=where)

    async def edits(self, message: Message, text: str) -> None:
        happenings.changed(self.discord, self._of(message), message, content=text)
        await self._settled()

    async def deletes(self, message: Message) -> None:
        """Take one's own message away, or as a moderator another's; what only oneself sees is only put out of sight."""
        where = self._of(message)
        if message.reader is not None:
            del where.messages[message.id]
        else:
            happenings.deleted(self.discord, where, message)
        await self._settled()

    async def reacts(self, message: Message, emoji: str) -> None:
        """`emoji`: the character, or `name:id`."""
        where = self._of(message)
        assert message.reader is None, "nobody reacts to what only they see"
        assert self.discord.may(where, self.id, permissions.ADD_REACTIONS) or emoji in message.reactions
        if self.id in message.reactions.get(emoji, ()):
            raise AssertionError("already reacted")
        happenings.reacted(self.discord, where, message, self.id, emoji)
        await self._settled()

    async def unreacts(self, message: Message, emoji: str) -> None:
        happenings.unreacted(self.discord, self._of(message), message, self.id, emoji)
        await self._settled()

    # ------------------------------------------------------------------ commanding

    async def commands(
        self, text: str = "", *, where: str | Channel | None = None, name: str = "sukima"
    ) -> Interaction:
        """`/sukima text`: a subcommand by its name with what follows it, or any words by the one that takes them."""
        place = self._place(where)
        known = commanding.choose(self.discord, self.id, place, [name])
        meant = commanding.typed(known, text.strip(), self.user.locale)
        if meant is None:
            chosen = commanding.choose(self.discord, self.id, place, [name, SAYS])
            assert chosen.open_text is not None, f"{SAYS} takes no words"
            meant = chosen, ({chosen.open_text["name"]: text.strip()} if text.strip() else {})
        return await self._command(place, *meant)

    async def uses(self, names: str, /, where: str | Channel | None = None, **options: Any) -> Interaction:
        """A command by its names (`sukima wallet`) and options, as registered or in one's own language.

        A file is (name, bytes), a person an `Actor`.
        """
        place = self._place(where)
        chosen = commanding.choose(self.discord, self.id, place, names.split())
        return await self._command(place, chosen, options)

    async def completes_option(
        self, names: str, option: str, typed: str, /, where: str | Channel | None = None, **others: Any
    ) -> list[str]:
        """What is offered while one types in an option; empty when nothing came in time."""
        place = self._place(where)
        chosen = commanding.choose(self.discord, self.id, place, names.split())
        locale = self.user.locale
        known = {name: each for each in chosen.options for name in (each["name"], commanding.shown_name(each, locale))}
        assert known[option].get("autocomplete"), f"{option} offers nothing"
        options = commanding.filled(chosen, {**others, option: typed}, locale, focused=option)
        data = commanding.data(chosen, options)
        each = self.discord.interactions.command(self.user, place, data, type=AUTOCOMPLETE)
        await self.discord.interactions.over(each)
        return [choice.get("name_localizations", {}).get(locale) or choice["name"] for choice in each.choices]

    async def uses_menu(self, name: str, on: "Message | Actor") -> Interaction:
        """A command on a message, or on a person, in the context menu of it."""
        if isinstance(on, Message):
            place, kind, target = self._of(on), ON_MESSAGE, on.id
            resolved: Json = {"messages": {on.id: shapes.message(self.discord, on)}}
        else:
            place, kind, target = self.guild.channel("general"), ON_USER, on.id
            member = self.guild.members.get(on.id)
            resolved = {"users": {on.id: shapes.user(on.user)}}
            if member is not None:
                shown = shapes.bare_member(member) | {"permissions": str(self.discord.granted(place, on.id))}
                resolved["members"] = {on.id: shown}
        chosen = commanding.choose(self.discord, self.id, place, [name], kind)
        command = chosen.command
        data = {
            "id": command["id"], "name": command["name"], "type": kind, "target_id": target, "resolved": resolved,
        }  # fmt: skip
        return await self.interact(self.discord.interactions.command(self.user, place, data))

    # ------------------------------------------------------------------ pressing

    async def presses(
        self, label: str, *, beside: str = "", where: str | Channel | None = None, on: Message | None = None
    ) -> Interaction:
        """Press the newest button with this label, beside these words, to the bot or in a channel."""
        place = self._of(on) if on is not None else self._place(where)

        def found() -> tuple[Message, Pressable] | None:
            for message in reversed([on] if on is not None else sight.seen(self.discord, place, self.id)):
                for each in sight.pressable(message):
                    said = sight.plain(self.discord, each.words, place.guild_id)
                    if each.label == label and beside in said and each.component["type"] == 2:
                        return message, each
            return None

        what = f"{self.name} finds a button {label!r}" + (f" beside {beside!r}" if beside else "")
        message, each = await self.discord.until(found, what)
        return await self.presses_component(place, message, each.component)

    async def presses_component(self, place: Channel, message: Message, component: Json) -> Interaction:
        """A button that is known; also one of a message that is no longer as it was."""
        assert "url" not in component, "a link leads elsewhere"
        assert not component.get("disabled"), "it cannot be pressed"
        data = {"component_type": 2, "custom_id": component["custom_id"], "id": component["id"]}
        return await self.interact(self.discord.interactions.press(self.user, place, message, data))

    async def chooses(self, label: str, *options: str, where: str | Channel | None = None) -> Interaction:
        """Choose from a list in a message, known by what stands in it before."""
        place = self._place(where)

        def found() -> tuple[Message, Pressable] | None:
            for message in reversed(sight.seen(self.discord, place, self.id)):
                for each in sight.pressable(message):
                    if each.label == label and each.component["type"] != 2:
                        return message, each
            return None

        message, each = await self.discord.until(found, f"{self.name} finds a list {label!r}")
        values = {one["label"]: one["value"] for one in each.component.get("options") or ()}
        data: Json = {
            "component_type": each.component["type"], "custom_id": each.component["custom_id"],
            "id": each.component["id"], "values": [values.get(option, option) for option in options],
        }  # fmt: skip
        return await self.interact(self.discord.interactions.press(self.user, place, message, data))

    async def completes(self, values: dict[str, Any]) -> dict[str, str]:
        """Fill the window that is asked for, by labels or ids, and send it; what Discord's window complains of."""

        def asked() -> bool:
            modal = self.modals.top
            return modal is not None and values.keys() <= modal.named().keys()

        await self.discord.until(asked, f"{self.name} is asked for {list(values)}")
        return await self.modals.submits(values)

    # ------------------------------------------------------------------ seeing

    def messages(self, where: str | Channel | None = None) -> list[Message]:
        """What this person sees there, oldest first; by default what the bot said and was told."""
        return sight.seen(self.discord, self._place(where), self.id)

    def words(self, message: Message) -> str:
        """What a message says to this person."""
        return sight.words(self.discord, message)

    def buttons(self, message: Message) -> list[str]:
        return [each.label for each in sight.pressable(message)]

    def threads(self) -> list[Channel]:
        """The threads that this person finds in the guild."""
        return [each for each in self.guild.channels.values() if each.is_thread and self.reads(each)]

    def reads(self, where: str | Channel) -> bool:
        """Whether this person can read what is said there."""
        return sight.readable(self.discord, self._place(where), self.id)

    async def sees(self, *parts: str, where: str | Channel | None = None, last: int = 8) -> Message:
        """The newest of the last messages there that says all the parts; waits for it."""

        def found() -> Message | None:
            for message in reversed(self.messages(where)[-last:]):
                said = self.words(message)
                if not message.is_loading and all(part in said for part in parts):
                    return message
            return None

        try:
            return await self.discord.until(found)
        except AssertionError:
            recent = " / ".join(self.words(message) for message in self.messages(where)[-last:])
            raise AssertionError(f"{self.name} does not see {parts!r}, but: {recent[-900:]}") from None

    # ------------------------------------------------------------------ inside

    async def interact(self, each: Interaction) -> Interaction:
        """Wait for the first answer; who gets none in time sees an error instead."""
        if not self.waits:
            return each
        await self.discord.interactions.over(each)
        if not each.answered:
            self.failed.append(each)
            raise NotAnswered(f"{self.name}: the application did not respond")
        await self._settled()
        return each

    async def _command(self, place: Channel, chosen: Chosen, given: dict[str, Any]) -> Interaction:
        resolved: Json = {}
        given = {name: self._brought(place, value, resolved) for name, value in given.items()}
        options = commanding.filled(chosen, given, self.user.locale)
        for each in options:
            if each["type"] == commanding.USER:
                self._resolve(resolved, str(each["value"]))
        data = commanding.data(chosen, options, resolved)
        return await self.interact(self.discord.interactions.command(self.user, place, data))

    def _brought(self, place: Channel, value: Any, resolved: Json) -> Any:
        """A file that is given, as (name, bytes), lies where only the app finds it; a person is meant by their id."""
        if isinstance(value, Actor):
            return value.id
        if not isinstance(value, tuple):
            return value
        upload = self._attachment(place, *value)
        upload.ephemeral = True
        self.discord.uploads[upload.id] = upload
        resolved.setdefault("attachments", {})[upload.id] = shapes.attachment(self.discord, upload)
        return upload.id

    def _resolve(self, resolved: Json, key: str) -> None:
        resolved.setdefault("users", {})[key] = shapes.user(self.discord.users[key])
        if key in self.guild.members:
            member = shapes.bare_member(self.guild.members[key]) | {"permissions": "0"}
            resolved.setdefault("members", {})[key] = member

    async def _settled(self) -> None:
        if self.waits:
            await self.discord.settled()

    def _attachment(self, place: Channel, name: str, data: bytes) -> Attachment:
        safe = re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII)
        return Attachment(self.discord.new_id(), safe, data, place.id)

    def _place(self, where: str | Channel | None) -> Channel:
        if where is None:
            return self.dm
        return where if isinstance(where, Channel) else self.guild.channel(where)

    def _of(self, message: Message) -> Channel:
        return self.discord.channels[message.channel_id]


class NotAnswered(AssertionError):
    """The app did not answer an interaction in time: the person sees an error."""
