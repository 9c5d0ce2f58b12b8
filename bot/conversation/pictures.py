"""Badge pictures: drawn, with the newest credential baked in, and kept while they are in use."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from bot.badges.artwork import BadgeFace, draw_badge
from bot.badges.bake import bake
from bot.badges.sharing_card import SharingCard, draw_sharing_card
from bot.badges.svg import bake_svg, wrapped
from bot.badges.text import BETWEEN_LANGUAGES
from bot.conversation.naming import issuing
from bot.conversation.views import Picture
from bot.domain.awards import Achievement, Award
from bot.domain.language import LANGS
from bot.domain.people import School
from bot.services.definitions import definition_of
from bot.services.ports import Phrases, Revision

MOST_KEPT = 256


@dataclass(frozen=True)
class Baked:
    """What a picture is of."""

    award: Award
    achievement: Achievement
    school: School
    revision: Revision | None
    """None while the first edition is still being signed: the picture is then bare."""


class Pictures:
    """Draws each achievement's face once and bakes on demand; the same facts give the same bytes."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._faces: OrderedDict[tuple[int, bool], bytes] = OrderedDict()
        self._cards: OrderedDict[SharingCard, bytes] = OrderedDict()

    async def badge(self, baked: Baked) -> Picture:
        """The award's picture. Not for use inside a transaction: the first drawing takes a good part of a second."""
        return await asyncio.to_thread(self.draw, baked)

    def draw(self, baked: Baked) -> Picture:
        """The same, at once."""
        png = self._drawn(baked.achievement, rehearsal=baked.school.rehearsal)
        if baked.revision is not None:
            png = bake(png, baked.revision.text.encode())
        return Picture(f"{baked.achievement.key}-{baked.award.public_id[:8]}.png", png)

    async def svg(self, baked: Baked) -> bytes:
        """The award's picture as an SVG around the same drawing, with its credential in it."""
        return await asyncio.to_thread(self._svg, baked)

    def _svg(self, baked: Baked) -> bytes:
        png = self._drawn(baked.achievement, rehearsal=baked.school.rehearsal)
        name = definition_of(baked.achievement).name
        svg = wrapped(png, BETWEEN_LANGUAGES.join(dict.fromkeys((name.ja, name.en))))
        return svg if baked.revision is None else bake_svg(svg, baked.revision.text.encode())

    async def face(self, achievement: Achievement) -> bytes:
        """The PNG of a badge that nobody in particular earned."""
        return await asyncio.to_thread(self._drawn, achievement, rehearsal=False)

    def _drawn(self, achievement: Achievement, *, rehearsal: bool) -> bytes:
        key = (achievement.id, rehearsal)
        png = self._faces.get(key)
        if png is None:
            png = draw_badge(self._face(achievement, rehearsal=rehearsal))
            self._faces[key] = png
            if len(self._faces) > MOST_KEPT:
                self._faces.popitem(last=False)
        return png

    async def sharing_card(self, achievement: Achievement, school: School) -> bytes:
        """The PNG that stands beside a link to a badge's page elsewhere. It depends on no award and no person."""
        card = SharingCard(
            self._face(achievement, rehearsal=school.rehearsal),
            *(self._phrases.say(lang, "badge.issued_by", school=issuing(school).in_(lang)) for lang in LANGS),
        )
        png = self._cards.get(card)
        if png is None:
            png = await asyncio.to_thread(draw_sharing_card, card)
            self._cards[card] = png
            if len(self._cards) > MOST_KEPT:
                self._cards.popitem(last=False)
        return png

    def _face(self, achievement: Achievement, *, rehearsal: bool) -> BadgeFace:
        facts = definition_of(achievement)
        level = f"badge.level.{facts.level}"
        return BadgeFace(
            title_ja=facts.name.ja,
            title_en=facts.name.en,
            level=facts.level.value,
            level_label_ja=self._phrases.say("ja", level),
            level_label_en=self._phrases.say("en", level),
            issuer_ja=facts.issuer.name.ja,
            issuer_en=facts.issuer.name.en,
            category_ja=facts.category.ja,
            seed=achievement.key,
            rehearsal_label=(
                f"{self._phrases.say('ja', 'badge.rehearsal')} / {self._phrases.say('en', 'badge.rehearsal')}"
                if rehearsal
                else None
            ),
        )
