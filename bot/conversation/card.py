"""The default look of anything said: plain finished text with buttons, a form, a picture.

Strings on a card are finished and plain: renderers escape them for their platform (design.md 4.13) and shorten
visibly where a platform has a limit.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Button:
    label: str
    action: str
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True)
class Link:
    """A way to a page outside of the chat. Pressing it is nobody's act: a preview of the chat may follow it, too."""

    label: str
    url: str


@dataclass(frozen=True)
class Field:
    """One line of a form. `choices` are (value, label); with them the field is a choice, else typed text.

    `error` is why what was typed there was not taken; the card's lines say it too.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    optional: bool = False
    multiline: bool = False
    max_chars: int = 500
    error: str = ""


@dataclass(frozen=True)
class Form:
    """Asked as a modal, or line by line. `cancel` is the label that leaves without sending; its press sends
    `cancel_action` where there is one."""

    title: str
    action: str
    submit: str
    fields: tuple[Field, ...]
    cancel: str = ""
    cancel_action: str = ""


@dataclass(frozen=True)
class File:
    """A picture or document to hand over. `alt` is its alternative text."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True)
class Section:
    """A titled group of lines, such as one person in an answer; its buttons belong to it."""

    title: str = ""
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Card:
    """`title` and `lines` say everything in words; `text()` is the whole as one plain text for screen readers."""

    title: str = ""
    lines: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    files: tuple[File, ...] = ()
    links: tuple[Link, ...] = ()

    def text(self) -> str:
        """All that the card says, line by line."""
        parts = [self.title, *self.lines]
        for section in self.sections:
            parts += [section.title, *section.lines]
        parts += [file.alt for file in self.files]
        return "\n".join(part for part in parts if part)
