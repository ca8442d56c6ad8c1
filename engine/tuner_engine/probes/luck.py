"""How much of a difference between two trainings is luck, and how many seeds tell it apart?

Plain NumPy. Luck is the sample standard deviation over seeds; with few seeds it is itself known
only roughly, so it comes with an interval.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

CLEARLY = 2.0
"""Standard errors of a difference from which it is no tie. House choice: about 95 %."""

Z_90 = 1.645
"""Of a 90 % interval."""


@dataclass(frozen=True, slots=True)
class Luck:
    """The spread of a training's result over seeds.

    Attributes:
        mean: Over seeds.
        sd: Sample standard deviation.
        low: Lower end of its 90 % interval.
        high: Upper end.
        seeds: How many gave it.
    """

    mean: float
    sd: float
    low: float
    high: float
    seeds: int

    def tie_threshold(self, seeds: int) -> float:
        """Return the least difference of two means, of so many seeds each, that is no tie."""
        return tie_threshold(self.sd, seeds)

    def seeds_for(self, difference: float) -> int:
        """Return how many seeds each side needs so that a difference > 0 is no tie, at least 2."""
        return max(math.ceil(2 * (CLEARLY * self.sd / difference) ** 2), 2)


def tie_threshold(sd: float | None, seeds: int) -> float:
    """Return the least difference of two means that seeds alone do not explain.

    Args:
        sd: Of one training's result over seeds; none where that was not measured, and nothing is a
            tie by it.
        seeds: Of each side, at least 1.
    """
    return 0.0 if sd is None else CLEARLY * sd * math.sqrt(2 / seeds)


def read_luck(losses: ArrayLike) -> Luck:
    """Return the luck in some results, at least two, that differ in their seeds alone."""
    values = np.asarray(losses, float)
    sd, freedom = float(values.std(ddof=1)), len(values) - 1
    return Luck(
        mean=float(values.mean()),
        sd=sd,
        low=sd * math.sqrt(freedom / _chi_square(freedom, Z_90)),
        high=sd * math.sqrt(freedom / _chi_square(freedom, -Z_90)),
        seeds=len(values),
    )


def _chi_square(freedom: int, z: float) -> float:
    """Return a quantile of the chi-square distribution, by its normal deviate.

    Source: Wilson and Hilferty (1931); within 3 % from 2 degrees of freedom on.
    """
    part = 2 / (9 * freedom)
    return float(freedom * max(1 - part + z * math.sqrt(part), 0.05) ** 3)
