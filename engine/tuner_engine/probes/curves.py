"""What do the curves of the same training with several seeds say?

Plain NumPy on recorded numbers. A rise after the best epoch is overfitting only where it exceeds
what seeds and scorings differ by anyway; otherwise nothing was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tuner_engine.events import EpochMeasured
from tuner_engine.probes.luck import tie_threshold
from tuner_engine.probes.readings import WITHIN

SMOOTHED_SHARE = 1 / 15
"""Width of the centred running median, share of all scorings; at least 3 points. House choice."""

LAST_SHARE = 0.1
"""Last part of a curve that says where it ends. House choice."""

EARLY, LATE = 0.10, 0.75
"""A best epoch before the first share of a training means that it is far too long, one after the
second that it is too short. Source: Google's tuning playbook."""

STUDENT_90 = (3.08, 1.89, 1.64, 1.53, 1.48, 1.44, 1.41, 1.40, 1.38)
"""One-sided 90 % points of Student's distribution for 1, 2, … degrees of freedom. House choice of
the level: every seed must rise besides, which makes chance rarer by far."""

NOISES = 3.0
"""Multiples of the wobble of a curve that a rise must exceed. House choice."""

Shape = Literal["overfitting", "improving", "level"]
"""After its best epoch the curve rises; it still falls at its end; or neither is to be seen."""


@dataclass(frozen=True, slots=True)
class Curves:
    """One training with several seeds.

    Attributes:
        epochs: [scorings], rising.
        train: [seeds, scorings], mean training loss since the last scoring; NaN where a seed has
            ended.
        valid: [seeds, scorings], likewise.
        metrics: By name, each [seeds, scorings].
        diverged: [seeds].
    """

    epochs: NDArray[np.float64]
    train: NDArray[np.float64]
    valid: NDArray[np.float64]
    metrics: dict[str, NDArray[np.float64]]
    diverged: NDArray[np.bool_]

    @property
    def best(self) -> NDArray[np.float64]:
        """Lowest validation loss of each seed [seeds]; NaN where it diverged or was not scored."""
        scored = np.where(np.isfinite(self.valid), self.valid, np.inf)
        least = scored.min(axis=1, initial=np.inf)
        return np.where(np.isfinite(least) & ~self.diverged, least, np.nan)

    @property
    def best_epochs(self) -> NDArray[np.float64]:
        """Where each seed's best scoring lies [seeds]; NaN likewise."""
        if not len(self.epochs):
            return np.full(len(self.valid), np.nan)
        scored = np.where(np.isfinite(self.valid), self.valid, np.inf)
        return np.where(np.isfinite(self.best), self.epochs[scored.argmin(axis=1)], np.nan)


@dataclass(frozen=True, slots=True)
class CurvesReading:
    """What several seeds of one training show.

    Attributes:
        shape: Of the validation curve.
        best_epoch: Of the smoothed median over seeds.
        low: First epoch whose median is as good, within the noise of the best or the tolerance.
        high: Last such epoch.
        loss: The smoothed median there.
        gain: What was learnt: from knowing nothing to the best.
        rise: Mean over seeds, from there to the end.
        rise_needed: What it must exceed to be called overfitting, if every seed rises.
        seed_sd: Of the seeds' best losses: as measured before, or the sample standard deviation of
            these; 0 with one seed.
        tolerance: Difference in loss that is no loss: `WITHIN` of the gain, or of the best loss
            where that is smaller; or what seeds alone explain, where that was measured.
        stale: Longest stretch of epochs without a new best before a seed comes that close to its
            own.
        gap: Validation less training loss at the end, median over seeds.
    """

    shape: Shape
    best_epoch: float
    low: float
    high: float
    loss: float
    gain: float
    rise: float
    rise_needed: float
    seed_sd: float
    tolerance: float
    stale: float
    gap: float


def gathered(told: Iterable[EpochMeasured], labels: Sequence[str]) -> Curves:
    """Return the curves that the events of some trainings add up to.

    Args:
        told: In the order in which they happened; others than those of `labels` are passed over.
        labels: One for each seed.
    """
    rows = {label: number for number, label in enumerate(labels)}
    mine = [event for event in told if event.label in rows]
    scored = [event for event in mine if event.valid_loss is not None]
    epochs = np.array(sorted({event.epoch for event in scored}), float)
    names = sorted({name for event in scored for name in event.metrics})
    shape = (len(labels), len(epochs))
    train, valid = np.full(shape, np.nan), np.full(shape, np.nan)
    metrics = {name: np.full(shape, np.nan) for name in names}
    for event in scored:
        place = rows[event.label], int(np.searchsorted(epochs, event.epoch))
        valid[place] = event.valid_loss
        train[place] = np.nan if event.train_loss is None else event.train_loss
        for name, value in event.metrics.items():
            metrics[name][place] = value
    diverged = np.zeros(len(labels), bool)
    for event in mine:
        diverged[rows[event.label]] |= event.valid_loss is None
    return Curves(epochs, train, valid, metrics, diverged)


def read_curves(
    curves: Curves, *, ignorance: float | None, seed_sd: float | None = None
) -> CurvesReading | None:
    """Read a training with several seeds.

    Args:
        curves: Its curves.
        ignorance: Validation loss of knowing nothing; none for what the first scoring showed.
        seed_sd: Deviation of the best loss over seeds, where it was measured before.

    Returns:
        The reading, or none where no seed survived.
    """
    whole = ~curves.diverged & np.isfinite(curves.valid).any(axis=1)
    if not whole.any():
        return None
    rows = _level_ends(curves.valid[whole])
    smooth = smoothed(rows)
    middle = np.median(smooth, axis=0)
    place = int(middle.argmin())
    start = float(np.median(rows[:, 0])) if ignorance is None else ignorance
    gain = max(start - float(middle[place]), 0.0)
    own_sd = float(rows.min(axis=1).std(ddof=1)) if len(rows) > 1 else 0.0
    tie = tie_threshold(seed_sd, len(rows))
    tolerance = max(WITHIN * min(gain, abs(float(middle[place]))), tie)
    rises, needed = _rises(smooth, rows, place, least=tolerance)
    near = curves.epochs[middle <= middle[place] + max(tolerance, _error(smooth[:, place]))]
    overfits = rises.mean() > needed and rises.min() > tolerance
    return CurvesReading(
        shape="overfitting" if overfits else _unrisen(curves.epochs, smooth, least=tolerance),
        best_epoch=float(curves.epochs[place]),
        low=float(near[0]),
        high=float(near[-1]),
        loss=float(middle[place]),
        gain=gain,
        rise=float(rises.mean()),
        rise_needed=needed,
        seed_sd=own_sd if seed_sd is None else seed_sd,
        tolerance=tolerance,
        stale=max(_stale(curves.epochs, row, within=tolerance) for row in rows),
        gap=_gap(curves, whole),
    )


def smoothed(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a centred running median along the last axis, narrower at the ends."""
    points = rows.shape[-1]
    half = _window(points) // 2
    return np.stack(
        [
            np.median(rows[..., max(at - width, 0) : at + width + 1], axis=-1)
            for at in range(points)
            for width in [min(half, at, points - 1 - at)]
        ],
        axis=-1,
    )


def _window(points: int) -> int:
    return max(round(points * SMOOTHED_SHARE), 3) if points >= 5 else 1


def student(samples: int) -> float:
    """Return the one-sided 90 % point for the mean of so many samples, at least 2."""
    return STUDENT_90[min(samples - 1, len(STUDENT_90)) - 1]


def _level_ends(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows whose early ends are filled with their last value."""
    filled = rows.copy()
    for row in filled:
        known = np.flatnonzero(np.isfinite(row))
        row[:] = row[
            known[np.clip(np.searchsorted(known, np.arange(len(row)), "right") - 1, 0, None)]
        ]
    return filled


def _rises(
    smooth: NDArray[np.float64], rows: NDArray[np.float64], place: int, *, least: float
) -> tuple[NDArray[np.float64], float]:
    """Return how far each seed ends above the best epoch, and how far they must to be called so."""
    after = max(place + 1, rows.shape[1] - _last(rows))
    if after == rows.shape[1]:
        return np.zeros(len(rows)), least
    rises = np.median(rows[:, after:], axis=1) - smooth[:, place]
    # Of a median of several points, which is 1.253 times as uncertain as their mean.
    least_window = 2 * min(_window(rows.shape[1]) // 2, place, rows.shape[1] - 1 - place) + 1
    points = 1 / least_window + 1 / (rows.shape[1] - after)
    wobble = 1.253 * np.sqrt(points) * float(np.median(np.abs(rows - smooth))) / 0.6745
    # Seeds differ in how far they rise, and in how low they were.
    seeds = student(len(rises)) * _error(rises) if len(rises) > 1 else 0.0
    return rises, float(max(least, NOISES * wobble, seeds, _error(smooth[:, place])))


def _unrisen(epochs: NDArray[np.float64], smooth: NDArray[np.float64], *, least: float) -> Shape:
    """Return whether a curve that does not rise still falls in its last quarter."""
    since = int(np.searchsorted(epochs, LATE * epochs[-1]))
    if since >= smooth.shape[1] - 1:
        return "level"
    falls = smooth[:, since] - smooth[:, -1]
    if len(falls) > 1:
        least = max(least, student(len(falls)) * _error(falls))
    return "improving" if falls.mean() > least else "level"


def _last(rows: NDArray[np.float64]) -> int:
    return max(round(LAST_SHARE * len(rows[0])), 1)


def _stale(epochs: NDArray[np.float64], row: NDArray[np.float64], *, within: float) -> float:
    good = int(np.argmax(row <= row.min() + within))
    least = np.minimum.accumulate(row[: good + 1])
    news = np.concatenate([[0.0], epochs[: good + 1][np.diff(least, prepend=np.inf) < 0]])
    return float(np.diff(news).max(initial=0.0))


def _gap(curves: Curves, whole: NDArray[np.bool_]) -> float:
    gaps = _level_ends(curves.valid[whole])[:, -1] - _level_ends(curves.train[whole])[:, -1]
    return float(np.median(gaps))


def _error(values: NDArray[np.float64]) -> float:
    """Return the standard error of a mean; 0 with one value, where nothing is known of it."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
