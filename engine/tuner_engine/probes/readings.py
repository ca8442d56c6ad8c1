"""What do the numbers of a learning-rate probe say?

Measuring and reading are apart: everything here is plain NumPy on recorded numbers, so a reading
can be tested without training. All comparison is in log10 of the learning rate, and differences
are judged against noise, never against a ratio of losses: a loss may be near zero or negative.

The sweep is an edge detector, not a chooser: one rising-rate run says where training breaks, and
nothing reliable about where it is best.
"""

from collections.abc import Sequence
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

WINDOW_POINTS = 5
"""Width of the centred running median; a quarter of a decade at 20 points a decade."""

WIDE_POINTS = 11
"""Width of the running median by which a fall is judged: half a decade."""

EARLY_SHARE = 0.15
"""First part of a sweep, whose rates are too small to change the model: it shows the noise."""

WITHIN = 0.01
"""Share of the whole possible improvement that a rate inside the stated range may lose.
Source: the width of that region is about a decade in the project's study of real tables."""

NEAR = 0.05
"""Share of the whole possible improvement within which points shape the parabola; the wall on the
side of divergence would bend it. House choice."""

DRIFT_PRIOR = -0.32
"""Decades of best rate per decade of training length, before anything is measured.
Source: arXiv 2409.19913, at a fixed batch size."""

DRIFT_LIMIT = (-1.0, 0.0)
"""Allowed drift of the best rate, decades per decade of training length. It falls in nearly every
published case, by up to a decade; an apparent rise is not followed upwards, where the edge is."""


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


@dataclass(frozen=True, slots=True)
class RungReading:
    """What trainings of one length say about the best rate.

    Attributes:
        best: Learning rate at the vertex of a parabola in log10 rate.
        low: Lowest rate within `WITHIN` of the best or within the noise.
        high: Highest such rate.
        loss: Mean best validation loss at the best measured rate.
        noise: Standard error of such a mean in comparison with another rate's; none with one seed.
        border: Which end of the tried rates the best one lies at, if it is clearly better there
            than further in: a tie across the border is no reason to go on.
        horizon_share: Length of these trainings over the full training's.
        full_share: Length at which patience would end such trainings, over the full training's;
            1 where nothing ends them early.
    """

    best: float
    low: float
    high: float
    loss: float
    noise: float | None
    border: Literal["low", "high"] | None
    horizon_share: float
    full_share: float = 1.0

    @property
    def reach(self) -> float:
        """How much longer the real training is; 1 when these are as long."""
        return max(1.0, self.full_share / self.horizon_share)


@dataclass(frozen=True, slots=True)
class Drift:
    """Where the best rate of a full training lies, seen from shorter ones.

    Attributes:
        rate: Best rate at the full length.
        slope: Decades of rate per decade of training length.
        reach: Full length over the longest one measured; 1 when nothing was extrapolated.
    """

    rate: float
    slope: float
    reach: float


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


def read_sweep(learning_rates: ArrayLike, losses: ArrayLike) -> SweepReading:
    """Read an exponential sweep.

    Args:
        learning_rates: [points], rising, evenly spaced in their logarithm.
        losses: [seeds, points], each the loss before the step at that rate; NaN or infinite where
            a seed has diverged.
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
    edge = _edge(rates, smooth, ceiling=initial + NOISE_MULTIPLE * noise)
    verdict: SweepVerdict = "ok"
    if drop <= NOISE_MULTIPLE * noise * blur:
        verdict = "too-noisy" if _each_falls(rows, early) else "flat"
    elif edge is None:
        verdict = "never-diverged"
    return SweepReading(verdict, edge, initial, drop, noise)


def read_rung(
    learning_rates: Sequence[float],
    losses: Sequence[Sequence[float | None]],
    *,
    initial_loss: float,
    horizon_share: float,
) -> RungReading | None:
    """Read trainings of one length at several rates.

    Args:
        learning_rates: [rates], rising.
        losses: [rates][seeds], best validation losses; `None` or NaN for a diverged lane.
        initial_loss: Loss of the untrained model: the scale of all improvement.
        horizon_share: Length of these trainings over the full training's, in (0, 1].

    Returns:
        The reading, or none if no rate survived with all of its seeds.
    """
    x = np.log10(learning_rates)
    table = [np.array([np.nan if v is None else v for v in row], float) for row in losses]
    # A rate at which some seed is lost is not safe to recommend, however good the others are.
    means = np.array([row.mean() if np.isfinite(row).all() else np.inf for row in table])
    if not np.isfinite(means).any():
        return None
    top = int(np.argmin(means))
    gain = max(initial_loss - means[top], 0.0)
    near = [row for row, mean in zip(table, means, strict=True) if mean <= means[top] + NEAR * gain]
    noise = _seed_noise(near)
    ceiling = means[top] + max(WITHIN * gain, noise or 0.0)
    low, high = _within(x, means, top, ceiling=ceiling)
    best = _vertex(x, means, top, ceiling=means[top] + NEAR * gain)
    return RungReading(
        best=float(10**best),
        # The range is measured around a rate that was tried; the vertex may lie beside it.
        low=float(10 ** min(low, best)),
        high=float(10 ** max(high, best)),
        loss=float(means[top]),
        noise=noise,
        border=_border(means, top, ceiling=ceiling),
        horizon_share=horizon_share,
    )


def read_drift(rungs: Sequence[RungReading]) -> Drift:
    """Extrapolate the best rate to the full length of training.

    The best rate falls as training grows longer. Two lengths show how fast; the slope they show is
    averaged with the published one, since two noisy points make a noisy slope.

    Args:
        rungs: At least one, by rising length.
    """
    last = rungs[-1]
    reach = last.reach
    slope = DRIFT_PRIOR
    if reach > 1.0 and len(rungs) > 1:
        before = rungs[-2]
        seen = np.log10(last.best / before.best) / np.log10(
            last.horizon_share / before.horizon_share
        )
        slope = float(np.clip((seen + DRIFT_PRIOR) / 2, *DRIFT_LIMIT))
    return Drift(rate=float(last.best * reach**slope), slope=slope, reach=reach)


def span(rungs: Sequence[RungReading], drift: Drift, *, edge: float) -> tuple[float, float]:
    """Return the lowest and highest rate within `WITHIN` of the best one, or within the noise.

    The longest rung tries few rates; where the one before saw further, its width is carried over.

    Args:
        rungs: At least one, by rising length.
        drift: Where the best rate lies.
        edge: Rate beyond which training breaks; the span ends there.
    """
    below = max(rung.best / rung.low for rung in rungs[-2:])
    above = max(rung.high / rung.best for rung in rungs[-2:])
    return drift.rate / below, max(min(drift.rate * above, edge), drift.rate)


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
    lowest = int(np.argmin(smooth))
    beyond = np.flatnonzero(smooth[lowest:] > ceiling)
    return float(rates[lowest + beyond[0]]) if len(beyond) else None


def _each_falls(rows: NDArray[np.float64], early: int) -> bool:
    """Whether seeds fall clearly on their own, at rates that the others do not confirm."""
    falls = 0
    for row in rows:
        if np.isfinite(row[:early]).all():
            drop, blur = _drop(row, early)
            falls += drop > NOISE_MULTIPLE * _noise(row[:early]) * blur
    return 2 * falls > len(rows)


def _seed_noise(rows: Sequence[NDArray[np.float64]]) -> float | None:
    """Standard error of a rate's mean over seeds, apart from what a seed does at every rate.

    All rates share their seeds, and an easy seed is easy at each of them; only what remains after
    taking off the means of rates and of seeds blurs the comparison between rates.
    """
    seeds = min(len(row) for row in rows)
    table = np.array([row[:seeds] for row in rows])
    freedom = (len(table) - 1) * (seeds - 1)
    if freedom < 1:
        return None
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    return float(np.sqrt(np.square(rest).sum() / freedom / seeds))


def _within(
    x: NDArray[np.float64], means: NDArray[np.float64], top: int, *, ceiling: float
) -> tuple[float, float]:
    """Where straight lines between the measured points cross the ceiling, left and right."""

    def crossing(inner: int, step: int) -> float:
        while 0 <= inner + step < len(x):
            outer = inner + step
            if means[outer] > ceiling:
                if not np.isfinite(means[outer]):
                    return float(x[inner])
                share = (ceiling - means[inner]) / (means[outer] - means[inner])
                return float(x[inner] + share * (x[outer] - x[inner]))
            inner = outer
        return float(x[inner])

    return crossing(top, -1), crossing(top, +1)


def _border(
    means: NDArray[np.float64], top: int, *, ceiling: float
) -> Literal["low", "high"] | None:
    inner = {0: min(2, len(means) - 1), len(means) - 1: max(len(means) - 3, 0)}.get(top)
    if inner is None or inner == top or means[inner] <= ceiling:
        return None
    return "low" if top == 0 else "high"


def _vertex(
    x: NDArray[np.float64], means: NDArray[np.float64], top: int, *, ceiling: float
) -> float:
    """Lowest point of a parabola through the points near the best, kept among them."""
    near = np.flatnonzero(np.isfinite(means) & (means <= ceiling))
    if len(near) < 3:
        near = np.array([i for i in (top - 1, top, top + 1) if 0 <= i < len(x)])
        near = near[np.isfinite(means[near])]
    if len(near) < 3:
        return float(x[top])
    curve, slope, _ = np.polyfit(x[near] - x[top], means[near], 2)
    if curve <= 0:
        return float(x[top])
    return float(np.clip(x[top] - slope / (2 * curve), x[near].min(), x[near].max()))
