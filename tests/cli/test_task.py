"""Can a task of one's own be named wherever data can, and begun from nothing?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuner_tui import cli
from tuner_tui.cli import opening

Tuner = Callable[..., Any]

TASK = """
import numpy as np
import optax
from tuner_engine import Task

def init(key):
    return {"w": np.zeros((4, 2), np.float32)}

def loss(params, batch):
    logits = batch["x"] @ params["w"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, batch["y"]).mean()

def task(examples: int = 100):
    x = np.random.default_rng(0).normal(size=(examples, 4))
    return Task(init=init, loss=loss, train={"x": x, "y": (x[:, 0] > 0).astype(int)})

def broken():
    return prepared()

def prepared():
    raise ValueError("no data \\x1b[2J here")
"""


@pytest.fixture
def train(tmp_path: Path) -> str:
    path = tmp_path / "train.py"
    path.write_text(TASK)
    return str(path)


def test_advice_on_a_task(tuner: Tuner, train: str) -> None:
    """Counts of its data, its arguments as settings, and what was assumed as warnings."""
    answer = tuner("advise", "--task", train, "--set", "examples=60", "--json")
    assert answer.code == 0, answer.err
    recipe = json.loads(answer.out)
    assert recipe["data"]["source"] == train
    assert recipe["data"]["format"] == "task"
    assert recipe["workload"]["train_examples"] == 51
    assert recipe["settings"]["examples"]["value"] == 60
    assert recipe["settings"]["model"]["value"] == "own"
    assert "valid-from-train" in {warning["code"] for warning in recipe["warnings"]}


def test_text_for_a_person(tuner: Tuner, train: str) -> None:
    """A task has examples, and no columns or target to speak of."""
    answer = tuner("advise", "--task", train)
    assert answer.code == 0
    assert "85 examples to train, 15 to validate" in answer.out.replace("\n", " ")
    assert "of ''" not in answer.out
    assert "features" not in answer.out


def test_an_error_in_their_code_is_their_traceback(tuner: Tuner, train: str) -> None:
    """Their frames, then one line; exit 3; nothing that steers a terminal."""
    answer = tuner("advise", "--task", f"{train}:broken")
    assert (answer.code, answer.out) == (3, "")
    lines = answer.err.splitlines()
    assert [line.rpartition(" in ")[2] for line in lines[:-1:2]] == ["broken", "prepared"]
    assert lines[-1].startswith("tuner-tui: error: train.py, line 21, in prepared: ValueError")
    assert "\x1b" not in answer.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["advise"], 2, "name the DATA, or a task of your own with --task FILE:NAME"),
        (["train", "a.csv", "--task", "b.py"], 2, "exclude each other"),
        (["train", "--task", "b.csv"], 2, "a function in a Python file"),
        (["train", "--task", "no_such_file.py"], 3, "no_such_file.py: cannot be read"),
        (["tune", "--task", "b.py", "--target", "y"], 2, "--target is for DATA"),
        (["tune", "--task", "b.py", "--kind", "table"], 2, "--kind table is for DATA"),
        (["probe", "lr", "--task", "b.py", "--set", "hidden"], 2, "expected NAME=VALUE"),
        (["--task", "no_such_file.py"], 3, "no such file; `tuner-tui task new"),
        (["--task", "data.csv"], 2, "a function in a Python file"),
    ],
)
def test_a_mistake_is_told(tuner: Tuner, words: list[str], code: int, told: str) -> None:
    """Neither and both are mistakes, and so is what belongs to data."""
    answer = tuner(*words)
    assert answer.code == code
    assert told in answer.err


def test_an_unknown_argument_is_a_mistake(tuner: Tuner, train: str) -> None:
    """With what there is."""
    answer = tuner("advise", "--task", train, "--set", "exampels=3")
    assert answer.code == 2
    assert "it has examples (default 100)" in answer.err


def test_arguments_without_a_task_are_a_mistake(tuner: Tuner) -> None:
    """They would have no effect."""
    answer = tuner("advise", "demo:wine", "--set", "hidden=3")
    assert answer.code == 2
    assert "only a task of your own has arguments" in answer.err


def test_opening_does_not_run_the_file(train: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's process only looks whether it is there; a worker runs it."""
    import tuner_tui.ui

    Path(train).write_text("raise SystemExit(77)")
    opened: list[Any] = []
    monkeypatch.setattr(tuner_tui.ui, "open_app", lambda spec: opened.append(spec) or 0)
    assert cli.run(["--task", train, "--set", "hidden=3"]) == 0
    assert (opened[0].data.kind, opened[0].data.source) == ("task", train)
    assert opened[0].choices.arguments == {"hidden": "3"}
    with pytest.raises(Exception, match="no such file"):
        opening.refuse_missing_task("no_such_file.py")


def test_a_task_begins_from_an_example(tuner: Tuner, tmp_path: Path) -> None:
    """Written once, said where, and never over a file that is there."""
    path = tmp_path / "mine.py"
    answer = tuner("task", "new", path)
    assert (answer.code, answer.out) == (0, "")
    assert f"tuner-tui train --task {path}" in answer.err
    before = path.read_text()
    assert tuner("task", "new", path).code == 2
    assert path.read_text() == before
    assert tuner("advise", "--task", path, "--json").code == 0
