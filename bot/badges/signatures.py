"""The checks of what secures a document: embedded proofs, or the token it came in, and whose key signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.badges import jwt, published
from bot.badges.jsontext import JsonObject, as_list, id_of
from bot.badges.keys import Ed25519Public
from bot.badges.proof import CRYPTOSUITE, PROOF_TYPE, PURPOSE, Unsecured, holds, read_moment, read_timestamp
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
    if unsecured is None:
        return Signed(unknown("proof", "unread"), key)
    results = [_one_proof(proof, unsecured, findings, now) for proof in proofs]
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


def _one_proof(proof: JsonObject, unsecured: Unsecured, findings: dict[str, Finding], now: datetime) -> CheckResult:
    if proof.get("proofPurpose") != PURPOSE:
        return failed("proof", "purpose")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not _readable_moments(proof):
        return failed("proof", "malformed")
    if "expires" in proof and read_timestamp(proof["expires"]) <= now:
        return failed("proof", "expired", date=proof["expires"][:10])
    public = [key for key in findings[method].keys if isinstance(key, Ed25519Public)]
    if not public:
        return unknown("proof", "no_key", method=shown(method))
    try:
        good = any(holds(unsecured, proof, key.raw) for key in public)
    except Problem as problem:
        if problem.code == "document_too_complex":
            return unknown("proof", "unread")
        return failed("proof", "malformed")
    return _holds(method) if good else failed("proof", "altered")


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
