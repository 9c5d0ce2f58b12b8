"""What the app does around the house: catalogues with their pages, files that cannot be read."""

from pathlib import Path

import pytest

from bot import app
from bot.app import DEMO, World, demo_catalogue, open_house, pages_beside, read_catalogues
from bot.errors import Problem
from bot.settings import Settings
from bot.wording import Wording


def test_the_demo_brings_a_page_in_both_languages_for_every_unit() -> None:
    read, pages = demo_catalogue()
    units = {unit.key for course in read.courses for unit in course.units()}
    assert pages.keys() == {(unit, lang) for unit in units for lang in ("ja", "en")}


async def test_pages_beside_a_catalogue_are_loaded_with_it(tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_bytes((DEMO / "catalog.yaml").read_bytes())
    page = tmp_path / "pages" / "ja" / "c1-u1.md"
    page.parent.mkdir(parents=True)
    page.write_text("# 三十秒", "utf-8")
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(tmp_path / "data")}, env_file=None)
    (loaded,) = await app.load_catalogues(settings, [file], Wording("en"), print)
    assert loaded.units == 25
    async with open_house(settings, World()) as house:
        work_sees = await house.store.look(_pages, _Any())
    assert work_sees == ("# 三十秒", None)


def test_a_page_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_bytes((DEMO / "catalog.yaml").read_bytes())
    page = tmp_path / "pages" / "ja" / "c1-u1.md"
    page.parent.mkdir(parents=True)
    page.write_bytes("三十秒".encode("cp932"))
    with pytest.raises(Problem, match=r"file\.not_utf8"):
        pages_beside(file, read_catalogues([file])[0])


class _Any:
    school_id = None


async def _pages(work: object, command: _Any) -> tuple[str | None, str | None]:
    shelves = work.shelves  # type: ignore[attr-defined]
    return await shelves.page("c1-u1", "ja"), await shelves.page("c1-u1", "en")
