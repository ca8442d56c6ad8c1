"""The residual networks: what do ResNet-20 and ResNet-18 compute?

Basic blocks of two 3 × 3 convolutions in stages; each stage halves the image and is twice as wide.

Source: He and others, "Deep Residual Learning for Image Recognition", arXiv 1512.03385, section
4.2 for small images and table 1 for large ones.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import by_depth, drop, keys, skip
from tuner_engine.sizes import stages

STATISTICS_MEMORY = 0.9
"""Share of the running mean and variance that a step keeps. Default of PyTorch's `BatchNorm2d`."""

LARGE = 64
"""Pixels a side from which the image is first quartered, as in ImageNet's variant; below, that
would leave nothing to look at. House choice."""


class ResNet(nnx.Module):
    """A convolution, stages of basic blocks, their mean, and a linear head.

    Args:
        channels: Of a pixel.
        large: Whether images are large, and so quartered first.
        layers: Blocks, at least 1, spread over the stages.
        number: Stages, at most; fewer where there are fewer blocks.
        width: Channels of the first stage.
        outputs: Classes.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        channels: int,
        large: bool,
        layers: int,
        number: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation, self.large = computation, large
        side, stride = (7, 2) if large else (3, 1)
        self.first = _convolution(
            channels, width, side=side, stride=stride, computation=computation, rngs=rngs
        )
        self.norm = _norm(width, computation=computation, rngs=rngs)
        blocks, before = [], width
        for stage, blocks_here in enumerate(stages(layers, number)):
            for place in range(blocks_here):
                after = width * 2**stage
                halves = stage > 0 and place == 0
                blocks.append(
                    Block(
                        before=before,
                        after=after,
                        stride=2 if halves else 1,
                        computation=computation,
                        rngs=rngs,
                    )
                )
                before = after
        self.blocks = nnx.List(blocks)
        self.head = nnx.Linear(before, outputs, rngs=rngs)

    def __call__(
        self,
        x: jax.Array,
        *,
        dropout: jax.Array | float | None = None,
        drop_path: jax.Array | float | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Return the logits of normalised images.

        Args:
            x: float32 [batch, height, width, channels].
            dropout: Share of the head's inputs switched off; none for no dropout at all.
            drop_path: Share of examples for which the last block's branch is skipped, less and
                less in earlier ones; none for no skipping at all.
            key: PRNG key; none when not training, where running statistics are used.

        Returns:
            float32 [batch, outputs].
        """
        x = nnx.relu(self.norm(self.first(x), use_running_average=key is None))
        if self.large:
            x = nnx.max_pool(x, (3, 3), strides=(2, 2), padding="SAME")
        number = len(self.blocks)
        own = [key] * number if drop_path is None else keys(key, 1 + number)[1:]
        for block, mine, share in zip(self.blocks, own, by_depth(drop_path, number), strict=True):
            x = self.computation.run(block, x, mine, share)
        return self.head(drop(x.astype(jnp.float32).mean(axis=(1, 2)), dropout, key))


class Block(nnx.Module):
    """Two 3 × 3 convolutions, added to what they were made from.

    Args:
        before: Channels of the input.
        after: Channels of the output.
        stride: 2 to halve the image, else 1.
        computation: Precision.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        before: int,
        after: int,
        stride: int,
        computation: Computation,
        rngs: nnx.Rngs,
    ) -> None:
        self.first = _convolution(
            before, after, side=3, stride=stride, computation=computation, rngs=rngs
        )
        self.first_norm = _norm(after, computation=computation, rngs=rngs)
        self.second = _convolution(
            after, after, side=3, stride=1, computation=computation, rngs=rngs
        )
        # A block begins by adding nothing, which makes deep networks begin well (1706.02677).
        self.second_norm = _norm(after, computation=computation, rngs=rngs, scale=0.0)
        changes = stride != 1 or before != after
        self.shortcut = (
            _convolution(before, after, side=1, stride=stride, computation=computation, rngs=rngs)
            if changes
            else None
        )
        self.shortcut_norm = _norm(after, computation=computation, rngs=rngs) if changes else None

    def __call__(
        self, x: jax.Array, key: jax.Array | None, skipped: jax.Array | float | None = None
    ) -> jax.Array:
        """Return the image after the block, [batch, height / stride, width / stride, after].

        Args:
            x: [batch, height, width, before].
            key: PRNG key; none when not training.
            skipped: Share of examples for which the branch is left out; none for no skipping.
        """
        settled = key is None
        y = nnx.relu(self.first_norm(self.first(x), use_running_average=settled))
        y = self.second_norm(self.second(y), use_running_average=settled)
        if self.shortcut is not None and self.shortcut_norm is not None:
            x = self.shortcut_norm(self.shortcut(x), use_running_average=settled)
        return nnx.relu(x + skip(y, skipped, key))


def _convolution(
    before: int,
    after: int,
    *,
    side: int,
    stride: int,
    computation: Computation,
    rngs: nnx.Rngs,
) -> nnx.Conv:
    return nnx.Conv(
        before,
        after,
        (side, side),
        strides=(stride, stride),
        use_bias=False,
        kernel_init=nnx.initializers.variance_scaling(2.0, "fan_out", "normal"),
        dtype=computation.dtype,
        rngs=rngs,
    )


def _norm(
    width: int, *, computation: Computation, rngs: nnx.Rngs, scale: float = 1.0
) -> nnx.BatchNorm:
    return nnx.BatchNorm(
        width,
        momentum=STATISTICS_MEMORY,
        scale_init=nnx.initializers.constant(scale),
        dtype=computation.dtype,
        rngs=rngs,
    )
