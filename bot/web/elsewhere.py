"""What was earned at another deployment, as the pages of its holder list it: with its school, apart from one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.language import Bilingual
from bot.services.ports import BroughtCompletion, Document


@dataclass(frozen=True)
class Elsewhere:
    """A badge, or something finished, as the school that it comes from says."""

    name: Bilingual
    on: date
    school: Bilingual
    reflection: str | None = None
    """The person's own words, which no school signed."""


def brought_badges(documents: Sequence[Document]) -> tuple[Elsewhere, ...]:
    return tuple(Elsewhere(item.name, item.on, item.issuer_name) for item in documents)


def brought_units(completions: Sequence[BroughtCompletion]) -> tuple[Elsewhere, ...]:
    return tuple(Elsewhere(item.title, item.on, item.issuer_name, item.reflection) for item in completions)
