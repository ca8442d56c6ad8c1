"""The decoder: what does a language model compute?

Blocks of attention and a gated layer, each normalised before (RMSNorm), with rotary positions,
grouped queries, and one table of embeddings for reading and writing.
Invariant: what is predicted after a token depends on that token and earlier ones of its segment.

Sources: LLaMA (arXiv 2302.13971), grouped queries (2305.13245), tied head (1608.05859).
"""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tuner_engine.models.attention import Attention
from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys
from tuner_engine.sizes import decoder_heads, gated_width

WEIGHT_STD = 0.02
"""Standard deviation of the initial embeddings. Source: GPT-2, as in nanoGPT `model.py`."""


class Decoder(nnx.Module):
    """A causal language model.

    Args:
        vocabulary: Different tokens.
        layers: Blocks, at least 1.
        width: Of the residual stream.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        vocabulary: int,
        layers: int,
        width: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        self.embedding = nnx.Param(
            nnx.initializers.normal(WEIGHT_STD)(rngs.params(), (vocabulary, width))
        )
        self.blocks = nnx.List(
            Block(width=width, layers=layers, computation=computation, rngs=rngs)
            for _ in range(layers)
        )
        self.norm = nnx.RMSNorm(width, dtype=computation.dtype, rngs=rngs)

    def __call__(
        self,
        tokens: jax.Array,
        *,
        segments: jax.Array | None = None,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return what is predicted after each token.

        Args:
            tokens: int [batch, length].
            segments: int [batch, length]: which of the examples in a row each token belongs to;
                none where a row is one text.
            dropout: Share of units switched off in every branch; none for no dropout at all.
            key: PRNG key for it; none when not training.

        Returns:
            float32 [batch, length, vocabulary], logits.
        """
        first, *own = keys(key, 1 + len(self.blocks))
        table = self.embedding[...].astype(self.computation.dtype)
        # The table is small, for the head's sake; the stream that it begins has unit scale.
        x = drop(table[tokens] / WEIGHT_STD, dropout, first)
        mask = causal(tokens.shape[1], segments)
        for block, key in zip(self.blocks, own, strict=True):
            x = self.computation.run(block, x, mask, dropout, key)
        return jnp.einsum("btw,vw->btv", self.norm(x), table, preferred_element_type=jnp.float32)


class Block(nnx.Module):
    """Attention, then a gated layer, each added to the residual stream.

    Args:
        width: Of the residual stream.
        layers: Blocks of the whole model, which its initial weights depend on.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self, *, width: int, layers: int, computation: Computation, rngs: nnx.Rngs
    ) -> None:
        heads = decoder_heads(width)
        inward = nnx.initializers.variance_scaling(1.0, "fan_in", "normal")
        # Each block adds two branches; together they are to add as much as one (GPT-2).
        outward = nnx.initializers.variance_scaling(0.5 / layers, "fan_in", "normal")
        self.attention_norm = nnx.RMSNorm(width, dtype=computation.dtype, rngs=rngs)
        self.attention = Attention(
            width=width,
            heads=heads.heads,
            kv_heads=heads.kv_heads,
            head_dim=heads.head_dim,
            biased=False,
            rotary=True,
            weight_init=inward,
            output_init=outward,
            computation=computation,
            rngs=rngs,
        )
        self.gated_norm = nnx.RMSNorm(width, dtype=computation.dtype, rngs=rngs)
        inner = gated_width(width)

        def linear(before: int, after: int, init: nnx.Initializer) -> nnx.Linear:
            return nnx.Linear(
                before,
                after,
                use_bias=False,
                kernel_init=init,
                dtype=computation.dtype,
                rngs=rngs,
            )

        self.gate = linear(width, inner, inward)
        self.up = linear(width, inner, inward)
        self.down = linear(inner, width, outward)

    def __call__(
        self,
        x: jax.Array,
        mask: jax.Array,
        dropout: jax.Array | float | None,
        key: jax.Array | None,
    ) -> jax.Array:
        """Return the residual stream [batch, length, width] after the block."""
        first, second = keys(key, 2)
        x = x + drop(self.attention(self.attention_norm(x), mask=mask), dropout, first)
        y = self.gated_norm(x)
        return x + drop(self.down(nnx.silu(self.gate(y)) * self.up(y)), dropout, second)


def causal(length: int, segments: jax.Array | None) -> jax.Array:
    """Return which tokens each may read: itself and earlier ones of its segment.

    Args:
        length: Tokens of a row.
        segments: int [batch, length]; none where a row is one text.

    Returns:
        bool [batch or 1, reader, read].
    """
    earlier = jnp.asarray(np.tril(np.ones((1, length, length), bool)))
    if segments is None:
        return earlier
    return earlier & (segments[:, :, None] == segments[:, None, :])
