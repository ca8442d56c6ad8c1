"""Do the commands work on real data, with the real engine, in processes of their own?"""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tuner_engine import events, runs

Command = Callable[..., "subprocess.CompletedProcess[str]"]

PROGRAM = (sys.executable, "-m", "tuner_tui")
SMALL = ("--hidden-layers", "1", "--hidden-width", "8", "--batch-size", "32", "--device", "cpu")
"""A model that compiles and trains in a moment."""


@pytest.fixture
def command() -> Command:
    def start(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two noisy classes, in a file with a name that needs care."""
    chance = random.Random(0)  # noqa: S311 - an example, not a secret
    path = tmp_path / "-two \x1b[31mclasses.csv"
    rows = ["length,width,kind"]
    for number in range(300):
        kind = number % 2
        rows.append(f"{chance.gauss(kind, 1):.3f},{chance.gauss(0, 1):.3f},{'ab'[kind]}")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_tuning_ends_in_a_recipe_that_exports(command: Command, table: Path) -> None:
    """From a table to flat values: stream, folder, list and export agree."""
    done = command("tune", table, "--events", "--epochs", "4", "--budget", "15s", *SMALL)
    assert done.returncode in {0, 4}, done.stderr
    *lines, last = done.stdout.splitlines()
    said = [events.decode(line.encode()) for line in lines]
    (run,) = runs.listed()
    assert said == list(run.events())
    assert isinstance(said[-1], events.RunFinished)
    recipe = json.loads(last)
    assert recipe == json.loads((run.path / "recipe.json").read_text())
    assert recipe["settings"]["hidden_width"]["value"] == 8
    flat = json.loads(command("export", run.id[:17], "--format", "flat").stdout)
    assert flat["learning_rate"] == recipe["settings"]["learning_rate"]["value"]
    assert "\x1b" not in command("runs", "show", run.id).stdout + done.stderr


def test_interrupted_training_keeps_its_epochs(table: Path) -> None:
    """Ctrl-C in the middle: the epochs so far are printed as one document, and the code is 130."""
    with subprocess.Popen(
        [
            *PROGRAM,
            "train",
            table,
            "--events",
            "--epochs",
            "100000",
            "--patience",
            "100000",
            *SMALL,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while "epoch-measured" not in (line := process.stdout.readline()):
            assert line, process.communicate()[1]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130, err
    assert "stopping, and keeping what was measured" in err
    result = json.loads(out.splitlines()[-1])
    assert (result["schema"], result["status"]) == ("tuner-tui/train/1", "interrupted")
    assert result["history"]


def test_bad_table_is_one_line(command: Command, tmp_path: Path) -> None:
    """A table that cannot be used exits 3, with nothing on stdout and no run kept."""
    (tmp_path / "empty.csv").touch()
    done = command("tune", tmp_path / "empty.csv", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("tuner-tui: error: ")
    assert done.stderr.count("\n") == 1
    assert runs.listed() == []


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        ("--help", "cyclopts msgspec rich"),
        ("--version", "cyclopts msgspec rich"),
        ("tune --help", "polars sklearn jax textual tuner_tui.cli.running"),
        ("runs list", "polars sklearn jax textual tuner_tui.cli.tune"),
        ("export --schema", "polars sklearn jax textual rich tuner_tui.cli.tune"),
        ("doctor --no-devices", "polars sklearn jax textual tuner_tui.cli.tune"),
    ],
)
def test_command_loads_only_what_it_needs(words: str, unneeded: str) -> None:
    """Answers that need no library do not wait for it."""
    program = """
import sys
from tuner_tui.cli import run
code = run(sys.argv[2:])
loaded = set(sys.argv[1].split()) & sys.modules.keys()
sys.exit(code or (f"loaded {loaded}" if loaded else 0))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, unneeded, *words.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[1:]) == (0, []), done.stderr
