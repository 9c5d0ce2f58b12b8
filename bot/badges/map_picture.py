"""The map of badges as a picture: courses as rows, their modules as stepping stones to the competence badge.

Every state has its own sign and its own words, so that nothing depends on colour. All strings come finished.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image

from bot.badges.cloisonne import Cloisonne, Frame, Point, arc, circle, indexed, turned
from bot.badges.fonts import drawable, width
from bot.badges.palettes import CREAM, GOLD, NEUTRAL, Colour, Palette, palette_of
from bot.badges.typesetting import Setting, Try, fit

CellState = Literal["earned", "started", "next", "open"]
Sign = Literal["earned", "started", "next", "open", "goal_earned", "goal_open"]

MOST_COURSES = 40
"""What goes beyond this many courses, or modules in a course, is given as an ellipsis and a number."""
MOST_MODULES = 16

_WIDTH, _GAP, _MARGIN = 1200, 16, 28
_LINE, _PADDING = 152, 14
_PER_LINE, _CELLS_LEFT, _CELLS_RIGHT = 4, 316, 1016
_GOAL_X, _GOAL_ROOM, _GOAL_RADIUS = 1110, 148, 35.0
_STONE = 27.0
_HEADER, _LEGEND = 92, 52
_PAPER: Colour = (240, 232, 214)
_INK: Colour = (38, 40, 48)
_QUIET: Colour = (96, 96, 104)
_FAINT: Colour = (176, 170, 158)


@dataclass(frozen=True)
class MapCell:
    """A module: its title, its state, how many of its units are done, and the state in words."""

    title: str
    state: CellState
    done: int
    total: int
    words: str


@dataclass(frozen=True)
class MapGoal:
    """The competence badge at the end of a row."""

    title: str
    earned: bool
    words: str


@dataclass(frozen=True)
class MapRow:
    """A course. `category_ja` chooses the colours, as on its badges."""

    title: str
    category_ja: str
    cells: tuple[MapCell, ...]
    goal: MapGoal


@dataclass(frozen=True)
class LegendEntry:
    """What a sign means."""

    sign: Sign
    words: str


@dataclass(frozen=True)
class MapPicture:
    """The whole map, in the reader's language."""

    title: str
    rows: tuple[MapRow, ...]
    legend: tuple[LegendEntry, ...]
    subtitle: str = ""


def draw_map(picture: MapPicture) -> bytes:
    """The map as a PNG on an opaque ground, the same bytes for the same map.

    Up to eight courses stand in one column; more are spread over two or three, read downwards. Raises
    `Problem("font.missing")` when the typeface is not installed.
    """
    cards = [_card(row) for row in picture.rows[:MOST_COURSES]]
    left_out = len(picture.rows) - len(cards)
    columns = _columns(cards)
    wide = len(columns) * (_WIDTH + _MARGIN) + _MARGIN
    header = _header(picture, wide)
    tall = max((sum(card.height + _GAP for card in column) for column in columns), default=0)
    page = Image.new("RGB", (wide, header.height + tall + _MARGIN + (40 if left_out else 0)), _PAPER)
    page.paste(header, (0, 0), header)
    for i, column in enumerate(columns):
        y = header.height
        for card in column:
            page.paste(card, (_MARGIN + i * (_WIDTH + _MARGIN), y), card)
            y += card.height + _GAP
    if left_out:
        rest = _note(f"… +{left_out}", wide)
        page.paste(rest, (0, page.height - rest.height), rest)
    out = BytesIO()
    indexed(page).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _columns(cards: Sequence[Image.Image]) -> list[list[Image.Image]]:
    """The cards in reading order, spread over columns of about the same height."""
    count = 1 if len(cards) <= 8 else 2 if len(cards) <= 20 else 3
    ideal = sum(card.height + _GAP for card in cards) / count
    columns: list[list[Image.Image]] = [[]]
    filled = 0.0
    for card in cards:
        if filled + card.height / 2 > ideal * len(columns) and len(columns) < count:
            columns.append([])
        columns[-1].append(card)
        filled += card.height + _GAP
    return columns


def _header(picture: MapPicture, wide: int) -> Image.Image:
    """The title and, below it, the legend."""
    entries = [(entry.sign, _one(entry.words, wide / 2, (22, 20, 18))) for entry in picture.legend]
    places, lines = _flow([width(words, size) for _, (words, size) in entries], wide)
    sheet = Cloisonne(wide, _HEADER + _LEGEND * lines, GOLD)
    title, size = _one(picture.title, wide - 2 * _MARGIN, (42, 36, 30))
    sheet.write(_MARGIN, 50, title, size, _INK, 0.025, "lm")
    left = _MARGIN + width(title, size) + 26
    subtitle, small = _one(picture.subtitle, max(wide - _MARGIN - left, 0), (24, 21, 18))
    if wide - left > 120:
        sheet.write(left, 54, subtitle, small, _QUIET, 0.0, "lm")
    for (sign, (words, size)), (x, line) in zip(entries, places, strict=True):
        y = _HEADER + _LEGEND * line + 20
        _SIGNS[sign](sheet, Frame(x + 20, y, 18.0), NEUTRAL, 1, 2)
        sheet.write(x + 50, y, words, size, _INK, 0.01, "lm")
    return sheet.finish()


def _flow(widths: Sequence[float], wide: int) -> tuple[list[tuple[float, int]], int]:
    """Places (x, line) for legend entries of these widths, and the number of lines."""
    places: list[tuple[float, int]] = []
    x, line = float(_MARGIN), 0
    for text in widths:
        if x > _MARGIN and x + 50 + text > wide - _MARGIN:
            x, line = float(_MARGIN), line + 1
        places.append((x, line))
        x += text + 86
    return places, line + 1 if widths else 0


def _note(text: str, wide: int) -> Image.Image:
    sheet = Cloisonne(wide, 52, GOLD)
    sheet.write(_MARGIN + 8, 20, text, 26, _QUIET, 0.0, "lm")
    return sheet.finish()


@dataclass(frozen=True)
class _Grid:
    """Where the stones of one card lie: `count` stones in lines of equal length."""

    count: int

    @property
    def lines(self) -> int:
        return max(1, -(-self.count // _PER_LINE))

    @property
    def per_line(self) -> int:
        return max(1, -(-self.count // self.lines))

    @property
    def cell(self) -> float:
        """The width of a cell in pixels."""
        return (_CELLS_RIGHT - _CELLS_LEFT) / self.per_line

    @property
    def tall(self) -> int:
        """The height of the card in pixels."""
        return self.lines * _LINE + 2 * _PADDING

    @property
    def goal_y(self) -> float:
        return self.tall / 2 - 42

    def middle(self, i: int) -> Point:
        """The middle of the i-th stone."""
        return _CELLS_LEFT + self.cell * (i % self.per_line + 0.5), self.line_y(i // self.per_line)

    def line_y(self, line: int) -> float:
        return _PADDING + _LINE * line + 34


def _card(row: MapRow) -> Image.Image:
    """One course: its title, the stones, the goal."""
    palette = palette_of(row.category_ja)
    cells = row.cells[:MOST_MODULES]
    grid = _Grid(len(cells))
    sheet = Cloisonne(_WIDTH, grid.tall, palette.metal)
    sheet.fill(_rounded(0, 0, _WIDTH, grid.tall, 18), palette.field)
    sheet.fill(_rounded(14, 3, _WIDTH - 3, grid.tall - 3, 15), CREAM)
    title = fit(drawable(row.title), _CELLS_LEFT - 56, tuple(Try(s, 3) for s in (29, 27, 25, 23)))
    _paragraph(sheet, title, 40, grid.tall / 2, palette.ink(), 0.022, "lm")
    _path(sheet, grid)
    for i, cell in enumerate(cells):
        _stone(sheet, cell, grid.middle(i), grid.cell - 14, palette)
    if left_out := len(row.cells) - len(cells):
        sheet.write(_GOAL_X, grid.tall - 24, f"… +{left_out}", 20, _QUIET)
    _goal(sheet, row.goal, grid.goal_y, palette)
    return sheet.finish()


def _path(sheet: Cloisonne, grid: _Grid) -> None:
    """The dotted way over the stones to the goal: several lines meet before it."""
    meet = _CELLS_RIGHT + 14.0
    if grid.count:
        for line in range(grid.lines):
            _dots(sheet, (grid.middle(0)[0], grid.line_y(line)), (meet, grid.line_y(line)))
        _dots(sheet, (meet, min(grid.line_y(0), grid.goal_y)), (meet, grid.line_y(grid.lines - 1)))
        _dots(sheet, (meet, grid.goal_y), (_GOAL_X - _GOAL_RADIUS - 4, grid.goal_y))


def _dots(sheet: Cloisonne, start: Point, end: Point) -> None:
    steps = int(max(end[0] - start[0], end[1] - start[1]) / 13)
    for i in range(steps + 1):
        share = i / max(1, steps)
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        sheet.fill(circle(2.6, x, y, 12), _FAINT)


def _stone(sheet: Cloisonne, cell: MapCell, at: Point, room: float, palette: Palette) -> None:
    x, y = at
    sheet.fill(circle(_STONE + 9, x, y, 60), CREAM)
    _SIGNS[cell.state](sheet, Frame(x, y, _STONE), palette, cell.done, cell.total)
    title = fit(drawable(cell.title), room, tuple(Try(s, 2) for s in (22, 21, 20, 19, 18)))
    words, size = _one(cell.words, room, (18, 17, 16))
    bottom = _paragraph_below(sheet, title, x, y + _STONE + 9, palette.ink())
    sheet.write(x, bottom + 13, words, size, _QUIET)


def _goal(sheet: Cloisonne, goal: MapGoal, y: float, palette: Palette) -> None:
    sign: Sign = "goal_earned" if goal.earned else "goal_open"
    _SIGNS[sign](sheet, Frame(_GOAL_X, y, _GOAL_RADIUS), palette, 0, 0)
    title = fit(drawable(goal.title), _GOAL_ROOM, tuple(Try(s, 2) for s in (21, 20, 19, 18)))
    words, size = _one(goal.words, _GOAL_ROOM, (18, 17, 16))
    bottom = _paragraph_below(sheet, title, _GOAL_X, y + _GOAL_RADIUS + 7, palette.ink())
    sheet.write(_GOAL_X, bottom + 13, words, size, _QUIET)


def _paragraph_below(sheet: Cloisonne, text: Setting, x: float, top: float, ink: Colour) -> float:
    """Letter centred lines from `top` downwards; returns where they end."""
    tall = len(text.lines) * text.size * 1.2
    _paragraph(sheet, text, x, top + tall / 2, ink, 0.02, "mm")
    return top + tall


def _paragraph(
    sheet: Cloisonne,
    text: Setting,
    x: float,
    middle: float,
    ink: Colour,
    weight: float,
    anchor: Literal["mm", "lm"],
) -> None:
    for i, line in enumerate(text.lines):
        y = middle + (i - (len(text.lines) - 1) / 2) * text.size * 1.2
        sheet.write(x, y, line, text.size, ink, weight, anchor)


def _one(text: str, room: float, sizes: tuple[int, ...]) -> tuple[str, float]:
    """A text as one line with its size."""
    setting = fit(drawable(text), room, tuple(Try(size, 1) for size in sizes))
    return (setting.lines[0] if setting.lines else ""), setting.size


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    return [
        *arc(radius, 0, 90, right - radius, top + radius, 10),
        *arc(radius, 90, 180, right - radius, bottom - radius, 10),
        *arc(radius, 180, 270, left + radius, bottom - radius, 10),
        *arc(radius, 270, 360, left + radius, top + radius, 10),
    ]


def _earned(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """A full disc with a tick."""
    sheet.plate(frame.place(circle(1.08)))
    sheet.fill(frame.place(circle(0.94)), palette.field)
    tick: list[Point] = [
        (-0.52, 0.02), (-0.34, -0.16), (-0.12, 0.08), (0.36, -0.44), (0.54, -0.26), (-0.12, 0.46),
    ]  # fmt: skip
    sheet.fill(frame.place(tick), palette.petal)


def _started(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """A disc in as many parts as there are units, those done being filled."""
    total = max(1, total)
    share = 360 / total
    sheet.fill(frame.place(circle(1.04)), palette.field)
    sheet.fill(frame.place(circle(0.94)), CREAM)
    filled = min(max(done, 0), total)
    if filled:
        pie = circle(0.94) if filled == total else [(0.0, 0.0), *arc(0.94, 0, share * filled)]
        sheet.fill(frame.place(pie), palette.field)
    for i in range(total if 1 < total <= 12 else 0):
        spoke: list[Point] = [(-0.05, 0), (0.05, 0), (0.05, -0.96), (-0.05, -0.96)]
        sheet.fill(frame.place(turned(spoke, share * i)), CREAM)


def _next(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """A ring around an arrowhead."""
    sheet.fill(frame.place(circle(1.16)), palette.field)
    sheet.fill(frame.place(circle(0.98)), CREAM)
    sheet.fill(frame.place([(-0.34, -0.56), (0.64, 0), (-0.34, 0.56)]), palette.field)


def _open(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """A thin empty ring."""
    sheet.fill(frame.place(circle(0.9)), _FAINT)
    sheet.fill(frame.place(circle(0.8)), CREAM)


def _flower(radius: float) -> list[Point]:
    """Eight petals: the outline of a competence badge."""
    return [point for i in range(8) for point in turned(arc(0.37 * radius, -70.6, 70.6, 0, -0.72 * radius, 12), 45 * i)]


def _goal_earned(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """A full flower with a tick."""
    sheet.plate(frame.place(_flower(1.0)))
    sheet.fill(frame.place(_flower(0.9)), palette.tint)
    _earned(sheet, Frame(frame.x, frame.y, frame.unit * 0.6), palette, done, total)


def _goal_open(sheet: Cloisonne, frame: Frame, palette: Palette, done: int, total: int) -> None:
    """The bare outline of a flower."""
    sheet.fill(frame.place(_flower(0.98)), _FAINT)
    sheet.fill(frame.place(_flower(0.9)), CREAM)


_SIGNS = {
    "earned": _earned,
    "started": _started,
    "next": _next,
    "open": _open,
    "goal_earned": _goal_earned,
    "goal_open": _goal_open,
}
