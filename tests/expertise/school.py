"""A small staff room to ask: five badges in one or two languages, and who holds them."""

from datetime import date

from bot.expertise.index import Definition
from bot.expertise.ranking import Holding

TODAY = date(2026, 11, 22)

FRACTIONS = Definition(
    key="fractions",
    name=("分数の指導(基礎)",),
    tags=("算数", "分数"),
    description=("数直線と面積図で分数の意味を説明する。",),
)
SUPPORT = Definition(
    key="support",
    name=("特別支援教育の基礎", "Basics of special needs education"),
    tags=("特別支援", "special needs"),
    description=("どの子も分かる手立てを考える。", "Finding ways in for every child."),
)
TABLETS = Definition(
    key="tablets",
    name=("端末を使った授業",),
    tags=("ICT",),
    description=("一人一台端末で考えを共有する。",),
)
ALLERGY = Definition(
    key="allergy",
    name=("Responding to food allergies",),
    tags=("health",),
    description=("Recognising anaphylaxis and using an EpiPen.",),
)
LIFE = Definition(
    key="life",
    name=("自殺予防とSOSの出し方",),
    tags=("生徒指導",),
    description=("助けを求める力を育てる。",),
)
DEFINITIONS = (FRACTIONS, SUPPORT, TABLETS, ALLERGY, LIFE)


def holding(
    person: str, definition: str = "fractions", *, level: int = 1, colleagues: int = 0, leaders: int = 0, day: int = 1
) -> Holding:
    """A badge of this person, awarded in April 2026."""
    return Holding(person, definition, level, date(2026, 4, day), colleagues, leaders)
