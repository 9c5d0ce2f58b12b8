"""What anybody may see, over all schools: what its holder published or collected, and shared content.

Every statement here carries its own condition of openness; nothing else of a school's rows can be had through it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Row, Select, bindparam, cast, exists, func, or_, select

from bot.domain.awards import Achievement, Level
from bot.domain.language import Bilingual
from bot.domain.people import Consent, School
from bot.domain.recognition import As, TargetKind
from bot.services.ports import (
    Counts,
    IssuerEndorsed,
    IssuerSeen,
    OpenCollection,
    PublicIssuer,
    Revision,
    Showing,
    Spoken,
)
from storage import tables as t
from storage.repositories.awards import to_award
from storage.repositories.collections import to_collection
from storage.repositories.directory import to_school
from storage.repositories.issuers import PUBLIC, to_issuer, to_issuer_key
from storage.repositories.shelves import to_achievement
from storage.scope import Scope

_first = t.achievement.alias("first")
_newer = t.revision.alias("newer")
_elsewhere = t.award.alias("elsewhere")
_source = t.school.alias("source")
_ISSUED_BY = func.coalesce(t.award.c.issuer_school_id, t.award.c.school_id)
"""The school that a badge is shown as issued by: for good, wherever its holder has moved."""
_NEWEST = ~exists().where(_newer.c.award_id == t.revision.c.award_id, _newer.c.number > t.revision.c.number)

_SHOWINGS = (
    select(
        t.award,
        t.achievement.c.public_id.label("achievement_public_id"),
        t.achievement.c.version,
        t.achievement.c.level,
        t.achievement.c.definition,
        _first.c.public_id.label("content_id"),
        t.revision.c.number,
        t.revision.c.valid_from,
        t.revision.c.text,
        t.revision.c.embedded,
        t.revision.c.beside,
        t.revision.c.outdated,
        t.revision.c.token,
        _ISSUED_BY.label("issued_by"),
        exists()
        .where(
            func.coalesce(_elsewhere.c.issuer_school_id, _elsewhere.c.school_id) == _ISSUED_BY,
            _elsewhere.c.published_at.is_not(None),
        )
        .label("school_is_public"),
        *(column.label(f"of_school_{column.name}") for column in t.school.c),
        _source.c.name_ja.label("source_ja"),
        _source.c.name_en.label("source_en"),
    )
    .join(t.school, t.school.c.id == _ISSUED_BY)
    .outerjoin(_source, _source.c.id == t.award.c.source_school_id)
    .join(t.achievement, t.achievement.c.id == t.award.c.achievement_id)
    .join(_first, (_first.c.key == t.award.c.achievement_key) & (_first.c.version == 1))
    .join(t.revision, t.revision.c.award_id == t.award.c.id)
    .where(_NEWEST)
)
_PUBLISHED = _SHOWINGS.where(t.award.c.public_id == bindparam("public_id"), t.award.c.published_at.is_not(None))
_COLLECTED = (
    _SHOWINGS.join(t.collected, t.collected.c.award_id == t.award.c.id)
    .where(t.collected.c.collection_id == bindparam("collection_id"))
    .order_by(t.collected.c.place)
)
_OF_SCHOOL = _SHOWINGS.where(t.award.c.id == bindparam("award_id"), t.award.c.school_id == bindparam("school_id"))

_MAY_NAME = or_(
    t.endorsement.c.document.is_(None),
    exists().where(
        t.signing_key.c.person_id == t.endorsement.c.endorser_id, t.endorsement.c.document.contains(t.signing_key.c.did)
    ),
).label("may_name")
"""Whether an endorsement is signed by its endorser in person, with their lasting key, or is not signed yet. A consent
that was given later names nobody in what was signed before."""

_ENDORSEMENTS = (
    select(
        t.endorsement.c.id,
        t.endorsement.c.target_id,
        t.endorsement.c.role,
        t.endorsement.c.comment,
        t.endorsement.c.document.is_not(None).label("is_signed"),
        t.person.c.name,
        t.person.c.consents,
        _MAY_NAME,
    )
    .outerjoin(t.person, t.person.c.id == t.endorsement.c.endorser_id)
    .where(
        t.endorsement.c.target_kind == TargetKind.AWARD,
        t.endorsement.c.target_id.in_(bindparam("award_ids", expanding=True)),
        t.endorsement.c.withdrawn_at.is_(None),
        t.endorsement.c.hidden_at.is_(None),
    )
    .order_by(t.endorsement.c.id)
)

_SIGNED = select(t.endorsement.c.id).where(
    t.endorsement.c.id.in_(bindparam("ids", expanding=True)),
    t.endorsement.c.withdrawn_at.is_(None),
    t.endorsement.c.document.is_not(None),
)

_COLLECTION = (
    select(t.collection, t.school.c.zone)
    .join(t.school, t.school.c.id == t.collection.c.school_id)
    .where(t.collection.c.public_id == bindparam("public_id"), t.collection.c.ended_at.is_(None))
)

_ACHIEVEMENT = (
    select(t.achievement)
    .join(_first, (_first.c.key == t.achievement.c.key) & (_first.c.version == 1))
    .where(_first.c.public_id == bindparam("public_id"))
    .order_by(t.achievement.c.version.desc())
    .limit(1)
)


def _number_of(role: As) -> Any:
    return func.coalesce(func.sum(cast(t.endorsement.c.role == role, Integer)), 0)


_CONTENT_COUNTS = select(_number_of(As.COLLEAGUE).label("colleagues"), _number_of(As.LEADER).label("leaders")).where(
    t.endorsement.c.target_kind == TargetKind.ACHIEVEMENT,
    t.endorsement.c.target_id.in_(select(t.achievement.c.id).where(t.achievement.c.key == bindparam("badge_key"))),
    t.endorsement.c.withdrawn_at.is_(None),
    exists().where(t.award.c.school_id == t.endorsement.c.school_id, t.award.c.published_at.is_not(None)),
)

_SIGNER = select(t.school).where(t.school.c.public_id == bindparam("public_id"))
_HAS_PUBLISHED = exists().where(t.school.c.id == _ISSUED_BY, t.award.c.published_at.is_not(None))
_ISSUER = _SIGNER.where(exists().where(t.issuer.c.school_id == t.school.c.id))
"""Files that people have name its page: it is there from its first key on, whatever is published now."""
_ISSUERS = select(t.school).where(_HAS_PUBLISHED).order_by(t.school.c.id)
_DIDS = select(t.issuer).where(t.issuer.c.school_id == bindparam("of_school")).order_by(t.issuer.c.id.desc())
_KEYS = select(*PUBLIC).where(t.issuer_key.c.school_id == bindparam("of_school")).order_by(t.issuer_key.c.id.desc())


_AS = t.school.alias("spoken_as")
_ISSUER_ENDORSED = (
    select(
        t.endorsement.c.target_id,
        t.endorsement.c.role,
        t.endorsement.c.comment,
        t.endorsement.c.given_at,
        t.endorsement.c.document,
        t.person.c.name,
        t.person.c.consents,
        _MAY_NAME,
        _AS.c.name_ja,
        _AS.c.name_en,
        t.board.c.name_ja.label("board_ja"),
        t.board.c.name_en.label("board_en"),
    )
    .join(_AS, _AS.c.id == t.endorsement.c.endorser_school_id)
    .outerjoin(t.membership, t.membership.c.school_id == _AS.c.id)
    .outerjoin(t.board, t.board.c.id == t.membership.c.board_id)
    .outerjoin(t.person, t.person.c.id == t.endorsement.c.endorser_id)
    .where(
        t.endorsement.c.school_id == bindparam("of_school"),
        t.endorsement.c.target_kind == TargetKind.ISSUER,
        t.endorsement.c.withdrawn_at.is_(None),
    )
    .order_by(t.endorsement.c.given_at, t.endorsement.c.id)
)


def _to_endorsed(row: Row[Any]) -> IssuerEndorsed:
    board = None if row.board_ja is None else Bilingual(row.board_ja, row.board_en)
    school = Bilingual(row.name_ja, row.name_en)
    return IssuerEndorsed(
        row.target_id,
        As(row.role),
        school,
        board,
        _name_in(row),
        row.comment,
        row.given_at,
        row.document,
    )


class PublicRows:
    """Implements `Public`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def badge(self, public_id: str) -> Showing | None:
        found = await _showings(self._scope, _PUBLISHED, {"public_id": public_id})
        return found[0] if found else None

    async def collection(self, public_id: str) -> OpenCollection | None:
        row = await self._scope.one(_COLLECTION, public_id=public_id)
        if row is None:
            return None
        collection = to_collection(row)
        if not collection.is_open(self._scope.now.astimezone(ZoneInfo(row.zone)).date()):
            return None
        return OpenCollection(collection, await _showings(self._scope, _COLLECTED, {"collection_id": collection.id}))

    async def achievement(self, public_id: str) -> Achievement | None:
        row = await self._scope.one(_ACHIEVEMENT, public_id=public_id)
        return row and to_achievement(row)

    async def content_counts(self, badge_key: str) -> Counts:
        row = await self._scope.the(_CONTENT_COUNTS, badge_key=badge_key)
        return Counts(int(row.colleagues), int(row.leaders))

    async def issuers(self) -> tuple[School, ...]:
        return tuple(map(to_school, await self._scope.all(_ISSUERS)))

    async def issuer(self, public_id: str) -> PublicIssuer | None:
        return await self._issuer(_ISSUER, public_id)

    async def signer(self, public_id: str) -> PublicIssuer | None:
        return await self._issuer(_SIGNER, public_id)

    async def _issuer(self, query: Select[Any], public_id: str) -> PublicIssuer | None:
        row = await self._scope.one(query, public_id=public_id)
        if row is None:
            return None
        keys = [to_issuer_key(key) for key in await self._scope.all(_KEYS, of_school=row.id)]
        issuers = [to_issuer(issuer) for issuer in await self._scope.all(_DIDS, of_school=row.id)]
        seen = (IssuerSeen(each, tuple(key for key in keys if key.issuer_id == each.id)) for each in issuers)
        endorsed = await self._scope.all(_ISSUER_ENDORSED, of_school=row.id)
        return PublicIssuer(to_school(row), tuple(seen), tuple(map(_to_endorsed, endorsed)))


async def showing_in(scope: Scope, award_id: int) -> Showing | None:
    """An award of this transaction's school as it would be seen from outside, published or not."""
    found = await _showings(scope, _OF_SCHOOL, {"award_id": award_id, "school_id": scope.school_id})
    return found[0] if found else None


async def _showings(scope: Scope, query: Select[Any], values: Mapping[str, Any]) -> tuple[Showing, ...]:
    rows = await scope.all(query, **values)
    if not rows:
        return ()
    given: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in await scope.all(_ENDORSEMENTS, award_ids=[row.id for row in rows]):
        given[row.target_id].append(row)
    beside = sorted({each for row in rows for each in row.beside})
    signed = {row.id for row in await scope.all(_SIGNED, ids=beside)} if beside else set()
    return tuple(
        Showing(
            award=to_award(row),
            achievement=Achievement(
                row.achievement_id,
                row.achievement_public_id,
                row.achievement_key,
                row.version,
                Level(row.level),
                row.definition,
            ),
            content_id=row.content_id,
            school=to_school(row, "of_school_"),
            school_is_public=bool(row.school_is_public),
            revision=_revision(row),
            is_settled=not row.outdated
            and {each.id for each in given[row.id] if each.is_signed} >= set(row.embedded)
            and signed >= set(row.beside),
            endorsements=_spoken(given[row.id]),
            source=None if row.source_ja is None else Bilingual(row.source_ja, row.source_en),
        )
        for row in rows
    )


def _revision(row: Row[Any]) -> Revision:
    """The newest edition, in the row beside the award's columns."""
    return Revision(
        row.id,
        row.number,
        row.valid_from,
        row.text,
        tuple(row.embedded),
        beside=tuple(row.beside),
        outdated=row.outdated,
        token=row.token,
    )


def _spoken(rows: Sequence[Row[Any]]) -> tuple[Spoken, ...]:
    return tuple(Spoken(As(row.role), _name_in(row), row.comment) for row in rows)


def _name_in(row: Row[Any]) -> str | None:
    """The endorser's name, where it stands in the endorsement, or will, and they agree to that today."""
    return row.name if row.may_name and Consent.NAMED in (row.consents or ()) else None
