"""Whose key signed: read where the issuer publishes it, for proofs and for tokens alike."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from badge_samples import (
    ACHIEVEMENT,
    AWARD,
    ISSUER,
    ISSUER_KEY,
    MIDNIGHT,
    NOW,
    RSA_DER,
    as_bytes,
    endorsement_info,
    endorser_key,
    plain_badge,
    tiny_png,
)
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scenarios.web import Web
from typer.testing import CliRunner

from bot import app
from bot.__main__ import cli
from bot.badges import did, jwt, keys
from bot.badges.bake import bake
from bot.badges.base64url import encoded
from bot.badges.compose import compose
from bot.badges.did import PublishedKey
from bot.badges.documents import subject_id
from bot.badges.elliptic import P256Public
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import JsonObject
from bot.badges.keys import AnyKey, RsaKey, SigningKey
from bot.badges.proof import secure
from bot.badges.published import find
from bot.badges.reads import Read, Reads, Unread
from bot.badges.verdict import EXIT_CODES
from bot.badges.verify import CODES, Outcome, Validity, Verdict, verify
from bot.domain.language import LANGS, Lang
from bot.wording import Wording

DID = "did:web:badges.example.ac.jp:issuers:midori"
PLACE = "https://badges.example.ac.jp/issuers/midori/did.json"
ED = SigningKey(b"e" * 32, DID)
RSA = RsaKey(RSA_DER, DID)
LATER = SigningKey(b"f" * 32, DID)
DOCUMENT = did.document(DID, [PublishedKey(ED.verifier), PublishedKey(RSA.verifier)])
HTTPS = "https://badges.example.org/issuers/7"


def badge(issuer: str = DID, key: SigningKey = ED) -> JsonObject:
    document = compose(AWARD, ACHIEVEMENT, ISSUER)
    return secure(document | {"issuer": document["issuer"] | {"id": issuer}}, key, MIDNIGHT)


def token(key: AnyKey = RSA, **changes: Any) -> bytes:
    document = compose(AWARD, ACHIEVEMENT, ISSUER)
    return jwt.signed(document | {"issuer": document["issuer"] | {"id": key.did}} | changes, key).encode()


def remade(claims: JsonObject, key: AnyKey = RSA, **header: Any) -> bytes:
    """A token with a good signature over whatever it says."""
    head = {"alg": key.alg, "kid": key.method, "typ": "JWT"} | header
    to_sign = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{to_sign}.{encoded(key.sign(to_sign.encode()))}".encode()


def claims(text: bytes, **changes: Any) -> JsonObject:
    stated = jwt.opened(text).claims | changes
    return {name: value for name, value in stated.items() if value is not None}


def answer(document: Any, url: str = PLACE, status: int = 200) -> Read:
    return Read(url, status, "application/json", json.dumps(document).encode())


def judged(data: bytes, read: Read | Unread | None, url: str = PLACE) -> Verdict:
    found = verify(data, now=NOW, reads=Reads({url: read} if read else {}))
    codes = dict(CODES)
    assert all(set(codes[f"verify.{check.name}.{check.code}"]) == set(check.params) for check in found.checks)
    return found


def troubles(found: Verdict) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in found.checks if check.outcome in (Outcome.FAIL, Outcome.UNKNOWN)}


EMITTED = {
    "proof": as_bytes(badge()),
    "RS256": token(),
    "EdDSA": token(ED),
    "both": jwt.signed(badge(), RSA).encode(),
    "PNG": bake(tiny_png(), token()),
}


@pytest.mark.parametrize("data", EMITTED.values(), ids=EMITTED)
def test_what_a_did_web_issued_is_valid_once_its_document_was_read(data: bytes) -> None:
    found = judged(data, answer(DOCUMENT))
    assert (troubles(found), found.validity) == (set(), Validity.VALID)


@pytest.mark.parametrize("data", EMITTED.values(), ids=EMITTED)
def test_before_that_it_cannot_be_told_and_the_document_is_wanted(data: bytes) -> None:
    reads = Reads()
    found = verify(data, now=NOW, reads=reads)
    assert found.validity is Validity.UNKNOWN
    assert list(reads.wanted) == [PLACE]


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_connection_a_token_says_once_why_and_what_to_do(
    lang: Lang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline = app.World(fetch=Web())
    monkeypatch.setattr(app, "World", lambda: offline)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "badge.jwt").write_bytes(EMITTED["RS256"])
    ran = CliRunner().invoke(cli, ["verify", "badge.jwt", "--lang", lang])
    assert ran.exit_code == EXIT_CODES[Validity.UNKNOWN]
    asked = [line for line in ran.output.splitlines() if line.startswith("?")]
    voice = Wording(lang)
    assert asked == [
        f"? {voice.say('verify.name.proof')}: {voice.say('verify.proof.no_key')}",
        f"? {voice.say('verify.name.key')}: {voice.say('verify.key.unreachable', address=PLACE)}",
    ]
    assert DID not in asked[0], "it is the address that one can try, not the key's name"
    assert ("try again" if lang == "en" else "お試しください") in asked[1]


def test_the_formats_are_named() -> None:
    named = {name: judged(data, None).checks[0].params["format"] for name, data in EMITTED.items()}
    assert named == {"proof": "JSON", "RS256": "JWT", "EdDSA": "JWT", "both": "JWT", "PNG": "PNG, JWT"}


REVOKED = did.document(DID, [PublishedKey(key.verifier, datetime(2026, 4, 20, tzinfo=UTC)) for key in (ED, RSA)])


@pytest.mark.parametrize("name", ["proof", "RS256"])
@pytest.mark.parametrize(
    ("read", "code", "validity"),
    [
        (answer(DOCUMENT, status=404), "gone", Validity.INVALID),
        (answer(DOCUMENT, status=410), "gone", Validity.INVALID),
        (answer(DOCUMENT, status=503), "unreachable", Validity.UNKNOWN),
        (Unread("fetch.too_slow"), "unreachable", Validity.UNKNOWN),
        (Read(PLACE, 200, "text/html", b"<html>"), "unreadable", Validity.UNKNOWN),
        (answer(did.document(DID, [PublishedKey(LATER.verifier)])), "absent", Validity.INVALID),
        (answer(did.document(DID + "x", [PublishedKey(ED.verifier)])), "absent", Validity.INVALID),
        (answer(REVOKED), "withdrawn", Validity.INVALID),
    ],
)
def test_a_key_that_the_issuer_does_not_publish_is_not_its_own(
    name: str, read: Read | Unread, code: str, validity: Validity
) -> None:
    found = judged(EMITTED[name], read)
    assert ("key", code) in troubles(found)
    assert found.validity is validity


def test_a_key_of_a_kind_that_is_not_known_leaves_it_open() -> None:
    curve = {"kty": "EC", "crv": "P-521", "x": "AQAB", "y": "AQAB"}
    method = {"id": RSA.method, "type": "JsonWebKey", "controller": DID, "publicKeyJwk": curve}
    read = answer({"id": DID, "verificationMethod": [method], "assertionMethod": [RSA.method]})
    assert troubles(judged(token(), read)) == {("key", "unsupported"), ("proof", "no_key")}


def test_a_proof_made_with_another_key_than_the_fragment_says_does_not_hold() -> None:
    thief = SigningKey(b"t" * 32, DID)
    document = badge(key=thief)
    document["proof"][0]["verificationMethod"] = ED.method
    assert ("proof", "altered") in troubles(judged(as_bytes(document), answer(DOCUMENT)))


def test_a_key_under_another_did_is_not_the_issuers() -> None:
    other = "did:web:badges.example.ac.jp:issuers:kita"
    forged = as_bytes(badge(issuer=DID, key=SigningKey(b"e" * 32, other)))
    assert ("key", "others") in troubles(judged(forged, answer(DOCUMENT)))
    assert ("key", "others") in troubles(judged(as_bytes(badge(issuer=DID, key=ISSUER_KEY)), answer(DOCUMENT)))


def test_an_address_that_no_did_can_name_is_not_asked() -> None:
    reads = Reads()
    strange = "did:web:127.0.0.1%2F..:x"
    found = verify(as_bytes(badge(strange, SigningKey(b"e" * 32, strange))), now=NOW, reads=reads)
    assert (found.validity, reads.wanted) == (Validity.INVALID, {})


# issuers with an https address


def https_badge(method: str) -> bytes:
    document = badge(HTTPS, SigningKey(b"e" * 32, HTTPS))
    body = {name: value for name, value in document.items() if name != "proof"}
    key = _Named(ED, method)
    return remade(body | jwt.claims_of(body), key, kid=method)


class _Named:
    """A key under a name of one's choice."""

    def __init__(self, key: SigningKey, method: str) -> None:
        self._key, self.method = key, method
        self.did, self.alg, self.verifier, self.sign = HTTPS, key.alg, key.verifier, key.sign


JWK = ED.verifier.jwk
PROFILE = {
    "id": HTTPS,
    "type": ["Profile"],
    "verificationMethod": [
        {"id": f"{HTTPS}#key-1", "type": "JsonWebKey", "controller": HTTPS, "publicKeyJwk": JWK},
    ],
    "assertionMethod": [f"{HTTPS}#key-1"],
}
WELL_KNOWN = "https://badges.example.org/.well-known/jwks.json"
ELSEWHERE = "https://badges.example.org/issuers/8/key"


@pytest.mark.parametrize(
    ("method", "document", "expected"),
    [
        (f"{HTTPS}#key-1", PROFILE, set()),
        ("key-1", PROFILE, set()),
        (f"{HTTPS}#key-2", PROFILE, {("key", "absent"), ("proof", "no_key")}),
        (f"{HTTPS}/key", JWK, set()),
        (f"{HTTPS}/key", {"controller": HTTPS, "publicKeyMultibase": ED.verifier.name}, set()),
        (f"{HTTPS}/key", {"controller": ELSEWHERE} | JWK, {("key", "others"), ("proof", "no_key")}),
        (f"{HTTPS}/key", {"name": "no key"}, {("key", "absent"), ("proof", "no_key")}),
        (f"{WELL_KNOWN}#a", {"keys": [JWK | {"kid": "b"}, JWK | {"kid": "a"}]}, set()),
        (f"{WELL_KNOWN}#c", {"keys": [JWK | {"kid": "b"}]}, {("key", "absent"), ("proof", "no_key")}),
        (f"{HTTPS}/%2e%2E/8/key", {"controller": HTTPS} | JWK, {("key", "published"), ("proof", "no_key")}),
        ("https://evil.example/key", {"controller": HTTPS} | JWK, {("key", "others"), ("proof", "no_key")}),
    ],
)
def test_a_key_at_an_address_is_the_issuers_only_if_its_host_says_so(
    method: str, document: JsonObject, expected: set[tuple[str, str]]
) -> None:
    url = method.partition("#")[0] if ":" in method else HTTPS
    found = judged(https_badge(method), answer(document, url), url)
    assert troubles(found) == expected


NAMING = {"id": HTTPS, "assertionMethod": [ELSEWHERE]}
THEIRS = SigningKey(b"g" * 32, HTTPS).verifier.jwk
OTHERS = {("key", "others"), ("proof", "no_key")}


def described(**more: Any) -> JsonObject:
    return NAMING | {"verificationMethod": [{"id": ELSEWHERE, "controller": HTTPS, "publicKeyJwk": JWK} | more]}


@pytest.mark.parametrize(
    ("issuers", "expected"),
    [
        (PROFILE, OTHERS),
        (PROFILE | {"assertionMethod": []}, OTHERS),
        (NAMING | {"id": ELSEWHERE}, OTHERS),
        (Unread("fetch.too_slow"), {("key", "published"), ("proof", "no_key")}),
        (NAMING, set()),
        (described(), set()),
        (described(publicKeyJwk=THEIRS), {("proof", "altered")}),
        (described(revoked="2026-01-01T00:00:00Z"), {("key", "withdrawn"), ("proof", "no_key")}),
    ],
)
def test_a_key_beside_its_issuer_counts_only_where_the_issuer_names_it(
    issuers: JsonObject | Unread, expected: set[tuple[str, str]]
) -> None:
    """Whoever has a page on the same host must not sign for others there, whatever that page says."""
    own = issuers if isinstance(issuers, Unread) else answer(issuers, HTTPS)
    pages = {ELSEWHERE: answer({"controller": HTTPS} | JWK, ELSEWHERE), HTTPS: own}
    found = verify(https_badge(ELSEWHERE), now=NOW, trusted=frozenset({HTTPS}), reads=Reads(pages))
    assert troubles(found) == expected
    assert (("issuer", "trusted") in {(check.name, check.code) for check in found.checks}) is (not expected)


def test_a_redirect_does_not_carry_a_key_out_of_its_issuers_place() -> None:
    below = f"{HTTPS}/key"
    assert troubles(judged(https_badge(below), answer(JWK, ELSEWHERE), below)) == OTHERS


@pytest.mark.parametrize("issuer", ["https://uni.example", "https://uni.example/", "https://uni.example/i?id=7"])
def test_below_a_host_or_a_query_anybody_may_put_a_key(issuer: str) -> None:
    method = f"{issuer.rstrip('/')}/key"
    reads = Reads({method: answer({"controller": issuer} | JWK, method)})
    finding = find(method, issuer, reads, NOW)
    assert (finding.check.code, finding.keys, list(reads.wanted)) == ("published", (), [issuer])


def test_a_key_in_a_fragment_proves_nothing() -> None:
    data = https_badge(f"{HTTPS}#{ED.verifier.name}")
    assert troubles(judged(data, None)) == {("key", "published")}
    assert ("key", "absent") in troubles(judged(data, answer(PROFILE, HTTPS), HTTPS))


def test_a_key_in_the_header_proves_nothing() -> None:
    thief = SigningKey(b"t" * 32, DID)
    forged = remade(claims(token(ED)), thief, kid=ED.method, jwk=thief.verifier.jwk)
    assert ("proof", "altered") in troubles(judged(forged, answer(DOCUMENT)))
    without = remade(claims(token(ED)), thief, kid=None, jwk=thief.verifier.jwk)
    assert ("proof", "altered") in troubles(judged(without, answer(DOCUMENT)))


# tokens


def test_a_token_without_a_kid_may_be_of_any_key_that_the_issuer_publishes() -> None:
    assert troubles(judged(remade(claims(token()), kid=None), answer(DOCUMENT))) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "did:web:evil.example"}, ("claims", "disagree")),
        ({"jti": "urn:uuid:0"}, ("claims", "disagree")),
        ({"sub": "urn:uuid:0"}, ("claims", "disagree")),
        ({"nbf": 0}, ("claims", "disagree")),
        ({"nbf": "0"}, ("claims", "disagree")),
        ({"exp": 4_000_000_000}, ("claims", "disagree")),
        ({"iss": None}, ("claims", "missing")),
        ({"nbf": None}, ("claims", "missing")),
        ({"validFrom": "2026-02-30T00:00:00Z"}, ("claims", "disagree")),
        ({"validFrom": 5}, ("dates", "malformed")),
        ({"validUntil": "2026-04-20T00:00:00Z", "exp": 1776643200}, ("dates", "expired")),
        ({"issuer": 5}, ("schema", "violated")),
        ({"type": ["VerifiableCredential"]}, ("schema", "violated")),
        ({"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}]}, ("proof", "purpose")),
    ],
)
def test_what_a_token_says_otherwise_is_found_although_it_is_signed(
    changes: JsonObject, expected: tuple[str, str]
) -> None:
    found = judged(remade(claims(token(), **changes)), answer(DOCUMENT))
    assert expected in troubles(found)
    assert found.validity is Validity.INVALID


def test_a_term_that_no_context_defines_is_signed_in_a_token() -> None:
    """In a proof it would be covered by nothing; here the text is what is signed."""
    revoking = {"id": "https://badges.example.ac.jp/revoked", "type": "1EdTechRevocationList"}
    data = remade(claims(token(), credentialStatus=revoking))
    pages = {PLACE: answer(DOCUMENT), revoking["id"]: answer({"id": revoking["id"], "issuer": DID}, revoking["id"])}
    found = verify(data, now=NOW, reads=Reads(pages))
    assert (found.validity, troubles(found)) == (Validity.VALID, set())
    assert ("terms", "undefined_in_token") in {(check.name, check.code) for check in found.checks}
    head, body, signature = data.split(b".")
    other = remade(claims(token(), credentialStatus=revoking | {"id": "https://evil.example"})).split(b".")[1]
    assert ("proof", "altered") in troubles(judged(b".".join((head, other, signature)), answer(DOCUMENT)))
    both = remade(claims(jwt.signed(badge(), RSA).encode(), invented=1))
    assert ("terms", "undefined") in troubles(judged(both, answer(DOCUMENT)))
    assert body


@pytest.mark.parametrize("name", ["sub", "jti"])
def test_a_claim_that_would_only_say_it_again_may_be_left_out(name: str) -> None:
    assert troubles(judged(remade(claims(token(), **{name: None})), answer(DOCUMENT))) == set()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"alg": "none"}, ("proof", "algorithm")),
        ({"alg": "None"}, ("proof", "algorithm")),
        ({"alg": "HS256"}, ("proof", "algorithm")),
        ({"alg": None}, ("proof", "algorithm")),
        ({"alg": {}}, ("proof", "algorithm")),
        ({"alg": "PS256"}, ("proof", "unsupported")),
        ({"alg": "EdDSA"}, ("proof", "altered")),
        ({"crit": ["b64"], "b64": False}, ("proof", "unsupported")),
        ({"kid": 5, "alg": "ES512"}, ("proof", "unsupported")),
    ],
)
def test_no_header_talks_the_check_out_of_its_rules(header: JsonObject, expected: tuple[str, str]) -> None:
    found = judged(remade(claims(token()), **header), answer(DOCUMENT))
    assert expected in troubles(found)
    assert found.validity is not Validity.VALID


def test_an_altered_token_is_found() -> None:
    head, _, signature = token().split(b".")
    body = encoded(json.dumps(claims(token(), name="Better")).encode()).encode()
    found = judged(b".".join((head, body, signature)), answer(DOCUMENT))
    assert troubles(found) == {("proof", "altered")}


def test_the_older_form_is_told_by_its_vc() -> None:
    stated = claims(token())
    vc = {name: value for name, value in stated.items() if name not in ("iss", "sub", "jti", "nbf", "exp")}
    nested = {name: stated[name] for name in ("iss", "sub", "jti", "nbf")} | {"vc": vc}
    assert troubles(judged(remade(nested), answer(DOCUMENT))) == set()


# keys of others on the curve P-256


class Curve:
    """A key such as other issuers have."""

    alg, did = "ES256", DID

    def __init__(self, number: int) -> None:
        self._private = derive_private_key(number, SECP256R1())
        numbers = self._private.public_key().public_numbers()
        self.verifier = P256Public(numbers.x, numbers.y)
        self.method = f"{DID}#{self.verifier.name}"
        self.point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def sign(self, data: bytes) -> bytes:
        first, second = decode_dss_signature(self._private.sign(data, ECDSA(SHA256())))
        return first.to_bytes(32, "big") + second.to_bytes(32, "big")


CURVE = Curve(4711)
MULTIKEY = keys.multibase(b"\x80\x24" + CURVE.point)


def on_curve(**method: Any) -> Read:
    stated = {"id": CURVE.method, "type": "JsonWebKey", "controller": DID} | method
    return answer({"id": DID, "verificationMethod": [stated], "assertionMethod": [CURVE.method]})


@pytest.mark.parametrize("stated", [{"publicKeyJwk": CURVE.verifier.jwk}, {"publicKeyMultibase": MULTIKEY}])
def test_a_token_of_es256_is_judged_by_the_key_that_its_issuer_publishes(stated: JsonObject) -> None:
    assert troubles(judged(token(CURVE), on_curve(**stated))) == set()
    head, body, signature = token(CURVE).split(b".")
    forged = b".".join((head, body, token(Curve(4712)).split(b".")[2]))
    assert troubles(judged(forged, on_curve(**stated))) == {("proof", "altered")}
    assert troubles(judged(token(CURVE, name="x"), answer(DOCUMENT))) >= {("key", "absent")}
    for strange in (b"AA", encoded(bytes(64)).encode(), encoded(b"\xff" * 64).encode()):
        assert troubles(judged(b".".join((head, body, strange)), on_curve(**stated))) == {("proof", "altered")}
    assert signature != strange


@pytest.mark.parametrize(
    "stated",
    [
        {"publicKeyJwk": CURVE.verifier.jwk | {"d": "AQAB"}},
        {"publicKeyJwk": CURVE.verifier.jwk | {"x": "AQAB"}},
        {"publicKeyJwk": CURVE.verifier.jwk | {"x": CURVE.verifier.jwk["y"]}},
        {"publicKeyJwk": CURVE.verifier.jwk | {"crv": "secp256k1"}},
        {"publicKeyMultibase": keys.multibase(b"\x80\x24\x05" + CURVE.point[1:])},
        {"publicKeyMultibase": keys.multibase(b"\x80\x24" + CURVE.point[:-1])},
    ],
)
def test_what_is_no_point_of_the_curve_is_no_key(stated: JsonObject) -> None:
    assert ("key", "unsupported") in troubles(judged(token(CURVE), on_curve(**stated)))


def test_no_algorithm_is_taken_for_another_keys() -> None:
    for key, named in ((CURVE, "EdDSA"), (CURVE, "RS256"), (ED, "ES256"), (RSA, "ES256")):
        found = judged(remade(claims(token()), key, alg=named), on_curve(publicKeyJwk=key.verifier.jwk, id=key.method))
        assert ("proof", "holds") not in {(check.name, check.code) for check in found.checks}


# endorsements as tokens


def endorsed(items: list[str]) -> bytes:
    document = compose(AWARD, ACHIEVEMENT, ISSUER)
    document = document | {"endorsementJwt": items}
    return as_bytes(secure(document, ISSUER_KEY, MIDNIGHT))


def endorsement(key: SigningKey, target: str = subject_id(ISSUER.id, AWARD.id)) -> str:
    return jwt.signed(compose_endorsement(endorsement_info(1, target)), key)


def test_an_endorsement_as_a_token_is_checked_with_its_own_signature_and_target() -> None:
    good = endorsement(endorser_key(1))
    found = judged(endorsed([good]), None)
    assert (troubles(found), found.validity) == (set(), Validity.VALID)
    assert found.summary is not None
    assert found.summary.endorsements_by_role() == {"colleague": 1}
    head, body, signature = good.split(".")
    cases = {
        f"{head}.{body}.{'A' * len(signature)}": "altered",
        endorsement(endorser_key(1), "urn:uuid:00000000-0000-4000-8000-000000000999"): "other_target",
        "e30.e30.AA": "malformed",
        "e30.W10.AA": "malformed",
    }
    for item, code in cases.items():
        assert troubles(judged(endorsed([item]), None)) == {("endorsement", code)}


def test_a_token_alone_may_be_an_endorsement() -> None:
    found = judged(endorsement(endorser_key(1)).encode(), None)
    assert (found.checks[0].code, found.validity) == ("read_endorsement", Validity.VALID)


def test_not_every_token_of_a_flood_is_opened() -> None:
    found = judged(endorsed(["e30.e30.AA"] * 200), None)
    assert found.validity is Validity.INVALID


def test_a_token_of_ours_under_a_did_key_needs_nobody() -> None:
    text = jwt.signed(plain_badge(), ISSUER_KEY).encode()
    reads = Reads()
    assert verify(text, now=NOW, reads=reads).validity is Validity.VALID
    assert reads.wanted == {}
