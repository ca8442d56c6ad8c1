"""The encoder's block: how do patches or words change by looking at each other?

Each branch is normalised before and added to the residual stream (pre-norm, arXiv 2002.04745),
so that a warm-up is no condition of training.
"""

import jax
from flax import nnx

from tuner_engine.models.attention import Attention
from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys, skip
from tuner_engine.sizes import encoder_heads

INNER = 4
"""Inner width of a block's dense layers over its width. Source: arXiv 1706.03762."""


class EncoderBlock(nnx.Module):
    """Attention in both directions, then two dense layers, each added to the residual stream.

    Args:
        width: Of the residual stream.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(self, *, width: int, computation: Computation = PLAIN, rngs: nnx.Rngs) -> None:
        heads = encoder_heads(width)
        init = nnx.initializers.xavier_uniform()
        self.attention_norm = nnx.LayerNorm(width, dtype=computation.dtype, rngs=rngs)
        self.attention = Attention(
            width=width,
            heads=heads.heads,
            head_dim=heads.head_dim,
            weight_init=init,
            output_init=init,
            computation=computation,
            rngs=rngs,
        )
        self.dense_norm = nnx.LayerNorm(width, dtype=computation.dtype, rngs=rngs)

        def linear(before: int, after: int) -> nnx.Linear:
            return nnx.Linear(before, after, kernel_init=init, dtype=computation.dtype, rngs=rngs)

        self.up = linear(width, INNER * width)
        self.down = linear(INNER * width, width)

    def __call__(
        self,
        x: jax.Array,
        mask: jax.Array | None,
        dropout: jax.Array | float | None,
        key: jax.Array | None,
        skipped: jax.Array | float | None = None,
    ) -> jax.Array:
        """Return the residual stream after the block.

        Args:
            x: [batch, length, width].
            mask: bool [batch or 1, reader, read]; none lets every token read every other.
            dropout: Share of units switched off in every branch; none for no dropout at all.
            key: PRNG key for it; none when not training.
            skipped: Share of examples for which a branch is left out; none for no skipping at all.
        """
        first, second, *own = keys(key, 2 if skipped is None else 4)
        read = drop(self.attention(self.attention_norm(x), mask=mask), dropout, first)
        x = x + (read if skipped is None else skip(read, skipped, own[0]))
        made = drop(self.down(nnx.gelu(self.up(self.dense_norm(x)))), dropout, second)
        return x + (made if skipped is None else skip(made, skipped, own[1]))
