"""A credential inside an SVG (Open Badges 3.0, baking): one `<openbadges:credential>` directly after `<svg …>`.

A token stands in its attribute `verify`, a JSON document in its body. The picture is cut and joined, never written
anew. What is read may come from anybody: entities are refused, depth and size are bounded, and nothing is fetched.
"""

import base64
import re
import struct
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from bot.badges.bake import MAX_PICTURE_MEBIBYTES, is_png, stripped
from bot.badges.jsontext import MAX_MEBIBYTES, MEBIBYTE
from bot.badges.jwt import is_compact
from bot.errors import Problem

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLD_NAMESPACE = "http://openbadges.org"
"""Of Open Badges 1 and 2."""
MAX_DEPTH = 100
_SVG = "http://www.w3.org/2000/svg svg"
_CREDENTIAL = f"{NAMESPACE} credential"
_OLD = f"{OLD_NAMESPACE} assertion"
_TAG = re.compile(rb"""<(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_HEAD = 4096
"""Bytes in which a picture says that it is one."""


def wrapped(png: bytes, title: str) -> bytes:
    """A PNG as an SVG of the same size, without the credential that may be in it; `title` says what it shows.

    Raises `Problem` as `bake` does.
    """
    bare = stripped(png)
    width, height = struct.unpack(">II", bare[16:24])
    data = base64.b64encode(bare).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img"><title>{escape(title)}</title>'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    ).encode()


def bake_svg(svg: bytes, text: bytes) -> bytes:
    """The picture, UTF-8 and without a credential so far, with `text` (a JSON document or a token) in it.

    Raises `Problem`: picture_broken, picture_unsafe, picture_too_big, picture_several_badges, json_too_big,
    json_bad_text.
    """
    if len(text) > MAX_MEBIBYTES * MEBIBYTE:
        raise Problem("json_too_big", limit=MAX_MEBIBYTES)
    found = _parsed(svg)
    if found.credentials:
        raise Problem("picture_several_badges")
    if NAMESPACE in found.prefixes.values() or "openbadges" in found.prefixes or found.root_end is None:
        raise Problem("picture_broken")
    before, after = svg[: found.root_end], svg[found.root_end :]
    declared = before.removesuffix(b">") + f' xmlns:openbadges="{NAMESPACE}">'.encode()
    baked = declared + _element(text) + after
    if unbake_svg(baked) != text:
        raise Problem("json_bad_text")
    return baked


def unbake_svg(svg: bytes) -> bytes:
    """The text that was baked in.

    Raises `Problem`: picture_without_badge, picture_several_badges, picture_old_badge (Open Badges 1 or 2),
    picture_broken, picture_unsafe, picture_too_big.
    """
    found = _parsed(svg)
    if len(found.credentials) > 1:
        raise Problem("picture_several_badges")
    if not found.credentials:
        raise Problem("picture_old_badge" if found.old else "picture_without_badge")
    return found.credentials[0]


def unbake_old_svg(svg: bytes) -> bytes | None:
    """What a badge of Open Badges 1 or 2 has in it: the body of `openbadges:assertion`, else its `verify`; or None.

    Raises `Problem`: picture_several_badges, picture_broken, picture_unsafe, picture_too_big.
    """
    found = _parsed(svg)
    if len(found.old) > 1:
        raise Problem("picture_several_badges")
    return found.old[0] if found.old else None


def is_svg(data: bytes) -> bool:
    """Whether the data claims to be an SVG."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and not is_png(data) and (b"<svg" in head or b":svg" in head)


def _element(text: bytes) -> bytes:
    if is_compact(text):
        return b'<openbadges:credential verify="' + text.strip() + b'"/>'
    # A section of raw text cannot hold its own end.
    body = text.replace(b"]]>", b"]]]]><![CDATA[>")
    return b"<openbadges:credential><![CDATA[" + body + b"]]></openbadges:credential>"


@dataclass
class _Parsed:
    """What one reading of a picture finds."""

    credentials: list[bytes] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    old: list[bytes] = field(default_factory=list)
    root_end: int | None = None
    """Where the root's first tag ends."""


def _parsed(svg: bytes) -> _Parsed:
    if len(svg) > MAX_PICTURE_MEBIBYTES * MEBIBYTE:
        raise Problem("picture_too_big", limit=MAX_PICTURE_MEBIBYTES)
    reader = _Reader(svg)
    try:
        reader.parser.Parse(svg, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Problem("picture_broken") from None
    return reader.found


class _Reader:
    """Reads the elements of a picture once, from front to back."""

    def __init__(self, svg: bytes) -> None:
        self.found = _Parsed()
        self._svg = svg
        self._depth = 0
        self._at: int | None = None
        """How deep the badge is that is being read."""
        self._verify: str | None = None
        self._text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartNamespaceDeclHandler = self._declared
        self.parser.StartElementHandler = self._started
        self.parser.EndElementHandler = self._ended
        self.parser.CharacterDataHandler = self._said
        self.parser.EntityDeclHandler = self._defined

    def _declared(self, prefix: str | None, uri: str) -> None:
        self.found.prefixes[prefix or ""] = uri

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Problem("picture_unsafe")
        if self._depth == 1:
            if name != _SVG:
                raise Problem("picture_broken")
            self.found.root_end = self._end_of_tag(self.parser.CurrentByteIndex)
        if self._at is not None:
            raise Problem("picture_broken")
        if name in (_CREDENTIAL, _OLD):
            self._at, self._verify, self._text = self._depth, attributes.get("verify"), []

    def _ended(self, name: str) -> None:
        if self._at == self._depth:
            body = "".join(self._text).strip()
            if name == _OLD:
                self.found.old.append((body or self._verify or "").encode())
            elif bool(body) == (self._verify is not None):
                raise Problem("picture_broken")
            else:
                self.found.credentials.append((self._verify or body).encode())
            self._at = None
        self._depth -= 1

    def _said(self, text: str) -> None:
        if self._at is not None:
            self._text.append(text)

    def _defined(self, *_declaration: object) -> None:
        """Entities could be blown up, or stand for files."""
        raise Problem("picture_unsafe")

    def _end_of_tag(self, start: int) -> int | None:
        """After the `>` of the tag that starts here; None where the tag is empty or the text is no UTF-8."""
        tag = _TAG.match(self._svg, start)
        return None if tag is None or tag.group().endswith(b"/>") else tag.end()
