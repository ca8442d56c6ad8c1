"""Between which limits is a picture drawn?

Invariant: limits move in round steps, so that an axis holds still while points arrive.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.figure import Band

Numbers = NDArray[np.float64]
Limits = tuple[float, float]

REACH = 5.0
"""How far an axis of scores reaches above the best one, in units of the way to the median one.
House choice."""

_ROUNDING = 1e-6
"""By how many decades a value may miss a power of ten and still count as it."""


def decades(values: Numbers) -> Limits | None:
    """Return whole decades around positive values; none where there are none."""
    known = values[np.isfinite(values) & (values > 0)]
    if not known.size:
        return None
    low = np.floor(np.log10(known.min()) + _ROUNDING)
    high = np.ceil(np.log10(known.max()) - _ROUNDING)
    return float(10.0**low), float(10.0 ** max(high, low + 1))


def doublings(values: Numbers) -> Limits | None:
    """Return positive values' extent with a third of a doubling to spare on both sides."""
    known = values[np.isfinite(values) & (values > 0)]
    if not known.size:
        return None
    spare = 2.0 ** (1 / 3)
    return float(known.min() / spare), float(known.max() * spare)


def near_the_best(lines: Iterable[Numbers]) -> Limits | None:
    """Return limits around the better scores, so that failures do not flatten them."""
    scores = np.concatenate([np.empty(0), *lines])
    scores = scores[np.isfinite(scores)]
    if not scores.size:
        return None
    low, middle, high = np.min(scores), np.median(scores), np.max(scores)
    top = min(high, low + REACH * (middle - low)) if middle > low else high
    reach = max(float(top - low), 0.02 * abs(float(low)), 1e-9)
    return outward(float(low) - 0.05 * reach, float(top) + 0.05 * reach, step(reach))


def step(reach: float) -> float:
    """Return the 1-2-5 step that cuts `reach` into about ten."""
    rough = reach / 10
    scale = float(10.0 ** np.floor(np.log10(rough)))
    return next(scale * nice for nice in (1.0, 2.0, 5.0, 10.0) if scale * nice >= rough)


def outward(low: float, high: float, step: float) -> Limits:
    """Return the nearest multiples of `step` around an interval."""
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def spread(x: Numbers, values: Iterable[Numbers]) -> tuple[Band, ...]:
    """Return a band from the least to the most of the values at each `x`; none for single values.

    Args:
        x: [points], rising.
        values: What was measured at each of them, at least one number each.
    """
    listed = list(values)
    if max((it.size for it in listed), default=0) < 2:
        return ()
    return (Band(x, [float(it.min()) for it in listed], [float(it.max()) for it in listed]),)
