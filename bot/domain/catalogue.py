"""What can be learned and earned: issuer → course (competence badge) → module (knowledge badge) → unit; pathways."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.institutions import Origin
from bot.domain.language import Bilingual
from bot.domain.pathways import Rule

SHORTEST_MINUTES = 2
LONGEST_MINUTES = 15


class UnitKind(StrEnum):
    VIDEO = "video"
    READING = "reading"
    EXERCISE = "exercise"


@dataclass(frozen=True)
class ChoiceCheck:
    """A question with one right choice. `answer` is the 0-based index into `choices` as the author wrote them."""

    question: Bilingual
    choices: tuple[Bilingual, ...]
    answer: int
    why: Bilingual | None = None
    """A kind explanation of the right choice, shown after a wrong answer."""


@dataclass(frozen=True)
class TextCheck:
    """An exercise answered in one's own words. It is self-assessed: only its length is looked at."""

    question: Bilingual
    min_chars: int


Check = ChoiceCheck | TextCheck


@dataclass(frozen=True)
class Unit:
    """One link of 2–15 minutes with a check question."""

    key: str
    title: Bilingual
    minutes: int
    kind: UnitKind
    url: str
    check: Check
    tags: tuple[str, ...] = ()
    index_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class BadgeSpec:
    """What the catalogue says of a badge. `key` is chosen by the author and never changes."""

    key: str
    name: Bilingual
    index_items: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    valid_months: int | None = None
    """So long it is valid from the day of its award; None: for good."""


@dataclass(frozen=True)
class Module:
    key: str
    badge: BadgeSpec
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Course:
    key: str
    category: Bilingual
    title: Bilingual
    summary: Bilingual
    badge: BadgeSpec
    modules: tuple[Module, ...]
    themes: tuple[str, ...] = ()

    def badges(self) -> Iterator[BadgeSpec]:
        """Those of its modules, then its own."""
        yield from (module.badge for module in self.modules)
        yield self.badge

    def units(self) -> Iterator[Unit]:
        """Every unit, in the author's order."""
        for module in self.modules:
            yield from module.units


@dataclass(frozen=True)
class Issuer:
    """Who made the catalogue: the `creator` of its achievements."""

    key: str
    name: Bilingual
    url: str


@dataclass(frozen=True)
class Stage:
    key: str
    years: str
    name: Bilingual


@dataclass(frozen=True)
class Pillar:
    key: str
    name: Bilingual


@dataclass(frozen=True)
class IndexItem:
    """One row of a board's teacher development index; `goals` maps a stage's key to its goal."""

    code: str
    name: Bilingual
    goals: dict[str, Bilingual] = field(default_factory=dict)


@dataclass(frozen=True)
class Index:
    """A board's teacher development index; `url` is where it is published, empty where it is not."""

    key: str
    name: Bilingual
    stages: tuple[Stage, ...]
    pillars: tuple[Pillar, ...]
    items: tuple[IndexItem, ...]
    url: str = ""


@dataclass(frozen=True)
class Pathway:
    """A rule over badges, whose own badge may be part of another pathway."""

    key: str
    name: Bilingual
    badge: BadgeSpec
    rule: Rule
    summary: Bilingual | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything one issuer offers. `key` is the issuer's key."""

    issuer: Issuer
    courses: tuple[Course, ...]
    index: Index | None = None
    pathways: tuple[Pathway, ...] = ()

    @property
    def key(self) -> str:
        return self.issuer.key

    def badges(self) -> Iterator[BadgeSpec]:
        """Every badge, those of modules before their course's, those of pathways last."""
        for course in self.courses:
            yield from course.badges()
        yield from (pathway.badge for pathway in self.pathways)


@dataclass(frozen=True)
class Shelf:
    """All catalogues of a deployment, together. Keys of units and badges are unique over all of them."""

    catalogues: tuple[Catalogue, ...] = ()

    @property
    def courses(self) -> tuple[Course, ...]:
        return tuple(course for catalogue in self.catalogues for course in catalogue.courses)

    @property
    def pathways(self) -> tuple[Pathway, ...]:
        return tuple(pathway for catalogue in self.catalogues for pathway in catalogue.pathways)

    def badge(self, key: str) -> BadgeSpec | None:
        """The badge with this key, or None when no catalogue holds it (any more)."""
        return next((badge for catalogue in self.catalogues for badge in catalogue.badges() if badge.key == key), None)

    def origin(self, badge_key: str) -> Origin | None:
        """Who made the badge with this key, and of which course it is; None as `badge`."""
        for catalogue in self.catalogues:
            for course in catalogue.courses:
                if any(badge.key == badge_key for badge in course.badges()):
                    return Origin(catalogue.key, course.key)
            if any(pathway.badge.key == badge_key for pathway in catalogue.pathways):
                return Origin(catalogue.key)
        return None

    def unit(self, key: str) -> Unit | None:
        """The unit with this key, or None when no catalogue holds it (any more)."""
        return next((unit for course in self.courses for unit in course.units() if unit.key == key), None)

    def place_of(self, unit_key: str) -> tuple[Course, Module] | None:
        """The course and module that hold a unit."""
        for course in self.courses:
            for module in course.modules:
                if any(unit.key == unit_key for unit in module.units):
                    return course, module
        return None

    @property
    def shortest_minutes(self) -> int:
        """The least time in which something can be learned."""
        return min((unit.minutes for course in self.courses for unit in course.units()), default=SHORTEST_MINUTES)
