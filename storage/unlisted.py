"""What was signed under a web address and names no status list: it was signed before there were any."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from bot.badges.did import DID_WEB
from bot.domain.recognition import TargetKind
from storage import tables as t

_e = t.endorsement.c
_ISSUER = t.issuer.c


def _web_edition(award_id: Any) -> ColumnElement[bool]:
    """All editions of an award are by one issuer."""
    return exists().where(t.revision.c.award_id == award_id, t.revision.c.signed_with.startswith(DID_WEB))


UNLISTED_AWARD: ColumnElement[bool] = and_(t.award.c.status_id.is_(None), _web_edition(t.award.c.id))
UNLISTED_ENDORSEMENT: ColumnElement[bool] = and_(
    _e.status_id.is_(None),
    _e.withdrawn_at.is_(None),
    _e.hidden_at.is_(None),
    _e.document.is_not(None),
    or_(
        and_(_e.target_kind == TargetKind.AWARD, _web_edition(_e.target_id)),
        and_(
            _e.target_kind == TargetKind.ISSUER,
            exists().where(_ISSUER.id == _e.target_id, _ISSUER.did.startswith(DID_WEB)),
        ),
        and_(
            _e.target_kind == TargetKind.ACHIEVEMENT,
            exists().where(
                _ISSUER.school_id == _e.school_id, _ISSUER.ended_at.is_(None), _ISSUER.did.startswith(DID_WEB)
            ),
        ),
    ),
)
