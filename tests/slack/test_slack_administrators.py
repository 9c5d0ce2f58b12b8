"""Whoever administers the workspace in Slack gives and takes roles from there; nobody else by any other sign."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Role, Standing
from bot.handlers.slack.people import profile
from slack.at_work import AtWork, Transport, at_work
from slack.first_steps import founded, welcomed
from slack.server import SlackLike, Team
from slack.test_slack_followed import kept


async def roles(sukima: AtWork, user: str) -> set[Role]:
    return set((await kept(sukima, user)).person.roles)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_an_administrator_of_the_workspace_names_roles(
    slack: SlackLike, school: Team, tmp_path: Path, transport: Transport
) -> None:
    school.channels["C0GENERAL"].members.append("U0SUKIMA")
    slack.add_user(school, "U0KANRI", "kanri", real_name="管理 あさひ", is_owner=True)
    async with at_work(slack, school, tmp_path, transport) as sukima:
        await founded(sukima)
        kanri, aoki, hall = map(slack.person, ("kanri", "aoki", "hall"))
        await welcomed(aoki)
        await kanri.commands("grant leader to <@U0AOKI|aoki>", where="general")
        await kanri.sees("青木 あさひ", "管理職", where="general")
        await aoki.sees("管理職", "役割が付きました")
        assert await roles(sukima, "U0AOKI") == {Role.TEACHER, Role.LEADER}
        await kanri.mentions("解任 <@U0AOKI> 管理職", where="general")
        await aoki.sees("役割が外れました")
        assert await roles(sukima, "U0AOKI") == {Role.TEACHER}

        await kanri.commands("役割", where="general")
        await kanri.sees("ここの管理者なので", where="general")
        filled = {"だれの": "青木 あさひ", "役割": "教材の作成者", "どうする": "付ける"}
        assert await kanri.completes(filled, where="general") == {}
        assert await roles(sukima, "U0AOKI") == {Role.TEACHER, Role.AUTHOR}

        await slack.admin().changes("kanri", is_owner=False)
        await kanri.commands("grant leader to <@U0AOKI|aoki>", where="general")
        await kanri.sees("はじめまして", where="general", last=1)
        await slack.admin().changes("hall", is_admin=True, is_guest=True)
        await hall.commands("grant leader to <@U0AOKI|aoki>", where="general")
        assert await roles(sukima, "U0AOKI") == {Role.TEACHER, Role.AUTHOR}


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_admin": True}, Standing.ADMIN),
        ({"is_owner": True}, Standing.ADMIN),
        ({"is_primary_owner": True}, Standing.ADMIN),
        ({"is_admin": True, "is_restricted": True}, Standing.GUEST),
        ({"is_owner": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"enterprise_user": {"is_admin": True, "teams": ["T0ASAHI"]}}, Standing.MEMBER),
    ],
)
def test_an_account_s_standing_is_what_slack_says_of_it_in_this_workspace(
    told: dict[str, Any], standing: Standing
) -> None:
    assert profile({"id": "U1", "team_id": "T0ASAHI", **told}, "T0ASAHI").standing is standing
