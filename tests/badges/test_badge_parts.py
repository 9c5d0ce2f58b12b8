"""Badges inside a badge: they come out as they went in, and each is checked as one of its own."""

import base64
from dataclasses import replace
from datetime import date
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
    plain_badge,
    shared_json,
    tiny_png,
    urn,
)
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.badges import jwt
from bot.badges.bake import bake, unbake
from bot.badges.compose import compose
from bot.badges.documents import AchievementType, AwardInfo, EvidenceInfo, EvidenceMark, ProfileInfo
from bot.badges.enclosing import data_uri, enclosed
from bot.badges.jsontext import JsonObject, from_text, to_text
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


def test_a_badge_of_somebody_else_is_refused() -> None:
    def of(person: str, number: int) -> JsonObject:
        document = plain_badge() | {"id": urn(number)}
        document["credentialSubject"] = document["credentialSubject"] | {"id": person}
        return document

    someone, other = resigned(of("did:example:a", 60)), resigned(of("did:example:b", 61))
    inside = [{"id": data_uri(to_text(part)), "type": ["Evidence"]} for part in (someone, other)]
    around = resigned(of("did:example:a", 62), evidence=inside)
    assert found(around) == [("good", Outcome.PASS), ("other_person", Outcome.FAIL)]
    assert judged(around).validity is Validity.INVALID


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
