"""Does a run leave a folder that says all that happened, however it ends?"""

import dataclasses
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import problems
import pytest

from tuner_engine import events, runs, worker
from tuner_engine.data import Dataset
from tuner_engine.documents import PROBES
from tuner_engine.errors import UsageError
from tuner_engine.events import AnyEvent, RunFinished
from tuner_engine.recipe import Recipe
from tuner_engine.results import ProbeResult, TrainResult
from tuner_engine.runs import Run
from tuner_engine.specs import Command, DataSpec, RunSpec
from tuner_engine.state import fold_all

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return problems.blobs()


def begun(command: Command = "train", *, source: str = "made", **changes: Any) -> Run:
    """Return a run of a small recipe."""
    recipe = problems.recipe(problems.blobs(), **changes)
    spec = RunSpec(command=command, data=DataSpec(source=source), recipe=recipe, seed=3)
    return runs.create(spec, now=NOW)


def ran(run: Run, dataset: Dataset, stop: threading.Event | None = None) -> list[AnyEvent]:
    return list(worker.run(run, dataset, stop=stop or threading.Event()))


def finished(run: Run) -> RunFinished:
    """Return the run's last event."""
    last = list(run.events())[-1]
    assert isinstance(last, RunFinished)
    assert sum(isinstance(event, RunFinished) for event in run.events()) == 1
    return last


def test_a_training_leaves_a_whole_folder(dataset: Dataset) -> None:
    """Events as they were yielded, the environment, and a result that follows from them."""
    run = begun("train")
    told = ran(run, dataset)
    assert list(run.events()) == told
    assert run.status() == "done"
    assert finished(run).exit_code == 0
    environment = json.loads((run.path / "environment.json").read_bytes())
    assert environment["device_platform"] == "cpu"
    result = msgspec.json.decode(run.result() or b"", type=TrainResult)
    state = fold_all(told)
    assert len(result.history) == len(state.epochs) == 64 // 3 + 1
    assert result.best is not None
    assert result.best.valid_loss == min(row.valid_loss for row in result.history)  # type: ignore[type-var]
    assert result.best.metrics["accuracy"] > 0.5
    assert result.test is not None
    assert result.cost.full_trainings == 1.0
    assert result.cost.compile_s > 0


def test_a_probe_leaves_its_curves_and_lanes(dataset: Dataset) -> None:
    """The document holds the sweep, every trial and the verdict."""
    run = begun("probe-lr")
    state = fold_all(ran(run, dataset))
    result = msgspec.json.decode(run.result() or b"", type=ProbeResult)
    assert result.verdict == state.verdicts[-1].verdict == "ok"
    assert result.curves["sweep"].x == state.learning_rates
    assert len(result.lanes) == sum(len(rung.trials) for rung in state.rungs)
    assert result.settings["learning_rate"].evidence == (run.id,)
    assert result.cost.steps == state.steps_before + state.lane_steps


def test_a_tuning_leaves_a_recipe(dataset: Dataset) -> None:
    """With the cautions of the way, and what it was measured on."""
    run = begun("tune")
    ran(run, dataset)
    recipe = msgspec.json.decode(run.result() or b"", type=Recipe)
    assert recipe.settings["learning_rate"].basis == "measured"
    assert recipe.environment["device_platform"] == "cpu"


def test_fresh_advice_is_taken_where_the_spec_has_no_recipe(dataset: Dataset) -> None:
    """A spec without a recipe is advised for, with the environment in it."""
    spec = RunSpec(command="probe-lr", data=DataSpec(source="made"))
    run = runs.create(spec, now=NOW)
    for event in worker.run(run, dataset, stop=threading.Event()):
        if isinstance(event, events.RecipeAdvised):
            assert event.recipe.settings["model"].value == "mlp"
            assert event.recipe.environment["jax"]
            break


def test_the_same_spec_gives_the_same_numbers(dataset: Dataset) -> None:
    """Two runs tell the same epochs and scores."""
    one, other = (fold_all(ran(begun("train"), dataset)) for _ in range(2))
    bare = [
        [msgspec.structs.replace(event, at_s=0.0) for event in (*state.epochs, *state.tests)]
        for state in (one, other)
    ]
    assert bare[0] == bare[1]


@pytest.mark.parametrize("command", ["train", "probe-lr", "tune"])
def test_a_stop_keeps_what_was_measured(dataset: Dataset, command: Command) -> None:
    """The run ends soon, with a result and the exit code of an interruption."""
    run, stop = begun(command), threading.Event()
    for event in worker.run(run, dataset, stop=stop):
        if isinstance(event, events.StepsTaken):
            stop.set()
    assert run.result() is not None
    last = finished(run)
    assert (last.status, last.exit_code) == ("interrupted", 130)


@pytest.mark.parametrize("seed", [2**32 - 1])
def test_the_largest_seed_is_a_seed(dataset: Dataset, seed: int) -> None:
    """Seeds derived from it wrap around."""
    recipe = problems.recipe(dataset)
    spec = RunSpec(command="probe-lr", data=DataSpec(source="made"), recipe=recipe, seed=seed)
    run = runs.create(spec, now=NOW)
    ran(run, dataset)
    assert finished(run).status == "done"


@pytest.mark.parametrize(
    "command", ["probe-epochs", "probe-batch", "probe-seeds", "probe-regularization"]
)
def test_every_probe_leaves_its_result(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    """One verdict, its curves and lanes, and what it cost."""
    monkeypatch.setattr("tuner_engine.probes.batch_trial.STRETCH_S", 0.001)
    run = begun(command, epochs=2)
    told = ran(run, dataset)
    assert list(run.events()) == told
    result = msgspec.json.decode(run.result() or b"", type=ProbeResult)
    assert result.probe == PROBES[command]
    assert result.status == finished(run).status
    assert result.curves
    assert result.cost.steps > 0
    if command == "probe-batch":
        assert [size.batch_size for size in result.batches] == [4, 8, 16, 32]
        assert result.noise
    else:
        assert {lane.arm for lane in result.lanes} == {
            training.arm for training in fold_all(told).trainings
        }
        assert all(lane.steps > 0 for lane in result.lanes)


def test_what_seeds_explain_goes_with_the_recipe(dataset: Dataset) -> None:
    """Measured by one probe, it is what the next one judges by."""
    seeds = begun("probe-seeds", epochs=2)
    ran(seeds, dataset)
    found = msgspec.json.decode(seeds.result() or b"", type=ProbeResult)
    assert found.seed_noise is not None
    assert found.seed_noise.evidence == seeds.id
    recipe = msgspec.structs.replace(found.recipe, seed_noise=found.seed_noise)
    spec = RunSpec(command="probe-epochs", data=DataSpec(source="made"), recipe=recipe)
    run = runs.create(spec, now=NOW)
    ran(run, dataset)
    result = msgspec.json.decode(run.result() or b"", type=ProbeResult)
    assert result.reading["seed_sd"] == found.seed_noise.sd


def test_a_training_that_diverges_is_no_verdict(dataset: Dataset) -> None:
    """Divergence is a result: the folder is whole, and the exit code says there is no number."""
    run = begun("train", learning_rate=1e30, optimizer="sgd")
    ran(run, dataset)
    result = msgspec.json.decode(run.result() or b"", type=TrainResult)
    assert result.best is None
    assert (finished(run).status, finished(run).exit_code) == ("no-verdict", 4)


def test_a_bug_is_kept_and_raised(dataset: Dataset) -> None:
    """The folder says what broke, in one line; there is no result."""
    broken = dataclasses.replace(
        dataset, train={"x": dataset.train["x"][:, :-1], "y": dataset.train["y"]}
    )
    run = begun("train")
    with pytest.raises(TypeError):
        ran(run, broken)
    last = finished(run)
    assert (last.status, last.exit_code, run.result()) == ("failed", 1, None)
    assert last.message.startswith("TypeError: ")
    assert "\n" not in last.message


def test_misuse_is_kept_and_told(dataset: Dataset) -> None:
    """A recipe that lacks a setting ends the run in its own words."""
    recipe = problems.recipe(dataset)
    poor = msgspec.structs.replace(recipe, settings={"model": recipe.settings["model"]})
    spec = RunSpec(command="train", data=DataSpec(source="made"), recipe=poor)
    run = runs.create(spec, now=NOW)
    ran(run, dataset)
    assert (finished(run).exit_code, run.status()) == (2, "failed")
    assert "the recipe" in finished(run).message


@pytest.mark.parametrize(
    "error",
    [RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 12 bytes"), MemoryError()],
)
def test_a_device_out_of_memory_is_no_bug(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The person is told what to make smaller, with the exit code of devices."""

    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tuner_engine.training.fitting.fitted", full)
    run = begun("train")
    ran(run, dataset)
    assert (finished(run).status, finished(run).exit_code) == ("failed", 5)
    assert "--batch-size" in finished(run).message


def test_an_abort_is_an_interruption(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C twice: the folder says so before the process goes."""

    def aborted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tuner_engine.training.fitting.fitted", aborted)
    run = begun("train")
    with pytest.raises(KeyboardInterrupt):
        ran(run, dataset)
    assert (finished(run).status, finished(run).exit_code) == ("interrupted", 130)


def test_a_reader_who_leaves_interrupts_the_run(dataset: Dataset) -> None:
    """Closing the iterator ends the run and frees its folder."""
    run = begun("train")
    running = worker.run(run, dataset, stop=threading.Event())
    next(running)
    assert run.status() == "running"
    _close(running)
    assert (finished(run).status, run.status()) == ("interrupted", "interrupted")


def test_a_reader_who_leaves_after_the_end_changes_nothing(dataset: Dataset) -> None:
    """A run that is done stays done, though nobody asks for what follows the last event."""
    run = begun("train")
    running = worker.run(run, dataset, stop=threading.Event())
    for event in running:
        if isinstance(event, RunFinished):
            break
    _close(running)
    assert (finished(run).status, run.status()) == ("done", "done")


def _close(running: Iterator[AnyEvent]) -> None:
    running.close()  # type: ignore[attr-defined]


def test_a_run_is_written_by_one_process(dataset: Dataset) -> None:
    """A second writer is refused and leaves no word in the folder."""
    run = begun("train")
    running = worker.run(run, dataset, stop=threading.Event())
    next(running)
    with pytest.raises(UsageError, match="another process"):
        ran(run, dataset)
    _close(running)
    assert len(list(run.events())) == 2


# ── as a process ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def table(tmp_path: Path) -> str:
    """A CSV file of three clouds."""
    made = problems.blobs(train=400)
    path = tmp_path / "clouds.csv"
    names = [f"x{n}" for n in range(problems.FEATURES)]
    rows = np.column_stack([made.train["x"], made.train["y"]])
    lines = [",".join([*names, "kind"])]
    lines += [",".join([*(f"{v:.4f}" for v in row[:-1]), "abc"[int(row[-1])]]) for row in rows]
    path.write_text("\n".join(lines))
    return str(path)


def started(run: Run, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tuner_engine.worker", str(run.path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def awaited(process: "subprocess.Popen[str]", happened: Any) -> None:
    """Wait for something in a run's folder; fail when the process ends without it."""
    while not happened():
        if process.poll() is not None:
            pytest.fail(f"the worker ended too early: {process.communicate()}")
        time.sleep(0.02)


def test_a_terminated_worker_keeps_its_result(table: str) -> None:
    """SIGTERM: measured numbers are written, the exit code is 130."""
    run = begun("train", source=table, epochs=100_000, learning_rate=1e-3)
    process = started(run)
    awaited(process, lambda: any(isinstance(e, events.EpochMeasured) for e in run.events()))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), errors
    assert run.status() == "interrupted"
    assert msgspec.json.decode(run.result() or b"", type=TrainResult).history


def test_a_table_that_cannot_be_used_is_a_failed_run(tmp_path: Path) -> None:
    """The folder names the file, the exit code is 3."""
    run = begun("train", source=str(tmp_path / "absent.csv"))
    assert _main(run) == 3
    assert (finished(run).status, finished(run).exit_code) == ("failed", 3)
    assert "absent.csv" in finished(run).message


def test_a_bug_while_reading_is_a_failed_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder says so before the process dies."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of\nall things")

    monkeypatch.setattr("tuner_engine.data.load", broken)
    run = begun("train")
    with pytest.raises(ZeroDivisionError):
        _main(run)
    assert finished(run).message == "ZeroDivisionError: of\\nall things"


def _main(run: Run) -> int:
    """Run the worker in this process, giving signals back to whoever had them."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        return worker.main([str(run.path)])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_waiting_worker_takes_up_its_spec(table: str) -> None:
    """It waits in an empty folder, and begins when the spec appears."""
    run = runs.reserve("train", now=NOW)
    process = started(run, "--wait")
    assert run.status() == "waiting"
    recipe = problems.recipe(problems.blobs(), epochs=2)
    runs.begin(run, RunSpec(command="train", data=DataSpec(source=table), recipe=recipe))
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert run.status() == "done"


PARENT = """
import os, subprocess, sys
worker = [sys.executable, "-m", "tuner_engine.worker", sys.argv[1]]
child = subprocess.Popen([*worker, "--wait", f"--parent={os.getpid()}"])
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_waiting_worker_leaves_with_its_parent() -> None:
    """When the app dies without a word, nothing keeps waiting."""
    run = runs.reserve("train", now=NOW)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(run.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    parent.stdout.readline()
    parent.kill()
    parent.communicate(timeout=120)  # returns once neither of the two holds the pipe any more
    assert run.status() == "waiting"
