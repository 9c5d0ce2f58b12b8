"""Scenes of recognition: sharing, endorsing, recommending, undoing, and endorsing content."""

from bot.handlers.local.chairs import Place
from bot.handlers.local.script import Actor, Stage
from bot.handlers.local.story_parts import (
    CHECK,
    FLOWER,
    Seen,
    badge_message,
    colleagues,
    label,
    leaders,
    offer_of,
    offered,
    say,
    study,
    unit_of,
)
from bot.handlers.local.story_words import BOT, GRACE
from bot.handlers.local.told import Told

HOLDER, BADGE = "山本 悠斗", "気づく"
CREDENTIAL = ("yamamoto", "kb-safety-1")
EMMAS_BADGE = "授業を見合う"
TEN = ("kimura", "hayashi", "mori", "carter", "ishii", "okada", "nguyen", "fujita", "nakagawa")
"""Nine people; the first gives two emoji."""


async def share_and_endorse(stage: Stage, seen: Seen) -> None:
    yamamoto, aoki, sakamoto = stage["yamamoto"], stage["aoki"], stage["sakamoto"]
    await yamamoto.presses(label("ja", "share"), beside=BADGE)
    yamamoto.sees(say("ja", "notice.shared"))
    yamamoto.sees(say("ja", "findable.ask", name=BADGE))
    await yamamoto.presses(label("ja", "findable_yes"))
    yamamoto.sees(say("ja", "notice.findable_on"))
    post = aoki.sees_post(HOLDER, BADGE)
    await aoki.reacts(post, FLOWER)
    aoki.sees(say("ja", "receipt.award.colleague", holder=HOLDER, name=BADGE))
    await sakamoto.reacts(post, FLOWER)
    sakamoto.sees(say("ja", "receipt.award.leader", holder=HOLDER, name=BADGE))
    await yamamoto.reacts(post, FLOWER)
    yamamoto.sees(say("ja", "refused.own_award"))
    aoki.sees_post(BADGE, colleagues(1), leaders(1))
    await _bots_do_not_count(stage, seen, post)
    await _two_emoji(stage["mori"], post)
    await _undo_and_again(stage, aoki, post)


async def _bots_do_not_count(stage: Stage, seen: Seen, post: Told) -> None:
    edits, editions = stage.edits[post.ref], await seen.editions(*CREDENTIAL)
    await stage.bot_reacts(stage.bot(*BOT), post, FLOWER)
    stage.check(stage.edits[post.ref] == edits, "a bot's reaction changes nothing on the post")
    stage.check(await seen.editions(*CREDENTIAL) == editions, "a bot's reaction re-issues nothing")


async def _two_emoji(mori: Actor, post: Told) -> None:
    """With two emoji by one person, the last removal counts."""
    await mori.reacts(post, FLOWER)
    await mori.reacts(post, CHECK)
    mori.sees_post(BADGE, colleagues(2))
    await mori.unreacts(post, FLOWER)
    mori.sees_post(BADGE, colleagues(2))
    await mori.unreacts(post, CHECK)
    mori.sees_post(BADGE, colleagues(1))
    mori.sees(say("ja", "receipt.withdrawn.award.colleague", holder=HOLDER, name=BADGE))


async def _undo_and_again(stage: Stage, aoki: Actor, post: Told) -> None:
    """*Undo* holds although the reaction is still there, until it is removed and given again."""
    await aoki.presses(label("ja", "undo"), beside=BADGE)
    aoki.sees(say("ja", "receipt.withdrawn.award.colleague", holder=HOLDER, name=BADGE))
    counted = aoki.sees_post(HOLDER, BADGE).text
    stage.check(colleagues(1) not in counted, "Undo withdraws though the reaction is still there")
    await aoki.unreacts(post, FLOWER)
    await aoki.reacts(post, FLOWER)
    aoki.sees_post(BADGE, colleagues(1), leaders(1))


async def many_reactions(stage: Stage, seen: Seen) -> None:
    post = stage["aoki"].sees_post(HOLDER, BADGE)
    editions, edits = await seen.editions(*CREDENTIAL), stage.edits[post.ref]
    reactions = [(stage[key], FLOWER) for key in TEN]
    await stage.together(post, (*reactions, (stage[TEN[0]], CHECK)))
    made = await seen.editions(*CREDENTIAL) - editions
    stage.check(made == 1, f"ten reactions make one re-issue (they made {made})")
    edited = stage.edits[post.ref] - edits
    stage.check(edited == 1, f"ten reactions make one edit of the post (they made {edited})")
    stage["aoki"].sees_post(BADGE, colleagues(9), leaders(2))


async def english_badge(stage: Stage, seen: Seen) -> None:
    """What is missing to the module is done now: which that is depends on what the break offered."""
    carter, nguyen, nakagawa = stage["carter"], stage["nguyen"], stage["nakagawa"]
    done = await seen.done("carter")
    for key in ("c5-u1", "c5-u2", "c5-u3"):
        if key not in done:
            await study(stage, seen, carter, key)
    badge_message(stage, carter, "Watching lessons")
    await carter.presses(label("en", "share"), beside="Watching lessons")
    carter.sees(say("en", "notice.shared"))
    post = nakagawa.sees_post(carter.name, EMMAS_BADGE)
    await carter.reacts(post, FLOWER)
    carter.sees(say("en", "refused.own_award"))
    await _undo_in_english(stage, nguyen, carter, post)
    await nakagawa.presses(label("ja", "endorse"), Place.STAFF, beside=carter.name)
    nakagawa.sees(say("ja", "receipt.award.leader", holder=carter.name, name=EMMAS_BADGE))
    nakagawa.sees_post(carter.name, EMMAS_BADGE, leaders(1))
    await carter.presses(label("en", "view_badge"), beside="Watching lessons")
    await carter.presses(label("en", "findable_on"), beside="Watching lessons")
    carter.sees(say("en", "notice.findable_on"))


async def _undo_in_english(stage: Stage, nguyen: Actor, carter: Actor, post: Told) -> None:
    await nguyen.reacts(post, FLOWER)
    nguyen.sees(say("en", "receipt.award.colleague", holder=carter.name, name="Watching lessons"))
    nguyen.sees_post(carter.name, EMMAS_BADGE, colleagues(1))
    await nguyen.presses(label("en", "undo"), beside=carter.name)
    nguyen.sees(say("en", "receipt.withdrawn.award.colleague", holder=carter.name, name="Watching lessons"))
    counted = nguyen.sees_post(carter.name, EMMAS_BADGE).text
    stage.check(colleagues(1) not in counted, "Undo withdraws in English too")
    await nguyen.unreacts(post, FLOWER)


async def newcomer_badge(stage: Stage, seen: Seen) -> None:
    grace, mori = stage[GRACE[0]], stage["mori"]
    await study(stage, seen, grace, "c4-u1", reflection="")
    await study(stage, seen, grace, "c4-u2", wrong=1)
    badge_message(stage, grace, "Notice")
    await grace.presses(label("en", "share"), beside="Notice")
    grace.sees(say("en", "findable.ask", name="Notice"))
    await grace.presses(label("en", "findable_no"))
    grace.sees(say("en", "notice.findable_off"))
    await mori.reacts(mori.sees_post(grace.name, BADGE), CHECK)
    mori.sees_post(grace.name, BADGE, colleagues(1))


async def endorse_content(stage: Stage, seen: Seen) -> None:
    """Refused before, taken after completing; in both languages."""
    for before, after, key in (("fujita", "yamamoto", "c4-u2"), ("nguyen", "carter", "c5-u1")):
        await _endorse_unit(seen, stage[before], stage[after], key)


async def _endorse_unit(seen: Seen, before: Actor, after: Actor, key: str) -> None:
    unit = await offered(seen, before, key)
    title = unit.title.in_(before.lang)
    await before.reacts(offer_of(before, title), FLOWER)
    before.sees(say(before.lang, "refused.complete_first"))
    place = seen.shelf.place_of(key)
    badge = place[1].badge.name.in_(after.lang) if place else ""
    await after.reacts(await _unit_message(seen, after, key), FLOWER)
    after.sees(say(after.lang, "receipt.content.colleague", name=badge))


async def _unit_message(seen: Seen, actor: Actor, key: str) -> Told:
    """The message that brought this unit, or one of the same module."""
    place = seen.shelf.place_of(key)
    keys = [unit.key for unit in place[1].units] if place else [key]
    titles = {unit_of(seen, each).title.in_(actor.lang) for each in keys}
    found = [message for message in actor.direct() if message.title in titles and len(message.knobs) > 2]
    return found[-1]


async def take_back(stage: Stage, seen: Seen) -> None:
    """From the wallet, each in their language: the post goes."""
    for actor, wallet, badge in (
        (stage["ishii"], "ウォレット", EMMAS_BADGE),
        (stage["carter"], "wallet", "Plain language"),
    ):
        posts = len(actor.staff())
        await actor.commands(wallet)
        private = say(actor.lang, "label.about", label=label(actor.lang, "private"), name=badge)
        await actor.presses(private, beside=badge)
        actor.sees(say(actor.lang, "notice.kept_private"))
        stage.check(len(actor.staff()) == posts - 1, f"{actor.name}'s post is taken down")
