"""What a platform says by itself of somebody known: another name, language or time zone; gone, and back again."""

import zoneinfo
from dataclasses import replace
from functools import cache

from bot.domain.people import Account, Person
from bot.services.arrivals import Arrive, arrive, known
from bot.services.introductions import ask_again, tell_of_leaving
from bot.services.news import AWARD
from bot.services.ports import Work
from bot.services.preferences import plan
from bot.services.promises import is_gone, promise_award


def is_news(account: Account, command: Arrive) -> bool:
    """Whether the platform says something else of the account than it did. Names are looked at by `arrivals`."""
    return (
        command.is_gone is (account.gone_at is None)
        or command.locale not in (None, account.locale)
        or _zone(command) not in (None, account.zone)
    )


async def follow(work: Work, command: Arrive) -> None:
    """Keep what the platform says. Of strangers nothing is kept: who never came is not made known by it.

    What somebody chose here, as their language, stays until it changes there. Whoever is gone keeps everything and is
    brought nothing; back again, everything goes on.
    """
    found = await known(work, command)
    if found is None:
        return
    await work.people.lock(found[0].id)
    person, account = await arrive(work, command)
    if not is_news(account, command):
        return
    person = await _spoken(work, person, account, command)
    gone_at = (account.gone_at or work.now) if command.is_gone else None
    now = replace(
        account, locale=command.locale or account.locale, zone=_zone(command) or account.zone, gone_at=gone_at
    )
    was_gone = await is_gone(work, person.id)
    await work.people.save_account(now)
    if await is_gone(work, person.id) is not was_gone:
        await (come_back(work, person) if was_gone else leave(work, person))
    rhythm = await work.people.rhythm(person.id)
    zone = rhythm.zone if account.zone in (None, now.zone) else now.zone or rhythm.zone
    if zone != rhythm.zone or now.gone_at != account.gone_at:
        await plan(work, person, replace(rhythm, zone=zone))


async def leave(work: Work, person: Person) -> None:
    """The last account of somebody was closed: nobody waits for them in vain, and no browser is theirs any more."""
    await work.sessions.end_all(person.id)
    await tell_of_leaving(work, person.id)


async def come_back(work: Work, person: Person) -> None:
    """Bring what could not be told meanwhile: badges that followed, and colleagues' questions."""
    for award in await work.awards.of_person(person.id):
        if not await work.messages.about(AWARD, award.id):
            await promise_award(work, person.id, award.id)
    await ask_again(work, person.id)


async def _spoken(work: Work, person: Person, account: Account, command: Arrive) -> Person:
    """A language that was not told before is no change, but to whom nobody could speak in theirs until now."""
    is_first = account.locale is None
    if command.locale in (None, account.locale) or (is_first and person.welcomed_at is not None):
        return person
    person = replace(person, lang=command.locale)
    await work.people.save(person)
    return person


def _zone(command: Arrive) -> str | None:
    """The time zone, where it is one."""
    return command.zone if command.zone in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
