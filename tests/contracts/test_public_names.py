"""Do the names that other programs and people rely on exist, and say the same everywhere?"""

import dataclasses
import re
import shlex
import subprocess
import typing
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType

import pytest

import tuner_engine
from tuner_engine.errors import ExitCode
from tuner_engine.specs import Choices, Hyperparameters
from tuner_tui.cli import COMMANDS, run

Python = Callable[..., subprocess.CompletedProcess[str]]

README = Path(__file__).resolve().parents[2] / "README.md"


def shell_lines() -> list[str]:
    """Return the commands that the README tells people to type."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", README.read_text(), re.M | re.S)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line and line[0] not in "#"]


def own_commands() -> list[list[str]]:
    """Return the arguments of every call of `tuner-tui` in the README."""
    calls = [part for line in shell_lines() for part in re.split(r"&&|\|", line)]
    words = [shlex.split(call) for call in calls]
    return [rest for head, *rest in words if Path(head).name == "tuner-tui"]


@pytest.mark.parametrize("name", tuner_engine.__all__)
def test_public_name_resolves(name: str) -> None:
    """Every name that the library promises can be used."""
    assert getattr(tuner_engine, name) is not None


def test_public_names_are_listed() -> None:
    """`dir` shows what `__all__` promises, sorted and without repeats."""
    assert set(tuner_engine.__all__) <= set(dir(tuner_engine))
    assert list(tuner_engine.__all__) == sorted(set(tuner_engine.__all__))


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as on any module, naming it."""
    with pytest.raises(AttributeError, match="advice_me"):
        _ = tuner_engine.advice_me


def test_importing_the_library_resolves_nothing(python: Python) -> None:
    """The modules behind the names are loaded when a name is used, not before."""
    program = "import sys, tuner_engine; print(*[m for m in sys.modules if 'tuner_engine.' in m])"
    assert python(program).stdout.split() == []


def test_choices_and_hyperparameters_agree() -> None:
    """What a person may choose is what a training needs: same names, order and types."""
    choices = typing.get_type_hints(Choices, include_extras=True)
    stated = typing.get_type_hints(Hyperparameters, include_extras=True)
    assert list(choices) == list(stated)
    assert {name: required(hint) for name, hint in choices.items()} == {
        name: required(hint) for name, hint in stated.items()
    }


def required(hint: object) -> object:
    """Return a type without its `None`."""
    if isinstance(hint, UnionType) or typing.get_origin(hint) is typing.Union:
        kept = [part for part in typing.get_args(hint) if part is not NoneType]
        return typing.Union[tuple(kept)]  # noqa: UP007 - built from parts known at run time
    return hint


def test_every_choice_may_be_left_open() -> None:
    """A person who decides nothing has made valid choices."""
    assert set(dataclasses.asdict(Choices()).values()) == {None}


def test_readme_and_checks_run_the_same_tests(root: Path) -> None:
    """The README's test command is, letter by letter, the one that the checks run."""
    commands = [line for line in shell_lines() if line.endswith("pytest")]
    assert len(commands) == 1
    assert f'step "{commands[0]}"' in (root / ".ci" / "run").read_text().splitlines()


def test_readme_leads_with_the_main_job() -> None:
    """The first command installs from nothing and tunes the embedded data within a budget."""
    first = shell_lines()[0]
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install .")
    assert first.endswith(".venv/bin/tuner-tui tune demo:digits --budget 60s")


@pytest.mark.parametrize("arguments", own_commands(), ids=" ".join)
def test_readme_command_is_accepted(arguments: list[str]) -> None:
    """Every command in the README parses: it exists, and takes the values shown with it."""
    name, rest = (
        ("open", arguments) if arguments[0] not in COMMANDS else (arguments[0], arguments[1:])
    )
    import_module(f"tuner_tui.cli.{name.replace('-', '_')}").app.parse_args(rest)


def test_readme_lists_every_exit_code() -> None:
    """The README explains the exit codes that there are, and no others."""
    explained = re.findall(r"^\| (\d+) \|", README.read_text(), re.M)
    assert [int(code) for code in explained] == sorted(ExitCode)


def test_readme_keys_are_bound() -> None:
    """Every key in the README is one of the app's or of its charts."""
    app, chart = (import_module(f"tuner_tui.ui.{name}").KEYS for name in ("bindings", "chart.keys"))
    rows = re.findall(r"^\| (`.*?`) \|", README.read_text(), re.M)
    named = {key for row in rows for key in re.findall(r"`(.+?)`", row)}
    assert named
    assert named <= {key.shown for key in (*app, *chart)}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command that the front page lists answers `--help` on stdout."""
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(f"Usage: tuner-tui {command}")
    assert shown.err == ""
