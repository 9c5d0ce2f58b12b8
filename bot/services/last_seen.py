"""When a badge of which nothing can be told now was last found valid: where its own person keeps it, for them alone.

Nothing is kept of what is merely verified (docs/decisions/0022-last-seen-valid.md).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.badges.ob2_source import assertion_behind
from bot.badges.verdict import Validity, Verdict, seen_valid
from bot.domain.foreign import Foreign, address_of
from bot.services.commands import ByPerson
from bot.services.ports import Store, Work
from bot.services.verification import Looked


@dataclass(frozen=True, kw_only=True)
class AskedAbout(ByPerson):
    """A badge of which nothing can be told, by its file or its address."""

    thing: bytes | str
    found: bytes = field(default=b"", repr=False)
    """What the address led to; empty where no badge could be had there."""


async def with_last_seen(store: Store, me: ByPerson, thing: bytes | str, looked: Looked) -> Verdict:
    """The verdict; where it cannot tell, with the day on which a badge that this person keeps was last found valid."""
    verdict = looked.verdict
    if verdict.validity is not Validity.UNKNOWN:
        return verdict
    asked = AskedAbout(school_id=me.school_id, person_id=me.person_id, thing=thing, found=looked.data)
    day = await store.look(last_seen, asked)
    return verdict if day is None else seen_valid(verdict, day)


async def last_seen(work: Work, command: AskedAbout) -> str | None:
    """The ISO day, on the school's calendar; None where this person keeps no such badge, or it is at fault.

    The same bytes or the same address: the ids in a file say nothing, since nobody could tell yet who wrote them. An
    address that answers with other bytes by now says nothing either, unless it is where the badge is published.
    """
    kept = await _kept(work, command)
    moment = None if kept is None or kept.fault is not None else _last_valid(kept)
    return None if moment is None else moment.astimezone(ZoneInfo((await work.school()).zone)).date().isoformat()


def _last_valid(kept: Foreign) -> datetime | None:
    """When it was last found good; for one that was over by then, the end of its time. None if it never had any."""
    if kept.expires_at is None or kept.checked_at < kept.expires_at:
        return kept.checked_at
    return kept.expires_at - timedelta(microseconds=1) if kept.expires_at.date() > kept.awarded_on else None


async def _kept(work: Work, command: AskedAbout) -> Foreign | None:
    """The one of this person's that it is about. No copy is read: there may be many, and large ones."""
    if isinstance(command.thing, bytes):
        return await work.foreign.by_file(command.person_id, command.thing)
    if command.found:
        there = await work.foreign.by_file(command.person_id, command.found)
    else:
        there = await work.foreign.taken_from(command.person_id, address_of(command.thing))
    return there or await _published_at(work, command.person_id, command.thing)


async def _published_at(work: Work, person_id: int, link: str) -> Foreign | None:
    behind = assertion_behind(link)
    return await work.foreign.published_at(person_id, (link,) if behind is None else (link, behind))
