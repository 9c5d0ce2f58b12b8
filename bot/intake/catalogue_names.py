"""The names that a catalogue gives (ids, codes) and the places where it uses them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.intake.document import Fields, Node, Report, key_of, quote, text_of

LONGEST_CODE = 40


@dataclass
class Names:
    """Given names by space ("unit", "badge", "stage" …). Nothing is named twice, nothing points at nothing.

    A space that was not opened is not judged: a catalogue without an index of its own refers to the board's,
    which is loaded apart.
    """

    report: Report
    _given: dict[str, dict[str, int]] = field(default_factory=dict)
    _used: list[tuple[str, str, Node]] = field(default_factory=list)

    def open(self, *spaces: str) -> None:
        """From now on names of these spaces must exist."""
        for space in spaces:
            self._given.setdefault(space, {})

    def new(self, space: str, fields: Fields) -> str:
        """The `id` of something that the catalogue defines."""
        found = fields.need("id")
        return self._give(space, key_of(found, self.report), found) if found else ""

    def new_code(self, space: str, fields: Fields, name: str) -> str:
        """A stage's, pillar's or item's code, in whatever letters a board uses."""
        found = fields.need(name)
        return self._give(space, text_of(found, LONGEST_CODE, self.report), found) if found else ""

    def references(self, space: str, fields: Fields, name: str) -> tuple[str, ...]:
        """An optional list of names that are given elsewhere."""
        return tuple(self._references(space, fields, name))

    def use(self, space: str, name: str, node: Node) -> None:
        """Something is pointed at."""
        self._used.append((space, name, node))

    def settle(self) -> None:
        """Complain about every name that points at nothing."""
        for space, name, node in self._used:
            given = self._given.get(space)
            if given is None or name in given:
                continue
            near = get_close_matches(name, given, n=1)
            if near:
                self.report.at(node, "dead_reference_near", name=quote(name), near=near[0])
            else:
                self.report.at(node, "dead_reference", name=quote(name))

    def _give(self, space: str, name: str, node: Node) -> str:
        given = self._given.setdefault(space, {})
        if name in given:
            self.report.at(node, "duplicate_id", name=name, first=given[name])
        elif name:
            given[name] = node.line
        return name

    def _references(self, space: str, fields: Fields, name: str) -> Iterator[str]:
        seen: set[str] = set()
        for node in fields.nodes(name):
            reference = text_of(node, LONGEST_CODE + 24, self.report)
            if reference in seen:
                self.report.at(node, "named_twice", name=quote(reference))
            elif reference:
                seen.add(reference)
                self.use(space, reference, node)
                yield reference
