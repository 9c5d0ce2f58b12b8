"""Who somebody is: the workspace, the account and the person behind it, made on the first contact."""

import unicodedata
from dataclasses import dataclass

from bot.domain.language import Lang
from bot.domain.people import Account, Person, Role
from bot.domain.spare import Rhythm, Window, WindowKind
from bot.services.commands import OfSchool
from bot.services.ports import Work

QUIET_AT_FIRST = tuple(
    window
    for day in range(7)
    for window in (
        (Window(WindowKind.QUIET, day, 0, 7 * 60), Window(WindowKind.QUIET, day, 19 * 60, 24 * 60))
        if day < 5
        else (Window(WindowKind.QUIET, day, 0, 24 * 60),)
    )
)
"""Evenings, nights and weekends are quiet until a person says otherwise."""

FREE_AT_FIRST = tuple(Window(WindowKind.FREE, day, 16 * 60, 17 * 60) for day in range(5))
"""After school on weekdays, until a person says otherwise."""

LONGEST_NAME = 100
JOINERS = "\u200c\u200d"
"""Invisible, yet part of how some names and emoji are written."""


@dataclass(frozen=True, kw_only=True)
class Event(OfSchool):
    """An event that its platform may bring again."""

    platform: str
    event_id: str


async def seen(work: Work, command: Event) -> bool:
    """Whether the event was answered before."""
    return await work.inbox.seen(command.platform, command.event_id)


async def take_in(work: Work, command: Event) -> bool:
    """Note that the event has been answered: brought again, it is passed over."""
    return await work.inbox.first_time(command.platform, command.event_id)


@dataclass(frozen=True, kw_only=True)
class Arrive(OfSchool):
    """Somebody acts in a workspace. `name` and `locale` are what the platform says of them."""

    workspace_id: int
    user_key: str
    name: str
    locale: Lang | None


async def known(work: Work, command: Arrive) -> tuple[Person, Account] | None:
    """The person behind an account; None for somebody new."""
    return await work.people.by_account(command.workspace_id, command.user_key)


async def arrive(work: Work, command: Arrive) -> tuple[Person, Account]:
    """The person behind an account, made on the first contact: nobody needs an administrator to begin."""
    found = await known(work, command)
    if found is not None:
        return found
    school = await work.school()
    return await work.people.add(
        _name(command),
        command.locale or school.lang,
        workspace_id=command.workspace_id,
        user_key=command.user_key,
        rhythm=Rhythm(zone=school.zone, windows=QUIET_AT_FIRST + FREE_AT_FIRST),
        roles=frozenset({Role.TEACHER}),
    )


def _name(command: Arrive) -> str:
    """The platform's name as a line that can be shown and signed: no controls, nothing that turns text around."""
    kept = (
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in command.name
        if char in JOINERS or unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(kept).split())[:LONGEST_NAME].strip() or command.user_key


async def is_forgotten(work: Work, command: Arrive) -> bool:
    """Whether the account's person was forgotten and has not come back."""
    if await known(work, command) is not None:
        return False
    return await work.people.is_forgotten(command.workspace_id, command.user_key)
