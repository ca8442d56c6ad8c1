"""How much measuring can be afforded, and at which rates?

Pure arithmetic, so that a probe can say what it will cost before it trains. Trainings come in
rungs of growing length; each rung closes in on the best rate seen so far.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuner_engine.probes.readings import DRIFT_PRIOR, RungReading
from tuner_engine.specs import Optimizer

SWEEP_SEEDS = 8
"""Lanes of the sweep. Averaging several first takes most of the spread out of a single sweep."""

SWEEP_POINTS_PER_DECADE = 20
"""Fewer steps per decade make the edge late and ragged. Source: the project's probe research."""

SWEEP_RANGES: dict[Optimizer, tuple[float, float]] = {
    "sgd": (1e-5, 1e1),
    "adam": (1e-6, 1e0),
    "adamw": (1e-6, 1e0),
    "lion": (1e-7, 1e-1),
    "muon": (1e-6, 1e1),
    "own": (1e-6, 1e1),
}
"""Rates swept, lowest and highest: from harmless to where training usually breaks. House choice
within the ranges that published finders use."""

EXTENSION = 1e3
"""Factor by which a sweep that showed no edge goes on upwards, or one that began beyond the edge
begins again lower. House choice."""

SHORTEST_STEPS = 60
"""Trainings shorter than this say nothing about longer ones. House choice."""

RESERVE = 0.1
"""Share of the remaining time kept back for reading and writing, and for steps slower than seen."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Trainings of one length.

    Attributes:
        horizon_share: Length over the full training's, in (0, 1].
        rates: Learning rates tried.
        seeds: Lanes per rate.
        spacing: Decades between neighbouring rates.
    """

    horizon_share: float
    rates: int
    seeds: int
    spacing: float

    @property
    def lanes(self) -> int:
        """Trainings on this rung."""
        return self.rates * self.seeds

    @property
    def full_trainings(self) -> float:
        """Cost at most; early stopping and divergence make it less."""
        return self.lanes * self.horizon_share


THOROUGH = (Rung(1.0, 7, 3, 0.5), Rung(1.0, 5, 3, 0.25))
"""Every candidate trained in full, then closer ones, all with the same seeds."""

LADDER = (Rung(1 / 9, 7, 2, 0.5), Rung(1 / 3, 5, 2, 0.25), Rung(1.0, 3, 2, 0.5))
"""Three lengths, each three times the last: the drift of the best rate with length shows. The last
one spans the decade within which rates usually differ little."""

STRIDE = 3.0
"""Length of a rung over the last one's."""

MOST_LANES = max(rung.lanes for rung in (*THOROUGH, *LADDER))
"""What a program is compiled for."""


def ladder(*, full_steps: int, step_s: float, remaining_s: float | None) -> tuple[Rung, ...]:
    """Return the rungs to train, as long as the time that is left allows.

    Args:
        full_steps: Optimizer steps of one full training.
        step_s: Seconds per optimizer step of one lane, with all devices at work.
        remaining_s: Time left for trials. Without a limit the plan is the whole ladder, whatever
            the speed, so that a run without a budget always gives the same numbers.

    Returns:
        Rungs by rising length; empty if not even the shortest fits.
    """
    scale = 1.0
    rungs = _scaled(scale, full_steps=full_steps)
    if remaining_s is None:
        return rungs
    affordable = remaining_s * (1 - RESERVE) / step_s / full_steps
    if affordable >= cost(THOROUGH):
        return THOROUGH
    while cost(rungs) > affordable:
        # Halving, not fitting: a slightly slower moment must not make another plan.
        scale /= 2
        rungs = _scaled(scale, full_steps=full_steps)
    return rungs


def _scaled(scale: float, *, full_steps: int) -> tuple[Rung, ...]:
    """Return the ladder at a share of its length, less what is too short; its first rung wide."""
    shortest = min(SHORTEST_STEPS, full_steps)
    shares = [rung.horizon_share * scale for rung in LADDER]
    kept = [
        replace(rung, horizon_share=share)
        for share, rung in zip(shares, LADDER, strict=True)
        if share * full_steps >= shortest
    ]
    return *(replace(LADDER[0], horizon_share=rung.horizon_share) for rung in kept[:1]), *kept[1:]


def cost(rungs: Sequence[Rung]) -> float:
    """Return what rungs cost at most, in full trainings."""
    return sum(rung.full_trainings for rung in rungs)


def further(
    last: Rung, *, full_share: float, cost_s: float, remaining_s: float | None
) -> Rung | None:
    """Return a rung beyond the ladder's, if there is more time than the plan dared to count on.

    Early stopping and divergence make trainings shorter than planned; what they save is spent on
    reaching closer to the full length.

    Args:
        last: The longest rung so far.
        full_share: Length at which patience ends a training, over the full one's.
        cost_s: Seconds that one lane took over the length of that rung, on average.
        remaining_s: Time left; without a limit the ladder was whole already.
    """
    if remaining_s is None or last.horizon_share >= full_share:
        return None
    share = min(1.0, STRIDE * last.horizon_share)
    top = LADDER[-1]
    rung = Rung(share, top.rates, top.seeds, top.spacing)
    needed_s = rung.lanes * cost_s * share / last.horizon_share
    return rung if needed_s <= remaining_s * (1 - RESERVE) else None


def sweep_steps(low: float, high: float) -> int:
    """Return how many steps a sweep takes from `low` to `high`."""
    return round(SWEEP_POINTS_PER_DECADE * math.log10(high / low)) + 1


def rates_below(edge: float, rung: Rung) -> tuple[float, ...]:
    """Return the first candidates: from the edge downwards, rising."""
    steps = np.arange(rung.rates)[::-1]
    return tuple(float(edge * 10 ** (-rung.spacing * step)) for step in steps)


def rates_around(readings: Sequence[RungReading], rung: Rung) -> tuple[float, ...]:
    """Return candidates around where the best rate is expected on a longer rung, rising."""
    last = readings[-1]
    longer = min(rung.horizon_share / last.horizon_share, last.reach)
    centre = last.best * longer**DRIFT_PRIOR
    offsets = (np.arange(rung.rates) - (rung.rates - 1) / 2) * rung.spacing
    return tuple(float(centre * 10**offset) for offset in offsets)


def rates_beyond(rates: Sequence[float], border: str, spacing: float) -> tuple[float, ...]:
    """Return two more candidates past the border at which the best one lies, rising."""
    if border == "low":
        return tuple(float(rates[0] * 10 ** (-spacing * step)) for step in (2, 1))
    return tuple(float(rates[-1] * 10 ** (spacing * step)) for step in (1, 2))


def in_words(rungs: Sequence[Rung]) -> str:
    """Return a plan as a person reads it."""
    parts = [
        f"{rung.rates} rates x {rung.seeds} seeds at {rung.horizon_share:.0%} of a full training"
        for rung in rungs
    ]
    return "; ".join(parts)
