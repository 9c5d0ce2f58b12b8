"""Endorsing by reaction and by button: design.md 4.1, 4.2, 4.8 and 4.9."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.conversation.intents import Commanded, ReactionAdded
from bot.conversation.reconciling import READINGS, reconcile_all
from bot.conversation.views import View
from bot.domain import endorsing_limits
from bot.domain.people import Consent
from bot.handlers.local.chairs import Place
from bot.handlers.local.inbound import delivered
from bot.handlers.local.room_types import Message
from bot.services.ports import Live, MessageRef, Sender
from scenarios.conftest import Shared
from scenarios.shelf import CARE, FIRST
from scenarios.town import (
    CHECK,
    FLOWER,
    Town,
    asks_to_be_checked,
    button,
    counted,
    is_offered,
    label,
    offers,
    open_town,
    post_of,
    say,
    shares,
    studies,
    texts,
)
from storage import tables as t


async def test_a_colleague_endorses_and_a_leader_recommends(shared_badge: Shared) -> None:
    town, post = shared_badge.town, shared_badge.post
    assert counted("ja")[0] in post.card.text()
    await town.east["mori"].reacts(post, FLOWER)
    await town.east["sato"].reacts(post, CHECK)
    for part in counted("ja", colleagues=1, leaders=1):
        assert part in shared_badge.text()
    newest = (await town.editions(await shared_badge.award()))[-1]
    said = [endorsement["name"] for endorsement in json.loads(newest.text)["endorsement"]]
    assert len(said) == 2
    town.east["mori"].sees(shared_badge.holder.name)
    town.check_database()


async def test_an_event_brought_again_counts_once(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    town.room.react(shared_badge.post.ref, "mori", FLOWER)
    event = delivered(town.room.waiting()[0])
    await asyncio.gather(*(town.house.router.handle(event) for _ in range(5)))
    await town.settle()
    await mori.unreacts(shared_badge.post, FLOWER)
    await town.house.router.handle(event)
    await town.settle()
    assert await shared_badge.standing() == 0, "an old event that comes again after the removal changes nothing"
    assert len([one for one in mori.direct() if shared_badge.holder.name in one.card.text()]) == 1


async def test_words_brought_again_ask_for_one_offer(town: Town) -> None:
    aoki = town.east["aoki"]
    chair = aoki.chair.at(Place.DIRECT)
    town.room.say("east", chair.channel.key, "aoki", "10分で学べるものは？", to_sukima="10分で学べるものは？")
    event = delivered(town.room.waiting()[0])
    await asyncio.gather(*(town.house.router.handle(event) for _ in range(5)))
    await town.settle()
    await town.house.router.handle(event)
    await town.settle()
    assert len(offers(aoki)) == 1


async def test_with_two_emoji_the_last_removal_counts(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.reacts(shared_badge.post, CHECK)
    await mori.unreacts(shared_badge.post, FLOWER)
    assert counted("ja", colleagues=1)[0] in shared_badge.text()
    await mori.unreacts(shared_badge.post, CHECK)
    assert counted("ja", colleagues=1)[0] not in shared_badge.text()
    assert await shared_badge.standing() == 0


async def test_other_emoji_say_nothing(shared_badge: Shared) -> None:
    await shared_badge.town.east["mori"].reacts(shared_badge.post, "🎉")
    assert await shared_badge.standing() == 0


async def test_nobody_endorses_themselves_and_is_told_why_privately(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    posts = len(aoki.staff())
    await aoki.reacts(shared_badge.post, FLOWER)
    aoki.sees(say("ja", "refused.own_award"), last=1)
    await aoki.presses(label(aoki, "endorse"), Place.STAFF)
    assert await shared_badge.standing() == 0
    assert len(town.east["mori"].staff()) == posts, "the refusal is private"
    for other in ("mori", "hall", "sato"):
        assert say("ja", "refused.own_award") not in texts(town.east[other].direct())


async def test_a_refused_press_is_explained_once(shared_badge: Shared) -> None:
    aoki = shared_badge.holder
    before = len(aoki.direct())
    answer = await shared_badge.town.press(aoki, button(shared_badge.post, label(aoki, "endorse")) or "")
    assert shared_badge.town.said(answer) == say("ja", "refused.own_award")
    assert len(aoki.direct()) == before, "said in the answer, not a second time by message"


async def test_bots_never_count(shared_badge: Shared) -> None:
    town = shared_badge.town
    town.room.react(shared_badge.post.ref, "robot", FLOWER)
    await town.settle()
    assert await shared_badge.standing() == 0
    await town.house.reconcile()
    await town.settle()
    assert await shared_badge.standing() == 0, "nor when live reactions are read back"
    assert not await town.rows(t.account, t.account.c.user_key == "robot")


async def test_undo_holds_until_the_reaction_is_given_again(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.presses(label(mori, "undo"))
    assert await shared_badge.standing() == 0
    await mori.reacts(shared_badge.post, CHECK)
    assert await shared_badge.standing() == 0, "a second emoji beside the first does not outweigh Undo"
    await town.house.reconcile()
    assert await shared_badge.standing() == 0, "nor does reconciliation"
    await mori.unreacts(shared_badge.post, CHECK)
    await mori.unreacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 0
    await mori.reacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 1


async def test_an_endorsement_by_button_does_not_depend_on_reactions(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.presses(label(mori, "endorse"), Place.STAFF)
    assert await shared_badge.standing() == 1
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.unreacts(shared_badge.post, FLOWER)
    await town.house.reconcile()
    assert await shared_badge.standing() == 1
    await mori.presses(label(mori, "undo"))
    assert await shared_badge.standing() == 0
    await mori.presses(label(mori, "endorse"), Place.STAFF)
    assert await shared_badge.standing() == 1, "pressed again, it counts again"


async def test_a_button_pressed_upon_a_reaction_holds_after_its_removal(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await mori.presses(label(mori, "endorse"), Place.STAFF)
    await mori.unreacts(shared_badge.post, FLOWER)
    assert await shared_badge.standing() == 1


async def test_who_has_endorsed_already_may_take_it_back_where_they_pressed(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    answer = await town.press(mori, button(shared_badge.post, label(mori, "endorse")) or "")
    card = town.house.cards.draw(answer.views[0], "ja")
    assert card.text() == say("ja", "notice.endorsed_stays"), "the button holds it from now on"
    (undo,) = card.buttons
    assert undo.label == label(mori, "undo")
    await mori.unreacts(shared_badge.post, FLOWER)
    answer = await town.press(mori, button(shared_badge.post, label(mori, "endorse")) or "")
    assert town.said(answer) == say("ja", "notice.endorsed_already"), "there is nothing to take off any more"
    assert town.said(await town.press(mori, undo.action)) == say("ja", "notice.undone")
    assert await shared_badge.standing() == 0


async def test_ten_reactions_in_a_moment_make_one_edition(shared_badge: Shared) -> None:
    town = shared_badge.town
    before = len(await town.editions(await shared_badge.award()))
    for key in ("mori", "hall", "sato", "nishi"):
        for emoji in (FLOWER, CHECK):
            town.room.react(shared_badge.post.ref, key, emoji)
    await town.settle()
    assert len(await town.editions(await shared_badge.award())) == before + 1
    for part in counted("ja", colleagues=3, leaders=1):
        assert part in shared_badge.text()


async def test_reactions_in_parallel_are_each_counted_once(shared_badge: Shared) -> None:
    town = shared_badge.town
    events = []
    for key in ("mori", "hall", "sato", "nishi"):
        for emoji in (FLOWER, CHECK):
            town.room.react(shared_badge.post.ref, key, emoji)
    events = [delivered(event) for event in town.room.waiting()]
    assert all(isinstance(event, ReactionAdded) for event in events)
    await asyncio.gather(*(town.house.router.handle(event) for event in [*events, *events]))
    await town.settle()
    assert await shared_badge.standing() == 4
    town.check_database()


async def test_missed_reactions_are_made_good(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    town.room.unreact(shared_badge.post.ref, "mori", FLOWER)
    town.room.react(shared_badge.post.ref, "sato", FLOWER)
    town.room.react(shared_badge.post.ref, "nishi", CHECK)
    town.room.react(shared_badge.post.ref, "aoki", CHECK)
    town.miss()
    await town.house.reconcile()
    await town.settle()
    for part in counted("ja", colleagues=1, leaders=1):
        assert part in shared_badge.text()
    standing = {one.endorser_id for one in await town.standing(await shared_badge.award())}
    assert standing == {(await town.person(town.east, key)).id for key in ("sato", "nishi")}
    await town.house.reconcile()
    await town.settle()
    assert await shared_badge.standing() == 2, "once more changes nothing"


@pytest.mark.parametrize(
    ("before", "meanwhile", "after"),
    [("", "+", ""), ("+", "", "-"), ("", "+", "-"), ("+", "-", "+"), ("+ missed -", "", "+")],
)
async def test_what_is_heard_while_a_message_is_read_is_newer(
    shared_badge: Shared, before: str, meanwhile: str, after: str
) -> None:
    """Put on (+) and taken off (-) before a reading, in it before what is there is told, and after that."""
    town, post, mori = shared_badge.town, shared_badge.post, shared_badge.town.east["mori"]
    sender, readings = town.house.senders["local"], []

    async def acts(what: str) -> None:
        for act in what.split():
            if act == "missed":
                town.room.unreact(post.ref, "mori", FLOWER)
                town.miss()
                return
            await (mori.reacts if act == "+" else mori.unreacts)(post, FLOWER)

    class Slow:
        """Whoever reads asks for more than the reactions, and that takes time."""

        async def reactions(self, ref: MessageRef) -> Live | None:
            if ref != post.ref:
                return await sender.reactions(ref)
            readings.append(ref)
            if len(readings) > 1:
                return await sender.reactions(ref)
            await acts(meanwhile)
            live = await sender.reactions(ref)
            await acts(after)
            return live

    await acts(before)
    town.room.react(post.ref, "hall", FLOWER)  # there is something to mend all the same
    town.miss()
    assert await reconcile_all(town.house.store, {"local": cast("Sender[View]", Slow())}) == 1
    await town.settle()
    is_on = (before + meanwhile + after).endswith("+")
    names = {one.endorser_id for one in await town.standing(await shared_badge.award())}
    assert ((await town.person(town.east, "mori")).id in names, len(names)) == (is_on, 1 + is_on)
    assert len(readings) == 2


async def test_a_message_that_does_not_come_to_rest_is_left_to_the_next_look(shared_badge: Shared) -> None:
    town, post, mori = shared_badge.town, shared_badge.post, shared_badge.town.east["mori"]
    town.room.react(post.ref, "hall", FLOWER)
    town.miss()
    sender, readings = town.house.senders["local"], []

    class Busy:
        async def reactions(self, ref: MessageRef) -> Live | None:
            live = await sender.reactions(ref)
            if ref == post.ref:
                readings.append(ref)
                await (mori.reacts if len(readings) % 2 else mori.unreacts)(post, FLOWER)
            return live

    assert await reconcile_all(town.house.store, {"local": cast("Sender[View]", Busy())}) == 0
    assert (len(readings), await shared_badge.standing()) == (READINGS, READINGS % 2)
    assert await _mended(town) == 1


async def test_missed_reactions_are_made_good_at_the_start(shared_badge: Shared) -> None:
    """A house that was closed meanwhile hears of everything that the room kept for it, and of what it did not."""
    town = shared_badge.town
    town.room.react(shared_badge.post.ref, "mori", FLOWER)
    assert await shared_badge.standing() == 0
    await town.settle()
    assert await shared_badge.standing() == 1


async def test_a_message_that_cannot_be_read_changes_nothing(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    town.room.delete(shared_badge.post.ref)
    await town.house.reconcile()
    await town.settle()
    assert await shared_badge.standing() == 1


async def test_a_message_that_is_gone_altogether_changes_nothing(shared_badge: Shared) -> None:
    town = shared_badge.town
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    with town.room._ledger.writing() as db:
        for table in ("reactions", "files", "messages"):
            db.execute(f"DELETE FROM {table}")
    await town.house.reconcile()
    await town.settle()
    assert await shared_badge.standing() == 1


async def test_a_reaction_to_something_else_is_nothing(town: Town) -> None:
    mori = town.east["mori"]
    await mori.commands("help")
    await mori.reacts(mori.newest(), FLOWER)
    elsewhere = MessageRef("local", "east", "staff", "no-such-message")
    await town.house.router.handle(ReactionAdded(mori.chair.origin, elsewhere, "white_flower"))
    assert not await town.rows(t.endorsement)


async def test_content_is_endorsed_after_completing_it(town: Town) -> None:
    mori = town.east["mori"]
    message = await is_offered(mori, "u-board")
    await mori.reacts(message, FLOWER)
    mori.sees(say("ja", "refused.complete_first"), last=1)
    await mori.unreacts(message, FLOWER)
    await studies(mori, "u-board")
    await mori.reacts(message, FLOWER)
    given = await town.rows(t.endorsement)
    assert [one.target_kind for one in given] == ["achievement"]
    assert json.loads(given[0].document)["type"][-1] == "EndorsementCredential"
    await mori.unreacts(message, FLOWER)
    assert (await town.rows(t.endorsement))[0].withdrawn_at is not None
    assert (await town.rows(t.endorsement))[0].document is None, "a withdrawn endorsement has no credential"


async def test_who_was_first_met_without_a_name_gets_it_later(shared_badge: Shared) -> None:
    """Live reactions tell who by key only, and some platforms' events too."""
    town = shared_badge.town
    town.room.react(shared_badge.post.ref, "nishi", FLOWER)
    town.miss()
    assert await _mended(town) == 1
    assert (await town.person(town.east, "nishi")).name == "nishi"
    named = town.east["nishi"].chair.at(Place.STAFF).origin
    nameless = replace(named, user_name=None, event_id="another-event")
    await town.house.router.handle(ReactionAdded(nameless, shared_badge.post.ref, "white_check_mark"))
    assert (await town.person(town.east, "nishi")).name == "nishi"
    await town.east["nishi"].unreacts(shared_badge.post, FLOWER)
    assert (await town.person(town.east, "nishi")).name == named.user_name
    await town.house.router.handle(ReactionAdded(nameless, shared_badge.post.ref, "white_flower"))
    assert (await town.person(town.east, "nishi")).name == named.user_name, "no name is no new name"


async def test_a_name_changed_on_the_platform_is_the_name(town: Town) -> None:
    before = await town.person(town.east, "hall")
    origin = town.east["hall"].chair.at(Place.DIRECT).origin
    await town.house.router.handle(Commanded(replace(origin, user_name="Hall-Mori"), "help"))
    after = await town.person(town.east, "hall")
    assert after.name == "Hall-Mori"
    assert (after.roles, after.lang, after.welcomed_at) == (before.roles, before.lang, before.welcomed_at)


async def _mended(town: Town) -> int:
    """Read the live reactions; how many differences were made good."""
    return await reconcile_all(town.house.store, town.house.senders)


async def test_content_that_left_the_shelf_is_withdrawn_from_all_the_same(town: Town) -> None:
    """The reaction stays the endorsement's, whatever became of the unit that it was put on (design.md 4.8)."""
    mori, hall = town.east["mori"], town.east["hall"]
    messages = {}
    for actor in (mori, hall):
        messages[actor.key] = await is_offered(actor, "u-breath")
        await studies(actor, "u-breath")
        await actor.reacts(messages[actor.key], FLOWER)
    assert all(one.withdrawn_at is None for one in await town.rows(t.endorsement))
    await town.reload(without=("u-breath",))
    await mori.unreacts(messages["mori"], FLOWER)
    town.room.unreact(messages["hall"].ref, "hall", FLOWER)
    town.miss()
    assert await _mended(town) == 1
    given = await town.rows(t.endorsement)
    assert len(given) == 2
    assert all(one.withdrawn_at is not None and one.document is None for one in given)
    assert await _mended(town) == 0, "what was mended is mended"


async def test_a_unit_that_left_the_shelf_is_endorsed_no_more(town: Town) -> None:
    mori = town.east["mori"]
    message = await is_offered(mori, "u-breath")
    await studies(mori, "u-breath")
    await town.reload(without=("u-breath",))
    await mori.reacts(message, FLOWER)
    assert not await town.rows(t.endorsement)
    assert await _mended(town) == 0, "nothing can be made good"
    await town.reload()
    assert await _mended(town) == 1
    assert len(await town.rows(t.endorsement)) == 1, "back on the shelf, the reaction that is there counts"


async def test_one_of_two_reactions_to_content_holds_it_after_a_unit_left(town: Town) -> None:
    """Both units are of one badge; one leaves its module, and its message still counts among the badge's."""
    aoki = town.east["aoki"]
    note, quiz = await is_offered(aoki, "u-note"), await is_offered(aoki, "u-quiz")
    await studies(aoki, "u-quiz")
    await aoki.reacts(note, FLOWER)
    await aoki.reacts(quiz, FLOWER)
    await town.reload(without=("u-note",))
    await aoki.unreacts(quiz, FLOWER)
    assert (await town.rows(t.endorsement))[0].withdrawn_at is None
    await aoki.unreacts(note, FLOWER)
    assert (await town.rows(t.endorsement))[0].withdrawn_at is not None


async def test_a_badge_kept_private_again_is_endorsed_no_more(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await mori.reacts(shared_badge.post, FLOWER)
    await aoki.presses(label(aoki, "private"))
    assert not any(aoki.name in one.card.text() for one in mori.staff())
    assert await shared_badge.standing() == 1, "what was given stands"
    answer = await town.press(
        town.east["hall"], town.token("endorse", (await town.award(town.east, "aoki", FIRST)).public_id)
    )
    assert town.said(answer) == say("en", "refused.not_displayed")
    post = await shares(aoki, FIRST)
    assert counted("ja", colleagues=1)[0] in post_of(mori, aoki, FIRST).card.text()
    assert post.ref != shared_badge.post.ref
    await mori.reacts(post, FLOWER)
    assert await shared_badge.standing() == 1


async def test_shared_twice_it_is_posted_once(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    token = town.token("share", (await town.award(town.east, "aoki", FIRST)).public_id)
    await asyncio.gather(*(town.press(aoki, token) for _ in range(3)))
    post_of(aoki, aoki, FIRST)


async def test_nothing_is_lost_or_doubled_by_a_restart(town_folder, quiet_log) -> None:  # type: ignore[no-untyped-def]
    async with open_town(town_folder) as town:
        aoki = town.east["aoki"]
        await studies(aoki, "u-board")
        post = await shares(aoki, FIRST)
        town.room.react(post.ref, "mori", FLOWER)
        await asks_to_be_checked(town.east["mori"], "u-breath")
    async with open_town(town_folder) as town:
        mori = town.east["mori"]
        award = (await town.award(town.east, "aoki", FIRST)).id
        assert len(await town.standing(award)) == 1
        assert len(await town.editions(award)) == 2
        post_of(mori, town.east["aoki"], FIRST)
        town.check_database()


# ---------------------------------------------------------------- limits


async def _badge_of_mori(shared: Shared) -> Message:
    mori = shared.town.east["mori"]
    await studies(mori, "u-breath")
    return await shares(mori, CARE)


async def _given_to(town: Town, key: str, badge: str) -> int:
    return len(await town.standing((await town.award(town.east, key, badge)).id))


async def test_a_favour_is_returned_no_sooner_than_a_day_later(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    theirs = await _badge_of_mori(shared_badge)
    await mori.reacts(shared_badge.post, FLOWER)
    told = texts(mori.direct())
    await aoki.reacts(theirs, FLOWER)
    aoki.sees(say("ja", "refused.endorsed_back"), last=1)
    assert await _given_to(town, "mori", CARE) == 0
    assert len(await town.rows(t.reaction)) == 2, "the reaction stays, and counts nothing"
    assert texts(mori.direct()) == told, "nobody else is told"
    assert await _mended(town) == 0
    award = (await town.award(town.east, "mori", CARE)).public_id
    assert town.said(await town.press(aoki, town.token("endorse", award))) == say("ja", "refused.endorsed_back")
    town.room.put_clock(town.room.now() + timedelta(hours=24))
    assert await _mended(town) == 0, "time alone endorses nothing"
    await aoki.unreacts(theirs, FLOWER)
    await aoki.reacts(theirs, FLOWER)
    assert await _given_to(town, "mori", CARE) == 1
    assert await shared_badge.standing() == 1
    town.check_database()


async def test_a_favour_returned_during_an_outage_is_no_other(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    theirs = await _badge_of_mori(shared_badge)
    town.room.react(shared_badge.post.ref, "mori", FLOWER)
    town.room.react(theirs.ref, "aoki", FLOWER)
    town.miss()
    await _mended(town)
    await town.settle()
    assert await shared_badge.standing() + await _given_to(town, "mori", CARE) == 1, "the first one read counts"
    refused = [who.lang for who in (aoki, mori) if say(who.lang, "refused.endorsed_back") in texts(who.direct())]
    assert len(refused) == 1
    assert await _mended(town) == 0


async def test_who_endorsed_unseen_is_not_given_away(shared_badge: Shared) -> None:
    """By the button, unnamed: a refusal would tell whose endorsement it was."""
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    theirs = await _badge_of_mori(shared_badge)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await town.press(mori, town.token("endorse", award))
    await aoki.reacts(theirs, FLOWER)
    assert await _given_to(town, "mori", CARE) == 1
    await aoki.unreacts(theirs, FLOWER)
    await town.press(mori, town.token("undo", (await town.standing(await shared_badge.award()))[0].public_id))
    await town.press(mori, town.token("consent", Consent.NAMED, "on"))
    town.room.put_clock(town.room.now() + timedelta(minutes=5))
    await town.press(mori, town.token("endorse", award))
    await studies(mori, "u-board")
    await aoki.reacts(await shares(mori, FIRST), FLOWER)
    assert await _given_to(town, "mori", FIRST) == 0
    await aoki.reacts(theirs, FLOWER)
    assert await _given_to(town, "mori", CARE) == 1, "what was there before is no favour returned"


async def test_what_is_beyond_the_daily_limit_counts_nothing_and_is_explained(
    shared_badge: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endorsing_limits, "DAILY_MOST", 1)
    town, hall = shared_badge.town, shared_badge.town.east["hall"]
    theirs = await _badge_of_mori(shared_badge)
    await hall.reacts(shared_badge.post, FLOWER)
    await hall.reacts(theirs, FLOWER)
    hall.sees(say("en", "refused.endorsed_enough", most=1), last=1)
    assert (await shared_badge.standing(), await _given_to(town, "mori", CARE)) == (1, 0)
    await hall.unreacts(shared_badge.post, FLOWER)
    await hall.reacts(theirs, CHECK)
    assert await _given_to(town, "mori", CARE) == 0, "what was taken back is counted: it had its effect"
    assert await shared_badge.standing() == 0
    await town.clock("06-10 23:59")
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    refused = await town.press(hall, town.token("endorse", award))
    assert town.said(refused) == say("en", "refused.endorsed_enough", most=1)
    await town.clock("06-11 00:00")
    await town.press(hall, town.token("endorse", award))
    assert await shared_badge.standing() == 1, "the school's midnight begins another day"
