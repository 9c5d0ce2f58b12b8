"""`sukima catalog check` says what the picture of a badge does not show of its title; that is no error."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app.catalogues import demo_catalogue, title_notes
from bot.badges.artwork import cut_titles
from bot.badges.fonts import GETA, undrawable
from bot.intake.catalogue import read_catalogue
from bot.wording import Wording

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "catalogue.yaml"
LONG = "子どもの考えを引き出すための問いかけと、その後の待ち方を校内で分かち合う力（第二期）"


def test_a_lost_character_and_a_cut_title_are_named(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace('"待つ問い"', '"𠮷田の問い"').replace("問いかけ上手", LONG)
    file.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(cli, ["catalog", "check", str(file), "--lang", "ja"])
    assert ran.exit_code == 0, ran.output
    whole, *notes = ran.output.splitlines()
    assert whole == Wording("ja").say("cli.catalog.sound", key="my-university", courses=1, units=2)
    (shown,) = cut_titles(LONG, "Asks Well")
    assert notes == [
        Wording("ja").say("cli.catalog.title_lost", name="𠮷田の問い", lost="𠮷"),
        Wording("ja").say("cli.catalog.title_cut", name=LONG, shown=shown),
    ]
    assert shown.endswith("…")
    assert LONG.startswith(shown[:-1])
    assert "（第二期）" not in shown


def test_what_is_shown_whole_is_not_spoken_of() -> None:
    assert not list(title_notes(read_catalogue(EXAMPLE.name, EXAMPLE.read_bytes())))
    assert not list(title_notes(demo_catalogue()[0]))
    assert cut_titles("待つ…", "Wait…") == ()


@pytest.mark.parametrize(
    ("text", "lost"), [("神社と髙橋", ()), ("𠮷と𠮷", ("𠮷",)), (GETA, ()), ("か゛ 👩‍🏫", ("👩‍🏫",))]
)
def test_what_becomes_a_geta(text: str, lost: tuple[str, ...]) -> None:
    assert undrawable(text) == lost
