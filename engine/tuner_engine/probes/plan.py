"""How much measuring can be afforded?

Pure arithmetic, so that a probe can say what it will cost before it trains. Trainings come in
rungs of growing length; each rung closes in on the best rate seen so far, and a rung of one rate
goes on where the one before it ended.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tuner_engine.specs import Effort, Optimizer

SWEEP_SEEDS = 8
"""Most lanes of the sweep. Averaging several takes most of the spread out of a single one."""

SWEEP_POINTS_PER_DECADE = (6, 20)
"""Fewest and most. Fewer steps per decade make the edge late and ragged. Source: the project's
probe research; the fewest are what a training of a few hundred steps can spare."""

SWEEP_SHARE = 0.1
"""Cost of the sweep that is aimed at, in full trainings. House choice: it only shows the edge."""

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

SHORTEST_STEPS = 15
"""Trainings shorter than this say nothing about longer ones. House choice."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Trainings of one length.

    Attributes:
        horizon_share: Length over the full training's, in (0, 1].
        rates: Learning rates tried; a single one goes on from the rung before.
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


Rungs = tuple[Rung, ...]

QUICK: Rungs = (Rung(1 / 16, 4, 1, 0.75),)
"""A look at short trainings: a quarter of a full training, or three eighths."""

CLOSING: Rungs = (Rung(1 / 2, 2, 1, 0.5), Rung(1 / 2, 1, 1, 0.5))
"""Trainings of half the length on both sides of the best so far, then one more beyond the better of
them."""

STANDARD: Rungs = (*QUICK, *CLOSING)
"""A look at short trainings, then few long ones: less than two full trainings. On recorded
trainings of a dozen public data sets no plan of that cost lost less: length tells more than
number."""

THOROUGH: Rungs = (Rung(1.0, 7, 3, 0.5), Rung(1.0, 5, 3, 0.25))
"""Every candidate trained in full, then closer ones, all with the same three seeds: the fewest that
show their spread."""

MOST_SEEDS = 12
"""Of every rate in the thorough plan where there is time for so many: small tables differ more by
their seeds than good rates do. House choice."""

PLENTY: Rungs = (
    Rung(1 / 4, 6, 1, 0.5),
    Rung(1 / 2, 3, 1, 0.5),
    Rung(1.0, 3, 1, 0.5),
    Rung(1.0, 1, 1, 0.5),
    Rung(1.0, 1, 1, 0.5),
)
"""Up to the full length: what is done unasked where full trainings take no time."""

SEVERAL_SEEDS = 3
"""Of every rate in it, if so many take no time: the fewest that show their spread. House choice."""

TOLD_APART = 0.005
"""Deviation of a rate's mean by its seeds, in shares of the whole gain, that asks for no more of
them: half of what a good rate may lose."""

CHEAP_STEPS = 60_000
"""Lane steps that are over within seconds where each of them is small. House choice."""

CHEAP_FLOPS = 1e12
"""Operations that take some ten seconds on two cores. House choice."""

MOVING_FLOPS = 300
"""Operations that take as long as a step takes to read and write one parameter, its gradient and
what the optimizer keeps of it. Seen with bags of tokens on two cores, which do little else."""

MOST_TRAININGS: dict[Effort, float] = {"quick": 0.5, "standard": 2.0, "thorough": math.inf}
"""What an effort may cost, the sweep and rates past a border included, in full trainings: as much
as the project asks of its probe."""

EFFORTS: dict[Effort, Rungs] = {"quick": QUICK, "standard": STANDARD, "thorough": THOROUGH}

MOST_LANES = 8
"""What a program is compiled for; where a rung has more trainings they take turns. House choice:
enough for a rung of the usual plan, few enough to leave memory to large models."""


def ladder(
    *,
    full_steps: int,
    fits: Callable[[Rungs], bool] | None,
    effort: Effort | None = None,
    at_ease: float = 0.0,
) -> Rungs:
    """Return the rungs to train, as long as the time that is left allows.

    Args:
        full_steps: Optimizer steps of one full training.
        fits: Whether rungs fit the time that is left; none without a limit, where the plan knows no
            speed, so that a run without a budget always gives the same numbers.
        effort: How much is measured at most; none for as much as the time allows, and without a
            limit for the standard plan.
        at_ease: Full trainings that take no more than seconds. If `PLENTY` is among them, it
            replaces the standard plan where nothing was asked for.

    Returns:
        Rungs by rising length; empty if not even the shortest fits.
    """
    if fits is None:
        seeds = plenty_seeds(at_ease)
        usual = _seeded(PLENTY, seeds) if seeds else STANDARD
        return _long_enough(EFFORTS[effort] if effort else usual, full_steps=full_steps)
    for rungs in _plans(EFFORTS[effort] if effort else _seeded(THOROUGH, MOST_SEEDS)):
        kept = _long_enough(rungs, full_steps=full_steps)
        if fits(kept):
            return kept
    return ()


def plenty_seeds(at_ease: float) -> int:
    """Return with how many seeds `PLENTY` is done unasked; none where it would take long.

    Args:
        at_ease: Full trainings that take no more than seconds.
    """
    return min(int(at_ease / cost(PLENTY)), SEVERAL_SEEDS)


def most_trainings(effort: Effort | None, *, limited: bool, at_ease: float) -> float:
    """Return what a probe may cost in full trainings, the sweep included.

    Args:
        effort: How much is measured at most; none for as much as the time allows.
        limited: Whether there is a limit of time.
        at_ease: As for the ladder.
    """
    if effort is None and (limited or plenty_seeds(at_ease)):
        return math.inf
    return MOST_TRAININGS[effort or "standard"]


def _plans(dearest: Rungs) -> Sequence[Rungs]:
    """Return plans by falling cost, from the dearest that is asked for."""
    longest = [_seeded(THOROUGH, seeds) for seeds in (MOST_SEEDS, 9, 6, 3)]
    long = [_seeded(PLENTY, seeds) for seeds in (SEVERAL_SEEDS, 2, 1)]
    shorter = [_times(STANDARD, factor) for factor in (2, 1, 1 / 2, 1 / 4)]
    shortest = [_times(QUICK, 1 / factor) for factor in (1, 2, 4, 8, 16, 32, 64)]
    plans = [*longest, *long, *shorter, *shortest]
    return [rungs for rungs in plans if cost(rungs) <= cost(dearest) + 1e-9]


def affordable(rungs: Rungs, done: Rung, *, trainings: float) -> Rungs:
    """Return the rungs that follow the first one, as long as can be afforded.

    Rates past a border cost something, too: what follows them is the shorter for it.

    Args:
        rungs: Still to train.
        done: The first one; what would be shorter than that says nothing more.
        trainings: Full trainings that may still be spent.
    """
    if rungs and cost(rungs) > trainings:
        rungs = _times(rungs, max(trainings, 0.0) / cost(rungs))
    return tuple(rung for rung in rungs if rung.horizon_share >= done.horizon_share)


def _seeded(rungs: Rungs, seeds: int) -> Rungs:
    return tuple(replace(rung, seeds=seeds) for rung in rungs)


def _times(rungs: Rungs, factor: float) -> Rungs:
    return tuple(replace(rung, horizon_share=rung.horizon_share * factor) for rung in rungs)


def _long_enough(rungs: Rungs, *, full_steps: int) -> Rungs:
    """Return rungs of which the first is long enough to say anything, and no later one shorter."""
    shortest = min(SHORTEST_STEPS / full_steps, 1.0)
    first = replace(rungs[0], horizon_share=max(rungs[0].horizon_share, shortest))
    return first, *(rung for rung in rungs[1:] if rung.horizon_share >= first.horizon_share)


def cost(rungs: Sequence[Rung]) -> float:
    """Return what rungs cost at most, in full trainings."""
    return sum(rung.full_trainings for rung in rungs)


def sweep_shape(low: float, high: float, *, full_steps: int) -> tuple[int, int]:
    """Return steps and seeds of a sweep that costs little beside a full training.

    Args:
        low: Lowest rate.
        high: Highest rate.
        full_steps: Optimizer steps of one full training.
    """
    decades = math.log10(high / low)
    fewest, most = SWEEP_POINTS_PER_DECADE
    points = min(max(int(SWEEP_SHARE * full_steps / decades), fewest), most)
    steps = round(points * decades) + 1
    return steps, min(max(int(SWEEP_SHARE * full_steps / steps), 1), SWEEP_SEEDS)


def extended(steps: int, *, low: float, high: float) -> int:
    """Return the steps of a sweep that goes on past its highest rate by `EXTENSION`."""
    points = (steps - 1) / math.log10(high / low)
    return steps + round(points * math.log10(EXTENSION))


def further(last: Rung, *, full_share: float, cost_s: float, affordable_s: float | None) -> Rungs:
    """Return rungs beyond the ladder's, if there is more time than the plan dared to count on.

    Early stopping and divergence make trainings shorter than planned; what they save is spent on
    reaching closer to the full length.

    Args:
        last: The longest rung so far.
        full_share: Length at which patience ends a training, over the full one's.
        cost_s: Seconds that one lane took over the length of that rung, on average.
        affordable_s: Time to plan with; without a limit the ladder was whole already.
    """
    if affordable_s is None or last.horizon_share >= full_share:
        return ()
    share = min(1.0, 2 * last.horizon_share)
    rungs = tuple(replace(rung, horizon_share=share) for rung in CLOSING)
    return rungs if cost(rungs) * cost_s / last.horizon_share <= affordable_s else ()


def more_seeds(last: Rung, *, noise: float, left: float) -> int:
    """Return how many more seeds tell the rates of a rung apart, as far as can be afforded.

    Args:
        last: The rung, with the seeds that its rates have.
        noise: Deviation of a rate's mean by its seeds, in shares of the whole gain.
        left: Full trainings that may still be spent.
    """
    wanted = math.ceil(last.seeds * (noise / TOLD_APART) ** 2) - last.seeds
    return max(min(wanted, int(left / (last.rates * last.horizon_share))), 0)


def in_words(rungs: Sequence[Rung], *, widens: bool) -> str:
    """Return a plan as a person reads it.

    Args:
        rungs: At least one.
        widens: Whether the first one goes on past a border at which the best rate lies.
    """
    parts = []
    for rung, alike in itertools.groupby(rungs):
        times = len(list(alike))
        more = "one more rate" if times == 1 else f"{times} more in turn"
        rates = more if rung.rates == 1 else f"{rung.rates} rates"
        seeds = f" x {rung.seeds} seeds" if rung.seeds > 1 else ""
        parts.append(f"{rates}{seeds} at {rung.horizon_share:.2g} of the full length")
    whole = f"{'; '.join(parts)}: {rough(cost(rungs))} full trainings"
    return f"{whole}, or more if the best rate lies past a border" if widens else whole


def rough(trainings: float) -> str:
    """Return a number of trainings with two figures, as a person reads it."""
    return f"{float(f'{trainings:.2g}'):,g}"
