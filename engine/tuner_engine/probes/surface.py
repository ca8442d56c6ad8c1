"""Which loss is expected at a learning rate and a length of training, and how surely?

Scores of trainings at several rates and lengths lie on one surface: smooth in log rate, alike at
similar lengths, the best rate falling a little as training grows longer. A Gaussian process in
these two directions says what each score tells about every other place. Heights are logarithms of
what a rate loses, so that a cliff beside a plateau does not bend the plateau.
Invariant: plain NumPy, and nothing here knows what is trained.
"""

from dataclasses import dataclass

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
measured. Chosen on twelve public tables, and of little weight beside any measurement."""

SPREAD = 1.2
"""Deviation of heights from that expectation. Chosen likewise, as are the following."""

ALIKE_DECADES = 0.6
"""Distance over which rates stay alike."""

ALIKE_LENGTHS = 4.0
"""Doublings of length over which trainings stay alike."""

NOISE = 0.4
"""Deviation of one training's height by its seed."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Heights seen so far.

    Attributes:
        decades: log10 of learning rates, moved to where the drift takes them, [points].
        doublings: log2 of lengths over the full one, [points].
        heights: Of `height`, [points].
        expected: log10 of the rate that advice expects to be best.
    """

    decades: Vector
    doublings: Vector
    heights: Vector
    expected: float

    def at(self, decades: Vector, *, doublings: float = 0.0) -> tuple[Vector, Vector]:
        """Return the expected height and its deviation at some rates and one length.

        Args:
            decades: log10 of the rates, moved alike, [rates].
            doublings: log2 of the length over the full one.
        """
        there = np.full(len(decades), doublings)
        seen = _alike(self.decades, self.doublings, self.decades, self.doublings)
        inverse = np.linalg.inv(seen + np.diag(np.full(len(self.decades), NOISE**2)))
        across = _alike(decades, there, self.decades, self.doublings)
        rest = self.heights - self._bowl(self.decades)
        weights = inverse.sum(axis=0)
        level = float(weights @ rest / weights.sum())
        mean = self._bowl(decades) + level + across @ (inverse @ (rest - level))
        variance = SPREAD**2 - np.einsum("ij,jk,ik->i", across, inverse, across)
        return mean, np.sqrt(np.maximum(variance, 0.0))

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
