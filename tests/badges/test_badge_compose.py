import json
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
from badge_samples import (
    ACHIEVEMENT,
    AWARD,
    CREATOR,
    ISSUER,
    ISSUER_KEY,
    MIDNIGHT,
    SUBJECT,
    endorsed_badge,
    endorsement,
    endorsement_info,
    plain_badge,
    shared_json,
    urn,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.compose import compose
from bot.badges.documents import AchievementType, next_valid_from
from bot.badges.endorse import compose_endorsement
from bot.badges.jsontext import to_text
from bot.badges.proof import secure
from bot.badges.schema import loosened, violations
from bot.badges.text import both, clean, is_control
from bot.domain.language import Bilingual, Lang
from bot.errors import Problem

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def replaced(thing, **changes):
    return type(thing)(**({name: getattr(thing, name) for name in thing.__dataclass_fields__} | changes))


def published(name: str) -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(shared_json("schemas", name), format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("badge", [plain_badge, endorsed_badge])
def test_a_badge_meets_the_published_schema_and_ours(badge) -> None:
    assert list(published("ob_v3p0_achievementcredential_schema.json").iter_errors(badge())) == []
    assert violations(badge()) == ()
    assert loosened(badge()) == badge()


def test_an_endorsement_meets_the_published_schema_and_ours() -> None:
    signed = endorsement(1, SUBJECT)
    assert list(published("derived_ob_v3p0_endorsementcredential_schema.json").iter_errors(signed)) == []
    assert violations(signed, "EndorsementCredential") == ()


def test_the_parts_stand_where_open_badges_wants_them() -> None:
    badge = plain_badge()
    assert badge["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert (badge["validFrom"], badge["awardedDate"]) == ("2026-04-10T00:00:00+09:00",) * 2
    assert badge["credentialSubject"]["id"] == SUBJECT
    achievement = badge["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "ext:NanoCredential"
    assert achievement["creator"]["id"] == CREATOR.id
    assert [item["targetCode"] for item in achievement["alignment"]] == ["P3-1", "P3-2"]
    assert "image" not in achievement


def test_an_achievement_has_an_image_where_there_is_an_address_for_it() -> None:
    url = "https://badges.example.org/achievements/1.png"
    badge = secure(compose(AWARD, replaced(ACHIEVEMENT, image=url), ISSUER), ISSUER_KEY, MIDNIGHT)
    assert badge["credentialSubject"]["achievement"]["image"] == {"id": url, "type": "Image"}
    assert list(published("ob_v3p0_achievementcredential_schema.json").iter_errors(badge)) == []


def test_a_competence_badge_is_a_micro_credential() -> None:
    badge = compose(AWARD, replaced(ACHIEVEMENT, type=AchievementType.MICRO), ISSUER)
    assert badge["credentialSubject"]["achievement"]["achievementType"] == "MicroCredential"


def test_evidence_tells_the_day_and_the_manner_and_no_time() -> None:
    evidence = plain_badge()["evidence"]
    assert [item["genre"] for item in evidence] == ["completed", "prior-knowledge", "self-assessed", "part", "renewed"]
    assert {item["description"] for item in evidence} == {"2026-04-08"}


def test_both_languages_are_there_the_readers_first() -> None:
    assert plain_badge()["name"] == "聴く姿勢 / Listening stance"
    english = compose(replaced(AWARD, language="en"), ACHIEVEMENT, ISSUER)
    assert english["name"] == "Listening stance / 聴く姿勢"
    assert english["credentialSubject"]["achievement"]["inLanguage"] == "en"
    assert both(Bilingual("ICT", "ICT"), "ja") == "ICT"


def test_the_endorsers_role_and_the_deputy_are_named() -> None:
    document = compose_endorsement(endorsement_info(1, SUBJECT, "leader"))
    assert document["issuer"]["name"] == "leaderja / a leader"
    assert document["issuer"]["otherIdentifier"][0]["identifier"] == "leader"
    assert "on the endorser's behalf" in document["description"]


def test_an_endorsement_may_go_without_a_comment() -> None:
    info = endorsement_info(1, SUBJECT, comment=Bilingual("", ""))
    assert "endorsementComment" not in compose_endorsement(info)["credentialSubject"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"name": Bilingual("", " \n")}, "name"), ({"id": "no iri"}, "id"), ({"description": Bilingual("", "")}, "desc")],
)
def test_a_badge_that_would_break_the_schema_is_refused(changes, path) -> None:
    with pytest.raises(Problem) as caught:
        compose(AWARD, replaced(ACHIEVEMENT, **changes), ISSUER)
    assert caught.value.code == "credential_malformed"
    assert path in caught.value.params["path"]


def test_an_endorsement_of_nothing_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        compose_endorsement(endorsement_info(1, "nobody"))
    assert caught.value.params["path"] == "credentialSubject.id"


def test_hostile_texts_become_one_harmless_line() -> None:
    name = Bilingual("a\x00b\r\n\u202ec<!channel>\ud800", "x\x7f\u2028y\ufffe")
    badge = compose(AWARD, replaced(ACHIEVEMENT, name=name), ISSUER)
    assert badge["name"] == "a b c<!channel> / x y"
    to_text(badge).encode()


@pytest.mark.parametrize(("lang", "other"), [("ja", "en"), ("en", "ja")])
def test_the_other_language_is_a_related_achievement(lang: Lang, other: Lang) -> None:
    badge = compose(replaced(AWARD, language=lang), ACHIEVEMENT, ISSUER)
    achievement = badge["credentialSubject"]["achievement"]
    assert achievement["inLanguage"] == lang
    assert achievement["related"] == [
        {"id": f"{ACHIEVEMENT.id}#{other}", "type": ["Related"], "inLanguage": other, "version": "1"}
    ]


def test_alignments_say_what_their_target_is() -> None:
    achievement = plain_badge()["credentialSubject"]["achievement"]
    assert {item["targetType"] for item in achievement["alignment"]} == {"ceasn:Competency"}
    assert list(published("ob_v3p0_achievementcredential_schema.json").iter_errors(plain_badge())) == []


@given(st.text())
def test_cleaning_leaves_nothing_unsignable_and_is_done_once(text: str) -> None:
    assert not any(is_control(char) for char in clean(text))
    assert clean(clean(text)) == clean(text)


def test_the_text_of_a_document_does_not_depend_on_the_order_of_its_members() -> None:
    badge = endorsed_badge()
    backwards = dict(reversed(badge.items()))
    assert to_text(badge) == to_text(backwards)
    assert json.loads(to_text(badge)) == badge
    assert "聴く" in to_text(badge)


@given(moments, moments)
def test_a_re_issue_is_later_than_the_former_edition_and_not_before_its_day(day, previous) -> None:
    found = next_valid_from(day, previous)
    assert found >= day
    assert found >= previous + timedelta(seconds=1)
    assert found in (day, previous + timedelta(seconds=1))


def test_the_first_edition_is_of_its_day() -> None:
    assert next_valid_from(MIDNIGHT, None) == MIDNIGHT
    with pytest.raises(ValueError, match="aware"):
        next_valid_from(MIDNIGHT.replace(tzinfo=None), None)


@pytest.mark.parametrize(
    "change",
    [
        {"validFrom": "2026-04-10T00:00:00"},
        {"validFrom": "2026-04-10"},
        {"issuer": {"id": urn(1)}},
        {"issuer": 5},
        {"proof": {"type": "DataIntegrityProof"}},
        {"type": ["VerifiableCredential"]},
        {"image": {"id": urn(1), "type": "Image", "more": 1}},
        {"evidence": [{"type": "Evidence"}]},
        {"credentialSubject": {"type": ["AchievementSubject"]}},
    ],
)
def test_our_schema_and_the_published_one_refuse_alike(change) -> None:
    broken = plain_badge() | change
    assert violations(broken)
    if change.get("validFrom") is None:  # its formats are not checked by every validator
        assert list(published("ob_v3p0_achievementcredential_schema.json").iter_errors(broken))


def test_single_values_and_empty_members_are_only_loose() -> None:
    badge = plain_badge()
    loose = badge | {"proof": badge["proof"][0], "evidence": [], "description": None, "type": badge["type"]}
    assert violations(loose)
    assert violations(loosened(loose)) == ()
