"""How do numbers of any range become bytes?

Invariant: one map for all images, and numbers that are bytes already stay what they are.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.errors import DataError
from tuner_engine.workload import Caution

TOP = 255
"""Brightest value of a byte."""

_ROUNDING = 1e-3
"""How far beyond 0 and 1 numbers may stray and still be taken for shares of full brightness."""

_STRETCH_NUMBERS = 1 << 22
"""Numbers mapped at a time, so that no copy of all of them is alive. House choice."""


def to_bytes(pixels: NDArray[Any], *, name: str) -> tuple[NDArray[np.uint8], tuple[Caution, ...]]:
    """Return the pixels as bytes, and a caution where their range had to be chosen.

    Args:
        pixels: Whole numbers, truth values or fractions; axis 0 counts images.
        name: Of the array, for errors.

    Raises:
        DataError: They are no numbers, or not all finite.
    """
    if pixels.dtype == np.uint8:
        return pixels, ()
    if pixels.dtype.kind not in "biuf":
        raise DataError(f"{name}: pixels of type {pixels.dtype}; use whole numbers or fractions")
    low, high = _range(pixels, name=name)
    offset, factor, caution = _map(low, high, whole=pixels.dtype.kind != "f", name=name)
    mapped = np.empty(pixels.shape, dtype=np.uint8)
    step = max(1, _STRETCH_NUMBERS // max(1, pixels[:1].size))
    for start in range(0, len(pixels), step):
        some = pixels[start : start + step].astype(np.float64)
        mapped[start : start + step] = np.clip(np.rint((some - offset) * factor), 0, TOP)
    return mapped, caution


def _range(pixels: NDArray[Any], *, name: str) -> tuple[float, float]:
    low, high = float(pixels.min()), float(pixels.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        wrong = next(i for i, image in enumerate(pixels) if not np.isfinite(image).all())
        raise DataError(f"{name}: image {wrong:,} (from 0) holds NaN or infinite pixels; repair it")
    return low, high


def _map(
    low: float, high: float, *, whole: bool, name: str
) -> tuple[float, float, tuple[Caution, ...]]:
    """Return what is taken off, by what is then multiplied, and a caution if both are chosen."""
    if whole and low >= 0 and high <= 1:
        return 0.0, TOP, ()
    if not whole and low >= -_ROUNDING and high <= 1 + _ROUNDING:
        return 0.0, TOP, ()
    if low >= 0 and high <= TOP:
        return 0.0, 1.0, ()
    if low >= -1 - _ROUNDING and high <= 1 + _ROUNDING:
        return -1.0, TOP / 2, ()
    message = (
        f"Pixels from {low:.4g} to {high:.4g} were mapped to 0 to {TOP} evenly; 256 levels are "
        "kept."
    )
    return low, TOP / (high - low), (Caution(code="pixels-rescaled", message=message),)
