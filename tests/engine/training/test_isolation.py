"""Does anything that ran before change what a training measures?"""

import numpy as np
import problems
import pytest
from problems import lane, same, trained

from tuner_engine import events
from tuner_engine.probes import learning_rate
from tuner_engine.probes.terms import Terms
from tuner_engine.training import cohort, schedules
from tuner_engine.training.cohort import Course
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

LANES = [lane(1e-2, seed=3), lane(3e-3, seed=4, weight_decay=0.1)]
COURSE = Course(multiples=schedules.multiples("cosine", steps=30), score_every=5)


@pytest.fixture(scope="module")
def usual(program: Program) -> dict[str, np.ndarray]:
    """What the training measures when nothing came before."""
    return trained(program, LANES, COURSE)


def test_a_probe_before_changes_nothing(program: Program, usual: dict[str, np.ndarray]) -> None:
    """A sweep that ran to its end leaves no trace."""
    sweep = Course(multiples=np.geomspace(1e-5, 1e-1, 40), score_every=None)
    trained(program, [lane(1.0, seed=n) for n in range(4)], sweep, chunk_steps=10)
    same(trained(program, LANES, COURSE), usual)


def test_a_cancelled_training_changes_nothing(
    program: Program, usual: dict[str, np.ndarray]
) -> None:
    """Closing the iterator midway leaves no trace."""
    running = cohort.train(program, LANES, COURSE, chunk_steps=4)
    next(running)
    next(running)
    running.close()
    same(trained(program, LANES, COURSE), usual)


def test_a_training_between_chunks_of_another_changes_neither(
    program: Program, usual: dict[str, np.ndarray]
) -> None:
    """Two trainings of one program may take turns."""
    first = cohort.train(program, LANES, COURSE, chunk_steps=10)
    second = cohort.train(program, list(reversed(LANES)), COURSE, chunk_steps=10)
    pairs = list(zip(first, second, strict=True))
    for number, order in ((0, [0, 1]), (1, [1, 0])):
        losses = np.concatenate([pair[number].train_losses for pair in pairs], axis=1)
        np.testing.assert_array_equal(losses[order], usual["train"])


def test_a_divergence_before_changes_nothing(
    program: Program, usual: dict[str, np.ndarray]
) -> None:
    """Lanes that ended in NaN leave no trace in their slots."""
    found = trained(program, [lane(1e30, seed=n) for n in range(4)], COURSE)
    assert found["diverged"].all()
    same(trained(program, LANES, COURSE), usual)


def test_the_callers_arrays_are_untouched(task: Task, program: Program) -> None:
    """Training reads the data where it lies; it may even be read-only."""
    before = {name: array.copy() for name, array in task.train.items()}
    frozen = {name: array.copy() for name, array in task.train.items()}
    for array in frozen.values():
        array.setflags(write=False)
    trained(program, LANES, COURSE)
    read_only = problems.replaced(task, train=frozen)
    again = compile_program(read_only, program.form, Layout("map", "scan"), lanes=4)
    same(trained(again, LANES, COURSE), trained(program, LANES, COURSE))
    for name, array in before.items():
        np.testing.assert_array_equal(task.train[name], array)


@pytest.mark.parametrize("ending", ["done", "cancelled", "diverged"])
def test_a_whole_probe_before_changes_nothing(
    program: Program, usual: dict[str, np.ndarray], ending: str
) -> None:
    """Sweep, trials and all: whether it ends, is closed midway, or loses its lanes."""
    settings = problems.settings(epochs=40, gradient_clip=None)
    probe = learning_rate.probe(program, settings, Terms(effort="quick"))
    for event in probe:
        if ending == "cancelled" and isinstance(event, events.TrialsMeasured):
            break
    probe.close()  # type: ignore[attr-defined]
    if ending == "diverged":
        trained(program, [lane(1e30, seed=n) for n in range(2)], COURSE)
    same(trained(program, LANES, COURSE), usual)
