import contextlib

import pytest
from badge_samples import shared_json
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
    for read in (keys.from_multibase, keys.public_of, keys.public_of_did):
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
    assert keys.public_of_did(key.did) == key.public
    assert key.method == f"{key.did}#{key.did.removeprefix('did:key:')}"
    assert key.did.startswith("did:key:z6Mk")


def test_the_did_is_the_one_w3c_gives() -> None:
    pair = shared_json("vectors", "w3c-vc-di-eddsa", "keyPair.json")
    seed = keys.from_multibase(pair["privateKeyMultibase"])[2:]
    assert keys.generate(seed).did == "did:key:" + pair["publicKeyMultibase"]


def test_a_private_key_does_not_show() -> None:
    assert repr(keys.generate(b"\x01" * 32)) == "SigningKey()"


def test_entropy_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        keys.generate(b"short")


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(Problem):
        keys.public_of("zDnaeWzYQrmW8zvLQQh9cHP4BXkKDjrFCnMxXnp1JjQhvZmTh")  # P-256
