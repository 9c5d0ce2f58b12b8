"""The crest in the middle of a badge: geometric flowers and forms in the manner of mon, none a family's own.

A crest is a list of cells in painting order, in units of its radius, upwards being negative y. A flower with
sixteen petals, which is the imperial seal, does not occur.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

from bot.badges.cloisonne import Point, arc, circle, curve, mirrored, turned

Tone = Literal["petal", "tint", "accent", "field", "deep"]


@dataclass(frozen=True)
class Cell:
    """One enamelled cell and its enamel; "wire" cells are metal lines without enamel."""

    shape: tuple[Point, ...]
    tone: Tone | Literal["wire"]
    closed: bool = True


Crest = Callable[[], list[Cell]]


def _cell(shape: list[Point], tone: Tone | Literal["wire"], closed: bool = True) -> Cell:
    return Cell(tuple(shape), tone, closed)


def _round(count: int, shape: list[Point], tone: Tone | Literal["wire"], start: float = 0.0) -> list[Cell]:
    return [_cell(turned(shape, start + 360 * i / count), tone, closed=tone != "wire") for i in range(count)]


def _dot(radius: float, tone: Tone, x: float = 0.0, y: float = 0.0) -> Cell:
    return _cell(circle(radius, x, y, 48), tone)


def _dots(count: int, distance: float, radius: float, tone: Tone, start: float = 0.0) -> list[Cell]:
    return _round(count, circle(radius, 0, -distance, 32), tone, start)


def cherry() -> list[Cell]:
    """桜: five notched petals."""
    half = [
        *curve((0, -0.03), (-0.20, -0.27), (-0.54, -0.66), (-0.40, -0.90)),
        *curve((-0.40, -0.90), (-0.34, -1.00), (-0.20, -1.02), (-0.13, -0.98), 8),
        (0, -0.82),
    ]
    return [
        *_round(5, mirrored(half), "petal"),
        *_round(5, [(0, -0.15), (0, -0.46)], "wire"),
        *_dots(5, 0.50, 0.055, "accent"),
        *_round(5, [(0, -0.15), (0, -0.36)], "wire", 36),
        *_dots(5, 0.38, 0.05, "accent", 36),
        _dot(0.17, "accent"),
    ]


def plum() -> list[Cell]:
    """梅: five round petals."""
    return [
        *_dots(5, 0.615, 0.365, "petal"),
        *_round(5, [(0, -0.2), (0, -0.50)], "wire"),
        *_dots(5, 0.52, 0.06, "accent"),
        *_dots(5, 0.33, 0.13, "tint", 36),
        _dot(0.22, "accent"),
    ]


def bellflower() -> list[Cell]:
    """桔梗: five pointed petals, each with a fold."""
    half = curve((0, -0.08), (-0.26, -0.30), (-0.60, -0.64), (0, -1.0), 20)
    inner = curve((0, -0.16), (-0.16, -0.32), (-0.34, -0.54), (0, -0.78))
    return [
        *_round(5, mirrored(half), "petal"),
        *_round(5, mirrored(inner), "tint"),
        *_round(5, [(0, -0.18), (0, -0.74)], "wire"),
        *_dots(5, 0.33, 0.055, "accent", 36),
        _dot(0.17, "accent"),
    ]


def hemp() -> list[Cell]:
    """麻の葉: a hexagon of hemp leaves."""
    k = 1 / 3**0.5
    tip, left, right = (0.0, -1.0), (-k / 2, -k * 3**0.5 / 2), (k / 2, -k * 3**0.5 / 2)
    next_tip = (sin(pi / 3), -cos(pi / 3))
    return [
        *_round(6, [tip, right, next_tip], "tint"),
        *_round(6, [(0, 0), left, tip], "petal"),
        *_round(6, [(0, 0), right, tip], "accent"),
        _dot(0.09, "deep"),
    ]


def tortoiseshell() -> list[Cell]:
    """亀甲花菱: a flower within two hexagons."""
    petal = curve((0, -0.06), (-0.14, -0.25), (-0.30, -0.48), (0, -0.60))
    return [
        _cell(circle(1.0, corners=6), "petal"),
        _cell(circle(0.84, corners=6), "deep"),
        _cell(circle(0.74, corners=6), "tint"),
        *_round(6, mirrored(petal), "petal"),
        *_dots(6, 0.58, 0.05, "accent", 30),
        _dot(0.13, "accent"),
    ]


def seven_treasures() -> list[Cell]:
    """七宝: four lenses within a circle, a flower in the space they leave."""
    lens = [*arc(1, 0, 90, steps=24), *arc(1, 180, 270, 1, -1, steps=24)[1:-1]]
    petal = curve((0, -0.06), (-0.14, -0.16), (-0.20, -0.36), (0, -0.46))
    return [
        _cell(circle(1.0), "tint"),
        *_round(4, lens, "petal"),
        *_round(4, mirrored(petal), "accent"),
        *_dots(4, 0.30, 0.05, "deep", 45),
        _dot(0.1, "petal"),
    ]


def waves() -> list[Cell]:
    """青海波: three rising waves."""
    cells: list[Cell] = []
    for x, y in ((0.0, -0.30), (-0.48, 0.16), (0.48, 0.16), (0.0, 0.62)):
        tones: tuple[Tone, ...] = ("petal", "field", "tint", "accent")
        for radius, tone in zip((0.56, 0.41, 0.29, 0.15), tones, strict=True):
            cells.append(_cell(arc(radius, -90, 90, x, y, 40), tone))
    return cells


def snow() -> list[Cell]:
    """雪輪: a ring of snow around a crystal."""
    lobe = [*arc(0.30, -76, 76, 0, -0.70, 20)]
    ring = [point for i in range(6) for point in turned(lobe, 60 * i)]
    branch = [(-0.16, -0.58), (0, -0.42), (0.16, -0.58)]
    twig = [(-0.12, -0.38), (0, -0.26), (0.12, -0.38)]
    return [
        _cell(ring, "petal"),
        _cell(circle(0.68), "tint"),
        *_round(6, [(0, 0), (0, -0.62)], "wire"),
        *_round(6, branch, "wire"),
        *_round(6, twig, "wire"),
        *_dots(6, 0.80, 0.06, "accent"),
        _cell(circle(0.14, corners=6), "accent"),
    ]


def pinwheel() -> list[Cell]:
    """風車: blades that turn."""
    blade = [(0, 0), *curve((0, -1.0), (0.42, -0.98), (0.62, -0.62), (0.30, -0.30))]
    inner = [(0, -0.08), *curve((0.02, -0.84), (0.26, -0.78), (0.36, -0.54), (0.14, -0.32))]
    return [
        *_round(6, blade, "petal"),
        *_round(6, inner, "tint"),
        _dot(0.15, "accent"),
    ]


def sorrel() -> list[Cell]:
    """Three hearts of wood sorrel, with buds between them."""
    half = [
        *curve((0, -0.06), (-0.16, -0.18), (-0.62, -0.44), (-0.56, -0.74)),
        *curve((-0.56, -0.74), (-0.50, -1.02), (-0.12, -1.06), (0, -0.80)),
    ]
    bud = [(0, -0.10), *curve((-0.04, -0.2), (-0.13, -0.5), (-0.10, -0.60), (0, -0.80))]
    return [
        *_round(3, mirrored(half), "petal"),
        *_round(3, [(0, -0.16), (0, -0.66)], "wire"),
        *_round(3, mirrored(bud), "tint", 60),
        _dot(0.15, "accent"),
    ]


def lotus() -> list[Cell]:
    """蓮: a sixfold open flower over six pointed leaves."""
    leaf = curve((0, -0.1), (-0.24, -0.5), (-0.44, -0.78), (0, -1.0))
    petal = curve((0, -0.06), (-0.18, -0.30), (-0.54, -0.60), (0, -0.86))
    inner = curve((0, -0.10), (-0.10, -0.26), (-0.26, -0.46), (0, -0.62))
    return [
        *_round(6, mirrored(leaf), "tint", 30),
        *_round(6, mirrored(petal), "petal"),
        *_round(6, mirrored(inner), "tint"),
        _dot(0.2, "accent"),
        *_dots(6, 0.11, 0.03, "deep"),
    ]


def flower_diamond() -> list[Cell]:
    """花菱: four broad petals crossing, four narrow ones between."""
    half = [
        *curve((0, -0.06), (-0.20, -0.20), (-0.52, -0.40), (-0.40, -0.70)),
        *curve((-0.40, -0.70), (-0.34, -0.92), (-0.10, -0.86), (0, -1.0)),
    ]
    vein = [(0, -0.2), *curve((-0.06, -0.3), (-0.22, -0.46), (-0.16, -0.66), (0, -0.74))]
    narrow = [(0, -0.1), *curve((-0.05, -0.3), (-0.16, -0.56), (-0.12, -0.66), (0, -0.80))]
    return [
        *_round(4, mirrored(narrow), "tint", 45),
        *_round(4, mirrored(half), "petal"),
        *_round(4, mirrored(vein), "tint"),
        _dot(0.19, "accent"),
        *_dots(4, 0.1, 0.035, "deep"),
    ]


CRESTS: tuple[Crest, ...] = (
    cherry,
    plum,
    bellflower,
    hemp,
    tortoiseshell,
    seven_treasures,
    waves,
    snow,
    pinwheel,
    sorrel,
    lotus,
    flower_diamond,
)
