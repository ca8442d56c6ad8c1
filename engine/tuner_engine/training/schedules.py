"""Which learning rates does a compiled program read, when they come from elsewhere?

The published schedules are NumPy (`tuner_engine.schedules`); a person's own is whatever Optax can
evaluate, and a sweep rises through all rates.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tuner_engine.schedules import multiples

__all__ = ["evaluated", "exponential_sweep", "multiples"]

BLOCK_STEPS = 1024
"""Steps of a schedule that are evaluated at once. House choice."""


def evaluated(schedule: optax.Schedule, steps: int) -> np.ndarray:
    """Return the schedule's value at every step: float32 [steps]."""
    values: Callable[[jax.Array], jax.Array] = jax.vmap(
        lambda count: jnp.asarray(schedule(count), jnp.float32)
    )
    # JAX compiles each operation once per shape, so every length is made of blocks of one shape.
    with jax.default_device(jax.local_devices(backend="cpu")[0]):
        blocks = [
            np.asarray(values(first + jnp.arange(BLOCK_STEPS)))
            for first in range(0, steps, BLOCK_STEPS)
        ]
    return np.concatenate(blocks)[:steps]


def exponential_sweep(*, low: float, high: float, steps: int) -> np.ndarray:
    """Return rates rising exponentially from `low` to `high`: float64 [steps]."""
    return np.geomspace(low, high, steps)
