"""From which batch size on do larger batches bring hardly more examples per second?

Plain NumPy on seconds per step, one figure per timed stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

WITHIN_BEST = 0.10
"""Share of the best throughput that a size on the plateau may lack. Source: Google's tuning
playbook ignores sizes beyond the plateau; the share is a house choice."""


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
    enough = (1 - WITHIN_BEST) * (best.per_s - best.error)
    return next(each for each in speeds if each.per_s + each.error >= enough)
