"""What a platform says by itself of somebody known: another name, language or time zone; gone, and back again."""

import zoneinfo
from dataclasses import replace
from functools import cache

from bot.domain.people import Account, Person
from bot.services.arrivals import Arrive, arrive, known
from bot.services.ports import Work
from bot.services.preferences import plan


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
    await work.people.save_account(now)
    rhythm = await work.people.rhythm(person.id)
    zone = rhythm.zone if account.zone in (None, now.zone) else now.zone or rhythm.zone
    if zone != rhythm.zone or now.gone_at != account.gone_at:
        await plan(work, person, replace(rhythm, zone=zone))


async def _spoken(work: Work, person: Person, account: Account, command: Arrive) -> Person:
    """A language that was not told before is no change."""
    if command.locale is None or account.locale in (None, command.locale):
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
