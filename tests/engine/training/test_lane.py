"""Is a lane scored over a split as a plain mean over its examples?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuner_engine.data import Dataset
from tuner_engine.models import tabular
from tuner_engine.training import lane as single
from tuner_engine.training.task import Variables


@pytest.fixture(scope="module")
def parabola(device: None) -> Any:
    """Scores example x at (x - w)² and 1 / x."""
    task = problems.quadratic()

    def score(variables: Variables, batch: Any) -> dict[str, jax.Array]:
        w = variables.params["w"][0]
        return {"loss": (batch["x"] - w) ** 2, "inverse": 1 / batch["x"]}

    return problems.replaced(task, score=score)


@settings(max_examples=25)
@given(count=st.integers(1, 40), block=st.integers(1, 12))
def test_blocks_hold_every_example_once(count: int, block: int) -> None:
    """Real examples keep their order; padding is marked, and blocks are no larger than allowed."""
    folded, real = single.blocks({"x": np.arange(count), "z": np.zeros((count, 3))}, most=block)
    assert folded["x"][real].tolist() == list(range(count))
    assert folded["z"].shape == (*real.shape, 3)
    assert real.shape[1] <= block
    assert real.size - count < real.shape[0]


@pytest.mark.parametrize("block", [3, 7, 100])
def test_the_mean_over_blocks_is_the_plain_mean(parabola: Any, block: int) -> None:
    """How a split is folded does not change its score."""
    x = np.linspace(1, 2, 10, dtype=np.float32)
    variables = Variables({"w": jnp.array([0.5])}, {})
    found = single.means(parabola, single.blocks({"x": x}, most=block), variables)
    np.testing.assert_allclose(found["loss"], np.mean((x - 0.5) ** 2), rtol=1e-6)
    np.testing.assert_allclose(found["inverse"], np.mean(1 / x), rtol=1e-6)


@pytest.mark.parametrize("padding", [np.nan, np.inf, 0.0])
def test_what_a_padded_example_scores_does_not_matter(parabola: Any, padding: float) -> None:
    """Even a padded example that scores NaN or infinity leaves the mean alone."""
    batches = {"x": np.array([[1.0, 2.0], [4.0, padding]], np.float32)}
    real = np.array([[True, True], [True, False]])
    found = single.means(parabola, (batches, real), Variables({"w": jnp.array([0.0])}, {}))
    np.testing.assert_allclose(found["loss"], 7.0, rtol=1e-6)
    np.testing.assert_allclose(found["inverse"], 1.75 / 3, rtol=1e-6)


def test_a_lane_begins_the_same_from_the_same_seed(dataset: Dataset) -> None:
    """The seed decides the weights; another seed gives others."""
    task = tabular.task(dataset, problems.settings())
    form = single.Form(optimizer="adamw", batch_size=32)
    begun = [
        jax.tree.leaves(single.begin(task, form, jnp.uint32(seed), jnp.bool_(1)).variables)
        for seed in (1, 1, 2)
    ]
    assert all(np.array_equal(one, other) for one, other in zip(begun[0], begun[1], strict=True))
    assert not all(
        np.array_equal(one, other) for one, other in zip(begun[0], begun[2], strict=True)
    )


def test_an_inactive_lane_is_left_as_it_is(device: None) -> None:
    """What is guarded changes no part of a lane that has ended, and measures nothing there."""
    task, form = problems.quadratic(), single.Form(optimizer="sgd", batch_size=8)
    step = single.guarded(lambda lane, own: single.step(task, form, lane, own))
    for active in (False, True):
        before = single.begin(task, form, jnp.uint32(0), jnp.bool_(active))
        after, loss = step(before, (0.1, single.Values(0.0, 0.0, 0.0, 0.0), task.train))
        assert bool(jnp.isnan(loss)) is not active
        assert bool(after.variables.params["w"][0] == before.variables.params["w"][0]) is not active
        assert int(after.step) == active
