"""A unit's page as plain text: what its Markdown marks say by layout, sections and bullets say here."""

import re

from bot.conversation.card import Section

_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_BULLET = re.compile(r"(\s*)[-*+]\s+(.*)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])(\*)(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+)\)")


def sections(markdown: str) -> tuple[Section, ...]:
    """Headings become titles of sections, paragraphs and list items lines. The text itself stays as it is."""
    found = [Section()]
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            last = found[-1]
            found[-1] = Section(last.title, (*last.lines, _unmarked("\n".join(paragraph))))
            paragraph.clear()

    for line in markdown.splitlines():
        if heading := _HEADING.fullmatch(line):
            close()
            found.append(Section(_unmarked(heading[1])))
        elif bullet := _BULLET.fullmatch(line):
            close()
            paragraph.append(f"{bullet[1]}• {bullet[2]}")
        elif line.strip():
            paragraph.append(line.rstrip())
        else:
            close()
    close()
    return tuple(section for section in found if section.title or section.lines)


def _unmarked(text: str) -> str:
    text = _EMPHASIS.sub(lambda match: match[2] or match[4], text)
    return _LINK.sub(r"\1 (\2)", text)
