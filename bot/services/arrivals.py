"""Who somebody is: the workspace, the account and the person behind it, made on the first contact."""

from dataclasses import dataclass, replace

from bot.domain.addresses import normalised
from bot.domain.language import Lang
from bot.domain.people import Account, Person, Role
from bot.domain.shown import one_line
from bot.domain.spare import Rhythm, Window, WindowKind
from bot.services.commands import OfSchool
from bot.services.ports import Work
from bot.services.staff import recognise
from bot.services.writing_to import write_here

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
    """Somebody acts in a workspace. The rest is what the platform says of them, None: nothing.

    `address` is set only where the platform verified that it is theirs.
    """

    workspace_id: int
    user_key: str
    name: str | None
    locale: Lang | None
    address: str | None = None
    zone: str | None = None
    """By its IANA name."""
    is_gone: bool = False
    """The platform has closed the account, or it is a guest's by now: no colleague's."""


async def known(work: Work, command: Arrive) -> tuple[Person, Account] | None:
    """The person behind an account; None for somebody new."""
    return await work.people.by_account(command.workspace_id, command.user_key)


def is_renamed(person: Person, account: Account, command: Arrive) -> bool:
    """Whether the platform now gives another name than it did: of one account among several, than it gave that one."""
    name = _name(command)
    return name is not None and name != (account.name or person.name)


async def arrive(work: Work, command: Arrive) -> tuple[Person, Account]:
    """The person behind an account, made on the first contact: nobody needs an administrator to begin.

    Who was first met without a name, or changed it on the platform, gets the name that it now says; who was awaited
    by the staff list, what the list says.
    """
    found = await known(work, command)
    found = await _add(work, command) if found is None else await _renamed(work, command, *found)
    if command.address is None:
        return found
    return await recognise(work, found[0], command.address), found[1]


async def is_recognised(work: Work, command: Arrive) -> bool:
    """Whether nothing new is to be learnt from what the platform says of an account's address."""
    address = normalised(command.address or "")
    return address is None or await work.staff.is_proved(address)


async def _add(work: Work, command: Arrive) -> tuple[Person, Account]:
    """Somebody new; or somebody known with another account, where one key is one human being."""
    same = await work.people.elsewhere(command.workspace_id, command.user_key)
    if same is not None:
        await work.people.lock(same.id)
        account = await work.people.add_account(same.id, command.workspace_id, command.user_key)
        account = replace(account, locale=command.locale, zone=command.zone, name=_name(command))
        await work.people.save_account(account)
        await write_here(work, same.id, account.id)
        return same, account
    school = await work.school()
    person, account = await work.people.add(
        _name(command) or command.user_key,
        command.locale or school.lang,
        workspace_id=command.workspace_id,
        user_key=command.user_key,
        rhythm=Rhythm(zone=school.zone, windows=QUIET_AT_FIRST + FREE_AT_FIRST),
        roles=frozenset({Role.TEACHER}),
    )
    account = replace(account, locale=command.locale, zone=command.zone)
    await work.people.save_account(account)
    return person, account


async def _renamed(work: Work, command: Arrive, person: Person, account: Account) -> tuple[Person, Account]:
    name = _name(command)
    if name is None or not is_renamed(person, account, command):
        return person, account
    await work.people.lock(person.id)
    person = replace(await work.people.get(person.id), name=name)
    await work.people.save(person)
    if account.name is not None:
        account = replace(account, name=name)
        await work.people.save_account(account)
    return person, account


def _name(command: Arrive) -> str | None:
    """The platform's name as a line that can be shown and signed: no controls, nothing that turns text around.

    None when nothing is left to show.
    """
    return one_line(one_line(command.name or "")[:LONGEST_NAME]) or None


async def is_forgotten(work: Work, command: Arrive) -> bool:
    """Whether the account's person was forgotten and has not come back."""
    if await known(work, command) is not None:
        return False
    return await work.people.is_forgotten(command.workspace_id, command.user_key)
