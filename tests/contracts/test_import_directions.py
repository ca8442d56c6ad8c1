"""Does each part load only what it may, so that starting stays light and layers stay apart?

The import contracts read the source; the tests on `sys.modules` prove what a process really loads.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Python = Callable[..., subprocess.CompletedProcess[str]]

JAX = ("jax", "jaxlib", "flax", "optax")
LIGHT_PARTS = (
    "tuner_engine",
    "tuner_engine.advice",
    "tuner_engine.configs",
    "tuner_engine.data",
    "tuner_engine.errors",
    "tuner_engine.events",
    "tuner_engine.export",
    "tuner_engine.probes.readings",
    "tuner_engine.recipe",
    "tuner_engine.results",
    "tuner_engine.runs",
    "tuner_engine.specs",
    "tuner_engine.state",
    "tuner_engine.workload",
)

FIRST_TO_LOAD = """
import importlib, json, sys
watched, *names = sys.argv[1:]
blamed = {}
for name in names:
    importlib.import_module(name)
    for module in set(watched.split(",")) & sys.modules.keys():
        blamed.setdefault(module, name)
print(json.dumps(blamed))
"""
"""Prints, for each watched module that got loaded, the first of the names that loaded it."""

RUN_COMMAND = """
import json, sys
from tuner_tui.cli import run
code = run(sys.argv[2:])
loaded = sorted(set(sys.argv[1].split(",")) & sys.modules.keys())
sys.stderr.write("\\n" + json.dumps({"code": int(code), "loaded": loaded}))
"""
"""Runs one command; the last line of stderr says how it ended and which modules it loaded."""


def modules_of(root: Path, package: str) -> list[str]:
    paths = sorted((root / package).rglob("*.py"))
    names = (".".join(path.relative_to(root).with_suffix("").parts) for path in paths)
    return [name.removesuffix(".__init__") for name in names]


@pytest.fixture
def blamed(python: Python) -> Callable[..., dict[str, str]]:
    def blame(watched: tuple[str, ...], names: list[str]) -> dict[str, str]:
        done = python(FIRST_TO_LOAD, ",".join(watched), *names)
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    return blame


@pytest.fixture
def ended(python: Python) -> Callable[..., dict[str, object]]:
    def run(*arguments: str) -> dict[str, object]:
        done = python(RUN_COMMAND, ",".join((*JAX, "textual")), *arguments)
        assert done.returncode == 0, done.stderr
        report: dict[str, object] = json.loads(done.stderr.splitlines()[-1])
        return report

    return run


def test_import_contracts_hold(root: Path) -> None:
    """The layers and forbidden imports of pyproject.toml hold on every line of source."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("part", LIGHT_PARTS)
def test_part_loads_no_jax(part: str, blamed: Callable[..., dict[str, str]]) -> None:
    """Facts, recipes, events, runs, advice, readings and exports work without JAX."""
    assert blamed(JAX, [part]) == {}


def test_engine_name_costs_no_numpy(blamed: Callable[..., dict[str, str]]) -> None:
    """Importing the library by name loads neither arrays nor tables nor a decoder."""
    assert blamed(("numpy", "polars", "msgspec", *JAX), ["tuner_engine"]) == {}


def test_front_ends_load_no_jax(root: Path, blamed: Callable[..., dict[str, str]]) -> None:
    """No module of the front ends, the whole app included, loads JAX by being imported."""
    assert blamed(JAX, modules_of(root, "tuner_tui")) == {}


def test_only_the_app_loads_textual(root: Path, blamed: Callable[..., dict[str, str]]) -> None:
    """Headless modules and the engine's light parts import no terminal toolkit."""
    headless = [name for name in modules_of(root, "tuner_tui") if ".ui" not in name]
    assert blamed(("textual",), [*headless, *LIGHT_PARTS]) == {}


def test_engine_never_loads_a_front_end(root: Path, blamed: Callable[..., dict[str, str]]) -> None:
    """Every module of the engine, training included, works without terminal and front ends."""
    names = [
        *modules_of(root / "engine", "tuner_engine"),
        *modules_of(root / "presets", "tuner_presets"),
    ]
    assert blamed(("tuner_tui", "textual"), names) == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("advise", "demo:wine", "--json"),
        ("export", "--schema"),
        ("runs", "list"),
    ],
    ids=" ".join,
)
def test_command_loads_neither_jax_nor_textual(
    arguments: tuple[str, ...], ended: Callable[..., dict[str, object]]
) -> None:
    """Help, advice, exports and the list of runs answer without the heavy libraries."""
    assert ended(*arguments) == {"code": 0, "loaded": []}


def test_source_roots_are_no_packages(python: Python) -> None:
    """An installation exposes the three packages and no folder of the repository."""
    program = """
import importlib.util, sys
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name)])
"""
    names = ("engine", "presets", "tests", "tuner_engine", "tuner_presets", "tuner_tui")
    assert python(program, *names).stdout.split() == ["tuner_engine", "tuner_presets", "tuner_tui"]
