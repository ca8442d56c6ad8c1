"""What do the numbers of a learning-rate probe say?

Measuring and reading are apart: everything here is plain NumPy on recorded numbers, so a reading
can be tested without training. All comparison is in log10 of the learning rate, and differences
are judged against noise, never against a ratio of losses: a loss may be near zero or negative.

The sweep is an edge detector, not a chooser: one rising-rate run says where training breaks, and
nothing reliable about where it is best.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

SweepVerdict = Literal["ok", "flat", "never-diverged", "diverged-at-once", "too-noisy"]

BAND = (10.0, 90.0)
"""Percentiles over seeds that are drawn as the band."""

NOISE_MULTIPLE = 4.0
"""Multiples of the noise beyond which a loss has really moved. House choice: a level crossed by
chance about once in 16,000 normal draws."""

LEAST_RISE = 0.01
"""Share of the loss of a model that knows nothing by which a broken one is higher, at least. Many
models begin by predicting nothing: there they have next to no noise, and their first drift is no
edge. House choice."""

WINDOW_POINTS = 5
"""Width of the centred running median; a quarter of a decade at 20 points a decade."""

WIDE_POINTS = 11
"""Width of the running median by which a fall is judged: half a decade."""

STAYS = 0.9
"""Share of a curve's points beyond the edge that lie above its beginning. House choice."""

EARLY_SHARE = 0.15
"""First part of a sweep, whose rates are too small to change the model: it shows the noise."""

WITHIN = 0.01
"""Share of the whole possible improvement that a rate inside the stated range may lose.
Source: the width of that region is about a decade in the project's study of real tables."""


@dataclass(frozen=True, slots=True)
class SweepReading:
    """What an exponential sweep shows.

    Attributes:
        verdict: `ok`, or what the curve is instead.
        edge: Learning rate beyond which training breaks; none if there is none to see.
        initial_loss: Median loss before anything was learned.
        drop: How far the typical smoothed loss fell below that.
        noise: Typical deviation of one point of the median over seeds.
    """

    verdict: SweepVerdict
    edge: float | None
    initial_loss: float
    drop: float
    noise: float


def typical(losses: ArrayLike) -> NDArray[np.float64]:
    """Return the smoothed median over seeds of a sweep.

    Args:
        losses: [seeds, points]; a diverged point is NaN and counts as infinitely bad.

    Returns:
        [points]; infinite where the typical seed has diverged.
    """
    return _running_median(np.median(_worst_if_lost(losses), axis=0))


def band(losses: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper `BAND` percentile over seeds of a sweep, each [points]."""
    rows = np.array([_running_median(row) for row in _worst_if_lost(losses)])
    low = np.percentile(rows, BAND[0], axis=0, method="lower")
    high = np.percentile(rows, BAND[1], axis=0, method="higher")
    return low, high


def read_sweep(
    learning_rates: ArrayLike, losses: ArrayLike, *, least_rise: float = 0.0
) -> SweepReading:
    """Read an exponential sweep.

    Args:
        learning_rates: [points], rising, evenly spaced in their logarithm.
        losses: [seeds, points], each the loss before the step at that rate; NaN or infinite where
            a seed has diverged.
        least_rise: Above the loss before training, up to which nothing has broken.
    """
    rates = np.asarray(learning_rates, float)
    rows = _worst_if_lost(losses)
    early = max(round(EARLY_SHARE * len(rates)), 3)
    middle = np.median(rows, axis=0)
    if not np.isfinite(middle[:early]).all():
        return SweepReading("diverged-at-once", float(rates[0]), float("nan"), 0.0, 0.0)
    smooth = _running_median(middle)
    initial = float(np.median(middle[:early]))
    noise = _noise(middle[: max(int(np.argmin(smooth)), len(rates) // 2, early)])
    drop, blur = _drop(middle, early)
    edge = _edge(rates, smooth, ceiling=initial + max(NOISE_MULTIPLE * noise, least_rise))
    verdict: SweepVerdict = "ok"
    if drop <= NOISE_MULTIPLE * noise * blur:
        verdict = "too-noisy" if _each_falls(rows, early) else "flat"
    elif edge is None:
        verdict = "never-diverged"
    return SweepReading(verdict, edge, initial, drop, noise)


def _worst_if_lost(losses: ArrayLike) -> NDArray[np.float64]:
    rows = np.asarray(losses, float)
    lost = np.cumsum(~np.isfinite(rows), axis=1) > 0
    return np.where(lost, np.inf, rows)


def _running_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(values, WINDOW_POINTS // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, WINDOW_POINTS), axis=1)


def _drop(values: NDArray[np.float64], early: int) -> tuple[float, float]:
    """How far a curve falls below its beginning, over a stretch and not at a lucky point.

    Returns:
        The fall, and its deviation over a single point's: that of a difference of two medians,
        for normal noise √(π/2 · (1/a + 1/b)) with a and b points.
    """
    # No padding here: at a padded end one lucky point would be most of its window.
    stretches = np.lib.stride_tricks.sliding_window_view(values, min(WIDE_POINTS, len(values)))
    fall = np.median(values[:early]) - np.median(stretches, axis=1).min()
    return float(fall), float(np.sqrt(np.pi / 2 * (1 / early + 1 / WIDE_POINTS)))


def _noise(values: NDArray[np.float64]) -> float:
    """Typical deviation of one point, from differences of neighbours: a trend does not count."""
    values = values[np.isfinite(values)]
    steps = np.diff(values)
    spread = 1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2)
    return float(max(spread, np.finfo(np.float32).eps * np.abs(values).max()))


def _edge(
    rates: NDArray[np.float64], smooth: NDArray[np.float64], *, ceiling: float
) -> float | None:
    """The first rate past the lowest point from where the curve stays above the ceiling.

    Momentum may throw a loss above its beginning and let it come back; that breaks nothing.
    """
    lowest = int(np.argmin(smooth))
    above = smooth[lowest:] > ceiling
    from_here = np.cumsum(above[::-1])[::-1] / np.arange(len(above), 0, -1)
    beyond = np.flatnonzero(above & (from_here >= STAYS))
    return float(rates[lowest + beyond[0]]) if len(beyond) else None


def _each_falls(rows: NDArray[np.float64], early: int) -> bool:
    """Whether seeds fall clearly on their own, at rates that the others do not confirm."""
    falls = 0
    for row in rows:
        if np.isfinite(row[:early]).all():
            drop, blur = _drop(row, early)
            falls += drop > NOISE_MULTIPLE * _noise(row[:early]) * blur
    return 2 * falls > len(rows)
