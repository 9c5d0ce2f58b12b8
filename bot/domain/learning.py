"""Learning one unit: opening it, answering its check, and what then counts as completed (design.md 4.20)."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.catalogue import ChoiceCheck, Course, TextCheck, Unit
from bot.domain.outcomes import Refused

WRONG_TRIES_BEFORE_REOPENING = 2


class Route(StrEnum):
    """How a person came to the check."""

    OPENED = "opened"
    PRIOR = "prior"
    """*I know this already*: tested out without opening."""


@dataclass(frozen=True)
class Progress:
    """What one person did with one unit so far. `wrong_tries` counts since the last opening."""

    opened_at: datetime | None = None
    wrong_tries: int = 0
    tested_out_on: date | None = None


@dataclass(frozen=True)
class Completion:
    """The fact that a person did a unit."""

    id: int
    public_id: str
    person_id: int
    unit_key: str
    completed_at: datetime
    route: Route
    self_assessed: bool
    reflection: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One asking of a check question. It can be answered once; `order` is the shuffled order of the choices."""

    id: int
    public_id: str
    person_id: int
    unit_key: str
    route: Route
    asked_at: datetime
    order: tuple[int, ...] = ()
    answered_at: datetime | None = None
    right: bool | None = None


def may_ask(progress: Progress, route: Route, today: date) -> Refused | None:
    """Whether the check may be asked now; None means yes.

    A badge cannot be had by guessing: after two wrong tries the unit must be opened again, and testing out
    has one try a day.
    """
    if route is Route.PRIOR:
        if progress.tested_out_on is not None and progress.tested_out_on >= today:
            return Refused("tested_out_today")
        return None
    if progress.opened_at is None:
        return Refused("open_first")
    if progress.wrong_tries >= WRONG_TRIES_BEFORE_REOPENING:
        return Refused("open_again")
    return None


@dataclass(frozen=True)
class Right:
    self_assessed: bool


@dataclass(frozen=True)
class Wrong:
    pass


@dataclass(frozen=True)
class TooShort:
    min_chars: int


def mark_choice(check: ChoiceCheck, chosen: int) -> Right | Wrong:
    """Mark the choice with the author's 0-based index `chosen`."""
    return Right(self_assessed=False) if chosen == check.answer else Wrong()


def mark_text(check: TextCheck, answer: str) -> Right | TooShort:
    """A text is self-assessed: only its length is looked at, as a reader sees it."""
    return Right(self_assessed=True) if seen_chars(answer) >= check.min_chars else TooShort(check.min_chars)


UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
"""Unicode's characters without a shape that are letters or marks by category: fillers, selectors of a variant."""


def seen_chars(text: str) -> int:
    """How many characters a reader sees: composed, without what is invisible, blanks in a row as one."""
    seen = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    shown = (char for char in seen if char.isspace() or not unicodedata.category(char).startswith("C"))
    return len(" ".join("".join(shown).split()))


def after_wrong(progress: Progress, route: Route, today: date) -> Progress:
    """Progress once a wrong answer has been given."""
    if route is Route.PRIOR:
        return Progress(progress.opened_at, progress.wrong_tries, today)
    return Progress(progress.opened_at, progress.wrong_tries + 1, progress.tested_out_on)


class Why(StrEnum):
    """Why this unit is proposed, best reason first."""

    ASKED = "asked"
    """It matches the topic that the person named."""
    AGAIN = "again"
    """The person asked for it at this time (*Later*)."""
    LAST_OF_MODULE = "last_of_module"
    """With it the knowledge badge is complete."""
    STARTED = "started"
    """It goes on with a module already begun."""
    FITS = "fits"
    """It fits the minutes; a new beginning."""


@dataclass(frozen=True)
class Proposal:
    unit: Unit
    why: Why
    left_in_module: int
    """How many units of its module, this one included, are still to do."""


def propose(
    courses: Sequence[Course],
    completed: Collection[str],
    minutes: int,
    *,
    passed_over: Collection[str] = (),
    excluded: Collection[str] = (),
    asked: Iterable[str] = (),
) -> Proposal | None:
    """The unit that fits best into `minutes`, or None.

    Keys in `asked` (best first, from a search) go before all others. Otherwise a module nearest to its badge comes
    first, then one already begun, then the author's order. `passed_over` holds units just declined: they come last;
    those in `excluded` do not come at all.
    """
    wanted = {key: rank for rank, key in enumerate(asked)}
    candidates: list[tuple[tuple[int, int, int, int], Proposal]] = []
    place = 0
    for course in courses:
        for module in course.modules:
            open_units = [unit for unit in module.units if unit.key not in completed]
            begun = len(open_units) < len(module.units)
            for unit in open_units:
                place += 1
                if unit.minutes > minutes or unit.key in excluded or (wanted and unit.key not in wanted):
                    continue
                proposal = Proposal(unit, _why(unit.key in wanted, begun, len(open_units)), len(open_units))
                rank = (
                    int(unit.key in passed_over),
                    wanted.get(unit.key, 0),
                    len(open_units) if begun else len(module.units) + 100,
                    place,
                )
                candidates.append((rank, proposal))
    return min(candidates, key=lambda pair: pair[0])[1] if candidates else None


def _why(asked: bool, begun: bool, left: int) -> Why:
    if asked:
        return Why.ASKED
    if left == 1:
        return Why.LAST_OF_MODULE
    return Why.STARTED if begun else Why.FITS
