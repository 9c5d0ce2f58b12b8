"""What `docs/open-badges.md` promises is shown by tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "open-badges.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| requirement")]


@cache
def there_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_named_test_is_there(file: str) -> None:
    missing = {name for where, name in NAMED if where == file} - there_in(file)
    assert not missing


def test_every_requirement_names_a_test() -> None:
    assert len(ROWS) > 30
    for row in ROWS:
        requirement, met, shown = (cell.strip() for cell in row.strip("|").split("|"))
        assert requirement
        assert met
        assert re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`(, `tests/[\w/]+\.py::test_\w+`)*", shown), row


def test_all_that_the_certification_guide_numbers_is_there() -> None:
    issuer, displayer = (PAGE.split(f"## {part}\n")[1].split("\n## ")[0] for part in ("Issuer", "Displayer"))
    assert {int(number) for number in re.findall(r"^\| (\d)\. ", issuer, re.MULTILINE)} == set(range(1, 9))
    assert {int(number) for number in re.findall(r"^\| \((\d)\) ", displayer, re.MULTILINE)} == set(range(1, 7))
