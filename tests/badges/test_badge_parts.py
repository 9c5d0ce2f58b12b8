"""Badges inside a badge: they come out as they went in, and each is checked as one of its own."""

import base64
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
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
    endorsed_badge,
    endorsement,
    endorser_key,
    plain_badge,
    shared_json,
    tiny_png,
    urn,
)
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.badges import canonical as canonical_module
from bot.badges import jsontext, jwt, parts
from bot.badges import proof as proofs
from bot.badges.bake import bake, unbake
from bot.badges.canonical import canonical
from bot.badges.compose import compose
from bot.badges.documents import AchievementType, AwardInfo, EvidenceInfo, EvidenceMark, ProfileInfo
from bot.badges.enclosing import data_uri, enclosed
from bot.badges.jsontext import JsonObject, from_text, to_text, weight
from bot.badges.keys import SigningKey
from bot.badges.parts import MAX_PARTS
from bot.badges.proof import secure
from bot.badges.reads import Reads
from bot.badges.svg import bake_svg, unbake_svg
from bot.badges.verify import Outcome, Validity, Verdict, verify
from bot.domain.language import Bilingual

OTHER_KEY = SigningKey(b"o" * 32)
SMALL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
OUTER = AwardInfo(id=urn(50), awarded=MIDNIGHT, valid_from=MIDNIGHT, language="ja")
NAME = Bilingual("能力", "Competence")


def evidence(*parts: str) -> tuple[EvidenceInfo, ...]:
    return tuple(
        EvidenceInfo(Bilingual(f"部分{at}", f"Part {at}"), date(2026, 4, 8), NAME, (EvidenceMark.PART,), part)
        for at, part in enumerate(parts)
    )


def unsigned(*parts: str, **changes: Any) -> JsonObject:
    info = replace(ACHIEVEMENT, id=urn(51), name=NAME, type=AchievementType.MICRO)
    return compose(replace(OUTER, evidence=evidence(*parts), **changes), info, ISSUER)


def outer(*parts: str, **changes: Any) -> JsonObject:
    return secure(unsigned(*parts, **changes), ISSUER_KEY, MIDNIGHT)


def judged(document: JsonObject) -> Verdict:
    return verify(as_bytes(document), now=NOW)


def found(document: JsonObject) -> list[tuple[str, Outcome]]:
    return [(check.code, check.outcome) for check in judged(document).checks if check.name == "part"]


def others_badge(key: SigningKey = OTHER_KEY) -> JsonObject:
    """By another issuer."""
    issuer = ProfileInfo(key.did, Bilingual("つばさ小学校", "Tsubasa School"))
    return secure(compose(replace(AWARD, id=urn(9)), ACHIEVEMENT, issuer), key, MIDNIGHT)


def resigned(document: JsonObject, **members: Any) -> JsonObject:
    return secure({name: value for name, value in document.items() if name != "proof"} | members, ISSUER_KEY, MIDNIGHT)


@given(texts=st.lists(st.text(min_size=1), max_size=5))
def test_what_goes_in_comes_out_byte_for_byte(texts: list[str]) -> None:
    signed = [to_text({"type": ["VerifiableCredential"], "name": text}) for text in texts]
    document = {"evidence": [{"id": data_uri(text), "type": ["Evidence"]} for text in signed]}
    assert list(enclosed(from_text(to_text(document).encode()))) == [text.encode() for text in signed]


@given(uri=st.text(alphabet="dat:;,=base64/+%xapplicationvcldjson \n", max_size=80).map(lambda text: f"data:{text}"))
def test_any_address_is_read_or_passed_over(uri: str) -> None:
    list(enclosed({"evidence": {"id": uri}}))


def test_a_part_is_found_good_and_comes_out_of_every_format_as_it_was_signed() -> None:
    part = to_text(endorsed_badge())
    document = outer(part, "")
    assert found(document) == [("good", Outcome.PASS)]
    summary = judged(document).summary
    assert summary is not None
    assert [inside.credential_id for inside in summary.parts] == [AWARD.id]
    assert judged(document).validity is Validity.VALID
    for file in (
        unbake(bake(tiny_png(), as_bytes(document))),
        unbake_svg(bake_svg(SMALL_SVG, as_bytes(document))),
    ):
        assert list(enclosed(from_text(file))) == [part.encode()]


def test_others_who_verify_accept_it() -> None:
    document = outer(to_text(endorsed_badge()), "")
    schema = shared_json("schemas", "ob_v3p0_achievementcredential_schema.json")
    formats = jsonschema.FormatChecker()
    assert list(jsonschema.Draft201909Validator(schema, format_checker=formats).iter_errors(document)) == []
    of_w3c = shared_json("schemas", "w3c_verifiable-credential-schema.json")
    assert list(jsonschema.Draft202012Validator(of_w3c).iter_errors(document)) == []
    ldp = pytest.importorskip("openbadgeslib.ob3.ldp")
    assert ldp.OB3LdpVerifier().verify(to_text(document)).recipient_id


def test_what_was_changed_inside_is_named_and_the_badge_around_it_says_what_it_is() -> None:
    part = plain_badge()
    forged = to_text(part | {"awardedDate": "2020-01-01T00:00:00+09:00"})
    assert found(outer(to_text(part), forged)) == [("good", Outcome.PASS), ("altered", Outcome.FAIL)]
    checks = {check.name: check for check in judged(outer(forged)).checks}
    assert checks["proof"].outcome is checks["key"].outcome is Outcome.PASS
    assert checks["part"].params == {"number": "1", "name": "聴く姿勢 / Listening stance"}
    assert judged(outer(forged)).validity is Validity.INVALID


def test_a_part_that_is_exchanged_in_the_file_breaks_the_outer_signature() -> None:
    document = outer(to_text(plain_badge()))
    document["evidence"][0]["id"] = data_uri(to_text(endorsed_badge()))
    checks = {check.name: check.code for check in judged(document).checks}
    assert checks["proof"] == "altered"
    assert checks["part"] == "good"


def test_each_fault_of_a_part_has_its_own_name() -> None:
    bare = {name: value for name, value in plain_badge().items() if name != "proof"}
    issuer = ProfileInfo(OTHER_KEY.did, Bilingual("つばさ小学校", "Tsubasa School"))
    stranger = secure(compose(replace(AWARD, id=urn(8)), ACHIEVEMENT, issuer), ISSUER_KEY, MIDNIGHT)
    expired = resigned(plain_badge(), validUntil="2026-04-20T00:00:00+09:00")
    later = resigned(plain_badge(), validFrom="2026-06-01T00:00:00+09:00")
    bad = endorsement(1, SUBJECT) | {"name": "Another"}
    endorsed = secure(compose(AWARD, ACHIEVEMENT, ISSUER, [bad]), ISSUER_KEY, MIDNIGHT)
    parts = (bare, stranger, others_badge(), expired, later, endorsed, {"type": ["VerifiableCredential"]})
    assert found(outer(*map(to_text, parts))) == [
        ("unsigned", Outcome.FAIL),
        ("other_key", Outcome.FAIL),
        ("vouched", Outcome.NOTE),
        ("expired", Outcome.NOTE),
        ("not_yet", Outcome.NOTE),
        ("endorsement", Outcome.NOTE),
        ("unsigned", Outcome.FAIL),
    ]


def given_to(key: SigningKey, number: int, person: str | JsonObject, *parts: JsonObject) -> JsonObject:
    """A badge of somebody who goes by an id or by an identity, around others."""
    document = compose(replace(AWARD, id=urn(number)), ACHIEVEMENT, ProfileInfo(key.did, NAME))
    subject = {name: value for name, value in document["credentialSubject"].items() if name != "id"}
    subject |= {"id": person} if isinstance(person, str) else {"identifier": [person]}
    inside = [{"id": data_uri(to_text(part)), "type": ["Evidence"]} for part in parts]
    return secure(document | {"credentialSubject": subject} | ({"evidence": inside} if inside else {}), key, MIDNIGHT)


def identity(kind: str, name: str, salt: str | None = None) -> JsonObject:
    """In plain text, or hashed with a salt."""
    plain = {"type": "IdentityObject", "identityType": kind, "hashed": salt is not None, "identityHash": name}
    digest = f"sha256${sha256((name + (salt or '')).encode()).hexdigest()}"
    return plain if salt is None else plain | {"identityHash": digest, "salt": salt}


MAIL, AOKI, MORI = "emailAddress", "aoki@example.org", "mori@example.org"


@pytest.mark.parametrize(
    ("of_part", "of_outer", "by_one_issuer", "by_two"),
    [
        ("did:example:a", "did:example:a", "good", "vouched"),
        ("did:example:a", "did:example:b", "vouched", "vouched"),
        (identity(MAIL, AOKI, "s1"), identity(MAIL, AOKI, "s1"), "good", "vouched"),
        (identity(MAIL, AOKI, "s1"), identity(MAIL, AOKI, "s2"), "vouched", "vouched"),
        (identity(MAIL, AOKI, "s1"), identity(MAIL, MORI, "s1"), "other_person", "other_person"),
        (identity(MAIL, AOKI, "s" * 600 + "1"), identity(MAIL, MORI, "s" * 600 + "2"), "vouched", "vouched"),
        (identity(MAIL, AOKI, "s1"), f"mailto:{AOKI}", "good", "vouched"),
        (identity(MAIL, AOKI, "s1"), f"mailto:{MORI}", "vouched", "vouched"),
        ("mailto:Aoki@example.org", f"mailto:{AOKI}", "good", "vouched"),
        (f"mailto:{MORI}", f"MAILTO:{AOKI}", "other_person", "other_person"),
        (identity(MAIL, MORI), f"mailto:{AOKI}", "other_person", "other_person"),
        (identity("userName", "m"), identity("userName", "a"), "other_person", "vouched"),
        (identity("userName", "m"), identity(MAIL, AOKI), "vouched", "vouched"),
        (identity("name", "Aoki Haruka"), identity("name", "青木春香"), "vouched", "vouched"),
    ],
)
def test_whose_a_part_is_is_told_by_what_can_be_compared(
    of_part: str | JsonObject, of_outer: str | JsonObject, by_one_issuer: str, by_two: str
) -> None:
    for key, said in ((ISSUER_KEY, by_one_issuer), (OTHER_KEY, by_two)):
        around = given_to(ISSUER_KEY, 61, of_outer, given_to(key, 60, of_part))
        assert [code for code, _ in found(around)] == [said]
        assert judged(around).validity is (Validity.INVALID if said == "other_person" else Validity.VALID)


def test_a_copied_subject_makes_nobodys_badge_the_same_persons() -> None:
    own = given_to(OTHER_KEY, 61, SUBJECT, plain_badge())
    assert found(own) == [("vouched", Outcome.NOTE)]


def test_what_is_signed_by_nobody_is_not_worked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[JsonObject] = []

    def counting(document: JsonObject, *others: Any) -> Any:
        worked.append(document)
        return canonical(document, *others)

    bare = {name: value for name, value in plain_badge().items() if name != "proof"}
    proof = plain_badge()["proof"][0]
    short = bare | {"proof": [proof | {"proofValue": "z" + "1" * 88}]}
    strange = bare | {"proof": [proof | {"verificationMethod": OTHER_KEY.method}]}
    unpublished = others_badge(SigningKey(b"w" * 32, "did:web:example.org"))
    document = outer(*map(to_text, (bare, short, strange, unpublished)))
    monkeypatch.setattr(proofs, "canonical", counting)
    assert [code for code, _ in found(document)] == ["unsigned", "malformed", "other_key", "unread"]
    assert len(worked) == 2, "the badge around them and its own proof"


def test_the_bounds_of_one_document_hold_for_a_badge_and_all_that_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    part, other = plain_badge(), others_badge()
    document = outer(to_text(part), to_text(other))
    monkeypatch.setattr(jsontext, "MAX_VALUES", weight(document).values + weight(part).values)
    assert found(document) == [("good", Outcome.PASS), ("unread", Outcome.NOTE)]
    assert judged(document).validity is Validity.VALID, "what is not looked at takes nothing from the badge around it"


def test_so_do_the_bounds_of_the_search_among_equals(monkeypatch: pytest.MonkeyPatch) -> None:
    alignments = [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://example.org/x"}] * 5
    results = [{"type": ["Result"], "value": "1", "alignment": alignments}] * 2
    subject = plain_badge()["credentialSubject"] | {"result": results}
    document = outer(
        *(to_text(resigned(plain_badge() | {"id": urn(at)}, credentialSubject=subject)) for at in (80, 81))
    )
    monkeypatch.setattr(canonical_module, "MAX_WORK", 10_000)  # one of them needs some 7,000
    assert [code for code, _ in found(document)] == ["vouched", "unread"]
    assert judged(document).validity is Validity.VALID


def test_endorsements_share_one_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [jwt.signed(endorsement(at, SUBJECT), endorser_key(at)) for at in range(1, 7)]
    document, one = resigned(plain_badge(), endorsementJwt=tokens), weight(endorsement(1, SUBJECT)).values
    most = weight(document).values
    monkeypatch.setattr(jsontext, "MAX_VALUES", most)
    said = [(check.code, check.outcome) for check in judged(document).checks if check.name == "endorsement"]
    good = most // one
    assert 0 < good < len(tokens)
    assert said == [("good", Outcome.PASS)] * good + [("unread", Outcome.UNKNOWN)] * (len(tokens) - good)


def test_parts_of_parts_are_looked_at_to_the_third_level_and_no_more_than_so_many() -> None:
    knowledge = to_text(plain_badge())
    competence = to_text(outer(knowledge))
    pathway = outer(competence, id=urn(70))
    numbers = [check.params["number"] for check in judged(pathway).checks if check.name == "part"]
    assert numbers == ["1", "1.1"]
    assert judged(pathway).validity is Validity.VALID
    deeper = outer(to_text(outer(to_text(pathway), id=urn(71))), id=urn(72))
    assert found(deeper)[-1] == ("too_many", Outcome.NOTE)
    few = to_text({"type": ["VerifiableCredential"]})
    many = found(outer(*[few] * (MAX_PARTS + 2)))
    assert many[MAX_PARTS:] == [("too_many", Outcome.NOTE)]


def test_a_part_may_be_a_token_and_what_is_no_credential_is_no_part() -> None:
    token = jwt.signed(plain_badge(), ISSUER_KEY)
    uris = (
        "data:application/vc+jwt," + token,
        "data:application/vc;base64,!!",
        "data:image/png;base64," + base64.b64encode(tiny_png()).decode(),
        "data:application/json,%7B%22a%22:1%7D",
        "https://example.org/evidence",
    )
    document = resigned(unsigned(), evidence=[{"id": uri, "type": ["Evidence"]} for uri in uris])
    assert found(document) == [("good", Outcome.PASS), ("malformed", Outcome.FAIL)]


def test_under_a_site_the_key_has_to_be_published_before_a_part_counts() -> None:
    web = SigningKey(b"w" * 32, "did:web:example.org")
    document = outer(to_text(others_badge(web)))
    assert found(document) == [("unread", Outcome.NOTE)]
    assert judged(document).validity is Validity.VALID, "a site that is gone takes nothing from the badge around it"
    assert "part" not in {check.name for check in judged(document).checks if check.outcome is Outcome.PASS}
    reads = Reads()
    verify(as_bytes(document), now=NOW, reads=reads)
    assert list(reads.wanted) == ["https://example.org/.well-known/did.json"]


@pytest.mark.parametrize(("lang", "said"), [("ja", "同封のバッジ"), ("en", "Badge inside")])
def test_the_command_line_names_each_part(lang: str, said: str, tmp_path: Path) -> None:
    forged = to_text(plain_badge() | {"awardedDate": "2020-01-01T00:00:00+09:00"})
    (tmp_path / "good.json").write_bytes(as_bytes(outer(to_text(endorsed_badge()))))
    (tmp_path / "bad.json").write_bytes(as_bytes(outer(forged)))
    good, bad = (
        CliRunner().invoke(cli, ["verify", str(tmp_path / name), "--lang", lang]) for name in ("good.json", "bad.json")
    )
    assert said in good.output
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "聴く姿勢" in bad.output


def test_so_many_endorsements_inside_parts_are_looked_at_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    document = outer(to_text(endorsed_badge()), to_text(endorsed_badge()))
    assert found(document) == [("good", Outcome.PASS)] * 2
    monkeypatch.setattr(parts, "MAX_ENDORSEMENTS", 5)
    assert found(document) == [("good", Outcome.PASS), ("unread", Outcome.NOTE)], "each has three"
    assert judged(document).validity is Validity.VALID
