"""From which batch size on do larger batches bring hardly more examples per second?

Plain NumPy on seconds per step, one figure per timed stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

WITHIN_BEST = 0.10
"""Share of the best throughput that a size on the plateau may lack. Source: Google's tuning
playbook ignores sizes beyond the plateau; the share is a house choice."""


MOST_DOUBT = 0.05
"""Largest standard error of a throughput, over itself, that counts as measured. House choice."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one batch size trains.

    Attributes:
        batch_size: Examples per step.
        per_s: Median examples per second.
        error: Standard error of that median.
    """

    batch_size: int
    per_s: float
    error: float


def speed(batch_size: int, step_s: Sequence[float]) -> Speed:
    """Return the speed that some timed stretches show."""
    rates = batch_size / np.asarray(step_s, float)
    low, middle, high = np.percentile(rates, (25, 50, 75))
    # A median is 1.253 times as uncertain as a mean; 1.349 sigmas lie between the quartiles.
    error = 1.253 * (high - low) / 1.349 / np.sqrt(len(rates))
    return Speed(batch_size, float(middle), float(error))


def plateau(step_s: Mapping[int, Sequence[float]]) -> Speed:
    """Return the smallest size whose throughput is within reach of the best one's.

    Args:
        step_s: Batch size → seconds per step, one figure per timed stretch; at least one size.
    """
    speeds = [speed(size, found) for size, found in sorted(step_s.items())]
    best = max(speeds, key=lambda each: each.per_s)
    enough = (1 - WITHIN_BEST) * best.per_s
    return next(each for each in speeds if each.per_s + _doubt(each, best) >= enough)


def unsteady(step_s: Mapping[int, Sequence[float]]) -> bool:
    """Return whether speeds vary so much that the plateau says little: a busy machine."""
    speeds = [speed(size, found) for size, found in step_s.items()]
    return any(each.error > MOST_DOUBT * each.per_s for each in speeds)


def _doubt(one: Speed, best: Speed) -> float:
    """Return what two medians may differ by without a cause; a busy machine excuses no more."""
    return min(float(np.hypot(one.error, best.error)), MOST_DOUBT * best.per_s)
