"""Are batch sizes tried safely, and is their trial a process of its own where it must be?"""

import os
import signal
import subprocess
import threading
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import problems
import pytest

from tuner_engine import events
from tuner_engine.events import AnyEvent, BatchTried, NoiseMeasured, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import batch_plan, batch_size, batch_trial
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import DataSpec, Hyperparameters, RunSpec
from tuner_engine.state import fold_all
from tuner_engine.training import fitting, memory
from tuner_engine.training.task import Stream, Task

SETTINGS = problems.settings(batch_size=8, epochs=16)


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def built(settings: Hyperparameters) -> Task:
    return tabular.task(problems.blobs(train=320), settings)


def never() -> bool:
    return False


def trial(isolated: Any = None) -> BatchTried:
    """Return what becomes of the size in force."""
    *_, found = batch_trial.tried(built(SETTINGS), SETTINGS, Terms(), isolated=isolated)
    assert isinstance(found, BatchTried)
    return found


@pytest.fixture(scope="module")
def told(device: None) -> list[AnyEvent]:
    """Every event of a probe without a budget, of larger sizes and with short stretches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_trial, "STRETCH_S", 0.001)
        patch.setattr(batch_plan, "LEAST", 1.0)
        return list(batch_size.probe(built, SETTINGS, Terms(evidence="run-1"), check=True))


def test_every_size_is_tried_once(told: list[AnyEvent]) -> None:
    """From the advised size outwards, up to a tenth of the examples."""
    tried = [event for event in told if isinstance(event, BatchTried)]
    assert [event.batch_size for event in tried] == [8, 16, 32]
    for event in tried:
        assert event.outcome == "ran"
        assert len(event.step_s) == batch_trial.STRETCHES
        assert event.memory_bytes


def test_what_it_costs_is_said_first(told: list[AnyEvent]) -> None:
    """All sizes with their compiling at once; seconds as soon as one size was timed."""
    phases = [event for event in told if isinstance(event, events.PhaseStarted)]
    assert [phase.phase for phase in phases[:3]] == ["throughput", "throughput", "noise"]
    assert isinstance(told[0], events.PhaseStarted)
    assert "3 sizes to compile and time" in phases[0].plan
    assert "0.25 of a full training" in phases[0].plan
    assert "2 programs to compile" in phases[1].plan
    own, *others = [event for event in told if isinstance(event, BatchTried)]
    assert fold_all(told).compile_s > sum(size.compile_s for size in (own, *others))
    assert phases[0].seconds is None
    for phase, programs in ((phases[1], len(others)), (phases[2], 2)):
        assert phase.seconds is not None
        assert phase.seconds > programs * own.compile_s
    assert own.steps <= phases[0].lane_steps


def test_a_slow_size_tells_its_first_figure_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before all stretches are timed; what follows replaces it."""
    monkeypatch.setattr(batch_trial, "SOON_S", 0.0)
    compiled, *tried = batch_trial.tried(built(SETTINGS), SETTINGS, Terms(), isolated=None)
    assert isinstance(compiled, events.ProgramCompiled)
    first, last = (event for event in tried if isinstance(event, BatchTried))
    assert (len(first.step_s), first.finished) == (1, False)
    assert (len(last.step_s), last.finished) == (batch_trial.STRETCHES, True)
    assert fold_all([first, last]).batches == (last,)


def test_noise_is_measured_along_a_training(told: list[AnyEvent]) -> None:
    """At several points, the first before any step; then one verdict."""
    points = [event for event in told if isinstance(event, NoiseMeasured)]
    assert [point.epoch for point in points] == pytest.approx([0.0, 0.2, 1.0, 4.0])
    assert all(point.micro_batches * point.micro_batch_size == 256 for point in points)
    verdict = told[-1]
    assert isinstance(verdict, VerdictReached)
    assert verdict.verdict == "ok"
    assert verdict.settings["batch_size"].value in {8, 16, 32}


def test_what_was_tried_adds_up(told: list[AnyEvent]) -> None:
    """Steps are counted, and state holds the sizes in order."""
    state = fold_all(told)
    assert [size.batch_size for size in state.batches] == [8, 16, 32]
    trials, short = sum(size.steps for size in state.batches), 16 * 40 // 4
    branches = 3 * sum(512 // size for size in (8, 16, 32))
    assert state.steps_before + state.lane_steps == trials + short + branches


def test_branches_go_on_from_one_checkpoint(told: list[AnyEvent]) -> None:
    """The batch in force, and larger ones that ran: the same examples, and rates by rule."""
    lanes = [
        lane for event in told if isinstance(event, events.LanesStarted) for lane in event.lanes
    ]
    assert list(dict.fromkeys(lane.arm for lane in lanes)) == ["batch 8", "batch 16", "batch 32"]
    rates = {lane.values["batch_size"]: lane.values["learning_rate"] for lane in lanes}
    assert rates == pytest.approx({8: 0.01, 16: 0.01 * 2**0.5, 32: 0.02})
    ends = [event.epoch for event in told if isinstance(event, events.EpochMeasured)]
    assert len(ends) == len(lanes)
    assert max(ends) == pytest.approx(min(ends), rel=0.05)
    assert isinstance(told[-1], VerdictReached)
    assert told[-1].reading["branch_32"] is not None


def test_sizes_keep_to_parts_and_to_the_data() -> None:
    """A batch in three parts is divided by three; few examples allow few sizes."""
    assert batch_size.candidates(built(SETTINGS), replace(SETTINGS, accumulation=4)) == (
        4,
        8,
        16,
        32,
    )
    few = tabular.task(problems.blobs(train=20), SETTINGS)
    assert batch_size.candidates(few, SETTINGS) == (1, 2, 4, 8)


def test_what_cannot_be_compiled_in_time_is_not_begun() -> None:
    """A compilation cannot be cut short, so the longest so far must fit what is left."""
    told: list[AnyEvent] = []
    terms = Terms(budget_s=100.0, clock=lambda: 99.9999 if told else 0.0)
    for event in batch_size.probe(built, SETTINGS, terms):
        if isinstance(event, BatchTried):
            told.append(event)
    assert [event.outcome for event in told if isinstance(event, BatchTried)] == [
        "ran",
        *["not-tried"] * (len(told) - 1),
    ]
    assert isinstance(event, VerdictReached)
    assert "no time for" in event.summary


def test_a_stream_is_timed_as_it_comes() -> None:
    """One size, and no setting."""
    data = problems.blobs(train=64)
    batches = [
        {name: data.train[name][n : n + 16] for name in data.train} for n in range(0, 64, 16)
    ]
    stream = Stream(batches=batches, per_epoch=4, batch_size=16)

    def streamed(settings: Hyperparameters) -> Task:
        return problems.replaced(tabular.task(data, settings), train=stream)

    said = list(batch_size.probe(streamed, SETTINGS, Terms()))
    assert [event.batch_size for event in said if isinstance(event, BatchTried)] == [16]
    assert isinstance(said[-1], VerdictReached)
    assert said[-1].verdict == "fixed-by-stream"


def test_what_cannot_fit_is_never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little memory is an outcome with a reason; larger sizes are not tried any more."""
    monkeypatch.setattr(memory, "free_bytes", lambda devices: 1000)
    said = list(batch_size.probe(built, SETTINGS, Terms(stop=_at_noise())))
    tried = {event.batch_size: event for event in said if isinstance(event, BatchTried)}
    assert tried[8].outcome == "does-not-fit"
    assert "trainings" in tried[8].why or "training" in tried[8].why
    assert tried[16].outcome == "not-tried"


def _at_noise() -> threading.Event:
    """Return a stop that a probe meets after its sizes: refused ones never ask for it."""

    class Late(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 3

    return Late()


def test_an_unsafe_share_of_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would fit with nothing to spare is not recommended, and not run."""
    taken = fitting.fitted(built(SETTINGS), SETTINGS, lanes=1).footprint.memory_bytes
    assert taken is not None
    monkeypatch.setattr(memory, "free_bytes", lambda devices: int(taken * 1.01))
    found = trial()
    assert found.outcome == "does-not-fit"
    assert "85%" in found.why


def test_a_risky_size_runs_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a share of free memory on, another process takes the risk."""
    taken = fitting.fitted(built(SETTINGS), SETTINGS, lanes=1).footprint.memory_bytes
    assert taken is not None
    monkeypatch.setattr(memory, "free_bytes", lambda devices: int(taken * 1.2))
    asked: list[int] = []

    def elsewhere(size: int, stopped: Any) -> BatchTried:
        asked.append(size)
        return BatchTried(batch_size=size, outcome="ran-out", why="it died")

    found = trial(isolated=elsewhere)
    assert (asked, found.outcome) == ([8], "ran-out")


def test_a_device_that_disagrees_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """Running out of memory where the estimate fitted."""

    def full(*_: object, **__: object) -> None:
        raise RuntimeError("RESOURCE_EXHAUSTED: out of memory")

    monkeypatch.setattr(batch_trial, "timed", full)
    found = trial()
    assert found.outcome == "ran-out"


# ── as a process ─────────────────────────────────────────────────────────────────────────────────


def spec() -> RunSpec:
    data = problems.blobs()
    recipe = problems.recipe(data, batch_size=16, epochs=2)
    return RunSpec(command="probe-batch", data=DataSpec(source="demo:wine"), recipe=recipe)


def test_a_process_of_its_own_times_a_size() -> None:
    """The same spec with another batch, read from the start."""
    found = batch_trial.elsewhere(spec())(8, never)
    assert (found.batch_size, found.outcome) == (8, "ran")
    assert len(found.step_s) == batch_trial.STRETCHES


def test_a_killed_process_is_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its death is named, and nothing else dies."""
    _instead(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    found = batch_trial.elsewhere(spec())(8, never)
    assert found.outcome == "ran-out"
    assert f"signal {int(signal.SIGKILL)}" in found.why


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop is heeded at once, and the process is gone."""
    begun = _instead(
        monkeypatch, "import sys; sys.stdin.read(); import threading; threading.Event().wait()"
    )
    found = batch_trial.elsewhere(spec())(8, lambda: True)
    assert found.outcome == "not-tried"
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0].pid, 0)


def _instead(monkeypatch: pytest.MonkeyPatch, code: str) -> list[subprocess.Popen[bytes]]:
    """Have every process that is begun run some code instead; return those."""
    begun: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def started(words: list[str], **options: Any) -> subprocess.Popen[bytes]:
        begun.append(popen([words[0], "-c", code], **options))
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", started)
    return begun


def test_events_are_whole_lines(told: list[AnyEvent]) -> None:
    """Everything survives its way through a run folder."""
    for event in told:
        assert events.decode(events.encode(event)) == event
    assert msgspec.json.encode(told[-1])
    assert np.isfinite(told[-1].at_s)
