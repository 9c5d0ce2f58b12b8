"""Older badges (Open Badges 1 and 2): 1EdTech's own examples, and the rules for what other schools' sites give.

The rules are numbered as in the project's list of pitfalls seen with Moodle and the wallets around it.
"""

import base64
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from badges.badge_samples import png_chunk, shared, tiny_png
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.base64url import encoded
from bot.badges.keys import RsaKey
from bot.badges.reads import Read, Reads, Unread
from bot.badges.verdict import Recipient
from bot.badges.verify import CODES, Verdict, verify

NOW = datetime(2026, 6, 10, tzinfo=UTC)
OB20 = ("vectors", "1edtech", "ob20")
LMS = "https://lms.example"
ASSERTION = f"{LMS}/badges/assertion.php?b=0123456789abcdef0123456789abcdef01234567&obversion=2"
BADGE = f"{LMS}/badges/badge_json.php?id=7"
ISSUER = f"{LMS}/badges/issuer_json.php?id=7"
PICTURE = "data:image/png;base64," + base64.b64encode(tiny_png()).decode()

IHDR_END = 33
"""After the signature and the first chunk."""


def inserted(chunks: bytes) -> bytes:
    """A picture with these chunks in it."""
    return tiny_png()[:IHDR_END] + chunks + tiny_png()[IHDR_END:]


Answer = bytes | dict[str, Any] | Read | Unread
Found = tuple[Verdict, list[str]]


def judged(data: bytes, pages: Mapping[str, Answer], trusted: frozenset[str] = frozenset()) -> Found:
    """The verdict where the network answers this, and what was asked for."""
    answers: dict[str, Read | Unread] = {}
    while True:
        reads = Reads(answers)
        verdict = verify(data, now=NOW, trusted=trusted, reads=reads)
        assert {(f"verify.{check.name}.{check.code}", tuple(check.params)) for check in verdict.checks} <= set(CODES)
        if not reads.wanted:
            return verdict, list(answers)
        answers |= {url: _answer(url, pages.get(url, Unread("fetch.no_name"))) for url in reads.wanted}


def _answer(url: str, answer: Answer) -> Read | Unread:
    if isinstance(answer, Read | Unread):
        return answer
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Read(url, 200, "application/json", body)


def bad(verdict: Verdict) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in verdict.checks if check.outcome in ("fail", "unknown")}


def codes(verdict: Verdict) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in verdict.checks}


# ---------------------------------------------------------------- 1EdTech's examples


@pytest.fixture
def theirs() -> dict[str, Answer]:
    """Their site, as their tests lay it out; the assertion at its id is put there by each test."""
    folder = shared(*OB20, "assets")
    files = [file for file in folder.iterdir() if file.suffix == ".json" and file.name != "openbadges_context.json"]
    return {f"{scheme}://example.org/{file.name}": file.read_bytes() for file in files for scheme in ("http", "https")}


@pytest.mark.parametrize(
    ("name", "validity", "expected"),
    [
        ("basic-assertion.json", "valid", set()),
        ("assertion-with-data-image.json", "valid", set()),
        ("assertion-with-endorsements.json", "valid", set()),
        ("basic-assertion-with-allowed-origins.json", "valid", set()),
        (
            "basic-assertion-with-allowed-origins-invalid-starts-with.json",
            "invalid",
            {("published", "out_of_scope")},
        ),
        ("basic-assertion-expired.json", "invalid", {("dates", "expired")}),
        ("basic-assertion-expired-before-issued.json", "invalid", {("dates", "reversed")}),
        ("basic-assertion-invalid-type.json", "invalid", {("schema", "older_violated")}),
    ],
)
def test_hosted_examples(theirs: dict[str, Answer], name: str, validity: str, expected: set[tuple[str, str]]) -> None:
    data = shared(*OB20, name).read_bytes()
    theirs["https://example.org/beths-robotics-badge.json"] = data
    verdict, _ = judged(data, theirs)
    assert (verdict.validity, bad(verdict)) == (validity, expected)


@pytest.mark.parametrize(
    ("badge", "fits"),
    [
        ("badgeclass-with-verification.json", True),
        ("badgeclass-with-verification-valid-starts-with.json", True),
        ("badgeclass-with-verification-valid-multiple-starts-with.json", True),
        ("badgeclass-with-verification-invalid-starts-with.json", False),
        ("badgeclass-with-verification-invalid-multiple-starts-with.json", False),
        ("badge-with-bad-issuer.json", False),
    ],
)
def test_where_an_issuer_says_that_it_publishes(theirs: dict[str, Answer], badge: str, fits: bool) -> None:
    assertion = json.loads(shared(*OB20, "basic-assertion.json").read_bytes())
    assertion["badge"] = f"https://example.org/{badge}"
    theirs["https://example.org/beths-robotics-badge.json"] = assertion
    verdict, _ = judged(json.dumps(assertion).encode(), theirs)
    assert (verdict.validity == "valid") is fits


def test_a_baked_example(theirs: dict[str, Answer]) -> None:
    theirs["https://example.org/beths-robotics-badge.json"] = shared(*OB20, "basic-assertion.json").read_bytes()
    verdict, asked = judged(shared(*OB20, "simple-badge.png").read_bytes(), theirs)
    assert verdict.validity == "valid"
    assert verdict.summary is not None
    assert verdict.summary.achievement == "Awesome Robotics Badge"
    assert verdict.summary.issuer == "An Example Badge Issuer"
    assert asked[0] == "https://example.org/beths-robotics-badge.json"


@pytest.mark.parametrize(
    ("name", "validity", "expected"),
    [
        ("simple.jwt", "valid", ("status", "none")),
        ("simple-not-revoked.jwt", "valid", ("status", "not_revoked")),
        ("simple-revoked.jwt", "invalid", ("status", "revoked_because")),
    ],
)
def test_signed_examples(theirs: dict[str, Answer], name: str, validity: str, expected: tuple[str, str]) -> None:
    verdict, _ = judged(shared(*OB20, name).read_bytes(), theirs)
    assert verdict.validity == validity
    assert {("proof", "holds"), ("key", "issuers"), expected} <= codes(verdict)


def test_a_signed_example_that_was_changed(theirs: dict[str, Answer]) -> None:
    head, body, signature = shared(*OB20, "simple.jwt").read_bytes().strip().split(b".")
    claims = json.loads(base64.urlsafe_b64decode(body + b"=="))
    claims["issuedOn"] = "2015-01-01T00:00:00Z"
    changed = head + b"." + encoded(json.dumps(claims).encode()).encode() + b"." + signature
    assert bad(judged(changed, theirs)[0]) == {("proof", "altered")}


def test_a_key_at_an_address_without_https_is_not_read_and_the_reason_is_said(theirs: dict[str, Answer]) -> None:
    theirs["http://example.org/key1.json"] = Unread("fetch.not_https")
    verdict, _ = judged(shared(*OB20, "simple.jwt").read_bytes(), theirs)
    assert verdict.validity == "unknown"
    assert bad(verdict) == {("published", "insecure")}


# ---------------------------------------------------------------- what Moodle gives


def moodle(**changes: Any) -> dict[str, Any]:
    """An assertion as Moodle writes it; `badge__x` changes the badge inside."""
    issuer = {"@context": "https://w3id.org/openbadges/v2", "id": ISSUER, "type": "Issuer", "name": "県立教育センター"}
    assertion: dict[str, Any] = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": ASSERTION,
        "recipient": {"identity": "sha256$" + "ab" * 32, "type": "email", "hashed": True, "salt": "badges"},
        "badge": {
            "id": BADGE,
            "type": "BadgeClass",
            "name": "授業づくり",
            "description": "text",
            "image": PICTURE,
            "criteria": {"id": f"{LMS}/badges/badgeclass.php?id=7", "narrative": "* one\n* two"},
            "issuer": {**issuer, "url": LMS, "email": "badges@lms.example"},
            "alignments": [{"targetName": "4-2", "targetUrl": f"{LMS}/course/view.php?id=2"}],
            "version": "1.0-wisdom",
        },
        "verify": {"type": "hosted", "url": ASSERTION},
        "issuedOn": "2025-11-01T09:00:00+09:00",
    }
    for name, value in changes.items():
        inside, _, field = name.rpartition("__")
        holder = assertion[inside] if inside else assertion
        if value is None:
            del holder[field]
        else:
            holder[field] = value
    return assertion


def site(assertion: dict[str, Any] | Answer, **profile: Any) -> dict[str, Answer]:
    return {ASSERTION: assertion, ISSUER: {"id": ISSUER, "type": "Issuer", "name": "県立教育センター", **profile}}


def seen(assertion: dict[str, Any], **profile: Any) -> Found:
    """The verdict on an assertion that its site publishes."""
    return judged(json.dumps(assertion).encode(), site(assertion, **profile))


def test_a_badge_of_moodle_is_valid_and_says_which_site_vouches() -> None:
    verdict, _ = seen(moodle())
    assert verdict.validity == "valid"
    (issuer,) = (check for check in verdict.checks if check.name == "issuer")
    assert (issuer.code, issuer.params) == ("of_host", {"issuer": "県立教育センター", "host": "lms.example"})
    assert verdict.summary is not None
    assert (verdict.summary.achievement, verdict.summary.awarded) == ("授業づくり", "2025-11-01")
    assert (verdict.summary.credential_id, verdict.summary.achievement_id) == (ASSERTION, BADGE)
    assert verdict.summary.recipients == (Recipient("sha256$" + "ab" * 32, "emailAddress", hashed=True, salt="badges"),)


def test_an_id_or_identity_that_cannot_be_told_whole_is_not_told() -> None:
    """Cut short, or without its controls, it would be another badge's or another person's."""
    recipient = {"identity": "a\u202eb", "type": "email", "hashed": False}
    verdict, _ = seen(moodle(badge__id="https://lms.example/" + "x" * 2000, recipient=recipient))
    assert verdict.summary is None or verdict.summary.recipients == ()
    verdict, _ = seen(moodle(badge__id=None, recipient=recipient))
    assert verdict.summary is not None
    assert (verdict.summary.achievement_id, verdict.summary.recipients) == ("", ())


def test_an_issuer_that_the_caller_knows_is_said_to_be_known() -> None:
    data = json.dumps(moodle()).encode()
    assert ("issuer", "trusted") in codes(judged(data, site(moodle()), frozenset({ISSUER}))[0])


@pytest.mark.parametrize("word", ["verify", "verification"])
@pytest.mark.parametrize("kind", ["hosted", "HostedBadge"])
def test_rule_1_both_words_for_how_to_verify(word: str, kind: str) -> None:
    assertion = moodle(verify=None) | {word: {"type": kind, "url": ASSERTION}}
    assert seen(assertion)[0].validity == "valid"


def test_rule_1_an_address_in_the_old_words_without_an_id() -> None:
    assert seen(moodle(id=None, type=None))[0].validity == "valid"


@pytest.mark.parametrize("word", ["alignment", "alignments"])
def test_rule_2_both_words_for_alignments(word: str) -> None:
    assertion = moodle(badge__alignments=None)
    assertion["badge"][word] = [{"targetName": "4-2", "targetUrl": "https://index.example/4-2"}]
    assert seen(assertion)[0].validity == "valid"


@pytest.mark.parametrize(("kind", "fits"), [("Issuer", True), ("Profile", True), ("Criteria", False)])
def test_rule_3_an_issuer_is_a_profile(kind: str, fits: bool) -> None:
    assert (seen(moodle(), type=kind)[0].validity == "valid") is fits


@pytest.mark.parametrize(
    ("image", "fits"),
    [
        (f"{LMS}/pluginfile.php/9/badges/badgeimage/7/f1", True),
        (PICTURE, True),
        ({"id": f"{LMS}/image", "author": f"{LMS}/someone", "caption": "x"}, True),
        ("data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(), True),
        ("data:image/png;base64," + base64.b64encode(b"<html>").decode(), False),
        ("data:image/png;base64," + base64.b64encode(tiny_png() + bytes(1024 * 1024)).decode(), False),
        ("data:text/html;base64,PGI+", False),
        (7, False),
    ],
)
def test_rule_4_three_shapes_of_a_picture_which_is_not_fetched(image: Any, fits: bool) -> None:
    verdict, asked = seen(moodle(badge__image=image))
    assert (bad(verdict) == set()) is fits
    assert set(asked) == {ASSERTION, ISSUER}


def test_rule_5_a_badge_is_known_by_its_id_and_never_by_its_criteria() -> None:
    verdict, asked = seen(moodle(badge__criteria={"id": f"{LMS}/badges/badge.php?hash=x"}))
    assert verdict.validity == "valid"
    assert not any("hash=x" in url for url in asked)


def test_rule_5_a_badge_of_another_site_is_read_there_and_not_taken_from_the_assertion() -> None:
    assertion = moodle(badge__id="https://famous.example/badge", badge__name="Famous")
    pages = site(assertion)
    pages["https://famous.example/badge"] = {
        "id": "https://famous.example/badge",
        "type": "BadgeClass",
        "name": "Real",
        "issuer": "https://famous.example/issuer",
    }
    pages["https://famous.example/issuer"] = {"id": "https://famous.example/issuer", "type": "Profile", "name": "F"}
    verdict, _ = judged(json.dumps(assertion).encode(), pages)
    assert bad(verdict) == {("published", "out_of_scope")}


def test_rule_8_only_what_is_fetched_counts() -> None:
    file = moodle(badge__name="Forged", issuedOn="1999-01-01T00:00:00Z")
    verdict, _ = judged(json.dumps(file).encode(), site(moodle()))
    assert verdict.summary is not None
    assert (verdict.summary.achievement, verdict.summary.awarded) == ("授業づくり", "2025-11-01")


def test_rule_8_the_id_must_be_the_address() -> None:
    other = moodle(id=ASSERTION.replace("0123", "9999"))
    verdict, _ = judged(json.dumps(moodle()).encode(), site(other))
    assert bad(verdict) == {("published", "other_id")}


def test_rule_8_another_sites_issuer_cannot_be_named() -> None:
    issuer = "https://famous.example/issuer"
    assertion = moodle(badge__issuer=issuer, badge__id="urn:uuid:1")
    pages = site(assertion) | {issuer: {"id": issuer, "type": "Profile", "name": "Famous"}}
    assert bad(judged(json.dumps(assertion).encode(), pages)[0]) == {("published", "out_of_scope")}


def test_rule_8_an_issuer_cannot_bear_the_id_of_another_site() -> None:
    verdict, _ = seen(moodle(), id="https://famous.example/issuer")
    assert bad(verdict) == {("published", "other_id")}


def test_an_issuer_is_trusted_by_its_own_address_and_not_by_the_id_of_a_neighbour() -> None:
    own, claimed = f"{LMS}/~student/i.json", f"{LMS}/issuer"
    assertion = moodle(badge__issuer=own, badge__id="urn:uuid:1")
    pages = site(assertion) | {own: {"id": claimed, "type": "Profile", "name": "Uni"}}
    for trusted, known in ((claimed, False), (own, True)):
        verdict, _ = judged(json.dumps(assertion).encode(), pages, frozenset({trusted}))
        assert (("issuer", "trusted") in codes(verdict)) is known


@pytest.mark.parametrize(
    ("policy", "fits"),
    [
        ({"startsWith": f"{LMS}/badges/"}, True),
        ({"startsWith": [f"{LMS}/other/", f"{LMS}/badges/"]}, True),
        ({"startsWith": f"{LMS}/other/"}, False),
        ({"startsWith": "https://lms.exampl"}, False),
        ({"allowedOrigins": "lms.example"}, True),
        ({"allowedOrigins": ["https://lms.example"]}, True),
        ({"allowedOrigins": ["other.example"]}, False),
        ({"allowedOrigins": ["lms.example"], "startsWith": f"{LMS}/other/"}, False),
        ({}, True),
    ],
)
def test_rule_8_an_issuer_says_where_it_publishes(policy: dict[str, Any], fits: bool) -> None:
    verdict, _ = seen(moodle(), verification=policy)
    assert bad(verdict) == (set() if fits else {("published", "out_of_scope")})


def test_rule_9_an_address_without_https_is_not_read_and_the_reason_is_said() -> None:
    address = ASSERTION.replace("https", "http")
    data = json.dumps(moodle(id=address, verify={"type": "hosted", "url": address})).encode()
    verdict, _ = judged(data, {address: Unread("fetch.not_https")})
    assert bad(verdict) == {("published", "insecure")}
    assert verdict.validity == "unknown"


def test_rule_9_only_what_is_sent_as_json_counts() -> None:
    body = json.dumps(moodle()).encode()
    verdict, _ = judged(body, site(Read(ASSERTION, 200, "image/png", body)))
    assert bad(verdict) == {("published", "unusable")}


def test_rule_10_gone_is_revoked() -> None:
    verdict, _ = judged(json.dumps(moodle()).encode(), site(Read(ASSERTION, 410, "text/html", b"")))
    assert bad(verdict) == {("status", "revoked")}
    assert verdict.validity == "invalid"


def test_rule_10_revoked_is_revoked() -> None:
    verdict, _ = seen(moodle(revoked=True, revocationReason="A slip"))
    assert bad(verdict) == {("status", "revoked_because")}


def test_rule_10_an_error_of_the_site_is_no_verdict() -> None:
    error = {"error": "Can't find data record", "errorcode": "invalidrecord", "stacktrace": "x"}
    verdict, _ = judged(json.dumps(moodle()).encode(), site(error))
    assert bad(verdict) == {("published", "refused")}
    assert verdict.validity == "unknown"


@pytest.mark.parametrize("gone", [ASSERTION, ISSUER])
@pytest.mark.parametrize("answer", [Unread("fetch.no_name"), Unread("fetch.not_public"), Read("", 503, "", b"")])
def test_rule_11_a_server_that_is_gone_says_neither_valid_nor_invalid(gone: str, answer: Answer) -> None:
    verdict, _ = judged(json.dumps(moodle()).encode(), site(moodle()) | {gone: answer})
    assert bad(verdict) == {("published", "unread")}
    assert verdict.validity == "unknown"


def test_rule_12_an_expired_badge_can_still_be_shown() -> None:
    verdict, _ = seen(moodle(expires="2026-01-01T00:00:00+09:00"))
    assert bad(verdict) == {("dates", "expired")}
    assert verdict.summary is not None
    assert verdict.summary.valid_until == "2025-12-31"


def _svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">{inside}</svg>'.encode()


@pytest.mark.parametrize(
    "file",
    [
        inserted(png_chunk(b"iTXt", b"openbadges\0\0\0\0\0" + ASSERTION.encode())),
        inserted(png_chunk(b"iTXt", b"openbadges\0\0\0\0\0" + json.dumps(moodle()).encode())),
        inserted(png_chunk(b"tEXt", b"openbadges\0" + ASSERTION.encode())),
        inserted(png_chunk(b"tEXt", b"openbadges\0" + json.dumps(moodle()).encode())),
        _svg(f'<openbadges:assertion verify="{ASSERTION.replace("&", "&amp;")}"></openbadges:assertion>'),
        _svg(f"<openbadges:assertion><![CDATA[{json.dumps(moodle())}]]></openbadges:assertion>"),
    ],
)
def test_rule_15_whatever_it_was_baked_into(file: bytes) -> None:
    verdict, _ = judged(file, site(moodle()))
    assert verdict.validity == "valid"


@pytest.mark.parametrize(
    "file",
    [
        inserted(png_chunk(b"iTXt", b"openbadges\0\0\0\0\0{}") * 2),
        inserted(png_chunk(b"iTXt", b"openbadges\0\1\0\0\0x")),
        inserted(png_chunk(b"tEXt", b"openbadges\0nothing")),
        _svg(""),
        b'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        b"<svg",
    ],
)
def test_rule_15_what_holds_none_is_answered_at_once(file: bytes) -> None:
    verdict, asked = judged(file, site(moodle()))
    assert verdict.validity != "valid"
    assert asked == []


@pytest.mark.parametrize("as_data_uri", [True, False])
def test_rule_16_the_badge_inside_a_wallets_wrapper_is_what_counts(as_data_uri: bool) -> None:
    baked = base64.b64encode(inserted(png_chunk(b"iTXt", b"openbadges\0\0\0\0\0" + ASSERTION.encode()))).decode()
    photo = f"data:image/png;base64,{baked}" if as_data_uri else baked
    wrapper = {
        "vc": {"type": ["VerifiableCredential", "OpenBadge"], "credentialSubject": {"photo": photo}},
        "iss": "did:web:wallet.example",
        "exp": 1,
    }
    token = ".".join(encoded(part) for part in (b'{"alg":"ES256K"}', json.dumps(wrapper).encode(), b"xx"))
    for data in (token.encode(), json.dumps(wrapper).encode()):
        assert judged(data, site(moodle()))[0].validity == "valid"


def test_rule_19_names_are_shown_on_one_line_without_tricks() -> None:
    hostile = "<script>x</script>\n@everyone \u202e<!channel>" + "y" * 500
    verdict, _ = seen(moodle(badge__name=hostile), name=hostile)
    assert verdict.summary is not None
    for text in (verdict.summary.achievement, verdict.summary.issuer):
        assert "\n" not in text
        assert "\u202e" not in text
        assert len(text) <= 200


# ---------------------------------------------------------------- signed


def _pair() -> tuple[RsaKey, str]:
    key = generate_private_key(65537, 2048)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return RsaKey(der, ISSUER), pem.decode()


KEY, PEM = _pair()
KEY_URL = f"{LMS}/key.json"


def signed(assertion: dict[str, Any]) -> bytes:
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256"}, assertion))
    return f"{text}.{encoded(KEY.sign(text.encode()))}".encode()


def signed_badge() -> dict[str, Any]:
    return moodle(id="urn:uuid:1", verify=None) | {"verification": {"type": "SignedBadge", "creator": KEY_URL}}


def signing_site(**profile: Any) -> dict[str, Answer]:
    key = {"id": KEY_URL, "type": "CryptographicKey", "owner": ISSUER, "publicKeyPem": PEM}
    return site({}, publicKey=KEY_URL, **profile) | {KEY_URL: key}


def test_a_badge_that_its_issuers_key_signed() -> None:
    assert judged(signed(signed_badge()), signing_site())[0].validity == "valid"


def test_the_text_of_a_signed_badge_without_its_signature_is_nothing() -> None:
    assert bad(judged(json.dumps(signed_badge()).encode(), signing_site())[0]) == {("proof", "missing")}


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "https://famous.example/issuer"},
        {"owner": None},
    ],
)
def test_a_key_must_be_the_issuers(change: dict[str, Any]) -> None:
    pages = signing_site()
    key = deepcopy(pages[KEY_URL])
    assert isinstance(key, dict)
    pages[KEY_URL] = key | change
    assert bad(judged(signed(signed_badge()), pages)[0]) == {("key", "others")}


def test_a_key_that_the_issuer_does_not_publish_proves_nothing() -> None:
    pages = signing_site() | {ISSUER: {"id": ISSUER, "type": "Issuer", "name": "x", "publicKey": f"{LMS}/other.json"}}
    assert bad(judged(signed(signed_badge()), pages)[0]) == {("key", "others")}
    pages[ISSUER] = {"id": ISSUER, "type": "Issuer", "name": "x"}
    assert bad(judged(signed(signed_badge()), pages)[0]) == {("key", "others")}


@pytest.mark.parametrize("pem", ["", "no key", PEM[:200]])
def test_a_key_that_cannot_be_read_leaves_it_open(pem: str) -> None:
    pages = signing_site()
    pages[KEY_URL] = {"id": KEY_URL, "owner": ISSUER, "publicKeyPem": pem}
    assert bad(judged(signed(signed_badge()), pages)[0]) == {("proof", "no_key")}


@pytest.mark.parametrize(
    ("revoked", "code"),
    [
        ({"id": "urn:uuid:1", "revocationReason": "A slip"}, "revoked_because"),
        ([{"id": "urn:uuid:1"}], "revoked"),
        ("urn:uuid:1", "revoked"),
        (["urn:uuid:2", "urn:uuid:1"], "revoked"),
        (["urn:uuid:2"], "not_revoked"),
        ([], "not_revoked"),
    ],
)
def test_a_revocation_list_of_any_length(revoked: Any, code: str) -> None:
    listing = {"id": f"{LMS}/list", "type": "RevocationList", "revokedAssertions": revoked}
    verdict, _ = judged(signed(signed_badge()), signing_site(revocationList=f"{LMS}/list") | {f"{LMS}/list": listing})
    assert ("status", code) in codes(verdict)
    assert verdict.validity == ("valid" if code == "not_revoked" else "invalid")


def test_a_revocation_list_that_does_not_answer_leaves_it_open() -> None:
    verdict, _ = judged(signed(signed_badge()), signing_site(revocationList=f"{LMS}/list"))
    assert bad(verdict) == {("status", "unread")}


def test_a_revocation_list_of_somebody_else_says_nothing() -> None:
    listing = {"type": "RevocationList", "issuer": "https://famous.example/issuer", "revokedAssertions": []}
    pages = signing_site(revocationList=f"{LMS}/list") | {f"{LMS}/list": listing}
    assert bad(judged(signed(signed_badge()), pages)[0]) == {("status", "unproved")}


# ---------------------------------------------------------------- whatever is sent

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([ASSERTION, BADGE, ISSUER]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "url"]), inner),
    max_leaves=6,
)


@given(
    st.sampled_from(["id", "type", "recipient", "badge", "verify", "issuedOn", "expires", "revoked"]),
    st.sampled_from(["id", "type", "name", "publicKey", "verification", "revocationList", "url"]),
    _VALUES,
    _VALUES,
    st.booleans(),
)
def test_whatever_stands_there_is_answered(field: str, of_issuer: str, value: Any, other: Any, token: bool) -> None:
    assertion = (signed_badge() if token else moodle()) | {field: value}
    pages = (signing_site() | site(assertion)) | {ISSUER: {"id": ISSUER, "name": "x", of_issuer: other}}
    verdict, _ = judged(signed(assertion) if token else json.dumps(assertion).encode(), pages)
    assert verdict.checks
