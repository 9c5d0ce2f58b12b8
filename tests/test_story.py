"""The story of a day, played once through the real house, and what it leaves behind.

The documents' tests play it, too, with whatever chance brings, as its readers do.
"""

import asyncio
import functools
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import DEMO, STORY_DAY, run_story
from bot.badges.bake import unbake
from bot.badges.checks import examine
from bot.badges.reads import Reads
from bot.badges.verdict import Outcome, Validity
from bot.badges.verify import verify
from bot.errors import Problem
from bot.wording.catalogues import catalogue
from tests.day import told_in

LATER = STORY_DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def out(day_in_the_room: Path) -> Path:
    return day_in_the_room


def documents(out: Path, kind: str) -> list[dict[str, Any]]:
    found = [json.loads(file.read_text("utf-8")) for file in sorted((out / "credentials").glob(f"{kind}-*.json"))]
    assert found
    return found


@functools.cache
def people() -> list[str]:
    return [person["name"] for person in yaml.safe_load((DEMO / "people.yaml").read_text("utf-8"))["people"]]


def test_everything_that_is_promised_is_there(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {
        "transcript.md", "transcript.jsonl", "badges", "credentials", "wallet.json",
    }  # fmt: skip
    wallet = json.loads((out / "wallet.json").read_text("utf-8"))
    held = [badge for holder in wallet for badge in holder["badges"]]
    assert len(held) == len(list((out / "badges").glob("*.png"))) == len(documents(out, "award")) > 2
    assert (out / "credentials" / "issuer.json").exists()


def test_every_picture_and_credential_verifies(out: Path) -> None:
    for file in [*(out / "badges").glob("*.png"), *(out / "credentials").glob("award-*.json")]:
        verdict = verify(file.read_bytes(), now=LATER)
        assert verdict.validity is Validity.VALID, (file.name, verdict.checks)
    for document in documents(out, "endorsement") + documents(out, "content"):
        found = examine(document, "EndorsementCredential", LATER, Reads()).results()
        assert {check.outcome for check in found} <= {Outcome.PASS, Outcome.NOTE}, found


def test_a_picture_holds_its_credential_byte_for_byte(out: Path) -> None:
    for file in (out / "badges").glob("*.png"):
        assert unbake(file.read_bytes()) == (out / "credentials" / f"award-{file.stem}.json").read_bytes()


def test_the_newest_edition_embeds_its_endorsements(out: Path) -> None:
    alone = {one["id"]: one for one in documents(out, "endorsement")}
    embedded = [one for award in documents(out, "award") for one in award.get("endorsement", ())]
    assert {one["id"] for one in embedded} == set(alone)
    assert all(alone[one["id"]] == one for one in embedded)
    assert len(embedded) > 9
    wallet = json.loads((out / "wallet.json").read_text("utf-8"))
    assert sum(len(badge["endorsements"]) for holder in wallet for badge in holder["badges"]) == len(embedded)


def test_nothing_names_its_holder_and_endorsers_only_as_they_agreed(out: Path) -> None:
    agreed = {
        person["name"]
        for person in yaml.safe_load((DEMO / "people.yaml").read_text("utf-8"))["people"]
        if "named" in person.get("consents", ())
    }
    for file in [*(out / "badges").glob("*.png"), *(out / "credentials").glob("*.json"), out / "wallet.json"]:
        data = unbake(file.read_bytes()) if file.suffix == ".png" else file.read_bytes()
        named = {name for name in people() if name.encode() in data}
        assert named <= agreed, file.name
    for award in documents(out, "award"):
        rest = {key: value for key, value in award.items() if key != "endorsement"}
        text = json.dumps(rest, ensure_ascii=False)
        assert not [name for name in people() if name in text]


def test_every_edition_is_of_the_rehearsal(out: Path) -> None:
    issuer = json.loads((out / "credentials" / "issuer.json").read_text("utf-8"))
    assert all(award["issuer"] == issuer for award in documents(out, "award"))
    school = yaml.safe_load((DEMO / "people.yaml").read_text("utf-8"))["school"]["name"]["ja"]
    assert school in issuer["name"] != school


def test_no_sentence_leaks_a_key_or_a_parameter(out: Path) -> None:
    keys = catalogue("en").single | catalogue("en").plural
    told = [line["text"] for line in told_in(out) if "to" in line and not line["page"]]
    assert len(told) > 100
    for text in told:
        words = set(re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)+", text))
        assert not words & keys, text
        assert "{" not in text, text
        assert "None" not in text, text
    for line in told_in(out):
        assert not set(line.get("buttons", ())) & keys


def test_it_is_told_in_both_languages(out: Path) -> None:
    told = [line for line in told_in(out) if line.get("where") == "direct"]
    english = [line for line in told if line["to"] == "Emma Carter"]
    japanese = [line for line in told if re.search("[ぁ-ん]", line["to"] + line["text"])]
    assert len(english) > 10
    assert len(japanese) > 50
    assert any("Open" in line["buttons"] for line in english)
    assert any("開く" in line["buttons"] for line in japanese)
    story = (out / "transcript.md").read_text("utf-8")
    assert story.count("\n## ") == len([line for line in told_in(out) if "chapter" in line]) >= 15


def test_nothing_is_shown_in_the_channel_without_a_press_by_whom_it_is_about(out: Path) -> None:
    told = told_in(out)
    for place, line in enumerate(told):
        if line.get("where") != "staff" or line["edited"] or line["deleted"]:
            continue
        holders = [name for name in people() if name in line["text"]]
        presses = [
            one.get("label", "") for one in told[:place] if one.get("act") == "presses" and one["who"] in holders
        ]
        assert set(presses) & {"同僚に見せる", "Share with colleagues"} or not holders, line["text"]


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Problem, match="not_empty"):
        asyncio.run(run_story(tmp_path))
    assert (tmp_path / "mine.txt").read_text() == "mine"
