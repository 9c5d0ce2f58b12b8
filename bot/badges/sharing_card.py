"""The picture that stands beside a link to a badge's page elsewhere (Open Graph): the badge and what it is, in words.

Both languages, since those who read a link are not known. No person's name can come in: there is no place for one.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from bot.badges.artwork import SIZE, BadgeFace, draw_badge
from bot.badges.cloisonne import Cloisonne, Point, arc, indexed
from bot.badges.fonts import drawable
from bot.badges.palettes import CREAM, VERMILION, Colour, Palette, draw_lot, palette_of
from bot.badges.patterns import PATTERNS
from bot.badges.typesetting import Setting, Try, fit

WIDTH, HEIGHT = 1200, 630
"""What social networks and chats ask for, in pixels."""

_BADGE, _BADGE_X = 520, 292
_EDGE = 468.0
_LEFT, _ROOM = 596, 552
_LINE = 1.24
_QUIET: Colour = (84, 84, 92)
_RADIUS_OF_PATTERN = 720.0


@dataclass(frozen=True)
class SharingCard:
    """`face` is the badge's; `issued_by` names the school; all strings are finished."""

    face: BadgeFace
    issued_by_ja: str
    issued_by_en: str


@dataclass(frozen=True)
class _Block:
    """Lines of one size and colour, with the room below them."""

    text: Setting
    colour: Colour
    weight: float
    after: float

    @property
    def tall(self) -> float:
        return self.text.size * _LINE * len(self.text.lines) + self.after if self.text.lines else 0.0


def draw_sharing_card(card: SharingCard) -> bytes:
    """The card as a PNG of `WIDTH` × `HEIGHT`. The same card gives the same bytes.

    Any strings are accepted, as by `draw_badge`. Raises `Problem("font.missing")`.
    """
    palette = palette_of(card.face.category_ja)
    sheet = Cloisonne(WIDTH, HEIGHT, palette.metal)
    _ground(sheet, palette, card.face.seed)
    _words(sheet, card, palette)
    picture = sheet.finish()
    badge = Image.open(BytesIO(draw_badge(card.face))).convert("RGBA")
    badge = badge.resize((_BADGE, _BADGE), Image.Resampling.LANCZOS, reducing_gap=SIZE / _BADGE)
    picture.alpha_composite(badge, (_BADGE_X - _BADGE // 2, (HEIGHT - _BADGE) // 2))
    out = BytesIO()
    indexed(picture).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _ground(sheet: Cloisonne, palette: Palette, seed: str) -> None:
    """Cream paper, and on its left the badge's own enamel with its pattern, bounded by a wire."""
    sheet.fill(_box(0, WIDTH), CREAM)
    middle = HEIGHT / 2
    swell = 1500.0
    bow = [(x, y) for x, y in arc(swell, 0, 180, _EDGE - swell, middle, 720) if -24 <= y <= HEIGHT + 24]
    edge: list[Point] = [(-24.0, -24.0), *bow, (-24.0, HEIGHT + 24.0)]
    sheet.fill(edge, palette.field)
    pattern = PATTERNS[draw_lot("pattern/" + seed, len(PATTERNS))]
    lines = [[(x + _BADGE_X, y + middle) for x, y in line] for line in pattern(_RADIUS_OF_PATTERN, 84)]
    inside = [(min(max(x, 0.0), float(WIDTH)), min(max(y, 0.0), float(HEIGHT))) for x, y in edge]
    sheet.weave(inside, lines, 2.2, palette.thread)
    sheet.wire(edge, 7)


def _box(left: float, right: float) -> list[Point]:
    return [(left, 0), (right, 0), (right, HEIGHT), (left, HEIGHT)]


def _words(sheet: Cloisonne, card: SharingCard, palette: Palette) -> None:
    """Level, both titles, who issued and who made it, in the middle of the right side."""
    face, ink = card.face, palette.ink()
    level = _joined(face.level_label_ja, face.level_label_en)
    blocks = [
        _Block(_set(level, (27, 25, 23, 21), 1), ink, 0.016, 18),
        _Block(_set(face.title_ja, (60, 56, 52, 48, 44, 40), 2), ink, 0.022, 6),
        _Block(_set(face.title_en, (34, 32, 30, 28, 26), 2), ink, 0.018, 30),
        _Block(_set(card.issued_by_ja, (28, 26, 24, 22), 2), _QUIET, 0.014, 2),
        _Block(_set(card.issued_by_en, (23, 22, 21, 20), 2), _QUIET, 0.012, 16),
    ]
    if face.rehearsal_label:
        blocks.append(_Block(_set(face.rehearsal_label, (26, 24, 22), 1), VERMILION, 0.022, 0))
    top = (HEIGHT - sum(block.tall for block in blocks)) / 2
    for block in blocks:
        for i, line in enumerate(block.text.lines):
            y = top + block.text.size * _LINE * (i + 0.5)
            sheet.write(_LEFT, y, line, block.text.size, block.colour, block.weight, "lm")
        top += block.tall


def _set(text: str, sizes: tuple[int, ...], lines: int) -> Setting:
    return fit(drawable(text), _ROOM, tuple(Try(size, lines) for size in sizes))


def _joined(ja: str, en: str) -> str:
    return " · ".join(dict.fromkeys(part for part in (ja, en) if part))
