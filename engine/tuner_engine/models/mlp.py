"""The multilayer perceptron: what does a table's model compute?"""

import itertools

import jax
from flax import nnx

from tuner_engine.models.dropout import drop


class MLP(nnx.Module):
    """Equal hidden layers with ReLU and dropout, then a linear head.

    Args:
        features: Columns of the input.
        hidden_layers: At least 1.
        hidden_width: Units of each hidden layer.
        outputs: Classes, or 1 for regression.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        features: int,
        hidden_layers: int,
        hidden_width: int,
        outputs: int,
        rngs: nnx.Rngs,
    ) -> None:
        widths = [features] + [hidden_width] * hidden_layers
        # He's initialisation keeps the variance of activations through ReLU (arXiv 1502.01852).
        he = nnx.initializers.he_normal()
        self.hidden = nnx.List(
            nnx.Linear(before, after, kernel_init=he, rngs=rngs)
            for before, after in itertools.pairwise(widths)
        )
        self.head = nnx.Linear(hidden_width, outputs, rngs=rngs)

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
        keys = [None] * len(self.hidden) if key is None else jax.random.split(key, len(self.hidden))
        for layer, own in zip(self.hidden, keys, strict=True):
            x = drop(nnx.relu(layer(x)), dropout, own)
        return self.head(x)
