"""A drawing surface that works like cloisonné: cells of coloured enamel between raised wires of metal.

Positions and lengths are pixels of the finished picture. Everything is drawn `SCALE` times larger and reduced
once at the end, which makes smooth edges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, degrees, pi, radians, sin
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.badges.fonts import font, width
from bot.badges.palettes import Colour, Metal
from bot.badges.typesetting import beginning, end_of_word

SCALE = 3
Point = tuple[float, float]
Shape = Sequence[Point]


@dataclass(frozen=True)
class Frame:
    """Where a motif lies: its middle, the length of its unit, its turn in degrees clockwise."""

    x: float
    y: float
    unit: float
    turn: float = 0.0

    def place(self, shape: Iterable[Point]) -> list[Point]:
        """A shape in units, in pixels."""
        c, s = cos(radians(self.turn)), sin(radians(self.turn))
        return [(self.x + self.unit * (x * c - y * s), self.y + self.unit * (x * s + y * c)) for x, y in shape]


def circle(radius: float, x: float = 0.0, y: float = 0.0, corners: int = 180) -> list[Point]:
    """A circle as a polygon, beginning at the top."""
    return arc(radius, 0, 360, x, y, corners)[:-1]


def ring(outer: float, inner: float) -> list[Point]:
    """The band between two circles around (0, 0)."""
    return [*arc(outer, 0, 360, steps=180), *arc(inner, 360, 0, steps=180)]


def arc(radius: float, start: float, end: float, x: float = 0.0, y: float = 0.0, steps: int = 48) -> list[Point]:
    """Part of a circle; degrees are counted clockwise from the top."""
    turns = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + radius * sin(t), y - radius * cos(t)) for t in turns]


def curve(a: Point, b: Point, c: Point, d: Point, steps: int = 16) -> list[Point]:
    """A cubic Bézier curve from `a` to `d`."""
    points: list[Point] = []
    for i in range(steps + 1):
        t, u = i / steps, 1 - i / steps
        k, m, n, o = u**3, 3 * u * u * t, 3 * u * t * t, t**3
        x = k * a[0] + m * b[0] + n * c[0] + o * d[0]
        y = k * a[1] + m * b[1] + n * c[1] + o * d[1]
        points.append((x, y))
    return points


def turned(shape: Iterable[Point], by: float) -> list[Point]:
    """A shape turned clockwise around (0, 0) by degrees."""
    return Frame(0, 0, 1, by).place(shape)


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A closed shape from its left half, which begins and ends on the vertical axis."""
    return [*half, *((-x, y) for x, y in reversed(half[:-1]))]


class Cloisonne:
    """One picture being made. `fill` lays enamel (over wires too), `wire` lays metal (over enamel)."""

    def __init__(self, width: int, height: int, metal: Metal) -> None:
        big = (width * SCALE, height * SCALE)
        self._small = (width, height)
        self._metal = metal
        self._enamel = Image.new("RGBA", big)
        self._wires = Image.new("L", big)
        self._on_enamel = ImageDraw.Draw(self._enamel)
        self._on_wires = ImageDraw.Draw(self._wires)

    def fill(self, shape: Shape, colour: Colour) -> None:
        """Lay enamel inside `shape`."""
        points = _enlarged(shape)
        self._on_enamel.polygon(points, fill=(*colour, 255))
        self._on_wires.polygon(points, fill=0)

    def plate(self, shape: Shape) -> None:
        """Lay a plate of metal inside `shape`."""
        points = _enlarged(shape)
        self._on_enamel.polygon(points, fill=(*self._metal.body, 255))
        self._on_wires.polygon(points, fill=255)

    def wire(self, shape: Shape, thickness: float, closed: bool = True) -> None:
        """Lay a metal wire along `shape`."""
        points = _enlarged(shape)
        if closed:
            points = [*points, points[0], points[1]]
        breadth = max(1, round(thickness * SCALE))
        self._on_enamel.line(points, fill=(*self._metal.body, 255), width=breadth, joint="curve")
        self._on_wires.line(points, fill=255, width=breadth, joint="curve")

    def weave(self, region: Shape, lines: Iterable[Shape], thickness: float, colour: Colour) -> None:
        """Draw fine coloured lines, only inside `region`."""
        outline = _enlarged(region)
        left, top = (round(min(p[i] for p in outline)) for i in (0, 1))
        right, bottom = (round(max(p[i] for p in outline)) for i in (0, 1))
        mask = Image.new("L", (right - left, bottom - top))
        pen = ImageDraw.Draw(mask)
        breadth = max(1, round(thickness * SCALE))
        for line in lines:
            pen.line([(x * SCALE - left, y * SCALE - top) for x, y in line], fill=255, width=breadth)
        stencil = Image.new("L", mask.size)
        ImageDraw.Draw(stencil).polygon([(x - left, y - top) for x, y in outline], fill=255)
        self._enamel.paste((*colour, 255), (left, top), ImageChops.multiply(mask, stencil))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Colour,
        weight: float = 0.0,
        anchor: Literal["mm", "lm"] = "mm",
    ) -> None:
        """Letter one line, its middle (or with "lm" its left end) at (x, y).

        `weight` thickens the strokes by a share of the size.
        """
        self._on_enamel.text(
            (x * SCALE, y * SCALE),
            text,
            font=font(round(size * SCALE)),
            fill=(*colour, 255),
            anchor=anchor,
            stroke_width=size * SCALE * weight,
        )

    def write_around(self, line: "ArcLine", x: float, y: float, colour: Colour) -> None:
        """Letter a line along a circle with the middle (x, y)."""
        for char, angle in line.letters():
            self._letter(line, char, angle, x, y, colour)

    def _letter(self, line: "ArcLine", char: str, angle: float, x: float, y: float, colour: Colour) -> None:
        if char == " ":
            return
        stamp = _stamp(char, line.size, line.weight, angle if line.over else angle - 180)
        box = stamp.width
        ((px, py),) = arc(line.radius, angle, angle, x, y, steps=1)[:1]
        self._enamel.paste((*colour, 255), (round(px * SCALE - box / 2), round(py * SCALE - box / 2)), mask=stamp)

    def finish(self) -> Image.Image:
        """The finished picture (RGBA): reduced, its wires shining and casting a small shadow."""
        # The plain mean of each block: a sharper filter rings along the wires, which shows as dirt on
        # flat enamel and doubles the size of the file.
        enamel = self._enamel.reduce(SCALE)
        wires = self._wires.reduce(SCALE)
        alpha = enamel.getchannel("A")
        picture = enamel.convert("RGB")
        shade = ImageChops.offset(wires, 1, 2).filter(ImageFilter.BoxBlur(1.5)).point(_THIRD)
        picture.paste(Image.new("RGB", self._small), mask=shade)
        picture.paste(_sheen(*self._small, self._metal), mask=wires)
        edge = ImageChops.subtract(wires, ImageChops.offset(wires, 1, 1)).point(_TWO_THIRDS)
        picture.paste(Image.new("RGB", self._small, self._metal.shine), mask=edge)
        picture.putalpha(alpha)
        return picture


@dataclass(frozen=True)
class ArcLine:
    """A line of lettering along a circle: over its top, or under its bottom and upright there."""

    text: str
    radius: float
    size: float
    over: bool
    gap: float = 0.0
    """Extra room between letters, a share of the size."""
    weight: float = 0.0

    def degrees(self) -> float:
        """The angle that the line takes up."""
        return degrees(self._length() / self.radius)

    def letters(self) -> list[tuple[str, float]]:
        """Each character with its place on the circle, in degrees clockwise from the top."""
        placed: list[tuple[str, float]] = []
        at = -self._length() / 2
        for char in self.text:
            wide = width(char, self.size)
            angle = (at + wide / 2) / self.radius * 180 / pi
            placed.append((char, angle if self.over else 180 - angle))
            at += wide + self.gap * self.size
        return placed

    def _length(self) -> float:
        return width(self.text, self.size) + max(0, len(self.text) - 1) * self.gap * self.size


def fit_around(line: ArcLine, most: float, smallest: float) -> ArcLine:
    """`line` made to take at most `most` degrees: set closer, then smaller, at last cut with an ellipsis."""
    for size, gap in ((line.size, line.gap), *((line.size * s / 100, 0.0) for s in range(100, 40, -4))):
        if size < smallest:
            break
        line = ArcLine(line.text, line.radius, size, line.over, gap, line.weight)
        if line.degrees() <= most:
            return line
    whole, length = line.text, len(line.text)
    while line.degrees() > most and length:
        length = end_of_word(whole, length - 1)
        line = ArcLine(beginning(whole, length), line.radius, line.size, line.over, 0.0, line.weight)
    return line


def indexed(picture: Image.Image) -> Image.Image:
    """The same picture with a palette of 256 colours, transparency included.

    It takes a fifth of the room; on enamel and metal the difference does not show.
    """
    return picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _enlarged(shape: Iterable[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in shape]


_THIRD = [v * 36 // 100 for v in range(256)]
_TWO_THIRDS = [v * 60 // 100 for v in range(256)]


@lru_cache(maxsize=256)
def _stamp(char: str, size: float, weight: float, turn: float) -> Image.Image:
    """A letter turned by degrees, in the middle of a square. All badges of a school share the letters of its name."""
    box = round(size * SCALE * 1.6)
    stamp = Image.new("L", (box, box))
    ImageDraw.Draw(stamp).text(
        (box / 2, box / 2 + size * SCALE * 0.37),
        char,
        font=font(round(size * SCALE)),
        fill=255,
        anchor="ms",
        stroke_width=size * SCALE * weight,
    )
    return stamp.rotate(-turn, Image.Resampling.BICUBIC)


@lru_cache(maxsize=8)
def _sheen(width: int, height: int, metal: Metal) -> Image.Image:
    """The metal as light falls on it: bands from shine to shadow, running diagonally."""
    stops = ((0, metal.shine), (60, metal.body), (105, metal.shine), (165, metal.body), (255, metal.shadow))
    ramp = Image.linear_gradient("L")
    down, across = (
        turn.resize((width, height), Image.Resampling.BICUBIC)
        for turn in (ramp, ramp.transpose(Image.Transpose.ROTATE_90))
    )
    slope = ImageChops.add(down, across, scale=2.0)
    bands = [slope.point([_between(stops, v, part) for v in range(256)]) for part in range(3)]
    return Image.merge("RGB", bands)


def _between(stops: Sequence[tuple[int, Colour]], value: int, part: int) -> int:
    for (low, a), (high, b) in pairwise(stops):
        if value <= high:
            return round(a[part] + (b[part] - a[part]) * (value - low) / (high - low))
    return stops[-1][1][part]
