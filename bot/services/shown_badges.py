"""The badges that colleagues show to a person, and endorsing one of them with words at once."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.badges.text import clean
from bot.domain.comments import comment_of
from bot.domain.outcomes import Refused
from bot.domain.recognition import Endorsed, Endorsement, Target, Unchanged
from bot.services.commands import ByPerson
from bot.services.comments import put_words
from bot.services.endorsements import PressEndorse, is_seen, press_endorse
from bot.services.names import folded
from bot.services.ports import Held, Work


@dataclass(frozen=True)
class ShownBadge:
    """A colleague's badge. `given` is one's own endorsement of it, where it stands."""

    held: Held
    holder: str
    given: Endorsement | None


async def look_at_shown(work: Work, command: ByPerson) -> tuple[ShownBadge, ...]:
    """Newest first."""
    found = await work.queries.shown_to(command.person_id)
    names = {person.id: person.name for person in await work.people.all()}
    given = {one.target: one for one in await work.endorsements.given_by(command.person_id) if one.stands}
    return tuple(
        ShownBadge(held, names[held.award.person_id], given.get(Target.of_award(held.award.id)))
        for held in found
        if held.award.person_id in names
    )


@dataclass(frozen=True, kw_only=True)
class OfAccount(ByPerson):
    """Of somebody pointed at, by their account."""

    workspace_id: int
    user_key: str


@dataclass(frozen=True)
class Displayed:
    """What somebody shows to all colleagues. Who shows nothing is like one who was never here."""

    badges: tuple[ShownBadge, ...]
    is_own: bool = False
    """It is oneself."""


async def look_at_account(work: Work, command: OfAccount) -> Displayed:
    """Newest first. Somebody of another workspace of the school is found, too, where their key is one person's."""
    found = await work.people.by_account(command.workspace_id, command.user_key)
    people = (found[0],) if found else await work.people.with_user_key(command.user_key)
    if len(people) != 1:
        return Displayed(())
    if people[0].id == command.person_id:
        return Displayed((), is_own=True)
    return Displayed(await _displayed(work, command, {people[0].id}))


@dataclass(frozen=True, kw_only=True)
class OfNamed(ByPerson):
    """Of somebody named: by their whole name, or by one part of it where it has several."""

    words: str


async def look_at_named(work: Work, command: OfNamed) -> Displayed:
    """Several people may be called so: of each what they show."""
    wanted = folded(command.words.lstrip("@＠"))
    everybody = await work.people.all()
    people = {person.id for person in everybody if folded(person.name) == wanted}
    people = people or {person.id for person in everybody if wanted in map(folded, person.name.split())}
    if people == {command.person_id}:
        return Displayed((), is_own=True)
    return Displayed(await _displayed(work, command, people))


async def _displayed(work: Work, command: ByPerson, people: Collection[int]) -> tuple[ShownBadge, ...]:
    """Only what is for all colleagues: what was shown to the reader alone, by asking them, is not among it."""
    return tuple(
        shown
        for shown in await look_at_shown(work, command)
        if shown.held.award.person_id in people and shown.held.award.displayed_at is not None
    )


@dataclass(frozen=True, kw_only=True)
class EndorseInWords(PressEndorse):
    words: str
    """As they were typed; they may say nothing."""


async def endorse_in_words(work: Work, command: EndorseInWords) -> Endorsed | Unchanged | Refused:
    """Endorse a badge as the button in chat does, with words: both or, where one of them cannot be, neither.

    Pressed again it changes nothing but the words, and without words not even these.
    """
    award = await work.awards.by_public_id(command.award)
    if award is None:
        return Refused("unknown_thing")
    if award.person_id == command.person_id:
        return Refused("own_award")
    if not await is_seen(work, command.person_id, award):
        return Refused("not_displayed")  # before a word is looked at: what is said of words tells whose badge it is
    said = comment_of(clean(command.words), (await work.people.get(award.person_id)).name)
    if isinstance(said, Refused):
        return said
    decision = await press_endorse(work, command)
    if not isinstance(decision, Endorsed | Unchanged):
        return decision if isinstance(decision, Refused) else Refused("unknown_thing")
    await put_words(work, command, Target.of_award(award.id), command.words)
    return decision
