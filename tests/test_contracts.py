"""The house as design.md draws it: who may know whom, and what no code path may do."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "storage")
ACTS_OF_SHOWING = {"share", "set_findable", "publish", "submit"}
"""Use cases by which something becomes visible to others. Earning must not reach them (4.4)."""
SHOWING = {"displayed_at", "findable_at", "published_at", "submitted_at"}
COMPARING = re.compile(r"(^|_)(rank|ranks|ranking|streak|streaks|leaderboard|percentile|top_learners)(_|$)")
"""Names that would compare persons (4.5). A question's ranking of badges in `expertise` is another thing."""
ORDERS_UNITS = {"bot.domain.learning: rank"}
"""Which unit to offer one person next; no person is compared."""


@cache
def module_files() -> dict[str, Path]:
    """Every product module by its dotted name."""
    files = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(module_files()[module].read_text("utf-8"))


@cache
def calls(module: str) -> tuple[ast.Call, ...]:
    return tuple(node for node in ast.walk(tree(module)) if isinstance(node, ast.Call))


@cache
def imported(module: str) -> tuple[str, ...]:
    """The dotted names that a module imports; names taken from a module count with it."""
    return tuple(_imported(tree(module), module))


def _imported(found: ast.Module, module: str) -> Iterator[str]:
    for node in ast.walk(found):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def within(names: Iterable[str], room: str) -> set[str]:
    return {name for name in names if name == room or name.startswith(f"{room}.")}


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls, as far as it is written there."""
    function = node.func if isinstance(node, ast.Call) else node
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return ".".join(reversed(parts))


# ---------------------------------------------------------------- who may know whom


def test_import_contracts_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr("logging.config.dictConfig", lambda told: None)  # it would switch off everybody else's loggers
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_room_has_its_layer() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = {room.strip(" ()") for layer in layers for room in layer.split("|")}
    rooms = {".".join(name.split(".")[:2]) for name in module_files() if name.startswith("bot.")} | {"storage"}
    assert rooms <= placed, f"not in the layers contract: {rooms - placed}"


def test_types_are_checked_wherever_there_is_python_but_in_tests() -> None:
    """So that a changed signature is noticed in a benchmark, which the suite runs on a tiny scale only."""
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["files"]
    folders = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")}
    assert set(checked) == folders - {"tests", "build"}


@pytest.mark.parametrize("room", ["bot.domain", "bot.errors"])
def test_the_domain_needs_the_standard_library_only(room: str) -> None:
    for module in within(set(module_files()), room):
        for name in imported(module):
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or within({name}, "bot.domain") or within({name}, "bot.errors"), (
                f"{module} imports {name}"
            )


def test_the_domain_contract_forbids_every_dependency() -> None:
    """A new dependency must be added to the contract's list, so that the contract keeps meaning what it says."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    forbidden = next(
        set(contract["forbidden_modules"])
        for contract in facts["tool"]["importlinter"]["contracts"]
        if contract.get("source_modules") == ["bot.domain", "bot.errors"]
    )
    named = {Requirement(line).name.lower().replace("_", "-") for line in facts["project"]["dependencies"]}
    modules: dict[str, set[str]] = defaultdict(set)
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules[distribution.lower().replace("_", "-")].add(module)
    for name in named:
        public = {module for module in modules[name] if not module.startswith("_")}
        assert not public or public & forbidden, f"{name} ({', '.join(sorted(public))}) is not forbidden to the domain"


# ---------------------------------------------------------------- what no code path may do


def reachable(start: str) -> set[str]:
    """Product modules that `start` imports, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        for name in imported(module):
            for candidate in (name, name.rpartition(".")[0]):
                if candidate in module_files():
                    waiting.append(candidate)
    return found


def functions_named(module: str, names: set[str]) -> set[str]:
    return {
        node.name
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in names
    }


def test_earning_leads_to_no_act_of_showing() -> None:
    for module in reachable("bot.services.learning"):
        assert not functions_named(module, ACTS_OF_SHOWING), f"learning reaches {module}, which shows things"
        done = {called(call).split(".")[-1] for call in calls(module)}
        assert not done & (ACTS_OF_SHOWING | {"promise_post"}), f"{module} shows what was earned"


def shows(call: ast.Call) -> bool:
    """Whether a call sets what an award shows to anything but nothing: ending it is no act of showing."""
    return any(
        keyword.arg in SHOWING and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
        for keyword in call.keywords
    )


def test_only_the_award_service_sets_what_is_shown() -> None:
    """What an award shows is set in one place for colleagues, in one for the public; storage only keeps it."""
    setters = {
        module for module in module_files() for call in calls(module) if called(call) == "replace" and shows(call)
    }
    assert setters == {"bot.services.awards", "bot.services.publishing"}
    makers = {
        module
        for module in module_files()
        for call in calls(module)
        if called(call).split(".")[-1] == "Award" and SHOWING & {keyword.arg for keyword in call.keywords}
    }
    assert makers <= {"storage.repositories.awards"}


def test_the_award_service_shows_in_two_acts_of_their_own() -> None:
    """Sharing does not make findable, nor the other way round."""
    sets: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree("bot.services.awards")):
        if isinstance(node, ast.AsyncFunctionDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and called(call) == "replace":
                    sets[node.name] |= SHOWING & {str(keyword.arg) for keyword in call.keywords}
    assert {name: fields for name, fields in sets.items() if fields} == {
        "share": {"displayed_at"},
        "keep_private": {"displayed_at"},
        "set_findable": {"findable_at"},
    }


def test_publishing_is_an_act_of_its_own() -> None:
    """Publishing shows nothing to colleagues, and nothing else publishes."""
    sets = {
        str(keyword.arg)
        for call in calls("bot.services.publishing")
        if called(call) == "replace"
        for keyword in call.keywords
    }
    assert sets == {"published_at"}
    for module in module_files():
        if module != "bot.services.publishing" and "bot.services.publishing" in imported_modules(module):
            assert within({module}, "bot.conversation.acts") | within({module}, "bot.web"), module


@cache
def imported_modules(module: str) -> set[str]:
    """The modules that a module imports, whole or in part."""
    return {*imported(module)} | {name.rpartition(".")[0] for name in imported(module)}


def test_the_acts_of_showing_are_called_from_presses_only() -> None:
    """Only what a person pressed (in chat, or on their own pages) and the rehearsal's past call them."""
    users = {
        module
        for module in module_files()
        for name in imported(module)
        if name in {f"bot.services.awards.{act}" for act in ACTS_OF_SHOWING}
    }
    users |= {
        module
        for module in module_files()
        if "bot.services.awards" in set(imported(module))
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and called(node) in {f"awards.{act}" for act in ACTS_OF_SHOWING}
    }
    pages = {"bot.web.me_badges", "bot.web.me_settings"}
    allowed = within(users, "bot.conversation.acts") | within(users, "bot.handlers.local") | (users & pages)
    assert users, "the test no longer sees who calls them"
    assert users == allowed, f"called from elsewhere: {users - allowed}"


def test_submitting_is_called_from_its_own_page_only() -> None:
    users = {module for module in module_files() if "bot.services.submissions" in imported_modules(module)}
    callers = {
        module
        for module in users
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and called(node) == "submissions.submit"
    }
    assert callers == {"bot.web.me_submit"}


def names_defined(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", node.name).lower()
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            yield from (target.id.lower() for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    if module == "storage.tables":
        yield from (
            node.args[0].value
            for node in calls(module)
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        )


def test_nothing_is_named_for_comparing_people() -> None:
    rooms = ("bot.conversation", "bot.services", "bot.domain", "bot.handlers", "bot.web", "bot.pages", "storage")
    named = {
        f"{module}: {name}"
        for room in rooms
        for module in within(set(module_files()), room)
        for name in names_defined(module)
        if COMPARING.search(name)
    }
    assert not named - ORDERS_UNITS


# ---------------------------------------------------------------- time, ids, chance and speech come from outside


def test_only_the_composition_root_prints() -> None:
    speakers = {module for module in module_files() for call in calls(module) if called(call) == "print"}
    assert not speakers - within(speakers, "bot.app")


CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
CHANCE = {"uuid.uuid4", "uuid4", "secrets.token_bytes", "secrets.token_hex", "os.urandom", "random.random"}


@pytest.mark.parametrize(
    ("takers", "allowed"),
    [(CLOCKS, {"bot.app.world", "bot.__main__", "bot.scheduler.clock"}), (CHANCE, {"bot.app.world"})],
    ids=["time", "chance"],
)
def test_time_and_chance_are_passed_in(takers: set[str], allowed: set[str]) -> None:
    found = {module for module in module_files() for call in calls(module) if called(call) in takers}
    assert found <= allowed, f"taken, not passed in: {found - allowed}"


def test_no_moment_is_naive() -> None:
    """Wherever the time is taken, its zone is said."""
    for module in module_files():
        for call in calls(module):
            if called(call) in {"datetime.now", "datetime.datetime.now", "datetime.fromtimestamp"}:
                least = 1 if called(call).endswith("now") else 2
                assert len(call.args) + len(call.keywords) >= least, f"{module}:{call.lineno} has no zone"
            assert called(call) not in {"datetime.utcnow", "datetime.utcfromtimestamp"}, f"{module}:{call.lineno}"


def test_only_the_composition_root_configures_the_log() -> None:
    found = {module for module in module_files() for call in calls(module) if called(call) == "structlog.configure"}
    assert found <= {"bot.log"}
