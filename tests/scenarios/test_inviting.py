"""Asking colleagues to endorse a badge: who sees it then, who hears of what, and when it ends."""

from typing import Any

import pytest

from bot.domain.invitations import MOST_ASKED
from bot.domain.stops import StopChange
from bot.handlers.local.room_types import Message
from bot.handlers.local.stage import Actor
from scenarios.shelf import FIRST, NAMES
from scenarios.test_moving import agree, moves
from scenarios.test_stopping import change
from scenarios.town import Town, button, label, leaks, say, studies, texts
from storage import tables as t


class Asking:
    """Aoki holds a badge that is shown to nobody."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.holder = town.east["aoki"]

    async def award(self) -> Any:
        return await self.town.award(self.town.east, "aoki", FIRST)

    async def token(self, verb: str, whom: str) -> str:
        person = await self.town.person(self.town.east, whom)
        return self.town.token(verb, (await self.award()).public_id, person.public_id.replace("-", ""))

    async def asks(self, whom: str) -> str:
        """Press *Show and ask*; the answer."""
        return self.town.said(await self.town.press(self.holder, await self.token("invite_send", whom)))

    async def endorses(self, whom: str) -> str:
        actor = self.town.east[whom]
        return self.town.said(await self.town.press(actor, self.town.token("endorse", (await self.award()).public_id)))


def asked(actor: Actor) -> list[Message]:
    """The messages that ask somebody to endorse."""
    return [message for message in actor.direct() if button(message, label(actor, "invite_away"))]


@pytest.fixture
async def asking(town: Town) -> Asking:
    await studies(town.east["aoki"], "u-board")
    await town.clock("12:00")
    return Asking(town)


async def test_a_private_badge_is_shown_to_who_is_asked_and_only_to_them(asking: Asking) -> None:
    town, aoki, mori, sato = asking.town, asking.holder, asking.town.east["mori"], asking.town.east["sato"]
    await aoki.presses(label(aoki, "view_badge"))
    await aoki.presses(label(aoki, "invite"))
    aoki.sees(say("ja", "invite.title", name=NAMES[FIRST].ja))
    award = (await asking.award()).public_id
    form = await town.press(aoki, town.token("invite", award))
    sent = town.house.cards.draw(form.views[0], "ja").form
    assert sent is not None
    answer = await town.press(aoki, sent.action, {"person": "森"})
    question = town.said(answer)
    assert say("ja", "invite.consent", colleague=mori.name) in question
    assert not asked(mori), "nobody is asked before the answer"
    await town.press(aoki, button_of(town, answer, "invite_send"))
    (message,) = asked(mori)
    assert aoki.name in message.card.title
    assert NAMES[FIRST].ja in message.card.title
    assert message.attachments, "the colleague sees the badge"
    assert button(message, label(mori, "endorse_this"))
    assert not (await asking.award()).displayed_at
    assert await asking.endorses("sato") == say("ja", "refused.not_displayed"), "who was not asked sees nothing"
    await mori.presses(label(mori, "endorse_this"))
    assert len(await town.standing((await asking.award()).id)) == 1
    (receipt,) = mori.direct()
    assert button(receipt, label(mori, "undo")), "it is confirmed once, by what can undo it"
    assert NAMES[FIRST].ja not in texts(sato.direct()) + texts(sato.staff())
    await asking.asks("sato")
    assert button(asked(sato)[0], label(sato, "recommend")), "a leader recommends"
    assert not leaks(texts(mori.direct()) + texts(aoki.direct()))
    town.check_database()


def button_of(town: Town, answer: Any, name: str) -> str:
    card = town.house.cards.draw(answer.views[0], answer.lang)
    (token,) = [each.action for each in card.buttons if each.label == say(answer.lang, f"label.{name}")]
    return token


async def test_declining_and_silence_leave_the_same_trace_none(asking: Asking) -> None:
    """Whatever the colleague does, the rows and all that the holder may see and do stay as they were."""
    town, aoki = asking.town, asking.holder
    for whom in ("mori", "hall"):
        await asking.asks(whom)
    before, told = await town.rows(t.invitation), [message.card.text() for message in aoki.direct()]
    seen = town.said(await town.press(aoki, town.token("invite", (await asking.award()).public_id)))
    audit = len(await town.rows(t.audit))
    mori = town.east["mori"]
    await mori.presses(label(mori, "invite_away"))
    assert not asked(mori)
    assert asked(town.east["hall"])
    assert await town.rows(t.invitation) == before
    assert len(await town.rows(t.audit)) == audit
    assert [message.card.text() for message in aoki.direct()] == told
    assert town.said(await town.press(aoki, town.token("invite", (await asking.award()).public_id))) == seen


async def test_an_endorsement_answers_and_a_late_not_now_says_that_it_stands(asking: Asking) -> None:
    town, mori = asking.town, asking.town.east["mori"]
    await asking.asks("mori")
    (row,) = await town.rows(t.invitation)
    seen = town.said(await town.press(asking.holder, town.token("invite", (await asking.award()).public_id)))
    await asking.endorses("mori")
    assert not asked(mori), "no button is left of what was answered"
    late = await town.press(mori, town.token("invite_away", row.public_id))
    assert town.said(late) == say("ja", "notice.invite_away.endorsed")
    assert len(await town.standing((await asking.award()).id)) == 1
    assert await town.rows(t.invitation) == [row]
    assert town.said(await town.press(asking.holder, town.token("invite", (await asking.award()).public_id))) == seen
    await town.press(mori, town.token("undo", (await town.rows(t.endorsement))[0].public_id))
    gone = await town.press(mori, town.token("invite_away", row.public_id))
    assert town.said(gone) == say("ja", "notice.invite_away.unanswered")


async def test_at_most_three_each_once_and_twice_pressed_is_once(asking: Asking) -> None:
    town = asking.town
    for whom in ("mori", "hall", "sato"):
        said = say("ja", "notice.invited", colleague=town.east[whom].name, name=NAMES[FIRST].ja)
        assert await asking.asks(whom) == said
    assert await asking.asks("mori") == say("ja", "refused.invite_twice")
    assert len(asked(town.east["mori"])) == 1
    assert await asking.asks("aoki") == say("ja", "refused.invite_yourself")
    none = town.said(await town.press(asking.holder, town.token("invite", (await asking.award()).public_id)))
    assert say("ja", "invite.none_left") in none
    other = await town.press(town.east["mori"], await asking.token("invite_send", "hall"))
    assert town.said(other) == say("ja", "refused.not_yours")
    twin = await town.press(town.west["aoki"], await asking.token("invite_send", "mori"))
    assert town.said(twin) == say("ja", "refused.not_yours")
    assert len(await town.rows(t.invitation)) == 3


async def test_who_is_asked_no_more_counts_all_the_same(asking: Asking) -> None:
    """Asking, taking back and asking the next would else ask everybody."""
    town = asking.town
    await town.east["nishi"].says("hello")
    for whom in ("mori", "hall", "sato"):
        await asking.asks(whom)
        newest = (await town.rows(t.invitation))[-1]
        assert await town.press(asking.holder, town.token("invite_back", newest.public_id))
    assert await asking.asks("nishi") == say("ja", "refused.invite_enough", most=MOST_ASKED)
    assert not asked(town.east["nishi"])


async def test_it_waits_for_the_end_of_quiet_hours(asking: Asking) -> None:
    town, mori = asking.town, asking.town.east["mori"]
    await town.clock("23:30")
    await asking.asks("mori")
    assert not asked(mori)
    await town.clock("06-11 12:00")
    assert len(asked(mori)) == 1


async def test_taken_back_hidden_or_stopped_nobody_is_asked_any_more(asking: Asking) -> None:
    town, aoki = asking.town, asking.holder
    await asking.asks("mori")
    (row,) = await town.rows(t.invitation)
    assert town.said(await town.press(town.east["mori"], town.token("invite_back", row.public_id))) == say(
        "ja", "refused.not_yours"
    )
    assert town.said(await town.press(aoki, town.token("invite_back", row.public_id))) == say("ja", "notice.uninvited")
    assert not asked(town.east["mori"])
    assert await asking.endorses("mori") == say("ja", "refused.not_displayed")
    await asking.asks("hall")
    await aoki.presses(label(aoki, "private"))
    assert not asked(town.east["hall"])
    await asking.asks("sato")
    assert asked(town.east["sato"])
    await change(town, (await asking.award()).public_id, StopChange.SUSPEND)
    assert not asked(town.east["sato"])
    assert all(each.ended_at for each in await town.rows(t.invitation))
    assert await asking.asks("hall") == say("ja", "refused.stopped_show")


async def test_who_endorsed_already_is_not_asked_and_the_holder_cannot_tell(asking: Asking) -> None:
    aoki, mori = asking.holder, asking.town.east["mori"]
    await aoki.presses(label(aoki, "share"))
    await asking.endorses("mori")
    assert say("ja", "notice.invited", colleague=mori.name, name=NAMES[FIRST].ja) == await asking.asks("mori")
    assert not asked(mori)


async def test_forgetting_on_either_side_takes_the_message_along(asking: Asking) -> None:
    town, aoki = asking.town, asking.holder
    await asking.asks("mori")
    await asking.asks("hall")
    hall = town.east["hall"]
    await town.press(hall, town.token("forget_yes"))
    assert len(await town.rows(t.invitation)) == 1
    await town.press(aoki, town.token("forget_yes"))
    assert aoki.name not in texts(town.east["mori"].direct())
    assert await town.rows(t.invitation) == []
    town.check_database()


async def test_who_moves_away_asks_nobody_any_more(asking: Asking) -> None:
    town = asking.town
    await agree(town)
    await asking.asks("mori")
    await moves(town, asking.holder, town.west["aoki"])
    assert not asked(town.east["mori"])
    assert await town.rows(t.invitation) == []
    town.check_database()
