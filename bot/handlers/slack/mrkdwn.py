"""Text as Slack takes it: as data where nothing in it means anything, as mrkdwn where Sukima itself marks words.

Text from people is data (design.md 4.13). In mrkdwn `&`, `<` and `>` are escaped, so that no mention and no link can
be written; what would still format itself is found by `formats`, and is then shown as plain text instead. Characters
that move a cursor or turn the direction of reading are taken out.
Source: docs.slack.dev, "Formatting message text".
"""

import re

from bot.conversation.texts import ADDRESS, ELLIPSIS, HANGING, plain, units

_FORMATS = re.compile(r"([*_~`])[^\n]*\1|^[ \t]*>", re.MULTILINE)


def escaped(text: str) -> str:
    """Text for mrkdwn, nothing in which mentions or links. It may still be bold or quoted: see `formats`."""
    return _escaped(plain(text))


def linked(text: str) -> str:
    """As `escaped`, with its web addresses as links."""
    shown, end, parts = plain(text), 0, []
    for match in ADDRESS.finditer(shown):
        parts += [_escaped(shown[end : match.start()]), f"<{_escaped(match[0])}>"]
        end = match.end()
    return "".join((*parts, _escaped(shown[end:])))


def formats(text: str) -> bool:
    """Whether mrkdwn would show something in a text otherwise than it was written, its web addresses aside."""
    return bool(_FORMATS.search(ADDRESS.sub(" ", plain(text))))


def escaped_within(text: str, most: int) -> str:
    """A text escaped and cut so that it is at most `most` long; no escape is cut through."""
    shown = plain(text[: most + 1])
    whole = _escaped(shown)
    if len(text) <= most and units(whole) <= most:
        return whole
    kept, used = 0, units(ELLIPSIS)
    for character in shown:
        used += units(_escaped(character))
        if used > most:
            break
        kept += 1
    return _escaped(shown[:kept].rstrip(HANGING)) + ELLIPSIS


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
