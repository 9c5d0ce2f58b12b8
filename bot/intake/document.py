"""A file that somebody wrote, as a tree of values that know their place, and the complaints about it.

YAML and CSV both become such a tree, so that the rules of a catalogue are written once and every complaint
can still name the line and the field that the author sees.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from bot.domain.language import LANGS, Bilingual, Lang
from bot.errors import Complaint

Kind = TypeVar("Kind", bound=StrEnum)

MOST_COMPLAINTS = 1000
LONGEST_QUOTE = 60
LONGEST_KEY = 64
LONGEST_URL = 2000
_KEY = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_KEY - 1}}}")
_BREAKS = re.compile(r"[ \t]*[\t\r\n]+[ \t]*")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing, and so can make a text read as another."""


@dataclass(frozen=True)
class Node:
    """A value with its place.

    `value` is text, a number, a truth value, None, a list of nodes, a mapping of nodes by field, or whatever
    else the file's format knows; `path` is what the author calls the place.
    """

    value: object
    line: int
    path: str


@dataclass
class Report:
    """Collects what is wrong with one file."""

    file: str
    complaints: list[Complaint] = field(default_factory=list)

    def add(self, code: str, line: int | None, path: str, **params: str | int) -> None:
        """Note a complaint; after very many only that there are more."""
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(Complaint(f"catalogue.{code}", params, self.file, line, path))
        elif len(self.complaints) == MOST_COMPLAINTS:
            self.complaints.append(Complaint("catalogue.and_more", {"limit": MOST_COMPLAINTS}, self.file))

    def at(self, node: Node, code: str, **params: str | int) -> None:
        """Note a complaint about a node."""
        self.add(code, node.line, node.path, **params)


class Fields:
    """The fields of one mapping, read by name.

    What is wrong goes into the report and an empty value comes back, so that the rest can still be looked at.
    """

    def __init__(self, node: Node, report: Report) -> None:
        self.node, self.report = node, report
        self.is_mapping = isinstance(node.value, dict)
        self._nodes: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
        self._known: set[str] = set()
        if not self.is_mapping:
            report.at(node, "fields_expected")

    def find(self, name: str) -> Node | None:
        """The field, if it is there and not empty."""
        self._known.add(name)
        found = self._nodes.get(name)
        return None if found is None or found.value is None else found

    def need(self, name: str) -> Node | None:
        """The field; its absence is a complaint."""
        found = self.find(name)
        if found is None:
            self._lacks(name, "missing", name=name)
        return found

    def lacks_language(self, lang: Lang) -> None:
        """A text that must exist in both languages does not exist in this one."""
        self._lacks(lang, "missing_language", lang=lang)

    def _lacks(self, field_name: str, code: str, **params: str | int) -> None:
        """Complain about an absent field, at its empty place where it has one (a spreadsheet's cell)."""
        if not self.is_mapping:
            return
        empty = self._nodes.get(field_name)
        line, path = self.node.line, f"{self.node.path}.{field_name}".lstrip(".")
        if empty is not None:
            line, path = empty.line, empty.path
        self.report.add(code, line, path, **params)

    def text(self, name: str, limit: int) -> str:
        found = self.need(name)
        return text_of(found, limit, self.report) if found else ""

    def key(self, name: str) -> str:
        """A human-chosen key, such as a unit's id."""
        found = self.need(name)
        return key_of(found, self.report) if found else ""

    def url(self, name: str) -> str:
        """An https address."""
        found = self.need(name)
        if found is None:
            return ""
        url = text_of(found, LONGEST_URL, self.report)
        if url and not _is_https(url):
            self.report.at(found, "url_not_https", url=quote(url))
        return url

    def url_if_any(self, name: str) -> str:
        """An https address, or nothing."""
        return self.url(name) if self.find(name) is not None else ""

    def both(self, name: str, limit: int) -> Bilingual:
        """A text in both languages."""
        found = self.need(name)
        return both_of(found, limit, self.report) if found else Bilingual("", "")

    def number(self, name: str) -> tuple[int, Node] | None:
        """A whole number, with its place so that a range can be checked."""
        found = self.need(name)
        if found is None:
            return None
        if isinstance(found.value, bool) or not isinstance(found.value, int):
            self.report.at(found, "number_expected", value=shown(found.value))
            return None
        return found.value, found

    def nodes(self, name: str) -> Sequence[Node]:
        """The entries of an optional list."""
        found = self.find(name)
        if found is None:
            return ()
        if not isinstance(found.value, list):
            self.report.at(found, "list_expected")
            return ()
        return found.value

    def within(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        found = self.number(name)
        if found is None:
            return low
        value, node = found
        if not low <= value <= high:
            self.report.at(node, "out_of_range", value=shown(value), low=low, high=high)
            return low
        return value

    def one_of(self, name: str, kinds: type[Kind]) -> Kind | None:
        """A word out of a fixed few."""
        found = self.need(name)
        if found is None:
            return None
        if isinstance(found.value, str) and found.value.strip() in {kind.value for kind in kinds}:
            return kinds(found.value.strip())
        allowed = ", ".join(kind.value for kind in kinds)
        self.report.at(found, "not_one_of", value=shown(found.value), allowed=allowed)
        return None

    def words(self, name: str, limit: int) -> tuple[str, ...]:
        """An optional list of short texts."""
        texts = (text_of(node, limit, self.report) for node in self.nodes(name))
        return tuple(text for text in texts if text)

    def mapping(self, name: str) -> "Fields | None":
        """A required mapping of its own."""
        found = self.need(name)
        return Fields(found, self.report) if found else None

    def mappings(self, name: str) -> Iterator["Fields"]:
        """The mappings of an optional list."""
        return (Fields(node, self.report) for node in self.nodes(name))

    def entries(self) -> Iterator[tuple[str, Node]]:
        """All fields, for a mapping whose names are the author's."""
        yield from self._nodes.items()

    def finish(self, *ignored: str) -> None:
        """Complain about every field that nobody asked for; a misspelt one is told what it might be."""
        known = sorted(self._known | set(ignored))
        for name, node in self._nodes.items():
            if name in known:
                continue
            near = get_close_matches(name, known, n=1)
            if near:
                self.report.at(node, "unknown_field_near", name=quote(name), near=near[0])
            else:
                self.report.at(node, "unknown_field", name=quote(name), known=", ".join(known))


def text_of(node: Node, limit: int, report: Report) -> str:
    """The node's text on one line, checked; "" with a complaint where it is not a fitting text."""
    if not isinstance(node.value, str):
        report.at(node, "text_expected", value=shown(node.value))
        return ""
    text = _BREAKS.sub(" ", node.value.strip())
    if not text:
        report.at(node, "missing", name=node.path.rpartition(".")[2])
    elif len(text) > limit:
        report.at(node, "too_long", limit=limit, length=len(text))
    elif any(_is_control(sign) for sign in text):
        report.at(node, "control_character", text=quote(text))
    else:
        return text
    return ""


def key_of(node: Node, report: Report) -> str:
    """A key of letters, digits, dots, dashes and underscores."""
    key = text_of(node, LONGEST_KEY, report)
    if key and not _KEY.fullmatch(key):
        report.at(node, "bad_key", key=quote(key))
        return ""
    return key


def both_of(node: Node, limit: int, report: Report) -> Bilingual:
    """The node's text in Japanese and English."""
    if isinstance(node.value, str):
        report.at(node, "one_language", text=quote(node.value))
        return Bilingual("", "")
    fields = Fields(node, report)
    texts = {}
    for lang in LANGS:
        found = fields.find(lang)
        if found is not None:
            texts[lang] = text_of(found, limit, report)
        else:
            fields.lacks_language(lang)
    fields.finish()
    return Bilingual(texts.get("ja", ""), texts.get("en", ""))


def quote(text: str) -> str:
    """Somebody's words, short and without signs that would disturb a line of output."""
    text = "".join("�" if _is_control(sign) else sign for sign in text)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def shown(value: object) -> str:
    """A value that was not expected, in words for a complaint."""
    match value:
        case dict():
            return "{…}"
        case list():
            return "[…]"
        case int() if abs(value) > 10**20:
            return "…"
        case _:
            return quote(str(value))


def _is_control(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or _is_no_character(sign)


def _is_no_character(sign: str) -> bool:
    return 0xFDD0 <= ord(sign) <= 0xFDEF or ord(sign) & 0xFFFE == 0xFFFE


def _is_https(url: str) -> bool:
    if re.search(r"[\s\\<>\"`{}|^]", url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
