"""The bag of words: what can be told of a text from its words and the pairs of neighbours?

Each token and each pair of neighbouring tokens has a row in a table; of a text's rows the mean and
the largest of every column go through the hidden layers, if any, to a linear head. Pairs have no
rows of their own but share some by their hash.
Invariant: padding changes nothing, and equal pairs always share a row.

Sources: pooling by Shen et al., "Baseline Needs More Love" (arXiv 1805.09843), SWEM-concat; pairs
by Joulin et al., "Bag of Tricks for Efficient Text Classification" (arXiv 1607.01759), fastText.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys
from tuner_engine.models.text_encoder import EMBEDDING_STD, PADDING, mean
from tuner_engine.sizes import pair_rows

_ODD = (0x9E3779B1, 0x85EBCA77)
"""Odd multipliers that spread neighbouring tokens over all bits. Source: xxHash32's primes."""


class TextBag(nnx.Module):
    """A classifier of texts by what occurs in them.

    Args:
        vocabulary: Different tokens, padding included.
        layers: Hidden layers, at least 1: the pooled rows are the first, dense ones follow.
        width: Of the rows and of the dense layers.
        outputs: Classes.
        computation: Precision; there are no blocks to compute again.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        vocabulary: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.vocabulary, self.pair_rows = vocabulary, pair_rows(vocabulary)
        self.computation = computation
        normal = nnx.initializers.normal(EMBEDDING_STD)
        rows = vocabulary + self.pair_rows
        self.embedding = nnx.Param(normal(rngs.params(), (rows, width)))
        he = nnx.initializers.he_normal()
        widths = [2 * width] + [width] * (layers - 1)
        self.dense = nnx.List(
            nnx.Linear(before, width, kernel_init=he, dtype=computation.dtype, rngs=rngs)
            for before in widths[:-1]
        )
        # From zero, so that every class is as likely as any other before the first step.
        zeros = nnx.initializers.zeros_init()
        self.head = nnx.Linear(widths[-1], outputs, kernel_init=zeros, rngs=rngs)

    def __call__(
        self,
        tokens: jax.Array,
        *,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return the logits of texts.

        Args:
            tokens: int [batch, length]; 0 is padding, at the end.
            dropout: Share of the units of every hidden layer switched off; none for no dropout at
                all.
            key: PRNG key for it; none when not training.

        Returns:
            float32 [batch, outputs].
        """
        first, *own = keys(key, 1 + len(self.dense))
        rows = jnp.concatenate([tokens, self.vocabulary + hashed(tokens, self.pair_rows)], axis=1)
        real = tokens != PADDING
        real = jnp.concatenate([real, real[:, :-1] & real[:, 1:]], axis=1)
        found = self.embedding[...].astype(self.computation.dtype)[rows].astype(jnp.float32)
        pooled = jnp.concatenate([mean(found, real), largest(found, real)], axis=1)
        x = drop(pooled, dropout, first)
        for layer, key in zip(self.dense, own, strict=True):
            x = drop(nnx.relu(layer(x)), dropout, key)
        return self.head(x.astype(jnp.float32))


def largest(x: jax.Array, real: jax.Array) -> jax.Array:
    """Return the largest of every column over real rows; zero for a text without any.

    Args:
        x: [batch, rows, width].
        real: bool [batch, rows].

    Returns:
        [batch, width].
    """
    found = jnp.where(real[:, :, None], x, -jnp.inf).max(axis=1)
    return jnp.where(real.any(axis=1, keepdims=True), found, 0.0)


def hashed(tokens: jax.Array, rows: int) -> jax.Array:
    """Return the row of each pair of neighbours.

    Args:
        tokens: int [batch, length].
        rows: To share, a power of two.

    Returns:
        int32 [batch, length - 1], 0 to below `rows`.
    """
    numbers = tokens.astype(jnp.uint32)
    mixed = numbers[:, :-1] * jnp.uint32(_ODD[0]) + numbers[:, 1:]
    mixed = (mixed ^ (mixed >> 15)) * jnp.uint32(_ODD[1])
    # The highest bits depend on all bits of both tokens.
    found: jax.Array = (mixed >> (33 - rows.bit_length())).astype(jnp.int32)
    return found
