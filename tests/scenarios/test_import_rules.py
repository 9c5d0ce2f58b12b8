"""The twenty rules for badges of other sites: which test shows each, and those that only taking in can show."""

import importlib
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from badges.badge_samples import shared
from hypothesis import given
from hypothesis import strategies as st

from bot.badges.reads import Read, Reads, Unread
from bot.badges.verify import verify
from bot.domain.foreign import GivenTo, is_given_to, mark_of
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.pathways import Imported
from bot.services.commands import OfSchool
from bot.services.foreign import coming_of
from bot.services.foreign_ports import Coming
from bot.services.ports import Work
from bot.services.verification import Looked
from scenarios.lms import Lms, hashed, lms_of
from scenarios.shelf import WAY, pathway
from scenarios.test_taking_in import holds, trusts
from scenarios.town import MORNING, Town, say, texts
from scenarios.web import Web
from storage import tables as t

READER, TAKING_IN, HERE = "badges.test_badge_older", "scenarios.test_taking_in", __name__
RULES: dict[int, tuple[str, str]] = {
    1: (READER, "test_rule_1_"),
    2: (READER, "test_rule_2_"),
    3: (READER, "test_rule_3_"),
    4: (READER, "test_rule_4_"),
    5: (READER, "test_rule_5_"),
    6: (HERE, "test_6_"),
    7: (HERE, "test_7_"),
    8: (READER, "test_rule_8_"),
    9: (READER, "test_rule_9_"),
    10: (READER, "test_rule_10_"),
    11: (TAKING_IN, "test_it_is_verified_again_and_a_gone_server_keeps_the_copy"),
    12: (TAKING_IN, "test_an_expired_one_is_kept_and_says_so"),
    13: (HERE, "test_13_"),
    14: (HERE, "test_14_"),
    15: (READER, "test_rule_15_"),
    16: (READER, "test_rule_16_"),
    17: (HERE, "test_17_"),
    18: (TAKING_IN, "test_by_the_form_and_twice"),
    19: (HERE, "test_19_"),
    20: (HERE, "test_20_"),
}
"""By its number in the project's list, where each rule is shown."""


def test_every_rule_has_its_test() -> None:
    assert set(RULES) == set(range(1, 21))
    for number, (module, beginning) in RULES.items():
        assert any(name.startswith(beginning) for name in vars(importlib.import_module(module))), number
    page = Path(__file__).parents[2].joinpath("docs", "open-badges.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+)\. (.*)$", page.partition("## Taking in what others issued")[2], re.MULTILINE)
    assert [int(number) for number, _ in rows] == [*RULES]
    for number, row in rows:
        module, beginning = RULES[int(number)]
        assert f"`tests/{module.replace('.', '/')}.py::{beginning}" in row, number


async def taken(town: Town, lms: Lms) -> Any:
    await town.east["aoki"].says(f"取り込む {lms.publish().url}")
    (row,) = await town.rows(t.foreign_badge)
    return row


async def test_6_neither_the_identity_nor_its_salt_is_told(town: Town) -> None:
    lms = lms_of(town)
    row = await taken(town, lms)
    aoki = town.east["aoki"]
    await aoki.commands("wallet")
    await town.east["mori"].says(f"確かめて {lms.url}")
    said = texts(aoki.direct()) + texts(town.east["mori"].direct())
    secret = lms.assertion()["recipient"]
    told = {name: value for name, value in row._asdict().items() if name not in ("file", "copy")}
    for word in (secret["identity"], secret["identity"].partition("$")[2], secret["salt"]):
        assert word not in said
        assert word not in str(told)


def test_7_several_addresses_each_as_spelt_and_in_small_letters() -> None:
    spelt = "Taro.Yamada@School.example"
    of_old_school = GivenTo(hashed(spelt, "s"), "emailAddress", hashed=True, salt="s")
    small = GivenTo(hashed(spelt.lower(), "s"), "email", hashed=True, salt="s")
    assert is_given_to([of_old_school], "", ["other@new.example", spelt])
    assert not is_given_to([of_old_school], "", [spelt.lower()])
    assert is_given_to([small], "", [spelt])
    assert is_given_to([], "mailto:TARO.Yamada@school.example", [spelt])
    assert not is_given_to([small], "", [])
    nobody = (GivenTo("", "email", hashed=True), GivenTo("sha1$x", "email", hashed=True))
    for wrong in (*nobody, GivenTo(spelt, "url", hashed=False)):
        assert not is_given_to([wrong], "", [spelt])


async def test_13_criteria_are_text_and_decide_nothing(town: Town) -> None:
    """They name another badge, which a pathway asks for, and what to search for."""
    lms = lms_of(town)
    badge, other = lms.assertion()["badge"], "https://lms.example/badges/badge_json.php?id=99"
    badge["criteria"] = {"id": other, "narrative": f"* すべての活動を完了\n* 生徒指導 {other}\n* <script>"}
    lms.more = {"badge": badge}
    await trusts(town, lms.host)
    row = await taken(town, lms)
    told = {name: value for name, value in row._asdict().items() if name not in ("file", "copy")}
    assert (row.badge_id, row.about, row.tags) == (lms.badge_id, badge["description"], [])
    assert not [word for word in ("修了", "完了", "生徒指導", other, "<script>") if word in str(told)]
    for asked in (other, lms.badge_id):
        await town.reload(pathways=(pathway(Imported(Bilingual("研修", "A training"), (asked,), ())),))
        await town.settle()
        assert await holds(town, WAY) is (asked == lms.badge_id)


async def test_14_a_course_and_a_child_badge_are_no_alignment(town: Town) -> None:
    lms = lms_of(town)
    badge = lms.assertion()["badge"]
    badge["alignments"] = [
        {"targetName": "講座の頁", "targetUrl": f"https://{lms.host}/course/view.php?id=3"},
        {"targetName": "子のバッジ", "targetUrl": f"https://{lms.host}/badges/badge_json.php?id=9"},
        {"targetName": "生徒指導の指標", "targetUrl": "https://index.example/p3"},
    ]
    lms.more = {"badge": badge}
    assert (await taken(town, lms)).tags == ["生徒指導の指標"]


async def test_17_radicals_are_shown_as_they_are_and_found_as_they_are_meant(town: Town) -> None:
    lms = lms_of(town, name="⼤学⽣の⽀援")
    row = await taken(town, lms)
    assert row.name == "⼤学⽣の⽀援"

    async def turn_on(work: Work, command: OfSchool) -> None:
        await work.foreign.save_findable(row.id, work.now)

    await town.house.store.run(turn_on, OfSchool(school_id=row.school_id))
    await town.east["mori"].says("大学生の支援に詳しい人は？")
    town.east["mori"].sees("⼤学⽣の⽀援", town.east["aoki"].name)


async def test_19_what_a_site_writes_calls_nobody(town: Town) -> None:
    lms = lms_of(town, name="<!channel> @everyone <b>x</b> \u202etxt")
    await taken(town, lms)
    card = town.east["aoki"].newest().card.text()
    assert "\u202e" not in card
    assert "@everyone" not in texts(town.east["mori"].staff())


async def test_20_a_valid_badge_says_only_that_this_host_says_so(town: Town) -> None:
    lms = lms_of(town)
    await taken(town, lms)
    town.east["aoki"].sees(say("ja", "foreign.host", host=lms.host))
    await town.east["mori"].says(f"確かめて {lms.url}")
    town.east["mori"].sees(say("ja", "verify.issuer.of_host", issuer="例示大学", host=lms.host))


# ---------------------------------------------------------------- the files of Moodle and CHiLO


@pytest.mark.parametrize("name", ["fixture_moodle_assertion.json", "fixture_ob2_strict_assertion.json"])
async def test_files_as_those_sites_write_them_come_in(town: Town, name: str) -> None:
    assertion = json.loads(shared("..", "data", name).read_bytes())["assertion"]
    verification = assertion.get("verification", assertion.get("verify"))
    url = verification.get("url") or assertion["id"]
    web = town.house.world.fetch
    assert isinstance(web, Web)
    badge = assertion["badge"]
    if isinstance(badge, str):
        context = {"@context": "https://w3id.org/openbadges/v2"}
        issuer = context | {"id": "https://badges.example.org/i", "type": "Profile", "name": "例示大学"}
        told = context | {"id": badge, "type": "BadgeClass", "name": "例", "description": "例", "issuer": issuer["id"]}
        web.puts(badge, json.dumps(told | {"image": "https://badges.example.org/i.png"}).encode())
        web.puts(issuer["id"], json.dumps(issuer).encode())
    else:
        web.puts(badge["issuer"]["id"], json.dumps(badge["issuer"]).encode())
    web.puts(url, json.dumps(assertion).encode())
    aoki = town.east["aoki"]
    await town.clock("08-01 09:00")
    await aoki.commands("wallet")
    person = await town.person(town.east, "aoki")

    async def prove(work: Work, command: OfSchool) -> None:
        await work.staff.prove(person.id, "teacher01@example.org")

    await aoki.says(f"取り込む {url}")
    aoki.sees(say("ja", "refused.foreign_not_yours"))
    await town.house.store.run(prove, OfSchool(school_id=person.school_id))
    await aoki.says(f"取り込む {url}")
    aoki.sees(say("ja", "foreign.taken"))
    assert len(await town.rows(t.foreign_badge)) == 1


# ---------------------------------------------------------------- hostile documents

HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=40),
    st.just("x" * 100_000),
    st.just("https://[::1"),
    st.just("\ud800"),
    st.just([[[[]]]] * 50),
    st.just({"id": {"id": []}}),
    st.dictionaries(st.sampled_from(["id", "type", "url", "@context", "hashed"]), st.text(max_size=9), max_size=3),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in _places(item, (*path, key)))]


def _put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


@given(st.data())
def test_whatever_a_site_answers_is_a_badge_or_a_refusal(data: st.DataObject) -> None:
    """Never an exception, and never a badge of an issuer that the answers do not bear out."""
    lms = Lms(Web())
    assertion = lms.assertion()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from([place for place in _places(assertion) if place]))
        try:
            _put(assertion, place, deepcopy(data.draw(HOSTILE)))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    body = json.dumps(assertion).encode()
    profile = Lms(Web()).assertion()["badge"]["issuer"] | {"@context": "https://w3id.org/openbadges/v2"}
    answers: dict[str, Read | Unread] = {
        lms.url: Read(lms.url, 200, "application/json", body),
        lms.profile: Read(lms.profile, 200, "application/json", json.dumps(profile).encode()),
    }
    verdict = verify(body, now=MORNING, reads=Reads(answers))
    coming = coming_of(Looked(verdict, body, answers))
    assert isinstance(coming, Coming | Refused)
    if isinstance(coming, Coming):
        assert coming.issuer in (lms.profile, f"https://{lms.host}")
        assert coming.host == lms.host
        assert len(coming.about) <= 2000
        assert verdict.summary is not None
        assert coming.mark == mark_of(coming.issuer, coming.badge_id, verdict.summary.credential_id)
