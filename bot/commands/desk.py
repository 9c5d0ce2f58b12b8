"""What every group of commands is given: how to speak, and where the settings are."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bot.domain.language import LANGS, Lang
from bot.settings import Settings
from bot.wording import Wording


@dataclass(frozen=True)
class Desk:
    """`help` is the voice of `--help`; `speaking` that of one command, in which a `Problem` becomes a sentence."""

    help: Wording
    speaking: Callable[[str | None], AbstractContextManager[Wording]]
    settings: Callable[[Path | None], Settings]
    usage: Callable[[str], NoReturn]

    def lang(self, typed: str, voice: Wording) -> Lang:
        """A language as an option gives it."""
        found = next((known for known in LANGS if known == typed), None)
        return found if found is not None else self.usage(voice.say("cli.lang", typed=typed))
