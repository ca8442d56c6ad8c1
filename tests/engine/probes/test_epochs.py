"""Does the probe find how long to train, and claim nothing where nothing is learnt?"""

import itertools
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import problems
import pytest

from tuner_engine import events
from tuner_engine.events import AnyEvent, EpochMeasured, LanesStarted, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import epochs, epochs_plan
from tuner_engine.probes.epochs_plan import Stage
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.state import fold_all
from tuner_engine.training import courses
from tuner_engine.training.task import Stream, Task

SMALL = problems.settings(
    hidden_width=32, schedule="constant", learning_rate=3e-2, batch_size=16, epochs=40
)
"""Enough width and time to learn 64 rows by heart."""


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def noisy(train: int = 64) -> Task:
    """Return clouds of which a third of the rows bear any label: what is learnt by heart hurts."""
    data = problems.blobs(train=train)
    rng = np.random.default_rng(1)
    splits = {}
    for name, split in (("train", data.train), ("valid", data.valid)):
        other = rng.integers(0, problems.CLASSES, len(split["y"])).astype(np.int32)
        y = np.where(rng.uniform(size=len(other)) < 1 / 3, other, split["y"])
        splits[name] = {"x": split["x"], "y": y}
    return tabular.task(replace(data, **splits), SMALL)


def probed(
    task: Task, settings: Hyperparameters, terms: Terms | None = None
) -> tuple[list[AnyEvent], VerdictReached]:
    told = list(epochs.probe(task, settings, terms or Terms(evidence="run-1")))
    assert isinstance(told[-1], VerdictReached)
    return told, told[-1]


@pytest.fixture(scope="module")
def overfit(device: None) -> tuple[list[AnyEvent], VerdictReached]:
    """A probe of few rows with many wrong labels, under a wide network."""
    return probed(noisy(), SMALL)


def test_learning_by_heart_is_overfitting(overfit: tuple[list[AnyEvent], VerdictReached]) -> None:
    """The best epoch comes early, and the verdict says what comes after it."""
    _, verdict = overfit
    assert verdict.verdict == "ok"
    assert verdict.reading["onset"] == verdict.reading["best_epoch"]
    found = verdict.settings["epochs"]
    assert isinstance(found.value, int)
    assert found.value < 30
    assert (found.basis, found.evidence) == ("measured", ("run-1",))
    assert verdict.settings["patience"].value >= 2  # type: ignore[operator]
    assert "Overfitting sets in" in verdict.summary


def test_more_than_means_is_scored(overfit: tuple[list[AnyEvent], VerdictReached]) -> None:
    """Accuracy at the best epoch; area under the curve and calibration of the checkpoints."""
    _, verdict = overfit
    for name in ("accuracy", "auc", "calibration_error"):
        assert 0 <= verdict.reading[name] <= 1  # type: ignore[operator]


def test_arms_are_announced_and_told(overfit: tuple[list[AnyEvent], VerdictReached]) -> None:
    """Every lane by its label, with the share of the data that it sees; epochs are its own."""
    told, _ = overfit
    state = fold_all(told)
    assert len(state.trainings) == 2 * epochs_plan.SEEDS
    labels = {training.label for training in state.trainings}
    assert {event.label for event in state.epochs} == labels
    for training in state.trainings:
        last = max(event.epoch for event in state.epochs if event.label == training.label)
        assert last == pytest.approx(SMALL.epochs, rel=0.05)
    shares = {training.values.get("data_share", 1.0) for training in state.trainings}
    assert shares == {1.0, 0.5}


def test_what_it_costs_is_said_first(overfit: tuple[list[AnyEvent], VerdictReached]) -> None:
    """In full trainings, and the steps taken are the steps planned."""
    told, _ = overfit
    phases = [event for event in told if isinstance(event, events.PhaseStarted)]
    assert "4.5 full trainings in all" in phases[0].plan
    full = courses.full_steps(noisy(), SMALL)
    state = fold_all(told)
    assert state.steps_before + state.lane_steps == pytest.approx(4.5 * full, rel=0.01)
    assert sum(phase.lane_steps for phase in phases) == state.steps_before + state.lane_steps


def test_shuffled_labels_are_not_learnt() -> None:
    """Whatever the curves do, no number of epochs is recommended."""
    task = tabular.task(problems.blobs(train=64, shuffled=True), SMALL)
    _, verdict = probed(task, SMALL)
    assert (verdict.verdict, verdict.settings) == ("not-learning", {})


def test_a_model_too_small_to_overfit_does_not() -> None:
    """A linear target under two hidden units: the curve falls and stays."""
    settings = replace(SMALL, hidden_width=2, epochs=80)
    _, verdict = probed(tabular.task(problems.plane(), settings), settings)
    assert verdict.verdict == "ok"
    assert verdict.reading["onset"] is None
    assert "Overfitting sets in" not in verdict.summary


def test_a_falling_schedule_is_shortened_only_by_trainings() -> None:
    """Shorter schedules are trained as arms, and the shortest that is as good is taken."""
    settings = replace(SMALL, schedule="cosine", epochs=64)
    told, verdict = probed(noisy(), settings)
    arms = {lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes}
    assert {"1/2 of the epochs", "1/4 of the epochs"} <= arms
    assert verdict.settings["epochs"].value in {16, 32, 64}
    if verdict.settings["epochs"].value != 64:
        assert "can be shortened" in verdict.summary


def test_divergence_is_a_result() -> None:
    """Every seed is lost: no number, and what to do."""
    settings = replace(SMALL, learning_rate=1e30)
    _, verdict = probed(tabular.task(problems.blobs(train=64), settings), settings)
    assert (verdict.verdict, verdict.settings) == ("all-diverged", {})


def test_a_stream_has_no_less_of_itself() -> None:
    """Its batches are the same for all: less data is not tried, and that is said."""
    data = problems.blobs(train=64)
    batches = [
        {name: data.train[name][n : n + 16] for name in data.train} for n in range(0, 64, 16)
    ]
    stream = Stream(batches=batches, per_epoch=4, batch_size=16)
    settings = replace(SMALL, epochs=20)
    told, verdict = probed(problems.replaced(tabular.task(data, settings), train=stream), settings)
    arms = {lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes}
    assert arms == {"all data"}
    assert "come as a stream" in verdict.summary


# ── ending early ─────────────────────────────────────────────────────────────────────────────────


def stopped_after(kind: type[Any], count: int) -> tuple[list[AnyEvent], VerdictReached]:
    stop = threading.Event()
    told: list[AnyEvent] = []
    seen = itertools.count(1)
    for event in epochs.probe(noisy(), SMALL, Terms(stop=stop)):
        told.append(event)
        if isinstance(event, kind) and next(seen) == count:
            stop.set()
    assert isinstance(told[-1], VerdictReached)
    return told, told[-1]


def test_a_stop_keeps_what_was_measured() -> None:
    """The verdict is that it was interrupted, with the figures so far."""
    told, verdict = stopped_after(EpochMeasured, 1)
    assert (verdict.verdict, verdict.settings) == ("interrupted", {})
    assert sum(isinstance(event, events.PhaseStarted) for event in told) == 1


def test_a_budget_that_is_spent_is_a_reason() -> None:
    """Nothing is trained that cannot be finished."""
    ticks = itertools.count(5)
    terms = Terms(budget_s=1.0, clock=lambda: float(next(ticks)))
    told, verdict = probed(tabular.task(problems.blobs(train=64), SMALL), SMALL, terms)
    assert verdict.verdict == "budget-too-small"
    assert not any(isinstance(event, EpochMeasured) for event in told)


def test_a_budget_that_ends_early_leaves_a_beginning() -> None:
    """A rate that does not know its end has been trained so far; a falling one has not."""
    for schedule, expected in (("constant", "ok"), ("cosine", "budget-too-small")):
        settings = replace(SMALL, schedule=schedule, epochs=2000)
        told: list[EpochMeasured] = []
        # Planning finds all time there is; it runs out after some epochs.
        terms = Terms(budget_s=1e6, clock=lambda told=told: 2e6 if len(told) > 90 else 0.0)  # type: ignore[misc]
        verdict = None
        for event in epochs.probe(noisy(), settings, terms):
            if isinstance(event, EpochMeasured):
                told.append(event)
            if isinstance(event, VerdictReached):
                verdict = event
        assert verdict is not None
        assert verdict.verdict == expected
        assert verdict.reading["epochs_measured"] < 2000  # type: ignore[operator]


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────


def planned(affordable_s: float | None, **changes: Any) -> tuple[Stage, ...]:
    return epochs_plan.stages(
        problems.settings(**changes),
        full_steps=1600,
        batches=40,
        subsets=True,
        seconds=lambda stage: 3 * stage.horizon_share,
        affordable_s=affordable_s,
    )


def test_without_a_budget_the_plan_is_whole() -> None:
    """The whole training, shorter ones where the schedule falls, and less data."""
    falling, constant = planned(None), planned(None, schedule="constant")
    assert falling[0] == constant[0] == Stage()
    assert {stage.length for stage in falling} == {1.0, 0.5, 0.25, 0.125}
    assert {stage.length for stage in constant} == {1.0}
    assert {stage.data_share for stage in constant} == {1.0, 0.5, 0.25, 0.125}
    assert epochs_plan.cost(constant) == pytest.approx(3 * 1.875)


@pytest.mark.parametrize("affordable_s", [0.1, 1.0, 3.0, 5.0, 9.0])
def test_a_plan_never_costs_more_than_there_is(affordable_s: float) -> None:
    """The most telling stages come first."""
    found = planned(affordable_s)
    assert epochs_plan.cost(found) <= affordable_s
    if found:
        assert found[0].data_share == 1.0
