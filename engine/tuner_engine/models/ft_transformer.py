"""The FT-Transformer: what does a table's model compute of its features as tokens?

Every feature becomes a token by a linear map of its own; attention mixes them, and a token of its
own for the whole row carries the answer.

Source: Gorishniy and others, "Revisiting Deep Learning Models for Tabular Data" (2021),
arXiv 2106.11959, and its package `rtdl_revisiting_models`.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tuner_engine.models.attention import Attention
from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys

HEADS = 8
"""Heads of attention. Source: the paper's default."""

INNER = 4 / 3
"""Inner width of the gated dense layers over the width. Source: the paper's default."""

Groups = tuple[tuple[int, ...], ...]
"""For every feature the columns that encode it."""


class FTTransformer(nnx.Module):
    """Features as tokens, blocks of attention, and a head on the row's own token.

    Args:
        groups: For every feature the columns of the input that encode it.
        features: Columns of the input.
        layers: Blocks, at least 1.
        width: Of a token.
        outputs: Classes, or 1 for regression.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        groups: Groups,
        features: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        self.tokenizer = FeatureTokenizer(
            groups=groups, features=features, width=width, computation=computation, rngs=rngs
        )
        self.blocks = nnx.List(
            Block(width=width, first=place == 0, computation=computation, rngs=rngs)
            for place in range(layers)
        )
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        self.head = nnx.Linear(width, outputs, rngs=rngs)

    def __call__(
        self,
        x: jax.Array,
        *,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return the head's outputs.

        Args:
            x: float32 [examples, features].
            dropout: Share of attention and of inner units switched off; none for none at all.
            key: PRNG key for it; none when not training.

        Returns:
            float32 [examples, outputs]: logits, or the standardised target.
        """
        tokens = self.tokenizer(x)
        for block, own in zip(self.blocks, keys(key, len(self.blocks)), strict=True):
            tokens = self.computation.run(block, tokens, dropout, own)
        answer = self.norm(tokens[:, 0].astype(jnp.float32))
        return self.head(nnx.relu(answer))


class FeatureTokenizer(nnx.Module):
    """Rows to tokens: each feature's columns times weights of their own, plus a bias.

    Args:
        groups: For every feature the columns of the input that encode it.
        features: Columns of the input.
        width: Of a token.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        groups: Groups,
        features: int,
        width: int,
        computation: Computation,
        rngs: nnx.Rngs,
    ) -> None:
        bound = width**-0.5

        def uniform(rows: int) -> nnx.Param[jax.Array]:
            shape = (rows, width)
            return nnx.Param(jax.random.uniform(rngs.params(), shape, minval=-bound, maxval=bound))

        self.weights, self.biases, self.row = uniform(features), uniform(len(groups)), uniform(1)
        # A tuple, so that it belongs to the program and not to what is trained.
        self.groups = groups
        self.computation = computation

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the tokens [examples, 1 + features, width]; the first is the row's own."""
        member = np.zeros((x.shape[1], len(self.groups), 1), np.float32)
        for place, columns in enumerate(self.groups):
            member[list(columns), place] = 1.0
        dtype, width = self.computation.dtype, self.row.shape[1]
        # Zero wherever a column is not of the feature: one product for all features.
        spread = (member * self.weights[...][:, None]).reshape(x.shape[1], -1)
        tokens = (x.astype(dtype) @ spread.astype(dtype)).reshape(len(x), -1, width)
        row = jnp.broadcast_to(self.row[...].astype(dtype), (len(x), 1, width))
        return jnp.concatenate([row, tokens + self.biases[...].astype(dtype)], axis=1)


class Block(nnx.Module):
    """Attention, then a gated layer (ReGLU), each normalised before and added.

    Args:
        width: Of a token.
        first: Whether it is the first block, whose attention goes without normalisation.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self, *, width: int, first: bool, computation: Computation, rngs: nnx.Rngs
    ) -> None:
        init = nnx.initializers.variance_scaling(1 / 3, "fan_in", "uniform")
        inner = max(int(INNER * width), 1)

        def norm() -> nnx.LayerNorm:
            return nnx.LayerNorm(width, dtype=computation.dtype, rngs=rngs)

        self.attention_norm = None if first else norm()
        self.attention = Attention(
            width=width,
            heads=min(HEADS, width),
            head_dim=math.ceil(width / HEADS),
            weight_init=init,
            output_init=init,
            computation=computation,
            rngs=rngs,
        )
        self.dense_norm = norm()
        self.up = nnx.Linear(width, 2 * inner, kernel_init=init, dtype=computation.dtype, rngs=rngs)
        self.down = nnx.Linear(inner, width, kernel_init=init, dtype=computation.dtype, rngs=rngs)

    def __call__(
        self, x: jax.Array, dropout: jax.Array | float | None, key: jax.Array | None
    ) -> jax.Array:
        """Return the tokens after the block, [examples, tokens, width]."""
        first, second = keys(key, 2)
        y = x if self.attention_norm is None else self.attention_norm(x)
        x = x + self.attention(y, dropout=dropout, key=first)
        up, gate = jnp.split(self.up(self.dense_norm(x)), 2, axis=-1)
        return x + self.down(drop(up * nnx.relu(gate), dropout, second))
