import ast
import copy
import inspect
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from badge_samples import (
    ACHIEVEMENT,
    AWARD,
    ISSUER,
    ISSUER_KEY,
    MIDNIGHT,
    NOW,
    SUBJECT,
    as_bytes,
    endorsed_badge,
    endorsement,
    endorser_key,
    plain_badge,
    png_chunk,
    shared,
    tiny_png,
    urn,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.badges import bake as bake_module
from bot.badges import canonical as canonical_module
from bot.badges import (
    checks,
    did,
    jsontext,
    jwt,
    keys,
    ob2,
    proof,
    published,
    recipient,
    refresh,
    schema,
    signatures,
    svg,
    verdict,
)
from bot.badges import status as status_module
from bot.badges import verify as verify_module
from bot.badges.bake import bake
from bot.badges.compose import compose
from bot.badges.contexts import CREDENTIALS_V1
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.badges.reads import Read, Reads
from bot.badges.verdict import Recipient
from bot.badges.verify import CODES, PROBLEMS, Outcome, Validity, Verdict, verify

VECTORS = ("vectors", "1edtech", "ob30")


def verdict_on(document: JsonObject, **options: Any) -> Verdict:
    return verify(json.dumps(document).encode(), **({"now": NOW} | options))


def bad(found: Verdict) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in found.checks if check.outcome in (Outcome.FAIL, Outcome.UNKNOWN)}


def unsigned(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def resigned(document: JsonObject, key: SigningKey = ISSUER_KEY) -> JsonObject:
    return secure(unsigned(document), key, MIDNIGHT)


def known_to_wording(found: Verdict) -> bool:
    codes = dict(CODES)
    return all(set(codes[f"verify.{check.name}.{check.code}"]) == set(check.params) for check in found.checks)


# what we issue


def test_our_badge_is_valid_and_says_what_cannot_be_known() -> None:
    found = verify(as_bytes(endorsed_badge()), now=NOW)
    assert (found.validity, found.exit_code) == (Validity.VALID, 0)
    assert [(check.name, check.code) for check in found.checks] == [
        ("form", "read"),
        ("contexts", "known"),
        ("terms", "defined"),
        ("schema", "met"),
        ("proof", "holds"),
        ("key", "issuers"),
        ("dates", "current"),
        ("status", "none"),
        *[("endorsement", "good")] * 3,
        ("issuer", "self_declared"),
    ]
    assert known_to_wording(found)


def test_the_baked_picture_says_the_same_as_the_file() -> None:
    text = as_bytes(endorsed_badge())
    from_file, from_picture = verify(text, now=NOW), verify(bake(tiny_png(), text), now=NOW)
    assert from_picture.checks[0].params == {"format": "PNG"}
    assert (from_picture.checks[1:], from_picture.summary) == (from_file.checks[1:], from_file.summary)


def test_a_mark_that_an_editor_put_before_the_text_changes_nothing() -> None:
    text = as_bytes(endorsed_badge())
    assert verify(b"\xef\xbb\xbf" + text, now=NOW) == verify(text, now=NOW)
    assert verify(b"\xef\xbb\xbf\xef\xbb\xbf" + text, now=NOW).exit_code == 1


def test_the_summary_tells_what_was_read() -> None:
    summary = verify(as_bytes(endorsed_badge()), now=NOW).summary
    assert summary is not None
    assert summary.achievement == "聴く姿勢 / Listening stance"
    assert summary.issuer == "みどり小学校（練習） / Midori School (rehearsal)"
    assert (summary.issuer_id, summary.awarded) == (ISSUER_KEY.did, "2026-04-10")
    assert summary.endorsements_by_role() == {"colleague": 2, "leader": 1}


def test_a_listed_issuer_is_trusted_only_with_a_good_proof() -> None:
    trusted = frozenset({ISSUER_KEY.did})
    assert verdict_on(plain_badge(), trusted=trusted).checks[-1].code == "trusted"
    assert verdict_on(plain_badge() | {"name": "x"}, trusted=trusted).checks[-1].code == "unproved"
    assert verdict_on(plain_badge()).checks[-1].code == "self_declared", "intact, and of nobody we know"


def test_an_independent_verifier_agrees() -> None:
    ldp = pytest.importorskip("openbadgeslib.ob3.ldp")
    for badge in (plain_badge(), endorsed_badge()):
        credential = ldp.OB3LdpVerifier().verify(to_text(badge))
        assert credential.recipient_id == SUBJECT
    with pytest.raises(Exception, match="signature mismatch"):
        ldp.OB3LdpVerifier().verify(to_text(plain_badge() | {"name": "x"}))


# what others change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "Another"}, {("proof", "altered")}),
        ({"validUntil": "2030-01-01T00:00:00Z"}, {("proof", "altered")}),
        ({"invented": 1}, {("terms", "undefined")}),
        ({"https://www.w3.org/2018/credentials#validUntil": "2020"}, {("terms", "disguised"), ("proof", "unread")}),
        ({"@included": [{"id": "urn:x"}]}, {("terms", "disguised"), ("proof", "unread")}),
        ({"@context": None}, {("contexts", "missing"), ("schema", "violated"), ("proof", "unread")}),
        ({"@context": [{"@vocab": "urn:x:"}]}, {("contexts", "inline"), ("schema", "violated"), ("proof", "unread")}),
        ({"credentialStatus": {"id": "urn:s", "type": "S"}}, {("status", "unsupported")}),
        ({"validFrom": "2026-04-10"}, {("schema", "violated"), ("dates", "malformed"), ("proof", "altered")}),
        ({"validUntil": "2026-99-99T00:00:00Z"}, {("dates", "malformed"), ("proof", "altered")}),
        ({"validUntil": "2026-01-01T00:00:00Z"}, {("dates", "reversed"), ("proof", "altered")}),
        ({"name": "a\x07"}, {("terms", "control"), ("proof", "unread")}),
        ({"endorsementJwt": ["a.b.c"]}, {("endorsement", "malformed"), ("proof", "altered")}),
    ],
)
def test_a_change_is_found_and_named(change: JsonObject, expected: set[tuple[str, str]]) -> None:
    found = verdict_on(plain_badge() | change)
    assert expected <= bad(found)
    assert found.validity is not Validity.VALID
    assert known_to_wording(found)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"proofPurpose": "authentication"}, ("proof", "purpose")),
        ({"proofValue": "z1"}, ("proof", "malformed")),
        ({"proofValue": 5}, ("proof", "malformed")),
        ({"verificationMethod": 5}, ("proof", "malformed")),
        ({"created": "yesterday"}, ("proof", "malformed")),
        ({"created": "2026-04-11T00:00:00+09:00"}, ("proof", "altered")),
        ({"expires": "2026-04-11T00:00:00+09:00"}, ("proof", "expired")),
        ({"cryptosuite": "eddsa-jcs-2022"}, ("proof", "unsupported")),
        ({"previousProof": "urn:x"}, ("proof", "unsupported")),
        ({"verificationMethod": "https://example.org/key"}, ("proof", "no_key")),
        ({"verificationMethod": endorser_key(1).method}, ("key", "others")),
        ({"invented": "x"}, ("proof", "malformed")),
    ],
)
def test_a_changed_proof_is_found_and_named(changes: JsonObject, expected: tuple[str, str]) -> None:
    badge = plain_badge()
    found = verdict_on(badge | {"proof": [badge["proof"][0] | changes]})
    assert expected in bad(found)
    assert known_to_wording(found)


def test_a_badge_signed_with_another_key_than_the_issuers_is_not_valid() -> None:
    found = verdict_on(resigned(plain_badge(), endorser_key(9)))
    assert bad(found) == {("key", "others")}


def test_every_proof_of_our_suite_must_hold() -> None:
    badge = plain_badge()
    forged = badge["proof"][0] | {"proofValue": keys.multibase(bytes(64))}
    assert ("proof", "altered") in bad(verdict_on(badge | {"proof": [*badge["proof"], forged]}))
    assert verdict_on(badge | {"proof": [*badge["proof"], {"type": "Ed25519Signature2020"}]}).exit_code == 0
    assert ("proof", "too_many") in bad(verdict_on(badge | {"proof": badge["proof"] * 5}))


def test_a_proof_outside_an_array_is_only_noted() -> None:
    badge = plain_badge()
    found = verdict_on(badge | {"proof": badge["proof"][0]})
    assert found.exit_code == 0
    assert ("schema", "loose") in {(check.name, check.code) for check in found.checks}


def test_dates_count_against_the_clock_that_is_passed_in() -> None:
    until = unsigned(plain_badge()) | {"validUntil": "2026-06-01T00:00:00+09:00"}
    badge = secure(until, ISSUER_KEY, MIDNIGHT)
    assert verdict_on(badge).exit_code == 0
    assert bad(verdict_on(badge, now=MIDNIGHT - timedelta(seconds=1))) == {("dates", "not_yet")}
    assert bad(verdict_on(badge, now=datetime(2026, 5, 31, 15, tzinfo=UTC))) == {("dates", "expired")}


def test_an_expiry_hidden_in_another_place_is_found() -> None:
    """The RDF of both documents is the same, so the signature holds; only the JSON lost its expiry."""
    until = "2026-04-20T00:00:00+09:00"
    talking_about_itself = endorsement(1, AWARD.id)
    document = compose(AWARD, ACHIEVEMENT, ISSUER, [talking_about_itself]) | {"validUntil": until}
    badge = secure(document, ISSUER_KEY, MIDNIGHT)
    assert ("dates", "expired") in bad(verdict_on(badge))
    moved = copy.deepcopy(badge)
    del moved["validUntil"]
    target = moved["endorsement"][0]["credentialSubject"]
    target["type"] = ["EndorsementSubject", "VerifiableCredential", "OpenBadgeCredential"]
    target["validUntil"] = until
    assert ("terms", "redescribed") in bad(verdict_on(moved))


def test_an_anonymous_node_with_a_name_is_refused() -> None:
    document = copy.deepcopy(plain_badge())
    document["evidence"][0]["id"] = "_:b0"
    assert ("terms", "anonymous") in bad(verdict_on(document))


def test_a_context_in_the_middle_is_refused() -> None:
    document = copy.deepcopy(plain_badge())
    document["credentialSubject"]["@context"] = document["@context"]
    assert ("contexts", "nested") in bad(verdict_on(document))


def test_contexts_out_of_order_are_named() -> None:
    badge = plain_badge()
    assert ("contexts", "order") in bad(verdict_on(badge | {"@context": badge["@context"][::-1]}))


# endorsements


def with_endorsement(item: Any) -> Verdict:
    document = unsigned(plain_badge()) | {"endorsement": [item]}
    return verdict_on(secure(document, ISSUER_KEY, MIDNIGHT))


def test_an_altered_endorsement_is_found_although_the_outer_proof_holds() -> None:
    item = endorsement(1, SUBJECT)
    item["name"] = "Better"
    found = with_endorsement(item)
    assert bad(found) == {("endorsement", "altered")}
    assert found.summary is not None
    assert found.summary.endorsements == ()


def test_an_endorsement_of_something_else_is_found() -> None:
    assert bad(with_endorsement(endorsement(1, urn(999)))) == {("endorsement", "other_target")}


def counted(found: Verdict) -> int:
    assert found.summary is not None
    return len(found.summary.endorsements)


@pytest.mark.parametrize("target", [SUBJECT, ISSUER_KEY.did])
def test_the_award_and_its_issuer_may_be_endorsed(target: str) -> None:
    found = with_endorsement(endorsement(1, target))
    assert (found.exit_code, counted(found)) == (0, 1)


@pytest.mark.parametrize("target", [AWARD.id, ACHIEVEMENT.id, ACHIEVEMENT.creator.id])
def test_what_could_be_copied_into_another_badge_is_not_counted(target: str) -> None:
    found = with_endorsement(endorsement(1, target))
    assert (found.exit_code, counted(found)) == (0, 0)
    assert [check.code for check in found.checks if check.name == "endorsement"] == ["unbound"]


def test_endorsements_cannot_be_wrapped_around_somebody_elses_badge() -> None:
    stolen = unsigned(endorsed_badge())
    thief = endorser_key(77)
    stolen["issuer"] = stolen["issuer"] | {"id": thief.did}
    found = verdict_on(secure(stolen, thief, MIDNIGHT))
    assert counted(found) == 0


def test_an_endorsement_by_another_key_than_the_endorsers_is_found() -> None:
    item = secure(unsigned(endorsement(1, SUBJECT)), endorser_key(2), MIDNIGHT)
    assert bad(with_endorsement(item)) == {("endorsement", "other_key")}


def test_an_endorsement_without_a_proof_is_found() -> None:
    assert ("endorsement", "unsigned") in bad(with_endorsement(unsigned(endorsement(1, SUBJECT))))


def test_an_endorsement_out_of_date_is_noted_and_not_counted() -> None:
    item = unsigned(endorsement(1, SUBJECT)) | {"validUntil": "2026-04-20T00:00:00+09:00"}
    found = with_endorsement(secure(item, endorser_key(1), MIDNIGHT))
    assert found.exit_code == 0
    assert ("endorsement", "expired", Outcome.NOTE) in {(c.name, c.code, c.outcome) for c in found.checks}
    assert found.summary is not None
    assert found.summary.endorsements == ()


def test_an_endorsement_of_another_shape_is_malformed() -> None:
    item = unsigned(endorsement(1, SUBJECT))
    del item["name"]
    assert bad(with_endorsement(secure(item, endorser_key(1), MIDNIGHT))) >= {("endorsement", "malformed")}


def test_endorsements_of_the_achievement_itself_are_checked_too() -> None:
    document = unsigned(plain_badge())
    item = endorsement(1, ACHIEVEMENT.id)
    item["name"] = "Better"
    document["credentialSubject"]["achievement"]["endorsement"] = [item]
    assert bad(verdict_on(secure(document, ISSUER_KEY, MIDNIGHT))) == {("endorsement", "altered")}


# what others issue (1EdTech's own test resources)


UNASKED = ("key", "published")
JUDGED: dict[str, tuple[int, set[tuple[str, str]]]] = {
    "simple.json": (3, {UNASKED}),
    "simple-json.png": (3, {UNASKED}),
    "simple-json.svg": (3, {UNASKED}),
    "simple-jwt.png": (3, {UNASKED, ("proof", "no_key")}),
    # Of VC 1.1, with a context from another address and a subject that achieved nothing.
    "simple.jwt": (1, {("contexts", "unknown"), ("schema", "violated"), ("proof", "no_key"), UNASKED}),
    "endorsement-valid.json": (3, {UNASKED}),
    "simple-did-key-method.json": (1, {("key", "others")}),
    "simple-err-proof-value.json": (1, {("proof", "altered"), UNASKED}),
    "simple-err-expired.json": (1, {("dates", "expired"), UNASKED}),
    "simple-err-issued.json": (1, {("dates", "not_yet"), ("schema", "violated"), UNASKED}),
    "simple-err-issuer.json": (1, {("schema", "violated"), ("key", "others")}),
    "simple-err-type.json": (1, {("schema", "violated"), ("terms", "undefined"), ("proof", "altered"), UNASKED}),
    "simple-err-evidence-type.json": (
        1,
        {("schema", "violated"), ("terms", "undefined"), ("proof", "altered"), UNASKED},
    ),
    "simple-noproof.json": (1, {("proof", "missing"), ("schema", "violated"), ("contexts", "unknown")}),
}


def test_every_vector_is_judged() -> None:
    files = {file.name for file in shared(*VECTORS).iterdir()}
    assert files == set(JUDGED)


@pytest.mark.parametrize("name", JUDGED)
def test_badges_of_others_get_exactly_these_findings(name: str) -> None:
    found = verify(shared(*VECTORS, name).read_bytes(), now=NOW)
    assert (found.exit_code, bad(found)) == JUDGED[name]
    assert known_to_wording(found)


def test_the_badge_of_others_is_valid_once_its_issuer_was_asked() -> None:
    badge = shared(*VECTORS, "simple.json").read_bytes()
    method = json.loads(badge)["proof"][0]["verificationMethod"]
    issuer, _, multikey = method.partition("#")
    stated = {"id": method, "type": "Multikey", "controller": issuer, "publicKeyMultibase": multikey}
    profile = to_text({"id": issuer, "verificationMethod": [stated], "assertionMethod": [method]}).encode()
    reads = Reads({issuer: Read(issuer, 200, "application/json", profile)})
    assert verify(badge, now=NOW, reads=reads).validity is Validity.VALID


OLDER = [
    CREDENTIALS_V1,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://w3id.org/security/data-integrity/v2",
]


def older_badge(**changes: Any) -> JsonObject:
    """A badge of VC Data Model 1.1."""
    document = unsigned(plain_badge()) | {"@context": OLDER, "issuanceDate": "2026-04-10T00:00:00+09:00"} | changes
    lacking = ("validFrom", "awardedDate", "inLanguage")
    for name in ("inLanguage", "version", "related"):
        del document["credentialSubject"]["achievement"][name]
    return secure({name: value for name, value in document.items() if name not in lacking}, ISSUER_KEY, MIDNIGHT)


def test_the_older_data_model_is_verified_too() -> None:
    badge = older_badge()
    found = verdict_on(badge)
    assert (bad(found), found.validity) == (set(), Validity.VALID)
    assert found.summary is not None
    assert (found.summary.valid_from, found.summary.awarded) == ("2026-04-10", "2026-04-10")
    assert bad(verdict_on(badge | {"name": "x"})) == {("proof", "altered")}


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"issuanceDate": "2040-01-01T00:00:00Z"}, ("dates", "not_yet")),
        ({"expirationDate": "2026-04-20T00:00:00Z"}, ("dates", "expired")),
        ({"expirationDate": "2020-04-20T00:00:00Z"}, ("dates", "reversed")),
        ({"expirationDate": "2040-01-01T00:00:00Z", "validUntil": "2026-04-20T00:00:00Z"}, ("dates", "expired")),
        ({"issuanceDate": "2026-04-10"}, ("dates", "malformed")),
    ],
)
def test_the_dates_of_the_older_data_model_count(changes: JsonObject, finding: tuple[str, str]) -> None:
    assert finding in bad(verdict_on(older_badge(**changes)))


def test_the_newer_names_do_not_hide_in_the_older_model_and_the_other_way_round() -> None:
    mixed = unsigned(plain_badge()) | {"expirationDate": "2040-01-01T00:00:00Z"}
    assert ("terms", "undefined") in bad(verdict_on(mixed))


def test_who_it_was_given_to_is_told() -> None:
    salted = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$0f",
        "identityType": "emailAddress",
        "salt": "s",
    }
    too_long = salted | {"identityHash": "x" * 3000}
    document = unsigned(plain_badge())
    document["credentialSubject"]["identifier"] = [salted, too_long]
    found = verdict_on(secure(document, ISSUER_KEY, MIDNIGHT))
    assert found.summary is not None
    assert found.summary.recipients == (Recipient("sha256$0f", "emailAddress", hashed=True, salt="s"),)
    assert found.summary.subject_id == SUBJECT
    assert (found.summary.credential_id, found.summary.achievement_id) == (AWARD.id, ACHIEVEMENT.id)


def test_the_proof_of_a_badge_whose_issuer_cannot_be_asked_still_holds() -> None:
    found = verify(shared(*VECTORS, "simple.json").read_bytes(), now=NOW)
    assert ("proof", "holds") in {(check.name, check.code) for check in found.checks}


# bad input


@pytest.mark.parametrize(
    ("data", "exit_code", "code"),
    [
        (b"", 1, "not_json"),
        (b"[]", 1, "json_not_object"),
        (b'{"hello": 1}', 1, "not_a_badge"),
        (b'{"type": ["Profile"], "name": "x"}', 1, "not_a_badge"),
        (b"{}{}", 1, "not_json"),
        (b"\xff\xfe{}", 1, "json_bad_text"),
        (b'{"a":"\\ud800"}', 1, "json_bad_text"),
        (b'{"a":NaN}', 1, "not_json"),
        (b'{"a":1e999}', 1, "not_json"),
        (b'{"a":' + b"9" * 5000 + b"}", 1, "not_json"),
        (b'{"a":1,"a":2}', 1, "json_duplicate_key"),
        (b'{"a":' * 40, 3, "json_too_deep"),
        (b'"\\' * 900_000, 1, "not_json"),
        (b" " * (2 * 1024 * 1024 + 1), 3, "json_too_big"),
        (b'{"a":[' + b"0," * 30_000 + b"0]}", 3, "document_too_complex"),
        (json.dumps({"@context": ["https://www.w3.org/ns/credentials/v2"] * 9}).encode(), 3, "document_too_complex"),
        (tiny_png(), 1, "picture_without_badge"),
        (tiny_png()[:20], 1, "picture_broken"),
        (b"%PDF-1.7", 1, "not_json"),
        (b"PK\x03\x04\x14\0\x06\0\xbf\xff", 1, "not_json"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", 1, "not_json"),
        ('{"名前":"青木"}'.encode("cp932"), 1, "json_bad_text"),
        ('{"名前":"青木"}'.encode("utf-16"), 1, "json_bad_text"),
    ],
)
def test_what_is_no_badge_gets_one_clear_finding(data: bytes, exit_code: int, code: str) -> None:
    found = verify(data, now=NOW)
    assert [check.code for check in found.checks] == [code]
    assert (found.exit_code, found.summary) == (exit_code, None)
    assert known_to_wording(found)


def test_every_problem_of_a_picture_is_known_to_wording() -> None:
    for chunk in (b"iTXt", b"openbadgecredential\0\x01\0\0\0x"), (b"iTXt", b"openbadges\0\0\0\0\0{}"):
        png = tiny_png()
        assert known_to_wording(verify(png[:33] + png_chunk(*chunk) + png[33:], now=NOW))


def same(branches: int, depth: int) -> JsonObject:
    inside = [same(branches, depth - 1) for _ in range(branches)] if depth else []
    return {"type": ["Profile"], "endorsement": inside}


@pytest.mark.parametrize(("branches", "depth"), [(3, 5), (5, 3), (8, 2)])
def test_a_graph_made_to_exhaust_is_given_up(branches: int, depth: int) -> None:
    document = plain_badge() | {"endorsement": [same(branches, depth)]}
    found = verdict_on(document)
    assert ("terms", "too_complex") in bad(found)
    assert {check.code for check in found.checks if check.name == "endorsement"} <= {"unread"}


def test_a_naive_clock_is_a_programmers_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        verify(b"{}", now=datetime(2026, 1, 1))  # noqa: DTZ001


TEXT = as_bytes(endorsed_badge())
PICTURE = bake(tiny_png(), TEXT)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["urn:x", "_:b", "@id"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "@context",
                    "proof",
                    "issuer",
                    "endorsement",
                    "credentialSubject",
                    "x",
                    "@id",
                    "validFrom",
                ]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert known_to_wording(verify(data, now=NOW))


@given(st.sampled_from([TEXT, PICTURE]), st.integers(0, len(PICTURE)), st.binary(min_size=1, max_size=4))
def test_any_damaged_badge_gets_an_answer_and_is_not_valid(whole: bytes, at: int, junk: bytes) -> None:
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    found = verify(damaged, now=NOW)
    assert known_to_wording(found)
    same_badge = bake_module.is_png(damaged) or damaged.strip() == whole
    assert same_badge or found.validity is not Validity.VALID or json.loads(damaged) == json.loads(whole)


@given(st.sampled_from(sorted(plain_badge())), values)
def test_any_json_in_any_place_gets_an_answer(name: str, value: Any) -> None:
    assert known_to_wording(verdict_on(plain_badge() | {name: value}))


# the lists for wording


def test_every_code_in_the_source_is_in_the_list_and_the_other_way_round() -> None:
    makers = {"passed", "failed", "unknown", "noted"}
    used = set()
    for module in (checks, ob2, published, recipient, refresh, signatures, status_module, verify_module):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                name, code = (argument.value for argument in node.args)
                used.add((f"verify.{name}.{code}", tuple(keyword.arg for keyword in node.keywords)))
    by_list = set(CODES)
    assert used <= by_list
    spread = {key for key, _ in by_list - used}
    by_others = ("verify.form.", "verify.endorsement.", "verify.part.", "verify.fetch.", "verify.seen.", "verify.list.")
    assert all(key.startswith(by_others) for key in spread)
    assert len(dict(CODES)) == len(CODES)


def test_every_problem_in_the_source_is_in_the_list_and_the_other_way_round() -> None:
    raised = set()
    for module in (bake_module, canonical_module, did, jsontext, jwt, keys, proof, schema, svg):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                codes = [item.value for item in ast.walk(node.args[0]) if isinstance(item, ast.Constant)]
                raised |= {(f"problem.{code}", tuple(keyword.arg for keyword in node.keywords)) for code in codes}
    assert raised == set(PROBLEMS)
    assert verdict.PROBLEMS is PROBLEMS
