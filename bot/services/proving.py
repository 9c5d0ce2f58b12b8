"""Proving a mail address by a code: asked for, sent, typed back. Several, those of former schools too.

What is answered does not depend on whether the address is known to be somebody else's, nor on whether there is such an
address. Two people may prove the same one, since families and offices share mailboxes: a badge from elsewhere is taken
in by one of them only, who was first.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.addresses import normalised
from bot.domain.language import Lang
from bot.domain.outcomes import Refused
from bot.domain.people import Person, School
from bot.domain.proofs import (
    CODE_DIGITS,
    CODE_LIVES,
    DAY,
    MOST_A_DAY,
    MOST_KEPT,
    MOST_TO_ONE,
    MOST_TO_ONE_FOR_ALL,
    MOST_TRIES,
    AskedCode,
    MailAddress,
    code_shown,
    code_typed,
    name_in_mail,
)
from bot.errors import Problem
from bot.services.commands import ByPerson
from bot.services.mail_ports import Letter, Post
from bot.services.ports import Phrases, Store, Work

MINUTES = CODE_LIVES.seconds // 60


@dataclass(frozen=True, kw_only=True)
class AskCode(ByPerson):
    """The address as it was typed."""

    address: str


@dataclass(frozen=True, kw_only=True)
class GiveCode(ByPerson):
    """The code as it was typed."""

    code: str


@dataclass(frozen=True, kw_only=True)
class AboutAddress(ByPerson):
    """An act on an address that was proved by a code, named by its public id."""

    address: str


@dataclass(frozen=True)
class Asked:
    """A code is to be sent. It is in the mail and nowhere else."""

    address: str
    until: datetime
    person: Person
    school: School
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class UnsentCode(ByPerson):
    """A code that could not be sent."""

    asked: Asked


@dataclass(frozen=True)
class OwnAddresses:
    """What is known to be a person's: what their chat platform says, and what they proved by a code."""

    chat: tuple[str, ...]
    mail: tuple[MailAddress, ...]
    asked: AskedCode | None
    """The code that waits to be typed."""


class ProvingDesk:
    """Sends codes, outside of any transaction. `post` is None where this deployment sends no mail."""

    def __init__(self, store: Store, post: Post | None, phrases: Phrases) -> None:
        self._store = store
        self._post = post
        self._phrases = phrases

    @property
    def sends(self) -> bool:
        """Whether this deployment sends mail at all."""
        return self._post is not None

    async def ask(self, command: AskCode) -> Asked | Refused:
        """Send a code to an address. A former code of this person ends."""
        if self._post is None:
            return Refused("mail_not_set_up")
        asked = await self._store.run(ask_code, command)
        if isinstance(asked, Refused):
            return asked
        try:
            await self._post.send(self._letter(asked))
        except Problem:
            unsent = UnsentCode(school_id=command.school_id, person_id=command.person_id, asked=asked)
            await self._store.run(take_back_code, unsent)
            return Refused("mail_not_sent")
        return asked

    def _letter(self, asked: Asked) -> Letter:
        """In the person's language first: who reads the mailbox may have been a colleague of years ago."""
        first: Lang = asked.person.lang
        second: Lang = "en" if first == "ja" else "ja"
        text = f"{self._words(first, asked)}\n\n----\n\n{self._words(second, asked)}\n"
        return Letter(asked.address, self._phrases.say(first, "mail.subject"), text)

    def _words(self, lang: Lang, asked: Asked) -> str:
        return self._phrases.say(
            lang,
            "mail.body",
            name=name_in_mail(asked.person.name) or "?",
            school=name_in_mail(asked.school.name.in_(lang)),
            code=code_shown(asked.code),
            minutes=MINUTES,
        )


async def ask_code(work: Work, command: AskCode) -> Asked | Refused:
    """Make a code for an address, unless enough were asked for."""
    address = normalised(command.address)
    if address is None:
        return Refused("mail_no_address")
    await work.people.lock(command.person_id)
    refusal = await _refusal(work, command.person_id, address)
    if refusal is not None:
        return refusal
    until = work.now + CODE_LIVES
    code = await work.proofs.ask(command.person_id, address, until)
    return Asked(address, until, await work.people.get(command.person_id), await work.school(), code)


async def _refusal(work: Work, person_id: int, address: str) -> Refused | None:
    if address in await addresses_of(work, person_id):
        return Refused("mail_known", {"address": address})
    if len(await work.proofs.of_person(person_id)) >= MOST_KEPT:
        return Refused("mail_full", {"most": MOST_KEPT})
    return await _enough(work, person_id) or await _enough_there(work, person_id, address)


async def _enough(work: Work, person_id: int) -> Refused | None:
    """Whether this person was sent enough codes for the day."""
    asked = await work.proofs.asked_by(person_id, work.now - DAY)
    return Refused("mail_enough", {"most": MOST_A_DAY}) if asked >= MOST_A_DAY else None


async def _enough_there(work: Work, person_id: int, address: str) -> Refused | None:
    """Whether this address was sent enough codes for the day."""
    since = work.now - DAY
    for most, asked in (
        (MOST_TO_ONE, await work.proofs.asked_for(address, since, by=person_id)),
        (MOST_TO_ONE_FOR_ALL, await work.proofs.asked_for(address, since)),
    ):
        if asked >= most:
            return Refused("mail_enough_there", {"most": most})
    return None


async def take_back_code(work: Work, command: UnsentCode) -> None:
    """The code could not be sent: it counts for nothing. Another one that was asked for meanwhile stays."""
    await work.proofs.take_back(command.person_id, command.asked.address, command.asked.code)


async def give_code(work: Work, command: GiveCode) -> MailAddress | Refused:
    """Prove the address that the code was sent to. A code holds once; after a few wrong ones it holds no more."""
    await work.people.lock(command.person_id)
    asked = await work.proofs.asked(command.person_id)
    if asked is None:
        return await _enough(work, command.person_id) or Refused("mail_no_code")
    code = code_typed(command.code)
    if code is None:
        return Refused("mail_not_a_code", {"digits": CODE_DIGITS})
    if not await work.proofs.matches(asked, code):
        await work.proofs.note_wrong(asked)
        left = MOST_TRIES - asked.wrong - 1
        if left > 0:
            return Refused("mail_wrong_code", {"left": left})
        return await _used_up(work, command.person_id, asked)
    await work.proofs.end(command.person_id)
    kept = await work.proofs.keep(command.person_id, asked.address)
    person = await work.people.get(command.person_id)
    await work.audit.record("prove_address", actor=person, subject=kept.public_id)
    return kept


async def _used_up(work: Work, person_id: int, asked: AskedCode) -> Refused:
    """The last try was wrong: whether another code can be sent now, or only on another day."""
    enough = await _enough(work, person_id) or await _enough_there(work, person_id, asked.address)
    return (
        Refused("mail_tries_over_today", {"most": MOST_TRIES})
        if enough
        else Refused("mail_tries_over", {"most": MOST_TRIES})
    )


async def look_at_addresses(work: Work, command: ByPerson) -> OwnAddresses:
    """One's own addresses, for nobody else's eyes."""
    return OwnAddresses(
        await work.staff.proved(command.person_id),
        await work.proofs.of_person(command.person_id),
        await work.proofs.asked(command.person_id),
    )


async def drop_address(work: Work, command: AboutAddress) -> MailAddress | Refused:
    """It proves nothing any more. Badges that were taken in by it stay, and are not confirmed by it again."""
    await work.people.lock(command.person_id)
    dropped = await work.proofs.drop(command.person_id, command.address)
    if dropped is None:
        return Refused("not_yours")
    person = await work.people.get(command.person_id)
    await work.audit.record("drop_address", actor=person, subject=dropped.public_id)
    return dropped


async def addresses_of(work: Work, person_id: int) -> tuple[str, ...]:
    """Every address that is proved to be a person's, however."""
    by_mail = [one.address for one in await work.proofs.of_person(person_id)]
    return tuple(dict.fromkeys((*await work.staff.proved(person_id), *by_mail)))
