"""Scenes of asking: who can teach it, being introduced, and nobody yet."""

from bot.domain.introductions import Reply
from bot.handlers.local.script import Actor, Stage
from bot.handlers.local.story_parts import Seen, knobs, label, say, unit_offered
from bot.handlers.local.story_words import GRACE, INTRODUCTIONS, NOT_YET_HERE, UNHEARD_OF

AT_MOST = 3


async def introductions(stage: Stage, seen: Seen) -> None:
    """Askers and helpers of both languages; each of the three answers is heard in both."""
    for asker, helper, reply, question in INTRODUCTIONS:
        await _introduced(stage, stage[asker], stage[helper], Reply(reply), question)


async def _introduced(stage: Stage, asker: Actor, helper: Actor, reply: Reply, question: str) -> None:
    await asker.says(question)
    found = asker.sees(say(asker.lang, "who.title"), helper.name, last=1)
    named = knobs(found, label(asker.lang, "introduce"))
    stage.check(len(named) <= AT_MOST, "at most three people are named")
    stage.check(all("\n" in each.beside for each in named), "each with the reason")
    await asker.presses(label(asker.lang, "introduce"), beside=helper.name)
    asker.sees(say(asker.lang, "notice.intro_sent"), last=1)
    if reply is Reply.YES:
        await asker.presses(label(asker.lang, "introduce"), beside=helper.name)
        asker.sees(say(asker.lang, "refused.already_asked"), last=1)
    helper.sees(say(helper.lang, "asked.title", asker=asker.name), question)
    await helper.presses(label(helper.lang, f"reply_{reply}"), beside=question)
    helper.sees(say(helper.lang, f"notice.reply_thanks_{reply}"), last=1)
    heard = asker.sees(say(asker.lang, f"answered.{reply}", helper=helper.name), question, last=1)
    stage.check((helper.name in heard.text) is (reply is Reply.YES), "who declines is not named")


async def nobody_yet(stage: Stage, seen: Seen) -> None:
    for actor in (stage["aoki"], stage[GRACE[0]]):
        await actor.says(UNHEARD_OF[actor.lang])
        actor.sees(say(actor.lang, "nobody.title"), last=1)
        await actor.commands(("誰 " if actor.lang == "ja" else "who ") + NOT_YET_HERE[actor.lang])
        nobody = actor.sees(say(actor.lang, "nobody.title"), say(actor.lang, "nobody.learn"), last=1)
        first = knobs(nobody, label(actor.lang, "learn_this"))[0].beside.partition("\n")[0]
        await actor.presses(label(actor.lang, "learn_this"), beside=first)
        stage.check(unit_offered(actor, seen).title.in_(actor.lang) == first, "what to learn instead is one press away")
    for actor, asked in ((stage["aoki"], "誰 特別支援"), (stage["carter"], "who plain language in letters")):
        await actor.commands(asked)
        await actor.presses(label(actor.lang, "not_meant"))
        actor.sees(say(actor.lang, "notice.not_meant"), last=1)
