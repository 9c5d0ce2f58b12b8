"""What a catalogue says beside its courses: a teacher development index, and how badges refer to it."""

from bot.domain.catalogue import BadgeSpec, Index, IndexItem, Pillar, Stage
from bot.domain.language import Bilingual
from bot.intake.catalogue_names import LONGEST_CODE, Names
from bot.intake.catalogue_terms import read_term
from bot.intake.document import Fields, both_of

LONGEST_NAME = 120
LONGEST_GOAL = 600
NO_BADGE = BadgeSpec("", Bilingual("", ""))


def read_index(fields: Fields, names: Names) -> Index:
    """The index; from here on stages and items that are referred to must exist."""
    names.open("stage", "item")
    index = Index(
        key=fields.key("id"),
        name=fields.both("name", LONGEST_NAME),
        stages=tuple(_stage(stage, names) for stage in fields.mappings("stages")),
        pillars=tuple(_pillar(pillar, names) for pillar in fields.mappings("pillars")),
        items=tuple(_item(item, names) for item in fields.mappings("items")),
        url=fields.url_if_any("url"),
    )
    fields.finish("note")
    return index


def read_badge(fields: Fields | None, names: Names, *, expires: bool = True) -> BadgeSpec:
    """What is said of a badge, with its references into the index. Without `expires` it has no term of its own."""
    if fields is None:
        return NO_BADGE
    badge = BadgeSpec(
        key=names.new("badge", fields),
        name=fields.both("name", LONGEST_NAME),
        index_items=names.references("item", fields, "index_items"),
        stages=names.references("stage", fields, "stages"),
        valid_months=read_term(fields, "valid_for") if expires else None,
    )
    fields.finish()
    return badge


def _stage(fields: Fields, names: Names) -> Stage:
    stage = Stage(
        names.new_code("stage", fields, "id"),
        fields.text("years", LONGEST_CODE),
        fields.both("name", LONGEST_NAME),
    )
    fields.finish()
    return stage


def _pillar(fields: Fields, names: Names) -> Pillar:
    pillar = Pillar(names.new_code("pillar", fields, "id"), fields.both("name", LONGEST_NAME))
    fields.finish()
    return pillar


def _item(fields: Fields, names: Names) -> IndexItem:
    code, name = names.new_code("item", fields, "code"), fields.both("name", LONGEST_NAME)
    goals: dict[str, Bilingual] = {}
    if (found := fields.find("goals")) is not None:
        for stage, goal in Fields(found, fields.report).entries():
            names.use("stage", stage, goal)
            goals[stage] = both_of(goal, LONGEST_GOAL, fields.report)
    fields.finish()
    return IndexItem(code, name, goals)
