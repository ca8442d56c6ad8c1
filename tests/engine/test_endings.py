"""Does a run end soon and in good order, whatever it is at when its time is over?

Compiling and steps are replaced by calls that end with the test and no sooner.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import problems
import pytest

from tuner_engine import events, leaving, runs, worker
from tuner_engine.documents import PROBES
from tuner_engine.events import AnyEvent, CautionRaised, RunFinished, StepsTaken
from tuner_engine.recipe import Recipe
from tuner_engine.results import ProbeResult, TrainResult
from tuner_engine.runs import Run
from tuner_engine.specs import Command, DataSpec, RunSpec
from tuner_engine.training import cohort, fitting
from tuner_engine.training.program import Program

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
COMMANDS: tuple[Command, ...] = get_args(Command)


@pytest.fixture(autouse=True)
def _impatient(device: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "GRACE_S", 0.01)
    monkeypatch.setattr("tuner_engine.probes.batch_trial.STRETCH_S", 0.001)


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Set at the end of the test, so that no thread outlasts it for long."""
    event = threading.Event()
    yield event
    event.set()


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def begun(command: Command, *, budget_s: float | None = None) -> Run:
    recipe = problems.recipe(problems.blobs(), epochs=2)
    spec = RunSpec(
        command=command,
        data=DataSpec(source="made"),
        recipe=recipe,
        seed=3,
        budget_s=budget_s,
    )
    return runs.create(spec, now=NOW)


def ran(run: Run, *, stop: threading.Event, clock: Clock | None = None) -> list[AnyEvent]:
    return list(worker.run(run, problems.blobs(), stop=stop, clock=clock or Clock(), started_s=0.0))


def left(run: Run) -> Any:
    """Return the document that a run left, decoded."""
    command = run.spec().command
    kind = ProbeResult if command in PROBES else Recipe if command == "tune" else TrainResult
    return msgspec.json.decode(run.result() or b"", type=kind)


def unending(
    monkeypatch: pytest.MonkeyPatch, held: threading.Event, ending: Callable[[], None]
) -> None:
    """Have compiling end the run's time, and then go on."""

    def compiling(*_: object, **__: object) -> None:
        ending()
        held.wait()

    monkeypatch.setattr(fitting, "fitted", compiling)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_stop_leaves_what_compiles(
    monkeypatch: pytest.MonkeyPatch, held: threading.Event, command: Command
) -> None:
    """The result says that it was interrupted, and no program is told of."""
    stop = threading.Event()
    unending(monkeypatch, held, stop.set)
    run = begun(command)
    told = ran(run, stop=stop)
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert (last.status, last.exit_code) == ("interrupted", 130)
    assert not any(isinstance(event, events.ProgramCompiled) for event in told)
    if command in PROBES:
        assert left(run).verdict == "interrupted"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_budget_below_compiling_is_said(
    monkeypatch: pytest.MonkeyPatch, held: threading.Event, command: Command
) -> None:
    """No verdict, and a caution that names the reason and what to do."""
    clock = Clock()
    unending(monkeypatch, held, lambda: setattr(clock, "now_s", 31.0))
    run = begun(command, budget_s=30.0)
    told = ran(run, stop=threading.Event(), clock=clock)
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert (last.status, last.exit_code) == ("no-verdict", 4)
    if command in PROBES:
        assert left(run).verdict == "budget-too-small"
    if command != "probe-batch":  # where it is the outcome of a size
        assert "budget-below-compile" in {caution.code for caution in left(run).warnings}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_starts_too_late_is_not_compiled(
    monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    """Where reading and loading took the budget, nothing more is begun."""
    clock = Clock()
    clock.now_s = 2.0

    def compiling(*_: object, **__: object) -> None:
        pytest.fail("something was compiled")

    monkeypatch.setattr(fitting, "fitted", compiling)
    told = ran(begun(command, budget_s=1.0), stop=threading.Event(), clock=clock)
    assert isinstance(told[-1], RunFinished)
    assert told[-1].exit_code == 4


@pytest.mark.parametrize("command", COMMANDS)
def test_a_stop_leaves_a_long_step_and_keeps_what_was_before(
    monkeypatch: pytest.MonkeyPatch, held: threading.Event, command: Command
) -> None:
    """A chunk that does not end is not waited for; its steps are not counted."""
    stop, calls, advance = threading.Event(), itertools.count(1), Program.advance

    def advanced(program: Program, *arguments: Any) -> Any:
        if next(calls) == 2:
            stop.set()
            held.wait()
        return advance(program, *arguments)

    monkeypatch.setattr(Program, "advance", advanced)
    monkeypatch.setattr(cohort, "CHUNK_S", 0.0)  # chunks of one step
    run = begun(command)
    told = ran(run, stop=stop)
    last = told[-1]
    assert isinstance(last, RunFinished)
    assert (last.status, last.exit_code) == ("interrupted", 130)
    if command != "probe-batch":  # whose sizes are told when they are timed
        assert any(isinstance(event, StepsTaken) for event in told)
    if command in PROBES:
        assert left(run).verdict == "interrupted"
    assert not any(
        isinstance(event, CautionRaised) and event.caution.code.startswith("budget")
        for event in told
    )
