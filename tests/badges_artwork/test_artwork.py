"""The picture of a badge."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import combinations, pairwise
from math import cos, radians, sin
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.badges.artwork import SIZE, BadgeFace, Level, draw_badge
from bot.badges.crests import CRESTS
from bot.badges.palettes import palette_of
from tests.badges_artwork.faces import LEVELS, PLAIN, REPOSITORY, at_level, of_the_demo_catalogue, opened

_draw = draw_badge.__wrapped__
_LONG_JA = "地域の人に頼む前の三つの確認と、保護者・関係機関との連携の「最初の一歩」（基礎編）髙﨑德濵"
_LONG_EN = "Three checks before asking a neighbour to teach, and how to work with families and boards"
_PRINT = """
import hashlib, sys
from dataclasses import replace
from bot.badges.artwork import draw_badge
from tests.badges_artwork.faces import LEVELS, at_level
for level in LEVELS:
    face = replace(at_level(level), rehearsal_label="リハーサル / rehearsal")
    print(hashlib.sha256(draw_badge(face)).hexdigest())
"""


def _silhouette(face: BadgeFace) -> Image.Image:
    return opened(draw_badge(face)).getchannel("A").point(lambda a: 255 if a > 127 else 0)


def _differing(a: BadgeFace, b: BadgeFace) -> Image.Image:
    """Where two badges differ, as a mask."""
    pictures = [opened(draw_badge(face)).convert("RGB") for face in (a, b)]
    return ImageChops.difference(*pictures).convert("L").point(lambda v: 255 if v > 24 else 0)


def _pixels(mask: Image.Image) -> int:
    return mask.histogram()[255]


def _inside(mask: Image.Image, x: float, y: float, radius: float) -> bool:
    box = mask.getbbox()
    assert box is not None
    return all(
        (px - x) ** 2 + (py - y) ** 2 <= radius**2
        for py in range(box[1], box[3])
        for px in range(box[0], box[2])
        if mask.getpixel((px, py))
    )


def _below_the_hill(mask: Image.Image, y: float, scale: float) -> bool:
    """Whether every pixel keeps some distance from the wire above the titles."""

    def edge(x: int) -> float:
        return y + scale * (14 + 1000 - (1000**2 - ((x - SIZE / 2) / scale) ** 2) ** 0.5)

    return all(
        py > edge(px) + 2 for px in range(SIZE) for py in range(int(y) - 60, int(y) + 80) if mask.getpixel((px, py))
    )


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_face_gives_the_same_bytes(level: Level) -> None:
    face = at_level(level)
    assert _draw(face) == _draw(face)


def test_another_process_draws_the_same_bytes() -> None:
    here = [
        hashlib.sha256(_draw(replace(at_level(level), rehearsal_label="リハーサル / rehearsal"))).hexdigest()
        for level in LEVELS
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _PRINT],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == here


def test_every_demo_badge_is_small_and_a_plain_png() -> None:
    for face in of_the_demo_catalogue():
        png = draw_badge(face)
        picture = Image.open(BytesIO(png))
        assert picture.size == (SIZE, SIZE)
        assert picture.format == "PNG"
        assert len(png) < 150_000
        assert not {"date", "Software", "Creation Time"} & set(picture.info)
        assert b"tEXt" not in png
        assert b"tIME" not in png


def test_demo_badges_all_look_different() -> None:
    pngs = [draw_badge(replace(face, title_ja="", title_en="")) for face in of_the_demo_catalogue()]
    assert len(set(pngs)) == len(pngs) == 15


def test_demo_categories_have_colours_of_their_own() -> None:
    categories = {face.category_ja for face in of_the_demo_catalogue()}
    assert len({palette_of(category) for category in categories}) == len(categories) == 5


def _reaches(level: Level) -> list[float]:
    """How far the silhouette reaches from the middle of the picture, every two degrees clockwise."""
    shape = _silhouette(at_level(level))
    reaches: list[float] = []
    for turn in range(0, 360, 2):
        dx, dy = sin(radians(turn)), -cos(radians(turn))
        along = [r for r in range(400) if shape.getpixel((int(400 + r * dx), int(400 + r * dy)))]
        reaches.append(max(along))
    return reaches


def test_a_knowledge_badge_is_round() -> None:
    reaches = _reaches("knowledge")
    assert max(reaches) - min(reaches) <= 4


def test_a_competence_badge_has_eight_petals() -> None:
    reaches = _reaches("competence")
    assert max(reaches) - min(reaches) > 35
    valleys = [reaches[i] < 374 <= reaches[i - 1] for i in range(len(reaches))]
    assert sum(valleys) == 8


def test_a_pathway_badge_has_tails_below() -> None:
    shape = _silhouette(at_level("pathway"))
    row = [x for x in range(SIZE) if shape.getpixel((x, 750))]
    gaps = [b - a for a, b in pairwise(row) if b - a > 1]
    assert len(gaps) == 1
    assert gaps[0] > 200


@pytest.mark.parametrize(("a", "b"), list(combinations(LEVELS, 2)))
def test_levels_differ_by_silhouette_even_as_a_thumbnail(a: Level, b: Level) -> None:
    small = [_silhouette(at_level(level)).resize((64, 64), Image.Resampling.BOX) for level in (a, b)]
    parted = ImageChops.difference(*small).point(lambda v: 255 if v > 80 else 0)
    assert _pixels(parted) > 64 * 64 * 0.02


def test_the_silhouette_depends_on_the_level_alone() -> None:
    other = replace(
        PLAIN, title_ja=_LONG_JA, title_en=_LONG_EN, seed="x", category_ja="y", rehearsal_label="リハーサル"
    )
    for level in LEVELS:
        difference = ImageChops.difference(_silhouette(at_level(level)), _silhouette(at_level(level, other)))
        assert _pixels(difference) < 20


@pytest.mark.parametrize("corner", [(0, 0), (SIZE - 1, 0), (0, SIZE - 1), (SIZE - 1, SIZE - 1)])
def test_the_background_is_transparent(corner: tuple[int, int]) -> None:
    for level in LEVELS:
        assert opened(draw_badge(at_level(level))).getpixel(corner)[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("level", "y", "scale"), [("knowledge", 400, 1.0), ("competence", 400, 0.82), ("pathway", 366, 0.8)]
)
@pytest.mark.parametrize(("ja", "en"), [(_LONG_JA, _LONG_EN), ("W" * 300, "W" * 300), ("聴" * 12, "i" * 300)])
def test_titles_stay_within_the_cream_ground(level: Level, y: float, scale: float, ja: str, en: str) -> None:
    blank = replace(at_level(level), title_ja="", title_en="")
    mask = _differing(blank, replace(blank, title_ja=ja, title_en=en))
    assert _pixels(mask) > 1000
    assert _inside(mask, SIZE / 2, y, 302 * scale)
    box = mask.getbbox()
    assert box is not None
    assert _below_the_hill(mask, y, scale)
    assert box[3] < y + 197 * scale  # above the level's label


@pytest.mark.parametrize("name", ["title_ja", "title_en", "level_label_ja", "level_label_en", "issuer_ja", "issuer_en"])
def test_every_string_is_visible(name: str) -> None:
    for level in LEVELS:
        face = at_level(level)
        assert _pixels(_differing(face, replace(face, **cast("dict[str, Any]", {name: ""})))) > 300


def test_a_rehearsal_says_so() -> None:
    for level in LEVELS:
        face = at_level(level)
        banded = replace(face, rehearsal_label="リハーサル / rehearsal")
        assert _pixels(_differing(banded, replace(banded, rehearsal_label="――"))) > 300
        assert _pixels(_differing(banded, face)) > 3000


def test_a_character_without_a_glyph_is_drawn_as_geta() -> None:
    assert draw_badge(replace(PLAIN, title_ja="𠮷野")) == draw_badge(replace(PLAIN, title_ja="〓野"))


def test_no_crest_has_sixteen_equal_petals() -> None:
    # The imperial seal is sixteen petals of one enamel around one disc; no crest may be taken for it.
    for crest in CRESTS:
        tones = [cell.tone for cell in crest() if cell.tone != "wire"]
        assert all(tones.count(tone) != 16 for tone in set(tones))


@settings(max_examples=settings().max_examples // 3)  # each is a picture
@given(
    texts=st.lists(st.text(st.characters(), max_size=60), min_size=9, max_size=9),
    level=st.sampled_from(LEVELS),
)
def test_any_strings_can_be_drawn(texts: list[str], level: Level) -> None:
    ja, en, label_ja, label_en, issuer_ja, issuer_en, category, seed, band = texts
    face = BadgeFace(ja, en, level, label_ja, label_en, issuer_ja, issuer_en, category, seed, band)
    png = _draw(face)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
