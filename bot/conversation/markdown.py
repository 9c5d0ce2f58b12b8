"""The Markdown that pages of units are written in, parted: which lines belong together, and what marks words.

Headings, lists, quotations, paragraphs, rules and fences; strong and emphasised words, code, links. What each of them
looks like is a platform's own matter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
ITEM = re.compile(r"(\s*)([-*+]|\d{1,3}[.)])\s+(.*)")
QUOTE = re.compile(r">\s?(.*)")
RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})\s*")
FENCE = re.compile(r"\s*```.*")
LINK = re.compile(r"!?\[([^\]]{0,500})\]\(<?([^)\s>\[]{0,3000})>?(?:\s[^)]{0,500})?\)")
"""Bounded, and each part with an end of its own: hostile text takes no longer than other text."""
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])")
CODE = re.compile(r"`([^`]+)`")


def blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines that belong together: a heading, a paragraph, an item with its continuation, a quotation, a fence."""
    block: list[str] = []
    fenced = False
    for line in lines:
        if fenced:
            block.append(line)
            fenced = not FENCE.fullmatch(line)
            continue
        if block and _begins_anew(block, line):
            yield block
            block = []
        if line.strip():
            block.append(line)
            fenced = bool(FENCE.fullmatch(line))
    if block:
        yield block


def joined(lines: Iterable[str]) -> str:
    """A paragraph's lines as one; no space between full-width characters."""
    text = ""
    for line in map(str.strip, lines):
        gap = " " if text and line and (_is_narrow(text[-1]) or _is_narrow(line[0])) else ""
        text += gap + line
    return text


def _begins_anew(block: list[str], line: str) -> bool:
    alone = any(form.fullmatch(block[0]) for form in (HEADING, RULE, FENCE))
    starts = any(form.fullmatch(line) for form in (HEADING, RULE, FENCE, ITEM))
    return not line.strip() or alone or starts or bool(QUOTE.match(line)) != bool(QUOTE.match(block[0]))


def _is_narrow(character: str) -> bool:
    return unicodedata.east_asian_width(character) not in "WF" and not unicodedata.combining(character)
