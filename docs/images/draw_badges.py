"""Draws `badges.png`, the picture of the README: six badges of the demo catalogue on one sheet.

The same badges that the product awards, by the same artist. Run `make docs` after a change of the artwork.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.app import demo_catalogue
from bot.badges.artwork import BadgeFace, draw_badge
from bot.services.definitions import Definition, definitions
from bot.wording import Wording

BADGES = ("kb-listening-1", "kb-access-2", "kb-ict-1", "cb-listening", "cb-access", "cb-ict")
"""Three knowledge badges above three competence badges."""
COLUMNS, CELL, GAP = 3, 260, 20
COLOURS = 128
PAPER = "#ffffff"


def face(key: str, facts: Definition) -> BadgeFace:
    """What the badge shows, in both languages."""
    label = {lang: Wording(lang).say(f"badge.level.{facts.level}") for lang in ("ja", "en")}
    return BadgeFace(
        title_ja=facts.name.ja,
        title_en=facts.name.en,
        level=facts.level.value,
        level_label_ja=label["ja"],
        level_label_en=label["en"],
        issuer_ja=facts.issuer.name.ja,
        issuer_en=facts.issuer.name.en,
        category_ja=facts.category.ja,
        seed=key,
        rehearsal_label=None,
    )


def sheet(keys: tuple[str, ...]) -> Image.Image:
    """The badges side by side, `COLUMNS` in a row."""
    known = dict(definitions(demo_catalogue()[0]))
    rows = -(-len(keys) // COLUMNS)
    paper = Image.new("RGB", (COLUMNS * (CELL + GAP) + GAP, rows * (CELL + GAP) + GAP), PAPER)
    for number, key in enumerate(keys):
        badge = Image.open(BytesIO(draw_badge(face(key, known[key])))).convert("RGBA")
        badge = badge.resize((CELL, CELL), Image.Resampling.LANCZOS)
        row, column = divmod(number, COLUMNS)
        paper.paste(badge, (GAP + column * (CELL + GAP), GAP + row * (CELL + GAP)), badge)
    return paper.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sheet(BADGES).save(Path(__file__).with_name("badges.png"), optimize=True)
