"""A person in Slack: says, presses, fills, reacts; and sees. Acts return once the app has acknowledged them.

With `slack.settle` set, acts also wait until all that followed has happened; without it, seeing waits for it.
"""

from typing import TYPE_CHECKING, Any

from slack.server import happenings, interactions, sight, states
from slack.server.delivery import COMMANDS, INTERACTIVE, Delivery
from slack.server.modals import Modals
from slack.server.pressing import action_of, fill, find, named
from slack.server.responses import show_answer
from slack.server.sight import Pressable
from slack.server.world import Channel, Json, Message, Team, Upload

if TYPE_CHECKING:
    from slack.server.server import SlackLike


class Actor:
    """One person in one workspace."""

    def __init__(self, slack: "SlackLike", team: Team, user: str) -> None:
        self.slack = slack
        self.team = team
        self.user = team.user(user)
        self.id = self.user.id
        self.modals = Modals(self)
        self.waits = True
        """False: acts return at once, whatever the app does with them."""

    @property
    def dm(self) -> Channel:
        """The conversation with the app's bot."""
        install = self.slack.installed(self.team)
        assert install is not None, "the app is not installed here"
        return self.slack.open_direct(self.team, install.bot_user, self.id)

    # ------------------------------------------------------------------ saying

    async def says(
        self,
        text: str,
        *,
        where: str | Channel | None = None,
        thread: Message | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
    ) -> Message:
        """Say something, to the bot or in a channel, perhaps with files: (name, bytes)."""
        place = self._place(where)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return await self._post(place, escaped, thread, [self._upload(name, data) for name, data in files])

    async def mentions(self, text: str, *, where: str | Channel = "general", thread: Message | None = None) -> Message:
        """Say something to the bot in a channel."""
        install = self.slack.installed(self.team)
        assert install is not None
        return await self._post(self._place(where), f"<@{install.bot_user}> {text}", thread, [])

    async def edits(self, message: Message, text: str) -> None:
        happenings.changed(self.slack, self.team, self._of(message), message, text=text, blocks=self._rich(text))
        await self._settled()

    async def deletes(self, message: Message) -> None:
        happenings.deleted(self.slack, self.team, self._of(message), message)
        await self._settled()

    async def commands(self, text: str = "", *, where: str | Channel | None = None, name: str = "/sukima") -> Delivery:
        """`/sukima text`, in the conversation with the bot or in a channel; never in a thread."""
        if name not in self.slack.app.commands:
            raise AssertionError(f"{name} is not a valid command")
        place = self._place(where)
        payload = interactions.command(self.slack, self.team, self.id, place, name, text)
        delivery = await self.interact(payload, COMMANDS)
        answer = delivery.attempts[-1].payload if delivery.attempts else None
        if answer:
            show_answer(
                self.slack, self.team, place, self.id, answer if isinstance(answer, dict) else {"text": str(answer)}
            )
        return delivery

    async def reacts(self, message: Message, name: str) -> None:
        if self.id in message.reactions.get(name, ()):
            raise AssertionError("already reacted")
        happenings.reacted(self.slack, self.team, self._of(message), message, self.id, name)
        await self._settled()

    async def unreacts(self, message: Message, name: str) -> None:
        happenings.unreacted(self.slack, self.team, self._of(message), message, self.id, name)
        await self._settled()

    async def joins(self, where: str | Channel) -> None:
        happenings.joined(self.slack, self.team, self._place(where), self.id)
        await self._settled()

    async def opens_home(self) -> Json | None:
        """Open the app's Home; what stands there."""
        await self._opens("home")
        return self.team.homes.get(self.id)

    async def opens_messages(self) -> None:
        """Open the app's messages tab."""
        await self._opens("messages")

    # ------------------------------------------------------------------ pressing

    async def presses(
        self, label: str, *, beside: str = "", where: str | Channel | None = None, on: Message | None = None
    ) -> Delivery:
        """Press the newest button with this label, beside these words, to the bot or in a channel."""
        place = self._of(on) if on is not None else self._place(where)
        message, found = await self._find(label, beside, place, on)
        return await self.presses_element(place, message, found)

    async def presses_element(self, place: Channel, message: Message, found: Pressable) -> Delivery:
        payload = interactions.press(self.slack, self.team, self.id, place, message, action_of(found))
        return await self.interact(payload)

    async def chooses(self, label: str, option: str, *, where: str | Channel | None = None) -> Delivery:
        """Choose an option of a list that sends at once; the list is known by its placeholder."""
        place = self._place(where)
        message, found = await self._find(label, "", place, None)
        chosen = states.value(found.element, option)
        self._state(message).setdefault(found.block["block_id"], {})[found.element["action_id"]] = chosen
        action = {"block_id": found.block["block_id"], "action_id": found.element["action_id"], **chosen}
        return await self.interact(interactions.press(self.slack, self.team, self.id, place, message, action))

    async def fills(self, values: dict[str, Any], *, where: str | Channel | None = None) -> Message:
        """Fill inputs of the newest message that has them, by labels or ids. Nothing is sent yet."""
        place = self._place(where)

        def newest() -> Message | None:
            for message in reversed(sight.seen(self.slack, place, self.id)):
                if values.keys() <= named(sight.fillable(message.blocks)).keys():
                    return message
            return None

        message = await self.slack.until(newest, f"{self.user.real_name} finds inputs {list(values)}")
        fill(self._state(message), sight.fillable(message.blocks), values)
        return message

    async def completes(
        self, values: dict[str, Any], submit: str = "", *, where: str | Channel | None = None
    ) -> dict[str, str]:
        """Fill the form that is asked for and send it: the open modal, else the newest message with these inputs.

        Returns the errors that are shown in a modal. A message's form is sent by `submit`, or by its first button.
        """

        def asked() -> bool:
            if self.modals.top is not None:
                return True
            shown = [named(sight.fillable(each.blocks)) for each in self.messages(where)]
            return any(inputs and values.keys() <= inputs.keys() for inputs in shown)

        await self.slack.until(asked, f"{self.user.real_name} is asked for {list(values)}")
        if self.modals.top is not None:
            return await self.modals.submits(values)
        message = await self.fills(values, where=where)
        await self.presses(submit or self.buttons(message)[0], on=message)
        return {}

    async def uses_shortcut(self, callback_id: str, on: Message | None = None) -> Delivery:
        """Use a global shortcut, or one on a message."""
        kinds = self.slack.app.shortcuts
        if kinds and kinds.get(callback_id) != ("message" if on else "global"):
            raise AssertionError(f"there is no such shortcut: {callback_id}")
        if on is None:
            return await self.interact(interactions.shortcut(self.slack, self.team, self.id, callback_id))
        where = self._of(on)
        return await self.interact(
            interactions.message_shortcut(self.slack, self.team, self.id, callback_id, where, on)
        )

    async def presses_at_home(self, label: str, *, beside: str = "") -> Delivery:
        """Press a button in the app's Home."""
        found = await self.slack.until(
            lambda: find(sight.pressable(self.team, self.team.homes.get(self.id, {}).get("blocks", [])), label, beside),
            f"{self.user.real_name} finds {label!r} at Home",
        )
        view = self.team.homes[self.id]
        return await self.interact(interactions.press_in_view(self.slack, self.team, self.id, view, action_of(found)))

    # ------------------------------------------------------------------ seeing

    def messages(self, where: str | Channel | None = None) -> list[Message]:
        """What this person sees there, oldest first; by default what the bot said and was told."""
        return sight.seen(self.slack, self._place(where), self.id)

    def words(self, message: Message) -> str:
        """What a message says to this person."""
        return sight.words(self.slack, self.team, message)

    def hears(self, message: Message) -> str:
        """What a notification or a screen reader says of it: its top-level text."""
        return sight.plain(self.team, message.text)

    def files(self, message: Message) -> list[Upload]:
        """The files of a message, and those that are shown as pictures in it."""
        shown = [each["slack_file"]["id"] for each in message.blocks if "slack_file" in each]
        return [*message.files, *(self.team.files[key] for key in shown)]

    def buttons(self, message: Message) -> list[str]:
        return [each.label for each in sight.pressable(self.team, message.blocks)]

    async def sees(self, *parts: str, where: str | Channel | None = None, last: int = 8) -> Message:
        """The newest of the last messages there that says all the parts; waits for it."""

        def found() -> Message | None:
            for message in reversed(self.messages(where)[-last:]):
                if all(part in self.words(message) for part in parts):
                    return message
            return None

        try:
            return await self.slack.until(found)
        except AssertionError:
            recent = " / ".join(self.words(message) for message in self.messages(where)[-last:])
            raise AssertionError(f"{self.user.real_name} does not see {parts!r}, but: {recent[-900:]}") from None

    async def sees_at_home(self, *parts: str) -> Json:
        """The app's Home once it says all the parts."""

        def found() -> Json | None:
            view = self.team.homes.get(self.id)
            said = sight.blocks_words(self.team, view["blocks"]) if view else ""
            labels = [each.label for each in sight.pressable(self.team, view["blocks"])] if view else []
            return view if all(part in said or part in labels for part in parts) else None

        try:
            return await self.slack.until(found)
        except AssertionError:
            view = self.team.homes.get(self.id) or {"blocks": []}
            said = sight.blocks_words(self.team, view["blocks"])
            raise AssertionError(f"{self.user.real_name} does not see {parts!r} at Home, but: {said[:900]}") from None

    # ------------------------------------------------------------------ inside

    async def interact(self, payload: Json, kind: str = INTERACTIVE) -> Delivery:
        """Send an interaction; who gets no answer in time sees an error instead."""
        delivery = self.slack.deliveries.send(kind, payload)
        if not self.waits:
            return delivery
        await self.slack.deliveries.over(delivery)
        if not delivery.acknowledged:
            raise NotAnswered(delivery.attempts[-1].reason)
        await self._settled()
        return delivery

    async def _settled(self) -> None:
        if self.waits:
            await self.slack.settled()

    async def _post(self, place: Channel, text: str, thread: Message | None, files: list[Upload]) -> Message:
        message = Message(
            ts=place.new_ts(self.slack.clock.now()),
            user=self.id,
            text=text,
            team_id=self.user.team_id,
            blocks=self._rich(text),
            thread_ts=(thread.thread_ts or thread.ts) if thread else None,
            subtype="file_share" if files else None,
            files=files,
        )
        happenings.posted(self.slack, self.team, place, message)
        await self._settled()
        return message

    def _rich(self, text: str) -> list[Json]:
        """What Slack's own window makes of typed text."""
        said = {"type": "text", "text": sight.plain(self.team, text)}
        section = {"type": "rich_text_section", "elements": [said]}
        return [{"type": "rich_text", "block_id": self.slack.new_id(), "elements": [section]}] if text else []

    def _upload(self, name: str, data: bytes) -> Upload:
        key, now = f"F{self.slack.new_id()}", int(self.slack.clock.now())
        upload = Upload(key, name, name, len(data), self.id, self.team.id, now, data=data, complete=True)
        self.team.files[key] = upload
        return upload

    async def _opens(self, tab: str) -> None:
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": tab}
        if tab == "home" and self.id in self.team.homes:
            event["view"] = self.team.homes[self.id]
        self.slack.tell(self.team, {**event, "event_ts": interactions.stamp(self.slack)})
        await self._settled()

    async def _find(self, label: str, beside: str, place: Channel, on: Message | None) -> tuple[Message, Pressable]:
        def found() -> tuple[Message, Pressable] | None:
            for message in reversed([on] if on is not None else sight.seen(self.slack, place, self.id)):
                each = find(sight.pressable(self.team, message.blocks), label, beside)
                if each is not None:
                    return message, each
            return None

        what = f"{self.user.real_name} finds a button {label!r}" + (f" beside {beside!r}" if beside else "")
        return await self.slack.until(found, what)

    def _state(self, message: Message) -> Json:
        if self.id not in message.states:
            message.states[self.id] = states.of(message.blocks, {})
        return message.states[self.id]

    def _place(self, where: str | Channel | None) -> Channel:
        if where is None:
            return self.dm
        return where if isinstance(where, Channel) else self.team.channel(where)

    def _of(self, message: Message) -> Channel:
        return next(c for c in self.team.channels.values() if c.messages.get(message.ts) is message)


class NotAnswered(AssertionError):
    """The app did not acknowledge an interaction: the person sees an error."""
