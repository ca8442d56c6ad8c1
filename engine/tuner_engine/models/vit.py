"""The vision transformer: what does it compute of an image's patches?

Source: arXiv 2010.11929, with the mean of the patches in place of a class token, as in its
authors' later baseline (arXiv 2205.01580).
"""

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.models.computation import PLAIN, Computation
from tuner_engine.models.dropout import by_depth, drop, keys
from tuner_engine.models.encoder import EncoderBlock
from tuner_engine.sizes import patch_side, patches

POSITION_STD = 0.02
"""Standard deviation of the initial positions. Source: arXiv 2010.11929."""


class ViT(nnx.Module):
    """Patches, blocks of attention, their mean, and a linear head.

    Args:
        height: Of every image, in pixels.
        width_pixels: Likewise.
        channels: Of a pixel.
        layers: Blocks, at least 1.
        width: Of the residual stream.
        outputs: Classes.
        computation: Precision and rematerialisation.
        rngs: Random streams for the initial weights.
    """

    def __init__(
        self,
        *,
        height: int,
        width_pixels: int,
        channels: int,
        layers: int,
        width: int,
        outputs: int,
        computation: Computation = PLAIN,
        rngs: nnx.Rngs,
    ) -> None:
        self.computation = computation
        self.side = patch_side(height, width_pixels)
        number = patches(height, width_pixels, self.side)
        self.patch = nnx.Linear(self.side**2 * channels, width, dtype=computation.dtype, rngs=rngs)
        self.positions = nnx.Param(
            nnx.initializers.normal(POSITION_STD)(rngs.params(), (number, width))
        )
        self.blocks = nnx.List(
            EncoderBlock(width=width, computation=computation, rngs=rngs) for _ in range(layers)
        )
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        # From zero, so that every class is as likely as any other before the first step.
        zeros = nnx.initializers.zeros_init()
        self.head = nnx.Linear(width, outputs, kernel_init=zeros, rngs=rngs)

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
            dropout: Share of units switched off in every branch; none for no dropout at all.
            drop_path: Share of examples for which the last block's branches are skipped, less and
                less in earlier ones; none for no skipping at all.
            key: PRNG key for both; none when not training.

        Returns:
            float32 [batch, outputs].
        """
        first, *own = keys(key, 1 + len(self.blocks))
        shares = by_depth(drop_path, len(self.blocks))
        x = self.patch(cut(x, self.side)) + self.positions[...].astype(self.computation.dtype)
        x = drop(x, dropout, first)
        for block, key, share in zip(self.blocks, own, shares, strict=True):
            x = self.computation.run(block, x, None, dropout, key, share)
        return self.head(self.norm(x.astype(jnp.float32)).mean(axis=1))


def cut(images: jax.Array, side: int) -> jax.Array:
    """Return the square patches of images, row by row; the last ones are padded with zeros.

    Args:
        images: [batch, height, width, channels].
        side: Of a patch, in pixels.

    Returns:
        [batch, patches, side · side · channels].
    """
    batch, height, width, channels = images.shape
    down, across = -height % side, -width % side
    padded = jnp.pad(images, [(0, 0), (0, down), (0, across), (0, 0)])
    rows, columns = (height + down) // side, (width + across) // side
    grid = padded.reshape(batch, rows, side, columns, side, channels)
    return grid.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows * columns, -1)
