"""Is a training the same, bit for bit, whatever was probed before it and however that ended?"""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np
import problems
import pytest

from tuner_engine import leaving
from tuner_engine.events import AnyEvent, BatchTried, StepsTaken, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import (
    batch_plan,
    batch_size,
    batch_trial,
    epochs,
    learning_rate,
    plan,
    regularization,
    seeds,
)
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, courses, fitting
from tuner_engine.training.fitting import Fitted
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task

SETTINGS = problems.settings(epochs=3)
Probe = Callable[[Task, Hyperparameters, Terms], Iterator[AnyEvent]]


def rates(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    program = fitting.fitted(task, settings, lanes=plan.MOST_LANES).program
    heeding = replace(program, over=terms.over)
    yield from learning_rate.probe(heeding, settings, replace(terms, effort="quick"))


def batches(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    yield from batch_size.probe(lambda _: task, settings, terms)


PROBES: dict[str, Probe] = {
    "lr": rates,
    "batch": batches,
    "epochs": epochs.probe,
    "seeds": seeds.probe,
    "regularization": regularization.probe,
}


@pytest.fixture(scope="module")
def compiled(device: None) -> dict[Any, Fitted]:
    """Programs by what they were compiled for: probes and trainings here have them in common."""
    return {}


@pytest.fixture(scope="module")
def task(device: None) -> Task:
    return tabular.task(problems.blobs(train=64), SETTINGS)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, compiled: dict[Any, Fitted]) -> None:
    monkeypatch.setattr(batch_trial, "STRETCH_S", 0.001)
    monkeypatch.setattr(batch_plan, "LEAST", 1.0)
    monkeypatch.setattr(batch_plan, "MOST", 1.0)
    monkeypatch.setattr(cohort, "CHUNK_S", 0.0)  # chunks of one step
    fitted = fitting.fitted

    def once(task: Task, settings: Hyperparameters, *, lanes: int, keep_best: bool = False) -> Any:
        form = courses.form(task, settings, keep_best=keep_best)
        if (form, lanes) not in compiled:
            compiled[form, lanes] = fitted(task, settings, lanes=lanes, keep_best=keep_best)
        return compiled[form, lanes]

    monkeypatch.setattr(fitting, "fitted", once)


@pytest.fixture
def usual(task: Task) -> Callable[[], dict[str, np.ndarray]]:
    """The training that nothing may change, by the very program that a probe of batches uses."""
    program = fitting.fitted(task, SETTINGS, lanes=1).program
    lane, course = problems.lane(1e-2, seed=3), problems.course(20, every=5)
    return lambda: problems.trained(program, [lane], course, chunk_steps=7)


def completed(probe: Probe, task: Task) -> None:
    """It comes to its verdict."""
    assert isinstance(list(probe(task, SETTINGS, Terms()))[-1], VerdictReached)


def closed(probe: Probe, task: Task) -> None:
    """Whoever reads it leaves in the middle of a training."""
    told = probe(task, SETTINGS, Terms())
    assert any(isinstance(event, StepsTaken) for event in told)
    told.close()  # type: ignore[attr-defined]


def stopped(probe: Probe, task: Task) -> None:
    """A person ends it, and gets what was measured."""
    terms, last = Terms(), None
    for last in probe(task, SETTINGS, terms):
        if isinstance(last, StepsTaken):
            terms.stop.set()
    assert isinstance(last, VerdictReached)


def diverged(probe: Probe, task: Task) -> None:
    """Every lane is lost, by a rate at which nothing stays finite."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(plan.SWEEP_RANGES, "adamw", (1e30, 1e32))
        last = list(probe(task, replace(SETTINGS, learning_rate=1e30), Terms()))[-1]
    assert isinstance(last, VerdictReached)
    assert last.verdict != "ok" or probe is batches  # who only times


def out_of_memory(probe: Probe, task: Task) -> None:
    """The device gives up in a call that has already taken the lanes that it was given."""

    def exhausted(advance: Advance) -> None:
        advance()
        raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 12 bytes.")

    told: list[AnyEvent] = []
    with interposed(exhausted), suppress(jax.errors.JaxRuntimeError):
        for event in probe(task, SETTINGS, Terms()):
            told.append(event)  # noqa: PERF402 - those before the error count, too
    outcomes = [event.outcome for event in told if isinstance(event, BatchTried)]
    assert outcomes == (["ran-out"] if probe is batches else [])
    assert probe is batches or not isinstance(told[-1], VerdictReached)


def left_behind(probe: Probe, task: Task) -> None:
    """A chunk of it is left, and goes on while the next training runs."""
    terms, held = Terms(), threading.Event()

    def going_on(advance: Advance) -> Any:
        terms.stop.set()
        held.wait()
        return advance()

    with interposed(going_on), suppress(leaving.Left):
        assert isinstance(list(probe(task, SETTINGS, terms))[-1], VerdictReached)
    held.set()


Advance = Callable[[], Any]


@contextmanager
def interposed(instead: Callable[[Advance], Any]) -> Iterator[None]:
    """Have the second chunk of whatever is trained meanwhile go another way."""
    calls, advance = itertools.count(1), Program.advance

    def advanced(program: Program, *arguments: Any) -> Any:
        usual = partial(advance, program, *arguments)
        return instead(usual) if next(calls) == 2 else usual()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Program, "advance", advanced)
        patch.setattr(leaving, "GRACE_S", 0.01)
        yield


ENDINGS = [completed, closed, stopped, diverged, out_of_memory, left_behind]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("probe", PROBES)
def test_a_training_is_the_same_after_a_probe(
    task: Task,
    usual: Callable[[], dict[str, np.ndarray]],
    probe: str,
    ending: Callable[[Probe, Task], None],
) -> None:
    """Every loss and every weight, bit for bit."""
    before = usual()
    ending(PROBES[probe], task)
    problems.same(usual(), before)
