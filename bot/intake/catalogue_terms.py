"""How an author writes the time for which a badge is valid: `3 years`, `18 months`, 3年, 18か月."""

import re
import unicodedata

from bot.domain.validity import LONGEST_MONTHS, SHORTEST_MONTHS
from bot.intake.document import Fields, shown

_TERM = re.compile(r"(\d{1,4}) ?(?:(years?|年(?:間)?)|months?|[かヶケカヵ箇](?:月|月間))", re.IGNORECASE)


def read_term(fields: Fields, name: str) -> int | None:
    """An optional term, in months; None also for what is none, with a complaint."""
    found = fields.find(name)
    if found is None:
        return None
    typed = unicodedata.normalize("NFKC", found.value).strip() if isinstance(found.value, str) else ""
    term = _TERM.fullmatch(typed)
    if term is None:
        fields.report.at(found, "no_term", value=shown(found.value))
        return None
    months = int(term[1]) * (12 if term[2] else 1)
    if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
        fields.report.at(found, "term_out_of_range", months=months, low=SHORTEST_MONTHS, high=LONGEST_MONTHS)
        return None
    return months
