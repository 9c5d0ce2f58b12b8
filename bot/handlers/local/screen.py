"""How the terminal shows a message: as lines of finished, harmless text, with its buttons and forms numbered. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.conversation.card import Button, Card, Form, Link, Section
from bot.handlers.local.emoji import emoji_picture, with_pictures
from bot.handlers.local.inbound import Choice
from bot.handlers.local.markdown import rendered
from bot.handlers.local.paint import Paint
from bot.handlers.local.room_types import SUKIMA, Message
from bot.handlers.local.text import columns, cut, harmless, one_line, wrap
from bot.handlers.local.voice import Voice

INDENT = "    "
ALT_LINES = 3
"""Lines of a picture's text beside its message, which says most of it already; `/files` shows all."""


@dataclass(frozen=True)
class Shown:
    """Lines to print, and what their numbers stand for."""

    lines: tuple[str, ...]
    choices: dict[int, Choice]


@dataclass(frozen=True)
class Screen:
    """`names` are people's names by user key; `width` is in columns."""

    voice: Voice
    paint: Paint
    zone: ZoneInfo
    names: Mapping[str, str]
    width: int
    today: date

    def message(self, message: Message, first_choice: int) -> Shown:
        """A message with its choices numbered from `first_choice`."""
        head = tuple(self._head(message))
        if message.deleted:
            return Shown((*head, *self._body(self.voice.say("room.deleted"), "faint")), {})
        numbers = _Numbers(first_choice)
        lines = (
            *head,
            *self._card(message.card, message.page, numbers),
            *self.files(message, most_lines=ALT_LINES),
            *self._reactions(message),
        )
        return Shown(lines, numbers.given)

    def rule(self, text: str) -> tuple[str, ...]:
        """A heading across the screen."""
        *lines, last = wrap(one_line(text), self.width, first="── ", rest="   ")
        last += " " + "─" * (self.width - columns(last) - 1)
        return tuple(self.paint("faint", line.rstrip()) for line in (*lines, last))

    def _head(self, message: Message) -> Iterator[str]:
        who = one_line(self.names.get(message.author, message.author))
        sent = message.sent_at.astimezone(self.zone)
        day = "" if sent.date() == self.today else f"{self.voice.day(sent.date())} "
        marks = [day + sent.strftime("%H:%M")]
        marks += [self.voice.say("room.edited")] if message.edited and not message.deleted else []
        marks += [self.voice.say("room.only_you")] if message.ephemeral else []
        marks += [self.voice.say("room.in_thread")] if message.thread else []
        mark, name, about = f"#{message.number}", cut(who, self.width - 6), " · ".join(marks)
        head = f"{self.paint('mark', mark)} {self.paint('sukima' if message.author == SUKIMA else 'name', name)}"
        if columns(f"{mark} {name}  {about}") <= self.width:
            yield f"{head}  {self.paint('faint', about)}"
        else:
            yield head
            yield from self._body(about, "faint")

    def _card(self, card: Card, page: str, numbers: "_Numbers") -> Iterator[str]:
        if card.title:
            yield from self._body(card.title, "bold")
        for line in card.lines:
            yield from self._body(line)
        if page:
            yield from self._page(page, card.title)
        for section in card.sections if not page else ():
            yield from self._section(section, numbers)
        yield from self._buttons(card.buttons, numbers)
        for link in card.links:
            yield from self._link(link)
        if card.form is not None:
            yield from self._form(card.form, numbers)

    def _page(self, page: str, title: str) -> Iterator[str]:
        """A page between empty lines; its first heading goes where the card's title has said it."""
        first, _, rest = harmless(page).partition("\n")
        shown = rest if first.lstrip("# ").strip() == harmless(title).strip() else f"{first}\n{rest}"
        yield ""
        yield from (INDENT + line for line in rendered(shown, self.width - len(INDENT), self.paint))
        yield ""

    def _section(self, section: Section, numbers: "_Numbers") -> Iterator[str]:
        if section.title:
            yield from self._body(section.title, "bold")
        for line in section.lines:
            yield from self._body(line)
        yield from self._buttons(section.buttons, numbers)

    def _form(self, form: Form, numbers: "_Numbers") -> Iterator[str]:
        """Its first number fills it in, its second leaves it."""
        if form.title:
            yield from self._body(form.title, "bold")
        for field in form.fields:
            optional = f" {self.voice.say('room.optional')}" if field.optional else ""
            yield from self._body(f"□ {field.label}{optional}", "faint")
        labels = [(numbers.give(form), f"✎ {form.submit}", "choice")]
        if form.cancel and form.cancel_action:
            labels.append((numbers.give(Button(form.cancel, form.cancel_action)), form.cancel, "choice"))
        yield from self._choices(labels)

    def _buttons(self, buttons: tuple[Button, ...], numbers: "_Numbers") -> Iterator[str]:
        yield from self._choices(
            [
                (numbers.give(button), button.label, "danger" if button.style == "danger" else "choice")
                for button in buttons
            ]
        )

    def _link(self, link: Link) -> Iterator[str]:
        yield from wrap(one_line(link.label), self.width, first=f"{INDENT}↗ ", rest=INDENT + "  ")
        # One line however long: an address is there to be clicked or copied.
        yield self.paint("faint", f"{INDENT}  {one_line(link.url)}")

    def _choices(self, choices: list[tuple[int, str, str]]) -> Iterator[str]:
        """Choices side by side, as many as fit into a line."""
        line, used = "", 0
        for number, label, kind in choices:
            mark, words = f"[{number}]", cut(one_line(label), self.width - len(INDENT) - 7)
            taken = columns(mark) + 1 + columns(words)
            if line and used + 3 + taken > self.width - len(INDENT):
                yield INDENT + line
                line, used = "", 0
            line += ("   " if line else "") + f"{self.paint(kind, mark)} {words}"
            used += (3 if used else 0) + taken
        if line:
            yield INDENT + line

    def files(self, message: Message, most_lines: int | None = None) -> Iterator[str]:
        """A message's files: what they show, in full or in at most so many lines, and where they were saved."""
        for file in message.attachments:
            sign = "▣" if file.media_type.startswith("image/") else "▤"
            alt = f" — {one_line(file.alt)}" if file.alt else ""
            lines = wrap(f"{one_line(file.name)}{alt}", self.width, first=f"{INDENT}{sign} ", rest=INDENT + "  ")
            if most_lines is not None and len(lines) > most_lines:
                lines = [*lines[: most_lines - 1], cut(lines[most_lines - 1], self.width - 1) + "…"]
            yield from lines
            # One line however long: a path is there to be clicked or copied.
            yield self.paint("faint", f"{INDENT}  {one_line(str(file.path))}")

    def _reactions(self, message: Message) -> Iterator[str]:
        by_emoji: dict[str, list[str]] = {}
        for reaction in message.reactions:
            by_emoji.setdefault(reaction.emoji, []).append(self.names.get(reaction.user, reaction.user))
        for emoji, people in by_emoji.items():
            names = " · ".join(one_line(name) for name in people)
            yield from wrap(names, self.width, first=f"{INDENT}{one_line(emoji_picture(emoji))} ")

    def _body(self, text: str, kind: str = "") -> Iterator[str]:
        for line in wrap(with_pictures(harmless(text)), self.width, first=INDENT):
            yield self.paint(kind, line) if kind else line


class _Numbers:
    """Hands out numbers, one after the other, and remembers for what."""

    def __init__(self, first: int) -> None:
        self._next = first
        self.given: dict[int, Choice] = {}

    def give(self, choice: Choice) -> int:
        number = self._next
        self._next += 1
        self.given[number] = choice
        return number
