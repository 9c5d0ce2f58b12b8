"""Pathways in a catalogue: rules over its badges, and what makes no sense of a rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.catalogue import Course, Pathway
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported, InOrder, Rule, badges_of
from bot.domain.recognition import As
from bot.domain.trust import LONGEST_ISSUER, known_as
from bot.intake.catalogue_index import LONGEST_NAME, read_badge
from bot.intake.catalogue_names import Names
from bot.intake.document import LONGEST_KEY, Fields, Node, text_of

LONGEST_SUMMARY = 600
MOST_ENDORSEMENTS = 100
MOST_IMPORTED = 20
REQUIRES = ("requires_all", "requires_in_order", "requires_any")
GROUPS = ("all", "any", "in_order", "endorsements", "imported")
"""What may stand in a list beside the ids of badges, as a mapping with this field."""


class _Target(StrEnum):
    """Whose endorsements a pathway asks for: those of the person's awards, or those of the content."""

    EARNER = "earner"
    CONTENT = "content"


class _By(StrEnum):
    """In which role those must have endorsed whom a pathway asks for: nobody endorses awards or content for a board."""

    COLLEAGUE = As.COLLEAGUE.value
    LEADER = As.LEADER.value


def read_pathways(top: Fields, names: Names, courses: tuple[Course, ...]) -> tuple[Pathway, ...]:
    """All pathways, each looked at in the light of the others."""
    readers = [_Reader(fields, names) for fields in top.mappings("pathways")]
    pathways = tuple(reader.read() for reader in readers)
    leads_to = _made_of(courses, pathways, badges_of)
    made_of = _made_of(courses, pathways, _certain)
    taken = {badge.key for course in courses for badge in course.badges()}
    for reader, pathway in zip(readers, pathways, strict=True):
        if pathway.badge.key in taken:
            continue  # a complaint of its own; whose parts are meant cannot be told
        if pathway.badge.key in leads_to.get(pathway.badge.key, ()):
            fields = reader.fields
            fields.report.at(fields.node, "pathway_circle", badge=pathway.badge.key)
        else:
            reader.judge(pathway, made_of)
    return pathways


@dataclass
class _Reader:
    """Reads one pathway, and remembers where each badge was named."""

    fields: Fields
    names: Names
    _places: list[tuple[str, Node]] = field(default_factory=list)

    def read(self) -> Pathway:
        fields = self.fields
        self.names.open("badge")
        summary = fields.find("summary")
        pathway = Pathway(
            key=self.names.new("pathway", fields),
            name=fields.both("name", LONGEST_NAME),
            badge=read_badge(fields.mapping("awards"), self.names, expires=False),
            rule=self._rule(),
            summary=fields.both("summary", LONGEST_SUMMARY) if summary else None,
        )
        fields.finish()
        return pathway

    def _rule(self) -> Rule:
        fields = self.fields
        parts = list(self._parts(fields, "requires_all"))
        if fields.find("requires_in_order") is not None:
            parts.append(InOrder(tuple(self._parts(fields, "requires_in_order"))))
        parts += [self._choice(one, "of") for one in _one_or_more(fields, "requires_any")]
        named = badges_of(All(tuple(parts)))
        if fields.is_mapping and not any(fields.find(name) for name in REQUIRES):
            fields.report.at(fields.node, "pathway_requires_nothing")
        parts += [self._imported(one) for one in _one_or_more(fields, "requires_imported")]
        parts += [self._endorsements(one) for one in _one_or_more(fields, "requires_endorsements")]
        whole = tuple(_with_badges(part, named) for part in parts)
        return whole[0] if len(whole) == 1 else All(whole)

    def _parts(self, fields: Fields, name: str) -> Iterator[Rule]:
        """Ids of badges and groups, in the author's order."""
        seen: set[str] = set()
        if (found := fields.find(name)) is not None and found.value == []:
            fields.report.at(found, "pathway_requires_nothing")
        for node in fields.nodes(name):
            if isinstance(node.value, dict):
                yield from self._group(Fields(node, fields.report))
                continue
            badge = text_of(node, LONGEST_KEY, fields.report)
            if badge in seen:
                fields.report.at(node, "named_twice", name=badge)
            elif badge:
                seen.add(badge)
                self.names.use("badge", badge, node)
                self._places.append((badge, node))
                yield Earned(badge)

    def _group(self, fields: Fields) -> Iterator[Rule]:
        kinds = [kind for kind in GROUPS if fields.find(kind) is not None]
        if len(kinds) != 1:
            fields.report.at(fields.node, "pathway_group", known=", ".join(GROUPS))
            return
        match kinds[0]:
            case "all":
                yield All(tuple(self._parts(fields, "all")))
                fields.finish()
            case "in_order":
                yield InOrder(tuple(self._parts(fields, "in_order")))
                fields.finish()
            case "any":
                yield self._choice(fields, "any")
            case "imported":
                yield from (self._imported(one) for one in _one_or_more(fields, "imported"))
                fields.finish()
            case _:
                yield from (self._endorsements(one) for one in _one_or_more(fields, "endorsements"))
                fields.finish()

    def _choice(self, fields: Fields, name: str) -> Rule:
        fields.need(name)
        parts = tuple(self._parts(fields, name))
        count = fields.within("count", 1, max(1, len(parts)))
        fields.finish()
        return AnyOf(parts, count)

    def _endorsements(self, fields: Fields) -> Endorsed:
        target = fields.one_of("target", _Target)
        count = fields.within("count", 1, MOST_ENDORSEMENTS)
        by = fields.one_of("by", _By) if fields.find("by") else None
        role = None if by is None else As(by)
        badges = self.names.references("badge", fields, "of")
        fields.finish()
        return Endorsed(badges, count, target is _Target.CONTENT, role)

    def _imported(self, fields: Fields) -> Imported:
        name = fields.both("name", LONGEST_NAME)
        badges = fields.words("badges", LONGEST_ISSUER)
        issuers = tuple(self._issuer(node, fields) for node in fields.nodes("issuers"))
        count = fields.within("count", 1, len(badges) or MOST_IMPORTED) if fields.find("count") is not None else 1
        fields.finish()
        return Imported(name, badges, tuple(dict.fromkeys(issuer for issuer in issuers if issuer)), count)

    def _issuer(self, node: Node, fields: Fields) -> str:
        """A did, an https address or a host, in its one spelling."""
        text = text_of(node, LONGEST_ISSUER, fields.report)
        issuer = known_as(text) if text else None
        if text and issuer is None:
            fields.report.at(node, "pathway_issuer", issuer=text)
        return issuer or ""

    # ------------------------------------------------------------ does it make sense?

    def judge(self, pathway: Pathway, made_of: Mapping[str, frozenset[str]]) -> None:
        """Complain about badges that are asked for twice, and about orders that nobody can keep."""
        for badge in _twice(pathway.rule):
            self.fields.report.at(self._last_place(badge), "pathway_badge_twice", name=badge)
        for first, later in _against_order(pathway.rule, made_of):
            self.fields.report.at(self._last_place(later), "pathway_order", name=later, whole=first)

    def _last_place(self, badge: str) -> Node:
        return [node for name, node in self._places if name == badge][-1]


def _one_or_more(fields: Fields, name: str) -> Iterator[Fields]:
    """A mapping, or a list of such."""
    found = fields.find(name)
    if found is None:
        return iter(())
    return fields.mappings(name) if isinstance(found.value, list) else iter((Fields(found, fields.report),))


def _with_badges(rule: Rule, badges: tuple[str, ...]) -> Rule:
    """Endorsements that name no badge are of any badge of the pathway."""
    match rule:
        case Endorsed(badges=(), count=count, of_content=of_content, role=role):
            return Endorsed(badges, count, of_content, role)
        case All(parts):
            return All(tuple(_with_badges(part, badges) for part in parts))
        case AnyOf(parts, count):
            return AnyOf(tuple(_with_badges(part, badges) for part in parts), count)
        case InOrder(parts):
            return InOrder(tuple(_with_badges(part, badges) for part in parts))
        case _:
            return rule


def _made_of(
    courses: tuple[Course, ...], pathways: tuple[Pathway, ...], named: Callable[[Rule], Iterable[str]]
) -> dict[str, frozenset[str]]:
    """By badge, the badges that it is made of through any number of steps; `named` says which of a rule's count."""
    direct = {course.badge.key: {module.badge.key for module in course.modules} for course in courses}
    for pathway in pathways:
        direct.setdefault(pathway.badge.key, set()).update(named(pathway.rule))
    return {badge: frozenset(_reached(badge, direct)) for badge in direct}


def _reached(badge: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*direct[badge]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += direct.get(one, ())
    return found


def _certain(rule: Rule) -> list[str]:
    """The badges that nobody gets around, as often as they are named."""
    match rule:
        case Earned(badge):
            return [badge]
        case All(parts) | InOrder(parts):
            return [badge for part in parts for badge in _certain(part)]
        case _:
            return []


def _choices(rule: Rule) -> Iterator[str]:
    """The badges that are there to choose from."""
    match rule:
        case AnyOf(parts):
            yield from badges_of(All(parts))
        case All(parts) | InOrder(parts):
            for part in parts:
                yield from _choices(part)
        case _:
            pass


def _twice(rule: Rule) -> list[str]:
    certain = _certain(rule)
    again = [badge for at, badge in enumerate(certain) if badge in certain[:at]]
    return list(dict.fromkeys([*again, *(badge for badge in _choices(rule) if badge in certain)]))


def _against_order(rule: Rule, made_of: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """A badge and a part of it that is to come later, though it is always earned before."""
    parts = () if isinstance(rule, Earned | Endorsed | Imported) else _parts_of(rule)
    for part in parts:
        yield from _against_order(part, made_of)
    if isinstance(rule, InOrder):
        for at, step in enumerate(parts):
            earlier = [badge for former in parts[:at] for badge in _certain(former)]
            yield from (
                (whole, badge) for badge in _certain(step) for whole in earlier if badge in made_of.get(whole, ())
            )


def _parts_of(rule: All | AnyOf | InOrder) -> tuple[Rule, ...]:
    match rule:
        case All(parts) | AnyOf(parts) | InOrder(parts):
            return parts
