"""A message as whoever reads it finds it, on any platform: plain words, what can be pressed, what was handed over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.services.ports import MessageRef


@dataclass(frozen=True)
class Knob:
    """Something to press. `beside` are the words that it stands with, the most important in the first line."""

    label: str
    beside: str


@dataclass(frozen=True)
class Handed:
    """A file that came with a message."""

    name: str
    alt: str
    read: Callable[[], bytes] = field(compare=False)


class Told(Protocol):
    """One message. `title` is "" where it has none; `text` is all that it says, the words for its pictures too."""

    @property
    def ref(self) -> MessageRef: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def knobs(self) -> Sequence[Knob]: ...
    @property
    def handed(self) -> Sequence[Handed]: ...
    @property
    def sent_at(self) -> datetime: ...
