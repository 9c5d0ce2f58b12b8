"""The picture of a badge."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.badges.artwork import SIZE, BadgeFace, draw_badge
from bot.badges.crests import CRESTS
from bot.badges.palettes import palette_of
from tests.badges_artwork.faces import LEVELS, PLAIN, REPOSITORY, at_level, of_the_demo_catalogue, opened

_draw = draw_badge.__wrapped__
_LONG_JA = (
    "地域の人に頼む前の三つの確認と、保護者・関係機関との連携についての「最初の一歩」を学ぶ講座（基礎編）髙﨑德濵"
)
_LONG_EN = "Three checks before asking a neighbour to teach, and how to work with families, boards and other agencies"
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


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_face_gives_the_same_bytes(level: str) -> None:
    face = at_level(level)  # type: ignore[arg-type]
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
        picture = Image.open(__import__("io").BytesIO(png))
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


@pytest.mark.parametrize(("a", "b"), list(combinations(LEVELS, 2)))
def test_levels_differ_by_silhouette_even_as_a_thumbnail(a: str, b: str) -> None:
    small = [
        _silhouette(at_level(level)).resize((64, 64), Image.Resampling.BOX)  # type: ignore[arg-type]
        for level in (a, b)
    ]
    parted = ImageChops.difference(*small).point(lambda v: 255 if v > 80 else 0)
    assert _pixels(parted) > 150


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
    ("level", "y", "scale"), [("knowledge", 400, 1.0), ("competence", 400, 0.84), ("pathway", 366, 0.8)]
)
@pytest.mark.parametrize(("ja", "en"), [(_LONG_JA, _LONG_EN), ("W" * 300, "W" * 300), ("聴" * 12, "i" * 300)])
def test_titles_stay_within_the_cream_ground(level: str, y: float, scale: float, ja: str, en: str) -> None:
    blank = replace(at_level(level), title_ja="", title_en="")  # type: ignore[arg-type]
    mask = _differing(blank, replace(blank, title_ja=ja, title_en=en))
    assert _pixels(mask) > 1000
    assert _inside(mask, SIZE / 2, y, 302 * scale)
    box = mask.getbbox()
    assert box is not None
    assert box[1] > y + 14 * scale  # below the hill's top
    assert box[3] < y + 197 * scale  # above the level's label


@pytest.mark.parametrize("name", ["title_ja", "title_en", "level_label_ja", "level_label_en", "issuer_ja", "issuer_en"])
def test_every_string_is_visible(name: str) -> None:
    for level in LEVELS:
        face = at_level(level)
        assert _pixels(_differing(face, replace(face, **{name: ""}))) > 300


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


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(), max_size=60), min_size=9, max_size=9),
    level=st.sampled_from(LEVELS),
)
def test_any_strings_can_be_drawn(texts: list[str], level: str) -> None:
    ja, en, label_ja, label_en, issuer_ja, issuer_en, category, seed, band = texts
    face = BadgeFace(ja, en, level, label_ja, label_en, issuer_ja, issuer_en, category, seed, band)  # type: ignore[arg-type]
    png = _draw(face)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
