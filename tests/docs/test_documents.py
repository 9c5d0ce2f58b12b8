"""What the documents promise: every command works, both languages say the same, every link leads somewhere."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import warm
from tests.web.running import environment, opened

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
PAIRS = [
    ("README.md", "README.ja.md"),
    *((f"docs/{name}.en.md", f"docs/{name}.ja.md") for name in ("teacher", "setup", "slack", "discord", "authors")),
]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(\w*)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PATH_LINE = 'export PATH="$PWD/.venv/bin:$PATH"'
MINUTES = 60.0


def commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks."""
    return [line for block in _BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line.strip()]


def all_commands() -> list[str]:
    """Every command once, in the order of reading."""
    return list(dict.fromkeys(line for page in PAGES for line in commands(page)))


def drill() -> list[str]:
    """The exchange of keys, which needs badges of before and after: tests/web/test_keys_command.py plays it."""
    blocks = [block for page in PAGES for block in _BLOCK.findall(page.read_text("utf-8")) if "keys rotate" in block]
    return [line for block in blocks for line in block.splitlines()]


_STAYS = re.compile(r"sukima (run|demo)\b(?!.* --(story|terminal))")
"""Commands that go on until they are ended."""
SERVING = [line for line in all_commands() if _STAYS.match(line)]
SUKIMA = [line for line in all_commands() if line.startswith("sukima ") and line not in {*SERVING, *drill()}]
MAKE = [line for line in all_commands() if line.startswith("make ")]


STORY = [line for line in SUKIMA if re.search(r"\bout\b", line)]
"""The story and what reads its outcome: nothing else needs it."""
_TELL_WORDS = 'sukima() { printf "%s\\0" "$@"; }\n'
_RUN = f'sukima() {{ {shlex.quote(sys.executable)} -m bot "$@"; }}\n'


def in_shell(folder: Path, sukima: str, line: str) -> str:
    """What a reader's shell says to a line when `sukima` is this function."""
    done = subprocess.run(
        ["sh", "-c", sukima + line],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=MINUTES,
        check=True,
    )
    return done.stdout


def run(folder: Path, line: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """A line with the words that a reader's shell makes of it, in a process of its own."""
    words = tuple(in_shell(folder, _TELL_WORDS, line).split("\0")[:-1])
    assert words, f"{line} does not begin `sukima`"
    return warm.done("bot.__main__", words, folder, environment(), typed.encode(), patience=5 * MINUTES)


@pytest.mark.parametrize(
    "lines",
    [STORY, ["sukima demo --terminal --lang en", *(line for line in SUKIMA if line not in STORY)]],
    ids=["of the story", "all others"],
)
def test_every_command_does_what_the_page_says(lines: list[str], tmp_path: Path) -> None:
    """In a reader's folder after `make demo` was opened and left once: one after the other, as they stand there."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    assert lines
    for line in lines:
        done = run(tmp_path, line, typed="" if line in SUKIMA else "/quit\n")
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), f"{line} said nothing"


@pytest.mark.parametrize("line", SERVING)
def test_command_serves_until_it_is_ended(line: str, tmp_path: Path) -> None:
    """As it stands on the page, but on a port that is free."""
    with opened(tmp_path, *shlex.split(line)[1:], "--port", "0") as running:
        assert running.ask("/healthz")[0] == 200
        assert running.end() == 0


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("line", MAKE)
def test_make_target_exists(line: str) -> None:
    words = shlex.split(line)
    done = subprocess.run(
        ["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=MINUTES, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Nothing to be done" not in done.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert in_shell(tmp_path, _RUN, "sukima --version") == f"sukima {written}\n"


def test_every_command_is_of_a_known_kind() -> None:
    others = [line for line in all_commands() if line not in {*SUKIMA, *SERVING, *MAKE, *drill(), _PATH_LINE}]
    assert not others, "no test tries these"
    assert SUKIMA
    assert MAKE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_fenced_blocks_are_shell_blocks(page: Path) -> None:
    """So that no command hides in a block that is not tried; a piece of a catalogue holds none."""
    marks = _FENCE.findall(page.read_text("utf-8"))
    assert len(marks) % 2 == 0
    assert set(marks[::2]) <= {"sh", "yaml"}


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_both_languages_say_the_same(first: str, second: str) -> None:
    one, other = (ROOT / first).read_text("utf-8"), (ROOT / second).read_text("utf-8")
    assert commands(ROOT / first) == commands(ROOT / second)
    for what, pattern in {
        "sections": r"^(#+) ",
        "table rows": r"^\|",
        "points": r"^- ",
    }.items():
        assert len(re.findall(pattern, one, re.MULTILINE)) == len(re.findall(pattern, other, re.MULTILINE)), what


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "NOTICE"], ids=lambda page: page.name)
def test_no_path_of_a_machine(page: Path) -> None:
    found = re.search(r"(?<![\w.])/(?:home|root|work|tmp|opt|Users)/", page.read_text("utf-8"))
    assert found is None, found
