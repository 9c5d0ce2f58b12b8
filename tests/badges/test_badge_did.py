"""did:web: names, addresses, and which keys an issuer's document gives for a proof."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from badge_samples import RSA_DER, shared_json
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3.did import pem_for_kid

from bot.badges import did, keys
from bot.badges.canonical import canonical
from bot.badges.contexts import shipped
from bot.badges.jsontext import JsonObject
from bot.errors import Problem

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NAME = "did:web:badges.example.ac.jp:issuers:00000000-0000-4000-8000-000000000001"
CURRENT = keys.SigningKey(b"c" * 32, NAME)
RETIRED = keys.SigningKey(b"r" * 32, NAME)
LEAKED = keys.SigningKey(b"l" * 32, NAME)
FOR_TOKENS = keys.RsaKey(RSA_DER, NAME)
DOCUMENT = did.document(
    NAME,
    [
        did.PublishedKey(CURRENT.verifier),
        did.PublishedKey(FOR_TOKENS.verifier),
        did.PublishedKey(RETIRED.verifier),
        did.PublishedKey(LEAKED.verifier, revoked_at=NOW),
    ],
)


def published(method: str, document: JsonObject = DOCUMENT) -> tuple[keys.PublicKey, ...]:
    return did.public_keys(document, method, now=NOW)


# ---------------------------------------------------------------- names and addresses


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("did:web:example.ac.jp", "https://example.ac.jp/.well-known/did.json"),
        ("did:web:example.ac.jp%3A8443", "https://example.ac.jp:8443/.well-known/did.json"),
        ("did:web:example.ac.jp:issuers:a-1", "https://example.ac.jp/issuers/a-1/did.json"),
        ("did:web:example.ac.jp%3A8443:a:b", "https://example.ac.jp:8443/a/b/did.json"),
    ],
)
def test_a_name_leads_to_its_document(name: str, address: str) -> None:
    assert did.did_web_url(name) == address


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("https://example.ac.jp", "did:web:example.ac.jp:issuers:1"),
        ("https://example.ac.jp/", "did:web:example.ac.jp:issuers:1"),
        ("https://EXAMPLE.ac.jp:8443/badges/", "did:web:example.ac.jp%3A8443:badges:issuers:1"),
    ],
)
def test_an_address_gives_a_name(base: str, name: str) -> None:
    assert did.did_web(base, "issuers", "1") == name
    assert did.did_web_url(name).startswith(base.lower().rstrip("/"))


@pytest.mark.parametrize(
    "base",
    [
        "",
        "http://example.ac.jp",
        "https://",
        "https://a@example.ac.jp",
        "https://a.jp?x=1",
        "https://学校.jp",
        "https://[::1]",
    ],
)
def test_an_address_that_a_name_cannot_say_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="https address"):
        did.did_web(base, "issuers", "1")


@pytest.mark.parametrize(
    "name",
    [
        "did:key:z6Mk",
        "did:web:",
        "did:web::a",
        "did:web:a.jp:",
        "did:web:a.jp:..",
        "did:web:a.jp:.:b",
        "did:web:a.jp:b/c",
        "did:web:a.jp:b%2Fc",
        "did:web:a.jp:b?c",
        "did:web:a.jp:b#c",
        "did:web:u%40a.jp",
        "did:web:a.jp%2Fb",
        "did:web:a.jp%3A",
        "did:web:a.jp%3A0",
        "did:web:a.jp%3A443x",
        "did:web:a.jp%3A1%3A2",
        "did:web:[::1]",
        "did:web:-a.jp",
        "did:web:a..jp",
        "did:web:a.jp\n",
        "did:web:a.jp:b\n",
        "did:web:" + "a" * 600,
    ],
)
def test_a_name_that_could_lead_astray_is_refused(name: str) -> None:
    with pytest.raises(Problem) as refused:
        did.did_web_url(name)
    assert refused.value.code == "did_unreadable"


@given(st.text(max_size=60))
def test_any_name_leads_to_an_https_address_of_its_own_host_or_nowhere(rest: str) -> None:
    with contextlib.suppress(Problem):
        address = did.did_web_url("did:web:" + rest)
        assert address.startswith("https://")
        assert address.endswith("/did.json")
        assert not set(address) & set("@?#\\ %")


# ---------------------------------------------------------------- the document


def test_current_and_retired_keys_are_published_and_revoked_ones_are_not() -> None:
    for key in (CURRENT, RETIRED, FOR_TOKENS):
        assert published(key.method) == (key.verifier,)
    assert published(LEAKED.method) == ()
    assert set(published(NAME)) == {CURRENT.verifier, FOR_TOKENS.verifier, RETIRED.verifier}
    leaked = next(item for item in DOCUMENT["verificationMethod"] if item["id"] == LEAKED.method)
    assert leaked["revoked"] == "2026-05-01T00:00:00Z", "it is said that there was such a key"


def test_the_document_is_read_by_a_library_that_is_not_ours() -> None:
    for key in (CURRENT, FOR_TOKENS):
        assert pem_for_kid(DOCUMENT, NAME, key.method).startswith(b"-----BEGIN PUBLIC KEY-----")


def test_every_term_of_a_multikey_document_is_defined() -> None:
    only = did.document(NAME, [did.PublishedKey(CURRENT.verifier), did.PublishedKey(LEAKED.verifier, revoked_at=NOW)])
    contexts = {
        **shipped(),
        "https://www.w3.org/ns/did/v1": shared_json("contexts", "did-v1.jsonld"),
        "https://w3id.org/security/multikey/v1": shared_json("contexts", "multikey-v1.jsonld"),
    }
    assert not canonical(only | {"@context": only["@context"][:2]}, contexts).undefined


def test_other_names_of_the_issuer_are_told() -> None:
    assert did.document(NAME, [], ["did:key:z1"])["alsoKnownAs"] == ["did:key:z1"]
    assert "alsoKnownAs" not in DOCUMENT


def changed(**changes: Any) -> JsonObject:
    return DOCUMENT | changes


METHOD = DOCUMENT["verificationMethod"][0]


@pytest.mark.parametrize(
    "document",
    [
        {},
        changed(id="did:web:other.jp"),
        changed(assertionMethod=[]),
        changed(assertionMethod=None),
        changed(assertionMethod=[5, None]),
        changed(assertionMethod=[], authentication=[CURRENT.method]),
        changed(verificationMethod=[]),
        changed(verificationMethod="x"),
        changed(verificationMethod=[METHOD | {"controller": "did:web:other.jp"}]),
        changed(verificationMethod=[METHOD | {"revoked": "2099-01-01T00:00:00Z"}]),
        changed(verificationMethod=[METHOD | {"expires": "2026-05-01T00:00:00Z"}]),
        changed(verificationMethod=[METHOD | {"expires": 5}]),
    ],
)
def test_a_key_that_the_issuer_does_not_publish_is_not_given(document: JsonObject) -> None:
    assert published(CURRENT.method, document) == ()


@pytest.mark.parametrize(
    "document",
    [
        changed(assertionMethod=METHOD, verificationMethod=[]),
        changed(assertionMethod=CURRENT.method, verificationMethod=METHOD),
        changed(
            assertionMethod=["#" + CURRENT.verifier.name],
            verificationMethod=[METHOD | {"id": "#" + CURRENT.verifier.name}],
        ),
        changed(verificationMethod=[METHOD | {"expires": "2026-05-01T00:00:01Z"}]),
        changed(
            verificationMethod=[
                {
                    "id": CURRENT.method,
                    "type": "JsonWebKey2020",
                    "controller": NAME,
                    "publicKeyJwk": CURRENT.verifier.jwk,
                }
            ]
        ),
    ],
)
def test_every_way_of_publishing_a_key_is_read(document: JsonObject) -> None:
    assert published(CURRENT.method, document) == (CURRENT.verifier,)


def test_a_published_key_of_an_unknown_kind_is_no_missing_key() -> None:
    secp256k1 = METHOD | {"publicKeyMultibase": "zQ3shMUiwgYY24hGs5upF8sbE9WHp6T7RyfWKT7KM6wVik73D"}
    with pytest.raises(Problem) as refused:
        published(CURRENT.method, changed(verificationMethod=[secp256k1]))
    assert refused.value.code == "key_unreadable"


def test_another_issuers_method_is_never_given() -> None:
    assert published(f"did:web:other.jp#{CURRENT.verifier.name}") == ()
    assert published(f"{NAME}#nothing") == ()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([NAME, CURRENT.method, "#x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "controller", "publicKeyJwk", "publicKeyMultibase", "revoked", "kty"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(_values, _values)
def test_reading_any_document_never_does_more_than_refuse(methods: Any, asserting: Any) -> None:
    with contextlib.suppress(Problem):
        assert (
            published(CURRENT.method, {"id": NAME, "verificationMethod": methods, "assertionMethod": asserting}) == ()
        )
