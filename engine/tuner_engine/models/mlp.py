"""The multilayer perceptron: what does a table's model compute?"""

import itertools

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop, keys


class MLP(nnx.Module):
    """Equal hidden layers with ReLU and dropout, then a linear head.

    Args:
        features: Columns of the input.
        layers: Hidden layers, at least 1.
        width: Units of each hidden layer.
        outputs: Classes, or 1 for regression.
        computation: Precision; there are no blocks to compute again.
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
        widths = [features] + [width] * layers
        # He's initialisation keeps the variance of activations through ReLU (arXiv 1502.01852).
        he = nnx.initializers.he_normal()
        self.hidden = nnx.List(
            nnx.Linear(before, after, kernel_init=he, dtype=computation.dtype, rngs=rngs)
            for before, after in itertools.pairwise(widths)
        )
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
            dropout: Share of hidden units switched off; none for no dropout at all.
            key: PRNG key for it; none when not training.

        Returns:
            float32 [examples, outputs]: logits, or the standardised target.
        """
        for layer, own in zip(self.hidden, keys(key, len(self.hidden)), strict=True):
            x = drop(nnx.relu(layer(x)), dropout, own)
        return self.head(x.astype(jnp.float32))
