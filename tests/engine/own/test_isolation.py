"""Does anything that ran before change what a person's task measures, or what is theirs?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import own_tasks
import pytest
from flax import nnx
from problems import lane, same, trained

from tuner_engine.training import cohort, schedules
from tuner_engine.training.cohort import Course
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program

LANES = [lane(1e-2, seed=3), lane(3e-3, seed=4)]
COURSE = Course(multiples=schedules.multiples("cosine", steps=16), score_every=4)
FORM = Form(optimizer="adam", batch_size=20, keep_best=True)


class Net(nnx.Module):
    """With statistics and a random stream, which every lane has for itself."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(4, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, rngs=rngs)
        self.dropout = nnx.Dropout(0.2, rngs=rngs)
        self.last = nnx.Linear(8, 2, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.last(self.dropout(nnx.relu(self.norm(self.first(x)))))


def loss(model: Net, batch: Any) -> jax.Array:
    return own_tasks.cross_entropy(model(batch["x"]), batch)


@pytest.fixture(scope="module")
def given(device: None) -> dict[str, jax.Array]:
    """The person's arrays, on the device already."""
    return {name: jnp.asarray(array) for name, array in own_tasks.linear(160).items()}


@pytest.fixture(scope="module")
def program(given: dict[str, jax.Array]) -> Program:
    task = own_tasks.built(own_tasks.declared(model=Net, loss=loss, train=given, valid=given))
    return compile_program(task, FORM, Layout("map", "scan"), lanes=4)


@pytest.fixture(scope="module")
def usual(program: Program) -> dict[str, np.ndarray]:
    """What the training measures when nothing came before."""
    return trained(program, LANES, COURSE)


def test_a_probe_before_changes_nothing(program: Program, usual: dict[str, np.ndarray]) -> None:
    """A sweep over all lanes leaves no trace in statistics or random streams."""
    sweep = Course(multiples=np.geomspace(1e-5, 1e-1, 12), score_every=None)
    trained(program, [lane(1.0, seed=n) for n in range(4)], sweep)
    same(trained(program, LANES, COURSE), usual)


def test_a_cancelled_probe_changes_nothing(program: Program, usual: dict[str, np.ndarray]) -> None:
    """Closing the iterator midway leaves no trace."""
    running = cohort.train(program, LANES, COURSE, chunk_steps=4)
    next(running)
    running.close()
    same(trained(program, LANES, COURSE), usual)


def test_a_divergence_before_changes_nothing(
    program: Program, usual: dict[str, np.ndarray]
) -> None:
    """Lanes whose statistics are not finite any more leave no trace in their slots."""
    found = trained(program, [lane(1e38, seed=n) for n in range(4)], COURSE)
    assert found["diverged"].any()
    same(trained(program, LANES, COURSE), usual)


def test_memory_that_ran_out_changes_nothing(
    program: Program, usual: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error between two chunks leaves no trace."""
    advance, calls = Program.advance, iter(range(10))

    def failing(self: Program, *arguments: Any) -> Any:
        if next(calls) == 2:
            raise MemoryError
        return advance(self, *arguments)

    monkeypatch.setattr(Program, "advance", failing)
    with pytest.raises(MemoryError):
        list(cohort.train(program, LANES, COURSE, chunk_steps=4))
    monkeypatch.undo()
    same(trained(program, LANES, COURSE), usual)


def test_a_lane_does_not_depend_on_its_neighbours(
    program: Program, usual: dict[str, np.ndarray]
) -> None:
    """Statistics and random streams belong to the lane: alone it measures the same."""
    alone = trained(program, LANES[1:], COURSE)
    same(alone, {name: values[1:] for name, values in usual.items()})


@pytest.mark.usefixtures("usual")
def test_the_callers_arrays_are_still_theirs(given: dict[str, jax.Array]) -> None:
    """Neither donated nor changed."""
    assert not any(array.is_deleted() for array in given.values())
    for name, array in own_tasks.linear(160).items():
        np.testing.assert_array_equal(given[name], array)
