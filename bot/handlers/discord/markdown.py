"""Text as Discord takes it: data throughout, its web addresses as links that unfold nothing; a unit's page as written.

Discord reads Markdown in all that is said. Text from people is data (design.md 4.13): every character that could mean
something is escaped, nobody can be called, and characters that move a cursor or turn the reading round are taken out.
Source: support.discord.com, "Markdown Text 101"; docs.discord.com, "Message Formatting".
"""

import re
from collections.abc import Iterator

from bot.conversation.markdown import CODE, EMPHASIS, FENCE, HEADING, ITEM, LINK, QUOTE, RULE, STRONG, blocks, joined
from bot.conversation.texts import ADDRESS, ELLIPSIS, HANGING, SILENT, line, plain, units

NOTHING = ELLIPSIS
"""For what may not be empty, and is."""

_MARKS = re.compile(r"[\\*_~`|\[\]<>]|:(?=//|[\w+-]+:)")
"""What means something anywhere: weight, code, spoilers, links, mentions; addresses, and the names of emoji."""
_AT_START = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))", re.MULTILINE)
"""What means something where a line begins: headings, small print, lists."""
_ATOMS = re.compile(r"\\.|.", re.DOTALL)
_SAFE = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_DEEPEST = 5
"""Levels to which a list may be set in."""
_LINE = "⎯" * 12


def escaped(text: str) -> str:
    """Text that Discord shows as it was written. Nothing in it is a link."""
    return _escaped(plain(text))


def linked(text: str) -> str:
    """As `escaped`, with its web addresses as links, of which Discord shows nothing but themselves."""
    return "".join(_atoms(text))


def linked_within(text: str, most: int) -> str:
    """A text as `linked`, cut so that it is at most `most` long; no escape and no address is cut through."""
    kept: list[str] = []
    used = fitting = 0
    for atom in _atoms(text):
        used += units(atom)
        if used > most:
            return "".join(kept[:fitting]).rstrip(HANGING) + ELLIPSIS
        kept.append(atom)
        fitting += used <= most - units(ELLIPSIS)
    return "".join(kept)


def page_parts(source: str, title: str = "") -> list[str]:
    """A unit's page in parts that are finished Markdown of Discord, without a first heading that says the title again.

    A part that follows what it belongs to (an item of a list, a line of a talk, what stands below its heading) is to be
    set on the next line; others begin with an empty one.
    """
    found = list(blocks(plain(source).split("\n")))
    if found and _heading(found[0]) == line(title) != "":
        found = found[1:]
    parts: list[str] = []
    before: list[str] = []
    for lines in found:
        shown = _shown(lines)
        if not shown.strip():
            continue
        parts.append(shown if not parts or _goes_on(before, lines) else f"\n{shown}")
        before = lines
    return parts


def _goes_on(before: list[str], lines: list[str]) -> bool:
    together = any(form.match(before[0]) and form.match(lines[0]) for form in (ITEM, QUOTE))
    return together or bool(HEADING.fullmatch(before[0]))


def _heading(lines: list[str]) -> str:
    found = HEADING.fullmatch(lines[0])
    return line(found[2].replace("*", "").replace("`", "")) if found else ""


def _shown(lines: list[str]) -> str:
    first = lines[0]
    if RULE.fullmatch(first):
        return _LINE
    if FENCE.fullmatch(first):
        text = "\n".join(each for each in lines[1:] if not FENCE.fullmatch(each))
        return f"```\n{text.replace('``', f'`{SILENT}`')}\n```" if text.strip() else ""
    if heading := HEADING.fullmatch(first):
        return f"### {_inline(line(heading[2]))}" if line(heading[2]) else ""
    if item := ITEM.fullmatch(first):
        deep = "  " * min(len(item[1]) // 2, _DEEPEST)
        mark = "-" if item[2] in "-*+" else f"{item[2][:-1]}."
        return f"{deep}{mark} {_inline(joined((item[3], *lines[1:])))}"
    if QUOTE.match(first):
        said = joined(match[1] for match in map(QUOTE.match, lines) if match)
        return f"> {_inline(said)}" if said else ""
    return _inline(joined(lines))


def _inline(text: str, form: int = 0) -> str:
    """Code first, whose marks mean themselves; then links; then weight."""
    if form == len(_FORMS):
        return linked(text)
    pattern, shown = _FORMS[form]
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [_inline(text[end : match.start()], form + 1), shown(match)]
        end = match.end()
    return "".join((*parts, _inline(text[end:], form + 1)))


def _code(match: re.Match[str]) -> str:
    return f"`{match[1]}`" if match[1].strip() else linked(match[0])


def _link(match: re.Match[str]) -> str:
    label, address = match.groups()
    if not _SAFE.fullmatch(address):
        return linked(label or address)
    label = line(label)
    return f"[{escaped(label)}](<{address}>)" if label and not ADDRESS.search(label) else f"<{address}>"


def _strong(match: re.Match[str]) -> str:
    return f"**{_inline(match[2], 3)}**"


def _emphasis(match: re.Match[str]) -> str:
    return f"*{linked(match[2])}*"


_FORMS = ((CODE, _code), (LINK, _link), (STRONG, _strong), (EMPHASIS, _emphasis))


def _atoms(text: str) -> Iterator[str]:
    """The escaped text in parts that cannot be cut through: escapes, addresses, single characters."""
    shown, end = plain(text), 0
    for match in ADDRESS.finditer(shown):
        yield from _ATOMS.findall(_escaped(shown[end : match.start()]))
        yield f"<{match[0]}>"
        end = match.end()
    yield from _ATOMS.findall(_escaped(shown[end:]))


def _escaped(text: str) -> str:
    return _AT_START.sub(_escaped_start, _MARKS.sub(r"\\\g<0>", text))


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}\\" if match[2].isdecimal() else f"{match[1]}\\{match[2]}"
