"""Whoever points at a colleague, or names them, sees what they display to all colleagues, and never more."""

from dataclasses import replace

import pytest

from bot.conversation.intents import BadgesOf, Commanded
from bot.conversation.views import ColleagueBadges, WalletView
from bot.handlers.local.stage import Actor
from scenarios.shelf import FIRST, NAMES
from scenarios.test_inviting import Asking
from scenarios.town import Town, label, say, shares, studies

NONE = say("ja", "colleague.none")


class Looking:
    """Mori looks at what Aoki shows."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.aoki, self.mori = town.east["aoki"], town.east["mori"]

    async def at(self, whom: Actor | str, by: Actor | None = None) -> str:
        """What is said of somebody, or of a user key."""
        asker = (by or self.mori).chair.origin
        key = whom if isinstance(whom, str) else whom.chair.origin.user_key
        return self.town.said(await self.town.house.router.handle(BadgesOf(asker, key)))

    async def asks(self, words: str) -> str:
        return self.town.said(await self.town.house.router.handle(Commanded(self.mori.chair.origin, words)))


@pytest.fixture
async def looking(town: Town) -> Looking:
    await studies(town.east["aoki"], "u-board")
    return Looking(town)


async def test_what_is_displayed_is_seen_and_only_that(looking: Looking) -> None:
    aoki, name = looking.aoki, NAMES[FIRST].ja
    assert await looking.at(aoki) == NONE, "an earned badge is nobody else's"
    await shares(aoki, FIRST)
    seen = await looking.at(aoki)
    assert name in seen
    assert say("ja", "colleague.title", holder=aoki.name) in seen
    await aoki.presses(label(aoki, "private"))
    assert await looking.at(aoki) == NONE


async def test_who_is_unknown_is_like_who_shows_nothing(looking: Looking) -> None:
    await shares(looking.aoki, FIRST)
    for nobody in ("U-NEVER-HERE", "", looking.town.east["sato"]):
        assert await looking.at(nobody) == NONE


async def test_another_school_with_the_same_keys_sees_nothing(looking: Looking) -> None:
    await shares(looking.aoki, FIRST)
    assert await looking.at(looking.aoki.chair.origin.user_key, by=looking.town.west["mori"]) == NONE


async def test_what_one_colleague_was_asked_to_endorse_is_not_among_it(looking: Looking) -> None:
    await looking.town.clock("12:00")
    await Asking(looking.town).asks("mori")
    assert await looking.at(looking.aoki) == NONE


async def test_it_is_endorsed_and_taken_back_where_it_stands(looking: Looking) -> None:
    town, router = looking.town, looking.town.house.router
    await shares(looking.aoki, FIRST)
    asked = BadgesOf(replace(looking.mori.chair.origin, direct=False), looking.aoki.chair.origin.user_key)

    async def one() -> ColleagueBadges:
        (view,) = (await router.handle(asked)).views
        assert isinstance(view, ColleagueBadges)
        return view

    (before,) = (await one()).badges
    await town.press(looking.mori, town.token("endorse", before.award))
    (given,) = (await one()).badges
    assert given.given
    assert (before.counts.colleagues, given.counts.colleagues) == (0, 1)
    (button,) = town.house.cards.draw(await one(), "ja").sections[0].buttons
    await town.press(looking.mori, button.action)
    assert (await one()).badges[0].given == ""


async def test_ones_own_are_the_wallet(looking: Looking) -> None:
    origin = looking.aoki.chair.origin
    (view,) = (await looking.town.house.router.handle(BadgesOf(origin, origin.user_key))).views
    assert isinstance(view, WalletView)


async def test_words_do_the_same(looking: Looking) -> None:
    await shares(looking.aoki, FIRST)
    whole, family = looking.aoki.name, looking.aoki.name.split()[0]
    for words in (f"badges of {whole}", f"badges of {family}", f"{family}さんのバッジ", f"{whole}先生のバッジを見せて"):
        assert NAMES[FIRST].ja in await looking.asks(words)
    assert await looking.asks("badges of Nobody") == NONE
