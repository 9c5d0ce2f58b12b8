"""What the readable page of an export says: everything about one person, in their language, from the same read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.foreign import foreign_line, standing
from bot.conversation.naming import issuing
from bot.conversation.standing import why_uncounted
from bot.conversation.stops import stop_elsewhere, stop_view
from bot.conversation.validity import validity_elsewhere, validity_view
from bot.conversation.views import ForeignLine, ReceivedLine, StopView, ValidityView
from bot.domain.awards import Evidence, Level
from bot.domain.language import Bilingual, Lang
from bot.domain.learning import Route
from bot.domain.people import Person
from bot.domain.recognition import As
from bot.services.brought import brought_badges
from bot.services.composition import Composition
from bot.services.definitions import definition_of
from bot.services.ports import Document, Phrases
from bot.services.privacy import Everything, OwnAward, OwnEndorsement
from bot.wording import Wording


@dataclass(frozen=True)
class ExportBadge:
    """One badge; `picture` and `credential` are files of the same ZIP."""

    name: Bilingual
    level: Level
    course: Bilingual
    criteria: Bilingual
    maker: Bilingual
    school: Bilingual
    on: date
    edition: int | None
    evidence: tuple[Evidence, ...]
    received: tuple[ReceivedLine, ...]
    displayed: bool
    findable: bool
    published: bool
    stop: StopView | None
    validity: ValidityView | None
    picture: str
    credential: str | None
    token: str | None
    """The same as a JWT."""

    @property
    def only_me(self) -> bool:
        """Nothing was shown to anybody."""
        return not (self.displayed or self.findable or self.published)

    @property
    def uncounted(self) -> str:
        """Why it counts for nothing new now; empty where it counts."""
        return why_uncounted(self.stop, self.validity)


@dataclass(frozen=True)
class ExportBrought:
    """A badge from elsewhere; `file` is in the same ZIP."""

    name: Bilingual
    school: Bilingual
    on: date
    stop: StopView | None
    validity: ValidityView | None
    file: str


@dataclass(frozen=True)
class ExportForeign:
    """A badge of another issuer, what is known of it, in the words of the wallet, and its `file` in the same ZIP."""

    line: ForeignLine
    standing: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class ExportDone:
    """One line of the record; `school` where it was done elsewhere."""

    on: date
    title: Bilingual
    minutes: int | None
    prior: bool
    self_assessed: bool
    renewed: bool = False
    reflection: str | None = None
    school: Bilingual | None = None


@dataclass(frozen=True)
class ExportGiven:
    """An endorsement that the person gave; `name` is what it is of, where that is told."""

    name: Bilingual | None
    role: As
    on: date
    comment: str | None
    withdrawn_on: date | None
    file: str | None


@dataclass(frozen=True)
class ExportPage:
    """Everything on the page. Days only, never times."""

    person: Person
    school: Bilingual
    day: date
    badges: tuple[ExportBadge, ...]
    brought: tuple[ExportBrought, ...]
    foreign: tuple[ExportForeign, ...]
    record: tuple[ExportDone, ...]
    given: tuple[ExportGiven, ...]


Printer = Callable[[ExportPage, Lang], bytes]
"""Makes the page a file that opens by itself, without a network."""


@dataclass(frozen=True)
class Filed:
    """Where in the ZIP things lie."""

    pictures: dict[str, str]
    credentials: dict[str, str]
    tokens: dict[str, str]
    """All three by the award's public id."""
    given: dict[str, str]
    """By the endorsement's public id."""
    brought: dict[str, str]
    """By the document's id."""
    foreign: dict[str, str]
    """By the badge's public id."""


def export_page(everything: Everything, phrases: Phrases, filed: Filed, now: datetime) -> ExportPage:
    """The page of an export that was made now."""
    zone = ZoneInfo(everything.school.zone)
    return ExportPage(
        everything.person,
        everything.school.name,
        now.astimezone(zone).date(),
        tuple(_badge(own, phrases, filed, zone, now) for own in reversed(everything.awards)),
        tuple(_brought(everything.documents, filed, zone, now)),
        tuple(_foreign(everything, filed, zone, now)),
        tuple(sorted(_record(everything), key=lambda item: item.on, reverse=True)),
        tuple(_given(item, filed, zone) for item in reversed(everything.given)),
    )


def _badge(own: OwnAward, phrases: Phrases, filed: Filed, zone: ZoneInfo, now: datetime) -> ExportBadge:
    award, facts = own.award, definition_of(own.achievement)
    return ExportBadge(
        facts.name,
        facts.level,
        facts.course,
        Composition(phrases).criteria(own.achievement),
        facts.issuer.name,
        issuing(own.issuer),
        award.awarded_at.astimezone(zone).date(),
        own.revision.number if own.revision else None,
        award.evidence,
        tuple(
            ReceivedLine(
                item.endorsement.public_id,
                item.endorsement.role,
                item.by,
                item.endorsement.given_at.astimezone(zone).date(),
                item.endorsement.comment,
                not item.endorsement.is_shown,
            )
            for item in own.received
        ),
        award.displayed_at is not None,
        award.findable_at is not None,
        award.published_at is not None,
        stop_view(award, zone),
        validity_view(award, zone, now),
        filed.pictures[award.public_id],
        filed.credentials.get(award.public_id),
        filed.tokens.get(award.public_id),
    )


def _brought(documents: tuple[Document, ...], filed: Filed, zone: ZoneInfo, now: datetime) -> Iterator[ExportBrought]:
    for badge in brought_badges(documents):
        item = badge.document
        yield ExportBrought(
            item.name,
            item.issuer_name,
            item.on,
            stop_elsewhere(badge),
            validity_elsewhere(badge, zone, now),
            filed.brought[item.document_id],
        )


def _foreign(everything: Everything, filed: Filed, zone: ZoneInfo, now: datetime) -> Iterator[ExportForeign]:
    words = Wording(everything.person.lang)
    for item in everything.taken_in:
        line = foreign_line(item, now, zone)
        yield ExportForeign(line, tuple(standing(line, words)), filed.foreign[item.public_id])


def _record(everything: Everything) -> Iterator[ExportDone]:
    zone = everything.record.zone
    for entry in everything.record.entries:
        done = entry.completion
        yield ExportDone(
            done.completed_at.astimezone(zone).date(),
            entry.title,
            entry.unit.minutes if entry.unit else None,
            done.route is Route.PRIOR,
            done.self_assessed,
            reflection=done.reflection,
        )
    for again in everything.record.again:
        on = again.done.done_at.astimezone(zone).date()
        yield ExportDone(on, again.title, None, False, again.done.self_assessed, renewed=True)
    for item in everything.elsewhere:
        yield ExportDone(
            item.on,
            item.title,
            item.minutes,
            item.route is Route.PRIOR,
            item.self_assessed,
            reflection=item.reflection,
            school=item.issuer_name,
        )


def _given(own: OwnEndorsement, filed: Filed, zone: ZoneInfo) -> ExportGiven:
    given = own.endorsement
    ended = given.withdrawn_at
    return ExportGiven(
        own.name,
        given.role,
        given.given_at.astimezone(zone).date(),
        given.comment,
        ended.astimezone(zone).date() if ended else None,
        filed.given.get(given.public_id),
    )
