"""A guild on the Discord-like server as a stage: the people of the story are its members, in Discord's own ways.

What is otherwise than in the staff room, and why:
- A form is a window, or a button with the form's title that opens it. While it is open it is read as the newest
  message. What sends it, and what closes it, are Discord's own buttons, without words of ours.
- Many buttons are choices of a list: who presses one chooses it. Its section's title stands before its words.
- Discord's own marks (headings, bold, escapes) are no words.
- Nobody is written to who never came; those whom the story knows have (`have_come`).
- `/sukima` in free words is its subcommand `say`.
"""

import asyncio
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.domain.language import Bilingual, Lang
from bot.handlers.discord.components import OPENS
from bot.handlers.discord.keys import PLATFORM
from bot.handlers.local import script
from bot.handlers.local.chairs import Place
from bot.handlers.local.demo_people import DemoPeople
from bot.handlers.local.rehearsal import Home
from bot.handlers.local.room_types import SUKIMA
from bot.handlers.local.script import TROUBLES, StepFailed
from bot.handlers.local.story_words import STAFF
from bot.handlers.local.told import Handed, Knob, Told
from bot.services.contacts import ContactDesk
from bot.services.ports import MessageRef, Store
from on_discord.at_work import AtWork
from on_discord.server import Channel, DiscordLike, Guild, Message, actor, happenings, sight
from on_discord.server.components import BUTTON
from on_discord.server.modals import Modal
from on_discord.server.sight import Pressable
from on_discord.server.world import Json, moment_of

GUILD, STAFF_CHANNEL = "100000000000000000", "100000000000000009"
HOME = Home(PLATFORM, GUILD, STAFF_CHANNEL)
LOCALES: dict[Lang, str] = {"ja": "ja", "en": "en-GB"}
A_MINUTE = timedelta(minutes=1)
_TITLE = re.compile(r"^### (.+)$", re.MULTILINE)


def account(key: str) -> str:
    """What Discord calls somebody of the story."""
    return str(200_000_000_000_000_000 + zlib.crc32(key.encode()))


def in_discord(demo: DemoPeople) -> DemoPeople:
    """The people of the story under the ids that Discord has for them."""
    return replace(
        demo,
        people=tuple(
            replace(
                who,
                key=account(who.key),
                badges=tuple(replace(one, endorsed_by=tuple(map(account, one.endorsed_by))) for one in who.badges),
            )
            for who in demo.people
        ),
    )


def workspace(server: DiscordLike, demo: DemoPeople) -> Guild:
    """A guild with the story's people, their staff channel, and the app."""
    guild = server.add_guild(GUILD, demo.school.name.ja)
    server.add_channel(guild, STAFF_CHANNEL, "staff")
    for who in demo.people:
        _join(server, guild, who.key, who.name, who.lang)
    server.install(guild)
    return guild


async def have_come(store: Store, server: DiscordLike, demo: DemoPeople) -> None:
    """The people of the story have used Sukima before, each in a conversation that they began."""
    desk = ContactDesk(store, PLATFORM, server.clock.moment)
    for who in demo.people:
        key = account(who.key)
        await desk.came(GUILD, key, direct=server.open_direct(key).id)


def _join(server: DiscordLike, guild: Guild, key: str, name: str, lang: Lang, *, bot: bool = False) -> None:
    server.add_member(guild, account(key), key, name, locale=LOCALES[lang], bot=bot)


# ---------------------------------------------------------------- what is read


@dataclass(frozen=True)
class Asked:
    """A form as it is shown: its title, and the labels and hints of its fields."""

    title: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Read:
    """A message, or an open window, as its reader finds it."""

    ref: MessageRef
    title: str
    text: str
    knobs: tuple[Knob, ...]
    labels: tuple[str, ...]
    """All that can be pressed, ways to pages (↗) too."""
    author: str
    sent_at: datetime = field(compare=False)
    handed: tuple[Handed, ...] = ()
    form: Asked | None = None
    only_you: bool = False
    editions: int = 0


def titled(message: Message) -> str:
    """The heading with which a message begins."""
    texts = [message.content, *sight.said(message.components)]
    first = next((text for text in texts if text), "").partition("\n")[0]
    found = _TITLE.match(first)
    return sight.unmarked(found[1]) if found else ""


def choices(each: Pressable) -> Iterator[tuple[str, str]]:
    """The labels of what can be pressed or chosen there, and what it stands for."""
    if each.component["type"] == BUTTON:
        yield each.label, ""
    else:
        for option in each.component.get("options") or ():
            yield option["label"], option["value"]


class DiscordActor(script.Player[Read]):
    """One person of the story, in Discord."""

    def __init__(self, stage: "DiscordStage", key: str, name: str, lang: Lang) -> None:
        super().__init__(stage, key, account(key), name, lang)
        self._stage: DiscordStage = stage
        self.person = actor.Actor(stage.server, stage.guild, account(key))

    # ------------------------------------------------------------------ acting

    async def says(self, text: str) -> None:
        self.note("says", text)
        await self.person.says(text)
        self._stage.look()

    async def commands(self, text: str) -> None:
        self.note("commands", f"/sukima {text}")
        await self.person.commands(text)
        self._stage.look()

    async def presses(self, label: str, place: Place = Place.DIRECT, *, beside: str = "", times: int = 1) -> None:
        where = self.person.dm if place is Place.DIRECT else self._stage.staff
        message, about, component, value = self._button(label, where, beside)
        for _ in range(times):
            self.note("presses", label, about=about)
        self.person.waits = times == 1
        await asyncio.gather(*(self._press(where, message, component, value) for _ in range(times)))
        self.person.waits = True
        await self._stage.server.settled()
        self._stage.look()

    async def fills(self, **values: str) -> None:
        modal = await self._window(values)
        labels = {each.key: each.label for each in modal.fields}
        for name, value in values.items():
            self.note("fills", value, about=labels[name])
        wrong = await self.person.modals.submits(dict(values))
        self._stage.check(not wrong, f"{self.name} cannot send {wrong}")
        self._stage.look()

    async def reacts(self, message: Told, emoji: str) -> None:
        self.note("reacts", emoji, about=message.title)
        await self.person.reacts(self._stage.message(message.ref), emoji)
        self._stage.look()

    async def unreacts(self, message: Told, emoji: str) -> None:
        self.note("takes off", emoji, about=message.title)
        await self.person.unreacts(self._stage.message(message.ref), emoji)
        self._stage.look()

    # ------------------------------------------------------------------ seeing

    def direct(self) -> tuple[Read, ...]:
        return (*self._read(self.person.dm), *self._open())

    def staff(self) -> tuple[Read, ...]:
        return tuple(self._read(self._stage.staff))

    def _read(self, where: Channel) -> Iterator[Read]:
        for message in self.person.messages(where):
            if not message.is_loading:
                yield self._stage.read(where, message)

    def _open(self) -> Iterator[Read]:
        modal = self.person.modals.top
        if modal is not None:
            fields = tuple((each.label, each.hint) for each in modal.fields)
            above = [sight.plain(self._stage.server, each) for each in modal.words]
            yield Read(
                ref=MessageRef(PLATFORM, GUILD, self.person.dm.id, f"V{modal.of.id}"),
                title=modal.title,
                text="\n".join((modal.title, *above, *(part for pair in fields for part in pair if part))),
                knobs=(),
                labels=(),
                author=self._stage.own,
                sent_at=self._stage.now(),
                form=Asked(modal.title, fields),
            )

    # ------------------------------------------------------------------ inside

    async def _press(self, where: Channel, message: Message, component: Json, value: str) -> None:
        if not value:
            await self.person.presses_component(where, message, component)
            return
        data = {"component_type": component["type"], "custom_id": component["custom_id"], "id": component["id"]}
        pressed = self._stage.server.interactions.press(self.person.user, where, message, data | {"values": [value]})
        await self.person.interact(pressed)

    def _button(self, label: str, where: Channel, beside: str) -> tuple[Message, str, Json, str]:
        """The message, what the button is about, the button or list, and what is chosen of a list.

        The nearest words count first, then all that the message says.
        """
        server = self._stage.server
        for message in reversed(self.person.messages(where)):
            whole = self.person.words(message)
            last: tuple[Message, str, Json, str] | None = None
            for each in sight.pressable(message):
                for shown, value in choices(each):
                    near = sight.plain(server, each.words) if not value else shown
                    if label not in (shown, shown.rpartition(": ")[2]):
                        continue
                    found = message, near.partition("\n")[0], each.component, value
                    if beside in near:
                        return found
                    last = found
            if last is not None and beside in whole:
                return message, whole.partition("\n")[0], last[2], last[3]
        raise StepFailed(f"{self.name} finds no button {label!r}" + (f" beside {beside!r}" if beside else ""))

    async def _window(self, values: dict[str, str]) -> Modal:
        """The window that asks for these, opened if it is not open yet."""
        top = self.person.modals.top
        if top is not None and values.keys() <= top.named().keys():
            return top
        for message in reversed(self.person.messages()):
            for each in sight.pressable(message):
                if str(each.component.get("custom_id", "")).startswith(OPENS):
                    await self.person.presses_component(self.person.dm, message, each.component)
                    self._stage.look()
                    top = self.person.modals.top
                    if top is not None and values.keys() <= top.named().keys():
                        return top
        raise StepFailed(f"{self.name} finds no form with {sorted(values)}")


# ---------------------------------------------------------------- the stage


@dataclass(frozen=True)
class _Listed:
    name: str
    title: Bilingual


class DiscordStage(script.Stage):
    """The guild with a transcript."""

    def __init__(self, sukima: AtWork, guild: Guild, demo: DemoPeople) -> None:
        super().__init__(PLATFORM, GUILD, demo.school.zone)
        self.sukima = sukima
        self.server = sukima.server
        self.guild = guild
        self.staff = guild.channels[STAFF_CHANNEL]
        self.own = self.server.bot.id
        self._demo = demo
        self._actors = {who.key: DiscordActor(self, who.key, who.name, who.lang) for who in demo.people}
        self._known: dict[tuple[str, MessageRef], Read] = {}
        self._reads: dict[tuple[str, str, int], Read] = {}
        self._ticked: datetime | None = None
        self.server.settle = self.settled
        self._see()

    def __getitem__(self, key: str) -> DiscordActor:
        return self._actors[key]

    def everybody(self) -> tuple[DiscordActor, ...]:
        return tuple(self._actors.values())

    def listed(self) -> list[_Listed]:
        return [_Listed(who.name, who.title) for who in self._demo.people]

    def welcome(self, key: str, name: str, lang: Lang, title: Bilingual) -> DiscordActor:
        _join(self.server, self.guild, key, name, lang)
        self._actors[key] = DiscordActor(self, key, name, lang)
        self._actors[key].note("joins", title.in_(lang))
        return self._actors[key]

    def bot(self, key: str, name: str) -> str:
        _join(self.server, self.guild, key, name, "ja", bot=True)
        return key

    # ------------------------------------------------------------------ what happens

    def now(self) -> datetime:
        return self.server.clock.moment()

    def put_clock(self, moment: datetime) -> None:
        self.server.clock.put(moment)
        self._ticked = None

    async def settled(self) -> None:
        """What the product has to do is done: as the staff room does after each act. Its clock ticks by minutes."""
        if self._ticked is None or self.now() - self._ticked >= A_MINUTE:
            self._ticked = self.now()
            await self.sukima.house.tick()
        await self.sukima.settle()

    async def settle(self) -> None:
        await self.server.settled()
        self.look()

    async def together(self, message: Told, reactions: Sequence[tuple[script.Actor, str]]) -> None:
        for one, emoji in reactions:
            one.note("reacts", emoji, about=message.title)
            self._react(message, one.account, emoji)
        await self.settle()

    async def bot_reacts(self, bot: str, message: Told, emoji: str) -> None:
        name = self.server.users[account(bot)].name
        self.transcript.act(self.local_now(), name, "reacts", emoji, about=message.title)
        self._react(message, account(bot), emoji)
        await self.settle()

    def _react(self, message: Told, user: str, emoji: str) -> None:
        happenings.reacted(self.server, self.staff, self.message(message.ref), user, emoji)

    async def open_forms(self) -> None:
        """Everybody looks behind the buttons that open forms, and closes what opens."""
        for one in self._actors.values():
            known: set[str] = set()
            for message in one.person.messages():
                for each in sight.pressable(message):
                    opens = str(each.component.get("custom_id", "")).startswith(OPENS)
                    if opens and each.label not in known:
                        known.add(each.label)
                        await one.person.presses_component(one.person.dm, message, each.component)
                        self.look()
                        one.person.modals.closes()

    def message(self, ref: MessageRef) -> Message:
        return self.server.channels[ref.channel].messages[ref.key]

    # ------------------------------------------------------------------ hearing

    def read(self, where: Channel, message: Message) -> Read:
        """Each edition is read once."""
        key = (where.id, message.id, message.editions)
        if key not in self._reads:
            pressable = list(sight.pressable(message))
            links = [f"{each.label} ↗" for each in pressable if "url" in each.component]
            near = [(each, sight.plain(self.server, each.words)) for each in pressable if "url" not in each.component]
            knobs = [
                Knob(shown, beside if not value else shown) for each, beside in near for shown, value in choices(each)
            ]
            self._reads[key] = Read(
                ref=MessageRef(PLATFORM, GUILD, where.id, message.id),
                title=titled(message),
                text=sight.words(self.server, message),
                knobs=tuple(knobs),
                labels=(*(each.label for each in knobs), *links),
                author=message.author.id,
                sent_at=datetime.fromtimestamp(moment_of(message.id), UTC),
                handed=tuple(
                    Handed(each.name, each.description or "", partial(bytes, each.data)) for each in message.attachments
                ),
                only_you=message.reader is not None,
                editions=message.editions,
            )
        return self._reads[key]

    def look(self) -> None:
        """Tell of what is new, otherwise, or gone since last time."""
        before = self._known
        self._see()
        for (reader, ref), read in self._known.items():
            if before.get((reader, ref)) != read and read.author == self.own:
                self._tell(reader, read, edited=(reader, ref) in before)
        for (reader, ref), read in before.items():
            if (reader, ref) not in self._known and read.author == self.own and not ref.key.startswith("V"):
                self._tell(reader, read, deleted=True)

    def _see(self) -> None:
        """By reader; what all read in the channel is read by nobody in particular."""
        self._known = {}
        for one in self._actors.values():
            for read in one.direct():
                self._known[one.key, read.ref] = read
            for read in one.staff():
                self._known[one.key if read.only_you else "", read.ref] = read
        for channel in self.server.channels.values():
            for message in channel.messages.values():
                self.edits[MessageRef(PLATFORM, GUILD, channel.id, message.id)] = message.editions

    def _tell(self, reader: str, read: Read, *, edited: bool = False, deleted: bool = False) -> None:
        if any(sentence in read.text for sentence in TROUBLES):
            self.troubles.append(read.text)
        fields = [{"label": label, "hint": hint, "value": ""} for label, hint in read.form.fields] if read.form else []
        self.transcript.lines.append(
            {
                "at": self.local_now().isoformat(timespec="seconds"),
                "to": self._actors[reader].name if reader else STAFF,
                "where": "direct" if reader and not read.only_you else "staff",
                "author": SUKIMA,
                "message": read.ref.key,
                "title": read.title or read.text.partition("\n")[0],
                "text": "" if deleted else read.text,
                "form": {"title": read.form.title, "fields": fields} if read.form and not deleted else None,
                "buttons": [] if deleted else list(read.labels),
                "files": [] if deleted else [{"name": file.name, "alt": file.alt} for file in read.handed],
                "page": False,
                "edited": edited,
                "deleted": deleted,
                "only_you": read.only_you,
            }
        )
