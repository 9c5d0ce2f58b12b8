"""JSON as text: the one way to write a document, and a bounded way to read one that anybody may have made."""

import codecs
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.errors import Problem

JsonObject = dict[str, Any]

MEBIBYTE = 1024 * 1024
MAX_MEBIBYTES = 2
MAX_DEPTH = 32
MAX_VALUES = 20_000
MAX_EMBEDDED = 250
"""Objects with a `@context` of their own, that is, embedded credentials."""
MAX_CONTEXTS = 1_500
MAX_CONTEXTS_OF_ONE = 8
"""Of one object: each is worked through on top of all before it."""
MAX_TYPES = 4_000
MAX_PAIRS = 3_000_000
"""Bound on the sum of (values of a term)² over all terms but ids and types: JSON-LD processors compare the
values of one property pairwise, and the properties of one node may be spread over the document."""

# Possessive, so that an open string costs one pass and not one for every quotation mark.
_NOT_COMPARED = frozenset({"id", "type", "@context"})
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""May stand before the first sign of a JSON text, whatever letters it was saved in. What begins otherwise is none."""


def to_text(document: JsonObject) -> str:
    """The document as the text that is stored, baked and sent: the same for equal documents."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_text(data: bytes) -> JsonObject:
    """Read a JSON object of unknown origin. A mark of UTF-8 at its beginning, as some editors leave, is passed over.

    Raises `Problem`: json_too_big, json_too_deep, json_duplicate_key, json_bad_text, json_not_object or
    not_json.
    """
    if len(data) > MAX_MEBIBYTES * MEBIBYTE:
        raise Problem("json_too_big", limit=MAX_MEBIBYTES)
    if _is_deeper(data, MAX_DEPTH):
        raise Problem("json_too_deep", limit=MAX_DEPTH)
    try:
        document = json.loads(
            data.removeprefix(codecs.BOM_UTF8).decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        was_meant = data.lstrip(_BEFORE).startswith((b"{", b"["))
        raise Problem("json_bad_text" if was_meant else "not_json") from None
    except (ValueError, RecursionError):
        raise Problem("not_json") from None
    if not isinstance(document, dict):
        raise Problem("json_not_object")
    return document


@dataclass(frozen=True)
class Weight:
    """What makes the processing of documents long, counted. Sums of it are of several documents."""

    values: int = 0
    embedded: int = 0
    contexts: int = 0
    types: int = 0
    pairs: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            self.values + other.values,
            self.embedded + other.embedded,
            self.contexts + other.contexts,
            self.types + other.types,
            self.pairs + other.pairs,
        )

    @property
    def is_modest(self) -> bool:
        """Whether it is worked through in a few seconds."""
        return (
            self.values <= MAX_VALUES
            and self.embedded <= MAX_EMBEDDED
            and self.contexts <= MAX_CONTEXTS
            and self.types <= MAX_TYPES
            and self.pairs <= MAX_PAIRS
        )


def weight(document: JsonObject) -> Weight:
    """What a document weighs.

    Raises `Problem` document_too_complex where one of its objects alone has too many contexts.
    """
    values: Counter[str] = Counter()
    embedded = contexts = 0
    for path, value in walk(document):
        term = path.rsplit(".", 1)[-1].partition("[")[0]
        values[term] += 1
        embedded += isinstance(value, dict) and "@context" in value
        contexts += term == "@context"
        if term == "@context" and isinstance(value, list) and len(value) > MAX_CONTEXTS_OF_ONE:
            raise Problem("document_too_complex")
    pairs = sum(count * count for term, count in values.items() if term not in _NOT_COMPARED)
    return Weight(values.total(), embedded, contexts, values["type"], pairs)


def require_modest(document: JsonObject) -> None:
    """Refuse a document whose processing could take very long although its text is short.

    Raises `Problem` document_too_complex.
    """
    if not weight(document).is_modest:
        raise Problem("document_too_complex")


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside `value` with its dotted path (`a.b[2].c`), parents first."""
    if isinstance(value, dict):
        inside = ((f"{path}.{key}" if path else key, item) for key, item in value.items())
    elif isinstance(value, list):
        inside = ((f"{path}[{at}]", item) for at, item in enumerate(value))
    else:
        return
    for where, item in inside:
        yield where, item
        yield from walk(item, where)


def as_list(value: Any) -> list[Any]:
    """JSON-LD's sets: one value may stand for a list of one, a missing value for an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def id_of(thing: Any) -> str:
    """The id of an issuer, creator or subject, given as an object or as an IRI; empty where there is none."""
    found = thing.get("id") if isinstance(thing, dict) else thing
    return found if isinstance(found, str) else ""


def _is_deeper(data: bytes, limit: int) -> bool:
    depth = 0
    for token in _TOKEN.finditer(data):
        depth += _STEP.get(token.group()[:1], 0)
        if depth > limit:
            return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        repeated = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise Problem("json_duplicate_key", key=repeated[:80])
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number
