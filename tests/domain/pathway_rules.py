"""Rules of pathways, drawn for tests; days counted from a first one."""

from datetime import date, timedelta

from hypothesis import strategies as st

from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported, InOrder, Rule
from bot.domain.recognition import As

BADGES = ("a", "b", "c", "d", "e")
ELSEWHERE, ISSUERS = ("x", "y"), ("ix.example", "iy.example")
START = date(2026, 4, 1)
NAME = Bilingual("研修", "Training")
ROLES = st.sampled_from(As)


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def rules(draw: st.DrawFn, badges: tuple[str, ...] = BADGES, depth: int = 3) -> Rule:
    simple = ("earned", "endorsed", "imported")
    kind = draw(st.sampled_from(simple if depth == 0 else (*simple, "all", "any", "order")))
    if kind == "imported":
        wanted = draw(st.lists(st.sampled_from(ELSEWHERE), max_size=2, unique=True))
        issuers = draw(st.lists(st.sampled_from(ISSUERS), max_size=2, unique=True))
        return Imported(NAME, tuple(wanted), tuple(issuers), draw(st.integers(1, len(wanted) or 2)))
    if kind == "earned":
        return Earned(draw(st.sampled_from(badges)))
    if kind == "endorsed":
        named = draw(st.lists(st.sampled_from(badges), min_size=1, max_size=3, unique=True))
        return Endorsed(tuple(named), draw(st.integers(1, 3)), draw(st.booleans()), draw(st.none() | ROLES))
    parts = tuple(draw(st.lists(rules(badges, depth - 1), min_size=1, max_size=3)))
    if kind == "all":
        return All(parts)
    return AnyOf(parts, draw(st.integers(1, len(parts)))) if kind == "any" else InOrder(parts)
