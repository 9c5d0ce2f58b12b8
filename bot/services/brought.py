"""The badges that a person brought from elsewhere, with how they stand: their dates, and what their issuers state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.badges import jsontext
from bot.badges.statement import payload_of
from bot.badges.text import clean
from bot.domain.moving import Kept
from bot.domain.stops import StopKind
from bot.services.ports import Document

STOPPED = "stopped"
"""In a statement: that its issuer stopped a badge, since when, and why."""


@dataclass(frozen=True)
class StoppedElsewhere:
    kind: StopKind
    on: date
    reason: str


@dataclass(frozen=True)
class BroughtBadge:
    """A badge from elsewhere. `ends` is the moment from which it is expired; None: it is valid for good."""

    document: Document
    ends: datetime | None
    stop: StoppedElsewhere | None

    def is_expired(self, now: datetime) -> bool:
        return self.ends is not None and self.ends <= now


def brought_badges(documents: Sequence[Document]) -> tuple[BroughtBadge, ...]:
    """The credentials among what was brought; a stop counts as the newest statement by the badge's issuer tells it."""
    stops = _stops(documents)
    return tuple(
        BroughtBadge(item, _ends(item), stops.get((item.issuer, item.document_id)))
        for item in documents
        if item.kind is Kept.CREDENTIAL
    )


def stop_in(item: jsontext.JsonObject) -> StoppedElsewhere | None:
    """What a statement says of a badge being stopped. Raises ValueError for what it cannot say."""
    told = item.get(STOPPED)
    if told is None:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("reason"), str):
        raise ValueError("no stop")
    return StoppedElsewhere(
        StopKind(str(told.get("as"))), date.fromisoformat(str(told.get("since"))), clean(told["reason"])
    )


def _stops(documents: Sequence[Document]) -> Mapping[tuple[str, str], StoppedElsewhere | None]:
    found: dict[tuple[str, str], StoppedElsewhere | None] = {}
    statements = [item for item in documents if item.kind is Kept.STATEMENT]
    for statement in sorted(statements, key=lambda item: item.on):
        for item in payload_of(statement.text).get("credentials", []):
            found[statement.issuer, str(item["id"])] = stop_in(item)
    return found


def _ends(document: Document) -> datetime | None:
    told = jsontext.from_text(document.text.encode()).get("validUntil")
    return datetime.fromisoformat(told) if isinstance(told, str) else None
