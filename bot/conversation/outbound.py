"""Keeping promises to people: read what is true now, say it on their platform, keep where it was said.

Rendering happens here, at delivery, so that what is shown is what is true at that moment.
"""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.acts.agreements import agreement_line
from bot.conversation.naming import issuing
from bot.conversation.pictures import Baked, Pictures
from bot.conversation.reconciling import reconcile_message
from bot.conversation.stops import stop_view
from bot.conversation.validity import last_day, validity_view
from bot.conversation.views import (
    AgreementNews,
    AwardView,
    CommentReceived,
    ExpiryReminder,
    IntroductionAnswered,
    IntroductionAsked,
    InvitedToEndorse,
    Notice,
    OfferView,
    Picture,
    Receipt,
    RoleChanged,
    SharedPost,
    StopNews,
    View,
)
from bot.domain.language import Lang
from bot.domain.learning import Why
from bot.domain.offers import Offer
from bot.domain.outcomes import Refused
from bot.domain.people import Consent, Role, Workspace
from bot.domain.recognition import TargetKind
from bot.services import agreements, contact_ports, delivery, invitations, news, offers, reminders, schools
from bot.services.attention_ports import Attention
from bot.services.definitions import definition_of
from bot.services.endorsements import COMMENT, SHARED, UNIT
from bot.services.introductions import ASKED
from bot.services.invited import INVITED
from bot.services.lanes import read_lane
from bot.services.news import AWARD, RECEIPT, About, AwardNews
from bot.services.outsiders import Waits, WithOutsiders, tell_holder
from bot.services.ports import MessageRef, Posted, Promise, Sender, Store, Unsendable
from bot.services.promises import Kind

ABOUT = {
    Kind.OFFER: UNIT,
    Kind.AWARD: AWARD,
    Kind.SHARE: SHARED,
    Kind.RECEIPT: RECEIPT,
    Kind.COMMENT: COMMENT,
    Kind.INVITE: INVITED,
    Kind.REFUSAL: "notice",
    Kind.ASK: ASKED,
    Kind.ANSWER: "answer",
    Kind.ROLE: "role",
    Kind.AGREEMENT: "agreement",
    Kind.STOP: "stop",
    Kind.REMINDER: "reminder",
}
"""What the message is about that keeps a promise of a kind."""

MOST_REMEMBERED = 1_000


@dataclass(frozen=True)
class Place:
    """Where something is said: directly to a user, or to a channel; in whose language."""

    workspace: Workspace
    to: str
    direct: bool
    lang: Lang
    person_id: int | None
    is_closed: bool = False
    """Its person is gone: what is there stays, and nothing more is said."""


class Outbound:
    """Delivers every kind of promise that ends in a message."""

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender[View]],
        pictures: Pictures,
        attentions: Mapping[str, Attention],
    ) -> None:
        """`attentions` are those of the platforms that hint at who is busy."""
        self._store = store
        self._senders = senders
        self._pictures = pictures
        self._attentions = attentions
        self._told: OrderedDict[int, None] = OrderedDict()
        """Promises whose holder was told that the post waits: they are tried for a week."""

    async def deliver(self, promise: Promise) -> timedelta | None:
        """Keep one promise: None; or say after what time it is to be kept, since a better moment is near.

        Raises `Unsendable` when it can never be kept, `contact_ports.Waits` when not before its person comes, anything
        else to be tried again.
        What is in doubt is looked up on the platform before anything else is decided: a message that is there is
        kept, or taken down again if its person has changed their mind meanwhile.
        """
        if promise.in_doubt and await self._is_there(promise):
            return None
        match Kind(promise.kind):
            case Kind.OFFER:
                return await self._offer(promise)
            case Kind.AWARD:
                await self._award(promise)
            case Kind.SHARE:
                await self._share(promise)
            case Kind.RECEIPT:
                await self._receipt(promise)
            case Kind.INVITE:
                await self._invite(promise)
            case Kind.COMMENT:
                await self._comment(promise)
            case Kind.REFUSAL:
                reason = promise.detail["reason"]
                await self._direct(promise, Notice(f"refused.{reason}", {**promise.detail}))
            case Kind.ASK:
                await self._ask(promise)
            case Kind.ANSWER:
                await self._answer(promise)
            case Kind.ROLE:
                await self._role(promise)
            case Kind.AGREEMENT:
                await self._agreement(promise)
            case Kind.STOP:
                await self._stop(promise)
            case Kind.REMINDER:
                await self._reminder(promise)
            case Kind.UNPOST:
                await self._unpost(promise)
            case Kind.CLEAR:
                await self._clear(promise)
            case Kind.SAY:
                await self._say_at(promise)
            case Kind.ISSUE | Kind.SIGN_ENDORSEMENT:
                raise ValueError(f"not a message: {promise.kind}")
        return None

    async def _offer(self, promise: Promise) -> timedelta | None:
        command = offers.BringOffer(school_id=promise.school_id, offer_id=promise.subject)
        if await self._store.look(offers.comes_by_itself, command):
            command = replace(command, busy_until=await self._busy_until(promise))
        found = await self._store.run(offers.bring, command)
        if isinstance(found, offers.Soon):
            return found.after
        if found is None or (place := found.shelf.place_of(found.proposal.unit.key)) is None:
            return None
        unit, again = found.proposal.unit, found.renewing
        content = news.AboutContent(school_id=promise.school_id, unit_key=unit.key)
        view = OfferView(
            offer=found.offer.public_id,
            title=unit.title,
            minutes=unit.minutes,
            kind=unit.kind,
            course=place[0].title,
            badge=place[1].badge.name if again is None else again.name,
            why=found.offer.why or Why.AGAIN,
            left_in_module=found.proposal.left_in_module if again is None else again.left,
            topic=found.offer.topic,
            content=await self._store.look(news.content_counts, content),
            slower=found.offer.slower,
            asked_minutes=_asked_minutes(found.offer),
            renews=again is not None,
            requested=found.offer.requested,
        )
        await self._direct(promise, view)
        return None

    async def _busy_until(self, promise: Promise) -> datetime | None:
        """What its person's platform hints at."""
        place = await self._place(promise)
        attention = self._attentions.get(place.workspace.platform) if place is not None else None
        if place is None or attention is None:
            return None
        return await attention.busy_until(place.workspace.key, place.to)

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
            school=issuing(found.school),
            awarded_on=found.award.awarded_at.astimezone(ZoneInfo(found.school.zone)).date(),
            picture=await self._pictures.badge(_baked(found)),
            displayed=found.award.displayed_at is not None,
            stop=stop_view(found.award, ZoneInfo(found.school.zone)),
            validity=validity_view(found.award, ZoneInfo(found.school.zone), found.at),
        )
        for posted in found.told:
            await self._edit(posted, view, found.holder.lang)
        if not found.told:
            await self._direct(promise, view)

    async def _share(self, promise: Promise) -> None:
        found = await self._news(promise)
        if found is None or found.award.displayed_at is None or found.award.stop is not None:
            return
        if found.posts:
            for posted in found.posts:
                await self._edit(posted, _post_view(found, None), found.workspace.lang)
            return
        # The picture alone: a credential holds endorsers' names, and belongs to its holder.
        view = _post_view(found, await self._pictures.badge(replace(_baked(found), revision=None)))
        try:
            await self._say(promise, _channel(found.workspace), view)
        except WithOutsiders:
            await self._tell_once(promise, Refused("outsiders_post"))
            raise
        except Unsendable:
            await self._tell_once(promise, Refused("channel_post"))
            raise

    async def _tell_once(self, promise: Promise, why: Refused) -> None:
        """Let a holder know that what they shared is not posted, and why; a process that begins anew says it again."""
        if promise.id in self._told:
            return
        waits = Waits(school_id=promise.school_id, award_id=promise.subject, why=why)
        await self._store.run(tell_holder, waits)
        self._told[promise.id] = None
        if len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)

    async def _receipt(self, promise: Promise) -> None:
        about = About(school_id=promise.school_id, subject=promise.subject)
        found = await self._store.look(news.receipt_news, about)
        if found is None:
            return
        reached = await self._reach(promise)
        if reached is None:
            return
        view = Receipt(
            found.endorsement.public_id,
            found.name,
            found.holder,
            found.endorsement.role,
            found.endorsement.stands,
            found.moved,
            Consent.NAMED in reached.person.consents,
            found.endorsement.comment,
            of_issuer=found.endorsement.target.kind is TargetKind.ISSUER,
        )
        if found.receipts:
            for posted in found.receipts:
                await self._edit(posted, view, reached.person.lang)
        elif found.endorsement.stands:
            await self._direct(promise, view)

    async def _comment(self, promise: Promise) -> None:
        """A holder who hid the endorsement is told no more of it; what they were told stays true."""
        about = About(school_id=promise.school_id, subject=promise.subject)
        found = await self._store.look(news.comment_news, about)
        reached = await self._reach(promise)
        if found is None or reached is None:
            return
        given = found.endorsement
        view = CommentReceived(
            given.public_id, found.name, given.role, found.by, given.comment, given.hidden_at is not None
        )
        for posted in found.told:
            await self._edit(posted, view, reached.person.lang)
        if not found.told and given.comment is not None and given.is_shown:
            await self._direct(promise, view)

    async def _invite(self, promise: Promise) -> None:
        command = invitations.Bring(school_id=promise.school_id, invitation_id=promise.subject)
        found = await self._store.run(invitations.bring, command)
        if found is None:
            return
        facts, award = definition_of(found.achievement), found.award
        view = InvitedToEndorse(
            invitation=found.invitation.public_id,
            award=award.public_id,
            holder=found.holder,
            name=facts.name,
            level=facts.level,
            issuer=facts.issuer.name,
            school=issuing(found.school),
            awarded_on=award.awarded_at.astimezone(ZoneInfo(found.school.zone)).date(),
            about=facts.summary,
            leads=found.leads,
            # The picture alone, as in the staff channel.
            picture=await self._pictures.badge(Baked(award, found.achievement, found.school, None)),
        )
        await self._direct(promise, view)

    async def _ask(self, promise: Promise) -> None:
        """The question; once it is answered, what asked it says so and asks no more."""
        found, reached = await self._introduction(promise), await self._reach(promise)
        if found is None or reached is None:
            return
        asked = found.introduction
        view = IntroductionAsked(asked.public_id, found.asker, asked.question, found.badge, asked.reply)
        if asked.reply is not None:
            for posted in found.told:
                await self._edit(posted, view, reached.person.lang)
        elif asked.asker_id not in found.gone:
            await self._direct(promise, view)

    async def _answer(self, promise: Promise) -> None:
        """The answer; or that none will come, if that is still so."""
        found = await self._introduction(promise)
        if found is None:
            return
        asked = found.introduction
        if asked.reply is not None or asked.helper_id in found.gone:
            await self._direct(promise, IntroductionAnswered(asked.reply, found.helper, asked.question))

    async def _role(self, promise: Promise) -> None:
        """Said only if it is still so: what was given and taken again at once is not worth a message."""
        reached = await self._reach(promise)
        role, given = Role(promise.detail["role"]), promise.detail["given"] == "yes"
        if reached is not None and (role in reached.person.roles) is given:
            await self._direct(promise, RoleChanged(role, given))

    async def _agreement(self, promise: Promise) -> None:
        command = agreements.NewsOfAgreement(school_id=promise.school_id, agreement=promise.detail["agreement"])
        found = await self._store.look(agreements.agreement_news, command)
        if found is not None:
            await self._direct(promise, AgreementNews(agreement_line(found)))

    async def _stop(self, promise: Promise) -> None:
        """What is true now: who was suspended and reinstated at once hears that the badge counts."""
        found = await self._news(promise)
        if found is not None:
            stop = stop_view(found.award, ZoneInfo(found.school.zone))
            await self._direct(promise, StopNews(found.award.public_id, definition_of(found.achievement).name, stop))

    async def _reminder(self, promise: Promise) -> None:
        command = reminders.BringReminder(school_id=promise.school_id, award_id=promise.subject)
        found = await self._store.run(reminders.bring, command)
        if found is not None and found.award.valid_until is not None:
            day = last_day(found.award.valid_until, ZoneInfo(found.school.zone))
            await self._direct(promise, ExpiryReminder(found.award.public_id, found.name, day, found.can_renew))

    async def _unpost(self, promise: Promise) -> None:
        detail = promise.detail
        ref = MessageRef(detail["platform"], detail["workspace_key"], detail["channel"], detail["key"])
        with suppress(Unsendable):  # it is gone already
            await self._senders[ref.platform].delete(ref)
        await self._store.run(delivery.unposted, delivery.Unposted(school_id=promise.school_id, ref=ref))

    async def _clear(self, promise: Promise) -> None:
        lane, user = read_lane(promise.lane), promise.detail["user_key"]
        sender, key = self._senders[lane.platform], lane.workspace_key
        since, token = promise.tried_at, promise.token
        if promise.in_doubt and await sender.find(key, user, direct=True, token=token, since=since) is not None:
            return
        await sender.clear(key, user)
        lang: Lang = "ja" if promise.detail["lang"] == "ja" else "en"
        with suppress(
            contact_ports.Waits
        ):  # of whoever asked to be forgotten nothing is kept for the sake of a farewell
            await sender.send(key, user, Notice("notice.forgotten"), direct=True, token=promise.token, lang=lang)

    async def _say_at(self, promise: Promise) -> None:
        lane, user = read_lane(promise.lane), promise.detail["user_key"]
        sender, key = self._senders[lane.platform], lane.workspace_key
        since, token = promise.tried_at, promise.token
        if promise.in_doubt and await sender.find(key, user, direct=True, token=token, since=since) is not None:
            return
        lang: Lang = "ja" if promise.detail["lang"] == "ja" else "en"
        await sender.send(key, user, Notice(promise.detail["notice"]), direct=True, token=token, lang=lang)

    async def _news(self, promise: Promise) -> AwardNews | None:
        about = About(school_id=promise.school_id, subject=promise.subject)
        return await self._store.look(news.award_news, about)

    async def _introduction(self, promise: Promise) -> news.IntroductionNews | None:
        about = About(school_id=promise.school_id, subject=promise.subject)
        return await self._store.look(news.introduction_news, about)

    async def _reach(self, promise: Promise) -> news.Reached | None:
        if promise.person_id is None:
            return None
        about = About(school_id=promise.school_id, subject=promise.person_id)
        return await self._store.look(news.reach, about)

    async def _direct(self, promise: Promise, view: View) -> None:
        place = await self._place(promise)
        if place is not None and not place.is_closed:
            await self._say(promise, place, view)

    async def _say(self, promise: Promise, place: Place, view: View) -> None:
        sender = self._senders[place.workspace.platform]
        ref = await sender.send(
            place.workspace.key, place.to, view, direct=place.direct, token=promise.token, lang=place.lang
        )
        await self._keep(promise, place, ref)

    async def _is_there(self, promise: Promise) -> bool:
        """Whether a delivery in doubt reached its place; it is then kept as delivered."""
        place = await self._place(promise) if Kind(promise.kind) in ABOUT else None
        if place is None:
            return False
        place = await self._was_sent(promise, place)
        sender = self._senders[place.workspace.platform]
        key, since = place.workspace.key, promise.tried_at
        ref = await sender.find(key, place.to, direct=place.direct, token=promise.token, since=since)
        if ref is not None:
            await self._keep(promise, place, ref)
            await self._look_at(promise, place, ref)
        return ref is not None

    async def _look_at(self, promise: Promise, place: Place, ref: MessageRef) -> None:
        """What colleagues did with a post that was not known for one: only the hourly look would find it."""
        if Kind(promise.kind) is Kind.SHARE:
            with suppress(Unsendable):
                sender = self._senders[place.workspace.platform]
                await reconcile_message(self._store, place.workspace, ref, sender.reactions)

    async def _was_sent(self, promise: Promise, place: Place) -> Place:
        """Where a promise was being kept. Its person may be written to at another account since."""
        lane = read_lane(promise.lane)
        if not place.direct or not lane.destination:
            return place
        home = await self._store.look(
            schools.find_home, schools.FindHome(platform=lane.platform, key=lane.workspace_key)
        )
        return place if home is None else replace(place, workspace=home[0], to=lane.destination)

    async def _place(self, promise: Promise) -> Place | None:
        """Where a promise is kept; None for somebody forgotten."""
        if Kind(promise.kind) is not Kind.SHARE:
            reached = await self._reach(promise)
            if reached is None:
                return None
            lang, is_closed = reached.person.lang, reached.is_gone
            return Place(reached.workspace, reached.user_key, True, lang, reached.person.id, is_closed)
        lane = read_lane(promise.lane)
        command = schools.FindHome(platform=lane.platform, key=lane.workspace_key)
        home = await self._store.look(schools.find_home, command)
        return _channel(home[0]) if home else None

    async def _keep(self, promise: Promise, place: Place, ref: MessageRef) -> None:
        command = delivery.Delivered(
            school_id=promise.school_id,
            workspace_id=place.workspace.id,
            ref=ref,
            about=ABOUT[Kind(promise.kind)],
            subject=promise.subject,
            person_id=place.person_id,
        )
        await self._store.run(delivery.delivered, command)

    async def _edit(self, posted: Posted, view: View, lang: Lang) -> None:
        with suppress(Unsendable):
            await self._senders[posted.ref.platform].edit(posted.ref, view, lang=lang)


def _channel(workspace: Workspace) -> Place:
    return Place(workspace, workspace.staff_channel, False, workspace.lang, None)


def _asked_minutes(offer: Offer) -> int | None:
    """The minutes that the person named: who names none is given the most that any unit takes."""
    return offer.minutes if offer.requested and offer.minutes != offers.ASKED_MINUTES else None


def _post_view(found: AwardNews, picture: Picture | None) -> SharedPost:
    facts = definition_of(found.achievement)
    return SharedPost(
        award=found.award.public_id,
        holder=found.holder.name,
        name=facts.name,
        level=facts.level,
        issuer=facts.issuer.name,
        school=issuing(found.school),
        counts=found.counts,
        emoji=found.workspace.emoji,
        picture=picture,
        validity=validity_view(found.award, ZoneInfo(found.school.zone), found.at),
    )


def _baked(found: AwardNews) -> Baked:
    return Baked(found.award, found.achievement, found.school, found.revision)
