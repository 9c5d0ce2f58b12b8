"""A unit's page in Markdown as Slack's rich text: headings, lists, quotations, fences, strong words, links.

Rich text is data throughout: nothing in it is parsed again, so that words may be strong in the middle of Japanese,
where mrkdwn needs spaces.
Source: docs.slack.dev, "Rich text block".
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.conversation.markdown import (
    CODE,
    EMPHASIS,
    FENCE,
    HEADING,
    ITEM,
    LINK,
    QUOTE,
    RULE,
    STRONG,
    blocks,
    joined,
)
from bot.conversation.texts import line, pieces, plain, units
from bot.handlers.slack.limits import SECTION, URL

Block = dict[str, Any]
Style = frozenset[str]

_SAFE = re.compile(r"https?://\S+", re.IGNORECASE)
BETWEEN = {"type": "text", "text": "\n\n"}
"""Between paragraphs that stand in one block."""
_DEEPEST = 8
"""Levels to which a list may be set in."""


def page_blocks(source: str, title: str = "") -> list[Block]:
    """The page as blocks, without a first heading that says what the message's title says already."""
    found = list(blocks(plain(source).split("\n")))
    if found and _heading(found[0]) == line(title) != "":
        found = found[1:]
    shown: list[Block] = []
    headed: list[Block] = []
    for group in _grouped(found):
        if heading := _heading(group[0]):
            headed.append(_section(_texts(heading, frozenset({"bold"}))))
            continue
        for block in _shown(group):
            if block["type"] == "rich_text" and headed:
                block["elements"] = headed + block["elements"]
                headed = []
            elif shown and _goes_on(shown[-1], block):
                shown[-1]["elements"][-1]["elements"] += [dict(BETWEEN), *block["elements"][0]["elements"]]
                continue
            shown.append(block)
    return shown + _rich(headed)


def _goes_on(before: Block, block: Block) -> bool:
    """Whether paragraphs stand in one block: each block takes some of the room that a message has."""
    if not before["type"] == block["type"] == "rich_text":
        return False
    last, first = before["elements"][-1], block["elements"][0]
    length = sum(units(each.get("text", "")) for each in (*last["elements"], *first["elements"]))
    return last["type"] == first["type"] == "rich_text_section" and length <= SECTION // 2


def _grouped(found: Sequence[list[str]]) -> Iterator[list[list[str]]]:
    """What stands in one block: the items of a list, the lines of a talk; else each thing by itself."""
    group: list[list[str]] = []
    for lines in found:
        together = group and any(form.match(group[-1][0]) and form.match(lines[0]) for form in (ITEM, QUOTE))
        if group and not together:
            yield group
            group = []
        group.append(lines)
    if group:
        yield group


def _shown(group: list[list[str]]) -> list[Block]:
    first = group[0]
    if RULE.fullmatch(first[0]):
        return [{"type": "divider"}]
    if FENCE.fullmatch(first[0]):
        text = "\n".join(each for each in first[1:] if not FENCE.fullmatch(each))
        return _rich([{"type": "rich_text_preformatted", "elements": _texts(text)}] if text.strip() else [])
    if ITEM.fullmatch(first[0]):
        return _rich(_lists(group))
    if QUOTE.match(first[0]):
        said = [joined(match[1] for match in map(QUOTE.match, lines) if match) for lines in group]
        elements = _inline("\n".join(each for each in said if each))
        return _rich([{"type": "rich_text_quote", "elements": elements}] if elements else [])
    return _rich([_section(_inline(joined(first)))])


def _heading(lines: list[str]) -> str:
    found = HEADING.fullmatch(lines[0])
    return "".join(each["text"] for each in _inline(line(found[2])) if "text" in each) if found else ""


def _lists(items: list[list[str]]) -> list[Block]:
    """Items of one depth and kind that follow one another are one list."""
    shown: list[Block] = []
    before: tuple[str, int] | None = None
    for lines in items:
        match = ITEM.fullmatch(lines[0])
        if match is None:
            continue
        shape = ("bullet" if match[2] in "-*+" else "ordered", min(len(match[1]) // 2, _DEEPEST))
        section = _section(_inline(joined((match[3], *lines[1:]))) or _texts(match[2]))
        if shape == before:
            shown[-1]["elements"].append(section)
        else:
            style, indent = shape
            shown.append({"type": "rich_text_list", "style": style, "indent": indent, "elements": [section]})
        before = shape
    return shown


def _rich(elements: list[Block]) -> list[Block]:
    """One block, or none for what says nothing."""
    kept = [each for each in elements if each["elements"]]
    return [{"type": "rich_text", "elements": kept}] if kept else []


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": elements}


def _inline(text: str, style: Style = frozenset(), form: int = 0) -> list[Block]:
    """Code first, whose marks mean themselves; then links; then weight."""
    if form == len(_FORMS):
        return _texts(text, style)
    pattern, shown = _FORMS[form]
    found: list[Block] = []
    end = 0
    for match in pattern.finditer(text):
        found += [*_inline(text[end : match.start()], style, form + 1), *shown(match, style)]
        end = match.end()
    return [*found, *_inline(text[end:], style, form + 1)]


def _code(match: re.Match[str], style: Style) -> list[Block]:
    return _texts(match[1], style | {"code"})


def _link(match: re.Match[str], style: Style) -> list[Block]:
    label, address = match.groups()
    if not _SAFE.fullmatch(address) or units(address) > URL:
        return _texts(label or address, style)
    return [{"type": "link", "url": address, "text": line(label) or address, **_styled(style)}]


def _strong(match: re.Match[str], style: Style) -> list[Block]:
    return _inline(match[2], style | {"bold"}, 3)


def _emphasis(match: re.Match[str], style: Style) -> list[Block]:
    return _texts(match[2], style | {"italic"})


_FORMS = ((CODE, _code), (LINK, _link), (STRONG, _strong), (EMPHASIS, _emphasis))


def _texts(text: str, style: Style = frozenset()) -> list[Block]:
    return [{"type": "text", "text": piece, **_styled(style)} for piece in pieces(text, SECTION)]


def _styled(style: Style) -> Block:
    return {"style": dict.fromkeys(sorted(style), True)} if style else {}
