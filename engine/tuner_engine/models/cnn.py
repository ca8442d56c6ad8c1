"""The convolutional network: what does the plain model of small images compute?

Stages of a 3 × 3 convolution, batch normalisation and a pooling that halves the image; each stage
is twice as wide as the one before, and the mean over the last image goes to a linear head.
"""

import itertools

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import drop

STATISTICS_MEMORY = 0.9
"""Share of the running mean and variance that a step keeps. Default of PyTorch's `BatchNorm2d`."""


class CNN(nnx.Module):
    """Convolutional stages, their mean, and a linear head.

    Args:
        channels: Of a pixel.
        layers: Stages, at least 1; an image of one pixel is halved no more.
        width: Channels of the first stage.
        outputs: Classes.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        channels: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        widths = [channels] + [width * 2**stage for stage in range(layers)]
        self.stages = nnx.List(
            Stage(before=before, after=after, computation=computation, rngs=rngs)
            for before, after in itertools.pairwise(widths)
        )
        self.head = nnx.Linear(widths[-1], outputs, rngs=rngs)

    def __call__(
        self,
        x: jax.Array,
        *,
        dropout: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return the logits of normalised images.

        Args:
            x: float32 [batch, height, width, channels].
            dropout: Share of the head's inputs switched off; none for no dropout at all.
            key: PRNG key; none when not training, where running statistics are used.

        Returns:
            float32 [batch, outputs].
        """
        for stage in self.stages:
            x = self.computation.run(stage, x, key)
        return self.head(drop(x.astype(jnp.float32).mean(axis=(1, 2)), dropout, key))


class Stage(nnx.Module):
    """A 3 × 3 convolution, batch normalisation, ReLU, and the largest of every 2 × 2 pixels.

    Args:
        before: Channels of the input.
        after: Channels of the output.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self, *, before: int, after: int, computation: Computation, rngs: nnx.Rngs
    ) -> None:
        dtype = computation.dtype
        he = nnx.initializers.he_normal()
        self.convolution = nnx.Conv(
            before, after, (3, 3), use_bias=False, kernel_init=he, dtype=dtype, rngs=rngs
        )
        self.norm = nnx.BatchNorm(after, momentum=STATISTICS_MEMORY, dtype=dtype, rngs=rngs)

    def __call__(self, x: jax.Array, key: jax.Array | None) -> jax.Array:
        """Return the image, half as large [batch, height / 2, width / 2, after]."""
        x = self.norm(self.convolution(x), use_running_average=key is None)
        return halved(nnx.relu(x))


def halved(x: jax.Array) -> jax.Array:
    """Return the largest of every 2 × 2 pixels; an odd last row or column is left out.

    The largest of four strided views is the same as a pooling window, and its gradient is many
    times faster on CPU.

    Args:
        x: [batch, height, width, channels]; a side of one pixel stays.
    """
    for axis in (1, 2):
        pairs = x.shape[axis] // 2
        if pairs:
            first = jax.lax.slice_in_dim(x, 0, 2 * pairs, 2, axis)
            second = jax.lax.slice_in_dim(x, 1, 2 * pairs, 2, axis)
            x = jnp.maximum(first, second)
    return x
