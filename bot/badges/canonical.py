"""From a JSON-LD document to the canonical RDF that is signed (W3C RDFC-1.0), with bounded work.

PyLD's `URDNA2015` is RDFC-1.0 under its older name and agrees with the JavaScript verifiers in the field;
pyoxigraph is the independent second opinion before anything is signed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial
from threading import Lock
from typing import Any

import pyoxigraph
from pyld.canon import URDNA2015
from pyld.jsonld import JsonLdProcessor

from bot.badges.contexts import Contexts, inlined, loader, shipped
from bot.badges.jsontext import JsonObject, to_text
from bot.errors import Problem

MAX_WORK = 50_000
"""Steps of the search among equal blank nodes. Honest documents need next to none, poison graphs billions."""
_MAX_ALIKE = 7
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20]*")

# PyLD keeps caches of contexts for the whole process that threads would tear.
_ONE_AT_A_TIME = Lock()

_Scopes = dict[tuple[str, int], tuple[Any, Any]]
"""By a context and the address in memory of what a type adds to it: that (so that it stays there), and the outcome."""
_MAX_SCOPES = 256
_SHIPPED_SCOPES: _Scopes = {}


@dataclass(frozen=True)
class Canonical:
    """Canonical N-Quads, and what the document says beyond them (which no signature would cover)."""

    nquads: str
    undefined: tuple[str, ...] = ()
    """Terms that no context defines, and ids and types that are no absolute IRIs."""


class Steps:
    """What is left of `MAX_WORK`, for one document or for several."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def spend(self, steps: int) -> None:
        """Raises `Problem` document_too_complex where no more are left."""
        self._left -= steps
        if self._left < 0:
            raise Problem("document_too_complex")


def canonical(document: JsonObject, contexts: Contexts, steps: Steps | None = None) -> Canonical:
    """Canonicalize with PyLD, in so many `steps` as are left.

    Raises `Problem`: document_unreadable where the document is not JSON-LD under these contexts;
    document_too_complex where canonicalization would take too long.
    """
    # None, because PyLD resolves what is relative against an address of its own where the base is empty or missing.
    options = {"documentLoader": loader(contexts), "base": None}
    reader = _Reader(_SHIPPED_SCOPES if contexts is shipped() else {})
    with _ONE_AT_A_TIME:
        try:
            dataset = reader.to_rdf(document, options)
            nquads = _BoundedCanonicalization(steps or Steps()).main(dataset, {"format": "application/n-quads"})
        except Problem:
            raise
        except Exception as error:  # whatever a library makes of hostile input
            raise Problem("document_unreadable") from error
    undefined = dict.fromkeys([*reader.dropped, *reader.relative])
    return Canonical(str(nquads), tuple(name[:200] for name in undefined))


def second_opinion(document: JsonObject, contexts: Contexts) -> str:
    """Canonical N-Quads by pyoxigraph. Only for documents that we composed: its work is not bounded.

    Raises `Problem` document_unreadable.
    """
    try:
        quads = pyoxigraph.parse(to_text(inlined(document, contexts)), pyoxigraph.RdfFormat.JSON_LD)
        dataset = pyoxigraph.Dataset(quads)
    except (SyntaxError, ValueError, LookupError) as error:
        raise Problem("document_unreadable") from error
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    text = (pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode()
    return "".join(sorted(f"{line}\n" for line in text.split("\n") if line))


def is_absolute(iri: str) -> bool:
    """Whether a text can stand as an absolute IRI in RDF: scheme, colon, no forbidden sign (RFC 3987)."""
    return _ABSOLUTE.fullmatch(iri) is not None


class _Reader(JsonLdProcessor):  # type: ignore[misc]
    """Reads one document into RDF, and notes what RDF would lose of it."""

    def __init__(self, scopes: _Scopes) -> None:
        self._scopes = scopes
        self.dropped: list[str] = []
        self.relative: list[str] = []
        super().__init__(on_property_dropped=lambda term: self.dropped.append(str(term)))

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, *rest: Any, **more: Any) -> Any:
        """What a type adds to a context is worked out once, as PyLD itself does it for everything else.

        It does not know its own copy of the context again: half of the time that a badge takes went into this.
        """
        if rest or more != {"propagate": False} or "_uuid" not in active_ctx:
            return super()._process_context(active_ctx, local_ctx, options, *rest, **more)
        known = (active_ctx["_uuid"], id(local_ctx))
        if known not in self._scopes:
            if len(self._scopes) >= _MAX_SCOPES:
                self._scopes.clear()
            outcome = super()._process_context(active_ctx, local_ctx, options, propagate=False)
            self._scopes[known] = (local_ctx, outcome)
        return self._scopes[known][1]

    def expand(self, input_: Any, options: Any) -> Any:
        expanded = super().expand(input_, options)
        self.relative += _relative(expanded)
        return expanded


class _BoundedCanonicalization(URDNA2015):  # type: ignore[misc]
    """Counts the steps of the search among blank nodes that look alike and stops where none are left."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self._steps = steps

    def create_hash_to_related(self, id_: str, issuer: Any) -> dict[str, list[str]]:
        self._steps.spend(len(self.blank_node_info[id_]["quads"]))
        related: dict[str, list[str]] = super().create_hash_to_related(id_, issuer)
        copying = 1 + len(issuer.existing) // 16
        for alike in related.values():
            if len(alike) > _MAX_ALIKE:
                raise Problem("document_too_complex")
            self._steps.spend(len(alike) * factorial(len(alike)) * copying)
        return related


def _relative(expanded: Any) -> Iterator[str]:
    """Ids and types that RDF would silently lose."""
    if isinstance(expanded, list):
        for item in expanded:
            yield from _relative(item)
    elif isinstance(expanded, dict):
        for key, value in expanded.items():
            if key in ("@id", "@type"):
                names = value if isinstance(value, list) else [value]
                yield from (name for name in map(str, names) if not is_absolute(name))
            else:
                yield from _relative(value)
