"""The checks that a badge and each embedded endorsement go through, offline, whoever made them.

A signature covers the RDF that a document stands for, while people and programs read the JSON. Whatever
lets the two differ is refused: contexts of one's own, aliases, anonymous nodes with names, statements about
the credential in another place of the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.badges import keys, schema
from bot.badges.contexts import CREDENTIALS_V2, OPEN_BADGES_ANY, shipped
from bot.badges.jsontext import JsonObject, as_list, walk
from bot.badges.proof import CRYPTOSUITE, PROOF_TYPE, PURPOSE, Unsecured, holds, read_timestamp, unsecure
from bot.badges.reads import Reads
from bot.badges.status import status_checks
from bot.badges.text import canonicalizes_differently, clean
from bot.badges.verdict import CheckResult, Outcome, failed, noted, passed, unknown
from bot.errors import Problem

MAX_PROOFS = 4
MAX_SHOWN = 200

_ENDORSEMENT_SUBJECT = {"id", "type", "endorsementComment"}


def shown(value: Any) -> str:
    """A text of the document, safe and short enough to show; empty for anything else."""
    return clean(value[:2000])[:MAX_SHOWN] if isinstance(value, str) else ""


@dataclass(frozen=True)
class Examined:
    """All checks of one signed document."""

    contexts: CheckResult
    terms: CheckResult | None
    schema: CheckResult
    proof: CheckResult
    key: CheckResult | None
    dates: CheckResult
    status: tuple[CheckResult, ...]
    canonicalized: bool
    """Whether the document could be turned into RDF, so that every part of it can be, at no greater cost."""

    def results(self) -> tuple[CheckResult, ...]:
        """The checks that were made, in order."""
        every = (self.contexts, self.terms, self.schema, self.proof, self.key, self.dates, *self.status)
        return tuple(result for result in every if result)


def examine(document: JsonObject, kind: str, now: datetime, reads: Reads) -> Examined:
    """Make every check on an `OpenBadgeCredential` or `EndorsementCredential`, with what `reads` has answered."""
    contexts = _contexts(document)
    terms, unsecured = _terms(document) if contexts.outcome is Outcome.PASS else (None, None)
    proofs = _proofs(document)
    return Examined(
        contexts=contexts,
        terms=terms,
        schema=_schema(document, kind),
        proof=_proof(document, proofs, unsecured, now),
        key=_key(document, proofs),
        dates=_dates(document, now),
        status=_status(document, reads, now),
        canonicalized=unsecured is not None,
    )


def profile_id(profile: Any) -> str:
    """The id of an issuer or creator, given as an object or as an IRI; empty where there is none."""
    found = profile.get("id") if isinstance(profile, dict) else profile
    return found if isinstance(found, str) else ""


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
    in_order = len(named) > 1 and named[0] == CREDENTIALS_V2 and named[1].startswith(OPEN_BADGES_ANY)
    return passed("contexts", "known") if in_order else failed("contexts", "order")


def _nested_contexts(document: JsonObject) -> Iterator[tuple[str, Any]]:
    return ((path, value) for path, value in walk(document) if path.endswith(".@context"))


def _belongs_to_endorsement(path: str) -> bool:
    holder = path.removesuffix(".@context").rsplit(".", 1)[-1]
    return holder.partition("[")[0] == "endorsement"


def _terms(document: JsonObject) -> tuple[CheckResult, Unsecured | None]:
    disguise = _disguise(document)
    if disguise:
        return disguise, None
    try:
        unsecured = unsecure(document)
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
    if not schema.violations(document, kind):
        return passed("schema", "met")
    found = schema.violations(schema.loosened(document), kind)
    if not found:
        return noted("schema", "loose")
    return failed("schema", "violated", path=shown(found[0].path), rule=found[0].rule)


def _proofs(document: JsonObject) -> tuple[JsonObject, ...]:
    """The proofs of the suite that this product knows."""
    return tuple(
        proof
        for proof in as_list(document.get("proof"))
        if isinstance(proof, dict)
        and proof.get("type") == PROOF_TYPE
        and proof.get("cryptosuite") == CRYPTOSUITE
        and "previousProof" not in proof
    )


def _proof(
    document: JsonObject, proofs: tuple[JsonObject, ...], unsecured: Unsecured | None, now: datetime
) -> CheckResult:
    """One good proof is enough, but none of our suite may be bad."""
    given = as_list(document.get("proof"))
    if not given:
        return failed("proof", "missing")
    if len(given) > MAX_PROOFS:
        return unknown("proof", "too_many", limit=MAX_PROOFS)
    if not proofs:
        return unknown("proof", "unsupported", suite=_suite(given[0]))
    if unsecured is None:
        return unknown("proof", "unread")
    results = [_one_proof(proof, unsecured, now) for proof in proofs]
    for wanted in (Outcome.FAIL, Outcome.UNKNOWN):
        for result in results:
            if result.outcome is wanted:
                return result
    return results[0]


def _one_proof(proof: JsonObject, unsecured: Unsecured, now: datetime) -> CheckResult:
    if proof.get("proofPurpose") != PURPOSE:
        return failed("proof", "purpose")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _readable_moments(proof):
        return failed("proof", "malformed")
    if "expires" in proof and read_timestamp(proof["expires"]) <= now:
        return failed("proof", "expired", date=proof["expires"][:10])
    try:
        public = _public_key(method)
    except Problem:
        return unknown("proof", "no_key", method=shown(method))
    try:
        good = holds(unsecured, proof, public)
    except Problem as problem:
        if problem.code == "document_too_complex":
            return unknown("proof", "unread")
        return failed("proof", "malformed")
    # The fragment of a did:key only says the same key again.
    return passed("proof", "holds", method=shown(method.partition("#")[0])) if good else failed("proof", "altered")


def _readable_moments(proof: JsonObject) -> bool:
    return all(_moment(proof[name]) for name in ("created", "expires") if name in proof)


def _public_key(method: str) -> bytes:
    """The key that a verification method spells out. Whether it is the issuer's is another check."""
    controller, _, fragment = method.partition("#")
    if not controller.startswith(keys.DID_KEY):
        return keys.public_of(fragment)
    if fragment and method != keys.method_of(controller):
        raise Problem("key_unreadable")
    return keys.public_of_did(controller)


def _key(document: JsonObject, proofs: tuple[JsonObject, ...]) -> CheckResult | None:
    """Whether the key is the issuer's own. A key in the fragment of an https address proves nothing."""
    methods = [method for proof in proofs if isinstance(method := proof.get("verificationMethod"), str)]
    if not methods:
        return None
    issuer = profile_id(document.get("issuer"))
    controllers = {method.partition("#")[0] for method in methods}
    spelled_out = any(controller.startswith(keys.DID_KEY) for controller in controllers)
    if issuer.startswith("did:") or spelled_out:
        if controllers != {issuer}:
            return failed("key", "others", issuer=shown(issuer) or "?")
        if issuer.startswith(keys.DID_KEY):
            return passed("key", "issuers")
    return unknown("key", "published", issuer=shown(issuer) or "?")


def _suite(proof: Any) -> str:
    named = (proof.get("cryptosuite") or proof.get("type")) if isinstance(proof, dict) else ""
    return shown(named) or "?"


def _dates(document: JsonObject, now: datetime) -> CheckResult:
    start, end = _moment(document.get("validFrom")), _moment(document.get("validUntil"))
    if start is None:
        return failed("dates", "malformed", field="validFrom")
    if "validUntil" in document and end is None:
        return failed("dates", "malformed", field="validUntil")
    if end and end < start:
        return failed("dates", "reversed")
    if now < start:
        return failed("dates", "not_yet", date=document["validFrom"][:10])
    if end and end <= now:
        return failed("dates", "expired", date=document["validUntil"][:10])
    return passed("dates", "current", date=document["validFrom"][:10])


def _moment(value: Any) -> datetime | None:
    try:
        return read_timestamp(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _status(document: JsonObject, reads: Reads, now: datetime) -> tuple[CheckResult, ...]:
    """Whether it was revoked or suspended."""
    return status_checks(document, reads, lambda listing: _examine_list(listing, now))


def _examine_list(listing: JsonObject, now: datetime) -> Iterator[CheckResult]:
    """The checks of a status list as the signed document that it is."""
    named = as_list(listing.get("@context"))
    strange = [item for item in named if not isinstance(item, str) or item not in shipped()]
    if strange or named[:1] != [CREDENTIALS_V2] or any(_nested_contexts(listing)):
        yield unknown("contexts", "unknown", context=shown(strange[0]) if strange else "")
        return
    terms, unsecured = _terms(listing)
    proofs = _proofs(listing)
    yield terms
    yield _proof(listing, proofs, unsecured, now)
    yield _key(listing, proofs) or unknown("key", "published", issuer="?")
    yield _dates(listing, now)
