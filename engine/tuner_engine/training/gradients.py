"""How do the gradients of small batches differ?

Driven from Python one micro-batch at a time, twice: once for their mean, once for each against it.
No more than two gradients are held, and no loop surrounds the model.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tuner_engine.training.task import Batch, Noise, Task, Variables

Stopped = Callable[[], bool]
Measure = Callable[[Variables, Sequence[Batch], int, Stopped], tuple[np.ndarray, np.ndarray] | None]
"""(where, micro-batches of equal size, seed of what disturbs the loss, whether to end) → each one's
squared length, and its product with their mean, both float64 [batches]; none if it had to end."""


def squares_and_products(task: Task, noise: Noise) -> Measure:
    """Return what measures the gradients of a task's loss, compiled at its first use.

    Args:
        task: Whose loss.
        noise: What disturbs the loss.
    """

    def gradient(variables: Variables, batch: Batch, key: jax.Array) -> Any:
        return jax.grad(
            lambda params: task.loss(Variables(params, variables.rest), batch, key, noise)[0]
        )(variables.params)

    @jax.jit
    def added(total: Any, variables: Variables, batch: Batch, key: jax.Array) -> Any:
        own = gradient(variables, batch, key)
        return jax.tree.map(jnp.add, total, own), _product(own, own)

    @jax.jit
    def compared(mean: Any, variables: Variables, batch: Batch, key: jax.Array) -> jax.Array:
        return _product(mean, gradient(variables, batch, key))

    def measured(
        variables: Variables, batches: Sequence[Batch], seed: int, stopped: Stopped
    ) -> tuple[np.ndarray, np.ndarray] | None:
        # The same disturbance in both rounds, or they would be other gradients.
        keys = jax.random.split(jax.random.key(np.uint32(seed % 2**32)), len(batches))
        own = list(zip(batches, keys, strict=True))
        total = jax.tree.map(jnp.zeros_like, variables.params)
        squares, products = [], []
        for batch, key in own:
            total, square = added(total, variables, batch, key)
            squares.append(float(square))
            if stopped():
                return None
        mean = jax.tree.map(lambda leaf: leaf / len(batches), total)
        for batch, key in own:
            products.append(float(compared(mean, variables, batch, key)))
            if stopped():
                return None
        return np.array(squares), np.array(products)

    return measured


def _product(one: Any, other: Any) -> jax.Array:
    parts: list[jax.Array] = jax.tree.leaves(
        jax.tree.map(
            lambda a, b: jnp.vdot(a.astype(jnp.float32), b.astype(jnp.float32)), one, other
        )
    )
    return jnp.stack(parts).sum()
