import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from badge_samples import ISSUER_KEY, MIDNIGHT, endorsed_badge, plain_badge, shared, shared_json
from hypothesis import given
from hypothesis import strategies as st

from bot.badges import canonical, contexts, jsontext, jwt, keys, proof
from bot.badges.jsontext import JsonObject
from bot.badges.text import is_control
from bot.errors import Problem

W3C = ("vectors", "w3c-vc-di-eddsa")
SUITE = (*W3C, "eddsa-rdfc-2022")
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.fixture
def with_examples() -> contexts.Contexts:
    return {
        **contexts.shipped(),
        EXAMPLES: shared_json("contexts", "credentials-examples-v2.jsonld"),
    }


@pytest.fixture
def w3c_key() -> keys.SigningKey:
    pair = shared_json(*W3C, "keyPair.json")
    return keys.SigningKey(keys.from_multibase(pair["privateKeyMultibase"])[2:])


def unsigned() -> JsonObject:
    return {name: value for name, value in plain_badge().items() if name != "proof"}


def test_w3c_canonical_texts_byte_for_byte(with_examples: contexts.Contexts) -> None:
    document, config = shared_json(*W3C, "unsigned.json"), shared_json(*SUITE, "proofConfigDataInt.json")
    for source, name in ((document, "canonDoc"), (config, "proofCanon")):
        expected = shared(*SUITE, f"{name}DataInt.txt").read_text(encoding="utf-8")
        assert canonical.canonical(source, with_examples).nquads == expected
        assert canonical.second_opinion(source, with_examples) == expected


def test_w3c_signature_byte_for_byte(with_examples: contexts.Contexts, w3c_key: keys.SigningKey) -> None:
    created = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
    signed = proof.secure(shared_json(*W3C, "unsigned.json"), w3c_key, created, with_examples)
    expected = shared_json(*SUITE, "signedDataInt.json")
    assert signed == expected | {"proof": [expected["proof"]]}
    assert proof.holds(proof.unsecure(signed, with_examples), expected["proof"], w3c_key.public)


@pytest.mark.parametrize("folder", [SUITE, (*SUITE, "employ")])
def test_w3c_hashes_and_signature_from_canonical_texts(folder: tuple[str, ...], w3c_key: keys.SigningKey) -> None:
    hashed = b"".join(
        sha256(shared(*folder, f"{name}DataInt.txt").read_bytes()).digest() for name in ("proofCanon", "canonDoc")
    )
    assert hashed.hex() == shared(*folder, "combinedHashDataInt.txt").read_text().strip()
    signature = w3c_key.sign(hashed)
    assert signature.hex() == shared(*folder, "sigHexDataInt.txt").read_text().strip()
    assert keys.multibase(signature) == shared(*folder, "sigBTC58DataInt.txt").read_text().strip()


def test_the_proof_is_an_array_of_one() -> None:
    (only,) = plain_badge()["proof"]
    assert only["created"] == "2026-04-10T00:00:00+09:00"
    assert only["verificationMethod"] == ISSUER_KEY.method


@pytest.mark.parametrize("bad", ["\0", "\x07", "\t", "\n", "\r", "\x1f", "\x7f", "\x85", "\ufffe", "\ud800"])
def test_control_characters_are_not_signed(bad: str) -> None:
    document = unsigned() | {"name": f"a{bad}b"}
    with pytest.raises(Problem) as caught:
        proof.secure(document, ISSUER_KEY, MIDNIGHT)
    assert (caught.value.code, caught.value.params) == ("sign_control_character", {"path": "name"})


@pytest.mark.parametrize("empty", [None, [], {}])
def test_empty_members_are_not_signed(empty: object) -> None:
    with pytest.raises(Problem) as caught:
        proof.secure(unsigned() | {"evidence": empty}, ISSUER_KEY, MIDNIGHT)
    assert caught.value.code == "sign_empty"


@pytest.mark.parametrize(
    ("change", "term"),
    [
        ({"invented": 1}, "invented"),
        ({"type": ["VerifiableCredential", "OpenBadgeCredential", "Made"]}, "Made"),
    ],
)
def test_what_no_context_defines_is_not_signed(change: JsonObject, term: str) -> None:
    with pytest.raises(Problem) as caught:
        proof.secure(unsigned() | change, ISSUER_KEY, MIDNIGHT)
    assert (caught.value.code, caught.value.params) == ("sign_undefined_term", {"term": term})


def test_nothing_is_signed_where_the_two_canonical_forms_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "second_opinion", lambda document, known: "something else")
    with pytest.raises(Problem) as caught:
        proof.secure(unsigned(), ISSUER_KEY, MIDNIGHT)
    assert caught.value.code == "sign_disagreement"


def test_a_signed_document_is_not_signed_again() -> None:
    with pytest.raises(ValueError, match="already"):
        proof.secure(plain_badge(), ISSUER_KEY, MIDNIGHT)


def test_a_context_is_never_fetched() -> None:
    with pytest.raises(Problem) as caught:
        canonical.canonical({"@context": "https://example.org/context"}, contexts.shipped())
    assert caught.value.code == "document_unreadable"


@pytest.mark.parametrize("moment", [datetime(2026, 4, 10), datetime(2026, 4, 10, 0, 0, 0, 1, UTC)])  # noqa: DTZ001
def test_a_moment_without_zone_or_with_fractions_is_refused(moment: datetime) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        proof.timestamp(moment)


def paths(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        return [at]
    return [path for key, item in inside for path in paths(item, (*at, key))]


SIGNED = endorsed_badge()
WHOLE = {name: value for name, value in SIGNED.items() if name != "proof"}
TEXTS = [path for path in paths(WHOLE) if "@context" not in path]


def objects(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where objects stand, but in the contexts."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    here = [at] if isinstance(value, dict) else []
    return here + [path for key, item in inside if key != "@context" for path in objects(item, (*at, key))]


def put(path: tuple[str | int, ...], value: object) -> JsonObject:
    """The badge with endorsements, with something else in one place."""
    changed = copy.deepcopy(WHOLE)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@given(st.sampled_from(TEXTS), st.sampled_from("\0\x07\t\n\r\x1f\x7f\x85\x9f\ufffe\ufdd0\ud800"), st.booleans())
def test_control_characters_are_not_signed_wherever_they_stand(
    path: tuple[str | int, ...], bad: str, in_token: bool
) -> None:
    document = put(path, f"a{bad}b")
    with pytest.raises(Problem, match="sign_control_character"):
        sign(document, in_token)


@given(st.sampled_from(objects(WHOLE)), st.sampled_from(["invented", "名前", "validTill"]), st.booleans())
def test_undefined_terms_are_not_signed_wherever_they_stand(
    path: tuple[str | int, ...], term: str, in_token: bool
) -> None:
    document = put((*path, term), "x")
    with pytest.raises(Problem) as caught:
        sign(document, in_token)
    assert (caught.value.code, caught.value.params) == ("sign_undefined_term", {"term": term})


def sign(document: JsonObject, in_token: bool) -> None:
    if in_token and jsontext.id_of(document["issuer"]) == ISSUER_KEY.did:
        jwt.signed(document, ISSUER_KEY)
    else:
        proof.secure(document, ISSUER_KEY, MIDNIGHT)


LEAVES = [path for path in paths(SIGNED) if path[0] not in ("proof", "@context") and "@context" not in path]


@given(st.sampled_from(LEAVES))
def test_every_changed_text_breaks_the_proof(path: tuple[str | int, ...]) -> None:
    changed = copy.deepcopy(SIGNED)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = str(place[path[-1]]) + "x"
    try:
        unsecured = proof.unsecure(changed)
    except Problem:
        return
    good = proof.holds(unsecured, SIGNED["proof"][0], ISSUER_KEY.public)
    assert not good or unsecured.canonical.undefined


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_both_canonical_forms_agree_on_any_text_that_is_signed(text: str) -> None:
    if any(is_control(char) for char in text):
        return
    signed = proof.secure(unsigned() | {"name": text}, ISSUER_KEY, MIDNIGHT)
    assert proof.holds(proof.unsecure(signed), signed["proof"][0], ISSUER_KEY.public)


def test_what_one_document_means_by_a_type_is_not_kept_for_another() -> None:
    def odd(means: str) -> JsonObject:
        scoped = {"Odd": {"@id": "https://example.org/Odd", "@context": {"says": means}}}
        return {"@context": [*contexts.ISSUED, scoped], "id": "urn:x:1", "type": "Odd", "says": "x"}

    for means in ("https://example.org/a", "https://example.org/b", "https://example.org/a"):
        found = canonical.canonical(odd(means), contexts.shipped()).nquads
        assert f"<{means}>" in found
        assert found == canonical.second_opinion(odd(means), contexts.shipped())


def test_what_a_context_of_somebody_else_says_is_not_kept_for_the_next_one_of_its_address() -> None:
    document = {"@context": [*contexts.ISSUED, EXAMPLES], "id": "urn:x:1", "type": "Odd", "says": "x"}
    for means in ("https://example.org/a", "https://example.org/b"):
        odd = {"Odd": {"@id": "https://example.org/Odd", "@context": {"says": means}}}
        others = {**contexts.shipped(), EXAMPLES: {"@context": odd}}
        assert f"<{means}>" in canonical.canonical(document, others).nquads


def test_threads_do_not_disturb_each_other() -> None:
    document = unsigned()
    with ThreadPoolExecutor(4) as pool:
        signed = list(pool.map(lambda _: proof.secure(document, ISSUER_KEY, MIDNIGHT), range(12)))
    assert all(one == plain_badge() for one in signed)


def test_the_older_copy_of_the_context_gives_the_same_signature() -> None:
    older = shared_json("contexts", "ob-3.0.3.without-endorsementJwt.json")
    signed = endorsed_badge()
    unsecured = proof.unsecure(signed, {**contexts.shipped(), contexts.OPEN_BADGES: older})
    assert not unsecured.canonical.undefined
    assert proof.holds(unsecured, signed["proof"][0], ISSUER_KEY.public)


@pytest.mark.parametrize("url", contexts.ISSUED)
def test_the_shipped_contexts_are_the_published_ones(url: str) -> None:
    names = {entry["url"]: entry["file"] for entry in shared_json("contexts", "index.json")}
    assert contexts.shipped()[url] == shared_json("contexts", names[url])
