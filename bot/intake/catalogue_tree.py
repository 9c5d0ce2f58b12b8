"""The shape and the rules of a catalogue: from a tree of values to `Catalogue`, every wrong place named."""

from collections.abc import Iterator

from bot.domain.catalogue import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Catalogue,
    Course,
    Issuer,
    Module,
    TextCheck,
    Unit,
    UnitKind,
)
from bot.domain.language import LANGS, Bilingual
from bot.intake.catalogue_checks import read_check
from bot.intake.catalogue_index import LONGEST_NAME, read_badge, read_index
from bot.intake.catalogue_names import Names
from bot.intake.catalogue_pathways import read_pathways
from bot.intake.document import Fields, Node, Report, quote, shown

SCHEMA = "sukima.catalog/1"
SCHEMAS = (SCHEMA, "sukima.demo_catalog/1")
LONGEST_SUMMARY = 600
LONGEST_TAG = 40
_NOTHING = Bilingual("", "")
NO_CHECK = TextCheck(_NOTHING, 0)
"""Stands in while a report is made; no catalogue with it is ever returned."""


def read_tree(root: Node, report: Report, first_answer: int = 0) -> Catalogue | None:
    """The catalogue, or None when the report holds complaints.

    `first_answer` is the number by which the format calls the first choice: 0 in YAML, 1 in a spreadsheet.
    """
    if not _is_ours(root, report):
        return None
    catalogue = _catalogue(Fields(root, report), Names(report), first_answer)
    return None if report.complaints else catalogue


def _is_ours(root: Node, report: Report) -> bool:
    """Another product's file gets one complaint, not hundreds about fields it never meant to have."""
    schema = root.value.get("schema") if isinstance(root.value, dict) else None
    if schema is not None and schema.value in SCHEMAS:
        return True
    name = schema.value if schema is not None and isinstance(schema.value, str) else ""
    code = "other_version" if name.partition("/")[0] in {ours.partition("/")[0] for ours in SCHEMAS} else "foreign"
    report.at(schema or root, code, schema=quote(name), known=SCHEMA)
    return False


def _catalogue(top: Fields, names: Names, first_answer: int) -> Catalogue:
    top.find("schema")
    _look_at_languages(top)
    issuer = _issuer(top.mapping("issuer"))
    found = top.find("index")
    index = read_index(Fields(found, top.report), names) if found else None
    courses = tuple(_course(course, names, first_answer) for course in _some(top, "courses", "no_courses"))
    catalogue = Catalogue(issuer, courses, index, read_pathways(top, names, courses))
    # The board that recognises badges and its rules of substitution are the cabinet's, not the catalogue's.
    top.finish("consumer", "rules")
    names.settle()
    return catalogue


def _look_at_languages(top: Fields) -> None:
    found = top.find("languages")
    named = [node.value for node in top.nodes("languages")]
    for lang in LANGS:
        if found is not None and lang not in named:
            top.report.at(found, "missing_language", lang=lang)


def _issuer(fields: Fields | None) -> Issuer:
    if fields is None:
        return Issuer("", _NOTHING, "")
    issuer = Issuer(fields.key("id"), fields.both("name", LONGEST_NAME), fields.url("url"))
    fields.finish()
    return issuer


def _some(fields: Fields, name: str, code: str) -> Iterator[Fields]:
    """A list that must not be empty."""
    found = fields.find(name)
    if fields.is_mapping and (found is None or found.value == []):
        fields.report.at(found or fields.node, code)
    return fields.mappings(name)


def _course(fields: Fields, names: Names, first_answer: int) -> Course:
    modules = _some(fields, "modules", "course_without_modules")
    course = Course(
        key=names.new("course", fields),
        category=fields.both("category", LONGEST_NAME),
        title=fields.both("title", LONGEST_NAME),
        summary=fields.both("summary", LONGEST_SUMMARY),
        badge=read_badge(fields.mapping("competence_badge"), names),
        modules=tuple(_module(module, names, first_answer) for module in modules),
        themes=fields.words("themes", LONGEST_NAME),
    )
    fields.finish()
    return course


def _module(fields: Fields, names: Names, first_answer: int) -> Module:
    units = _some(fields, "units", "module_without_units")
    module = Module(
        key=names.new("module", fields),
        badge=read_badge(fields.mapping("knowledge_badge"), names),
        units=tuple(_unit(unit, names, first_answer) for unit in units),
    )
    # A text is self-assessed and never completes a module alone (design 4.20).
    if module.units and all(isinstance(unit.check, TextCheck) and unit.check != NO_CHECK for unit in module.units):
        fields.report.at(fields.node, "module_without_choice")
    fields.finish()
    return module


def _unit(fields: Fields, names: Names, first_answer: int) -> Unit:
    check = fields.mapping("check")
    unit = Unit(
        key=names.new("unit", fields),
        title=fields.both("title", LONGEST_NAME),
        minutes=_minutes(fields),
        kind=fields.one_of("kind", UnitKind) or UnitKind.READING,
        url=fields.url("url"),
        check=(read_check(check, first_answer) if check else None) or NO_CHECK,
        tags=fields.words("tags", LONGEST_TAG),
        index_items=names.references("item", fields, "index_items"),
    )
    fields.finish()
    return unit


def _minutes(fields: Fields) -> int:
    found = fields.number("minutes")
    if found is None:
        return SHORTEST_MINUTES
    minutes, node = found
    if minutes > LONGEST_MINUTES:
        fields.report.at(node, "too_many_minutes", minutes=shown(minutes), limit=LONGEST_MINUTES)
    elif minutes < SHORTEST_MINUTES:
        fields.report.at(node, "too_few_minutes", minutes=shown(minutes), limit=SHORTEST_MINUTES)
    return minutes
