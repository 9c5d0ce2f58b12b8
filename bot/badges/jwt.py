"""Credentials as compact JWTs (Open Badges 3.0, section 8.2, on RFC 7515 and RFC 7519).

The payload is the credential itself (VC Data Model 2.0) beside the registered claims that say the same again; tokens
of VC Data Model 1.1 hold it in `vc`. Which algorithm is meant follows from the key that its issuer published, never
from what a token says of itself; a key that comes in the header proves nothing and is not looked at.
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.badges.base64url import decoded, encoded
from bot.badges.canonical import canonical
from bot.badges.contexts import shipped
from bot.badges.jsontext import JsonObject, from_text, id_of, to_text
from bot.badges.keys import AnyKey, PublicKey
from bot.badges.proof import read_timestamp, require_plain
from bot.errors import Problem

TYPE = "JWT"
ALGORITHMS = {"RS256": "RS256", "EdDSA": "EdDSA", "Ed25519": "EdDSA", "ES256": "ES256"}
"""Names that a header may use, by the algorithm they mean (RFC 9864 gives EdDSA over Ed25519 a name of its own)."""
REPEATED = ("iss", "sub", "jti", "nbf", "exp")
"""Claims that say again what the credential says."""
REQUIRED = ("iss", "nbf")
"""Claims that a token must have; the others only say again what is signed anyhow."""
_REGISTERED = frozenset({*REPEATED, "aud", "iat"})
"""Claims that may stand beside the credential, and are no part of it."""
_COMPACT = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True)
class Token:
    """A compact JWS, taken apart and not yet believed."""

    header: JsonObject
    claims: JsonObject
    signed: bytes
    """What the signature is of: the first two parts as they stand."""
    signature: bytes

    @property
    def credential(self) -> JsonObject:
        """What the token states: its payload without the registered claims, or what `vc` holds (VC 1.1)."""
        if isinstance(nested := self.claims.get("vc"), dict):
            return dict(nested)
        return {name: value for name, value in self.claims.items() if name not in _REGISTERED}


def signed(document: JsonObject, key: AnyKey) -> str:
    """The credential as one line of text. A document that has a proof keeps it, as Open Badges wants it.

    Raises `Problem`: sign_control_character, sign_empty, sign_undefined_term, document_unreadable,
    document_too_complex.
    """
    if id_of(document.get("issuer")) != key.did:
        raise ValueError("a credential is signed by its issuer")
    require_plain(document)
    undefined = canonical(document, shipped()).undefined
    if undefined:
        raise Problem("sign_undefined_term", term=undefined[0])
    header = {"alg": key.alg, "kid": key.method, "typ": TYPE}
    to_sign = f"{encoded(to_text(header).encode())}.{encoded(to_text(document | claims_of(document)).encode())}"
    return f"{to_sign}.{encoded(key.sign(to_sign.encode('ascii')))}"


def claims_of(credential: JsonObject) -> dict[str, str | int]:
    """The registered claims that say again what a credential of VC 2.0 or 1.1 says; times in seconds since 1970.

    Raises `ValueError` where its dates are none.
    """
    start = credential.get("validFrom", credential.get("issuanceDate"))
    end = credential.get("validUntil", credential.get("expirationDate"))
    stated = {
        "iss": id_of(credential.get("issuer")) or None,
        "sub": id_of(credential.get("credentialSubject")) or None,
        "jti": id_of(credential) or None,
        "nbf": _seconds(start),
        "exp": _seconds(end),
    }
    return {name: value for name, value in stated.items() if value is not None}


def is_compact(text: bytes) -> bool:
    """Whether a text has the form of a compact JWS."""
    return _COMPACT.fullmatch(text.strip()) is not None


def opened(text: bytes) -> Token:
    """Take a token of unknown origin apart, without believing a word of it.

    Raises `Problem` jwt_unreadable, or what `from_text` raises for its payload.
    """
    if not is_compact(text):
        raise Problem("jwt_unreadable")
    head, body, signature = text.strip().split(b".")
    try:
        raw_header, raw_claims = decoded(head.decode("ascii")), decoded(body.decode("ascii"))
        raw_signature = decoded(signature.decode("ascii"))
        header = from_text(raw_header)
    except (ValueError, Problem):
        raise Problem("jwt_unreadable") from None
    return Token(header, from_text(raw_claims), head + b"." + body, raw_signature)


def holds(token: Token, public: PublicKey) -> bool:
    """Whether this key signed the token, under the one algorithm that the key is for.

    A header with `crit` asks for more than this product knows (RFC 7515, 4.1.11): such a token does not hold.
    """
    named = token.header.get("alg")
    is_meant = isinstance(named, str) and ALGORITHMS.get(named) == public.alg
    return is_meant and "crit" not in token.header and public.holds(token.signature, token.signed)


def _seconds(moment: Any) -> int | None:
    return int(read_timestamp(moment).timestamp()) if isinstance(moment, str) else None
