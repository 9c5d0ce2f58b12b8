"""Badges from elsewhere for their holder: what is said of each, the same in chat and on one's own pages."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.views import ForeignLine
from bot.domain.foreign import Foreign
from bot.wording import Wording


def foreign_line(foreign: Foreign, now: datetime, zone: ZoneInfo) -> ForeignLine:
    """The badge with the days that matter, on the school's calendar."""
    today = now.astimezone(zone).date()
    return ForeignLine(
        badge=foreign.public_id,
        name=foreign.name,
        issuer=foreign.issuer_name,
        host=foreign.host,
        on=foreign.awarded_on,
        checked_on=foreign.checked_at.astimezone(zone).date(),
        tried_on=None if foreign.is_confirmed else foreign.tried_at.astimezone(zone).date(),
        expires_on=foreign.expires_on,
        is_expired=foreign.is_expired(today),
        revoked_on=None if foreign.revoked_at is None else foreign.revoked_at.astimezone(zone).date(),
        revoked_why=foreign.revoked_why,
        findable=foreign.findable_at is not None,
        may_be_found=foreign.may_be_found(today),
    )


def standing(line: ForeignLine, words: Wording) -> Iterator[str]:
    """What is known of it, most important first: never that it is valid, only on which day it was found so."""
    if line.revoked_on is not None:
        if line.revoked_why:
            yield words.say("foreign.revoked_because", day=_day(line.revoked_on), reason=line.revoked_why)
        else:
            yield words.say("foreign.revoked", day=_day(line.revoked_on))
    elif line.expires_on is not None:
        key = "foreign.expired" if line.is_expired else "foreign.expires"
        yield words.say(key, day=_day(line.expires_on))
    yield words.say("foreign.checked", day=_day(line.checked_on))
    if line.tried_on is not None and line.revoked_on is None:
        yield words.say("foreign.unconfirmed", day=_day(line.tried_on))
    yield words.say("foreign.host", host=line.host)
    if line.findable:
        yield words.say("foreign.findable")


def _day(day: date) -> str:
    return day.isoformat()
