"""Keys on the curve P-256, with which others sign tokens (ES256, RFC 7518): read and checked, never made here."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bot.badges.base64url import encoded
from bot.badges.jsontext import JsonObject, to_text
from bot.errors import Problem

ES256 = "ES256"
CURVE = "P-256"
COORDINATE_BYTES = 32
POINT_BYTES = 1 + COORDINATE_BYTES
"""Of a point in its short form."""


@dataclass(frozen=True)
class P256Public:
    """A public key: a point of the curve."""

    x: int
    y: int

    def __post_init__(self) -> None:
        try:
            EllipticCurvePublicNumbers(self.x, self.y, SECP256R1()).public_key()
        except ValueError:
            raise Problem("key_unreadable") from None

    @property
    def alg(self) -> str:
        return ES256

    @cached_property
    def name(self) -> str:
        """The thumbprint of the JWK (RFC 7638)."""
        members = {"crv": CURVE, "kty": "EC", "x": _coordinate(self.x), "y": _coordinate(self.y)}
        return encoded(sha256(to_text(members).encode()).digest())

    @property
    def jwk(self) -> JsonObject:
        return {"kty": "EC", "crv": CURVE, "alg": ES256, "x": _coordinate(self.x), "y": _coordinate(self.y)}

    def holds(self, signature: bytes, data: bytes) -> bool:
        """A signature of a token is two numbers of 32 bytes, side by side."""
        if len(signature) != 2 * COORDINATE_BYTES:
            return False
        first, second = signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:]
        pair = encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))
        key = EllipticCurvePublicNumbers(self.x, self.y, SECP256R1()).public_key()
        try:
            key.verify(pair, data, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def p256_of(x: bytes, y: bytes) -> P256Public:
    """The key with these coordinates, 32 bytes each. Raises `Problem` key_unreadable."""
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise Problem("key_unreadable")
    return P256Public(int.from_bytes(x, "big"), int.from_bytes(y, "big"))


def p256_of_point(point: bytes) -> P256Public:
    """The key that a point in its short form is, as multikeys have it. Raises `Problem` key_unreadable."""
    if len(point) != POINT_BYTES:
        raise Problem("key_unreadable")
    try:
        numbers = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point).public_numbers()
    except ValueError:
        raise Problem("key_unreadable") from None
    return P256Public(numbers.x, numbers.y)


def _coordinate(number: int) -> str:
    return encoded(number.to_bytes(COORDINATE_BYTES, "big"))
