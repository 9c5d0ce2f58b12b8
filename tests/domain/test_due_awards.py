"""What completions earn (design.md 4.20)."""

from bot.domain.awards import Due, Level, due_awards
from bot.domain.catalogue import BadgeSpec, Check, ChoiceCheck, Course, Module, TextCheck, Unit, UnitKind
from bot.domain.language import Bilingual

WORDS = Bilingual("語", "words")
TEXT = TextCheck(WORDS, 10)
CHOICE = ChoiceCheck(WORDS, (WORDS, WORDS), 0, WORDS)


def _unit(key: str, check: Check) -> Unit:
    return Unit(key, WORDS, 3, UnitKind.READING, f"https://units.example/{key}", check)


def _course(*modules: tuple[Unit, ...]) -> Course:
    made = tuple(Module(f"m{n}", BadgeSpec(f"kb{n}", WORDS), units) for n, units in enumerate(modules))
    return Course("c", WORDS, WORDS, WORDS, BadgeSpec("cb", WORDS), made)


def test_all_units_of_a_module_earn_its_badge_and_all_badges_the_course_s() -> None:
    course = _course((_unit("a", CHOICE), _unit("b", TEXT)), (_unit("c", CHOICE),))
    first = Due("kb0", Level.KNOWLEDGE, ("a", "b"))
    assert due_awards([course], {"a"}, ()) == ()
    assert due_awards([course], {"a", "b"}, ()) == (first,)
    assert due_awards([course], {"a", "b", "c"}, ()) == (
        first,
        Due("kb1", Level.KNOWLEDGE, ("c",)),
        Due("cb", Level.COMPETENCE, ("kb0", "kb1")),
    )
    assert due_awards([course], {"a", "b"}, {"kb0"}) == ()


def test_texts_alone_earn_nothing() -> None:
    course = _course((_unit("a", TEXT), _unit("b", TEXT)), (_unit("c", CHOICE),))
    assert due_awards([course], {"a", "b", "c"}, ()) == (Due("kb1", Level.KNOWLEDGE, ("c",)),)
    held = due_awards([course], {"a", "b", "c"}, {"kb0"})
    assert [due.key for due in held] == ["kb1", "cb"], "what was awarded for an earlier version counts for good"


def test_a_module_without_units_earns_nothing() -> None:
    assert due_awards([_course(())], (), ()) == ()
