"""How noisy are gradients, in examples?

Plain NumPy. The noise scale is the variance of one example's gradient over the squared length of
the true one: a batch much smaller is mostly noise, one much larger wastes examples. Numerator and
denominator are estimated without bias from the same micro-batches, and pooled before dividing.
It is an order of magnitude, and for optimizers that rescale gradients a heuristic.

Source: McCandlish et al. (2018), arXiv 1812.06162, appendix A.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.645
"""Jackknife standard errors to either end of the interval: 90 %."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Gradients of micro-batches, as far as the noise scale needs them.

    Attributes:
        size: Examples of a micro-batch.
        squares: [micro-batches], squared length of each gradient.
        products: [micro-batches], product of each with their mean.
    """

    size: int
    squares: NDArray[np.float64]
    products: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoiseReading:
    """The noise scale at one point of training.

    Attributes:
        scale: In examples; none where the squared gradient is not positive: not estimable.
        low: Lower end of the interval, likewise.
        high: Upper end; none where it is not bounded.
    """

    scale: float | None
    low: float | None = None
    high: float | None = None


def read_noise(moments: Moments) -> NoiseReading:
    """Read the noise scale from at least three micro-batches."""
    squares, products = moments.squares, moments.products
    count, mean_square = len(squares), float(products.mean())
    ratio = _ratio(squares.sum(), mean_square, count, moments.size)
    # Without one of them, the mean is (count · mean - own) / (count - 1).
    others = (count**2 * mean_square - 2 * count * products + squares) / (count - 1) ** 2
    left_out = _ratio(squares.sum() - squares, others, count - 1, moments.size)
    error = float(np.sqrt((count - 1) * np.var(left_out)))
    if not np.isfinite(ratio) or ratio <= 0:
        return NoiseReading(None)
    low, high = ratio + Z * error, ratio - Z * error
    return NoiseReading(
        scale=float(1 / ratio), low=float(1 / low), high=float(1 / high) if high > 0 else None
    )


def _ratio(
    squares: NDArray[np.float64], mean_square: NDArray[np.float64] | float, count: int, size: int
) -> NDArray[np.float64]:
    """Return the squared gradient over the variance of one example's: the inverse noise scale."""
    variance = size * (squares - count * mean_square) / (count - 1)
    return np.asarray((mean_square - variance / (size * count)) / np.maximum(variance, 1e-300))
