"""A workspace's own roles are followed where its school says so: who belongs to it, and who leads."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.conversation.intents import Commanded, ReactionAdded
from bot.domain.people import PlatformRoles, Role, Standing
from bot.domain.platform_roles import following, standing_with
from bot.handlers.local.chairs import Place
from bot.handlers.local.stage import Actor
from bot.services.directory import BindWorkspace, bind_workspace
from scenarios.conftest import Shared
from scenarios.test_administrators import audited
from scenarios.test_people_in_chat import roles_of
from scenarios.town import Town, say
from storage import tables as t

TEACHER, LEADER, PUPIL = "11", "22", "33"


async def bound(town: Town, *, teacher: str | None = None, leader: str | None = None) -> None:
    """As `sukima school bind … --teacher-role … --leader-role …` does."""
    east = await town.workspace(town.east)
    command = BindWorkspace(
        school="east",
        platform="local",
        workspace="east",
        channel=east.staff_channel,
        lang=None,
        emoji=(),
        teacher_role=teacher,
        leader_role=leader,
    )
    await town.house.store.run(bind_workspace, command)
    town.house.router._homes.clear()


async def asks(town: Town, actor: Actor, text: str, *wears: str) -> str:
    """What somebody who wears these roles is answered."""
    origin = replace(actor.chair.at(Place.DIRECT).origin, wears=frozenset(wears))
    answer = await town.house.router.handle(Commanded(origin, text))
    await town.settle()
    return town.said(answer)


async def test_leaders_are_who_wear_the_role_now_and_are_told(town: Town) -> None:
    hall = town.east["hall"]
    await asks(town, hall, "help", LEADER)
    assert await roles_of(town, town.east, "hall") == {"teacher"}, "nothing is followed unasked"
    await bound(town, leader=LEADER)
    await asks(town, hall, "help", TEACHER, LEADER)
    assert await roles_of(town, town.east, "hall") == {"teacher", "leader"}
    hall.sees(say("en", "roles.given", role="leader"), last=1)
    (noted,) = await audited(town, "grant_role")
    assert noted.detail == {"role": "leader", "by": "platform"}
    told = replace(hall.chair.at(Place.DIRECT).origin, wears=frozenset({TEACHER}))
    await town.house.router.changed(replace(told, wears=None), is_gone=False)  # it does not say
    assert await roles_of(town, town.east, "hall") == {"teacher", "leader"}
    await town.house.router.changed(told, is_gone=False)  # as the roll tells it
    await town.settle()
    assert await roles_of(town, town.east, "hall") == {"teacher"}
    hall.sees(say("en", "roles.taken", role="leader"), last=1)
    (noted,) = await audited(town, "revoke_role")
    assert noted.detail == {"role": "leader", "by": "platform"}
    assert not await town.rows(t.audit, t.audit.c.school_id != noted.school_id, t.audit.c.act == "grant_role")
    town.check_database()


async def test_whoever_wears_none_of_the_roles_is_a_guest(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await bound(town, teacher=TEACHER, leader=LEADER)
    assert say("ja", "refused.guest_own") in await asks(town, mori, "wallet who", PUPIL)
    origin = replace(mori.chair.at(Place.STAFF).origin, wears=frozenset({PUPIL}))
    assert await town.house.router.standing(origin) is Standing.GUEST
    await town.house.router.handle(ReactionAdded(origin, shared_badge.post.ref, "white_flower"))
    assert await shared_badge.standing() == 0
    for role in (TEACHER, LEADER):
        member = replace(origin, wears=frozenset({role, PUPIL}))
        assert await town.house.router.standing(member) is Standing.MEMBER
    await town.house.router.handle(ReactionAdded(member, shared_badge.post.ref, "white_flower"))
    await town.settle()
    assert await shared_badge.standing() == 1
    (given,) = await town.standing(await shared_badge.award())
    assert given.role == "leader", "what they wear counts from the act on with which it is seen"
    assert await town.house.router.roles_of_school("local", "east") == {TEACHER, LEADER}
    assert await town.house.router.roles_of_school("local", "west") == frozenset()


async def test_binding_again_changes_what_is_named_and_nothing_else(town: Town) -> None:
    before = await town.workspace(town.east)
    await bound(town, teacher=TEACHER, leader=LEADER)
    await bound(town, leader="")
    after: Any = await town.workspace(town.east)
    assert (after.teacher_role, after.leader_role) == (TEACHER, None)
    assert {**after._mapping, "teacher_role": None} == before._mapping


@pytest.mark.parametrize("told", list(Standing))
def test_only_members_become_guests(told: Standing) -> None:
    named = PlatformRoles(TEACHER, None)
    assert standing_with(told, named, {PUPIL}) is (Standing.GUEST if told is Standing.MEMBER else told)
    assert standing_with(told, named, None) is told
    assert standing_with(told, PlatformRoles(None, LEADER), ()) is told


def test_nobody_is_left_without_a_role() -> None:
    assert following(frozenset({Role.LEADER}), leads=False) == {Role.TEACHER}
    assert following(frozenset({Role.OWNER}), leads=True) == {Role.OWNER, Role.LEADER}


@pytest.mark.parametrize(
    ("platform", "role"), [("slack", "11"), ("local", "11"), ("discord", "@teachers"), ("discord", "１１")]
)
def test_what_is_no_role_there_is_refused_before_anything_is_bound(platform: str, role: str, tmp_path: Path) -> None:
    """A typo would make guests of everybody."""
    words = ["school", "bind", "asahi", platform, "T1", "--channel", "C1", "--teacher-role", role]
    ran = CliRunner().invoke(cli, [*words, "--data", str(tmp_path / "data"), "--lang", "en"])
    assert ran.exit_code == 2
    assert role in ran.output
    assert not (tmp_path / "data").exists()
