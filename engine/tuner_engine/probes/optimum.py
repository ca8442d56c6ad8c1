"""Which learning rate do trainings of several lengths point to?

All of them are read together: those at short lengths show the outline, the longer ones where the
best rate has moved. Rates at which training was lost keep their distance from the answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuner_engine.probes import surface
from tuner_engine.probes.readings import WITHIN
from tuner_engine.probes.surface import Surface, Vector

LOST = 2.0
"""A training is lost if its best loss lies above the loss at the start by this less one times what
the best training gained: where it never came down at all. House choice."""

LITTLE = 0.1
"""Share of the loss at the start below which a gain is none: while nothing is learned, differences
between trainings are luck, when their best came tells nothing, and a little above the start is not
lost. House choice."""

MARGIN = 0.6
"""Decades that the answer keeps below the lowest rate at which a training was lost. Chosen on
fifteen public tables: the best rate may lie closer, and so may the cliff of another seed."""

EDGE_MARGIN = 0.5
"""Decades that it keeps below the edge of the sweep, however well single trainings went beyond:
with other seeds some of them are lost. Chosen likewise."""

FAR_BETTER = 0.1
"""Share of the whole gain by which a training must be better than all that keep those distances, so
that its rate may be the answer nevertheless. House choice: many times what is lost by them."""

PROVEN = 3
"""Trainings of the greatest length that make those distances needless below a rate that all of them
survived. House choice."""

OUTSKIRTS = 0.25
"""Decades below that rate at which the stated range ends, and by which it may reach beyond what was
tried. House choice."""

DOUBT = 0.8
"""Deviations by which a rate may lie too high and still belong to the stated range. Chosen so that
the range holds the best rate in more than 80 of 100 probes of the regret benchmark."""

NEAR = 0.05
"""Share of the whole gain within which rates show how much seeds differ, beside the best two. House
choice."""

SATURATED = -1.0
"""Decades of best rate per decade of length where more steps only overfit: there rates keep what
they learn at all, rate times steps."""

EARLY = (0.6, 0.95)
"""Share of a training after which its best checkpoint comes where more steps only overfit, and from
where they still help: there the best rate hardly moves. Between them it moves in part. Chosen on
recorded trainings of a dozen public data sets."""

ALONGSIDE = 0.6
"""Decades around the best rate of the longest trainings within which those tell that. House
choice: its neighbours."""

PLACES = 120
"""Rates at which the surface is looked at. House choice."""


class Score(NamedTuple):
    """One training, as rates are compared."""

    learning_rate: float
    horizon_share: float
    seed: int
    loss: float
    """Lowest validation loss, smoothed over neighbouring scorings; infinite if it diverged."""
    best_epoch: float = 0.0
    """Where the lowest one lies."""
    best_share: float = 1.0
    """The same over its own length; 1 where it may be the last."""
    first_loss: float = math.inf
    """The first one scored; infinite if there was none."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """What trainings say about the best rate of a full one.

    Attributes:
        best: Learning rate with the lowest expected loss.
        low: Lowest rate that may lie within `WITHIN` of the best.
        high: Highest such rate.
        loss: Lowest validation loss at the greatest length, mean over the seeds of a rate.
        noise: Deviation of the difference between two trainings by their seeds, in units of loss;
            none where each rate had one seed.
        border: Which end of the tried rates is clearly better than the rates further in.
        survived: Highest rate at which no training was lost; none if there was none.
        lost: Lowest rate at which one was; none if there was none.
        slope: Decades of best rate per decade of training length.
        horizon_share: Greatest length over the full training's.
        full_share: Length at which patience would end trainings, over the full training's; 1 where
            nothing ends them early.
    """

    best: float
    low: float
    high: float
    loss: float
    noise: float | None
    border: Literal["low", "high"] | None
    survived: float | None
    lost: float | None
    slope: float
    horizon_share: float
    full_share: float = 1.0

    @property
    def reach(self) -> float:
        """How much longer the real training is; 1 when the longest was as long."""
        return max(1.0, self.full_share / self.horizon_share)


def read(
    scores: Sequence[Score],
    *,
    initial_loss: float,
    expected: float,
    edge: float,
    drift: float = 0.0,
    full_share: float = 1.0,
) -> Optimum | None:
    """Read trainings of any lengths.

    Args:
        scores: At least one.
        initial_loss: Training loss of the untrained model. With a validation loss that begins
            higher, that one is the scale of all improvement.
        expected: Rate that advice expects to be the best.
        edge: Rate at which a sweep broke.
        drift: Decades of best rate per decade of length to expect where nothing overfits yet.
        full_share: Length at which patience ends trainings, over the full one's.

    Returns:
        The reading, or none if every training was lost.
    """
    start = _start(scores, initial_loss=initial_loss)
    x, lengths, losses, seeds = _means(scores)
    shares = np.minimum(lengths, full_share) / full_share
    if not np.isfinite(losses).any():
        return None
    lost = _lost(losses, shares, initial_loss=start)
    if lost.all():
        return None
    heights = _heights(np.where(lost, np.inf, losses), shares, initial_loss=start)
    cliff = _cliff(x, heights, lost)
    usual = _usual_drift(scores, initial_loss=start, least=drift)
    # One lost training calls for care around it; several tell where the cliff is, and no more.
    kept = (x < cliff) | (seeds < PROVEN)
    seen = Surface(x[kept], shares[kept], heights[kept], seeds[kept], math.log10(expected), usual)
    best, low, high = _answer(seen, cliff=cliff, edge=math.log10(edge))
    longest = float(lengths.max())
    return Optimum(
        best=10**best,
        low=10**low,
        high=10**high,
        loss=float(losses[shares == shares.max()].min()),
        noise=_noise(scores, longest=longest, near=NEAR, initial_loss=start),
        border=_border(x, losses, shares, initial_loss=start, cliff=cliff),
        survived=_highest(x[~lost], below=cliff),
        lost=10**cliff if math.isfinite(cliff) else None,
        slope=seen.drift if shares.min() < 1 else 0.0,
        horizon_share=longest,
        full_share=full_share,
    )


def at_length(scores: Sequence[Score], horizon_share: float) -> dict[float, float]:
    """Return the mean loss of every rate that was trained for one length, by rising rate."""
    rows = sorted(_alike(scores).items())
    return {rate: float(np.mean(row)) for (share, rate), row in rows if share == horizon_share}


def gain(best: float, *, initial_loss: float) -> float:
    """Return what trainings gain at all, > 0; as much as counts where they gain less."""
    least = max(LITTLE * abs(initial_loss), float(np.finfo(np.float32).tiny))
    return max(initial_loss - best, least)


def _usual_drift(scores: Sequence[Score], *, initial_loss: float, least: float) -> float:
    """Return the drift to expect: how early the longest trainings were at their best tells it."""
    longest = max(score.horizon_share for score in scores)
    kept = [score for score in scores if score.horizon_share == longest and score.loss < math.inf]
    best = min(kept, key=lambda score: score.loss, default=None)
    if best is None or initial_loss - best.loss < LITTLE * abs(initial_loss):
        return 0.0
    rate = best.learning_rate
    near = [it.best_share for it in kept if abs(math.log10(it.learning_rate / rate)) <= ALONGSIDE]
    early, late = EARLY
    overfitting = float(np.clip((late - np.mean(near)) / (late - early), 0, 1))
    return least + (SATURATED - least) * overfitting


def _means(scores: Sequence[Score]) -> tuple[Vector, Vector, Vector, Vector]:
    """Return log10 of the rate, length, mean loss and number of seeds of what was trained alike.

    Rates share their seeds, and an easy seed is easy at each of them, so their means compare.
    """
    alike = _alike(scores)
    lengths, rates = np.array(list(alike)).T
    losses = np.array([np.mean(row) for row in alike.values()])
    return np.log10(rates), lengths, losses, np.array([len(row) for row in alike.values()], float)


def _alike(scores: Sequence[Score]) -> dict[tuple[float, float], list[float]]:
    """Return the losses of trainings of the same length and rate, which differ by their seeds."""
    alike: dict[tuple[float, float], list[float]] = {}
    for score in scores:
        alike.setdefault((score.horizon_share, score.learning_rate), []).append(score.loss)
    return alike


def _cliff(x: Vector, heights: Vector, lost: NDArray[np.bool_]) -> float:
    """Return log10 of the lowest rate at which training was lost; infinite if there was none.

    What a rate below the best one did not survive is no cliff: it never came down in its time.
    """
    beyond = x[lost & (x > x[int(np.argmin(heights))])]
    return float(beyond.min()) if len(beyond) else math.inf


def _start(scores: Sequence[Score], *, initial_loss: float) -> float:
    """Return the loss before training: the lowest rate has hardly moved when first scored."""
    first = min(scores, key=lambda score: score.learning_rate).first_loss
    return max(initial_loss, first) if math.isfinite(first) else initial_loss


def _lost(losses: Vector, shares: Vector, *, initial_loss: float) -> NDArray[np.bool_]:
    """Return which trainings diverged, or never came down to where they had begun."""
    lost = ~np.isfinite(losses)
    for share in set(shares):
        here = shares == share
        gained = gain(float(losses[here].min()), initial_loss=initial_loss)
        lost |= here & (losses > initial_loss + (LOST - 1) * gained)
    return lost


def _heights(losses: Vector, shares: Vector, *, initial_loss: float) -> Vector:
    """Return the height of each training above the best one of its length."""
    heights = np.empty(len(losses))
    for share in set(shares):
        here = shares == share
        # Where all of one length are lost, none of them is better than another.
        best = min(float(losses[here].min()), initial_loss)
        gained = gain(best, initial_loss=initial_loss)
        heights[here] = surface.height(losses[here], best=best, gain=gained)
    return heights


def _answer(seen: Surface, *, cliff: float, edge: float) -> tuple[float, float, float]:
    """Return the best rate, and the ends of the range around it, in decades."""
    lowest, highest = float(seen.decades.min()), float(seen.decades.max())
    top = _ceiling(seen, careful=min(cliff - MARGIN, edge - EDGE_MARGIN))
    places = np.linspace(min(lowest - 2 * OUTSKIRTS, top - 1.0), top, PLACES)
    best = float(places[np.argmin(seen.at(places).loss)])
    # The range may come closer to the cliff than the answer does.
    wider = np.linspace(places[0], max(top, min(highest + OUTSKIRTS, cliff - OUTSKIRTS)), PLACES)
    belief = seen.at(wider)
    allowed = seen.at(np.array([best])).mean[0] + math.log1p(WITHIN / surface.UNIT)
    good = belief.mean - DOUBT * belief.deviation <= allowed
    left = right = int(np.argmin(np.abs(wider - best)))
    while left > 0 and good[left - 1]:
        left -= 1
    while right < len(wider) - 1 and good[right + 1]:
        right += 1
    return best, min(float(wider[left]), best), max(float(wider[right]), best)


def _ceiling(seen: Surface, *, careful: float) -> float:
    """Return the highest rate that may be the answer, in decades.

    What is above all of the longest trainings may have survived only because it was short. Care is
    given up where several of them were not lost, or some are far better than all careful ones.
    """
    longest = seen.lengths == seen.lengths.max()
    tried, behind = seen.decades[longest], surface.share(seen.heights[longest])
    proven = tried[(seen.seeds[longest] >= PROVEN) & (behind < surface.WORST / 2)]
    careful = max(careful, proven.max(initial=-math.inf))
    kept = behind[tried <= careful]
    far_better = tried[behind + FAR_BETTER < kept.min()] if len(kept) else kept
    return float(far_better.max(initial=min(float(tried.max()), careful)))


def _border(
    x: Vector, losses: Vector, shares: Vector, *, initial_loss: float, cliff: float
) -> Literal["low", "high"] | None:
    """Return the end of the tried rates that is clearly better than the rates further in."""
    here = shares == shares.max()
    rates = np.unique(x[here])
    means = np.array([losses[here & (x == rate)].mean() for rate in rates])
    if len(rates) < 3 or not np.isfinite(means).any():
        return None
    top = int(np.argmin(means))
    inner = {0: 2, len(rates) - 1: len(rates) - 3}.get(top)
    gain = initial_loss - means[top]
    if inner is None or means[inner] <= means[top] + WITHIN * gain:
        return None
    if top == 0:
        return "low" if x.min() == rates[0] else None
    return "high" if x.max() == rates[-1] and not math.isfinite(cliff) else None


def _highest(x: Vector, *, below: float) -> float | None:
    kept = x[x < below]
    return float(10 ** kept.max()) if len(kept) else None


def _noise(
    scores: Sequence[Score], *, longest: float, near: float, initial_loss: float
) -> float | None:
    """Return the standard error of a rate's mean over seeds, apart from what a seed does anyway.

    All rates share their seeds, and an easy seed is easy at each of them; only what remains after
    taking off the means of rates and of seeds blurs the comparison between rates.
    """
    last = [score for score in scores if score.horizon_share == longest]
    seeds = sorted({score.seed for score in last})
    rates = sorted({score.learning_rate for score in last})
    loss = {(score.learning_rate, score.seed): score.loss for score in last}
    rows = [[loss.get((rate, seed), math.inf) for seed in seeds] for rate in rates]
    kept = sorted((row for row in rows if np.isfinite(row).all()), key=np.mean)
    if len(kept) < 2 or len(seeds) < 2:
        return None
    most = np.mean(kept[0]) + near * (initial_loss - np.mean(kept[0]))
    table = np.array([*kept[:2], *(row for row in kept[2:] if np.mean(row) <= most)])
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    freedom = (len(table) - 1) * (len(seeds) - 1)
    return float(np.sqrt(np.square(rest).sum() / freedom / len(seeds)))
