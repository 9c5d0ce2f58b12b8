"""Who can teach X: the question, answered from badges for which people may be named."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.awards import Achievement, Award, Level
from bot.domain.catalogue import Shelf, Unit
from bot.domain.foreign import Foreign
from bot.domain.language import Bilingual
from bot.expertise import experts, reasons
from bot.expertise.index import Definition as Document
from bot.expertise.ranking import Holding
from bot.services.commands import ByPerson
from bot.services.definitions import definition_of
from bot.services.ports import Counts, Held, HeldBeyond, Question, Work
from bot.services.topics import topics

LEARN_INSTEAD = 3
LEVELS = {Level.KNOWLEDGE: 1, Level.COMPETENCE: 2, Level.PATHWAY: 3}


@dataclass(frozen=True, kw_only=True)
class AskWho(ByPerson):
    question: str


@dataclass(frozen=True)
class Named:
    """Somebody who may be named, and the one badge that names them, with how it relates to the question.

    `school` is set for somebody of another school, by an agreement of both and a consent of their own.
    """

    name: str
    held: Held
    reason: reasons.Reason
    school: Bilingual | None = None


@dataclass(frozen=True)
class NamedElsewhere:
    """Somebody of the school who may be named for a badge that another issuer gave them."""

    name: str
    badge: Foreign
    reason: reasons.Reason


@dataclass(frozen=True)
class Found:
    people: tuple[Named | NamedElsewhere, ...]


@dataclass(frozen=True)
class NobodyYet:
    """Nobody may be named; `closest` badges and `learn` units instead. `asked` is False when no topic was named."""

    asked: bool
    closest: tuple[Bilingual, ...]
    learn: tuple[Unit, ...]


@dataclass(frozen=True)
class InDanger:
    """Words of crisis: the school's own procedure comes first."""


async def ask_who(work: Work, command: AskWho) -> Found | NobodyYet | InDanger:
    """At most three findable colleagues, each with the reason. Reads only.

    They are of the asker's own school, and of schools that agreed to have their findable people named here.
    """
    beyond = {_key(item.held): item for item in await work.queries.findable_beyond()}
    held = {_key(item): item for item in await work.queries.findable()}
    held.update((key, item.held) for key, item in beyond.items())
    zone = ZoneInfo((await work.school()).zone)
    defined = {item.achievement.key: item.achievement for item in held.values()}
    today = work.now.astimezone(zone).date()
    elsewhere = {_elsewhere(one): one for one in await work.foreign.findable() if one.may_be_found(work.now)}
    snapshot = snapshots.of(command.school_id, tuple(held.values()), zone, tuple(elsewhere.values()))
    asked = {str(person_id): moment for person_id, moment in (await work.introductions.last_asked()).items()}
    answer = experts.ask(snapshot, command.question, exclude=str(command.person_id), asked=asked, today=today)
    match answer:
        case experts.Crisis():
            return InDanger()
        case experts.Found(people=candidates):
            named = [await _named(work, candidate, held, beyond, elsewhere) for candidate in candidates]
            return Found(tuple(named))
        case experts.Nobody(why=why, closest=closest):
            shelf = await work.shelves.current()
            near = topics.nearest(shelf, command.question, LEARN_INSTEAD)
            keys = topics.units_about(shelf, command.question) or near or _first_units(shelf)
            learn = [unit for key in keys[:LEARN_INSTEAD] if (unit := shelf.unit(key)) is not None]
            names = tuple(definition_of(defined[hit.key]).name for hit in closest if hit.key in defined)
            return NobodyYet(why is not experts.Why.NOTHING_ASKED, names, tuple(learn))


async def _named(
    work: Work,
    candidate: experts.Candidate,
    held: dict[tuple[str, str], Held],
    beyond: dict[tuple[str, str], HeldBeyond],
    elsewhere: dict[str, Foreign],
) -> Named | NamedElsewhere:
    key = (candidate.person, candidate.reason.definition)
    if key[1] in elsewhere:
        person = await work.people.get(int(candidate.person))
        return NamedElsewhere(person.name, elsewhere[key[1]], candidate.reason)
    if key in beyond:
        return Named(beyond[key].name, held[key], candidate.reason, beyond[key].school)
    return Named((await work.people.get(int(candidate.person))).name, held[key], candidate.reason)


def _first_units(shelf: Shelf) -> tuple[str, ...]:
    """Where one could begin when nothing is near: the first unit of each course."""
    return tuple(next(course.units()).key for course in shelf.courses)


async def keep_question(work: Work, command: AskWho) -> Question:
    """Keep what was asked while the buttons of its answer live: an introduction carries it."""
    return await work.introductions.keep_question(command.person_id, command.question)


class Snapshots:
    """The newest snapshot of each school; built again only when somebody's badges, endorsements or choices changed."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Revision, experts.Snapshot]] = {}

    def of(
        self, school_id: int, held: tuple[Held, ...], zone: ZoneInfo, elsewhere: tuple[Foreign, ...] = ()
    ) -> experts.Snapshot:
        """What can be asked now, from fresh rows."""
        own = frozenset((item.award, item.achievement.public_id, item.counts) for item in held)
        revision = own, frozenset(elsewhere)
        kept = self._kept.get(school_id)
        if kept is not None and kept[0] == revision:
            return kept[1]
        defined = {item.achievement.key: item.achievement for item in held}
        snapshot = experts.Snapshot.of(
            [*map(_document, defined.values()), *map(_document_elsewhere, elsewhere)],
            [*(_holding(item, zone) for item in held), *map(_holding_elsewhere, elsewhere)],
        )
        self._kept[school_id] = (revision, snapshot)
        return snapshot


Revision = tuple[frozenset[tuple[Award, str, Counts]], frozenset[Foreign]]
snapshots = Snapshots()
"""One per process: what it holds is derived from the rows it is given."""


def _key(held: Held) -> tuple[str, str]:
    return str(held.award.person_id), held.achievement.key


def _holding(held: Held, zone: ZoneInfo) -> Holding:
    return Holding(
        str(held.award.person_id),
        held.achievement.key,
        LEVELS[held.achievement.level],
        held.award.awarded_at.astimezone(zone).date(),
        held.counts.colleagues,
        held.counts.leaders,
    )


def _elsewhere(badge: Foreign) -> str:
    """What a badge from elsewhere is called in the index: no author's key has a colon."""
    return f"elsewhere:{badge.public_id}"


def _holding_elsewhere(badge: Foreign) -> Holding:
    """As the least of one's own badges: nobody here has looked at what stands behind it."""
    return Holding(str(badge.person_id), _elsewhere(badge), 1, badge.awarded_on)


def _document_elsewhere(badge: Foreign) -> Document:
    texts = (badge.about,) if badge.about else ()
    return Document(_elsewhere(badge), name=(badge.name, badge.name), tags=badge.tags, description=texts)


def _document(achievement: Achievement) -> Document:
    facts = definition_of(achievement)
    return Document(
        achievement.key,
        name=_texts(facts.name),
        tags=facts.tags,
        description=tuple(text for part in facts.parts for text in _texts(part.name)),
        courses=_texts(facts.course),
        criteria=_texts(facts.summary) if facts.level is not Level.KNOWLEDGE else (),
        alignment=(
            *_texts(facts.category),
            *(text for item in facts.alignment for text in _texts(item.name)),
        ),
    )


def _texts(text: Bilingual) -> tuple[str, str]:
    return text.ja, text.en
