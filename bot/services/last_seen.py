"""When a badge of which nothing can be told now was last found valid: where its own person keeps it, for them alone.

Nothing is kept of what is merely verified (docs/decisions/0022-last-seen-valid.md).
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.badges import jsontext
from bot.badges.ob2_source import assertion_behind
from bot.badges.verdict import Validity, Verdict, seen_valid
from bot.errors import Problem
from bot.services.commands import ByPerson
from bot.services.foreign_ports import ForeignFile
from bot.services.ports import Store, Work


@dataclass(frozen=True, kw_only=True)
class AskedAbout(ByPerson):
    """A badge of which nothing can be told, by its file or its address."""

    thing: bytes | str


async def with_last_seen(store: Store, me: ByPerson, thing: bytes | str, verdict: Verdict) -> Verdict:
    """The verdict; where it cannot tell, with the day on which a badge that this person keeps was last found valid."""
    if verdict.validity is not Validity.UNKNOWN:
        return verdict
    asked = AskedAbout(school_id=me.school_id, person_id=me.person_id, thing=thing)
    day = await store.look(last_seen, asked)
    return verdict if day is None else seen_valid(verdict, day)


async def last_seen(work: Work, command: AskedAbout) -> str | None:
    """The ISO day, on the school's calendar; None where this person keeps no such badge, or it is at fault.

    The same bytes or the same address: the ids in a file say nothing, since nobody could tell yet who wrote them.
    """
    files = await work.foreign.files(command.person_id)
    kept = next((file.public_id for file in files if _is_it(file, command.thing)), None)
    foreign = None if kept is None else await work.foreign.by_public_id(kept)
    if foreign is None or foreign.fault is not None:
        return None
    return foreign.checked_at.astimezone(ZoneInfo((await work.school()).zone)).date().isoformat()


def _is_it(kept: ForeignFile, thing: bytes | str) -> bool:
    """The same file, byte for byte; or the address at which the kept one is published."""
    if isinstance(thing, bytes):
        return thing == kept.file
    if kept.copy is None:
        return False
    try:
        published = jsontext.from_text(kept.copy).get("id")
    except Problem:
        return False
    return isinstance(published, str) and published in (thing, assertion_behind(thing))
