"""Fresh reads for what is about to be told: what is true now, or None when there is nothing to tell."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.awards import Achievement, Award
from bot.domain.introductions import Introduction
from bot.domain.language import Bilingual
from bot.domain.people import Person, School, Workspace
from bot.domain.recognition import Endorsement, TargetKind
from bot.services.commands import OfSchool
from bot.services.definitions import definition_of
from bot.services.endorsements import COMMENT, SHARED
from bot.services.introductions import ASKED
from bot.services.ports import Counts, Posted, Revision, Work
from bot.services.promises import home, is_gone
from bot.services.received import name_of


@dataclass(frozen=True, kw_only=True)
class About(OfSchool):
    """Something by its internal id."""

    subject: int


@dataclass(frozen=True)
class Reached:
    """A person, and where they are reached directly. Who `is_gone` is told nothing more."""

    person: Person
    workspace: Workspace
    user_key: str
    is_gone: bool


async def reach(work: Work, command: About) -> Reached | None:
    """Where a person is reached; None for somebody forgotten or without an account."""
    person_id = await work.links.now(command.subject)
    if not await work.people.exists(person_id):
        return None
    place = await home(work, person_id)
    if place is None:
        return None
    return Reached(await work.people.get(person_id), *place, await is_gone(work, person_id))


AWARD = "award"
"""A message that tells a holder of their badge."""


@dataclass(frozen=True)
class AwardNews:
    award: Award
    achievement: Achievement
    school: School
    """Who issued it."""
    holder: Person
    workspace: Workspace
    revision: Revision | None
    counts: Counts
    posts: tuple[Posted, ...]
    """Its posts in the staff channel."""
    told: tuple[Posted, ...]
    """The messages that told its holder."""
    at: datetime
    """When this was so."""


async def award_news(work: Work, command: About) -> AwardNews | None:
    """An award with everything that its message and its post show."""
    held = await work.queries.held(command.subject)
    place = await home(work, held.award.person_id) if held else None
    if held is None or place is None:
        return None
    return AwardNews(
        held.award,
        held.achievement,
        await work.directory.school(held.award.issued_by),
        await work.people.get(held.award.person_id),
        place[0],
        await work.credentials.newest(held.award.id),
        held.counts,
        await work.messages.about(SHARED, held.award.id),
        await work.messages.about(AWARD, held.award.id),
        work.now,
    )


@dataclass(frozen=True)
class ReceiptNews:
    endorsement: Endorsement
    name: Bilingual
    holder: str | None
    receipts: tuple[Posted, ...]
    moved: bool = False
    """The holder is at another school now."""


RECEIPT = "receipt"
"""A message that tells an endorser what they endorsed."""


async def receipt_news(work: Work, command: About) -> ReceiptNews | None:
    """An endorsement with what its receipt says."""
    endorsement = await work.endorsements.get(command.subject)
    if endorsement is None or endorsement.endorser_id is None:
        return None
    receipts = await work.messages.about(RECEIPT, endorsement.id)
    if endorsement.target.kind is TargetKind.ISSUER:
        school = await work.directory.school(endorsement.school_id)
        return ReceiptNews(endorsement, school.name, None, receipts)
    if endorsement.target.kind is TargetKind.ACHIEVEMENT:
        achievement = await work.shelves.achievement(endorsement.target.id)
        return ReceiptNews(endorsement, definition_of(achievement).name, None, receipts)
    held = await work.queries.held(endorsement.target.id)
    if held is None:
        return await _moved_receipt(work, endorsement, receipts)
    holder = await work.people.get(held.award.person_id)
    return ReceiptNews(endorsement, definition_of(held.achievement).name, holder.name, receipts)


async def _moved_receipt(work: Work, endorsement: Endorsement, receipts: tuple[Posted, ...]) -> ReceiptNews | None:
    """The receipt of an endorsement whose badge went to another school with its holder: it names them no more."""
    achievement = await work.moves.endorsed(endorsement)
    if achievement is None:
        return None
    return ReceiptNews(endorsement, definition_of(achievement).name, None, receipts, moved=True)


@dataclass(frozen=True)
class CommentNews:
    """An endorser's words on somebody's badge. `by` is the endorser's name where they agreed to be named."""

    endorsement: Endorsement
    name: Bilingual
    by: str | None
    told: tuple[Posted, ...]


async def comment_news(work: Work, command: About) -> CommentNews | None:
    """The words as they are now; None when the endorsement or its badge is here no more."""
    endorsement = await work.endorsements.get(command.subject)
    held = await work.queries.held(endorsement.target.id) if endorsement is not None else None
    if endorsement is None or held is None or not endorsement.stands:
        return None
    told = await work.messages.about(COMMENT, endorsement.id)
    return CommentNews(endorsement, definition_of(held.achievement).name, await name_of(work, endorsement), told)


@dataclass(frozen=True)
class IntroductionNews:
    introduction: Introduction
    asker: str
    helper: str
    badge: Bilingual
    gone: frozenset[int]
    """Whoever of the two is gone, by their id."""
    told: tuple[Posted, ...]
    """Where the question was brought to the helper."""


async def introduction_news(work: Work, command: About) -> IntroductionNews | None:
    """A request for an introduction with the names it needs; None when one of the two was forgotten."""
    introduction = await work.introductions.get(command.subject)
    if introduction is None:
        return None
    badge = await _badge_of(work, introduction)
    people = (introduction.asker_id, introduction.helper_id)
    if badge is None or not all([await work.people.exists(person_id) for person_id in people]):
        return None
    asker, helper = [(await work.people.get(person_id)).name for person_id in people]
    gone = [person_id for person_id in people if await is_gone(work, person_id)]
    told = await work.messages.about(ASKED, introduction.id)
    return IntroductionNews(introduction, asker, helper, badge, frozenset(gone), told)


async def _badge_of(work: Work, introduction: Introduction) -> Bilingual | None:
    """The name of the badge for which the helper was named; None where it is no more."""
    if introduction.award_id is None:
        return Bilingual(introduction.elsewhere or "", introduction.elsewhere or "")
    held = await work.queries.held(introduction.award_id)
    return None if held is None else definition_of(held.achievement).name


@dataclass(frozen=True, kw_only=True)
class AboutContent(OfSchool):
    unit_key: str


async def content_counts(work: Work, command: AboutContent) -> Counts:
    """How many colleagues who did a unit endorse the module it belongs to."""
    place = (await work.shelves.current()).place_of(command.unit_key)
    return await work.queries.content_counts(place[1].badge.key) if place else Counts()
