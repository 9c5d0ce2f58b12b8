"""A small catalogue for scenarios: two courses, four units, five badges."""

from bot.domain.catalogue import (
    BadgeSpec,
    Catalogue,
    Check,
    ChoiceCheck,
    Course,
    Issuer,
    Module,
    Pathway,
    TextCheck,
    Unit,
    UnitKind,
)
from bot.domain.language import Bilingual
from bot.domain.pathways import Rule


def both(ja: str, en: str) -> Bilingual:
    return Bilingual(ja, en)


def choice(ja: str, en: str) -> ChoiceCheck:
    """A question of three choices; the second is right."""
    return ChoiceCheck(
        both(f"{ja}について正しいのはどれですか", f"Which is right about {en}?"),
        (
            both(f"{ja}を急ぐ", f"hurry {en}"),
            both(f"{ja}を待つ", f"wait for {en}"),
            both(f"{ja}をやめる", f"stop {en}"),
        ),
        1,
        both(f"{ja}は待つとうまくいきます", f"Waiting for {en} works best"),
    )


BOARD = Unit(
    "u-board", both("電子黒板の使い方", "Using the whiteboard"), 3, UnitKind.VIDEO, "https://units.example/board",
    choice("電子黒板", "the whiteboard"), ("ICT", "電子黒板"),
)  # fmt: skip
NOTE = Unit(
    "u-note", both("板書ノートの工夫", "Better notebooks"), 4, UnitKind.EXERCISE, "https://units.example/note",
    TextCheck(both("明日なにを試しますか", "What will you try tomorrow?"), 10), ("ノート",),
)  # fmt: skip
QUIZ = Unit(
    "u-quiz", both("小テストの作り方", "Making a quiz"), 6, UnitKind.READING, "https://units.example/quiz",
    choice("小テスト", "the quiz"), ("評価",),
)  # fmt: skip
BREATH = Unit(
    "u-breath", both("ひと呼吸の休み方", "One calm breath"), 2, UnitKind.VIDEO, "https://units.example/breath",
    choice("呼吸", "the breath"), ("休養",),
)  # fmt: skip
UNITS = {unit.key: unit for unit in (BOARD, NOTE, QUIZ, BREATH)}

FIRST, SECOND, WHOLE = "kb-ict-1", "kb-ict-2", "cb-ict"
CARE, WHOLE_CARE = "kb-care-1", "cb-care"
WAY = "pb-way"
NAMES = {
    FIRST: both("ICTの入口", "Doors to ICT"),
    SECOND: both("学びの道具箱", "Toolbox of learning"),
    WHOLE: both("ICTを生かす力", "Putting ICT to use"),
    CARE: both("休む知恵", "Knowing how to rest"),
    WAY: both("学び続ける道", "Way of learning"),
    WHOLE_CARE: both("自分を守る力", "Looking after yourself"),
}
ISSUER = Issuer("press", both("れい出版", "Example Press"), "https://press.example")


def catalogue(
    *,
    without: tuple[str, ...] = (),
    summary: str = "Small steps",
    extra: tuple[Unit, ...] = (),
    pathways: tuple[Pathway, ...] = (),
    terms: dict[str, int] | None = None,
) -> Catalogue:
    """The catalogue, or a later edition: units withdrawn, a course described anew, units or pathways added; `terms`
    in months for badges that expire."""
    terms = terms or {}
    tools = Course(
        "ict", both("授業", "Teaching"), both("教室のICT", "ICT in the classroom"), both("小さな一歩", summary),
        _badge(WHOLE, terms),
        _modules((("ict-1", FIRST, (BOARD, *extra)), ("ict-2", SECOND, (NOTE, QUIZ))), without, terms),
    )  # fmt: skip
    care = Course(
        "care", both("健康", "Wellbeing"), both("教員のセルフケア", "Self-care"), both("休み方", "How to rest"),
        _badge(WHOLE_CARE, terms), _modules((("care-1", CARE, (BREATH,)),), without, terms),
    )  # fmt: skip
    return Catalogue(ISSUER, tuple(course for course in (tools, care) if course.modules), pathways=pathways)


def _badge(key: str, terms: dict[str, int]) -> BadgeSpec:
    return BadgeSpec(key, NAMES[key], valid_months=terms.get(key))


def _modules(
    rows: tuple[tuple[str, str, tuple[Unit, ...]], ...], without: tuple[str, ...], terms: dict[str, int]
) -> tuple[Module, ...]:
    kept = [(key, badge, tuple(unit for unit in units if unit.key not in without)) for key, badge, units in rows]
    return tuple(Module(key, _badge(badge, terms), units) for key, badge, units in kept if units)


def unit(key: str, check: Check) -> Unit:
    """A unit that a later edition adds."""
    return Unit(key, both(f"追加 {key}", f"Added {key}"), 3, UnitKind.READING, f"https://units.example/{key}", check)


def pathway(rule: Rule) -> Pathway:
    """A pathway of this rule, whose badge is `WAY`."""
    return Pathway("way", both("若手の道", "A way for beginners"), BadgeSpec(WAY, NAMES[WAY]), rule)
