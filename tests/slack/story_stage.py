"""A workspace on the Slack-like server as a stage: the people of the story are its members, in Slack's own ways.

What is otherwise than in the staff room, and why:
- Slack has no message of ours with a file and buttons: the file is a message of its own, just before its message, and
  both are read as one here.
- A form that is all there is to say is a window. It is read as the newest message while it is open, with what it
  complains of; in the room it stands in a message. A window always has a button that closes it.
- A message that is there takes no other file: a newer one is an answer below it, and says so.
- Slack's own markup writes `*bold*` for names and titles; the marks are no words.
- A window's head holds 24 characters: a longer title is said in whole below it.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.domain.language import Bilingual, Lang
from bot.handlers.local import script
from bot.handlers.local.chairs import Place
from bot.handlers.local.demo_people import DemoPeople
from bot.handlers.local.emoji import emoji_name
from bot.handlers.local.rehearsal import Home
from bot.handlers.local.room_types import SUKIMA
from bot.handlers.local.script import TROUBLES, StepFailed
from bot.handlers.local.story_words import STAFF
from bot.handlers.local.told import Handed, Knob, Told
from bot.handlers.slack.keys import PLATFORM
from bot.services.ports import MessageRef
from slack.at_work import AtWork
from slack.server import SlackLike, Team, actor, happenings, sight
from slack.server.pressing import named
from slack.server.sight import Pressable
from slack.server.world import Channel, Json, Message

TEAM, STAFF_CHANNEL = "T0KODACHI", "C0STAFF"
HOME = Home(PLATFORM, TEAM, STAFF_CHANNEL)
LOCALES: dict[Lang, str] = {"ja": "ja-JP", "en": "en-GB"}
A_MINUTE = timedelta(minutes=1)
_BOLD = re.compile(r"^\*(.+)\*$", re.MULTILINE)
_PARAGRAPH = re.compile(r"\*.+\*(\n|$)")


def account(key: str) -> str:
    """What Slack calls somebody of the story."""
    return f"U0{key.upper()}"


def in_slack(demo: DemoPeople) -> DemoPeople:
    """The people of the story under the names that Slack has for them."""
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


def workspace(server: SlackLike, demo: DemoPeople) -> Team:
    """A workspace with the story's people and their staff channel, the app not yet in it."""
    team = server.add_team(TEAM, demo.school.name.ja)
    server.add_channel(team, STAFF_CHANNEL, "staff", members=["U0SUKIMA"])
    for who in demo.people:
        _join(server, team, who.key, who.name, who.lang)
    return team


def _join(server: SlackLike, team: Team, key: str, name: str, lang: Lang, *, is_bot: bool = False) -> None:
    server.add_user(team, account(key), key, real_name=name, locale=LOCALES[lang], is_bot=is_bot)
    team.channels[STAFF_CHANNEL].members.append(account(key))


# ---------------------------------------------------------------- what is read


@dataclass(frozen=True)
class Asked:
    """A form as it is shown: its title, and the labels and hints of its fields."""

    title: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Read:
    """A message, or an open window, as its reader finds it. `told` is what a notification or screen reader says."""

    ref: MessageRef
    title: str
    text: str
    told: str
    knobs: tuple[Knob, ...]
    labels: tuple[str, ...]
    """All that can be pressed, ways to pages (↗) too."""
    author: str
    sent_at: datetime = field(compare=False)
    handed: tuple[Handed, ...] = ()
    form: Asked | None = None
    only_you: bool = False
    editions: int = 0


def words(text: str) -> str:
    return _BOLD.sub(r"\1", text)


def titled(blocks: list[Json], said: str) -> str:
    first = said.partition("\n")[0]
    is_header = bool(blocks) and blocks[0]["type"] == "header"
    return words(first) if is_header or _BOLD.match(first) else ""


def asked(blocks: list[Json], title: str) -> Asked | None:
    """The form among blocks; its title is the line in bold before its first field, else `title`."""
    inputs = list(sight.fillable(blocks))
    if not inputs:
        return None
    first = next(place for place, block in enumerate(blocks) if block["type"] == "input")
    above = blocks[first - 1].get("text", {}).get("text", "") if first else ""
    fields = tuple((each.label, (each.block.get("hint") or {}).get("text", "")) for each in inputs)
    return Asked(words(above) if _BOLD.fullmatch(above) else title, fields)


def labelled(each: Pressable) -> str:
    return f"{each.label} ↗" if "url" in each.element else each.label


def pressable(team: Team, blocks: list[Json]) -> Iterator[tuple[Knob, Pressable]]:
    """What can be pressed, with the paragraph that it stands with."""
    near: list[str] = []
    pressed = False
    for block in blocks:
        said = sight.blocks_words(team, [block])
        if pressed or _PARAGRAPH.match(said):
            near, pressed = [], False
        near.append(said)
        for each in sight.pressable(team, [block]):
            pressed = True
            if "url" not in each.element:
                yield Knob(each.label, words("\n".join(part for part in near if part))), each


class SlackActor(script.Player[Read]):
    """One person of the story, in Slack."""

    def __init__(self, stage: "SlackStage", key: str, name: str, lang: Lang) -> None:
        super().__init__(stage, key, account(key), name, lang)
        self._stage: SlackStage = stage
        self.person = actor.Actor(stage.server, stage.team, account(key))

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
        window = self.person.modals.top
        if window is not None and (window.get("close") or {}).get("text") == label:
            self.note("presses", label, about=window["title"]["text"])
            await self.person.modals.closes()
            self._stage.look()
            return
        where = self.person.dm if place is Place.DIRECT else self._stage.staff
        message, about, found = self._button(label, where, beside)
        for _ in range(times):
            self.note("presses", label, about=about)
        self.person.waits = times == 1
        await asyncio.gather(*(self.person.presses_element(where, message, found) for _ in range(times)))
        self.person.waits = True
        await self._stage.server.settled()
        self._stage.look()

    async def fills(self, **values: str) -> None:
        submit, labels = self._form(values)
        for name, value in values.items():
            self.note("fills", value, about=labels[name])
        self.note("presses", submit)
        await self.person.completes(dict(values), submit)
        self._stage.look()

    async def reacts(self, message: Told, emoji: str) -> None:
        self.note("reacts", emoji, about=message.title)
        await self.person.reacts(self._stage.message(message.ref), slack_name(emoji))
        self._stage.look()

    async def unreacts(self, message: Told, emoji: str) -> None:
        self.note("takes off", emoji, about=message.title)
        await self.person.unreacts(self._stage.message(message.ref), slack_name(emoji))
        self._stage.look()

    # ------------------------------------------------------------------ seeing

    def direct(self) -> tuple[Read, ...]:
        return (*self._read(self.person.dm), *self._window())

    def staff(self) -> tuple[Read, ...]:
        return tuple(self._read(self._stage.staff))

    def _read(self, where: Channel) -> Iterator[Read]:
        brought: list[Handed] = []
        for message in self.person.messages(where):
            files = [each for each in message.files if not each.deleted]
            brought += [Handed(each.name, each.alt, partial(bytes, each.data or b"")) for each in files]
            if files and not message.blocks and not message.text:
                continue
            read = self._stage.read(where, message)
            said = "".join(f"\n{file.alt}" for file in brought)
            yield replace(read, handed=(*brought, *read.handed), text=read.text + said) if brought else read
            brought = []

    def _window(self) -> Iterator[Read]:
        view, modals = self.person.modals.top, self.person.modals
        if view is not None:
            title, complaints = view["title"]["text"], modals.errors.values()
            above = sight.blocks_words(self._stage.team, [each for each in view["blocks"] if each["type"] != "input"])
            yield Read(
                ref=MessageRef(PLATFORM, TEAM, self.person.dm.id, view["id"]),
                title=title,
                text="\n".join((words(modals.words()), *complaints)),
                told="\n".join((title, words(above), *complaints)),
                knobs=(),
                labels=tuple((view.get(name) or {}).get("text", "") for name in ("submit", "close")),
                author=self._stage.own,
                sent_at=self._stage.now(),
                form=asked(view["blocks"], title),
            )

    # ------------------------------------------------------------------ inside

    def _button(self, label: str, where: Channel, beside: str) -> tuple[Message, str, Pressable]:
        """The message, what the button is about, and the button: the nearest words count first, then all."""
        for message in reversed(self.person.messages(where)):
            said = words(sight.blocks_words(self._stage.team, message.blocks))
            found = [pair for pair in pressable(self._stage.team, message.blocks) if pair[0].label == label]
            for knob, each in found:
                if beside in knob.beside:
                    return message, knob.beside.partition("\n")[0], each
            if found and beside in said:
                return message, said.partition("\n")[0], found[-1][1]
        raise StepFailed(f"{self.name} finds no button {label!r}" + (f" beside {beside!r}" if beside else ""))

    def _form(self, values: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The label of what sends the newest form, and the labels of its fields."""
        view = self.person.modals.top
        if view is not None:
            return view["submit"]["text"], _labels(view["blocks"])
        for message in reversed(self.person.messages()):
            labels = _labels(message.blocks)
            if values.keys() <= labels.keys():
                last = max(place for place, block in enumerate(message.blocks) if block["type"] == "input")
                sends = next(iter(sight.pressable(self._stage.team, message.blocks[last + 1 :])))
                return sends.label, labels
        raise StepFailed(f"{self.name} finds no form with {sorted(values)}")


def _labels(blocks: list[Json]) -> dict[str, str]:
    return {name: each.label for name, each in named(sight.fillable(blocks)).items()}


def slack_name(emoji: str) -> str:
    """An emoji's picture as Slack names it."""
    name = emoji_name(emoji)
    assert name is not None
    return name


# ---------------------------------------------------------------- the stage


@dataclass(frozen=True)
class _Listed:
    name: str
    title: Bilingual


class SlackStage(script.Stage):
    """The workspace with a transcript."""

    def __init__(self, sukima: AtWork, team: Team, demo: DemoPeople) -> None:
        super().__init__(PLATFORM, TEAM, demo.school.zone)
        self.sukima = sukima
        self.server = sukima.server
        self.team = team
        self.staff = team.channels[STAFF_CHANNEL]
        self.own = "U0SUKIMA"
        self._demo = demo
        self._actors = {who.key: SlackActor(self, who.key, who.name, who.lang) for who in demo.people}
        self._known: dict[tuple[str, MessageRef], Read] = {}
        self._reads: dict[tuple[str, str, int], Read] = {}
        self._ticked: datetime | None = None
        self.server.settle = self.settled
        self._see()

    def __getitem__(self, key: str) -> SlackActor:
        return self._actors[key]

    def everybody(self) -> tuple[SlackActor, ...]:
        return tuple(self._actors.values())

    def listed(self) -> list[_Listed]:
        return [_Listed(who.name, who.title) for who in self._demo.people]

    def welcome(self, key: str, name: str, lang: Lang, title: Bilingual) -> SlackActor:
        _join(self.server, self.team, key, name, lang)
        self._actors[key] = SlackActor(self, key, name, lang)
        self._actors[key].note("joins", title.in_(lang))
        return self._actors[key]

    def bot(self, key: str, name: str) -> str:
        _join(self.server, self.team, key, name, "ja", is_bot=True)
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
        name = self.team.user(account(bot)).real_name
        self.transcript.act(self.local_now(), name, "reacts", emoji, about=message.title)
        self._react(message, account(bot), emoji)
        await self.settle()

    def _react(self, message: Told, user: str, emoji: str) -> None:
        found = self.message(message.ref)
        happenings.reacted(self.server, self.team, self.staff, found, user, slack_name(emoji))

    def message(self, ref: MessageRef) -> Message:
        return self.team.channels[ref.channel].messages[ref.key]

    # ------------------------------------------------------------------ hearing

    def read(self, where: Channel, message: Message) -> Read:
        """A message without the files of its own message; each edition is read once."""
        key = (where.id, message.ts, message.editions)
        if key not in self._reads:
            said = sight.blocks_words(self.team, message.blocks) if message.blocks else message.text
            title = titled(message.blocks, said)
            self._reads[key] = Read(
                ref=MessageRef(PLATFORM, TEAM, where.id, message.ts),
                title=title,
                text=words(said),
                told=sight.plain(self.team, message.text),
                knobs=tuple(knob for knob, _ in pressable(self.team, message.blocks)),
                labels=tuple(map(labelled, sight.pressable(self.team, message.blocks))),
                author=message.user,
                sent_at=datetime.fromtimestamp(float(message.ts), UTC),
                form=asked(message.blocks, title),
                handed=tuple(self._pictures(message)),
                only_you=message.reader is not None,
                editions=message.editions,
            )
        return self._reads[key]

    def _pictures(self, message: Message) -> Iterator[Handed]:
        """Those within a message."""
        for block in message.blocks:
            if "slack_file" in block:
                file = self.team.files[block["slack_file"]["id"]]
                yield Handed(file.name, block["alt_text"], partial(bytes, file.data or b""))

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
        for channel in self.team.channels.values():
            for message in channel.messages.values():
                self.edits[MessageRef(PLATFORM, TEAM, channel.id, message.ts)] = message.editions

    def _tell(self, reader: str, read: Read, *, edited: bool = False, deleted: bool = False) -> None:
        if any(sentence in read.text.splitlines() for sentence in TROUBLES):
            self.troubles.append(read.text)
        fields = [{"label": label, "hint": hint, "value": ""} for label, hint in read.form.fields] if read.form else []
        self.transcript.lines.append(
            {
                "at": self.local_now().isoformat(timespec="seconds"),
                "to": self._actors[reader].name if reader else STAFF,
                "where": "direct" if reader and not read.only_you else "staff",
                "author": SUKIMA,
                "message": read.ref.key,
                "title": read.title or read.told.partition("\n")[0],
                "text": "" if deleted else read.told,
                "form": {"title": read.form.title, "fields": fields} if read.form and not deleted else None,
                "buttons": [] if deleted else list(read.labels),
                "files": [] if deleted else [{"name": file.name, "alt": file.alt} for file in read.handed],
                "page": False,
                "edited": edited,
                "deleted": deleted,
                "only_you": read.only_you,
            }
        )
