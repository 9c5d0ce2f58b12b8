"""What a badge map shows, in the reader's words: the same in chat and on pages."""

from collections.abc import Sequence

from bot.badges.map_picture import CellState, LegendEntry, MapCell, MapGoal, MapPicture, MapRow, Sign
from bot.conversation.views import MapHalt, MapPathway
from bot.domain.language import Bilingual, Lang
from bot.domain.pathways import counted, missing, out_of_order
from bot.services.looks import CourseState, ModuleState
from bot.services.pathway_words import RuleWords
from bot.services.pathways import PathwayState, Ways
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


def pathway_facts(ways: Ways, lang: Lang, phrases: Phrases) -> tuple[MapPathway, ...]:
    """Each pathway with what is there, what is missing exactly, and what would be next."""
    words = RuleWords(phrases, lang, ways.names)

    def named(badge: str) -> Bilingual:
        return ways.names.get(badge, Bilingual(badge, badge))

    def facts(state: PathwayState) -> MapPathway:
        left = None if state.earned else missing(state.progress)
        unit, badge = state.next or (None, "")
        return MapPathway(
            name=state.pathway.name,
            badge=state.pathway.badge.name,
            earned=state.earned,
            has=tuple(map(words.badge, counted(state.progress))),
            missing=() if left is None else words.parts(left),
            early=() if state.earned else tuple(map(words.badge, dict.fromkeys(out_of_order(state.progress)))),
            next_unit=unit.title if unit else None,
            next_key=unit.key if unit else "",
            next_badge=words.badge(badge) if badge else "",
            halted=tuple(MapHalt(named(one.badge), one.award, one.why, one.on) for one in state.halted),
            over=state.over,
            reached_on=state.reached_on,
        )

    return tuple(map(facts, ways.states))


def cell_state(state: ModuleState) -> CellState:
    """Where the person stands with a module."""
    if state.earned:
        return "earned"
    if state.done:
        return "started"
    return "next" if state.next else "open"
