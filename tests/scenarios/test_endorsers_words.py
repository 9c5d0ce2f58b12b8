"""An endorser's own words, and a holder's hiding: who sees what, and what goes with whom."""

import json
from typing import Any

import pytest

from bot.domain.comments import LONGEST_COMMENT
from bot.domain.people import Consent
from bot.handlers.local.room_types import Message
from bot.handlers.local.stage import Actor
from bot.services.awards import AboutAward
from bot.services.ports import Showing, Spoken
from bot.services.public import preview
from scenarios.conftest import Shared
from scenarios.shelf import FIRST
from scenarios.test_moving import agree, code_of, moves, newest
from scenarios.town import FLOWER, Town, button, counted, is_offered, label, say, shares, studies, texts
from storage import tables as t

WORDS = "板書を写真に残す工夫が、学年に広がりました"


async def _given(shared: Shared, key: str = "mori") -> Any:
    """Somebody's endorsement of the shared badge."""
    person = await shared.town.person(shared.town.east, key)
    (found,) = await shared.town.rows(t.endorsement, t.endorsement.c.endorser_id == person.id)
    return found


async def _endorses(shared: Shared, key: str = "mori") -> Any:
    await shared.town.east[key].reacts(shared.post, FLOWER)
    return await _given(shared, key)


async def _says(shared: Shared, words: str, key: str = "mori") -> str:
    """Press the receipt's button and send the form; what the answer says."""
    town, actor = shared.town, shared.town.east[key]
    given = await _given(shared, key)
    form = await town.press(actor, town.token("comment", given.public_id))
    sent = town.house.cards.draw(form.views[0], form.lang).form
    assert sent is not None
    return town.said(await town.press(actor, sent.action, {"words": words}))


async def _newest(shared: Shared) -> list[dict[str, Any]]:
    """The endorsements within the newest edition."""
    editions = await shared.town.editions(await shared.award())
    found: list[dict[str, Any]] = json.loads(editions[-1].text).get("endorsement", [])
    return found


async def _hides(shared: Shared, given: Any, to: str = "yes") -> str:
    town = shared.town
    return town.said(await town.press(shared.holder, town.token("hide", given.public_id, to)))


async def test_words_stand_in_the_badge_and_the_holder_is_told_privately(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await _endorses(shared_badge)
    await mori.presses(label(mori, "comment"))
    await mori.fills(words=f"  {WORDS}\u202e\n\x07です ")
    mori.sees(f"{WORDS} です")
    (endorsement,) = await _newest(shared_badge)
    assert endorsement["credentialSubject"]["endorsementComment"] == f"{WORDS} です"
    assert shared_badge.holder.name not in json.dumps(endorsement, ensure_ascii=False)
    shared_badge.holder.sees(WORDS)
    assert mori.name not in shared_badge.holder.newest().card.text(), "an endorser is named by their consent only"
    for one in ("mori", "hall", "sato"):
        assert WORDS not in texts(town.east[one].staff()), "nothing is said in the channel"
    for one in ("hall", "sato"):
        assert WORDS not in texts(town.east[one].direct())
    town.check_database()


async def test_words_are_changed_and_taken_back_and_signed_anew_each_time(shared_badge: Shared) -> None:
    await _endorses(shared_badge)
    stock = (await _newest(shared_badge))[0]["credentialSubject"]["endorsementComment"]
    assert await _says(shared_badge, WORDS) == say("ja", "notice.commented")
    told = len(shared_badge.holder.direct())
    await _says(shared_badge, "見事です")
    assert (await _newest(shared_badge))[0]["credentialSubject"]["endorsementComment"] == "見事です"
    assert WORDS not in texts(shared_badge.holder.direct())
    assert len(shared_badge.holder.direct()) == told, "the message is edited, and not another one sent"
    editions = len(await shared_badge.town.editions(await shared_badge.award()))
    await _says(shared_badge, "見事です")
    assert len(await shared_badge.town.editions(await shared_badge.award())) == editions, "the same words: no edition"
    assert await _says(shared_badge, " \u200b ") == say("ja", "notice.uncommented")
    (endorsement,) = await _newest(shared_badge)
    assert endorsement["credentialSubject"]["endorsementComment"] == stock
    assert "見事です" not in texts(shared_badge.holder.direct())
    assert await shared_badge.standing() == 1


async def test_a_form_that_comes_without_its_field_takes_no_words_back(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    given = await _endorses(shared_badge)
    await _says(shared_badge, WORDS)
    form = await town.press(mori, town.token("comment", given.public_id))
    sent = town.house.cards.draw(form.views[0], form.lang).form
    assert sent is not None
    again = await town.press(mori, sent.action, {})
    assert again.views == form.views, "it is shown again, with the words that stand"
    assert (await _given(shared_badge)).comment == WORDS


async def test_who_agreed_to_be_named_is_named_with_the_words(shared_badge: Shared) -> None:
    town, sato = shared_badge.town, shared_badge.town.east["sato"]
    await town.press(sato, town.token("consent", Consent.NAMED, "on"))
    await _endorses(shared_badge, "sato")
    await _says(shared_badge, WORDS, "sato")
    shared_badge.holder.sees(say("ja", "received.by_named.leader", name=sato.name))


async def test_who_agrees_to_be_named_later_is_not_named_in_what_they_gave_before(shared_badge: Shared) -> None:
    """Neither to the holder nor on a page: the consent is for what is given from then on."""
    town, sato = shared_badge.town, shared_badge.town.east["sato"]
    await _endorses(shared_badge, "sato")
    await town.press(sato, town.token("consent", Consent.NAMED, "on"))
    award = await town.award(town.east, "aoki", FIRST)
    listed = town.said(await town.press(shared_badge.holder, town.token("received", award.public_id)))
    assert say("ja", "received.by.leader") in listed
    assert sato.name not in listed
    assert [one.name for one in await _seen_by_strangers(shared_badge)] == [None]
    await _says(shared_badge, WORDS, "sato")
    assert [one.name for one in await _seen_by_strangers(shared_badge)] == [sato.name], "these words are signed anew"
    shared_badge.holder.sees(say("ja", "received.by_named.leader", name=sato.name))


async def _seen_by_strangers(shared: Shared) -> tuple[Spoken, ...]:
    """As a page would show it."""
    award = await shared.town.award(shared.town.east, "aoki", FIRST)
    about = AboutAward(school_id=award.school_id, person_id=award.person_id, award=award.public_id)
    showing = await shared.town.house.store.look(preview, about)
    assert isinstance(showing, Showing)
    return showing.endorsements


@pytest.mark.parametrize(
    ("words", "why"),
    [("あ" * (LONGEST_COMMENT + 1), "comment_long"), ("青木先生の板書は見事です", "comment_names")],
    ids=["long", "name"],
)
async def test_words_that_are_not_taken_are_given_back_with_the_reason(
    shared_badge: Shared, words: str, why: str
) -> None:
    await _endorses(shared_badge)
    assert say("ja", f"refused.{why}", most=LONGEST_COMMENT) in await _says(shared_badge, words)
    assert (await _given(shared_badge)).comment is None


async def test_only_the_endorser_words_it_and_only_while_it_stands(shared_badge: Shared) -> None:
    town = shared_badge.town
    given = await _endorses(shared_badge)
    for other in (town.east["hall"], shared_badge.holder, town.west["mori"]):
        for token, values in (
            (town.token("comment", given.public_id), None),
            (town.token("comment_say", given.public_id), {"words": WORDS}),
        ):
            answer = await town.press(other, token, values)
            assert town.said(answer) == say(other.lang, "refused.not_yours")
    await _says(shared_badge, WORDS)
    await town.east["mori"].unreacts(shared_badge.post, FLOWER)
    row = await _given(shared_badge)
    assert (row.comment, row.withdrawn_at is None) == (None, False), "words go with their endorsement"
    assert WORDS not in texts(shared_badge.holder.direct())
    again = await town.press(town.east["mori"], town.token("comment_say", given.public_id), {"words": WORDS})
    assert town.said(again) == say("ja", "refused.comment_withdrawn")
    await town.east["mori"].reacts(shared_badge.post, FLOWER)
    assert WORDS not in json.dumps(await _newest(shared_badge), ensure_ascii=False)


async def test_words_to_content_stand_in_its_endorsement(town: Town) -> None:
    mori = town.east["mori"]
    message: Message = await is_offered(mori, "u-board")
    await studies(mori, "u-board")
    await mori.reacts(message, FLOWER)
    (given,) = await town.rows(t.endorsement)
    await town.press(mori, town.token("comment_say", given.public_id), {"words": WORDS})
    (given,) = await town.rows(t.endorsement)
    assert json.loads(given.document)["credentialSubject"]["endorsementComment"] == WORDS


async def test_being_forgotten_takes_the_words_from_everywhere(shared_badge: Shared) -> None:
    town, mori = shared_badge.town, shared_badge.town.east["mori"]
    await _endorses(shared_badge)
    await _says(shared_badge, WORDS)
    await town.press(mori, town.token("forget_yes"))
    assert await shared_badge.standing() == 1, "the endorsement stays, of nobody"
    assert WORDS not in texts(shared_badge.holder.direct())
    for table in (t.endorsement, t.revision, t.message, t.outbox):
        assert not [row for row in await town.rows(table) if WORDS in str(tuple(row))], table.name


# ---------------------------------------------------------------- hiding


async def test_a_hidden_endorsement_is_counted_nowhere_and_its_endorser_hears_nothing(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    given = await _endorses(shared_badge)
    await _endorses(shared_badge, "sato")
    await _says(shared_badge, WORDS)
    said = [message.card.text() for message in mori.direct()]
    assert await _hides(shared_badge, given) == say("ja", "notice.endorsement_hidden")
    assert [one["id"] for one in await _newest(shared_badge)] == [
        f"urn:uuid:{(await _given(shared_badge, 'sato')).public_id}"
    ]
    assert counted("ja", colleagues=1)[0] not in shared_badge.text()
    assert counted("ja", leaders=1)[0] in shared_badge.text()
    assert [message.card.text() for message in mori.direct()] == said
    assert (await _given(shared_badge)).withdrawn_at is None
    assert await _hides(shared_badge, given, "no") == say("ja", "notice.endorsement_shown")
    assert len(await _newest(shared_badge)) == 2
    assert counted("ja", colleagues=1)[0] in shared_badge.text()


async def test_endorsing_again_does_not_show_what_was_hidden(shared_badge: Shared) -> None:
    mori = shared_badge.town.east["mori"]
    given = await _endorses(shared_badge)
    await _hides(shared_badge, given)
    await mori.unreacts(shared_badge.post, FLOWER)
    await mori.reacts(shared_badge.post, FLOWER)
    assert await _newest(shared_badge) == []
    told = len(shared_badge.holder.direct())
    await _says(shared_badge, WORDS)
    assert await _newest(shared_badge) == []
    assert len(shared_badge.holder.direct()) == told, "nor is its holder told of it again"


async def test_only_the_holder_hides(shared_badge: Shared) -> None:
    town = shared_badge.town
    given = await _endorses(shared_badge)
    others: tuple[Actor, ...] = (town.east["mori"], town.east["sato"], town.west["aoki"])
    for other in others:
        answer = await town.press(other, town.token("hide", given.public_id, "yes"))
        assert town.said(answer) == say(other.lang, "refused.not_yours")
    assert (await _given(shared_badge)).hidden_at is None


async def test_the_holder_finds_the_switch_at_the_badge(shared_badge: Shared) -> None:
    town, aoki = shared_badge.town, shared_badge.holder
    await _endorses(shared_badge)
    award = (await town.award(town.east, "aoki", FIRST)).public_id
    await aoki.presses(label(aoki, "view_badge"))
    await aoki.presses(label(aoki, "received"))
    await aoki.presses(label(aoki, "hide_endorsement"))
    assert await _newest(shared_badge) == []
    listed = await town.press(aoki, town.token("received", award))
    assert say("ja", "received.hidden") in town.said(listed)
    for other in (town.east["mori"], town.west["aoki"]):
        refused = await town.press(other, town.token("received", award))
        assert town.said(refused) == say(other.lang, "refused.not_yours")


async def test_shown_again_after_its_key_is_gone_it_is_signed_anew(shared_badge: Shared) -> None:
    """Hidden, it is in no edition when its signature is dropped; shown, it gets another one."""
    town, sato = shared_badge.town, shared_badge.town.east["sato"]
    await town.press(sato, town.token("consent", Consent.NAMED, "on"))
    given = await _endorses(shared_badge, "sato")
    await _hides(shared_badge, given)
    await town.press(sato, town.token("consent", Consent.NAMED, "off"))
    await _hides(shared_badge, given, "no")
    (endorsement,) = await _newest(shared_badge)
    assert sato.name not in json.dumps(endorsement, ensure_ascii=False)


async def test_a_badge_shared_anew_does_not_count_the_hidden(shared_badge: Shared) -> None:
    aoki = shared_badge.holder
    await _hides(shared_badge, await _endorses(shared_badge))
    await aoki.presses(label(aoki, "private"))
    post = await shares(aoki, FIRST)
    assert counted("ja", colleagues=1)[0] not in post.card.text()
    assert button(post, label(aoki, "endorse"))


async def test_what_was_hidden_and_said_stays_so_at_the_next_school(shared_badge: Shared) -> None:
    """The holder moves: what they hid stays out of their badge, theirs to show; the words come along."""
    town, there = shared_badge.town, shared_badge.town.west["aoki"]
    await agree(town)
    hidden = await _endorses(shared_badge)
    await _endorses(shared_badge, "sato")
    await _says(shared_badge, "見事です")
    await _says(shared_badge, WORDS, "sato")
    await _hides(shared_badge, hidden)
    award = await town.award(town.east, "aoki", FIRST)
    await moves(town, shared_badge.holder, there)
    (kept,) = (await newest(town, award.id))["endorsement"]
    assert kept["credentialSubject"]["endorsementComment"] == WORDS
    listed = town.said(await town.press(there, town.token("received", award.public_id)))
    assert all(words in listed for words in ("見事です", WORDS, say("ja", "received.hidden")))
    await _says(shared_badge, "さらに見事です")
    assert [one["id"] for one in (await newest(town, award.id))["endorsement"]] == [kept["id"]], (
        "the endorser shows nothing by wording it"
    )
    for name in (shared_badge.holder.name, there.name):
        assert say("ja", "refused.comment_names") in await _says(shared_badge, f"{name}先生の板書")
    shown = await town.press(there, town.token("hide", hidden.public_id, "no"))
    assert town.said(shown) == say("ja", "notice.endorsement_shown")
    said = {one["credentialSubject"]["endorsementComment"] for one in (await newest(town, award.id))["endorsement"]}
    assert said == {WORDS, "さらに見事です"}
    back = await town.press(town.east["aoki"], town.token("hide", hidden.public_id, "yes"))
    assert town.said(back) != say("ja", "notice.endorsement_hidden"), "at the old school there is nothing of theirs"
    assert len((await newest(town, award.id))["endorsement"]) == 2
    town.check_database()


async def test_who_is_forgotten_after_moving_is_named_in_no_receipt_at_the_old_school(shared_badge: Shared) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await agree(town)
    await _endorses(shared_badge)
    await _says(shared_badge, WORDS)
    assert WORDS in texts(aoki.direct())
    await moves(town, aoki, town.west["aoki"])
    assert WORDS not in texts(aoki.direct()), "nothing would take them from there when they are taken back"
    assert aoki.name in texts(mori.direct())
    await town.press(town.west["aoki"], town.token("forget_yes"))
    await town.settle()
    assert aoki.name not in texts(mori.direct())
    town.check_database()


@pytest.mark.parametrize("act", ["undo", "comment_say", "forget_yes"])
async def test_who_endorsed_and_moved_takes_their_words_from_the_old_school(shared_badge: Shared, act: str) -> None:
    town, aoki, mori = shared_badge.town, shared_badge.holder, shared_badge.town.east["mori"]
    await agree(town)
    given = await _endorses(shared_badge)
    await _says(shared_badge, WORDS)
    code = await code_of(town, mori)
    there = town.west["mori"]
    await there.commands(f"move {code}")
    await there.presses(label(there, "move_yes"))
    await town.settle()
    assert aoki.name not in texts(mori.direct()), "the receipt: nothing would take it away when its holder is forgotten"
    assert WORDS in texts(aoki.direct())
    told = () if act == "forget_yes" else (given.public_id,)
    await town.press(there, town.token(act, *told), {"words": ""} if act == "comment_say" else {})
    await town.settle()
    assert WORDS not in texts(aoki.direct())
    town.check_database()
