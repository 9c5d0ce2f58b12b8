"""Catalogues drawn by hypothesis, and how an author would write them as YAML and as a table."""

import csv
import io
import re
from typing import Any

import yaml
from hypothesis import strategies as st

from bot.domain.catalogue import (
    BadgeSpec,
    Catalogue,
    Check,
    ChoiceCheck,
    Course,
    Index,
    IndexItem,
    Issuer,
    Module,
    Pathway,
    Pillar,
    Stage,
    TextCheck,
    Unit,
    UnitKind,
)
from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, InOrder, Rule
from bot.domain.recognition import As
from bot.intake.catalogue_csv import COLUMNS

AWKWARD = (
    "はい",
    "yes",
    "1",
    "true",
    "~",
    "1-3",
    "# no comment",
    "a: b",
    "-",
    "|",
    "a|b\\",
    "2026-01-01",
    "💮",
    "=1",
)
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn", "Co"))
TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(LETTERS, min_size=1, max_size=12))
BOTH = st.builds(Bilingual, TEXTS, TEXTS)
CODES = st.sampled_from(["P1-1", "P1-2", "①", "1", "2-(3)"])
STAGES = st.sampled_from(["S1", "S2", "若手"])
TAGS = st.lists(TEXTS, max_size=3).map(tuple)


@st.composite
def checks(draw: st.DrawFn) -> Check:
    if draw(st.booleans()):
        return TextCheck(draw(BOTH), draw(st.integers(1, 200)))
    return draw(choice_checks())


@st.composite
def choice_checks(draw: st.DrawFn) -> ChoiceCheck:
    count = draw(st.integers(2, 4))
    ja, en = (draw(st.lists(TEXTS, min_size=count, max_size=count, unique=True)) for _ in range(2))
    choices = tuple(Bilingual(*pair) for pair in zip(ja, en, strict=True))
    return ChoiceCheck(draw(BOTH), choices, draw(st.integers(0, count - 1)), draw(st.none() | BOTH))


@st.composite
def units(draw: st.DrawFn, key: str, check: Check) -> Unit:
    return Unit(
        key,
        draw(BOTH),
        draw(st.integers(2, 15)),
        draw(st.sampled_from(UnitKind)),
        f"https://example.org/{key}?a=1&b=%E3%81%82",
        check,
        draw(TAGS),
        draw(references(CODES)),
    )


def references(names: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(names, unique=True, max_size=2).map(tuple)


@st.composite
def badges(draw: st.DrawFn, key: str, *, expires: bool = True) -> BadgeSpec:
    term = draw(st.none() | st.integers(3, 240)) if expires else None
    return BadgeSpec(key, draw(BOTH), draw(references(CODES)), draw(references(STAGES)), term)


@st.composite
def courses(draw: st.DrawFn, key: str) -> Course:
    modules = []
    for number in range(draw(st.integers(1, 2))):
        kinds = [draw(choice_checks()), *draw(st.lists(checks(), max_size=2))]
        made = tuple(draw(units(f"{key}-m{number}-u{at}", check)) for at, check in enumerate(kinds))
        modules.append(Module(f"{key}-m{number}", draw(badges(f"{key}-kb{number}")), made))
    badge = draw(badges(f"{key}-cb"))
    return Course(key, draw(BOTH), draw(BOTH), draw(BOTH), badge, tuple(modules), draw(TAGS))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A choice, two in order (or two at once), and endorsements, of badges that every drawn catalogue has."""
    choice = AnyOf((Earned("c0-kb0"), All((Earned("c0-kb0"), Earned("c0-cb")))), draw(st.integers(1, 2)))
    role = draw(st.sampled_from((None, As.COLLEAGUE, As.LEADER)))
    praise = Endorsed(("c0-cb",), draw(st.integers(1, 9)), draw(st.booleans()), role)
    steps = (Earned("c0-kb0"), Earned("c0-cb"))
    ways: list[Rule] = [InOrder((*steps, praise)), All((*steps, praise)), All((choice, praise)), choice, steps[1]]
    return draw(st.sampled_from(ways))


@st.composite
def catalogues(draw: st.DrawFn, whole: bool) -> Catalogue:
    """With an index and pathways if `whole`; without them, as a table can hold it, if not."""
    issuer = Issuer("rei.u-1", draw(BOTH), "https://example.org/")
    made = tuple(draw(courses(f"c{number}")) for number in range(draw(st.integers(1, 2))))
    if not whole:
        return Catalogue(issuer, made)
    stages = tuple(Stage(key, draw(TEXTS), draw(BOTH)) for key in ("S1", "S2", "若手"))
    goals = st.dictionaries(STAGES, BOTH)
    items = tuple(IndexItem(code, draw(BOTH), draw(goals)) for code in ("P1-1", "P1-2", "①", "1", "2-(3)"))
    index = Index(
        "ix",
        draw(BOTH),
        stages,
        (Pillar("P1", draw(BOTH)),),
        items,
        draw(st.sampled_from(["", "https://example.org/index"])),
    )
    pathway = Pathway("pw", draw(BOTH), draw(badges("pb", expires=False)), draw(rules()), draw(st.none() | BOTH))
    return Catalogue(issuer, made, index, draw(st.sampled_from([(), (pathway,)])))


def as_yaml(catalogue: Catalogue) -> bytes:
    tree: dict[str, Any] = {
        "schema": "sukima.catalog/1",
        "languages": ["ja", "en"],
        "issuer": {"id": catalogue.key, "name": _both(catalogue.issuer.name), "url": catalogue.issuer.url},
        "courses": [_course(course) for course in catalogue.courses],
        "pathways": [_pathway(pathway) for pathway in catalogue.pathways],
    }
    if catalogue.index:
        tree["index"] = _index(catalogue.index)
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode()


def _both(text: Bilingual) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _badge(badge: BadgeSpec) -> dict[str, Any]:
    return {
        "id": badge.key,
        "name": _both(badge.name),
        "index_items": list(badge.index_items),
        "stages": list(badge.stages),
        **({} if badge.valid_months is None else {"valid_for": term(badge.valid_months)}),
    }


def term(months: int) -> str:
    """As an author writes it, in one of the ways."""
    years, left = divmod(months, 12)
    if left:
        return f"{months} months" if months % 2 else f"{months}か月"
    return f"{years} years" if years % 2 else f"{years}年"


def _course(course: Course) -> dict[str, Any]:
    return {
        "id": course.key,
        "category": _both(course.category),
        "title": _both(course.title),
        "summary": _both(course.summary),
        "themes": list(course.themes),
        "competence_badge": _badge(course.badge),
        "modules": [
            {
                "id": module.key,
                "knowledge_badge": _badge(module.badge),
                "units": [_unit(unit) for unit in module.units],
            }
            for module in course.modules
        ],
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "id": unit.key,
        "title": _both(unit.title),
        "minutes": unit.minutes,
        "kind": unit.kind.value,
        "url": unit.url,
        "tags": list(unit.tags),
        "index_items": list(unit.index_items),
        "check": _check(unit.check),
    }


def _check(check: Check) -> dict[str, Any]:
    if isinstance(check, TextCheck):
        return {"kind": "text", "q": _both(check.question), "min_chars": check.min_chars}
    choices = {"ja": [choice.ja for choice in check.choices], "en": [choice.en for choice in check.choices]}
    written = {"kind": "choice", "q": _both(check.question), "choices": choices, "answer": check.answer}
    return written | ({"why": _both(check.why)} if check.why else {})


def _index(index: Index) -> dict[str, Any]:
    return {
        "id": index.key,
        **({"url": index.url} if index.url else {}),
        "name": _both(index.name),
        "stages": [{"id": one.key, "years": one.years, "name": _both(one.name)} for one in index.stages],
        "pillars": [{"id": one.key, "name": _both(one.name)} for one in index.pillars],
        "items": [
            {
                "code": one.code,
                "name": _both(one.name),
                "goals": {stage: _both(goal) for stage, goal in one.goals.items()},
            }
            for one in index.items
        ],
    }


def _pathway(pathway: Pathway) -> dict[str, Any]:
    rule = pathway.rule
    return {
        "id": pathway.key,
        "name": _both(pathway.name),
        **({"summary": _both(pathway.summary)} if pathway.summary else {}),
        "requires_all": [_part(part) for part in (rule.all_of if isinstance(rule, All) else (rule,))],
        "awards": _badge(pathway.badge),
    }


def _part(rule: Rule) -> Any:
    match rule:
        case Earned(badge):
            return badge
        case All(parts):
            return {"all": [_part(part) for part in parts]}
        case InOrder(parts):
            return {"in_order": [_part(part) for part in parts]}
        case AnyOf(parts, count):
            return {"any": [_part(part) for part in parts], "count": count}
        case Endorsed(badges, count, of_content, role):
            target = "content" if of_content else "earner"
            asked: dict[str, Any] = {"target": target, "count": count, "of": list(badges)}
            return {"endorsements": asked | ({"by": role.value} if role else {})}


def rows_of(catalogue: Catalogue) -> list[dict[str, str]]:
    """One row for each unit; what belongs to several rows is written once."""
    rows = []
    for course in catalogue.courses:
        for module in course.modules:
            for unit in module.units:
                row = {"course_id": course.key, "module_id": module.key} | _unit_cells(unit)
                if unit is module.units[0]:
                    row |= _badge_cells("module_badge", module.badge)
                if unit is course.modules[0].units[0]:
                    row |= _course_cells(course)
                rows.append(row)
    rows[0] |= {"issuer_id": catalogue.key, "issuer_url": catalogue.issuer.url}
    rows[0] |= _cells("issuer_name", catalogue.issuer.name)
    return rows


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def join_list(entries: tuple[str, ...]) -> str:
    """The cell that `split_list` reads back."""
    return " | ".join(re.sub(r"([|\\])", r"\\\1", entry) for entry in entries)


def _cells(prefix: str, text: Bilingual) -> dict[str, str]:
    return {f"{prefix}_ja": text.ja, f"{prefix}_en": text.en}


def _badge_cells(prefix: str, badge: BadgeSpec) -> dict[str, str]:
    return {
        f"{prefix}_id": badge.key,
        f"{prefix}_index_items": join_list(badge.index_items),
        f"{prefix}_stages": join_list(badge.stages),
        f"{prefix}_valid_for": "" if badge.valid_months is None else term(badge.valid_months),
    } | _cells(f"{prefix}_name", badge.name)


def _course_cells(course: Course) -> dict[str, str]:
    return (
        {"course_themes": join_list(course.themes)}
        | _cells("category", course.category)
        | _cells("course_title", course.title)
        | _cells("course_summary", course.summary)
        | _badge_cells("course_badge", course.badge)
    )


def _unit_cells(unit: Unit) -> dict[str, str]:
    cells = {
        "unit_id": unit.key,
        "minutes": str(unit.minutes),
        "kind": unit.kind.value,
        "url": unit.url,
        "tags": join_list(unit.tags),
        "index_items": join_list(unit.index_items),
    }
    cells |= _cells("title", unit.title) | _cells("question", unit.check.question)
    if isinstance(unit.check, TextCheck):
        return cells | {"check": "text", "min_chars": str(unit.check.min_chars)}
    if unit.check.why:
        cells |= _cells("why", unit.check.why)
    return cells | {
        "check": "choice",
        "choices_ja": join_list(tuple(choice.ja for choice in unit.check.choices)),
        "choices_en": join_list(tuple(choice.en for choice in unit.check.choices)),
        "right_choice": str(unit.check.answer + 1),
    }
