"""Discord's own marks in what people typed, made plain again: mentions, emoji of a guild, times.

Source: docs.discord.com, API reference, "Message Formatting".
"""

import re

from bot.domain.language import Lang

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_LATIN = re.compile(r"[A-Za-z]{2}")
_MARKED = re.compile(r"<(@[!&]?|#|a?:[A-Za-z0-9_]{1,32}:|/[^<>:]{1,100}:|t:)(-?\d{1,20})(?::[A-Za-z])?>")
_NAME = re.compile(r"\s*(?:sukima|スキマ|すきま|隙間)(?:さん)?[\s,、，:：!！。．.\u3000]+", re.IGNORECASE)


def spoken(text: str, own_user: str = "") -> str:
    """What a person meant by a message's content. Mentions of `own_user`, who is Sukima, are left out."""

    def plain(found: re.Match[str]) -> str:
        mark, target = found.groups()
        if mark.startswith("@"):
            return " " if target == own_user and mark != "@&" else f"@{target}"
        if mark.startswith("/"):
            return mark.rstrip(":")
        return mark.removeprefix("a") if mark.endswith(":") and mark != "t:" else f"{mark.rstrip(':')}{target}"

    return _MARKED.sub(plain, text).strip()


def after_name(text: str) -> str | None:
    """What follows where somebody begins with Sukima's name; None: they do not speak to Sukima."""
    called = _NAME.match(f"{text}\n")
    return None if called is None else text[called.end() :].strip()


def language_of(text: str) -> Lang | None:
    """The language in which something is written, as far as its letters tell; None where they do not."""
    if _JAPANESE.search(text):
        return "ja"
    return "en" if _LATIN.search(text) else None
