"""Promises that wait in the lanes of an older database, one for a whole workspace, are kept like others."""

import pytest

from bot.domain.people import Workspace
from scenarios.conftest import Shared
from scenarios.test_forgetting import is_forgotten
from scenarios.town import FLOWER, counted, say
from storage import tables as t


def old_lane(workspace: Workspace, destination: str) -> str:
    return f"{workspace.platform}:{workspace.key}"


async def test_what_waits_in_a_workspaces_lane_is_said(shared_badge: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    town, holder, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    monkeypatch.setattr("bot.services.promises.lane_of", old_lane)
    await mori.reacts(shared_badge.post, FLOWER)
    assert counted("ja", colleagues=1)[0] in shared_badge.text()
    await is_forgotten(holder)
    await town.settle()
    (goodbye,) = holder.direct()
    assert say("ja", "notice.forgotten") in goodbye.card.text()
    assert not await town.rows(t.outbox), "everything is kept"
