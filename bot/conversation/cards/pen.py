"""What a card is written with: the reader's language, and the tokens that its buttons carry."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.conversation.actions import Actions
from bot.conversation.card import Button, File, Link
from bot.conversation.texts import as_name
from bot.conversation.views import Picture
from bot.domain.awards import Level
from bot.domain.language import Bilingual, Lang
from bot.wording import Param, Wording

FORM_LIVES = timedelta(hours=24)
PNG = "image/png"
# The parameters of sentences that say what somebody or something is called. Names are data (design.md 4.13).
NAMES = frozenset(
    {
        "account",
        "asker",
        "badge",
        "colleague",
        "content",
        "course",
        "helper",
        "holder",
        "issuer",
        "name",
        "school",
        "title",
    }
)

Style = Literal["plain", "primary", "danger"]


@dataclass(frozen=True)
class Pen:
    """Writes one card. `now` is only for forms, which are refused a day later."""

    words: Wording
    actions: Actions
    now: datetime

    @property
    def lang(self) -> Lang:
        return self.words.lang

    def in_other_language(self) -> "Pen":
        """The same, in the language that the reader may not have chosen."""
        return Pen(Wording("en" if self.lang == "ja" else "ja"), self.actions, self.now)

    def say(self, key: str, /, **params: Param) -> str:
        return self.words.say(key, **_named(params))

    def say_n(self, key: str, n: int, /, **params: Param) -> str:
        return self.words.say_n(key, n, **_named(params))

    def read(self, text: Bilingual) -> str:
        """A text that exists in both languages, in the reader's."""
        return text.in_(self.lang)

    def level(self, level: Level) -> str:
        """The level of a badge where a line begins with it."""
        return self.say(f"badge.level.{level}")

    def button(self, label: str, verb: str, subject: str = "", argument: str = "", style: Style = "plain") -> Button:
        """A button with the words `label.<label>`."""
        return Button(self.say(f"label.{label}"), self.actions.token(verb, subject, argument), style)

    def door(self, url: str | None) -> tuple[Link, ...]:
        """The link into one's own pages, where there are any."""
        return () if url is None else (Link(self.say("label.my_pages"), url),)

    def about(self, button: Button, name: Bilingual) -> Button:
        """The button with what it acts on: for one among many alike, whose place a screen reader does not tell."""
        return replace(button, label=self.say("label.about", label=button.label, name=name))

    def form_token(self, verb: str, subject: str = "") -> str:
        return self.actions.token(verb, subject, until=self.now + FORM_LIVES)

    def badge_picture(
        self, picture: Picture, name: Bilingual, level: Level, issuer: Bilingual, school: Bilingual
    ) -> File:
        """A badge's picture; its alternative text says what it is and whose."""
        alt = self.say("badge.alt", name=name, level=self.words.level(level), content=issuer, school=school)
        return File(picture.name, PNG, picture.data, alt)


def _named(params: dict[str, Param]) -> dict[str, Param]:
    return {key: _as_name(value) if key in NAMES else value for key, value in params.items()}


def _as_name(value: Param) -> Param:
    if isinstance(value, Bilingual):
        return Bilingual(as_name(value.ja), as_name(value.en))
    return as_name(value) if isinstance(value, str) else value
