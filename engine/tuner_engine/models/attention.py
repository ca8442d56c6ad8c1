"""What does each token read from the others?

Heads of keys and values may be fewer than heads of queries: several queries share one
(grouped-query attention, arXiv 2305.13245). Scores and their softmax are float32.
"""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop

ROTARY_BASE = 10_000.0
"""Base of the wavelengths of rotary positions. Source: arXiv 2104.09864."""

_NEVER = -1e30
"""Score of a token that may not be read: far below any other, and finite, so that a row without
anything to read stays finite too."""


class Attention(nnx.Module):
    """Multi-head attention of a sequence to itself.

    Args:
        width: Of the residual stream.
        heads: Of queries.
        kv_heads: Of keys and values; divides `heads`.
        head_dim: Width of a head; even where positions are rotary.
        biased: Whether the projections have biases.
        rotary: Whether queries and keys are turned by their position.
        output_init: Initialiser of the last projection.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        width: int,
        heads: int,
        kv_heads: int | None = None,
        head_dim: int,
        biased: bool = True,
        rotary: bool = False,
        weight_init: nnx.Initializer,
        output_init: nnx.Initializer,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.heads, self.head_dim, self.rotary = heads, head_dim, rotary
        self.kv_heads = kv_heads or heads

        def linear(before: int, after: int, init: nnx.Initializer) -> nnx.Linear:
            return nnx.Linear(
                before,
                after,
                use_bias=biased,
                kernel_init=init,
                dtype=computation.dtype,
                rngs=rngs,
            )

        self.query = linear(width, self.heads * head_dim, weight_init)
        self.key = linear(width, self.kv_heads * head_dim, weight_init)
        self.value = linear(width, self.kv_heads * head_dim, weight_init)
        self.output = linear(self.heads * head_dim, width, output_init)

    def __call__(
        self,
        x: jax.Array,
        *,
        mask: jax.Array | None = None,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return what each token read.

        Args:
            x: [batch, length, width].
            mask: bool [batch or 1, reader, read]; none lets every token read every other.
            dropout: Share of what is read that is switched off; none for no dropout at all.
            key: PRNG key for it; none when not training.

        Returns:
            [batch, length, width].
        """
        query = self._by_head(self.query(x), self.heads)
        keys = self._by_head(self.key(x), self.kv_heads)
        values = self._by_head(self.value(x), self.kv_heads)
        if self.rotary:
            query, keys = rotated(query), rotated(keys)
        read = attend(query, keys, values, mask=mask, dropout=dropout, key=key)
        joined = read.transpose(0, 2, 1, 3).reshape(*x.shape[:2], self.heads * self.head_dim)
        return self.output(joined)

    def _by_head(self, x: jax.Array, heads: int) -> jax.Array:
        return x.reshape(*x.shape[:2], heads, self.head_dim).transpose(0, 2, 1, 3)


def attend(
    query: jax.Array,
    keys: jax.Array,
    values: jax.Array,
    *,
    mask: jax.Array | None = None,
    dropout: jax.Array | float | None = None,
    key: jax.Array | None = None,
) -> jax.Array:
    """Return the values, mixed for each reader by softmax of query · key / √head_dim.

    Args:
        query: [batch, heads, length, head_dim].
        keys: [batch, kv_heads, length, head_dim].
        values: The same shape as `keys`.
        mask: bool [batch or 1, reader, read]; none lets every token read every other.
        dropout: Share of the weights that is switched off; none for no dropout at all.
        key: PRNG key for it; none when not training.

    Returns:
        The same shape and type as `query`.
    """
    batch, heads, length, head_dim = query.shape
    groups = keys.shape[1]
    # The queries that share a key stand one below the other: one matrix product for all of them.
    grouped = query.reshape(batch, groups, -1, head_dim)
    scores = (
        jnp.einsum("bgqd,bgkd->bgqk", grouped, keys, preferred_element_type=jnp.float32)
        * head_dim**-0.5
    )
    scores = scores.reshape(batch, heads, length, -1)
    if mask is not None:
        scores = jnp.where(mask[:, None], scores, _NEVER)
    weights = drop(jax.nn.softmax(scores, axis=-1), dropout, key).astype(values.dtype)
    mixed = jnp.einsum("bgqk,bgkd->bgqd", weights.reshape(batch, groups, -1, length), values)
    return mixed.reshape(query.shape)


def rotated(x: jax.Array) -> jax.Array:
    """Return queries or keys turned by their position, so that scores see only distances.

    Args:
        x: [..., length, head_dim].

    Source: arXiv 2104.09864, on halves as in LLaMA.
    """
    length, head_dim = x.shape[-2:]
    speeds = ROTARY_BASE ** -(np.arange(0, head_dim, 2) / head_dim)
    angles = np.outer(np.arange(length), speeds)
    cos, sin = (jnp.asarray(f(angles), jnp.float32) for f in (np.cos, np.sin))
    first, second = jnp.split(x.astype(jnp.float32), 2, axis=-1)
    turned = jnp.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)
    return turned.astype(x.dtype)
