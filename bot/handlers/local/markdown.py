"""A unit's page for the terminal: headings, lists, quotations, paragraphs, fences; strong text as weight.

Whatever is not understood is shown as it was written. The source must be harmless already (`text.harmless`).
"""

import re
from itertools import pairwise

from bot.conversation.markdown import CODE, EMPHASIS, FENCE, HEADING, ITEM, LINK, QUOTE, RULE, STRONG, blocks, joined
from bot.handlers.local.paint import Paint
from bot.handlers.local.text import columns, wrap

_WEIGHT_ON, _WEIGHT_OFF = "\x01", "\x02"
"""Marks of no width for strong text while it is wrapped; harmless text has none of its own."""


def rendered(source: str, width: int, paint: Paint) -> list[str]:
    """The page as lines of at most `width` columns."""
    found = list(blocks(source.split("\n")))
    lines = _block(found[0], width, paint) if found else []
    for before, block in pairwise(found):
        if not _close(before, block):
            lines.append("")
        lines += _block(block, width, paint)
    return lines


def _close(before: list[str], block: list[str]) -> bool:
    """No empty line between the items of a list, nor between what follows one another in a talk."""
    return any(bool(form.match(before[0])) and bool(form.match(block[0])) for form in (ITEM, QUOTE))


def _block(block: list[str], width: int, paint: Paint) -> list[str]:
    first = block[0]
    if FENCE.fullmatch(first):
        return [piece for line in block[1:] if not FENCE.fullmatch(line) for piece in wrap(line, width, first="  ")]
    if heading := HEADING.fullmatch(first):
        sign = "■ " if len(heading[1]) == 1 else "● "
        return [paint("bold", line) for line in wrap(_unmarked(heading[2]), width, first=sign, rest="  ")]
    if RULE.fullmatch(first):
        return ["─" * max(1, width // 3)]
    if item := ITEM.fullmatch(first):
        begin = "  " * (1 + len(item[1]) // 2) + ("•" if item[2] in "-*+" else item[2]) + " "
        text = _marked([item[3], *block[1:]])
        return _weighted(wrap(text, width, first=begin, rest=" " * columns(begin)), paint)
    if QUOTE.match(first):
        text = _marked([match[1] for match in map(QUOTE.match, block) if match])
        return _weighted(wrap(text, width, first="│ "), paint)
    return _weighted(wrap(_marked(block), width), paint)


def _marked(lines: list[str]) -> str:
    """A paragraph's lines as one text, its strong words between marks; no space between full-width characters."""
    text = LINK.sub(_link, CODE.sub(r"\1", joined(lines)))
    return EMPHASIS.sub(r"\2", STRONG.sub(rf"{_WEIGHT_ON}\2{_WEIGHT_OFF}", text))


def _unmarked(text: str) -> str:
    return _marked([text]).replace(_WEIGHT_ON, "").replace(_WEIGHT_OFF, "")


def _link(match: re.Match[str]) -> str:
    label, address = match.groups()
    return label if label == address or not address else f"{label} ({address})"


def _weighted(lines: list[str], paint: Paint) -> list[str]:
    """Marks as colours; strong text that was wrapped goes on in the next line."""
    strong = False
    done: list[str] = []
    for line in lines:
        pieces = re.split(f"([{_WEIGHT_ON}{_WEIGHT_OFF}])", line)
        shown = ""
        for piece in pieces:
            if piece in (_WEIGHT_ON, _WEIGHT_OFF):
                strong = piece == _WEIGHT_ON
            else:
                shown += paint("bold", piece) if strong else piece
        done.append(shown)
    return done
