"""A form asked line by line."""

import unicodedata
from enum import Enum, auto

from bot.conversation.card import Field, Form
from bot.handlers.local.console import Console, Left
from bot.handlers.local.inbound import slashed
from bot.handlers.local.paint import Paint
from bot.handlers.local.text import harmless, one_line, wrap
from bot.handlers.local.voice import Voice

CANCEL = {"cancel", "やめる"}


class Unsent(Enum):
    """How a form was left without sending it."""

    CANCELLED = auto()
    LEFT = auto()


class Asking:
    """Asks for a form's fields. `commands` are the names of those that leave the form and are then carried out."""

    def __init__(self, console: Console, voice: Voice, paint: Paint, commands: frozenset[str]) -> None:
        self._console = console
        self._voice = voice
        self._paint = paint
        self._commands = commands
        self.leftover = ""
        """The command with which the form was left."""

    async def fill(self, form: Form) -> dict[str, str] | Unsent:
        """The values by field name, or how the form was left."""
        self._tell(self._voice.say("room.form_hint", submit=one_line(form.submit)))
        values: dict[str, str] = {}
        try:
            for field in form.fields:
                values[field.name] = await self._ask(field)
        except _Stop as stop:
            self.leftover = stop.line
            return Unsent.LEFT if stop.line else Unsent.CANCELLED
        except Left as left:
            if not left.interrupted:
                raise
            return Unsent.CANCELLED
        return values

    async def _ask(self, field: Field) -> str:
        self._introduce(field)
        while True:
            answer = await self._lines(field) if field.multiline else (await self._line(field)).strip()
            value = self._value(answer or field.value, field)
            if value is not None:
                return value

    def _introduce(self, field: Field) -> None:
        optional = f" {self._voice.say('room.optional')}" if field.optional else ""
        self._show(self._paint("bold", one_line(field.label)) + optional)
        if field.hint:
            self._tell(field.hint)
        for number, (_, label) in enumerate(field.choices, start=1):
            self._show(f"  {self._paint('choice', f'{number}')} {one_line(label)}")
        if field.value:
            self._tell(self._voice.say("room.field_default", value=_short(_label(field, field.value))))
        if field.multiline:
            self._tell(self._voice.say("room.field_lines"))

    def _value(self, answer: str, field: Field) -> str | None:
        """The answer as the form wants it; None, and a sentence, when it must be asked again."""
        if not answer:
            if field.optional:
                return ""
            self._tell(self._voice.say("room.field_needed"))
        elif field.choices:
            chosen = _chosen(answer, field)
            if chosen is not None:
                return chosen
            self._tell(self._voice.say("room.field_choice", count=len(field.choices)))
        elif len(answer) > field.max_chars:
            self._tell(self._voice.say("room.field_long", limit=field.max_chars, length=len(answer)))
        else:
            return answer
        return None

    async def _lines(self, field: Field) -> str:
        """Lines up to an empty one."""
        lines: list[str] = []
        while line := await self._line(field):
            lines.append(line)
        return "\n".join(lines).strip()

    async def _line(self, field: Field) -> str:
        line = await self._console.line(f"  {one_line(field.label)} › ")
        command = slashed(line)
        if command is not None and command[0] in CANCEL:
            raise _Stop("")
        if command is not None and command[0] in self._commands:
            raise _Stop(line)
        return line

    def _tell(self, sentence: str) -> None:
        for line in wrap(harmless(sentence), self._console.width(), first="  "):
            self._show(self._paint("faint", line))

    def _show(self, line: str) -> None:
        self._console.write(line + "\n")


class _Stop(Exception):
    """Leave the form; `line` is the command to carry out instead, if any."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


def _chosen(answer: str, field: Field) -> str | None:
    """By number, by label or by value."""
    plain = unicodedata.normalize("NFKC", answer)
    for number, (value, label) in enumerate(field.choices, start=1):
        if plain == str(number) or answer in {value, label}:
            return value
    return None


def _label(field: Field, value: str) -> str:
    return dict(field.choices).get(value, value)


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 60 else line[:59] + "…"
