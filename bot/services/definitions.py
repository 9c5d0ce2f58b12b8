"""What a badge says of itself: the frozen facts of one version of an achievement, to and from plain JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.domain.awards import Achievement, Level
from bot.domain.catalogue import BadgeSpec, Catalogue, Course, Issuer, Pathway, TextCheck, Unit
from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported, InOrder, Rule, badges_of
from bot.domain.recognition import As


@dataclass(frozen=True)
class Part:
    """A unit of a knowledge badge, a knowledge badge of a competence badge, or any badge that a pathway names."""

    key: str
    name: Bilingual
    self_assessed: bool = False
    """Done in one's own words."""


@dataclass(frozen=True)
class Aligned:
    """An item of a board's index that the badge is about."""

    url: str
    """Where the item is described: an address within the index's own."""
    framework: Bilingual
    code: str
    name: Bilingual


@dataclass(frozen=True)
class Definition:
    """One version of what can be earned. `minutes` is the sum of the units' nominal minutes; a pathway has none.

    A pathway stands in the place of the course and of the category, and has its `rule`.
    """

    level: Level
    name: Bilingual
    course: Bilingual
    summary: Bilingual
    category: Bilingual
    issuer: Issuer
    parts: tuple[Part, ...]
    minutes: int
    tags: tuple[str, ...]
    themes: tuple[str, ...]
    stages: tuple[str, ...]
    alignment: tuple[Aligned, ...]
    rule: Rule | None = None
    valid_months: int | None = None
    """So long its awards are valid; None: for good."""

    def to_json(self) -> dict[str, object]:
        return {
            "name": _both(self.name),
            "course": _both(self.course),
            "summary": _both(self.summary),
            "category": _both(self.category),
            "issuer": {"key": self.issuer.key, "name": _both(self.issuer.name), "url": self.issuer.url},
            "parts": [
                {"key": part.key, "name": _both(part.name), "self_assessed": part.self_assessed} for part in self.parts
            ],
            "minutes": self.minutes,
            "tags": list(self.tags),
            "themes": list(self.themes),
            "stages": list(self.stages),
            "alignment": [
                {
                    "url": item.url,
                    "framework": _both(item.framework),
                    "code": item.code,
                    "name": _both(item.name),
                }
                for item in self.alignment
            ],
            **({} if self.rule is None else {"rule": _rule_to_json(self.rule)}),
            **({} if self.valid_months is None else {"valid_months": self.valid_months}),
        }


def definition_of(achievement: Achievement) -> Definition:
    """The definition that this version pins."""
    facts: dict[str, Any] = achievement.definition
    issuer = facts["issuer"]
    return Definition(
        level=achievement.level,
        name=_text(facts["name"]),
        course=_text(facts["course"]),
        summary=_text(facts["summary"]),
        category=_text(facts["category"]),
        issuer=Issuer(issuer["key"], _text(issuer["name"]), issuer["url"]),
        parts=tuple(Part(part["key"], _text(part["name"]), part["self_assessed"]) for part in facts["parts"]),
        minutes=facts["minutes"],
        tags=tuple(facts["tags"]),
        themes=tuple(facts["themes"]),
        stages=tuple(facts["stages"]),
        alignment=tuple(
            Aligned(item["url"], _text(item["framework"]), item["code"], _text(item["name"]))
            for item in facts["alignment"]
        ),
        rule=_rule(facts["rule"]) if "rule" in facts else None,
        valid_months=facts.get("valid_months"),
    )


def definitions(catalogue: Catalogue) -> Iterator[tuple[str, Definition]]:
    """Every badge of a catalogue by its key, knowledge badges before their course's, those of pathways last."""
    for course in catalogue.courses:
        for module in course.modules:
            parts = tuple(Part(unit.key, unit.title, isinstance(unit.check, TextCheck)) for unit in module.units)
            yield (
                module.badge.key,
                _definition(catalogue, course, module.badge, Level.KNOWLEDGE, module.units, parts),
            )
        parts = tuple(Part(module.badge.key, module.badge.name) for module in course.modules)
        units = tuple(course.units())
        yield course.badge.key, _definition(catalogue, course, course.badge, Level.COMPETENCE, units, parts)

    names = {badge.key: badge.name for badge in catalogue.badges()}
    for pathway in catalogue.pathways:
        yield pathway.badge.key, _of_pathway(catalogue, pathway, names)


def _of_pathway(catalogue: Catalogue, pathway: Pathway, names: dict[str, Bilingual]) -> Definition:
    return Definition(
        level=Level.PATHWAY,
        name=pathway.badge.name,
        course=pathway.name,
        summary=pathway.summary or pathway.name,
        category=pathway.name,
        issuer=catalogue.issuer,
        parts=tuple(Part(key, names[key]) for key in badges_of(pathway.rule)),
        minutes=0,
        tags=(),
        themes=(),
        stages=pathway.badge.stages,
        alignment=_alignment(catalogue, set(pathway.badge.index_items)),
        rule=pathway.rule,
    )


def _definition(
    catalogue: Catalogue,
    course: Course,
    badge: BadgeSpec,
    level: Level,
    units: tuple[Unit, ...],
    parts: tuple[Part, ...],
) -> Definition:
    codes = set(badge.index_items)
    if level is Level.KNOWLEDGE:
        codes |= {code for unit in units for code in unit.index_items}
    return Definition(
        level=level,
        name=badge.name,
        course=course.title,
        summary=course.summary,
        category=course.category,
        issuer=catalogue.issuer,
        parts=parts,
        minutes=sum(unit.minutes for unit in units),
        tags=tuple(sorted({tag for unit in units for tag in unit.tags})),
        themes=course.themes,
        stages=badge.stages,
        alignment=_alignment(catalogue, codes),
        valid_months=badge.valid_months,
    )


def _alignment(catalogue: Catalogue, codes: set[str]) -> tuple[Aligned, ...]:
    """Items of the catalogue's index. One without an address cannot be aligned to: the standard wants one."""
    index = catalogue.index
    if index is None or not index.url:
        return ()
    return tuple(
        Aligned(f"{index.url}#{quote(item.code)}", index.name, item.code, item.name)
        for item in index.items
        if item.code in codes
    )


def _both(text: Bilingual) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _text(pair: dict[str, str]) -> Bilingual:
    return Bilingual(pair["ja"], pair["en"])


def _rule_to_json(rule: Rule) -> dict[str, object]:
    match rule:
        case Earned(badge):
            return {"badge": badge}
        case All(parts):
            return {"all": [_rule_to_json(part) for part in parts]}
        case AnyOf(parts, count):
            return {"any": [_rule_to_json(part) for part in parts], "count": count}
        case InOrder(parts):
            return {"in_order": [_rule_to_json(part) for part in parts]}
        case Endorsed(badges, count, of_content, role):
            return {"endorsed": list(badges), "count": count, "of_content": of_content, "role": role}
        case Imported(name, badges, issuers, count):
            called = {"ja": name.ja, "en": name.en}
            return {"imported": called, "badges": list(badges), "issuers": list(issuers), "count": count}


def _rule(facts: dict[str, Any]) -> Rule:
    match facts:
        case {"badge": badge}:
            return Earned(badge)
        case {"all": parts}:
            return All(tuple(map(_rule, parts)))
        case {"any": parts, "count": count}:
            return AnyOf(tuple(map(_rule, parts)), count)
        case {"in_order": parts}:
            return InOrder(tuple(map(_rule, parts)))
        case {"endorsed": badges, "count": count, "of_content": of_content, "role": role}:
            return Endorsed(tuple(badges), count, of_content, As(role) if role else None)
        case {"imported": name, "badges": badges, "issuers": issuers, "count": count}:
            return Imported(_text(name), tuple(badges), tuple(issuers), count)
    raise ValueError("not a rule")
