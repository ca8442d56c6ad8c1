"""Does the noise scale come out where it is known in closed form?"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tuner_engine.probes import gradient_noise
from tuner_engine.probes.gradient_noise import Moments
from tuner_engine.training import gradients
from tuner_engine.training.task import Batch, Noise, Task, Variables

WIDTH, SIGMA = 8, 2.0


def analytic(distance: float = 1.0) -> float:
    """Return the noise scale of least squares on normal inputs, so far from the solution.

    One example's gradient is 2 (x·d - e) x, their mean 2 d; the variance of the former follows from
    the fourth moments of x.
    """
    return (distance**2 * (WIDTH + 1) + SIGMA**2 * WIDTH) / distance**2


def normal(rng: np.random.Generator, count: int, size: int) -> Moments:
    """Return micro-batches of least squares, worked out by hand."""
    x = rng.normal(size=(count, size, WIDTH))
    errors = x[..., 0] - SIGMA * rng.normal(size=(count, size))
    own = (2 * errors[..., None] * x).mean(axis=1)
    mean = own.mean(axis=0)
    return Moments(size, (own**2).sum(axis=1), own @ mean)


def test_the_noise_of_a_linear_model_is_found() -> None:
    """Within the interval in nine of ten draws, and near on average."""
    rng = np.random.default_rng(0)
    found = [gradient_noise.read_noise(normal(rng, 32, 32)) for _ in range(200)]
    scales = [each.scale for each in found if each.scale is not None]
    held = [
        each.low is not None and each.low <= analytic() <= (each.high or np.inf) for each in found
    ]
    assert len(scales) == len(found)
    assert np.median(scales) == pytest.approx(analytic(), rel=0.1)
    assert np.mean(held) >= 0.85


def test_the_size_of_micro_batches_does_not_matter() -> None:
    """Larger ones are less noisy, and counted so."""
    rng = np.random.default_rng(1)
    small = [gradient_noise.read_noise(normal(rng, 64, 8)).scale for _ in range(50)]
    large = [gradient_noise.read_noise(normal(rng, 16, 64)).scale for _ in range(50)]
    known = [[each for each in row if each is not None] for row in (small, large)]
    assert np.median(known[0]) == pytest.approx(np.median(known[1]), rel=0.25)


def test_pure_noise_is_not_estimable() -> None:
    """Without a mean gradient there is no number, or none with an upper end."""
    rng = np.random.default_rng(2)
    for _ in range(50):
        own = rng.normal(size=(16, 4))
        found = gradient_noise.read_noise(Moments(8, (own**2).sum(axis=1), own @ own.mean(axis=0)))
        assert found.scale is None or found.high is None or found.high > 16


def test_gradients_of_a_task_are_those_of_the_formula() -> None:
    """The measured squares and products are the model's own, and give the known scale."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(64, 64, WIDTH)).astype(np.float32)
    y = (SIGMA * rng.normal(size=(64, 64))).astype(np.float32)

    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, dict[str, jax.Array]]:
        return jnp.square(batch["x"] @ variables.params["w"] - batch["y"]).mean(), {}

    task = Task(
        init=lambda key: Variables({"w": jnp.zeros(WIDTH)}, {}),
        loss=loss,
        score=lambda variables, batch: {},
        constant_loss=None,
        report=lambda means: {},
        train={"x": x.reshape(-1, WIDTH), "y": y.ravel()},
        valid={"x": x[0], "y": y[0]},
        test=None,
        signature="least squares",
    )
    at = Variables({"w": jnp.zeros(WIDTH).at[0].set(1.0)}, {})
    batches = [{"x": own, "y": target} for own, target in zip(x, y, strict=True)]
    measure = gradients.squares_and_products(task, Noise())
    measured = measure(at, batches, 0, lambda: False)
    assert measure(at, batches, 0, lambda: True) is None
    assert measured is not None
    squares, products = measured
    own = np.stack([2 * ((b["x"][:, 0] - b["y"])[:, None] * b["x"]).mean(axis=0) for b in batches])
    np.testing.assert_allclose(squares, (own**2).sum(axis=1), rtol=1e-4)
    np.testing.assert_allclose(products, own @ own.mean(axis=0), rtol=1e-3, atol=1e-3)
    found = gradient_noise.read_noise(Moments(64, squares, products))
    assert found.scale == pytest.approx(analytic(), rel=0.35)
