"""Ed25519 keys and their `did:key` names (W3C CCG did:key; multibase base58btc, multicodec ed25519-pub)."""

from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import Problem

SEED_BYTES = 32
SIGNATURE_BYTES = 64
DID_KEY = "did:key:"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58BTC = "z"
_ED25519_PUBLIC = b"\xed\x01"
_LONGEST_MULTIBASE = 120
"""Keys and signatures are 48 and 88 characters; decoding is quadratic in the length."""


@dataclass(frozen=True)
class SigningKey:
    """A private key. Its 32-byte seed is all there is to store (sealed); it never shows in `repr`."""

    seed: bytes = field(repr=False)

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

    @cached_property
    def did(self) -> str:
        """`did:key:z6Mk…`"""
        return did_of(self.public)

    @property
    def method(self) -> str:
        """The verification method, `did:key:z6Mk…#z6Mk…`."""
        return method_of(self.did)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data` (RFC 8032, pure Ed25519)."""
        return self._private.sign(data)


def generate(entropy: bytes) -> SigningKey:
    """A key from 32 fresh random bytes that the caller took from the system's generator."""
    return SigningKey(entropy)


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


def public_of_did(did: str) -> bytes:
    """The raw public key that a `did:key` names. Raises `Problem` key_unreadable."""
    if not did.startswith(DID_KEY):
        raise Problem("key_unreadable")
    return public_of(did.removeprefix(DID_KEY))


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
