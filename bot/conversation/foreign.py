"""Badges from elsewhere for their holder: what is said of each, the same in chat and on one's own pages."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.conversation.validity import last_day
from bot.conversation.views import ForeignLine
from bot.domain.foreign import Fault, Foreign
from bot.wording import Wording


def foreign_line(foreign: Foreign, now: datetime, zone: ZoneInfo) -> ForeignLine:
    """The badge with the days that matter, on the school's calendar."""
    return ForeignLine(
        badge=foreign.public_id,
        name=foreign.name,
        issuer=foreign.issuer_name,
        host=foreign.host,
        on=foreign.awarded_on,
        checked_on=foreign.checked_at.astimezone(zone).date(),
        tried_on=None if foreign.is_confirmed else foreign.tried_at.astimezone(zone).date(),
        last_day=None if foreign.expires_at is None else last_day(foreign.expires_at, zone),
        is_expired=foreign.is_expired(now),
        revoked_on=None if foreign.revoked_at is None else foreign.revoked_at.astimezone(zone).date(),
        revoked_why=foreign.revoked_why,
        fault=foreign.fault,
        findable=foreign.findable_at is not None,
        may_be_found=foreign.may_be_found(now),
    )


def standing(line: ForeignLine, words: Wording) -> Iterator[str]:
    """What is known of it, most important first: never that it is valid, only on which day it was found so."""
    if line.revoked_on is not None:
        yield _fault(line, _day(line.revoked_on), words)
    elif line.last_day is not None:
        key = "foreign.expired" if line.is_expired else "foreign.expires"
        yield words.say(key, day=_day(line.last_day))
    yield words.say("foreign.checked", day=_day(line.checked_on))
    if line.tried_on is not None and line.revoked_on is None:
        yield words.say("foreign.unconfirmed", day=_day(line.tried_on))
    yield words.say("foreign.host", host=line.host)
    if line.findable:
        yield words.say("foreign.findable")


def _fault(line: ForeignLine, day: str, words: Wording) -> str:
    match line.fault:
        case Fault.SUSPENDED:
            return words.say("foreign.suspended", day=day)
        case Fault.INVALID:
            return words.say("foreign.not_valid", day=day)
        case Fault.REVOKED | None if line.revoked_why:
            return words.say("foreign.revoked_because", day=day, reason=line.revoked_why)
        case Fault.REVOKED | None:
            return words.say("foreign.revoked", day=day)
        case _:
            assert_never(line.fault)


def _day(day: date) -> str:
    return day.isoformat()
