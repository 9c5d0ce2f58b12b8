"""The picture of a badge: an enamelled pin with a crest, drawn from finished strings.

It names the achievement, its level and its issuer in both languages, and never a person.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Literal

from bot.badges.cloisonne import (
    ArcLine,
    Cloisonne,
    Frame,
    Point,
    arc,
    circle,
    curve,
    fit_around,
    indexed,
    mirrored,
    ring,
    turned,
)
from bot.badges.crests import CRESTS, Cell
from bot.badges.fonts import ELLIPSIS, drawable, width
from bot.badges.palettes import CREAM, VERMILION, Colour, Palette, draw_lot, palette_of
from bot.badges.patterns import PATTERNS
from bot.badges.typesetting import Setting, Try, fit

SIZE = 800
"""Width and height of a badge in pixels."""
Level = Literal["knowledge", "competence", "pathway"]

# Everything inside the medal is measured in units of a medal of this radius.
_RADIUS = 394.0
_RING, _WIRE, _DISC = 374.0, 310.0, 302.0
_LETTERS = 342.0
_HILL, _HILL_RADIUS = 14.0, 1000.0
_CREST_Y, _CREST, _ROUNDEL = -148.0, 118.0, 146.0
_TAPE, _ROOM_FOR_BAND = 17.0, 8.0
_TITLE_ROOM, _TITLE_MIDDLE, _TITLE_GAP = 452.0, 117.0, 7.0
_LEADING = 1.18
# Sizes to try for (Japanese, English) by the lines that each needs; every pair fits the height of the ground.
_ONE_LINE_JA, _ONE_LINE_EN = (66, 62, 58, 54, 50, 46), (34, 32, 30, 28)
_SIZES: dict[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]] = {
    (1, 1): (_ONE_LINE_JA, _ONE_LINE_EN),
    (1, 2): (_ONE_LINE_JA, (27, 25, 24)),
    (2, 1): ((44, 42, 40, 38, 36), _ONE_LINE_EN),
    (2, 2): ((38, 36, 34, 32), (25, 24, 23)),
}
_BOLD, _SEMIBOLD = 0.022, 0.018


@dataclass(frozen=True)
class BadgeFace:
    """What a badge shows, as finished strings.

    `category_ja` chooses the colours, `seed` (the achievement's key) the crest and the pattern.
    `rehearsal_label` is set when the badge was issued for practice and is then shown on a band.
    """

    title_ja: str
    title_en: str
    level: Level
    level_label_ja: str
    level_label_en: str
    issuer_ja: str
    issuer_en: str
    category_ja: str
    seed: str
    rehearsal_label: str | None = None


@dataclass(frozen=True)
class _Medal:
    """The medal's place in the picture: its middle and the pixels of one unit."""

    y: float
    scale: float
    x: float = SIZE / 2

    def at(self, shape: list[Point]) -> list[Point]:
        return Frame(self.x, self.y, self.scale).place(shape)


_MEDALS: dict[Level, _Medal] = {
    "knowledge": _Medal(400, 1.0),
    "competence": _Medal(400, 0.82),
    "pathway": _Medal(366, 0.80),
}
# Which enamel takes the place of which in a crest.
_COLOURWAYS: tuple[dict[str, str], ...] = (
    {},
    {"petal": "tint", "tint": "petal"},
    {"petal": "accent", "accent": "petal"},
)
_PIPS: dict[Level, int] = {"knowledge": 1, "competence": 2, "pathway": 3}


@lru_cache(maxsize=128)
def draw_badge(face: BadgeFace) -> bytes:
    """The badge as a PNG of `SIZE` × `SIZE` pixels with a transparent background.

    Any strings are accepted: long titles become smaller, then wrap, then end with an ellipsis; what the
    typeface lacks becomes 〓. The same face gives the same bytes, without time or metadata. Raises
    `Problem("font.missing")` when the typeface is not installed.
    """
    palette = palette_of(face.category_ja)
    medal = _MEDALS[face.level]
    sheet = Cloisonne(SIZE, SIZE, palette.metal)
    _SURROUNDS[face.level](sheet, medal, palette)
    band = drawable(face.rehearsal_label or "")
    _field(sheet, medal, palette, face.seed)
    _crest(sheet, medal, palette, face.seed, _CREST_Y - (_ROOM_FOR_BAND if band else 0))
    _hill(sheet, medal)
    if band:
        _rehearsal_band(sheet, medal, band)
    _rim(sheet, medal, palette, face)
    _titles(sheet, medal, palette, face)
    out = BytesIO()
    indexed(sheet.finish()).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _knowledge_surround(sheet: Cloisonne, medal: _Medal, palette: Palette) -> None:
    """A plain round mon."""


def _competence_surround(sheet: Cloisonne, medal: _Medal, palette: Palette) -> None:
    """Eight petals around the medal, every other one in front of its neighbours."""
    half = [*curve((-150, -310), (-196, -436), (-116, -482), (-24, -480), 24), (0, -458)]
    inner = [*curve((-112, -396), (-124, -424), (-84, -446), (-17, -447), 24), (0, -433)]
    for i in (0, 2, 4, 6, 1, 3, 5, 7):
        petal = medal.at(turned(mirrored(half), 45 * i))
        sheet.fill(petal, palette.field)
        sheet.wire(petal, 5)
        heart = medal.at(turned(mirrored(inner), 45 * i))
        sheet.fill(heart, palette.tint)
        sheet.wire(heart, 2.5)


def _pathway_surround(sheet: Cloisonne, medal: _Medal, palette: Palette) -> None:
    """A pleated rosette with two ribbon tails."""
    for way in (-1, 1):
        tail: list[Point] = [(-70, 300), (70, 300), (64, 555), (0, 508), (-64, 555)]
        tail = medal.at(turned(tail, way * 27))
        sheet.fill(tail, palette.field)
        sheet.wire(tail, 5)
        stripe = medal.at(turned([(-22, 300), (22, 300), (20, 524), (0, 509), (-20, 524)], way * 27))
        sheet.fill(stripe, palette.petal)
        sheet.wire(stripe, 2.5)
    count = 24
    for i in (*range(0, count, 2), *range(1, count, 2)):
        pleat: list[Point] = [(-48, -360), *arc(58, -78, 78, 0, -398, 14), (48, -360), (0, -300)]
        shape = medal.at(turned(pleat, 360 / count * i))
        sheet.fill(shape, palette.field if i % 2 else palette.tint)
        sheet.wire(shape, 4)


_SURROUNDS = {
    "knowledge": _knowledge_surround,
    "competence": _competence_surround,
    "pathway": _pathway_surround,
}


def _rim(sheet: Cloisonne, medal: _Medal, palette: Palette, face: BadgeFace) -> None:
    """The outer rings and the lettering of the issuer along them."""
    sheet.fill(medal.at(ring(_RADIUS, _WIRE)), palette.deep)
    sheet.plate(medal.at(ring(_RADIUS - 4, _RING)))
    sheet.plate(medal.at(ring(_WIRE, _DISC)))
    if face.level != "knowledge":
        sheet.wire(medal.at(circle(_RING - 9)), 2.5)
    for text, over in ((face.issuer_ja, True), (face.issuer_en, False)):
        line = ArcLine(drawable(text), _LETTERS, 34 if over else 31, over, 0.14 if over else 0.05, 0.012)
        line = fit_around(line, 152, 24)
        sheet.write_around(_scaled(line, medal.scale), medal.x, medal.y, palette.petal)
    for side in (-90.0, 90.0):
        _pips(sheet, medal, palette, _PIPS[face.level], side)


def _scaled(line: ArcLine, scale: float) -> ArcLine:
    return ArcLine(line.text, line.radius * scale, line.size * scale, line.over, line.gap, line.weight)


def _pips(sheet: Cloisonne, medal: _Medal, palette: Palette, count: int, angle: float) -> None:
    """As many small diamonds as the level has steps."""
    for i in range(count):
        turn = angle + (i - (count - 1) / 2) * 6
        diamond = [(0.0, -_LETTERS - 17), (11.0, -_LETTERS), (0.0, -_LETTERS + 17), (-11.0, -_LETTERS)]
        shape = medal.at(turned(diamond, turn))
        sheet.fill(shape, palette.accent)
        sheet.wire(shape, 2.5)


def _field(sheet: Cloisonne, medal: _Medal, palette: Palette, seed: str) -> None:
    """The enamelled disc with a pattern woven into it."""
    disc = medal.at(circle(_DISC + 4))
    sheet.fill(disc, palette.field)
    pattern = PATTERNS[draw_lot("pattern/" + seed, len(PATTERNS))]
    step = (62, 70)[draw_lot("step/" + seed, 2)]
    lines = [medal.at([(x, y + _CREST_Y) for x, y in line]) for line in pattern(_DISC, step)]
    sheet.weave(disc, lines, 2.2, palette.thread)


def _crest(sheet: Cloisonne, medal: _Medal, palette: Palette, seed: str, y: float) -> None:
    """The crest in its roundel."""
    frame = Frame(medal.x, medal.y + y * medal.scale, medal.scale)
    _roundel(sheet, frame, palette, seed)
    crest = CRESTS[draw_lot("crest/" + seed, len(CRESTS))]
    inner = Frame(frame.x, frame.y, _CREST * medal.scale)
    tones = _COLOURWAYS[draw_lot("colourway/" + seed, len(_COLOURWAYS))]
    for cell in crest():
        _lay(sheet, inner, cell, palette, tones)


def _roundel(sheet: Cloisonne, frame: Frame, palette: Palette, seed: str) -> None:
    style = draw_lot("roundel/" + seed, 3)
    if style == 0:
        sheet.plate(frame.place(circle(_ROUNDEL)))
        sheet.fill(frame.place(circle(_ROUNDEL - 6)), palette.deep)
        sheet.wire(frame.place(circle(_ROUNDEL - 14)), 2.5)
    elif style == 1:
        sheet.plate(frame.place(circle(_ROUNDEL)))
        sheet.fill(frame.place(circle(_ROUNDEL - 5)), palette.petal)
        sheet.plate(frame.place(circle(_ROUNDEL - 13)))
        sheet.fill(frame.place(circle(_ROUNDEL - 17)), palette.deep)
    else:
        scallops = [p for i in range(24) for p in turned(arc(20, -84, 84, 0, 16 - _ROUNDEL, 10), 15 * i)]
        sheet.plate(frame.place(scallops))
        sheet.fill(frame.place(circle(_ROUNDEL - 13)), palette.deep)
        for i in range(24):
            sheet.fill(frame.place(turned(circle(7, 0, 6 - _ROUNDEL, 20), 15 * i)), palette.accent)


def _lay(sheet: Cloisonne, frame: Frame, cell: Cell, palette: Palette, tones: dict[str, str]) -> None:
    shape = frame.place(cell.shape)
    if cell.tone == "wire":
        sheet.wire(shape, 3, closed=False)
        return
    colour: Colour = getattr(palette, tones.get(cell.tone, cell.tone))
    sheet.fill(shape, colour)
    sheet.wire(shape, 3)


def _hill(sheet: Cloisonne, medal: _Medal) -> None:
    """The cream ground of the titles, bounded above by a wire."""
    sheet.plate(medal.at(_below(_HILL - 6)))
    sheet.fill(medal.at(_below(_HILL)), CREAM)


def _below(top: float) -> list[Point]:
    """The part of the disc below a hill that rises to `top` in the middle."""

    def edge(x: float) -> float:
        return float(top + _HILL_RADIUS - (_HILL_RADIUS**2 - x**2) ** 0.5)

    low = [(x, y) for x, y in circle(_DISC + 4) if y > edge(x)]
    left, right = min(low)[0], max(low)[0]
    span = [left + (right - left) * i / 60 for i in range(61)]
    # circle() runs clockwise from the top, so `low` already leads from the right end around to the left one.
    return [*((x, edge(x)) for x in span), *low]


def _rehearsal_band(sheet: Cloisonne, medal: _Medal, label: str) -> None:
    """A white tape along the hill's edge, the label in the middle, hatched on both sides."""
    middle = _HILL + _HILL_RADIUS - 20
    outer, inner = _HILL_RADIUS + 22, _HILL_RADIUS - 22
    sheet.plate(medal.at(_tape(outer + 4, inner - 4, middle)))
    sheet.fill(medal.at(_tape(outer, inner, middle)), CREAM)
    line = fit_around(ArcLine(label, _HILL_RADIUS, 33, True, 0.06, 0.022), 26, 24)
    at = line.degrees() / 2 + 1.2
    while at < _TAPE:
        for way in (-1, 1):
            stripe = [
                *arc(outer, way * (at + 0.7), way * (at + 1.2), 0, middle, 3),
                *arc(inner, way * (at + 0.5), way * at, 0, middle, 3),
            ]
            sheet.fill(medal.at(stripe), VERMILION)
        at += 1.0
    sheet.write_around(_scaled(line, medal.scale), medal.x, medal.y + middle * medal.scale, VERMILION)


def _tape(outer: float, inner: float, middle: float) -> list[Point]:
    return [*arc(outer, -_TAPE, _TAPE, 0, middle), *arc(inner, _TAPE, -_TAPE, 0, middle)]


def _titles(sheet: Cloisonne, medal: _Medal, palette: Palette, face: BadgeFace) -> None:
    """Both titles, and the level below them."""
    ja, en = _set_titles(drawable(face.title_ja), drawable(face.title_en))
    gap = _TITLE_GAP if ja.lines and en.lines else 0.0
    top = _TITLE_MIDDLE - (_height(ja) + gap + _height(en)) / 2
    _block(sheet, medal, palette, ja, top, _BOLD)
    _block(sheet, medal, palette, en, top + _height(ja) + gap, _SEMIBOLD)
    _level(sheet, medal, palette, face)


def _set_titles(ja: str, en: str) -> tuple[Setting, Setting]:
    lines_ja = 1 if width(ja, _ONE_LINE_JA[-1]) <= _TITLE_ROOM else 2
    lines_en = 1 if width(en, _ONE_LINE_EN[-1]) <= _TITLE_ROOM else 2
    sizes_ja, sizes_en = _SIZES[lines_ja, lines_en]
    return (
        fit(ja, _TITLE_ROOM, tuple(Try(size, lines_ja) for size in sizes_ja)),
        fit(en, _TITLE_ROOM, tuple(Try(size, lines_en) for size in sizes_en)),
    )


def cut_titles(ja: str, en: str) -> tuple[str, ...]:
    """What the picture shows of the titles that it cannot show whole. Raises `Problem("font.missing")`."""
    settings = _set_titles(drawable(ja), drawable(en))
    return tuple(
        between.join(setting.lines)
        for title, setting, between in zip((ja, en), settings, ("", " "), strict=True)
        if setting.lines and setting.lines[-1].endswith(ELLIPSIS) and not title.rstrip().endswith(ELLIPSIS)
    )


def _height(setting: Setting) -> float:
    return setting.size * _LEADING * len(setting.lines)


def _block(sheet: Cloisonne, medal: _Medal, palette: Palette, text: Setting, top: float, weight: float) -> None:
    for i, line in enumerate(text.lines):
        y = top + text.size * _LEADING * (i + 0.5)
        sheet.write(medal.x, medal.y + y * medal.scale, line, text.size * medal.scale, palette.ink(), weight)


def _level(sheet: Cloisonne, medal: _Medal, palette: Palette, face: BadgeFace) -> None:
    ja = fit(drawable(face.level_label_ja), 270, tuple(Try(size, 1) for size in (29, 27, 25, 23)))
    en = fit(drawable(face.level_label_en), 240, tuple(Try(size, 1) for size in (25, 24, 22)))
    if ja.lines:
        half = max(60.0, width(ja.lines[0], ja.size) / 2 + 22)
        pill = [*arc(21, 0, 180, half - 21, 217, 20), *arc(21, 180, 360, 21 - half, 217, 20)]
        sheet.fill(medal.at(pill), palette.field)
        sheet.wire(medal.at(pill), 3)
    for setting, y, colour in ((ja, 217, palette.petal), (en, 260, palette.ink())):
        for line in setting.lines:
            sheet.write(medal.x, medal.y + y * medal.scale, line, setting.size * medal.scale, colour, _SEMIBOLD)
