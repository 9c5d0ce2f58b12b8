"""Refreshing: the edition that counts is the newest that the issuer signed, asked for once."""

from collections.abc import Mapping
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
    SUBJECT,
    as_bytes,
    endorsement,
    endorsement_info,
    endorser_key,
    urn,
)

from bot.badges import did, jwt
from bot.badges.compose import compose
from bot.badges.contexts import ISSUED
from bot.badges.did import PublishedKey
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import JsonObject
from bot.badges.keys import RsaKey, SigningKey
from bot.badges.proof import secure
from bot.badges.reads import Read, Reads, Unread
from bot.badges.verify import CODES, Validity, Verdict, verify

PLACE = "https://badges.example.ac.jp/editions/1"
SERVICE = {"id": PLACE, "type": "1EdTechCredentialRefresh"}
CONTEXTS = [*ISSUED, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
"""The last one names the service."""
LATER = "2026-04-20T00:00:00+09:00"
PAST = "2026-04-25T00:00:00+09:00"


def edition(key: SigningKey = ISSUER_KEY, **changes: Any) -> JsonObject:
    document = compose(AWARD, ACHIEVEMENT, ISSUER) | {"@context": CONTEXTS, "refreshService": SERVICE} | changes
    return secure({name: value for name, value in document.items() if value is not None}, key, MIDNIGHT)


def at(url: str, document: JsonObject | bytes, status: int = 200) -> dict[str, Read | Unread]:
    body = document if isinstance(document, bytes) else as_bytes(document)
    return {url: Read(url, status, "application/json", body)}


def judged(document: JsonObject, answers: Mapping[str, Read | Unread] | None = None) -> tuple[Verdict, list[str]]:
    reads = Reads(answers)
    found = verify(as_bytes(document), now=NOW, reads=reads)
    codes = dict(CODES)
    assert all(set(codes[f"verify.{check.name}.{check.code}"]) == set(check.params) for check in found.checks)
    return found, list(reads.wanted)


def said(found: Verdict) -> list[tuple[str, str]]:
    return [(check.outcome, check.code) for check in found.checks if check.name == "refresh"]


def test_before_it_was_asked_it_cannot_be_told() -> None:
    found, wanted = judged(edition())
    assert (found.validity, said(found), wanted) == (Validity.UNKNOWN, [("unknown", "unread")], [PLACE])


def test_the_newer_edition_is_the_one_that_counts() -> None:
    newer = edition(validFrom=LATER, name="Renewed", validUntil="2030-01-01T00:00:00Z")
    found, wanted = judged(edition(validUntil=PAST), at(PLACE, newer))
    assert (found.validity, said(found), wanted) == (Validity.VALID, [("pass", "newer")], [])
    assert found.summary is not None
    assert (found.summary.valid_from, found.summary.valid_until) == ("2026-04-20", "2030-01-01")
    assert [check.params["date"] for check in found.checks if check.name in ("refresh", "dates")] == ["2026-04-20"] * 2


def test_an_expired_edition_stays_expired_without_a_newer_one() -> None:
    old = edition(validUntil=PAST)
    found, _ = judged(old, at(PLACE, old))
    assert (found.validity, said(found)) == (Validity.INVALID, [("pass", "current")])


def test_a_newer_edition_may_be_revoked_or_expired_itself() -> None:
    found, _ = judged(edition(), at(PLACE, edition(validFrom=LATER, validUntil=PAST)))
    assert (found.validity, said(found)) == (Validity.INVALID, [("pass", "newer")])


def test_it_is_asked_once_and_the_newer_editions_own_address_is_not_followed() -> None:
    onward = {"id": PLACE + "0", "type": "1EdTechCredentialRefresh"}
    found, wanted = judged(edition(), at(PLACE, edition(validFrom=LATER, refreshService=onward)))
    assert (found.validity, wanted) == (Validity.VALID, [])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (at(PLACE, edition(validFrom=LATER, id=urn(99))), "other"),
        (at(PLACE, edition(validFrom=LATER, issuer={"id": endorser_key(1).did, "type": ["Profile"]})), "other"),
        (at(PLACE, edition(endorser_key(1), validFrom=LATER)), "unproved"),
        (at(PLACE, edition(validFrom=LATER) | {"name": "Altered"}), "unproved"),
        (at(PLACE, {name: value for name, value in edition(validFrom=LATER).items() if name != "proof"}), "unproved"),
        (at(PLACE, edition(validFrom=LATER), 404), "unread"),
        ({PLACE: Unread("fetch.too_slow")}, "unread"),
        (at(PLACE, b"<html>"), "unusable"),
        (at(PLACE, b'{"a":' * 40), "unusable"),
        (at(PLACE, b"e30.e30.AA"), "other"),
    ],
)
def test_what_is_no_edition_of_this_badge_never_takes_its_place(answer: dict[str, Read | Unread], code: str) -> None:
    found, _ = judged(edition(name="At hand"), answer)
    assert (found.validity, said(found)) == (Validity.UNKNOWN, [("unknown", code)])
    assert found.summary is not None
    assert found.summary.valid_from == "2026-04-10"


def test_an_older_edition_never_takes_a_newer_ones_place() -> None:
    found, _ = judged(edition(validFrom=LATER), at(PLACE, edition()))
    assert said(found) == [("pass", "current")]
    assert found.summary is not None
    assert found.summary.valid_from == "2026-04-20"


@pytest.mark.parametrize("change", [{"name": "Altered"}, {"invented": 1}, {"proof": None}])
def test_an_address_that_the_issuer_did_not_sign_is_not_asked(change: JsonObject) -> None:
    found, wanted = judged(edition() | change)
    assert (said(found), wanted) == ([], [])


def test_another_kind_of_service_is_named_and_decides_nothing() -> None:
    found, wanted = judged(edition(refreshService={"id": PLACE, "type": "urn:example:ByPost"}))
    assert (found.validity, said(found), wanted) == (Validity.VALID, [("note", "unsupported")], [])


def test_a_token_may_be_the_newer_edition() -> None:
    name = "did:web:badges.example.ac.jp"
    key, rsa = SigningKey(b"e" * 32, name), RsaKey(RSA_DER, name)
    published = did.document(name, [PublishedKey(key.verifier), PublishedKey(rsa.verifier)])
    issuer = {"id": name, "type": ["Profile"]}
    later = compose(AWARD, ACHIEVEMENT, ISSUER) | {"issuer": issuer, "validFrom": LATER}
    pages = at(did.did_web_url(name), published) | at(PLACE, jwt.signed(later, rsa).encode())
    found, _ = judged(edition(key, issuer=issuer), pages)
    assert (found.validity, said(found)) == (Validity.VALID, [("pass", "newer")])


def test_an_endorsement_is_refreshed_too() -> None:
    given = {name: value for name, value in endorsement(1, SUBJECT).items() if name != "proof"}
    key = endorser_key(1)
    at_hand = secure(given | {"@context": CONTEXTS, "refreshService": SERVICE, "validUntil": PAST}, key, MIDNIGHT)
    newer = secure(given | {"validFrom": LATER}, key, MIDNIGHT)
    about_another = secure(newer_about(urn(999)), key, MIDNIGHT)
    badge = secure(compose(AWARD, ACHIEVEMENT, ISSUER, [at_hand]), ISSUER_KEY, MIDNIGHT)
    for answer, code in ((newer, "good"), (at_hand, "expired"), (about_another, "other_target")):
        found, _ = judged(badge, at(PLACE, answer))
        assert [check.code for check in found.checks if check.name == "endorsement"] == [code]


def newer_about(target: str) -> JsonObject:
    return compose_endorsement(endorsement_info(1, target)) | {"validFrom": LATER}
