"""Which loss is expected at a learning rate of a full training, and how surely?

Scores of trainings at several rates and lengths lie on one surface: a bowl in log rate whose
deepest point drifts as training grows longer, and smooth deviations from it that are alike at
similar rates and lengths. A Gaussian process says what each score tells about every rate at full
length, for each place and drift of the bowl and each noise that there may be; these count by how
well they explain the scores. Heights are logarithms of what a rate loses, so that a cliff beside a
plateau does not bend the plateau.
Invariant: plain NumPy, and nothing here knows what is trained.
"""

import itertools
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
"""What a rate is expected to lose below the best one, share of the gain per squared decade. This
and the constants that follow were chosen on fifteen public tables, each left out in turn."""

STEEP_BOWL = 0.05
"""The same above the best one."""

PLACES = np.round(np.arange(-1.5, 1.51, 0.3), 1)
"""Decades by which the bowl may lie off where advice expects it."""

PLACE_SPREAD = 0.5
"""Deviation of its place from there."""

DRIFTS = np.round(np.arange(-1.4, 0.71, 0.3), 1)
"""Decades of best rate per decade of training length that are thought possible. Rates that keep
what they learn at all, rate times steps, drift by -1: so they do where overfitting sets the
limit."""

DRIFT_SPREAD = 0.3
"""Deviation of the drift from what is usual."""

NOISE = 0.15
"""Deviation of the height of one full training by its seed."""

SHORT_NOISE = 0.3
"""Power of the length by which shorter ones are noisier."""

NOISES = {0.5: 0.3, 1.0: 0.5, 2.0: 0.15, 6.0: 0.05}
"""Multiples of that noise that tasks may have, and how often: the last is for tables of a hundred
rows, where a surface that follows every training leads anywhere."""

ROUGH = 0.05
"""Deviation that remains however many seeds are averaged."""

SPREAD = 0.9
"""Deviation of heights from the bowl."""

ALIKE_DECADES = 0.6
"""Distance over which rates stay alike."""

ALIKE_LENGTHS = 8.0
"""Doublings of length over which trainings stay alike."""


class Belief(NamedTuple):
    """What is expected at some rates, over all bowls."""

    loss: Vector
    """Expected loss, in units of `UNIT` and up to a constant."""
    mean: Vector
    """Expected height."""
    deviation: Vector
    """Of the height."""


class _Fit(NamedTuple):
    """The process under one drift and one noise, for every place of the bowl."""

    decades: Vector
    levels: Vector
    """[places]"""
    inverse: Vector
    rest: Vector
    """[places, points]"""
    surprise: Vector
    """Of the heights, were the bowl at each place, in squared deviations: [places]."""


@dataclass(frozen=True)
class Surface:
    """Heights seen so far.

    Attributes:
        decades: log10 of learning rates, [points].
        lengths: Of their trainings over the full one, [points].
        heights: Of `height`, [points].
        seeds: Trainings whose mean each of them is, [points].
        expected: log10 of the rate that advice expects to be best.
        usual_drift: Decades per decade of length that are usual.
    """

    decades: Vector
    lengths: Vector
    heights: Vector
    seeds: Vector
    expected: float
    usual_drift: float

    @property
    def drift(self) -> float:
        """The drift that is expected after all, decades per decade of length."""
        return float(self._weights.sum(axis=1) @ np.repeat(DRIFTS, len(NOISES)))

    def at(self, decades: Vector) -> Belief:
        """Return what is expected of full trainings.

        Args:
            decades: log10 of their rates, [rates].
        """
        loss, mean, square = np.zeros((3, len(decades)))
        bowls = self._bowls(decades)
        for weights, fit in zip(self._weights, self._fits, strict=True):
            across = _alike(decades, np.zeros(len(decades)), fit.decades, self._doublings)
            own = bowls + fit.levels[:, None] + fit.rest @ fit.inverse @ across.T
            variance = SPREAD**2 - np.einsum("ij,jk,ik->i", across, fit.inverse, across)
            loss += weights @ np.exp(own)
            mean += weights @ own
            square += weights @ (np.maximum(variance, 0.0) + np.square(own))
        return Belief(loss, mean, np.sqrt(np.maximum(square - np.square(mean), 0.0)))

    @cached_property
    def _doublings(self) -> Vector:
        return np.asarray(np.log2(self.lengths))

    @cached_property
    def _noise(self) -> Vector:
        """Deviation of each height by luck."""
        return np.asarray(NOISE * self.lengths**-SHORT_NOISE / np.sqrt(self.seeds))

    @cached_property
    def _fits(self) -> list[_Fit]:
        return [self._fitted(drift, noise) for drift, noise in itertools.product(DRIFTS, NOISES)]

    def _fitted(self, drift: float, noise: float) -> _Fit:
        """Fit the process with all rates moved to where a full training's would be."""
        moved = self.decades - drift * np.log10(self.lengths)
        seen = _alike(moved, self._doublings, moved, self._doublings)
        inverse = np.linalg.inv(seen + np.diag(np.square(noise * self._noise) + ROUGH**2))
        weights = inverse.sum(axis=0)
        rest = self.heights - self._bowls(moved)
        levels = rest @ weights / weights.sum()
        rest -= levels[:, None]
        surprise = np.einsum("vi,ij,vj->v", rest, inverse, rest)
        surprise += np.log(weights.sum()) - np.linalg.slogdet(inverse)[1]
        surprise += ((drift - self.usual_drift) / DRIFT_SPREAD) ** 2 - 2 * np.log(NOISES[noise])
        surprise += np.square(PLACES / PLACE_SPREAD)
        return _Fit(moved, levels, np.asarray(inverse), rest, surprise)

    @cached_property
    def _weights(self) -> Vector:
        """How much each bowl is believed: by its prior, and by how it explains the heights."""
        surprise = np.array([fit.surprise for fit in self._fits])
        weights = np.exp((surprise.min() - surprise) / 2)
        return np.asarray(weights / weights.sum())

    def _bowls(self, decades: Vector) -> Vector:
        """Return the height of every bowl: [places, decades]."""
        off = decades - self.expected - PLACES[:, None]
        return np.asarray(np.log1p(np.where(off < 0, BOWL, STEEP_BOWL) * np.square(off) / UNIT))


def height(losses: Vector, *, best: float, gain: float) -> Vector:
    """Return how high losses lie above the best of their length.

    Args:
        losses: Of trainings; not finite where one was lost.
        best: Lowest of that length.
        gain: What training gains at all, > 0.
    """
    lost = np.where(np.isfinite(losses), (losses - best) / gain, WORST)
    return np.asarray(np.log1p(np.clip(lost, 0.0, WORST) / UNIT))


def share(heights: Vector) -> Vector:
    """Return what rates lose, in shares of the gain, from their heights."""
    return np.asarray(np.expm1(heights) * UNIT)


def _alike(one: Vector, one_long: Vector, other: Vector, other_long: Vector) -> Vector:
    near = np.exp(-np.square((one[:, None] - other[None]) / ALIKE_DECADES) / 2)
    long = np.exp(-np.abs(one_long[:, None] - other_long[None]) / ALIKE_LENGTHS)
    return np.asarray(SPREAD**2 * near * long)
