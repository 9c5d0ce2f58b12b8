import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from badge_samples import ACHIEVEMENT, AWARD, ISSUER, ISSUER_KEY, MIDNIGHT, RSA_DER, plain_badge
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.badges import jwt
from bot.badges.base64url import decoded, encoded
from bot.badges.compose import compose
from bot.badges.jsontext import JsonObject
from bot.badges.keys import DID_KEY, AnyKey, Ed25519Public, RsaKey, RsaPublic, SigningKey, key_of
from bot.errors import Problem

DID = "did:web:badges.example.ac.jp:issuers:midori"
RSA = RsaKey(RSA_DER, DID)
ED = SigningKey(b"e" * 32, DID)
KEYS: list[AnyKey] = [RSA, ED, ISSUER_KEY]


def composed(key: AnyKey, **changes: Any) -> JsonObject:
    document = compose(AWARD, ACHIEVEMENT, ISSUER)
    return document | {"issuer": document["issuer"] | {"id": key.did}} | changes


def pem(key: AnyKey) -> bytes:
    verifier = key.verifier
    if isinstance(verifier, RsaPublic):
        return _pem(RSAPublicNumbers(verifier.exponent, verifier.modulus).public_key())
    assert isinstance(verifier, Ed25519Public)
    return _pem(Ed25519PublicKey.from_public_bytes(verifier.raw))


def _pem(public: Ed25519PublicKey | RSAPublicKey) -> bytes:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("key", KEYS, ids=["rsa", "ed25519", "did:key"])
def test_a_token_is_the_credential_and_says_it_again_in_claims(key: AnyKey) -> None:
    document = composed(key, validUntil="2027-04-10T00:00:00+09:00")
    token = jwt.opened(jwt.signed(document, key).encode())
    assert token.header == {"alg": key.alg, "kid": key.method, "typ": "JWT"}
    assert token.credential == document
    claims = {name: token.claims[name] for name in ("iss", "sub", "jti", "nbf", "exp")}
    assert claims == {
        "iss": key.did,
        "sub": document["credentialSubject"]["id"],
        "jti": document["id"],
        "nbf": int(MIDNIGHT.timestamp()),
        "exp": int(datetime(2027, 4, 9, 15, tzinfo=UTC).timestamp()),
    }
    assert jwt.holds(token, key.verifier)


def test_a_token_without_an_end_has_no_exp() -> None:
    assert "exp" not in jwt.opened(jwt.signed(composed(RSA), RSA).encode()).claims


def test_a_document_with_a_proof_keeps_it() -> None:
    badge = plain_badge()
    assert jwt.opened(jwt.signed(badge, ISSUER_KEY).encode()).credential == badge


@pytest.mark.parametrize("key", KEYS, ids=["rsa", "ed25519", "did:key"])
def test_an_independent_verifier_accepts_the_token(key: AnyKey) -> None:
    ob3 = pytest.importorskip("openbadgeslib.ob3.verifier")
    text = jwt.signed(composed(key), key)
    credential = ob3.OB3Verifier(pem(key)).verify(text)
    assert credential.issuer.id == key.did
    head, body, signature = text.split(".")
    other = json.loads(decoded(body)) | {"name": "x"}
    for forged in (f"{head}.{encoded(json.dumps(other).encode())}.{signature}", f"{head}.{body}.AAAA"):
        with pytest.raises(ob3.OB3VerificationError):
            ob3.OB3Verifier(pem(key)).verify(forged)
        assert not jwt.holds(jwt.opened(forged.encode()), key.verifier)


def test_the_did_key_alone_is_enough_for_an_independent_verifier() -> None:
    ob3 = pytest.importorskip("openbadgeslib.ob3.verifier")
    text = jwt.signed(composed(ISSUER_KEY), ISSUER_KEY)
    assert ob3.OB3Verifier.for_issuer_did(ISSUER_KEY.did).verify(text).issuer.id == ISSUER_KEY.did


def test_nobody_signs_for_another_issuer() -> None:
    with pytest.raises(ValueError, match="its issuer"):
        jwt.signed(composed(RSA), ISSUER_KEY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "a\x00b"}, "sign_control_character"),
        ({"evidence": []}, "sign_empty"),
        ({"invented": "x"}, "sign_undefined_term"),
    ],
)
def test_what_other_verifiers_would_read_differently_is_not_signed(changes: JsonObject, code: str) -> None:
    with pytest.raises(Problem) as refused:
        jwt.signed(composed(RSA, **changes), RSA)
    assert refused.value.code == code


def resigned(header: JsonObject, key: AnyKey = RSA) -> jwt.Token:
    """A token whose signature is good, under whatever header."""
    body = jwt.signed(composed(key), key).split(".")[1]
    to_sign = f"{encoded(json.dumps(header).encode())}.{body}"
    return jwt.opened(f"{to_sign}.{encoded(key.sign(to_sign.encode()))}".encode())


@pytest.mark.parametrize("alg", ["none", "HS256", "RS384", "RS1", "ES256", "EdDSA", "", None, ["RS256"], {}])
def test_the_key_says_which_algorithm_is_meant(alg: Any) -> None:
    assert jwt.holds(resigned({"alg": "RS256"}), RSA.verifier)
    assert not jwt.holds(resigned({"alg": alg}), RSA.verifier)


def test_both_names_of_the_ed25519_signature_are_known() -> None:
    assert jwt.holds(resigned({"alg": "Ed25519"}, ED), ED.verifier)
    assert not jwt.holds(resigned({"alg": "RS256"}, ED), ED.verifier)


def test_what_a_header_calls_critical_is_not_passed_over() -> None:
    assert not jwt.holds(resigned({"alg": "RS256", "crit": ["b64"], "b64": True}), RSA.verifier)


def test_a_key_in_the_header_is_not_looked_at() -> None:
    thief = SigningKey(b"t" * 32, DID)
    token = resigned({"alg": "EdDSA", "jwk": thief.verifier.jwk}, thief)
    assert not jwt.holds(token, ED.verifier)


def test_the_older_form_holds_its_credential_in_vc() -> None:
    old = {"issuer": {"id": DID}, "issuanceDate": "2026-04-10T00:00:00+09:00", "expirationDate": "2027-04-10T00:00:00Z"}
    token = jwt.Token({}, {"iss": DID, "vc": old}, b"", b"")
    assert token.credential == old
    assert jwt.claims_of(old)["exp"] - jwt.claims_of(old)["nbf"] == timedelta(days=365, hours=9).total_seconds()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "jwt_unreadable"),
        (b"a.b", "jwt_unreadable"),
        (b"a.b.c.d", "jwt_unreadable"),
        (b"e30=.e30.AA", "jwt_unreadable"),
        (b"e30.e31.AA", "jwt_unreadable"),
        (b"W10.e30.AA", "jwt_unreadable"),
        (b"e30.W10.AA", "json_not_object"),
        (b"e30.e30.AB", "jwt_unreadable"),
    ],
)
def test_what_is_no_token_is_refused(text: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        jwt.opened(text)
    assert refused.value.code == code


@given(st.binary(max_size=40))
def test_base64url_comes_back_and_has_one_text_only(data: bytes) -> None:
    text = encoded(data)
    assert decoded(text) == data
    for other in (text + "=", text + "\n", text[:-1] + "/" if text else "/"):
        with pytest.raises(ValueError, match=r"canonical|base64url"):
            decoded(other)


def test_a_token_of_a_did_key_is_checked_with_the_key_that_the_did_spells() -> None:
    token = jwt.opened(jwt.signed(composed(ISSUER_KEY), ISSUER_KEY).encode())
    assert jwt.holds(token, key_of(token.claims["iss"].removeprefix(DID_KEY)))
