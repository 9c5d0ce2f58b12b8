"""Keeping promises to people: read what is true now, say it on their platform, keep where it was said.

Rendering happens here, at delivery, so that what is shown is what is true at that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.pictures import Baked, Pictures
from bot.conversation.views import (
    AwardView,
    IntroductionAnswered,
    IntroductionAsked,
    Notice,
    OfferView,
    Receipt,
    SharedPost,
    View,
)
from bot.domain.language import Lang
from bot.domain.learning import Why
from bot.domain.people import Workspace
from bot.services import delivery, news, offers
from bot.services.definitions import definition_of
from bot.services.endorsements import SHARED, UNIT
from bot.services.news import RECEIPT, About, AwardNews
from bot.services.ports import MessageRef, Phrases, Posted, Promise, Sender, Store, Unsendable
from bot.services.promises import Kind

AWARD = "award"
ASK = "ask"
ANSWER = "answer"
NOTICE = "notice"


@dataclass(frozen=True)
class Post:
    """Something to be said: directly to a user, or to a channel."""

    workspace: Workspace
    to: str
    direct: bool
    view: View
    lang: Lang
    about: str
    subject: int
    person_id: int | None


class Outbound:
    """Delivers every kind of promise that ends in a message."""

    def __init__(
        self, store: Store, senders: Mapping[str, Sender[View]], pictures: Pictures, phrases: Phrases
    ) -> None:
        self._store = store
        self._senders = senders
        self._pictures = pictures
        self._phrases = phrases

    async def deliver(self, promise: Promise) -> None:
        """Keep one promise. Raises `Unsendable` when it can never be kept, anything else to be tried again."""
        match Kind(promise.kind):
            case Kind.OFFER:
                await self._offer(promise)
            case Kind.AWARD:
                await self._award(promise)
            case Kind.SHARE:
                await self._share(promise)
            case Kind.RECEIPT:
                await self._receipt(promise)
            case Kind.REFUSAL:
                await self._direct(promise, Notice(f"refused.{promise.detail['reason']}"), NOTICE)
            case Kind.ASK:
                await self._ask(promise)
            case Kind.ANSWER:
                await self._answer(promise)
            case Kind.UNPOST:
                await self._unpost(promise)
            case Kind.ISSUE | Kind.ENDORSE_CONTENT:
                raise ValueError(f"not a message: {promise.kind}")

    async def _offer(self, promise: Promise) -> None:
        command = offers.BringOffer(school_id=promise.school_id, offer_id=promise.subject)
        found = await self._store.run(offers.bring, command)
        if found is None or (place := found.shelf.place_of(found.proposal.unit.key)) is None:
            return
        unit = found.proposal.unit
        content = news.AboutContent(school_id=promise.school_id, unit_key=unit.key)
        view = OfferView(
            offer=found.offer.public_id,
            title=unit.title,
            minutes=unit.minutes,
            kind=unit.kind,
            course=place[0].title,
            badge=place[1].badge.name,
            why=found.offer.why or Why.AGAIN,
            left_in_module=found.proposal.left_in_module,
            topic=found.offer.topic,
            content=await self._store.look(news.content_counts, content),
            slower=found.offer.slower,
        )
        await self._direct(promise, view, UNIT)

    async def _award(self, promise: Promise) -> None:
        found = await self._news(promise)
        if found is None:
            return
        facts = definition_of(found.achievement)
        view = AwardView(
            award=found.award.public_id,
            name=facts.name,
            level=facts.level,
            issuer=facts.issuer.name,
            awarded_on=local_date(found),
            picture=await self._pictures.badge(baked(found)),
            displayed=found.award.displayed_at is not None,
        )
        await self._direct(promise, view, AWARD)

    async def _share(self, promise: Promise) -> None:
        found = await self._news(promise)
        if found is None or found.award.displayed_at is None:
            return
        sender = self._senders[found.workspace.platform]
        if found.posts:
            for posted in found.posts:
                await self._edit(sender, posted, self._post_view(found, None), found.workspace.lang)
            return
        picture = await self._pictures.badge(baked(found))
        await self._say(
            promise,
            Post(
                found.workspace,
                found.workspace.staff_channel,
                False,
                self._post_view(found, picture),
                found.workspace.lang,
                SHARED,
                found.award.id,
                found.award.person_id,
            ),
        )

    def _post_view(self, found: AwardNews, picture: object) -> SharedPost:
        raise NotImplementedError
