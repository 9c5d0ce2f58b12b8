"""Slack's own marks in what people typed, made plain again: escapes, links, mentions, dates.

Source: docs.slack.dev, "Formatting message text", "Retrieving messages".
"""

import re

_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPED = re.compile("|".join(_ESCAPES))


def spoken(text: str, own_user: str = "") -> str:
    """What a person meant by a message's text. Mentions of `own_user`, who is Sukima, are left out."""

    def plain(found: re.Match[str]) -> str:
        mark, target, label = found.groups()
        if mark == "@" and target == own_user:
            return " "
        if mark:
            return (label or "") if mark == "!" and "^" in target else _named(mark, target, label)
        if target.startswith("mailto:"):
            return target.removeprefix("mailto:")
        return target

    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], _MARKED.sub(plain, text)).strip()


def _named(mark: str, target: str, label: str | None) -> str:
    if mark == "!":
        return label or f"@{target}"
    name = target if mark == "@" else label or target  # a person's label is no name that Sukima knows
    return name if name.startswith(mark) else mark + name
