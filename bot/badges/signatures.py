"""The checks of what secures a document: embedded proofs, or the token it came in, and whose key signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.badges import jwt, published
from bot.badges.jsontext import JsonObject, as_list, id_of
from bot.badges.keys import Ed25519Public
from bot.badges.proof import (
    CRYPTOSUITE,
    PROOF_TYPE,
    PURPOSE,
    Unsecured,
    holds,
    read_moment,
    read_timestamp,
    signature_in,
)
from bot.badges.published import Finding
from bot.badges.reads import Reads
from bot.badges.text import shown
from bot.badges.verdict import CheckResult, Outcome, failed, passed, unknown
from bot.errors import Problem

MAX_PROOFS = 4
_FORGEABLE = "none"
_SHARED_SECRET = "HS"  # noqa: S105 — the name of an algorithm


@dataclass(frozen=True)
class Signed:
    """The checks of signature, key and, for a token, of what it says beside the credential."""

    proof: CheckResult
    key: CheckResult | None
    claims: CheckResult | None = None


def by_proofs(document: JsonObject, unsecured: Unsecured | None, reads: Reads, now: datetime) -> Signed:
    """Check embedded proofs. One good proof is enough, but none of our suite may be bad.

    `unsecured` is None where the document could not be canonicalized.
    """
    given = as_list(document.get("proof"))
    proofs = _known_proofs(given)
    methods = [method for proof in proofs if isinstance(method := proof.get("verificationMethod"), str)]
    if not given:
        return Signed(failed("proof", "missing"), None)
    if len(given) > MAX_PROOFS:
        return Signed(unknown("proof", "too_many", limit=MAX_PROOFS), None)
    if not proofs:
        return Signed(unknown("proof", "unsupported", suite=_suite(given[0])), None)
    issuer = id_of(document.get("issuer"))
    findings = {method: published.find(method, issuer, reads, now) for method in methods}
    key = _worst(finding.check for finding in findings.values())
    results = [_refused(proof, findings, now) or _one_proof(proof, unsecured, findings) for proof in proofs]
    return Signed(_worst(results) or results[0], key)


def by_token(
    document: JsonObject, token: jwt.Token, unsecured: Unsecured | None, reads: Reads, now: datetime
) -> Signed:
    """Check the token that a document came in, and any proofs that the document has besides."""
    finding = published.find(_method(token, document), id_of(document.get("issuer")), reads, now)
    outer = Signed(_token(token, finding), finding.check, _claims(token, document))
    if "proof" not in document:
        return outer
    inner = by_proofs(document, unsecured, reads, now)
    proof = _worst((outer.proof, inner.proof)) or outer.proof
    return Signed(proof, _worst(check for check in (outer.key, inner.key) if check), outer.claims)


def _known_proofs(given: list[JsonObject]) -> tuple[JsonObject, ...]:
    """The proofs of the suite that this product knows."""
    return tuple(
        proof
        for proof in given
        if isinstance(proof, dict)
        and proof.get("type") == PROOF_TYPE
        and proof.get("cryptosuite") == CRYPTOSUITE
        and "previousProof" not in proof
    )


def may_hold(document: JsonObject, token: jwt.Token | None, reads: Reads, now: datetime) -> bool:
    """Whether the signature could be good, as far as can be told without turning the document into RDF."""
    signed = by_token(document, token, None, reads, now) if token else by_proofs(document, None, reads, now)
    is_open = signed.proof.outcome is Outcome.PASS or signed.proof.code == "unread"
    return is_open and signed.key is not None and signed.key.outcome is Outcome.PASS


def _refused(proof: JsonObject, findings: dict[str, Finding], now: datetime) -> CheckResult | None:
    """What keeps a proof from being good whatever the document says; None: nothing."""
    if proof.get("proofPurpose") != PURPOSE:
        return failed("proof", "purpose")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _readable_moments(proof):
        return failed("proof", "malformed")
    if "expires" in proof and read_timestamp(proof["expires"]) <= now:
        return failed("proof", "expired", date=proof["expires"][:10])
    if not _keys(findings[method]):
        return unknown("proof", "no_key", method=shown(method))
    try:
        signature_in(proof)
    except Problem:
        return failed("proof", "malformed")
    return None


def _one_proof(proof: JsonObject, unsecured: Unsecured | None, findings: dict[str, Finding]) -> CheckResult:
    if unsecured is None:
        return unknown("proof", "unread")
    method = proof["verificationMethod"]
    try:
        good = any(holds(unsecured, proof, key.raw) for key in _keys(findings[method]))
    except Problem as problem:
        if problem.code == "document_too_complex":
            return unknown("proof", "unread")
        return failed("proof", "malformed")
    return _holds(method) if good else failed("proof", "altered")


def _keys(finding: Finding) -> list[Ed25519Public]:
    """The keys that can have made a proof of the suite."""
    return [key for key in finding.keys if isinstance(key, Ed25519Public)]


def _token(token: jwt.Token, finding: Finding) -> CheckResult:
    named = token.header.get("alg")
    algorithm = named if isinstance(named, str) else ""
    if algorithm.lower() in ("", _FORGEABLE) or algorithm.startswith(_SHARED_SECRET):
        return failed("proof", "algorithm", algorithm=shown(algorithm) or "?")
    if algorithm not in jwt.ALGORITHMS:
        return unknown("proof", "unsupported", suite=shown(algorithm))
    if "crit" in token.header:
        return unknown("proof", "unsupported", suite="crit")
    method = token.header.get("kid")
    if not finding.keys:
        return unknown("proof", "no_key", method=shown(method) or "?")
    good = any(jwt.holds(token, key) for key in finding.keys)
    return _holds(shown(method) or id_of(token.claims.get("iss"))) if good else failed("proof", "altered")


def _method(token: jwt.Token, document: JsonObject) -> str:
    """The verification method that a header names by its address or by its name alone; else any of the issuer's."""
    issuer, named = id_of(document.get("issuer")), token.header.get("kid")
    if not isinstance(named, str) or not named:
        return issuer
    return named if ":" in named else f"{issuer}#{named.removeprefix('#')}"


def _claims(token: jwt.Token, document: JsonObject) -> CheckResult:
    """Whether the token says the same beside the credential as the credential says."""
    try:
        expected = jwt.claims_of(document)
    except (ValueError, OverflowError):
        return failed("claims", "disagree", claim="nbf")
    for name in jwt.REPEATED:
        given, meant = token.claims.get(name), expected.get(name)
        if given is None and meant is not None and name in jwt.REQUIRED:
            return failed("claims", "missing", claim=name)
        if given is not None and not _agree(given, meant):
            return failed("claims", "disagree", claim=name)
    return passed("claims", "agree")


def _agree(given: object, meant: str | int | None) -> bool:
    if isinstance(meant, int):
        return isinstance(given, int | float) and abs(given - meant) < 1
    return given == meant


def _holds(method: str) -> CheckResult:
    # The fragment of a did:key only says the same key again.
    return passed("proof", "holds", method=shown(method.partition("#")[0]))


def _worst(results: Iterable[CheckResult]) -> CheckResult | None:
    every = list(results)
    for wanted in (Outcome.FAIL, Outcome.UNKNOWN):
        for result in every:
            if result.outcome is wanted:
                return result
    return every[0] if every else None


def _readable_moments(proof: JsonObject) -> bool:
    return all(read_moment(proof[name]) for name in ("created", "expires") if name in proof)


def _suite(proof: object) -> str:
    named = (proof.get("cryptosuite") or proof.get("type")) if isinstance(proof, dict) else ""
    return shown(named) or "?"
