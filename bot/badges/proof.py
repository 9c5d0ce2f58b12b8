"""Data Integrity proofs, cryptosuite `eddsa-rdfc-2022` (W3C VC Data Integrity EdDSA, section 3.2)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.badges.canonical import Canonical, Steps, canonical, second_opinion
from bot.badges.contexts import Contexts, shipped
from bot.badges.jsontext import JsonObject, walk
from bot.badges.keys import SIGNATURE_BYTES, SigningKey, from_multibase, multibase, signed_by
from bot.badges.text import has_control
from bot.errors import Problem

CRYPTOSUITE = "eddsa-rdfc-2022"
PROOF_TYPE = "DataIntegrityProof"
PURPOSE = "assertionMethod"


@dataclass(frozen=True)
class Unsecured:
    """A document without its proofs, canonicalized once for however many proofs it has."""

    document: JsonObject
    canonical: Canonical
    contexts: Contexts
    steps: Steps | None = None
    """What may still be spent on it, if others spend of the same."""

    @property
    def context(self) -> Any:
        return self.document.get("@context")


def secure(document: JsonObject, key: SigningKey, created: datetime, contexts: Contexts | None = None) -> JsonObject:
    """The document with one proof, in an array as OB 3.0 wants it. The only place where badges are signed.

    `created` is aware and in whole seconds. Raises `Problem`: sign_control_character, sign_empty,
    sign_undefined_term, sign_disagreement, document_unreadable, document_too_complex.
    """
    if "proof" in document:
        raise ValueError("the document is signed already")
    contexts = contexts or shipped()
    require_plain(document)
    config: JsonObject = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": timestamp(created),
        "verificationMethod": key.method,
        "proofPurpose": PURPOSE,
    }
    described = config | {"@context": document.get("@context")}
    signature = key.sign(_hash(_agreed(described, contexts)) + _hash(_agreed(document, contexts)))
    return document | {"proof": [config | {"proofValue": multibase(signature)}]}


def unsecure(document: JsonObject, contexts: Contexts | None = None, steps: Steps | None = None) -> Unsecured:
    """Prepare a document for `holds`. Raises `Problem` document_unreadable or document_too_complex."""
    contexts = contexts or shipped()
    bare = {key: value for key, value in document.items() if key != "proof"}
    return Unsecured(bare, canonical(bare, contexts, steps), contexts, steps)


def holds(unsecured: Unsecured, proof: JsonObject, public: bytes) -> bool:
    """Whether `proof` is a signature of exactly this document by a raw public key.

    Raises `Problem` proof_unreadable where the proof is none of this suite, and what `unsecure` raises.
    """
    signature = signature_in(proof)
    config = {key: item for key, item in proof.items() if key != "proofValue"}
    described = canonical(config | {"@context": unsecured.context}, unsecured.contexts, unsecured.steps)
    if described.undefined:
        raise Problem("proof_unreadable")
    return signed_by(public, signature, _hash(described.nquads) + _hash(unsecured.canonical.nquads))


def signature_in(proof: JsonObject) -> bytes:
    """The raw signature in a proof. Raises `Problem` proof_unreadable where it is none of this suite."""
    value = proof.get("proofValue")
    if proof.get("type") != PROOF_TYPE or proof.get("cryptosuite") != CRYPTOSUITE or not isinstance(value, str):
        raise Problem("proof_unreadable")
    try:
        signature = from_multibase(value)
    except Problem:
        raise Problem("proof_unreadable") from None
    if len(signature) != SIGNATURE_BYTES:
        raise Problem("proof_unreadable")
    return signature


def require_plain(document: JsonObject) -> None:
    """Refuse what canonicalizers treat differently: control characters, nulls, empty arrays and objects.

    Raises `Problem` sign_control_character or sign_empty, with the path.
    """
    for path, value in walk(document):
        texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
        if any(map(has_control, texts)):
            raise Problem("sign_control_character", path=path)
        if value is None or value in ([], {}):
            raise Problem("sign_empty", path=path)


def timestamp(moment: datetime) -> str:
    """An aware moment as xsd:dateTimeStamp in whole seconds; UTC is written `Z`."""
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError("an aware datetime in whole seconds is wanted")
    return moment.isoformat().replace("+00:00", "Z")


def read_timestamp(text: str) -> datetime:
    """The moment in UTC. Raises `ValueError` for a text without a zone or that is no time at all."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def read_moment(value: Any) -> datetime | None:
    """The moment that a member of a document of unknown origin says, in UTC; None where it says none."""
    try:
        return read_timestamp(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _agreed(document: JsonObject, contexts: Contexts) -> str:
    first = canonical(document, contexts)
    if first.undefined:
        raise Problem("sign_undefined_term", term=first.undefined[0])
    if first.nquads != second_opinion(document, contexts):
        raise Problem("sign_disagreement")
    return first.nquads


def _hash(nquads: str) -> bytes:
    return sha256(nquads.encode()).digest()
