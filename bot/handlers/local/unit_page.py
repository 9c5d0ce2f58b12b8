"""A unit's page as blocks and spans for the browser's templates: headings, lists, quotations, paragraphs, fences.

Pure text in, values out: there is no HTML here, and whatever is not understood stays as it was written. Links are kept
for http and https addresses only.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversation.markdown import CODE, EMPHASIS, FENCE, HEADING, ITEM, LINK, QUOTE, RULE, STRONG, blocks, joined
from bot.handlers.local.emoji import DRAWN, drawing_of
from bot.handlers.local.text import harmless

_AROUND = r"\s<>\"'、。（）「」『』“”‘’〈〉《》【】"
_ADDRESS = re.compile(rf"https?://[^{_AROUND}]*[^{_AROUND}.,;:!?)\]]", re.IGNORECASE)
_SAFE = re.compile(r"https?://", re.IGNORECASE)
FIRST_HEADING = 3
"""A page's first heading stands below the message's title, which is of the second order."""
DEEPEST_HEADING = 6


@dataclass(frozen=True)
class Span:
    """A stretch of text. `inner` is what a strong, emphasised or linked one consists of; else `text` is all.

    Of an emoji that the room draws itself, `url` is the drawing's name.
    """

    kind: Literal["text", "code", "strong", "emphasis", "link", "emoji"]
    text: str = ""
    inner: tuple["Span", ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Item:
    """A point of a list, with the lists that are set in below it."""

    spans: tuple[Span, ...]
    lists: tuple["Block", ...] = ()


@dataclass(frozen=True)
class Block:
    """`level` is a heading's order in the document. `text` is what stands in a fence."""

    kind: Literal["heading", "text", "quote", "rule", "fence", "bullets", "numbers"]
    spans: tuple[Span, ...] = ()
    level: int = 0
    text: str = ""
    items: tuple[Item, ...] = ()


def page_blocks(source: str) -> tuple[Block, ...]:
    """The page in Markdown, made harmless, as blocks."""
    found: list[Block] = []
    points: list[list[str]] = []
    for block in blocks(harmless(source).split("\n")):
        if ITEM.fullmatch(block[0]):
            points.append(block)
            continue
        found += [*_lists(points), _block(block)]
        points = []
    return (*found, *_lists(points))


def linked(text: str) -> tuple[Span, ...]:
    """Plain text with its web addresses as links."""
    return _each(text, (_ADDRESS, _address))


def drawn(text: str) -> tuple[Span, ...]:
    """Words alone, with the emoji among them."""
    return _each(text)


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if FENCE.fullmatch(first):
        return Block("fence", text="\n".join(line for line in lines[1:] if not FENCE.fullmatch(line)))
    if heading := HEADING.fullmatch(first):
        level = min(DEEPEST_HEADING, FIRST_HEADING - 1 + len(heading[1]))
        return Block("heading", _inline(heading[2]), level)
    if RULE.fullmatch(first):
        return Block("rule")
    if QUOTE.match(first):
        return Block("quote", _inline(joined([match[1] for match in map(QUOTE.match, lines) if match])))
    return Block("text", _inline(joined(lines)))


def _lists(items: Sequence[list[str]]) -> list[Block]:
    """Neighbouring items as lists; what is set in further than the item before it belongs to that item."""
    found: list[Block] = []
    start = 0
    while start < len(items):
        depth, kind = _shape(items[start])
        points: list[Item] = []
        while start < len(items) and _shape(items[start])[0] <= depth and _shape(items[start])[1] == kind:
            end = start + 1
            while end < len(items) and _shape(items[end])[0] > depth:
                end += 1
            points.append(Item(_inline(joined(_words(items[start]))), tuple(_lists(items[start + 1 : end]))))
            start = end
        found.append(Block(kind, items=tuple(points)))
    return found


def _shape(lines: list[str]) -> tuple[int, Literal["bullets", "numbers"]]:
    match = ITEM.fullmatch(lines[0])
    if match is None:
        return 0, "bullets"
    return len(match[1]), "bullets" if match[2] in "-*+" else "numbers"


def _words(lines: list[str]) -> list[str]:
    match = ITEM.fullmatch(lines[0])
    return [match[3] if match else lines[0], *lines[1:]]


def _inline(text: str) -> tuple[Span, ...]:
    """Code first, whose marks mean themselves; then links; then weight."""
    return _each(text, (CODE, _code), (LINK, _link), (STRONG, _strong), (EMPHASIS, _emphasis))


_Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Span]]


def _each(text: str, *forms: _Form) -> tuple[Span, ...]:
    """The text parted by the first form, what is between by the others."""
    if not forms:
        return tuple(_parted(text, DRAWN, lambda match: Span("emoji", match[0], url=drawing_of(match[0]))))
    spans: list[Span] = []
    for span in _parted(text, *forms[0]):
        spans += _each(span.text, *forms[1:]) if span.kind == "text" else (span,)
    return tuple(spans)


def _parted(text: str, form: re.Pattern[str], made: Callable[[re.Match[str]], Span]) -> Iterator[Span]:
    end = 0
    for match in form.finditer(text):
        if match.start() > end:
            yield Span("text", text[end : match.start()])
        yield made(match)
        end = match.end()
    if end < len(text):
        yield Span("text", text[end:])


def _address(match: re.Match[str]) -> Span:
    return Span("link", url=match[0], inner=(Span("text", match[0]),))


def _code(match: re.Match[str]) -> Span:
    return Span("code", match[1])


def _link(match: re.Match[str]) -> Span:
    label, address = match.groups()
    shown = _each(label or address, (STRONG, _strong), (EMPHASIS, _emphasis))
    return Span("link", inner=shown, url=address if _SAFE.match(address) else "")


def _strong(match: re.Match[str]) -> Span:
    return Span("strong", inner=_each(match[2], (EMPHASIS, _emphasis)))


def _emphasis(match: re.Match[str]) -> Span:
    return Span("emphasis", inner=drawn(match[2]))
