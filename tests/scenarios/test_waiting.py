"""A platform that cannot reach somebody keeps what is for them until they come, and says then what is true then."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.conversation.reaching import is_awaited, is_receipt
from bot.conversation.views import OfferView, Receipt, View
from bot.domain.language import Lang
from bot.services.contact_ports import Waits
from bot.services.contacts import ContactDesk
from bot.services.ports import MessageRef, Sender
from scenarios.conftest import Shared
from scenarios.town import FLOWER, Town, say
from storage import tables as t


@dataclass
class Shy:
    """The room, but for one person, whom it reaches only for a moment after they came."""

    room: Sender[View]
    user: str
    is_here: bool = False
    tried: list[View] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.room, name)

    async def send(
        self, workspace_key: str, to: str, view: View, *, direct: bool, token: str, lang: Lang
    ) -> MessageRef:
        if direct and to == self.user:
            self.tried.append(view)
            if not self.is_here:
                raise Waits
        return await self.room.send(workspace_key, to, view, direct=direct, token=token, lang=lang)

    async def find(
        self, workspace_key: str, to: str, *, direct: bool, token: str, since: datetime | None = None
    ) -> MessageRef | None:
        return await self.room.find(workspace_key, to, direct=direct, token=token, since=since)


def shy(town: Town, user: str) -> Shy:
    house = town.house
    house.senders["local"] = made = Shy(house.senders["local"], user)
    return made


async def comes(town: Town, sender: Shy, workspace: str = "east") -> None:
    """Their act opened a way to them."""
    sender.is_here = True
    await ContactDesk(town.house.store, "local", town.house.world.now).came(workspace, sender.user)
    await town.settle()


async def test_a_receipt_waits_and_is_said_when_its_person_comes(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    sender = shy(town, "mori")
    await mori.reacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 1, "the endorsement counts at once"
    before = len(mori.direct())
    assert [type(view) for view in sender.tried] == [Receipt]
    assert all(map(is_receipt, sender.tried))
    (waiting,) = await town.rows(t.outbox)
    assert (waiting.state, waiting.attempts) == ("new", 0)
    assert waiting.waits_since is not None
    await town.clock("06-20 10:00")
    assert len(sender.tried) == 1, "nobody looks again and again"
    await comes(town, sender)
    assert len(mori.direct()) == before + 1
    mori.sees(shared_badge.holder.name, last=1)
    assert not await town.rows(t.outbox)
    town.check_database()


async def test_what_is_over_by_then_is_not_said(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    sender = shy(town, "mori")
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.unreacts(shared_badge.post, FLOWER)
    before = mori.direct()
    await comes(town, sender)
    assert mori.direct() == before
    assert not await town.rows(t.outbox)


async def test_whoever_never_comes_is_let_go(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    shy(town, "mori")
    await mori.reacts(shared_badge.post, FLOWER)
    (waiting,) = await town.rows(t.outbox)
    await town.clock("07-25 10:00")
    (kept,) = await town.rows(t.outbox, t.outbox.c.id == waiting.id)
    assert (kept.state, kept.error) == ("failed", "waited_out")
    assert await shared_badge.standing() == 1


async def test_an_offer_that_was_asked_for_is_awaited(town: Town) -> None:
    sender = shy(town, "aoki")
    await town.east["aoki"].commands("学ぶ 10")
    (offer,) = sender.tried
    assert isinstance(offer, OfferView)
    assert is_awaited(offer)
    await comes(town, sender)
    assert len(sender.tried) == 2


async def test_forgetting_keeps_nothing_for_a_farewell(town: Town) -> None:
    aoki = town.east["aoki"]
    shy(town, "aoki")
    await town.press(aoki, town.token("forget_yes"))
    assert not await town.rows(t.outbox)


async def test_the_press_that_fetches_says_whether_anything_comes(town: Town) -> None:
    aoki = town.east["aoki"]
    fetch = town.token("fetch")
    assert town.said(await town.press(aoki, fetch)) == say("ja", "reach.nothing")
    shy(town, "aoki")
    await aoki.commands("学ぶ 10")
    assert town.said(await town.press(aoki, fetch)) == say("ja", "reach.comes")
