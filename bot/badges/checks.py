"""The checks that a badge and each embedded endorsement go through, offline, whoever made them.

A signature covers the RDF that a document stands for, while people and programs read the JSON. Whatever
lets the two differ is refused: contexts of one's own, aliases, anonymous nodes with names, statements about
the credential in another place of the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.badges import schema
from bot.badges.budget import Budget
from bot.badges.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_ANY, shipped
from bot.badges.jsontext import JsonObject, as_list, walk
from bot.badges.jwt import Token
from bot.badges.proof import Unsecured, read_moment, unsecure
from bot.badges.reads import Reads
from bot.badges.signatures import by_proofs, by_token, may_hold
from bot.badges.status import status_checks
from bot.badges.text import canonicalizes_differently, shown
from bot.badges.verdict import CheckResult, Outcome, failed, noted, passed, unknown
from bot.errors import Problem

_ENDORSEMENT_SUBJECT = {"id", "type", "endorsementComment"}


@dataclass(frozen=True)
class Examined:
    """All checks of one signed document."""

    contexts: CheckResult
    terms: CheckResult | None
    schema: CheckResult
    proof: CheckResult
    key: CheckResult | None
    claims: CheckResult | None
    dates: CheckResult
    status: tuple[CheckResult, ...]
    canonicalized: bool
    """Whether the document could be turned into RDF, so that every part of it can be, at no greater cost."""

    def results(self) -> tuple[CheckResult, ...]:
        """The checks that were made, in order."""
        return (*self.signature(), self.dates, *self.status)

    def signature(self) -> tuple[CheckResult, ...]:
        """Those that say whether it is well-formed and signed by its issuer, whatever the day."""
        every = (self.contexts, self.terms, self.schema, self.proof, self.key, self.claims)
        return tuple(result for result in every if result)


def examine(
    document: JsonObject,
    kind: str,
    now: datetime,
    reads: Reads,
    token: Token | None = None,
    budget: Budget | None = None,
    *,
    is_inside: bool = False,
) -> Examined:
    """Make every check on an `OpenBadgeCredential` or `EndorsementCredential`, with what `reads` has answered.

    `token` is the one that the document came in, if it did. What stands inside something else is turned into RDF only
    where its signature may hold: nobody has to read the rest of what is not signed.
    """
    budget = budget or Budget()
    contexts = _contexts(document)
    can_hold = not is_inside or may_hold(document, token, reads, now)
    terms, unsecured = _terms(document, budget) if can_hold and contexts.outcome is Outcome.PASS else (None, None)
    if terms and terms.code == "undefined" and token and "proof" not in document:
        # What is signed is the text of the token, all of it.
        terms = noted("terms", "undefined_in_token", term=terms.params["term"])
    signed = by_token(document, token, unsecured, reads, now) if token else by_proofs(document, unsecured, reads, now)
    return Examined(
        contexts=contexts,
        terms=terms,
        schema=_schema(document, kind),
        proof=signed.proof,
        key=signed.key,
        claims=signed.claims,
        dates=_dates(document, now),
        status=_status(document, reads, now, budget),
        canonicalized=unsecured is not None,
    )


def _contexts(document: JsonObject) -> CheckResult:
    named = as_list(document.get("@context"))
    if not named:
        return failed("contexts", "missing")
    for path, _ in _nested_contexts(document):
        if not _belongs_to_endorsement(path):
            return failed("contexts", "nested", path=shown(path))
    everywhere = [*named, *(item for _, context in _nested_contexts(document) for item in as_list(context))]
    if not all(isinstance(item, str) for item in everywhere):
        return unknown("contexts", "inline")
    strange = next((item for item in everywhere if item not in shipped()), None)
    if strange is not None:
        return unknown("contexts", "unknown", context=shown(strange))
    in_order = len(named) > 1 and named[0] in (CREDENTIALS_V1, CREDENTIALS_V2) and named[1].startswith(OPEN_BADGES_ANY)
    return passed("contexts", "known") if in_order else failed("contexts", "order")


def _nested_contexts(document: JsonObject) -> Iterator[tuple[str, Any]]:
    return ((path, value) for path, value in walk(document) if path.endswith(".@context"))


def _belongs_to_endorsement(path: str) -> bool:
    holder = path.removesuffix(".@context").rsplit(".", 1)[-1]
    return holder.partition("[")[0] == "endorsement"


def _terms(document: JsonObject, budget: Budget) -> tuple[CheckResult, Unsecured | None]:
    disguise = _disguise(document)
    if disguise:
        return disguise, None
    try:
        unsecured = unsecure(document, steps=budget.steps)
    except Problem as problem:
        if problem.code == "document_too_complex":
            return unknown("terms", "too_complex"), None
        return failed("terms", "unreadable"), None
    if unsecured.canonical.undefined:
        return failed("terms", "undefined", term=shown(unsecured.canonical.undefined[0])), unsecured
    return passed("terms", "defined"), unsecured


def _disguise(document: JsonObject) -> CheckResult | None:
    """The first place where the JSON could say something else than what was signed."""
    for path, value in walk(document):
        key = path.rsplit(".", 1)[-1]
        texts = (value, path) if isinstance(value, str) else (path,)
        if any(canonicalizes_differently(char) for text in texts for char in text):
            return unknown("terms", "control", path=shown(path))
        if isinstance(value, dict) and any(_is_disguised(name) for name in value):
            return failed("terms", "disguised", path=shown(path))
        if key == "id" and isinstance(value, str) and value.startswith("_:"):
            return failed("terms", "anonymous", path=shown(path))
        if _describes_again(document, value):
            return failed("terms", "redescribed", path=shown(path))
    if any(_is_disguised(name) for name in document):
        return failed("terms", "disguised", path="@")
    return None


def _is_disguised(name: str) -> bool:
    """Keywords and IRIs as keys: JSON-LD reads them as other terms or moves what they hold."""
    return (name.startswith("@") and name != "@context") or ":" in name or "." in name


def _describes_again(document: JsonObject, value: Any) -> bool:
    if not isinstance(value, dict) or value.get("id") != document.get("id"):
        return False
    is_target = set(value) <= _ENDORSEMENT_SUBJECT and as_list(value.get("type")) == ["EndorsementSubject"]
    return "id" in document and not is_target


def _schema(document: JsonObject, kind: str) -> CheckResult:
    document = schema.renewed(document)
    if not schema.violations(document, kind):
        return passed("schema", "met")
    found = schema.violations(schema.loosened(document), kind)
    if not found:
        return noted("schema", "loose")
    return failed("schema", "violated", path=shown(found[0].path), rule=found[0].rule)


def _dates(document: JsonObject, now: datetime) -> CheckResult:
    """From the latest start to the earliest end, however the data model of 2.0 or of 1.1 names them."""
    starts: JsonObject = {name: document[name] for name in ("validFrom", "issuanceDate") if name in document}
    ends: JsonObject = {name: document[name] for name in ("validUntil", "expirationDate") if name in document}
    for name, value in ((starts or {"validFrom": None}) | ends).items():
        if read_moment(value) is None:
            return failed("dates", "malformed", field=name)
    start, starts_on = max(_dated(starts))
    end, ends_on = min(_dated(ends), default=(None, ""))
    if end and end < start:
        return failed("dates", "reversed")
    if now < start:
        return failed("dates", "not_yet", date=starts_on)
    if end and end <= now:
        return failed("dates", "expired", date=ends_on)
    return passed("dates", "current", date=starts_on)


def _dated(values: JsonObject) -> Iterator[tuple[datetime, str]]:
    """The moments, each with its date as the document writes it."""
    return ((moment, value[:10]) for value in values.values() if (moment := read_moment(value)))


def _status(document: JsonObject, reads: Reads, now: datetime, budget: Budget) -> tuple[CheckResult, ...]:
    """Whether it was revoked or suspended."""
    return status_checks(document, reads, lambda listing, token: _examine_list(listing, token, reads, now, budget))


def _examine_list(
    listing: JsonObject, token: Token | None, reads: Reads, now: datetime, budget: Budget
) -> Iterator[CheckResult]:
    """The checks of a status list as the signed document that it is."""
    named = as_list(listing.get("@context"))
    strange = [item for item in named if not isinstance(item, str) or item not in shipped()]
    if strange or named[:1] != [CREDENTIALS_V2] or any(_nested_contexts(listing)):
        yield unknown("contexts", "unknown", context=shown(strange[0]) if strange else "")
        return
    if not budget.has_room(listing):
        yield unknown("terms", "too_complex")
        return
    terms, unsecured = _terms(listing, budget)
    signed = by_token(listing, token, unsecured, reads, now) if token else by_proofs(listing, unsecured, reads, now)
    yield terms
    yield signed.proof
    yield signed.key or unknown("key", "published", issuer="?")
    if signed.claims and signed.claims.code != "missing":  # VC-JOSE-COSE lets a token leave out what would repeat
        yield signed.claims
    yield _dates(listing, now)
