"""The benchmarks run, on a tiny scale, and print what they promise; how fast anything is, no test says."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
FIELDS = {"name", "what", "unit", "value", "floor", "floor_is", "ratio", "ratio_quartiles", "rounds", "n", "machine"}


def test_every_figure_that_is_promised_has_its_script() -> None:
    assert [script.stem for script in SCRIPTS] == [
        "discord_events",
        "expertise",
        "pages",
        "reaction",
        "room",
        "signing",
        "slack_events",
        "start",
        "status",
        "tick",
        "verifying",
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_prints_figures_beside_their_floor(script: Path) -> None:
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), "--quick"], capture_output=True, text=True, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines
    assert len({line["name"] for line in lines}) == len(lines)
    assert all(line["name"].startswith(f"{script.stem}.") for line in lines)
    skipped = [line["skipped"] for line in lines if set(line) == {"name", "skipped"}]
    for line in (line for line in lines if "skipped" not in line):
        assert set(line) == FIELDS
        assert all(math.isfinite(line[key]) and line[key] > 0 for key in ("value", "floor", "ratio", "n"))
        assert line["machine"]["python"]
    if skipped:
        (pytest.fail if os.environ.get("SUKIMA_REQUIRE_BROWSER") == "1" else pytest.skip)("; ".join(skipped))
