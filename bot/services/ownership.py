"""The first owner: a code that is shown on the server's own screen, and taken once in chat."""

import re
import unicodedata
from dataclasses import dataclass, replace

from bot.domain import ownership
from bot.domain.language import Bilingual, Lang
from bot.domain.outcomes import Refused
from bot.domain.ownership import Claim, Mistaken
from bot.domain.people import Person, Role, School, Workspace
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.directory import is_key_taken
from bot.services.ports import Work
from bot.services.roles import set_roles

LONGEST_SCHOOL_NAME = 100
LONGEST_KEY = 40
EMOJI = ("white_flower", "white_check_mark")
"""What endorses in a workspace until it chooses its own."""


@dataclass(frozen=True, kw_only=True)
class EnsureClaim(OfNoSchool):
    """`random`: `domain.ownership.RANDOM_BYTES` unpredictable bytes."""

    random: bytes


async def ensure_claim(work: Work, command: EnsureClaim) -> str | None:
    """A new one-time code where nobody is an owner yet, to be shown once; a former code is void. Else None."""
    former = await work.claims.current()
    if await work.directory.has_owner():
        if former is not None:
            await work.claims.put(None)
        return None
    code = ownership.new_code(command.random)
    await work.claims.put(Claim(ownership.digest_of(code), former.school_id if former else None))
    return code


@dataclass(frozen=True, kw_only=True)
class TakeClaim(ByPerson):
    """`who` is an opaque mark of the account that tries."""

    code: str
    who: str


async def claim(work: Work, command: TakeClaim) -> Person | Refused:
    """Become the owner of one's own school by the code. It is used up: of two at once, one wins."""
    refusal = await _judge(work, command.code, command.who, command.school_id)
    if refusal is not None:
        return refusal
    await work.claims.put(None)
    await work.people.lock_owners()
    await work.people.lock(command.person_id)
    person = await work.people.get(command.person_id)
    await work.audit.record("claim", actor=person, subject=person.public_id)
    return await set_roles(work, person, person.roles | {Role.OWNER}, actor=person)


@dataclass(frozen=True, kw_only=True)
class TryCode(OfNoSchool):
    code: str
    who: str


async def try_code(work: Work, command: TryCode) -> Refused | None:
    """Whether the code would found a school here; it is not used up by that. None means yes."""
    return await _judge(work, command.code, command.who, None)


@dataclass(frozen=True, kw_only=True)
class FoundSchool(TryCode):
    """A school for a workspace that none uses. `channel` is where shared badges go."""

    name: Bilingual
    platform: str
    workspace_key: str
    channel: str
    lang: Lang
    zone: str


async def found_school(work: Work, command: FoundSchool) -> tuple[Workspace, School] | Refused:
    """Open a school and bind the workspace to it. The code then holds for this school only, to be claimed there."""
    bound = await work.directory.workspace(command.platform, command.workspace_key)
    if bound is not None:  # somebody was quicker: the claim decides
        return bound, await work.directory.school(bound.school_id)
    refusal = await _judge(work, command.code, command.who, None)
    if refusal is not None:
        return refusal
    school = await work.directory.add_school(
        await _free_key(work, command.name),
        command.name,
        zone=command.zone,
        lang=command.lang,
        country="JP",
        period_times=(),
        rehearsal=False,
    )
    workspace = await work.directory.add_workspace(
        school.id,
        command.platform,
        command.workspace_key,
        staff_channel=command.channel,
        lang=command.lang,
        emoji=EMOJI,
    )
    open_claim = await work.claims.current()
    if open_claim is not None:
        await work.claims.put(replace(open_claim, school_id=school.id))
    return workspace, school


async def _judge(work: Work, code: str, who: str, school_id: int | None) -> Refused | None:
    outcome = ownership.judge(await work.claims.current(), code, who, school_id, work.now)
    if isinstance(outcome, Mistaken):
        await work.claims.put(outcome.claim)
        return outcome.refusal
    return outcome


async def _free_key(work: Work, name: Bilingual) -> str:
    """A key from the English name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name.en).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_KEY].strip("-") or "school"
    key, number = stem, 1
    while await is_key_taken(work, key):
        number += 1
        key = f"{stem}-{number}"
    return key


def plain_code(code: str) -> str:
    """The code's letters and digits without what people put between them, short enough for a button."""
    return ownership.plain(code)[: ownership.LETTERS * 2]
