"""Finding units for words that a person typed ("learn 特別支援"): the expertise room's search over the shelf."""

from bot.domain.catalogue import Course, Module, Shelf, Unit
from bot.expertise.index import Definition, Index, build
from bot.expertise.search import nearest, search

MOST_UNITS = 12


class Topics:
    """The index over one edition of the shelf; built again only when the shelf changed."""

    def __init__(self) -> None:
        self._shelf: Shelf | None = None
        self._index: Index | None = None

    def units_about(self, shelf: Shelf, topic: str) -> tuple[str, ...]:
        """Keys of the units that fit the words, best first; none when nothing is about them."""
        return tuple(hit.key for hit in search(self._over(shelf), topic, MOST_UNITS))

    def nearest(self, shelf: Shelf, topic: str, limit: int) -> tuple[str, ...]:
        """Keys of the units nearest to the words, however far."""
        return tuple(hit.key for hit in nearest(self._over(shelf), topic, limit))

    def _over(self, shelf: Shelf) -> Index:
        if self._index is None or self._shelf != shelf:
            self._index = build(
                _definition(course, module, unit)
                for course in shelf.courses
                for module in course.modules
                for unit in module.units
            )
            self._shelf = shelf
        return self._index


def _definition(course: Course, module: Module, unit: Unit) -> Definition:
    return Definition(
        unit.key,
        name=(unit.title.ja, unit.title.en),
        tags=unit.tags,
        description=(unit.check.question.ja, unit.check.question.en),
        courses=(course.title.ja, course.title.en, module.badge.name.ja, module.badge.name.en),
        criteria=(course.summary.ja, course.summary.en),
        alignment=(course.category.ja, course.category.en),
    )


topics = Topics()
"""One per process: what it holds is derived from the shelf it is given."""
