"""The tabular ResNet: what does a table's residual network compute?

Source: Gorishniy and others, "Revisiting Deep Learning Models for Tabular Data" (2021),
arXiv 2106.11959, section 3.2.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys

INNER = 2
"""Inner width of a block over its width. Source: the default of `rtdl_revisiting_models`."""

STATISTICS_MEMORY = 0.9
"""Share of the running mean and variance that a step keeps; the default of PyTorch's batch
normalisation, which the paper trains with."""


class TabularResNet(nnx.Module):
    """A linear layer, residual blocks with batch normalisation, and a linear head.

    Args:
        features: Columns of the input.
        layers: Blocks, at least 1.
        width: Of the residual stream.
        outputs: Classes, or 1 for regression.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        features: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        self.first = nnx.Linear(features, width, dtype=computation.dtype, rngs=rngs)
        self.blocks = nnx.List(
            Block(width=width, computation=computation, rngs=rngs) for _ in range(layers)
        )
        self.norm = nnx.BatchNorm(width, momentum=STATISTICS_MEMORY, rngs=rngs)
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
            dropout: Share of inner units switched off; none for no dropout at all.
            key: PRNG key; none when not training, where running statistics are used.

        Returns:
            float32 [examples, outputs]: logits, or the standardised target.
        """
        x = self.first(x)
        for block, own in zip(self.blocks, keys(key, len(self.blocks)), strict=True):
            x = self.computation.run(block, x, dropout, own)
        settled = self.norm(x.astype(jnp.float32), use_running_average=key is None)
        return self.head(nnx.relu(settled))


class Block(nnx.Module):
    """Normalise, widen, narrow, add.

    Args:
        width: Of the residual stream.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(self, *, width: int, computation: Computation, rngs: nnx.Rngs) -> None:
        dtype = computation.dtype
        he = nnx.initializers.he_normal()
        self.norm = nnx.BatchNorm(width, momentum=STATISTICS_MEMORY, dtype=dtype, rngs=rngs)
        self.up = nnx.Linear(width, INNER * width, kernel_init=he, dtype=dtype, rngs=rngs)
        self.down = nnx.Linear(INNER * width, width, dtype=dtype, rngs=rngs)

    def __call__(
        self, x: jax.Array, dropout: jax.Array | float | None, key: jax.Array | None
    ) -> jax.Array:
        """Return the residual stream [examples, width] after the block."""
        settled = self.norm(x, use_running_average=key is None)
        inner = drop(nnx.relu(self.up(settled)), dropout, key)
        return x + self.down(inner)
