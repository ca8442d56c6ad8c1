"""How do the gradients of small batches differ?

Driven from Python one micro-batch at a time, twice: once for their mean, once for each against it.
No more than two gradients are held, and no loop surrounds the model.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tuner_engine.training.task import Batch, Noise, Task, Variables


def squares_and_products(
    task: Task, variables: Variables, batches: Sequence[Batch], noise: Noise, *, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the squared length of each batch's gradient, and its product with their mean.

    Args:
        task: Whose loss.
        variables: Where.
        batches: Micro-batches of equal size.
        noise: What disturbs the loss.
        seed: Of that disturbance, the same in both rounds.

    Returns:
        float64 [batches] each.
    """
    keys = jax.random.split(jax.random.key(seed), len(batches))

    def gradient(batch: Batch, key: jax.Array) -> Any:
        return jax.grad(
            lambda params: task.loss(Variables(params, variables.rest), batch, key, noise)[0]
        )(variables.params)

    @jax.jit
    def added(total: Any, batch: Batch, key: jax.Array) -> tuple[Any, jax.Array]:
        own = gradient(batch, key)
        return jax.tree.map(jnp.add, total, own), _product(own, own)

    @jax.jit
    def compared(mean: Any, batch: Batch, key: jax.Array) -> jax.Array:
        return _product(mean, gradient(batch, key))

    total = jax.tree.map(jnp.zeros_like, variables.params)
    squares = []
    for batch, key in zip(batches, keys, strict=True):
        total, square = added(total, batch, key)
        squares.append(square)
    mean = jax.tree.map(lambda leaf: leaf / len(batches), total)
    products = [compared(mean, batch, key) for batch, key in zip(batches, keys, strict=True)]
    return _read(squares), _read(products)


def _product(one: Any, other: Any) -> jax.Array:
    parts: list[jax.Array] = jax.tree.leaves(
        jax.tree.map(
            lambda a, b: jnp.vdot(a.astype(jnp.float32), b.astype(jnp.float32)), one, other
        )
    )
    return jnp.stack(parts).sum()


def _read(values: Iterable[jax.Array]) -> np.ndarray:
    return np.array([float(value) for value in values])
