"""What the terminal needs of `wording.Wording`: sentences in one language."""

from datetime import date
from typing import Protocol

from bot.domain.language import Bilingual, Lang
from bot.errors import Problem


class Voice(Protocol):
    @property
    def lang(self) -> Lang: ...

    def say(self, key: str, /, **params: str | int | Bilingual) -> str:
        """The sentence of `key`."""

    def problem(self, problem: Problem) -> str:
        """What is wrong and the way out."""

    def day(self, on: date) -> str:
        """A day near at hand, with its weekday."""
