"""Traditional repeating patterns (和柄) as lines: what is woven into the field behind a crest.

Every pattern covers the square from (-reach, -reach) to (reach, reach); lengths are pixels.
"""

from collections.abc import Callable, Iterator
from math import cos, hypot, pi

from bot.badges.cloisonne import Point, arc, circle

Line = list[Point]
Pattern = Callable[[float, float], list[Line]]


def _steps(reach: float, step: float) -> Iterator[tuple[int, float]]:
    count = int(reach / step) + 2
    for i in range(-count, count + 1):
        yield i, i * step


def _triangular(reach: float, step: float) -> Iterator[Point]:
    """The corners of a net of equilateral triangles of side `step`."""
    for row, y in _steps(reach, step * 3**0.5 / 2):
        for _, x in _steps(reach, step):
            yield x + (step / 2 if row % 2 else 0), y


def hemp_leaf(reach: float, step: float) -> list[Line]:
    """麻の葉."""
    lines: list[Line] = []
    third = step / 3**0.5
    for x, y in _triangular(reach, step):
        up, down = (x + step / 2, y - third / 2), (x + step / 2, y + third / 2)
        right, above = (x + step, y), (x + step / 2, y - step * 3**0.5 / 2)
        below = (x + step / 2, y + step * 3**0.5 / 2)
        lines += [[(x, y), right], [(x, y), above], [(x, y), below]]
        for middle in (up, down):
            lines += [[(x, y), middle], [middle, right]]
        lines += [[up, above], [down, below]]
    return lines


def blue_sea(reach: float, step: float) -> list[Line]:
    """青海波: of each wave only the part that the two lower waves do not cover."""
    radius = step * 0.62
    wave = [
        [(x, y) for x, y in arc(radius * share, -90, 90, steps=40) if hypot(abs(x) - radius, y - radius / 2) >= radius]
        for share in (1.0, 0.74, 0.48, 0.24)
    ]
    return [
        [(px + x + (radius if row % 2 else 0), py + y) for px, py in line]
        for row, y in _steps(reach, radius / 2)
        for _, x in _steps(reach, radius * 2)
        for line in wave
        if len(line) > 1
    ]


def seven_treasures(reach: float, step: float) -> list[Line]:
    """七宝つなぎ: circles that overlap by a quarter."""
    radius = step * 0.62
    return [
        [*(c := circle(radius, x + (radius if row % 2 else 0), y, 40)), c[0]]
        for row, y in _steps(reach, radius)
        for _, x in _steps(reach, radius * 2)
    ]


def tortoiseshell(reach: float, step: float) -> list[Line]:
    """亀甲: hexagons within hexagons."""
    side = step / 3**0.5
    lines: list[Line] = []
    for row, y in _steps(reach, side * 1.5):
        for _, x in _steps(reach, step):
            middle = x + (step / 2 if row % 2 else 0)
            for share in (1.0, 0.62):
                shape = circle(side * share, middle, y, 6)
                lines.append([*shape, shape[0]])
    return lines


def woven_bamboo(reach: float, step: float) -> list[Line]:
    """籠目: bands woven in three directions."""
    lines: list[Line] = []
    long = reach * 2.5
    for _, at in _steps(reach * 1.6, step * 0.75):
        for slope in (0.0, 3**0.5, -(3**0.5)):
            if slope == 0.0:
                lines.append([(-long, at + step * 0.375), (long, at + step * 0.375)])
            else:
                shift = at * 2 / 3**0.5
                lines.append([(shift - long / slope, -long), (shift + long / slope, long)])
    return lines


def rising_steam(reach: float, step: float) -> list[Line]:
    """立涌: pairs of lines that swell and narrow."""
    lines: list[Line] = []
    height = step * 1.7
    for column, x in _steps(reach, step * 0.62):
        way = 1 if column % 2 else -1
        for inset in (-3.0, 3.0):
            lines.append(
                [(x + inset + way * step * 0.2 * cos(2 * pi * y / height), y) for _, y in _steps(reach, height / 16)]
            )
    return lines


def arrow_feathers(reach: float, step: float) -> list[Line]:
    """矢絣: feathers of arrows, up and down by turns."""
    lines: list[Line] = []
    for column, x in _steps(reach, step * 0.6):
        way = 1 if column % 2 else -1
        lines.append([(x, -reach * 1.2), (x, reach * 1.2)])
        for row, y in _steps(reach, step * 0.34):
            if row % 4 != 3:
                lines.append([(x, y + way * step * 0.3), (x + step * 0.3, y), (x + step * 0.6, y + way * step * 0.3)])
    return lines


PATTERNS: tuple[Pattern, ...] = (
    hemp_leaf,
    blue_sea,
    seven_treasures,
    tortoiseshell,
    woven_bamboo,
    rising_steam,
    arrow_feathers,
)
