"""The pinned parts: every direct dependency, within its range, by version and hash only."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DIRECT = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = [Requirement(line) for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s\\;]+)", re.MULTILINE)
_LINE = re.compile(
    r"""\#.* | \s*\#.* | [a-z0-9.-]+==\S+(\ ;\ .+)?\ \\ | \s+--hash=sha256:[0-9a-f]{64}(\ \\)? | \s*""", re.X
)
FILES = ("base", "dev", "build")


def text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(found): version for found, version in _PIN.findall(text(name))}


@pytest.mark.parametrize(("name", "wanted"), [("base", DIRECT), ("dev", DIRECT + EXTRAS), ("build", BUILD)], ids=FILES)
def test_every_direct_dependency_is_pinned_in_its_range(name: str, wanted: list[Requirement]) -> None:
    pinned = pins(name)
    for requirement in wanted:
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {name}.txt: run `make pins`"
        assert requirement.specifier.contains(version), f"{requirement.name} {version} is out of range"


def test_tests_run_on_what_is_shipped() -> None:
    dev = pins("dev")
    assert {name: dev.get(name) for name in pins("base")} == pins("base")


@pytest.mark.parametrize("name", FILES)
def test_only_versions_and_hashes(name: str) -> None:
    """No address of an index, no path, no option, nothing without a hash."""
    for line in text(name).splitlines():
        assert _LINE.fullmatch(line), line
    assert not re.search(r"://|(?<!\w)/\w|index-url|find-links|trusted-host", text(name))
    for entry in re.split(r"\n(?=[a-z0-9])", text(name))[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("file", ["Makefile", "pyproject.toml", ".ci/run"])
def test_no_index_is_named(file: str) -> None:
    assert not re.search(
        r"(?<!--no-emit-)(index-url|find-links|trusted-host)|pypi\.org", (ROOT / file).read_text("utf-8")
    )
