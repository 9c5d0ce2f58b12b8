"""Keys that sign: Ed25519 and RSA, and the names they go by.

An Ed25519 key may be its own issuer, as `did:key` (W3C CCG did:key; multibase base58btc, multicodec ed25519-pub), or
one of several keys of a `did:web`, which is then its `controller`. An RSA key (RS256, for JWTs) always has one.
"""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_public_key,
)

from bot.badges.base64url import decoded, encoded
from bot.badges.elliptic import CURVE, p256_of, p256_of_point
from bot.badges.jsontext import JsonObject, to_text
from bot.errors import Problem

SEED_BYTES = 32
SIGNATURE_BYTES = 64
RSA_BITS = 3072
"""Of new keys: badges are read for decades."""
LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 8192
"""Of keys that others publish: a larger one only costs time."""
DID_KEY = "did:key:"
EDDSA = "EdDSA"
RS256 = "RS256"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58BTC = "z"
_ED25519_PUBLIC = b"\xed\x01"
_P256_PUBLIC = b"\x80\x24"
_LONGEST_MULTIBASE = 120
"""Keys and signatures are 48 and 88 characters; decoding is quadratic in the length."""


# ---------------------------------------------------------------- public keys


class PublicKey(Protocol):
    """What anybody may know of a key, and what it is for."""

    @property
    def alg(self) -> str:
        """The JWS algorithm: EdDSA, RS256 or, of others only, ES256."""

    @property
    def name(self) -> str:
        """The fragment of its verification method: follows from the key alone."""

    @property
    def jwk(self) -> JsonObject:
        """As a JSON Web Key (RFC 7517), without a private member."""

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether `signature` is this key's of `data`."""


@dataclass(frozen=True)
class Ed25519Public:
    raw: bytes

    @property
    def alg(self) -> str:
        return EDDSA

    @property
    def name(self) -> str:
        """The multikey, `z6Mk…`."""
        return multibase(_ED25519_PUBLIC + self.raw)

    @property
    def jwk(self) -> JsonObject:
        return {"kty": "OKP", "crv": "Ed25519", "alg": EDDSA, "x": encoded(self.raw)}

    def holds(self, signature: bytes, data: bytes) -> bool:
        return signed_by(self.raw, signature, data)


@dataclass(frozen=True)
class RsaPublic:
    modulus: int
    exponent: int

    @property
    def alg(self) -> str:
        return RS256

    @cached_property
    def name(self) -> str:
        """The thumbprint of the JWK (RFC 7638)."""
        members = {"e": _encoded_number(self.exponent), "kty": "RSA", "n": _encoded_number(self.modulus)}
        return encoded(sha256(to_text(members).encode()).digest())

    @property
    def jwk(self) -> JsonObject:
        return {
            "kty": "RSA",
            "alg": RS256,
            "n": _encoded_number(self.modulus),
            "e": _encoded_number(self.exponent),
        }

    def holds(self, signature: bytes, data: bytes) -> bool:
        try:
            self._key.verify(signature, data, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    @cached_property
    def _key(self) -> RSAPublicKey:
        return RSAPublicNumbers(self.exponent, self.modulus).public_key()


def rsa_of_pem(pem: str) -> RsaPublic:
    """The RSA key that somebody publishes as PEM (Open Badges 2.0). Raises `Problem` key_unreadable."""
    try:
        key = load_pem_public_key(pem.strip().encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        raise Problem("key_unreadable") from None
    if not isinstance(key, RSAPublicKey) or not LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
        raise Problem("key_unreadable")
    numbers = key.public_numbers()
    return RsaPublic(numbers.n, numbers.e)


# ---------------------------------------------------------------- private keys


class AnyKey(Protocol):
    """A private key that signs for a did."""

    @property
    def did(self) -> str:
        """Whom it signs for."""

    @property
    def alg(self) -> str: ...

    @property
    def method(self) -> str:
        """The verification method: the `kid` of a JWT, the `verificationMethod` of a proof."""

    @property
    def verifier(self) -> PublicKey: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key. Its 32-byte seed is all there is to store (sealed); it never shows in `repr`."""

    seed: bytes = field(repr=False)
    controller: str = ""
    """The `did:web` that it signs for; empty: it is its own `did:key`."""

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise ValueError("an Ed25519 seed has 32 bytes")

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> Ed25519Public:
        """What checks its signatures."""
        return Ed25519Public(self.public)

    @property
    def alg(self) -> str:
        return EDDSA

    @cached_property
    def did(self) -> str:
        """Whom it signs for: its controller, or itself, `did:key:z6Mk…`"""
        return self.controller or did_of(self.public)

    @property
    def method(self) -> str:
        """The verification method, `did:web:…#z6Mk…` or `did:key:z6Mk…#z6Mk…`."""
        return f"{self.did}#{self.verifier.name}"

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data` (RFC 8032, pure Ed25519)."""
        return self._private.sign(data)


@dataclass(frozen=True)
class RsaKey:
    """An RSA key for RS256. Its PKCS#8 DER is what is stored (sealed); it never shows in `repr`."""

    der: bytes = field(repr=False)
    controller: str

    def __post_init__(self) -> None:
        if self._private.key_size < LEAST_RSA_BITS:
            raise ValueError(f"an RSA key has {LEAST_RSA_BITS} bits or more")

    @cached_property
    def _private(self) -> RSAPrivateKey:
        # Made here and sealed with a tag since: looking for its primes again would take longer than all the rest.
        key = load_der_private_key(self.der, password=None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("an RSA key is wanted")
        return key

    @cached_property
    def verifier(self) -> RsaPublic:
        """What checks its signatures."""
        numbers = self._private.public_key().public_numbers()
        return RsaPublic(numbers.n, numbers.e)

    @property
    def alg(self) -> str:
        return RS256

    @property
    def did(self) -> str:
        """Whom it signs for."""
        return self.controller

    @property
    def method(self) -> str:
        """The verification method: the thumbprint of its JWK (RFC 7638) as a fragment of its controller."""
        return f"{self.controller}#{self.verifier.name}"

    def sign(self, data: bytes) -> bytes:
        """The signature of `data` (RSASSA-PKCS1-v1_5 with SHA-256): always the same for the same data."""
        return self._private.sign(data, PKCS1v15(), SHA256())


def generate(entropy: bytes, controller: str = "") -> SigningKey:
    """A key from 32 fresh random bytes that the caller took from the system's generator."""
    return SigningKey(entropy, controller)


def generate_rsa() -> bytes:
    """A new RSA key as PKCS#8 DER. Its chance is OpenSSL's own: primes cannot be passed in."""
    key = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


# ---------------------------------------------------------------- names


def did_of(public: bytes) -> str:
    """The `did:key` of a raw public key."""
    return DID_KEY + multibase(_ED25519_PUBLIC + public)


def method_of(did: str) -> str:
    """The only verification method of a `did:key`."""
    return f"{did}#{did.removeprefix(DID_KEY)}"


def public_of(multikey: str) -> bytes:
    """The raw public key in `z6Mk…`. Raises `Problem` key_unreadable for anything else."""
    data = from_multibase(multikey)
    if len(data) != len(_ED25519_PUBLIC) + 32 or not data.startswith(_ED25519_PUBLIC):
        raise Problem("key_unreadable")
    return data.removeprefix(_ED25519_PUBLIC)


def key_of(multikey: str) -> PublicKey:
    """The key in `z6Mk…` (Ed25519) or `zDna…` (P-256). Raises `Problem` key_unreadable for anything else."""
    data = from_multibase(multikey)
    if data.startswith(_P256_PUBLIC):
        return p256_of_point(data.removeprefix(_P256_PUBLIC))
    return Ed25519Public(public_of(multikey))


def public_of_jwk(jwk: Any) -> PublicKey:
    """The key that a JSON Web Key of unknown origin describes. Raises `Problem` key_unreadable.

    So it does for one with a private member: whoever published that gave the key away.
    """
    if not isinstance(jwk, dict) or "d" in jwk:
        raise Problem("key_unreadable")
    if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
        raw = _decoded(jwk.get("x"))
        if len(raw) == 32:
            return Ed25519Public(raw)
    if jwk.get("kty") == "EC" and jwk.get("crv") == CURVE:
        return p256_of(_decoded(jwk.get("x")), _decoded(jwk.get("y")))
    if jwk.get("kty") == "RSA":
        modulus, exponent = (int.from_bytes(_decoded(jwk.get(name)), "big") for name in ("n", "e"))
        is_sound = LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS and modulus % 2
        if is_sound and 3 <= exponent < 2**32 and exponent % 2:
            return RsaPublic(modulus, exponent)
    raise Problem("key_unreadable")


def signed_by(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is the one of `data` under a raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def multibase(data: bytes) -> str:
    """Multibase base58btc: `z` and the digits; a leading zero byte is a leading `1`."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _BASE58BTC + _BASE58[0] * zeros + digits


def from_multibase(text: str) -> bytes:
    """The bytes of a multibase base58btc text. Raises `Problem` key_unreadable."""
    digits = text.removeprefix(_BASE58BTC)
    if not text.startswith(_BASE58BTC) or len(text) > _LONGEST_MULTIBASE or set(digits) - set(_BASE58):
        raise Problem("key_unreadable")
    number = 0
    for digit in digits:
        number = number * 58 + _BASE58.index(digit)
    zeros = len(digits) - len(digits.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _encoded_number(number: int) -> str:
    return encoded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _decoded(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > MOST_RSA_BITS // 4:
        raise Problem("key_unreadable")
    try:
        return decoded(value)
    except ValueError:
        raise Problem("key_unreadable") from None
