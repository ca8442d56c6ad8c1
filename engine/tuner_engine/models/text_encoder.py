"""The text encoder: what does it compute of the words of a text?

Blocks of attention in both directions, the mean over the real tokens, and a linear head.
Invariant: padding changes nothing.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys
from tuner_engine.models.encoder import EncoderBlock

PADDING = 0
"""The token that stands for nothing, wherever there is any padding."""

EMBEDDING_STD = 0.02
"""Standard deviation of initial embeddings. Source: BERT, arXiv 1810.04805."""


class TextEncoder(nnx.Module):
    """A classifier of texts.

    Args:
        vocabulary: Different tokens, padding included.
        length: Most tokens of a text.
        layers: Blocks, at least 1.
        width: Of the residual stream.
        outputs: Classes.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        vocabulary: int,
        length: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        normal = nnx.initializers.normal(EMBEDDING_STD)
        self.embedding = nnx.Param(normal(rngs.params(), (vocabulary, width)))
        self.positions = nnx.Param(normal(rngs.params(), (length, width)))
        self.blocks = nnx.List(
            EncoderBlock(width=width, computation=computation, rngs=rngs) for _ in range(layers)
        )
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        # From zero, so that every class is as likely as any other before the first step.
        zeros = nnx.initializers.zeros_init()
        self.head = nnx.Linear(width, outputs, kernel_init=zeros, rngs=rngs)

    def __call__(
        self,
        tokens: jax.Array,
        *,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return the logits of texts.

        Args:
            tokens: int [batch, up to `length`]; 0 is padding, at the end.
            dropout: Share of units switched off in every branch; none for no dropout at all.
            key: PRNG key for it; none when not training.

        Returns:
            float32 [batch, outputs].
        """
        first, last, *own = keys(key, 2 + len(self.blocks))
        real = tokens != PADDING
        dtype = self.computation.dtype
        x = self.embedding[...].astype(dtype)[tokens]
        x = drop(x + self.positions[: tokens.shape[1]].astype(dtype), dropout, first)
        for block, key in zip(self.blocks, own, strict=True):
            x = self.computation.run(block, x, real[:, None, :], dropout, key)
        pooled = mean(self.norm(x.astype(jnp.float32)), real)
        return self.head(drop(pooled, dropout, last))


def mean(x: jax.Array, real: jax.Array) -> jax.Array:
    """Return the mean over real tokens; zero for a text without any.

    Args:
        x: [batch, length, width].
        real: bool [batch, length].

    Returns:
        [batch, width].
    """
    total = jnp.where(real[:, :, None], x, 0.0).sum(axis=1)
    return total / jnp.maximum(real.sum(axis=1, keepdims=True), 1)
