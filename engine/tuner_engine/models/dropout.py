"""How are units switched off, at a rate that is known only when the program runs?"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp


def drop(x: jax.Array, share: jax.Array | float | None, key: jax.Array | None) -> jax.Array:
    """Return `x` with a random share of its units at zero and the others scaled up to match.

    Args:
        x: Activations of any shape.
        share: Of the units, 0 to below 1, maybe traced; none to leave them alone.
        key: PRNG key; none when not training.
    """
    if share is None or key is None:
        return x
    kept = jax.random.bernoulli(key, 1.0 - share, x.shape)
    return jnp.where(kept, x / (1.0 - share), 0.0).astype(x.dtype)


def keys(key: jax.Array | None, number: int) -> Sequence[jax.Array | None]:
    """Return `number` keys made of one, or as many times none."""
    return [None] * number if key is None else list(jax.random.split(key, number))
