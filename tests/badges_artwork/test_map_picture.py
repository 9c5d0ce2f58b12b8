"""The map of badges."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from bot.badges.map_picture import CellState, MapCell, MapGoal, MapPicture, MapRow, draw_map
from tests.badges_artwork.faces import REPOSITORY, map_of, opened

_STATES: tuple[CellState, ...] = ("earned", "started", "next", "open")


def _grey(state: CellState, done: int = 1) -> bytes:
    """A map with one module, without colour."""
    cell = MapCell("聴く", state, done, 3, "")
    row = MapRow("", "c", (cell,), MapGoal("", False, ""))
    return opened(draw_map(MapPicture("", (row,), ()))).convert("L").point(lambda v: 255 if v > 150 else 0).tobytes()


def _goal(earned: bool) -> bytes:
    row = MapRow("", "c", (), MapGoal("", earned, ""))
    return opened(draw_map(MapPicture("", (row,), ()))).convert("L").point(lambda v: 255 if v > 150 else 0).tobytes()


def test_states_are_told_apart_without_colour() -> None:
    pictures = [_grey(state) for state in _STATES]
    for i, a in enumerate(pictures):
        for b in pictures[i + 1 :]:
            assert sum(x != y for x, y in zip(a, b, strict=True)) > 300
    assert sum(x != y for x, y in zip(_goal(True), _goal(False), strict=True)) > 500


def test_a_started_module_shows_how_far_one_is() -> None:
    assert len({_grey("started", done) for done in range(4)}) == 4


@pytest.mark.parametrize(("courses", "modules"), [(0, 0), (1, 0), (1, 1), (3, 5), (5, 2), (9, 8), (21, 3)])
def test_any_number_of_courses_and_modules(courses: int, modules: int) -> None:
    png = draw_map(map_of(courses, modules))
    picture = opened(png)
    assert picture.getchannel("A").getextrema() == (255, 255)  # opaque
    assert len(png) < 1_000_000


def test_the_largest_map_is_no_endless_strip() -> None:
    picture = opened(draw_map(map_of(40, 4)))
    assert 0.5 < picture.width / picture.height < 2


def test_courses_and_modules_beyond_the_most_are_counted_visibly() -> None:
    few, many = (opened(draw_map(map_of(2, modules))) for modules in (16, 17))
    assert few.size == many.size
    assert ImageChops.difference(few.convert("RGB"), many.convert("RGB")).getbbox() is not None
    assert opened(draw_map(map_of(41, 1))).height > opened(draw_map(map_of(40, 1))).height


def test_the_same_map_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from bot.badges.map_picture import draw_map;"
        "from tests.badges_artwork.faces import map_of;"
        "print(hashlib.sha256(draw_map(map_of(3, 5))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(draw_map(map_of(3, 5))).hexdigest()


def test_long_strings_change_nothing_outside_their_places() -> None:
    plain = map_of(2, 4, title="短い")
    long = replace(plain, rows=(plain.rows[0], map_of(2, 4, title="長い題名" * 40).rows[1]))
    a, b = (opened(draw_map(picture)).convert("RGB") for picture in (plain, long))
    box = ImageChops.difference(a, b).point(lambda v: 255 if v > 24 else 0).getbbox()
    assert a.size == b.size
    assert box is not None
    first_card_ends = 92 + 52 * 2 + 180
    assert box[1] > first_card_ends
    assert box[0] > 28 + 14
    assert box[2] < 28 + 1200 - 3


@given(
    texts=st.lists(st.text(st.characters(), max_size=60), min_size=6, max_size=6),
    done=st.integers(-3, 40),
    total=st.integers(-3, 40),
    state=st.sampled_from(_STATES),
)
def test_any_strings_and_numbers_can_be_drawn(texts: list[str], done: int, total: int, state: CellState) -> None:
    title, course, category, module, words, goal = texts
    cell = MapCell(module, state, done, total, words)
    row = MapRow(course, category, (cell, cell), MapGoal(goal, False, words))
    assert draw_map(MapPicture(title, (row,), (), words)).startswith(b"\x89PNG")
