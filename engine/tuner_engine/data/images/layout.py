"""Which axis of an array of images is height, which width, which channels?

Invariant: the shape decides; where it could mean two things, nothing is guessed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images.pictures import Stated
from tuner_engine.errors import DataError

_CHANNELS = (1, 3, 4, 2)
"""Counts of channels that tell which axis they are on, likeliest first."""


def channels_last(
    shape: Sequence[int], wanted: Stated | None, *, name: str
) -> tuple[tuple[int, int, int], bool]:
    """Return height, width and channels of each image, and whether channels come first.

    Args:
        shape: Of the whole array, axis 0 counting images.
        wanted: The size that a person stated.
        name: Of the array, for errors.

    Raises:
        DataError: These are no images, or not of the stated size.
    """
    inner = tuple(shape[1:])
    if wanted is not None:
        return _as_stated(inner, wanted, name=name)
    if len(inner) == 2:
        return (inner[0], inner[1], 1), False
    if len(inner) == 3:
        first, middle, last = inner
        for channels in _CHANNELS:
            if last == channels:
                return (first, middle, last), False
            if first == channels:
                return (middle, last, first), True
        if last < min(first, middle):
            return (first, middle, last), False
        if first < min(middle, last):
            return (middle, last, first), True
    sizes = "x".join(map(str, shape))
    raise DataError(
        f"{name}: an array of {sizes}; images are [count, height, width], with channels before or "
        "after; state the size of one image with --image-shape"
    )


def _as_stated(
    inner: tuple[int, ...], wanted: Stated, *, name: str
) -> tuple[tuple[int, int, int], bool]:
    size = (wanted.height, wanted.width)
    cells = int(np.prod(inner, dtype=np.int64))
    channels = wanted.channels or max(1, cells // (size[0] * size[1]))
    if cells != size[0] * size[1] * channels:
        sizes = "x".join(map(str, inner))
        raise DataError(
            f"{name}: each example is {sizes}, {cells:,} numbers; --image-shape "
            f"{size[0]}x{size[1]}x{channels} needs {size[0] * size[1] * channels:,}"
        )
    first = len(inner) == 3 and inner == (channels, *size) and inner != (*size, channels)
    return (*size, channels), first


def arranged(pixels: NDArray[Any], size: tuple[int, int, int], *, first: bool) -> NDArray[Any]:
    """Return the array as [images, height, width, channels], C-contiguous."""
    height, width, channels = size
    if first:
        by_channel = pixels.reshape(-1, channels, height, width)
        return np.ascontiguousarray(by_channel.transpose(0, 2, 3, 1))
    return np.ascontiguousarray(pixels.reshape(-1, height, width, channels))
