"""What the documents take from the product is of today: the complaints, the examples, the picture, the settings."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from bot.domain.language import LANGS, Lang
from bot.intake.catalogue import read_catalogue
from bot.settings import Settings
from bot.wording import Wording

DOCS = Path(__file__).parents[2] / "docs"
LARGEST_PICTURE = 200_000


def script(path: Path) -> ModuleType:
    """A script of the documents as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", LANGS)
def test_authors_find_every_complaint(lang: Lang) -> None:
    complaints = script(DOCS / "complaints.py")
    text = complaints.page(lang).read_text("utf-8")
    assert complaints.renewed(text, lang) == text, "run `make docs`"
    assert text.count("\n- ") > 50


def test_the_examples_say_the_same_in_both_forms() -> None:
    yaml, csv = (
        read_catalogue(f"catalogue.{form}", (DOCS / "examples" / f"catalogue.{form}").read_bytes())
        for form in ("yaml", "csv")
    )
    assert yaml == csv


def test_the_picture_is_small_and_drawn_by_us() -> None:
    """The same badges in the same places; a few colours may differ between versions of Pillow."""
    drawn = script(DOCS / "images" / "draw_badges.py")
    kept = DOCS / "images" / "badges.png"
    assert kept.stat().st_size <= LARGEST_PICTURE
    fresh = drawn.sheet(drawn.BADGES).convert("L").resize((84, 56))
    with Image.open(kept) as picture:
        known = picture.convert("L").resize((84, 56))
    differences = [abs(one - other) for one, other in zip(fresh.tobytes(), known.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 3, "run `make docs`"


@pytest.mark.parametrize("lang", LANGS)
def test_the_owner_finds_every_setting(lang: Lang) -> None:
    text = (DOCS / f"setup.{lang}.md").read_text("utf-8")
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_teachers_find_the_labels_that_they_see(lang: Lang) -> None:
    """The names of buttons in the teacher's page are the buttons' own."""
    text = (DOCS / f"teacher.{lang}.md").read_text("utf-8")
    voice = Wording(lang)
    for key in ("share", "private", "findable_yes", "undo", "export", "forget"):
        label = voice.say(f"label.{key}")
        assert re.search(rf"[*「]{re.escape(label)}[*」]", text), label
