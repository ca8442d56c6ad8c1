"""Which loss is expected at a learning rate of a full training, and how surely?

Scores of trainings at several rates and lengths lie on one surface: smooth in log rate, alike at
similar lengths, the best rate drifting as training grows longer. A Gaussian process says what each
score tells about every rate at full length, for each drift that there may be; the drifts count by
how well they explain the scores. Heights are logarithms of what a rate loses, so that a cliff
beside a plateau does not bend the plateau.
Invariant: plain NumPy, and nothing here knows what is trained.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

UNIT = 0.01
"""Share of the whole gain that counts as a unit of loss: below it heights grow in proportion,
above it by their logarithm. The size of differences that matter between rates."""

WORST = 1.0
"""Loss beyond which heights stop growing, in shares of the whole gain: as bad as not training."""

BOWL = 0.01
"""What a rate is expected to lose one decade from where advice puts the best, before anything is
measured. Chosen on public tables, and of little weight beside any measurement."""

SPREAD = 1.2
"""Deviation of heights from that expectation. Chosen likewise, as are the following."""

ALIKE_DECADES = 0.6
"""Distance over which rates stay alike."""

ALIKE_LENGTHS = 4.0
"""Doublings of length over which trainings stay alike."""

NOISE = 0.4
"""Deviation of one training's height by its seed."""

DRIFTS = np.round(np.arange(-1.4, 0.41, 0.1), 1)
"""Decades of best rate per decade of training length that are thought possible. Rates that keep
what they learn at all, rate times steps, drift by -1; a rise is rare and small."""

DRIFT_SPREAD = 0.2
"""Deviation of the drift from what is usual for a schedule."""


class Belief(NamedTuple):
    """What is expected at some rates, over all drifts."""

    loss: Vector
    """Expected loss, in units of `UNIT` and up to a constant."""
    mean: Vector
    """Expected height."""
    deviation: Vector
    """Of the height."""


class _Fit(NamedTuple):
    """The process under one drift."""

    decades: Vector
    level: float
    inverse: Vector
    rest: Vector


@dataclass(frozen=True)
class Surface:
    """Heights seen so far.

    Attributes:
        decades: log10 of learning rates, [points].
        lengths: Of their trainings over the full one, [points].
        heights: Of `height`, [points].
        expected: log10 of the rate that advice expects to be best.
        usual_drift: Decades per decade of length that are usual for the schedule.
    """

    decades: Vector
    lengths: Vector
    heights: Vector
    expected: float
    usual_drift: float

    @property
    def drift(self) -> float:
        """The drift that is expected after all, decades per decade of length."""
        return float(self._weights @ DRIFTS)

    def at(self, decades: Vector) -> Belief:
        """Return what is expected of full trainings.

        Args:
            decades: log10 of their rates, [rates].
        """
        loss, mean, square = np.zeros((3, len(decades)))
        for weight, fit in zip(self._weights, self._fits, strict=True):
            across = _alike(decades, np.zeros(len(decades)), fit.decades, self._doublings)
            own = self._bowl(decades) + fit.level + across @ (fit.inverse @ fit.rest)
            variance = SPREAD**2 - np.einsum("ij,jk,ik->i", across, fit.inverse, across)
            variance = np.maximum(variance, 0.0)
            loss += weight * np.exp(own + variance / 2)
            mean += weight * own
            square += weight * (variance + np.square(own))
        return Belief(loss, mean, np.sqrt(np.maximum(square - np.square(mean), 0.0)))

    @cached_property
    def _doublings(self) -> Vector:
        return np.asarray(np.log2(self.lengths))

    @cached_property
    def _fits(self) -> list[_Fit]:
        return [self._fitted(drift) for drift in DRIFTS]

    def _fitted(self, drift: float) -> _Fit:
        """Fit the process with all rates moved to where a full training's would be."""
        moved = self.decades - drift * np.log10(self.lengths)
        seen = _alike(moved, self._doublings, moved, self._doublings)
        inverse = np.linalg.inv(seen + np.diag(np.full(len(moved), NOISE**2)))
        rest = self.heights - self._bowl(moved)
        weights = inverse.sum(axis=0)
        level = float(weights @ rest / weights.sum())
        return _Fit(moved, level, np.asarray(inverse), rest - level)

    @cached_property
    def _weights(self) -> Vector:
        """How much each drift is believed: by its prior, and by how it explains the heights."""
        surprise = np.square((DRIFTS - self.usual_drift) / DRIFT_SPREAD)
        for place, fit in enumerate(self._fits):
            surprise[place] += fit.rest @ fit.inverse @ fit.rest
            surprise[place] += np.log(fit.inverse.sum()) - np.linalg.slogdet(fit.inverse)[1]
        weights = np.exp((surprise.min() - surprise) / 2)
        return np.asarray(weights / weights.sum())

    def _bowl(self, decades: Vector) -> Vector:
        return np.asarray(np.log1p(BOWL * np.square(decades - self.expected) / UNIT))


def height(losses: Vector, *, best: float, gain: float) -> Vector:
    """Return how high losses lie above the best of their length.

    Args:
        losses: Of trainings; not finite where one was lost.
        best: Lowest of that length.
        gain: What training gains at all, > 0.
    """
    share = np.where(np.isfinite(losses), (losses - best) / gain, WORST)
    return np.asarray(np.log1p(np.clip(share, 0.0, WORST) / UNIT))


def _alike(one: Vector, one_long: Vector, other: Vector, other_long: Vector) -> Vector:
    near = np.exp(-np.square((one[:, None] - other[None]) / ALIKE_DECADES) / 2)
    long = np.exp(-np.abs(one_long[:, None] - other_long[None]) / ALIKE_LENGTHS)
    return np.asarray(SPREAD**2 * near * long)
