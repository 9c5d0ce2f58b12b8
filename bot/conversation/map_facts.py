"""What the picture of a badge map shows, in the reader's words: the same in chat and on pages."""

from collections.abc import Sequence

from bot.badges.map_picture import CellState, LegendEntry, MapCell, MapGoal, MapPicture, MapRow, Sign
from bot.domain.language import Lang
from bot.services.looks import CourseState, ModuleState
from bot.services.ports import Phrases

_SIGNS: tuple[Sign, ...] = ("earned", "started", "next", "open", "goal_earned", "goal_open")


def map_facts(courses: Sequence[CourseState], lang: Lang, phrases: Phrases) -> MapPicture:
    """Rows of courses with their modules, goals and legend, finished for drawing."""

    def cell(state: ModuleState) -> MapCell:
        total = len(state.module.units)
        sign = cell_state(state)
        words = phrases.say(lang, f"map.cell.{sign}", done=state.done, total=total)
        return MapCell(state.module.badge.name.in_(lang), sign, state.done, total, words)

    def goal(state: CourseState) -> MapGoal:
        words = phrases.say(lang, f"map.cell.{'goal_earned' if state.earned else 'goal_open'}")
        return MapGoal(state.course.badge.name.in_(lang), state.earned, words)

    return MapPicture(
        title=phrases.say(lang, "map.title"),
        rows=tuple(
            MapRow(
                state.course.title.in_(lang),
                state.course.category.ja,
                tuple(cell(module) for module in state.modules),
                goal(state),
            )
            for state in courses
        ),
        legend=tuple(LegendEntry(sign, phrases.say(lang, f"map.legend.{sign}")) for sign in _SIGNS),
    )


def cell_state(state: ModuleState) -> CellState:
    """Where the person stands with a module."""
    if state.earned:
        return "earned"
    if state.done:
        return "started"
    return "next" if state.next else "open"
