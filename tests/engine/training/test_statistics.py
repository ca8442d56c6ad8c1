"""Does every lane keep its own running statistics, and do convolutions train in every layout?"""

from collections.abc import Mapping

import jax
import numpy as np
import problems
import pytest
from problems import MOMENTUM, course, lane, trained

from tuner_engine.training import order
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program

LANES = [lane(1e-2, seed=1), lane(3e-2, seed=2), lane(1e-3, seed=1)]
STEPS = 6
FORM = Form(optimizer="sgd", batch_size=16, keep_best=True)


def by_hand(seed: int, learning_rate: float, *, parts: int = 1) -> Mapping[str, np.ndarray]:
    """Return the running mean and variance of the stem's outputs after some steps of SGD."""
    task = problems.pictures()
    variables = task.init(jax.random.split(jax.random.key(seed))[0])
    mean, var = np.zeros(2), np.ones(2)
    speed = jax.tree.map(np.zeros_like, variables.params)
    x, y = task.train["x"], task.train["y"]
    batches = order.batches(seed=seed, examples=48, batch_size=16, first_step=0, steps=STEPS)
    gradient = jax.jit(
        jax.grad(lambda p, b: task.loss(variables._replace(params=p), b, None, None)[0])
    )
    for batch in batches:
        pieces = np.split(batch, parts)
        for piece in pieces:
            outputs = stem(variables.params, x[piece])
            mean = MOMENTUM * mean + (1 - MOMENTUM) * outputs.mean((0, 1, 2))
            var = MOMENTUM * var + (1 - MOMENTUM) * outputs.var((0, 1, 2))
        found = [gradient(variables.params, {"x": x[piece], "y": y[piece]}) for piece in pieces]
        change = jax.tree.map(lambda *each: sum(each) / len(each), *found)
        speed = jax.tree.map(lambda s, g: 0.9 * s + g, speed, change)
        moved = jax.tree.map(lambda p, s: p - learning_rate * s, variables.params, speed)
        variables = variables._replace(params=moved)
    return {"mean": mean, "var": var}


def stem(params: dict, x: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Return what the first convolution computes, written as sums over a padded picture."""
    kernel, bias = np.asarray(params["stem"]["kernel"]), np.asarray(params["stem"]["bias"])
    padded = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
    height, width = x.shape[1:3]
    windows = [
        padded[:, i : i + height, j : j + width] @ kernel[i, j] for i in range(3) for j in range(3)
    ]
    return np.asarray(sum(windows) + bias)


@pytest.mark.parametrize("layout", problems.LAYOUTS, ids=str)
def test_running_statistics_are_each_lanes_own(device: None, layout: Layout) -> None:
    """Mean and variance follow the batches that the lane saw, with its own weights."""
    program = compile_program(problems.pictures(), FORM, layout, lanes=3)
    found = trained(program, LANES, course(STEPS, every=2))
    for number, own in enumerate(LANES):
        usual = by_hand(own.seed, own.learning_rate)
        np.testing.assert_allclose(
            found["rest"][number], np.concatenate([usual["mean"], usual["var"]]), rtol=1e-4
        )
    assert np.isfinite(found["valid"]).all()


@pytest.mark.parametrize("layout", [Layout("map", "scan"), Layout("each", "loop")], ids=str)
def test_parts_of_a_batch_move_the_statistics_one_after_another(
    device: None, layout: Layout
) -> None:
    """As a smaller batch does, whether the parts loop in the program or follow each other."""
    form = Form(optimizer="sgd", batch_size=16, accumulation=2)
    program = compile_program(problems.pictures(), form, layout, lanes=1)
    found = trained(program, LANES[:1], course(STEPS))
    usual = by_hand(LANES[0].seed, LANES[0].learning_rate, parts=2)
    np.testing.assert_allclose(
        found["rest"][0], np.concatenate([usual["mean"], usual["var"]]), rtol=1e-4
    )


def test_a_driven_program_has_no_loop_around_the_model(device: None) -> None:
    """Neither the step, nor its parts, nor the scoring of a block is inside a loop."""
    form = Form(optimizer="sgd", batch_size=16, accumulation=2, keep_best=True)
    driven = compile_program(problems.pictures(), form, Layout("each", "loop"), lanes=3)
    scanned = compile_program(problems.pictures(), form, Layout("each", "scan"), lanes=3)
    assert len(driven.executables) == 2
    assert not any("while(" in each.as_text() for each in driven.executables)
    assert any("while(" in each.as_text() for each in scanned.executables)
