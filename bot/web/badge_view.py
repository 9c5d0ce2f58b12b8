"""What a badge's page says, from what may be shown. The holder is not among it: there is no field for a name."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.badges.enclosing import is_enclosing
from bot.badges.jsontext import JsonObject, as_list, from_text
from bot.conversation.naming import issuing
from bot.conversation.stops import stop_view
from bot.conversation.validity import validity_view
from bot.conversation.views import StopView, ValidityView
from bot.domain.awards import Evidence, Level
from bot.domain.language import Bilingual
from bot.domain.recognition import MOST_HELD, As
from bot.services.composition import Composition
from bot.services.definitions import Aligned, definition_of
from bot.services.ports import Phrases, Showing, Spoken


class Standing(StrEnum):
    """What the dates of the award and of its newest edition say. Whether it was revoked stands beside it (`stop`)."""

    CURRENT = "current"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ByRole:
    """Endorsements of one role: how many, those who agreed to be named, and what was said in own words by whom."""

    role: As
    count: int
    names: tuple[str, ...]
    comments: tuple[Spoken, ...]


@dataclass(frozen=True)
class BadgeView:
    """Everything on the page. Days only, never times."""

    id: str
    name: Bilingual
    level: Level
    course: Bilingual
    description: Bilingual
    criteria: Bilingual
    evidence: tuple[Evidence, ...]
    inside: frozenset[int]
    """Which of the evidence stands inside the file as a badge of its own, by place."""
    endorsements: tuple[ByRole, ...]
    not_held: int
    """So many of them are not in the file, which holds the last ones."""
    maker: Bilingual
    maker_url: str
    school: Bilingual
    """As an issuer: a rehearsal says so."""
    school_id: str | None
    """Of its page; None where it has none."""
    source: Bilingual | None
    """The school that awarded it in the issuer's name, if that is another."""
    content_id: str
    did: str
    rehearsal: bool
    minutes: int
    tags: tuple[str, ...]
    alignment: tuple[Aligned, ...]
    awarded_on: date
    edition: int
    edition_on: date
    validity: ValidityView | None
    standing: Standing
    stop: StopView | None
    is_listed: bool
    """The file names the list in which its issuer says whether it was revoked."""
    is_settled: bool
    """Otherwise it is just being signed again."""
    gives_files: bool
    """Its files can be had now."""
    has_token: bool
    """So can the same as a token."""


def badge_view(showing: Showing, phrases: Phrases, now: datetime) -> BadgeView:
    """The page of a showing, as it is now."""
    facts, zone = definition_of(showing.achievement), ZoneInfo(showing.school.zone)
    document, words = from_text(showing.revision.text.encode()), Composition(phrases)
    return BadgeView(
        id=showing.award.public_id,
        name=facts.name,
        level=facts.level,
        course=facts.course,
        description=words.description(facts),
        criteria=words.criteria(showing.achievement),
        evidence=showing.award.evidence,
        inside=_inside(document, showing.award.evidence),
        endorsements=_by_role(showing),
        not_held=max(0, len(showing.endorsements) - MOST_HELD),
        maker=facts.issuer.name,
        maker_url=facts.issuer.url,
        school=issuing(showing.school),
        school_id=showing.school.public_id if showing.school_is_public else None,
        source=showing.source,
        content_id=showing.content_id,
        did=_issuer_id(document),
        rehearsal=showing.school.rehearsal,
        minutes=facts.minutes,
        tags=facts.tags,
        alignment=facts.alignment,
        awarded_on=showing.award.awarded_at.astimezone(zone).date(),
        edition=showing.revision.number,
        edition_on=showing.revision.valid_from.astimezone(zone).date(),
        validity=validity_view(showing.award, zone, now),
        standing=_standing(showing, now),
        stop=stop_view(showing.award, zone),
        is_listed="credentialStatus" in document,
        is_settled=showing.is_settled,
        gives_files=showing.gives_files,
        has_token=showing.revision.token is not None,
    )


def _by_role(showing: Showing) -> tuple[ByRole, ...]:
    counts = Counter(spoken.role for spoken in showing.endorsements)
    return tuple(
        ByRole(
            role,
            counts[role],
            tuple(spoken.name for spoken in showing.endorsements if spoken.role is role and spoken.name),
            tuple(spoken for spoken in showing.endorsements if spoken.role is role and spoken.comment),
        )
        for role in (As.LEADER, As.COLLEAGUE)
        if counts[role]
    )


def _standing(showing: Showing, now: datetime) -> Standing:
    if now < showing.revision.valid_from:
        return Standing.NOT_YET
    return Standing.EXPIRED if showing.award.is_expired(now) else Standing.CURRENT


def _inside(document: JsonObject, evidence: tuple[Evidence, ...]) -> frozenset[int]:
    """By name and day, since the award may rest on other badges by now than the edition says."""
    enclosing = [item for item in as_list(document.get("evidence")) if is_enclosing(item)]
    told = [(str(item.get("name")), item.get("description")) for item in enclosing]
    return frozenset(
        place
        for place, one in enumerate(evidence)
        if any(one.name.ja in name and one.name.en in name and day == one.on.isoformat() for name, day in told)
        and not one.renewed
    )


def _issuer_id(document: JsonObject) -> str:
    issuer = document.get("issuer")
    return str(issuer.get("id", "")) if isinstance(issuer, dict) else ""
