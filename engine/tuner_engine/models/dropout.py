"""How are units and branches switched off, at a rate that is known only when the program runs?"""

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


def skip(branch: jax.Array, share: jax.Array | float | None, key: jax.Array | None) -> jax.Array:
    """Return a residual branch at zero for a random share of the examples, the others scaled up.

    Args:
        branch: [batch, …].
        share: Of the examples, 0 to below 1, maybe traced; none to leave them alone.
        key: PRNG key; none when not training.

    Source: stochastic depth, arXiv 1603.09382.
    """
    if share is None or key is None:
        return branch
    kept = jax.random.bernoulli(key, 1.0 - share, (branch.shape[0],) + (1,) * (branch.ndim - 1))
    return jnp.where(kept, branch / (1.0 - share), 0.0).astype(branch.dtype)


def by_depth(share: jax.Array | float | None, blocks: int) -> Sequence[jax.Array | float | None]:
    """Return the share of every block: from nothing in the first to all of it in the last.

    Args:
        share: Of the last block; none to skip nothing.
        blocks: At least 1; a single one gets all of it.

    Source: arXiv 1603.09382, as in DeiT and ConvNeXt.
    """
    if share is None:
        return [None] * blocks
    return [share * (place / (blocks - 1) if blocks > 1 else 1.0) for place in range(blocks)]


def keys(key: jax.Array | None, number: int) -> Sequence[jax.Array | None]:
    """Return `number` keys made of one, or as many times none."""
    return [None] * number if key is None else list(jax.random.split(key, number))
