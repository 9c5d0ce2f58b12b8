"""Status lists: written as W3C's Bitstring Status List wants, read from anybody."""

import base64
import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import jsonschema
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
    endorsement,
    endorser_key,
    shared_json,
)
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3 import check_credential_status, decode_encoded_list, set_indices
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from bot.badges import jwt, status
from bot.badges.base64url import encoded
from bot.badges.compose import compose
from bot.badges.jsontext import JsonObject, to_text
from bot.badges.keys import SigningKey
from bot.badges.proof import secure
from bot.badges.reads import Read, Reads, Unread
from bot.badges.status import (
    LENGTH,
    SHORTEST,
    StatusEntry,
    StatusPurpose,
    compose_list,
    decode,
    encode,
    is_set,
    status_checks,
    status_member,
    suspensions_url,
)
from bot.badges.verdict import Outcome, Validity, Verdict, passed
from bot.badges.verify import verify
from bot.domain.status import POSITIONS

LIST = "https://badges.example.jp/status/1"
POSITION = 4711
ENTRY = StatusEntry(LIST, POSITION)
OTHER_KEY = SigningKey(b"o" * 32)


# ---------------------------------------------------------------- the bits


@given(st.sets(st.integers(0, LENGTH - 1), max_size=50))
def test_what_is_written_is_read(positions: set[int]) -> None:
    encoded = encode(positions)
    bits = decode(encoded)
    assert len(bits) * 8 == LENGTH
    assert set_indices(bits) == positions
    assert all(is_set(bits, position) for position in positions)
    assert decode_encoded_list(encoded) == bits


def test_position_0_is_the_first_bit_from_the_left_and_the_text_follows_from_the_bits_alone() -> None:
    assert decode(encode([0, 9], SHORTEST))[:2] == b"\x80\x40"
    assert encode([3, 1, 1]) == encode([1, 3])
    assert encode([]).startswith("uH4sI")
    assert "=" not in encode([5])


def test_every_position_that_is_given_out_is_one_that_the_validator_of_1edtech_takes() -> None:
    bits = decode(encode([POSITIONS - 1]))
    assert len(bits) > POSITIONS - 1
    assert SHORTEST <= POSITIONS < LENGTH


@pytest.mark.parametrize(("positions", "length"), [([-1], LENGTH), ([LENGTH], LENGTH), ([], 8), ([], SHORTEST + 1)])
def test_what_is_no_list_is_not_written(positions: list[int], length: int) -> None:
    with pytest.raises(ValueError, match="position"):
        encode(positions, length)


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


BITS = bytes(SHORTEST // 8)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "zH4sI",
        encode([])[1:],
        "u!!!!",
        "uAAAA",
        packed(gzip.compress(BITS, mtime=0)[:-4]),
        packed(gzip.compress(BITS, mtime=0) + gzip.compress(BITS, mtime=0)),
        packed(gzip.compress(BITS, mtime=0) + b"x"),
        packed(gzip.compress(bytes(status.MAX_LIST_BYTES + 1), mtime=0)),
        "u\u3042",
    ],
)
def test_what_is_no_list_is_not_read(encoded: str) -> None:
    with pytest.raises(ValueError, match=r"list|base64"):
        decode(encoded)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(gzip.compress(bytes(20 * 1024 * 1024), compresslevel=1))
    unpacked: list[int] = []
    original = status.zlib.decompressobj

    class Watched:
        def __init__(self, wbits: int) -> None:
            self._inner = original(wbits)

        def decompress(self, data: bytes, limit: int) -> bytes:
            found = self._inner.decompress(data, limit)
            unpacked.append(len(found))
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

    monkeypatch.setattr(status.zlib, "decompressobj", Watched)
    with pytest.raises(ValueError, match="too large"):
        decode(bomb)
    assert unpacked == [status.MAX_LIST_BYTES + 1]


@given(st.text(max_size=60))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for written in (text, "u" + text):
        try:
            decode(written)
        except ValueError:
            continue


# ---------------------------------------------------------------- a list, and a credential that names it


def badge(entry: StatusEntry | None = ENTRY, **changes: Any) -> JsonObject:
    return secure(compose(replace(AWARD, status=entry), ACHIEVEMENT, ISSUER) | changes, ISSUER_KEY, MIDNIGHT)


def listing(
    *positions: int, purpose: StatusPurpose = StatusPurpose.REVOCATION, key: SigningKey = ISSUER_KEY, **changes: Any
) -> JsonObject:
    return secure(compose_list(LIST, ISSUER_KEY.did, purpose, positions, MIDNIGHT) | changes, key, MIDNIGHT)


def read(document: JsonObject | bytes, code: int = 200) -> Read:
    body = document if isinstance(document, bytes) else as_bytes(document)
    return Read(LIST, code, "application/vc+ld+json", body)


def verdict(document: JsonObject, *lists: Read | Unread) -> Verdict:
    return verify(as_bytes(document), now=NOW, reads=Reads(dict.fromkeys((LIST,), lists[0]) if lists else {}))


def said(found: Verdict) -> list[tuple[Outcome, str]]:
    return [(check.outcome, check.code) for check in found.checks if check.name == "status"]


def test_a_badge_says_where_to_ask_as_both_standards_want() -> None:
    document = badge()
    assert document["credentialStatus"] == {
        "id": f"{LIST}#4711",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "4711",
        "statusListCredential": LIST,
    }
    schema = shared_json("schemas", "ob_v3p0_achievementcredential_schema.json")
    assert list(jsonschema.Draft201909Validator(schema).iter_errors(document)) == []


def test_a_list_is_a_credential_that_others_read() -> None:
    document = listing(POSITION)
    schema = shared_json("schemas", "w3c_verifiable-credential-schema.json")
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    assert document["credentialSubject"]["statusPurpose"] == "revocation"
    assert document == listing(POSITION)
    assert datetime.fromisoformat(document["validFrom"]) == MIDNIGHT


@pytest.mark.parametrize("revoked", [True, False])
def test_an_independent_reader_says_the_same_of_our_lists(revoked: bool) -> None:
    positions = (POSITION,) if revoked else (POSITION - 1, POSITION + 1)
    credential = OB3LdpVerifier().verify(to_text(badge()))

    def ask() -> None:
        check_credential_status(credential, lambda _: as_bytes(listing(*positions)))

    if revoked:
        with pytest.raises(Exception, match="'revocation' is set at index 4711"):
            ask()
    else:
        ask()


def test_without_a_public_place_there_is_no_status() -> None:
    assert "credentialStatus" not in badge(None)
    assert said(verdict(badge(None))) == [(Outcome.NOTE, "none")]


def test_a_list_that_was_not_read_is_named_and_nothing_is_claimed() -> None:
    reads = Reads()
    found = verify(as_bytes(badge()), now=NOW, reads=reads)
    assert said(found) == [(Outcome.UNKNOWN, "unread")]
    assert found.validity is Validity.UNKNOWN
    assert list(reads.wanted) == [LIST]


def test_a_position_decides() -> None:
    assert said(verdict(badge(), read(listing(POSITION - 1)))) == [(Outcome.PASS, "not_revoked")]
    revoked = verdict(badge(), read(listing(POSITION)))
    assert (revoked.validity, said(revoked)) == (Validity.INVALID, [(Outcome.FAIL, "revoked")])


def test_a_suspension_is_told_apart() -> None:
    suspended = badge(StatusEntry(LIST, POSITION, StatusPurpose.SUSPENSION))
    lists = (listing(*positions, purpose=StatusPurpose.SUSPENSION) for positions in ((), (POSITION,)))
    assert [said(verdict(suspended, read(each))) for each in lists] == [
        [(Outcome.PASS, "not_suspended")],
        [(Outcome.FAIL, "suspended")],
    ]


REFERRING = StatusEntry(LIST, POSITION, may_be_suspended=True)


def reads_of(revoked: tuple[int, ...], suspended: tuple[int, ...]) -> Reads:
    second = suspensions_url(LIST)
    list_of = compose_list(second, ISSUER_KEY.did, StatusPurpose.SUSPENSION, suspended, MIDNIGHT)
    body = as_bytes(secure(list_of, ISSUER_KEY, MIDNIGHT))
    return Reads({LIST: read(listing(*revoked)), second: Read(second, 200, "application/vc+ld+json", body)})


def test_each_list_that_is_silent_says_what_cannot_be_told() -> None:
    referring = badge(REFERRING)
    silent = Reads({LIST: Unread("fetch.too_slow"), suspensions_url(LIST): Unread("fetch.too_slow")})
    found = verify(as_bytes(referring), now=NOW, reads=silent)
    assert said(found) == [(Outcome.UNKNOWN, "unread"), (Outcome.UNKNOWN, "suspension_unread")]


@pytest.mark.parametrize(
    ("revoked", "suspended", "codes"),
    [
        ((), (), ["not_revoked", "not_suspended"]),
        ((), (POSITION,), ["not_revoked", "suspended"]),
        ((POSITION,), (), ["revoked", "not_suspended"]),
    ],
)
@pytest.mark.parametrize("spelled", [lambda url: url, lambda url: [url], lambda url: {"id": url}])
def test_one_entry_leads_to_both_lists_however_it_is_spelled(
    revoked: tuple[int, ...], suspended: tuple[int, ...], codes: list[str], spelled: Callable[[str], Any]
) -> None:
    """The same statements for a signature: none of the spellings hides a suspension."""
    document = badge(REFERRING)
    member = document["credentialStatus"]
    respelled = document | {"credentialStatus": member | {"statusReference": spelled(member["statusReference"])}}
    found = verify(as_bytes(respelled), now=NOW, reads=reads_of(revoked, suspended))
    assert [code for _, code in said(found)] == codes
    assert found.validity is (Validity.INVALID if revoked or suspended else Validity.VALID)


def test_a_reference_of_others_is_not_read() -> None:
    document = badge(None, credentialStatus=status_member(ENTRY) | {"statusReference": "https://x.example/policy"})
    assert said(verdict(document, read(listing()))) == [(Outcome.PASS, "not_revoked")]


def test_an_entry_with_a_reference_meets_the_published_schema_and_the_independent_reader() -> None:
    document = badge(REFERRING)
    schema = shared_json("schemas", "ob_v3p0_achievementcredential_schema.json")
    assert list(jsonschema.Draft201909Validator(schema).iter_errors(document)) == []
    credential = OB3LdpVerifier().verify(to_text(document))
    check_credential_status(credential, lambda _: as_bytes(listing()))
    with pytest.raises(Exception, match="'revocation' is set"):
        check_credential_status(credential, lambda _: as_bytes(listing(POSITION)))


def test_lists_are_beside_the_issuers_of_a_site() -> None:
    assert status.list_url("did:web:badges.example.jp:issuers:1", "x") == "https://badges.example.jp/status/x"
    assert status.list_url("did:web:jp%3A8443:sukima:issuers:1", "x") == "https://jp:8443/sukima/status/x"


def entries(*changes: dict[str, Any]) -> list[JsonObject]:
    return [status_member(ENTRY) | change for change in changes]


def test_others_write_several_entries_and_numbers() -> None:
    """The public validator's own samples hold a number."""
    numbered, message = entries({"statusListIndex": POSITION}, {"id": f"{LIST}#m", "statusPurpose": "message"})
    both = badge(None, credentialStatus=[numbered, message])
    assert said(verdict(both, read(listing(POSITION)))) == [(Outcome.FAIL, "revoked"), (Outcome.NOTE, "other")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"statusListIndex": "-1"}, "unusable"),
        ({"statusListIndex": "04711"}, "unusable"),
        ({"statusListIndex": True}, "unusable"),
        ({"statusListIndex": 1.5}, "unusable"),
        ({"statusListIndex": str(LENGTH)}, "unusable"),
        ({"statusListIndex": "9" * 5000}, "unusable"),
        ({"statusListCredential": 7}, "unusable"),
        ({"statusPurpose": ["revocation"]}, "unusable"),
        ({"statusSize": 2}, "unusable"),
        ({"statusPurpose": "suspension"}, "unusable"),
        ({"type": "StatusList2021Entry"}, "unsupported"),
        ({"type": []}, "unsupported"),
    ],
)
def test_an_entry_that_cannot_be_read_is_no_good_news(change: dict[str, Any], code: str) -> None:
    document = badge() | {"credentialStatus": entries(change)[0]}
    assert said(verdict(document, read(listing()))) == [(Outcome.UNKNOWN, code)]


@pytest.mark.parametrize("odd", [[], "x", 7, [7], [[status_member(ENTRY)]], [status_member(ENTRY)] * 5])
def test_a_status_of_another_shape_is_no_good_news(odd: Any) -> None:
    outcomes = {outcome for outcome, _ in said(verdict(badge() | {"credentialStatus": odd}, read(listing())))}
    assert outcomes == ({Outcome.NOTE} if odd == [] else {Outcome.UNKNOWN})


def test_what_belongs_to_the_entry_cannot_be_moved_out_of_sight() -> None:
    """A statement is the same to a signature wherever it stands."""
    document = badge(None, credentialStatus=entries({"statusSize": 8})[0])
    moved = {"id": document["credentialStatus"]["id"], "statusSize": 8}
    hidden = document | {
        "credentialStatus": status_member(ENTRY),
        "evidence": [*document["evidence"], moved | {"type": ["Evidence"]}],
    }
    assert said(verdict(hidden, read(listing()))) == [(Outcome.UNKNOWN, "unusable")]


def lists_that_do_not_speak() -> dict[str, tuple[Callable[[], Read | Unread], str]]:
    def changed(**changes: Any) -> Callable[[], Read]:
        return lambda: read(listing(**changes))

    def subject(**changes: Any) -> Callable[[], Read]:
        return lambda: read(listing(credentialSubject=listing()["credentialSubject"] | changes))

    short = packed(gzip.compress(bytes(SHORTEST // 8 - 1)))
    return {
        "by another key": (lambda: read(listing(key=OTHER_KEY)), "unproved"),
        "by another issuer": (lambda: read(listing(key=OTHER_KEY, issuer=OTHER_KEY.did)), "unproved"),
        "changed": (lambda: read(listing() | {"validFrom": "2026-04-09T00:00:00Z"}), "unproved"),
        "unsigned": (lambda: read({k: v for k, v in listing().items() if k != "proof"}), "unproved"),
        "of another address": (changed(id=LIST + "0"), "unproved"),
        "out of date": (changed(validUntil="2026-04-30T00:00:00Z"), "unproved"),
        "not yet": (changed(validFrom="2026-06-30T00:00:00Z"), "unproved"),
        "of other words": (lambda: read(listing() | {"@context": [{"@vocab": "urn:x:"}]}), "unread"),
        "no list": (changed(type=["VerifiableCredential"]), "unusable"),
        "of another purpose": (subject(statusPurpose="suspension"), "unusable"),
        "too short": (subject(encodedList=short), "unusable"),
        "not packed": (subject(encodedList="uAAAA"), "unusable"),
        "no text": (lambda: read(b"\xff\xfe"), "unusable"),
        "no object": (lambda: read(b"[]"), "unusable"),
        "gone": (lambda: read(listing(), 410), "unread"),
        "unreachable": (lambda: Unread("fetch.unreachable"), "unread"),
    }


@pytest.mark.parametrize("name", lists_that_do_not_speak())
def test_a_list_that_does_not_speak_for_the_issuer_says_nothing(name: str) -> None:
    make, code = lists_that_do_not_speak()[name]
    found = verdict(badge(), make())
    assert said(found) == [(Outcome.UNKNOWN, code)]
    assert found.validity is Validity.UNKNOWN


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("did:web:badges.example.jp", "not_revoked"),
        ("did:web:badges.example.jp:issuers:1", "not_revoked"),
        ("did:web:badges.example.jp.evil.example", "unproved"),
        ("did:web:evil.example:badges.example.jp", "unproved"),
        ("did:web:", "unproved"),
        ("", "unproved"),
    ],
)
def test_who_owns_the_place_that_was_named_may_speak(issuer: str, code: str) -> None:
    """An endorser's own key is the issuer of an endorsement; the list is the school's."""
    reads = Reads({LIST: read(listing(issuer=issuer or {"name": "nobody"}))})
    proved = (passed("proof", "holds"),)
    assert [check.code for check in status_checks(badge(), reads, lambda *_: proved)] == [code]


def test_a_list_may_come_as_a_token() -> None:
    bare = {name: value for name, value in listing(POSITION).items() if name != "proof"}
    token = jwt.signed(bare, ISSUER_KEY)
    assert said(verdict(badge(), read(token.encode()))) == [(Outcome.FAIL, "revoked")]
    assert said(verdict(badge(), read(as_token(bare, ISSUER_KEY)))) == [(Outcome.FAIL, "revoked")]
    empty = {name: value for name, value in listing().items() if name != "proof"}
    assert said(verdict(badge(), read(as_token(empty, ISSUER_KEY)))) == [(Outcome.PASS, "not_revoked")]


def as_token(document: JsonObject, key: SigningKey, **claims: Any) -> bytes:
    """As VC-JOSE-COSE secures a list: nothing is said twice."""
    head = {"alg": key.alg, "kid": key.method, "typ": "vc+jwt"}
    to_sign = f"{encoded(to_text(head).encode())}.{encoded(to_text(document | claims).encode())}"
    return f"{to_sign}.{encoded(key.sign(to_sign.encode()))}".encode()


@pytest.mark.parametrize(
    ("change", "key"),
    [({}, OTHER_KEY), ({"iss": "did:web:evil.example"}, ISSUER_KEY), ({"issuer": OTHER_KEY.did}, OTHER_KEY)],
)
def test_a_token_that_is_not_the_issuers_says_nothing(change: JsonObject, key: SigningKey) -> None:
    bare = {name: value for name, value in listing().items() if name != "proof"}
    assert said(verdict(badge(), read(as_token(bare, key, **change)))) == [(Outcome.UNKNOWN, "unproved")]


def test_a_token_of_which_a_letter_was_changed_says_nothing() -> None:
    head, body, signature = as_token(listing(POSITION), ISSUER_KEY).split(b".")
    other = as_token(listing(), ISSUER_KEY).split(b".")[1]
    assert said(verdict(badge(), read(b".".join((head, other, signature))))) == [(Outcome.UNKNOWN, "unproved")]
    assert body != other


def test_a_list_of_several_purposes_may_name_them_all() -> None:
    subject = listing(POSITION)["credentialSubject"] | {"statusPurpose": ["suspension", "revocation"]}
    assert said(verdict(badge(), read(listing(credentialSubject=subject)))) == [(Outcome.FAIL, "revoked")]


def test_a_withdrawn_endorsement_does_not_count_and_takes_nothing_from_the_badge() -> None:
    given_up = endorsement(1, SUBJECT, status=ENTRY)
    document = secure(compose(AWARD, ACHIEVEMENT, ISSUER, [given_up]), ISSUER_KEY, MIDNIGHT)
    for positions, code, count in (((), "good", 1), ((POSITION,), "withdrawn", 0)):
        lists = secure(
            compose_list(LIST, endorser_key(1).did, StatusPurpose.REVOCATION, positions, MIDNIGHT),
            endorser_key(1),
            MIDNIGHT,
        )
        found = verdict(document, read(lists))
        assert [check.code for check in found.checks if check.name == "endorsement"] == [code]
        assert found.validity is Validity.VALID
        assert found.summary is not None
        assert len(found.summary.endorsements) == count


# ---------------------------------------------------------------- the older list of 1EdTech

OLD = {"id": LIST, "type": "1EdTechRevocationList"}


def old_list(*revoked: Any, **changes: Any) -> Read:
    return read({"id": LIST, "issuer": ISSUER_KEY.did, "revokedCredential": list(revoked)} | changes)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (old_list(), (Outcome.PASS, "not_revoked")),
        (old_list({"id": "urn:another"}, 7, None), (Outcome.PASS, "not_revoked")),
        (old_list({"id": AWARD.id}), (Outcome.FAIL, "revoked")),
        (old_list({"id": AWARD.id, "revoked": True}), (Outcome.FAIL, "revoked")),
        (old_list({"id": AWARD.id, "revoked": False}), (Outcome.PASS, "not_revoked")),
        (old_list({"id": AWARD.id, "revocationReason": "By mistake"}), (Outcome.FAIL, "revoked_because")),
        (old_list(revokedCredential={"id": AWARD.id}), (Outcome.FAIL, "revoked")),
        (old_list(issuer="did:web:another.example"), (Outcome.UNKNOWN, "unproved")),
        (old_list(issuer={"id": ISSUER_KEY.did}), (Outcome.PASS, "not_revoked")),
        (read(b"<html>"), (Outcome.UNKNOWN, "unusable")),
        (read({}, 500), (Outcome.UNKNOWN, "unread")),
    ],
)
def test_the_older_list_names_what_was_revoked(answer: Read, expected: tuple[Outcome, str]) -> None:
    document = badge() | {"credentialStatus": OLD}
    assert said(verdict(document, answer)) == [expected]
