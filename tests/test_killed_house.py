"""Killed in the middle, started again: nothing acknowledged is lost, nothing is doubled (design.md 4.2)."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from kill_driver import BADGES, LEARNERS, acts, plain_picture
from scenarios.shelf import CARE, FIRST
from scenarios.town import Town, button, label, open_town, posts_of

from bot.badges.verdict import Validity
from bot.badges.verify import verify
from storage import tables as t

KILLS = 24


@pytest.fixture(scope="module", params=[20260610])
def killed(request: pytest.FixtureRequest, town_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town after a day with many ends."""
    from scenarios.town import copy_town

    folder = copy_town(town_template, tmp_path_factory.mktemp("killed") / "town")
    tests = Path(__file__).parent
    paths = os.pathsep.join([str(tests), str(tests.parent)])
    done = subprocess.run(
        [sys.executable, str(tests / "kill_driver.py"), str(folder), str(request.param), str(KILLS)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout) >= KILLS // 2, "the day was long enough for many ends"
    return folder


@pytest.fixture
async def town(killed: Path, tmp_path: Path, quiet_log: None, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Opened once more, on a copy, with everything settled."""
    from scenarios.town import copy_town

    monkeypatch.setattr("bot.conversation.pictures.draw_badge", lambda face: plain_picture())
    async with open_town(copy_town(killed, tmp_path / "again")) as opened:
        yield opened


async def test_nothing_acknowledged_is_lost(killed: Path, town: Town) -> None:
    acknowledged = [int(line) for line in (killed.parent / "acknowledged").read_text().split()]
    assert acknowledged == list(range(len(list(acts()))))
    for key in LEARNERS:
        person = await town.person(town.east, key)
        done = await town.rows(t.completion, t.completion.c.person_id == person.id)
        assert {one.unit_key for one in done} == {"u-board", "u-breath", "u-quiz", "u-note"}
        assert "delivery" in person.consents
    assert {key: await colleagues(town, *key) for key in BADGES} == {
        ("aoki", FIRST): Counter(colleague=3, leader=1),
        ("hall", CARE): Counter(colleague=2, leader=1),
        ("mori", FIRST): Counter(colleague=1, leader=1),
    }, "whom one endorsed that day cannot endorse in return"
    displayed = {row.id for row in await town.rows(t.award) if row.displayed_at is not None}
    assert displayed == {(await town.award(town.east, key, FIRST)).id for key in ("aoki", "mori")}


async def colleagues(town: Town, key: str, badge: str) -> Counter[str]:
    return Counter(one.role for one in await town.standing((await town.award(town.east, key, badge)).id))


async def test_nothing_is_doubled(town: Town) -> None:
    awards = await town.rows(t.award)
    assert len(awards) == len({(one.person_id, one.achievement_key) for one in awards}) == 5 * len(LEARNERS)
    told = Counter((one.act, one.subject, json.dumps(one.detail, sort_keys=True)) for one in await town.rows(t.audit))
    once = {"award", "issue", "re-issue", "complete", "forget", "key"}
    assert not [entry for entry, times in told.items() if entry[0] in once and times > 1]
    for key in LEARNERS:
        actor = town.east[key]
        tokens = [button(one, label(actor, "view_badge")) for one in actor.direct()]
        shares = Counter(token for token in tokens if token)
        assert len(shares) == 5
        assert set(shares.values()) == {1}, "one message for each badge"
    several = {"notice", "unit"}  # refusals about one badge; a unit's offer and its page
    posts = Counter((one.about, one.subject) for one in await town.rows(t.message) if one.about not in several)
    assert not [about for about, times in posts.items() if times > 1]


async def test_one_post_for_each_badge_that_is_shown(town: Town) -> None:
    sato = town.east["sato"]
    for key, badge in BADGES:
        assert len(posts_of(sato, town.east[key], badge)) == (0 if badge == CARE else 1)
    assert len([one for one in sato.staff() if not one.ephemeral]) == 2


async def test_one_receipt_for_each_endorsement_and_one_message_for_each_offer(town: Town) -> None:
    for key in (*LEARNERS, "sato"):
        actor = town.east[key]
        for name in ("undo", "another"):
            tokens = Counter(button(one, label(actor, name)) for one in actor.direct())
            tokens.pop(None, None)
            assert set(tokens.values()) <= {1}, name
    offered = Counter((one.person_id, one.slot_key) for one in await town.rows(t.offer) if not one.requested)
    assert len({person for person, _ in offered}) == len(offered) > 0, "one a day"


async def test_nothing_is_left_undone(town: Town) -> None:
    assert not await town.rows(t.outbox)
    assert not town.room.waiting()


async def test_editions_follow_each_other_and_verify(town: Town) -> None:
    for award in await town.rows(t.award):
        editions = await town.editions(award.id)
        numbers = [one.number for one in editions]
        assert numbers == sorted(set(numbers))
        assert numbers[-1] - numbers[0] >= len(numbers) - 1
        moments = [datetime.fromisoformat(json.loads(one.text)["validFrom"]) for one in editions]
        assert moments == sorted(set(moments))
        for one in editions:
            assert verify(one.text.encode(), now=town.room.now()).validity is Validity.VALID
        embedded = {one["id"] for one in json.loads(editions[-1].text).get("endorsement", ())}
        assert embedded == {f"urn:uuid:{one.public_id}" for one in await town.standing(award.id)}


async def test_the_database_is_whole(town: Town) -> None:
    town.check_database()
