"""An owner revokes, suspends and reinstates a badge from chat; who is no owner, or means another badge, does not."""

from typing import Any

import pytest

from bot.domain.stops import StopChange
from bot.handlers.local.stage import Actor
from scenarios.conftest import Shared
from scenarios.shelf import FIRST, NAMES
from scenarios.test_people_in_chat import becomes_owner
from scenarios.town import Town, label, posts_of, say, studies
from storage import tables as t

REASON = "評価の記録に誤りがありました"


@pytest.fixture
async def owner(shared_badge: Shared) -> Actor:
    mori = shared_badge.town.east["mori"]
    await becomes_owner(shared_badge.town, mori)
    return mori


async def award_of(town: Town, stage: Any, key: str) -> str:
    return str((await town.award(stage, key, FIRST)).public_id)


async def finds(owner: Actor, typed: str) -> None:
    await owner.commands("roles")
    await owner.presses(label(owner, "stops"))
    await owner.fills(badge=typed)


async def test_suspended_reinstated_and_revoked_with_a_reason(shared_badge: Shared, owner: Actor) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    award = await award_of(town, town.east, "aoki")
    await finds(owner, f"https://badges.example/badges/{award}")
    found = owner.sees(say("ja", "stop.owner.found", name=NAMES[FIRST].ja), say("ja", "stop.owner.counts"), last=1)
    assert aoki.name not in found.card.text(), "whose it is stays unsaid"
    await owner.presses(label(owner, "stop_suspend"))
    await owner.fills(reason=" ")
    owner.sees(say("ja", "refused.stop_reason", limit=300), last=1)
    assert (await town.award(town.east, "aoki", FIRST)).stopped_as is None, "no reason, no stop"
    await owner.fills(reason=REASON)
    owner.sees(say("ja", "stop.owner.done.suspend", name=NAMES[FIRST].ja), last=1)
    told = aoki.sees(say("ja", "stop.news.suspended", name=NAMES[FIRST].ja))
    assert REASON in told.card.text()
    assert owner.name not in told.card.text()
    assert posts_of(owner, aoki, FIRST) == []
    await finds(owner, award)
    await owner.presses(label(owner, "stop_reinstate"))
    aoki.sees(say("ja", "stop.news.reinstated", name=NAMES[FIRST].ja))
    await finds(owner, award)
    await owner.presses(label(owner, "stop_revoke"))
    await owner.fills(reason=REASON)
    row = await town.award(town.east, "aoki", FIRST)
    assert (row.stopped_as, row.stop_reason) == ("revoked", REASON)
    await finds(owner, award)
    assert label(owner, "stop_reinstate") not in [one.label for one in owner.newest().card.buttons]
    again = await town.press(owner, town.token("stop_reinstate", award))
    assert town.said(again) == say("ja", "refused.stop_changed")
    acts = [(one.act, one.actor) for one in await town.rows(t.audit, t.audit.c.subject == award)]
    stops = [actor for act, actor in acts if act in set(StopChange)]
    assert len(stops) == 3
    assert len(set(stops)) == 1
    assert stops[0], "the audit log knows who"
    town.check_database()


async def test_nobody_else_may_and_no_other_badge(shared_badge: Shared, owner: Actor) -> None:
    town, aoki, hall = shared_badge.town, shared_badge.holder, shared_badge.town.east["hall"]
    ours = await award_of(town, town.east, "aoki")
    await studies(town.west["aoki"], "u-board")
    theirs = await award_of(town, town.west, "aoki")
    await studies(owner, "u-board")
    own = await award_of(town, town.east, "mori")
    await town.house.store.write(lambda scope: scope.run(_moved_in(ours)))

    async def refusal(actor: Actor, award: str) -> str:
        form = town.token("stop_revoke", award)
        looked = town.said(await town.press(actor, town.token("stop_find"), {"badge": award}))
        done = town.said(await town.press(actor, form, {"reason": REASON}))
        assert looked == done
        return done

    assert await refusal(hall, ours) == say("en", "refused.owners_only")
    assert await refusal(aoki, ours) == say("ja", "refused.owners_only")
    assert await refusal(owner, theirs) == say("ja", "refused.stop_unknown")
    assert await refusal(owner, "nothing") == say("ja", "refused.stop_unknown")
    assert await refusal(owner, own) == say("ja", "refused.stop_own")
    assert await refusal(owner, ours) == say("ja", "refused.stop_not_ours")
    await hall.commands("stop badge")
    hall.sees(say("en", "refused.owners_only"), last=1)
    await hall.commands("roles")
    assert label(hall, "stops") not in [one.label for one in hall.newest().card.buttons]
    assert {row.stopped_as for row in await town.rows(t.award)} == {None}


def _moved_in(award: str) -> Any:
    """As if another school had issued it, and its holder had moved here."""
    west = t.school.select().with_only_columns(t.school.c.id).where(t.school.c.key == "west").scalar_subquery()
    return t.award.update().where(t.award.c.public_id == award).values(issuer_school_id=west)
