import contextlib

import pytest
from badge_samples import RSA_DER, shared_json
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.badges import keys
from bot.errors import Problem

seeds = st.binary(min_size=32, max_size=32)


@given(st.binary(max_size=64))
def test_multibase_comes_back(data: bytes) -> None:
    assert keys.from_multibase(keys.multibase(data)) == data


@given(st.text(max_size=140))
def test_reading_a_key_never_does_more_than_refuse(text: str) -> None:
    for read in (keys.from_multibase, keys.public_of):
        with contextlib.suppress(Problem):
            read(text)


@given(seeds, st.binary(max_size=100))
def test_a_signature_holds_for_its_key_and_text_only(seed: bytes, data: bytes) -> None:
    key, other = keys.generate(seed), keys.generate(bytes(byte ^ 1 for byte in seed))
    signature = key.sign(data)
    assert keys.signed_by(key.public, signature, data)
    assert not keys.signed_by(other.public, signature, data)
    assert not keys.signed_by(key.public, signature, data + b"x")


@given(seeds)
def test_a_did_names_its_key(seed: bytes) -> None:
    key = keys.generate(seed)
    assert keys.public_of(key.did.removeprefix(keys.DID_KEY)) == key.public
    assert key.method == f"{key.did}#{key.did.removeprefix('did:key:')}"
    assert key.did.startswith("did:key:z6Mk")


def test_the_did_is_the_one_w3c_gives() -> None:
    pair = shared_json("vectors", "w3c-vc-di-eddsa", "keyPair.json")
    seed = keys.from_multibase(pair["privateKeyMultibase"])[2:]
    assert keys.generate(seed).did == "did:key:" + pair["publicKeyMultibase"]


def test_a_private_key_does_not_show() -> None:
    key, rsa = keys.generate(b"\x01" * 32), keys.RsaKey(RSA_DER, "did:web:example.ac.jp")
    assert repr(key) == "SigningKey(controller='')"
    assert repr(rsa) == "RsaKey(controller='did:web:example.ac.jp')"


def test_entropy_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keys.generate(b"short")


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(Problem):
        keys.public_of("zDnaeWzYQrmW8zvLQQh9cHP4BXkKDjrFCnMxXnp1JjQhvZmTh")  # P-256


# ---------------------------------------------------------------- RSA, JSON Web Keys, controllers


def test_an_rsa_key_comes_back_from_what_is_stored() -> None:
    first, again = (keys.RsaKey(RSA_DER, "did:web:example.ac.jp") for _ in range(2))
    signature = first.sign(b"data")
    assert again.sign(b"data") == signature, "RS256 is deterministic: the same edition has the same token"
    assert again.verifier.holds(signature, b"data")
    assert not again.verifier.holds(signature, b"datum")
    assert again.method == f"did:web:example.ac.jp#{first.verifier.name}"
    assert (first.alg, first.did) == ("RS256", "did:web:example.ac.jp")


def test_a_new_rsa_key_is_long_enough() -> None:
    key = keys.RsaKey(keys.generate_rsa(), "did:web:example.ac.jp")
    assert key.verifier.modulus.bit_length() == keys.RSA_BITS


def test_a_short_rsa_key_and_another_kind_are_refused() -> None:
    short = rsa.generate_private_key(65537, 1024)
    other = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    for key, words in ((short, "bits"), (other, "RSA key")):
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(ValueError, match=words):
            keys.RsaKey(der, "did:web:example.ac.jp")


def test_the_thumbprint_is_the_one_of_rfc_7638() -> None:
    """The example of its section 3.1."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
        "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    )
    key = keys.public_of_jwk({"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert key.name == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@given(seeds)
def test_a_jwk_comes_back(seed: bytes) -> None:
    for key in (keys.generate(seed).verifier, keys.RsaKey(RSA_DER, "did:web:a.jp").verifier):
        assert keys.public_of_jwk(key.jwk) == key


def test_a_key_under_a_controller_is_named_by_it() -> None:
    alone, under = keys.generate(b"\x01" * 32), keys.generate(b"\x01" * 32, "did:web:example.ac.jp")
    assert under.did == "did:web:example.ac.jp"
    assert under.method == f"did:web:example.ac.jp#{alone.did.removeprefix('did:key:')}"
    assert alone.public == under.public


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        [],
        {"kty": "RSA"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AQAB"},
        {"kty": "OKP", "crv": "Ed25519", "x": "ß" * 43},
        {"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
        keys.Ed25519Public(bytes(32)).jwk | {"d": "AQAB"},
    ],
)
def test_what_is_no_public_key_is_refused(jwk: object) -> None:
    with pytest.raises(Problem) as refused:
        keys.public_of_jwk(jwk)
    assert refused.value.code == "key_unreadable"


def test_rsa_numbers_of_a_hostile_size_are_refused() -> None:
    good = keys.RsaKey(RSA_DER, "did:web:a.jp").verifier
    numbers = [(good.modulus, 1), (good.modulus, 2**40 + 1), (good.modulus + 1, 65537), ((1 << 8200) + 1, 65537)]
    for modulus, exponent in numbers:
        with pytest.raises(Problem):
            keys.public_of_jwk(keys.RsaPublic(modulus, exponent).jwk)
