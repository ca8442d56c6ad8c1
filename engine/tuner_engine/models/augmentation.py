"""How are images varied while training, so that a network learns what does not matter?"""

import jax
import jax.numpy as jnp

from tuner_engine.specs import Augmentation

CROP_SHARE = 8
"""A crop moves an image by up to its side over this: 4 pixels of 32, as is usual on CIFAR
(arXiv 1512.03385, section 4.2)."""


def varied(images: jax.Array, how: Augmentation, key: jax.Array) -> jax.Array:
    """Return images flipped left to right half of the time, moved at random, or both.

    Args:
        images: Normalised, [batch, height, width, channels]; what a move uncovers is 0, the mean.
        how: Which of the two.
        key: PRNG key; every image has its own chance.
    """
    flip_key, crop_key = jax.random.split(key)
    if how in ("flip", "flip-crop"):
        images = _flipped(images, flip_key)
    if how in ("crop", "flip-crop"):
        images = _moved(images, crop_key)
    return images


def _flipped(images: jax.Array, key: jax.Array) -> jax.Array:
    chosen = jax.random.bernoulli(key, 0.5, (len(images), 1, 1, 1))
    return jnp.where(chosen, images[:, :, ::-1], images)


def _moved(images: jax.Array, key: jax.Array) -> jax.Array:
    _, *sides, _ = images.shape
    reach = [max(side // CROP_SHARE, 1) for side in sides]
    padded = jnp.pad(images, [(0, 0), *((r, r) for r in reach), (0, 0)])
    limits = jnp.array([2 * r + 1 for r in reach])
    corners = jax.random.randint(key, (len(images), 2), 0, limits)

    def cropped(image: jax.Array, corner: jax.Array) -> jax.Array:
        return jax.lax.dynamic_slice(image, (*corner, 0), (*sides, image.shape[-1]))

    moved: jax.Array = jax.vmap(cropped)(padded, corners)
    return moved
