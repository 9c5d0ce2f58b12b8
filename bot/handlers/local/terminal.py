"""The terminal face of the staff room: sit on a chair, read, type, press, react, and put the clock forward.

It only looks and passes on: what it shows comes from `Chair.read`, what is done goes through `Chair`. A page in the
browser is another face on the same chairs.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

import structlog

from bot.conversation.card import Form
from bot.conversation.intents import Commanded, Pressed, ReactionAdded, ReactionRemoved, Said
from bot.errors import Problem
from bot.handlers.local.asking import Asking, Unsent
from bot.handlers.local.brought import on_disk
from bot.handlers.local.chairs import Chair, Chairs, Place
from bot.handlers.local.clockwords import moment
from bot.handlers.local.console import Console, Left, open_console
from bot.handlers.local.emoji import emoji_picture
from bot.handlers.local.inbound import Choice, Fill, Seen, Talk, sent, slashed, understood
from bot.handlers.local.paint import Paint, wants_colour
from bot.handlers.local.room_types import Message, User
from bot.handlers.local.screen import Screen
from bot.handlers.local.text import cut, harmless, one_line, wrap
from bot.handlers.local.voice import Voice

PAGE = 10
"""How many messages `/show` shows."""
FRESH = 5
"""How many new messages greet somebody who sits down; `/show all` shows the rest."""
LONGEST_NUMBER = 8
"""Characters of a message's number."""
PATIENCE = 1.0
"""Seconds after which a clock that is still going gives a sign; then after twice as long, and so on."""
LAST = 2
"""How many known messages greet somebody who sits down and finds nothing new."""
HELP = (
    "room.help_say",
    "room.help_number",
    "room.help_sukima",
    "room.help_as",
    "room.help_places",
    "room.help_react",
    "room.help_clock",
    "room.help_show",
    "room.help_files",
    "room.help_send",
    "room.help_quit",
)
PLACE_NAMES = {Place.DIRECT: "room.place_direct", Place.STAFF: "room.place_staff"}
UNREAD = {Place.DIRECT: "room.unread_direct", Place.STAFF: "room.unread_staff"}
QUIT = ("quit", "exit", "q")

log = structlog.get_logger(__name__)


def open_terminal(
    chairs: Chairs, voice: Voice, stdin: TextIO, stdout: TextIO, environ: Mapping[str, str]
) -> "Terminal":
    """The face at the process's own console: coloured and with line editing where that works, else plain."""
    colour = wants_colour(environ, tty=stdout.isatty())
    console = open_console(stdin, stdout, environ, colour=colour, words=lambda: completions(chairs.users()))
    return Terminal(chairs, console, voice)


def completions(users: Sequence[User]) -> list[str]:
    """What Tab completes."""
    sukima = ("learn", "who ", "wallet", "map", "record", "settings", "help")
    plain = ("/as ", "/staff", "/dm", "/react ", "/unreact ", "/clock ", "/show", "/files", "/send ", "/help", "/quit")
    return [*(f"/sukima {word}" for word in sukima), *plain, *(f"/as {one_line(user.name)}" for user in users)]


class Terminal:
    """One session at one console. `voice` is the language of the face; people are answered in their own."""

    def __init__(self, chairs: Chairs, console: Console, voice: Voice) -> None:
        self._chairs = chairs
        self._console = console
        self._voice = voice
        self._paint = Paint(console.colour)
        self._zone = ZoneInfo(chairs.space.zone)
        self._chair = chairs.of(_first(chairs.users(), voice).key)
        self._choices: dict[int, Choice] = {}
        self._changed = asyncio.Event()
        self._commands: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "as": self._sit,
            "staff": self._go_staff,
            "dm": self._go_direct,
            "clock": self._clock,
            "show": self._show,
            "files": self._files,
            "help": self._help,
            "?": self._help,
        } | dict.fromkeys(QUIT, self._quit)
        known = frozenset({*self._commands, "send", "react", "unreact", "sukima", "すきま"})
        self._asking = Asking(console, voice, self._paint, known)

    async def run(self) -> None:
        """Until `/quit`, the end of input or Ctrl-C."""
        self._chairs.room.listen(self._changed.set)
        with _interrupts(self._console.interrupt):
            self._greet()
            while await self._step():
                pass
        self._tell(self._voice.say("room.bye"))

    async def _step(self) -> bool:
        """One line, whatever becomes of it; False when the person wants to go."""
        try:
            await self._do(await self._line())
        except Left:
            return False
        except Problem as problem:
            self._tell(self._voice.problem(problem))
        except Exception:
            log.exception("room_act_failed")
            self._tell(self._voice.say("room.trouble"))
        return True

    # ------------------------------------------------------------------ a line

    async def _line(self) -> str:
        """The next line; at a live console what arrives meanwhile is shown above it."""
        self._changed.clear()
        typing = asyncio.ensure_future(self._console.line(self._prompt()))
        try:
            while self._console.live and not typing.done():
                arriving = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({typing, arriving}, return_when=asyncio.FIRST_COMPLETED)
                arriving.cancel()
                if self._changed.is_set() and not typing.done():
                    self._changed.clear()
                    self._print(self._news(), go_on=True)
            return await typing
        finally:
            typing.cancel()

    def _prompt(self) -> str:
        name = self._paint("name", cut(one_line(self._chair.user.name), 24))
        unread = len(_from_others(self._chair, self._other_place()))
        mark = f" {self._paint('mark', f'●{unread}')}" if unread else ""
        return f"{name} · {self._place_name(self._chair.place)} · {self._time()}{mark} › "

    async def _do(self, line: str) -> None:
        command, file = slashed(line), sent(line)
        if file is not None:
            await self._send(*file)
            return
        if command is not None and command[0] in self._commands:
            await self._commands[command[0]](command[1])
            return
        act = understood(line, self._seen())
        match act:
            case Commanded(text=text):
                await self._chair.command(text)
            case Said() | Talk():
                await self._chair.say(line.strip())
            case Pressed(action=action):
                await self._chair.press_action(action)
            case ReactionAdded(message=message, emoji=emoji):
                changed = await self._chair.react(message, emoji)
                self._tell_emoji("room.reacted" if changed else "room.reacted_before", emoji)
            case ReactionRemoved(message=message, emoji=emoji):
                changed = await self._chair.unreact(message, emoji)
                self._tell_emoji("room.unreacted" if changed else "room.not_reacted", emoji)
            case Fill(form=form):
                await self._fill(form)
                return
        await self._follow()

    async def _fill(self, form: Form) -> None:
        """Ask for the fields, send them or not, and go on."""
        values = await self._asking.fill(form)
        nothing_said = isinstance(values, dict) and not any(values.values())
        if isinstance(values, dict) and not (nothing_said and form.cancel_action):
            await self._chair.submit(values, form)
        elif values is Unsent.LEFT:
            self._tell(self._voice.say("room.form_left"))
            await self._do(self._asking.leftover)
            return
        elif form.cancel_action:
            await self._chair.press_action(form.cancel_action)
        else:
            self._tell(self._voice.say("room.form_cancelled"))
        await self._follow()

    async def _follow(self) -> None:
        """Show what came of an act. A form that it brought is asked at once, as a dialog would open elsewhere.

        The news of what the act led to, a badge perhaps, may have come after the form.
        """
        news = self._news()
        self._print(news)
        self._tell_elsewhere()
        if any(event.user == self._chair.user.key for event in self._chairs.room.waiting()):
            self._tell(self._voice.say("room.waiting"))
        forms = [message.card.form for message in news if message.card.form is not None and not message.edited]
        if forms:
            await self._fill(forms[-1])

    # ------------------------------------------------------------------ commands

    async def _sit(self, words: str) -> None:
        if not words:
            self._list_people()
            return
        self._chair = self._chairs.find(words)
        self._arrive()

    async def _go_staff(self, _: str) -> None:
        self._chair.at(Place.STAFF)
        self._arrive()

    async def _go_direct(self, _: str) -> None:
        self._chair.at(Place.DIRECT)
        self._arrive()

    async def _clock(self, words: str) -> None:
        if words:
            await self._advance(moment(words, self._chairs.room.now(), self._zone))
        self._tell(self._voice.say("room.clock_now", day=self._today(), time=self._time()))
        if not words:
            return
        others = [user for user in self._chairs.users() if user.key != self._chair.user.key]
        waiting = [user.name for user in others if _from_others(self._chairs.of(user.key), Place.DIRECT)]
        if waiting:
            self._tell(self._voice.say("room.news_for", names=" · ".join(waiting)))
        self._print_newest(self._news())
        self._tell_elsewhere()

    async def _advance(self, to: datetime) -> None:
        """Put the clock forward; say where it is when that takes long, and once when it leaves real time behind."""
        room = self._chairs.room
        was_ahead = room.is_ahead()
        going = asyncio.ensure_future(self._chairs.advance(to))
        patience = PATIENCE
        while not (await asyncio.wait({going}, timeout=patience))[0]:
            self._tell(self._voice.say("room.clock_going", day=self._today(), time=self._time()))
            patience *= 2
        await going
        if room.is_ahead() and not was_ahead:
            self._tell(self._voice.say("room.clock_ahead"))

    async def _show(self, words: str) -> None:
        messages = self._chair.messages()
        self._chair.read()
        if not words:
            self._print(messages[-PAGE:])
        elif words.casefold() in {"all", "全部"}:
            self._print(messages)
        elif (
            words.lstrip("#").isdecimal()
            and len(words) < LONGEST_NUMBER
            and 0 < int(words.lstrip("#")) <= len(messages)
        ):
            self._print((messages[int(words.lstrip("#")) - 1],))
        else:
            raise Problem("room.no_such_message", number=words)
        if not messages:
            self._tell(self._voice.say("room.nothing_yet"))

    async def _files(self, _: str) -> None:
        messages = [message for message in self._chair.messages() if message.attachments]
        for message in messages:
            for line in self._screen().files(message):
                self._write(line)
        if not messages:
            self._tell(self._voice.say("room.no_files"))

    async def _send(self, path: str, words: str) -> None:
        """A file from this computer's disk, to Sukima alone."""
        if not path:
            raise Problem("room.send_how")
        await self._chair.bring(words, (on_disk(path),))
        await self._follow()

    async def _help(self, _: str) -> None:
        for topic in HELP:
            self._write_wrapped(self._voice.say(topic), first="  ", rest="      ")

    async def _quit(self, _: str) -> None:
        raise Left

    # ------------------------------------------------------------------ showing

    def _greet(self) -> None:
        space = self._chairs.space
        self._rule(f"Sukima · {space.name.in_(self._voice.lang)}")
        self._tell(self._voice.say("room.welcome", people=len(self._chairs.users())))
        self._tell(self._voice.say("room.welcome_hint"))
        self._arrive()

    def _arrive(self) -> None:
        """On a chair, at a place: say where, and show what is new, or the last that was said."""
        user = self._chair.user
        title = user.title.in_(self._voice.lang)
        who = f"{user.name} ({title})" if title else user.name
        place = self._place_name(self._chair.place)
        self._write("")
        self._rule(f"{who} · {place} · {self._today()} {self._time()}")
        self._choices = {}
        news = self._news()
        self._print_newest(news)
        if not news:
            self._print(self._chair.messages()[-LAST:])
        if not self._chair.messages():
            self._tell(self._voice.say("room.nothing_yet"))
        self._tell_elsewhere()

    def _list_people(self) -> None:
        for number, user in enumerate(self._chairs.users(), start=1):
            here = "▸" if user.key == self._chair.user.key else " "
            unread = len(_from_others(self._chairs.of(user.key), Place.DIRECT))
            mark = f" {self._paint('mark', f'●{unread}')}" if unread else ""
            title = one_line(user.title.in_(self._voice.lang))
            about = " · ".join(part for part in (title, self._voice.say(f"language.{user.lang}")) if part)
            name = one_line(user.name)
            begin = f"{here}{number:>3}  "
            self._write(f"{begin}{self._paint('name', name)}{mark}")
            for line in wrap(about, self._console.width(), first=" " * len(begin)):
                self._write(self._paint("faint", line))

    def _news(self) -> tuple[Message, ...]:
        """What is new here, but for one's own words, which one has just typed."""
        own = self._chair.user.key
        return tuple(message for message in self._chair.read() if message.author != own or message.edited)

    def _print(self, messages: Sequence[Message], *, go_on: bool = False) -> None:
        """Show messages. Numbers of buttons begin at 1 again, or go on where somebody may be about to type one."""
        screen = self._screen()
        choices = dict(self._choices) if go_on else {}
        for message in messages:
            if message is not messages[0]:
                self._write("")
            shown = screen.message(message, max(choices, default=0) + 1)
            choices |= shown.choices
            for line in shown.lines:
                self._write(line)
        self._choices = choices or self._choices

    def _print_newest(self, news: Sequence[Message]) -> None:
        """The newest of much; how many are older is said."""
        if len(news) > FRESH:
            self._tell(self._voice.say("room.earlier", count=len(news) - FRESH))
        self._print(news[-FRESH:])

    def _tell_elsewhere(self) -> None:
        other = self._other_place()
        unread = len(_from_others(self._chair, other))
        if unread:
            self._tell(self._voice.say(UNREAD[other], count=unread))

    def _tell_emoji(self, key: str, emoji: str) -> None:
        self._tell(self._voice.say(key, emoji=emoji_picture(emoji)))

    def _tell(self, sentence: str) -> None:
        """A sentence of the face itself."""
        for line in wrap(harmless(sentence), self._console.width(), first="  "):
            self._write(self._paint("faint", line))

    def _write_wrapped(self, text: str, *, first: str, rest: str) -> None:
        for line in wrap(harmless(text), self._console.width(), first=first, rest=rest):
            self._write(line)

    def _rule(self, text: str) -> None:
        for line in self._screen().rule(text):
            self._write(line)

    def _write(self, line: str) -> None:
        self._console.write(line.rstrip() + "\n")

    # ------------------------------------------------------------------ looking

    def _seen(self) -> Seen:
        messages = {message.number: message.ref for message in self._chair.messages() if not message.deleted}
        return Seen(self._chair.origin, self._choices, messages)

    def _screen(self) -> Screen:
        names = self._chairs.room.names(self._chairs.space.key)
        today = self._chairs.room.now().astimezone(self._zone).date()
        return Screen(self._voice, self._paint, self._zone, names, self._console.width(), today)

    def _other_place(self) -> Place:
        return Place.STAFF if self._chair.place is Place.DIRECT else Place.DIRECT

    def _place_name(self, place: Place) -> str:
        return self._voice.say(PLACE_NAMES[place])

    def _today(self) -> str:
        return self._voice.day(self._chairs.room.now().astimezone(self._zone).date())

    def _time(self) -> str:
        return self._chairs.room.now().astimezone(self._zone).strftime("%H:%M")


def _first(users: Sequence[User], voice: Voice) -> User:
    """Who is sat on first: somebody who is spoken to in the language of the face, else the first of all."""
    return next((user for user in users if user.lang == voice.lang), users[0])


def _from_others(chair: Chair, place: Place) -> list[Message]:
    """What somebody has not read yet, without the person's own words."""
    return [message for message in chair.unread(place) if message.author != chair.user.key]


@contextmanager
def _interrupts(interrupt: Callable[[], None]) -> Iterator[None]:
    """While this lasts, Ctrl-C calls `interrupt` and breaks nothing off."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except (NotImplementedError, RuntimeError, ValueError):  # not on this system, or not in the main thread
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _number(words: str) -> int:
    """A message's number as typed; 0 when it is none."""
    digits = words.lstrip("#")
    return int(digits) if digits.isdecimal() and len(digits) < LONGEST_NUMBER else 0
