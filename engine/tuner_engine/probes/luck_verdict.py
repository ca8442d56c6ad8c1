"""What does the spread over seeds mean for comparisons?"""

from collections.abc import Mapping

import numpy as np

from tuner_engine.events import VerdictReached
from tuner_engine.probes import luck
from tuner_engine.probes.curves import Curves
from tuner_engine.probes.luck import Luck
from tuner_engine.probes.readings import WITHIN
from tuner_engine.recipe import SeedNoise

PROBE = "seeds"

EVERYTHING = "everything"
WEIGHTS = "first weights"
ORDER = "order of the data"
NOISE = "noise in steps"
"""Sources of luck, as arms are called."""

USUAL_SEEDS = 3
"""Of each side in the comparisons that other probes make."""

ENOUGH = 5
"""Seeds from which the spread is known well enough to go by. House choice."""

WITHOUT_WORDS = {
    "interrupted": "Stopped before the seeds were trained; start it again to go on.",
    "budget-too-small": (
        "The budget ended before three seeds were trained. Allow more time (--budget)."
    ),
    "all-diverged": (
        "Seeds diverged, so there is no spread to go by. Measure the learning rate first "
        "(`tuner-tui probe lr`)."
    ),
}
"""Why there is no number, and what to do next."""


def of(
    found: Mapping[str, Curves],
    *,
    length: float,
    constant_loss: float | None,
    shared_order: bool,
    evidence: str,
    stopped: bool,
) -> VerdictReached:
    """Return the verdict on trainings that differ in their seeds.

    Args:
        found: Curves by source; the first of `EVERYTHING` belongs to every source.
        length: Of the trainings, over the full one's.
        constant_loss: Validation loss of the best constant prediction, where it is known.
        shared_order: Whether all lanes saw the data in one order.
        evidence: Identifier of the run.
        stopped: Whether a person stopped the probe.
    """
    if EVERYTHING not in found:
        return _without("interrupted" if stopped else "budget-too-small")
    every = found[EVERYTHING]
    best = every.best[np.isfinite(every.best)]
    if len(best) < 2 or len(best) < len(every.best) / 2:
        return _without("all-diverged")
    read = luck.read_luck(best)
    scale = abs(read.mean) if constant_loss is None else max(constant_loss - read.mean, 0.0)
    apart = {name: own for name in found if (own := _apart(found, name)) is not None}
    return VerdictReached(
        probe=PROBE,
        verdict="interrupted" if stopped else "ok",
        summary=" ".join(
            _sentences(read, apart, every, scale=scale, length=length, shared_order=shared_order)
        ),
        confidence="medium" if read.seeds >= ENOUGH and length == 1 and not stopped else "low",
        settings={},
        reading=_figures(read, apart, every, scale),
        # Shorter trainings differ by another amount, and would be compared with whole ones.
        seed_noise=SeedNoise(sd=read.sd, seeds=read.seeds, evidence=evidence)
        if length == 1
        else None,
    )


def _without(verdict: str) -> VerdictReached:
    return VerdictReached(
        probe=PROBE, verdict=verdict, summary=WITHOUT_WORDS[verdict], confidence="low", settings={}
    )


def _apart(found: Mapping[str, Curves], name: str) -> Luck | None:
    """Return the luck of one source: its lanes, and the one from which they differ."""
    if name == EVERYTHING:
        return None
    losses = np.append(found[EVERYTHING].best[0], found[name].best)
    return luck.read_luck(losses) if np.isfinite(losses).all() else None


def _figures(
    read: Luck, apart: Mapping[str, Luck], every: Curves, scale: float
) -> dict[str, float | None]:
    one_percent = WITHIN * scale
    return {
        "mean": read.mean,
        "sd": read.sd,
        "sd_low": read.low,
        "sd_high": read.high,
        "seeds": float(read.seeds),
        "tie_threshold": read.tie_threshold(USUAL_SEEDS),
        "tie_threshold_1": read.tie_threshold(1),
        "seeds_for_1pct": float(read.seeds_for(one_percent)) if one_percent > 0 else None,
        **{f"{name.replace(' ', '_')}_sd": own.sd for name, own in apart.items()},
        **{f"{name}_sd": sd for name, sd in _metrics(every).items()},
        "diverged": float(every.diverged.sum()),
    }


def _metrics(every: Curves) -> dict[str, float]:
    """Return the spread of each metric at the seeds' own best epochs."""
    rows = np.flatnonzero(np.isfinite(every.best))
    places = np.searchsorted(every.epochs, every.best_epochs[rows])
    return {
        name: float(np.std(values[rows, places], ddof=1)) for name, values in every.metrics.items()
    }


def _sentences(
    read: Luck,
    apart: Mapping[str, Luck],
    every: Curves,
    *,
    scale: float,
    length: float,
    shared_order: bool,
) -> list[str]:
    said = [
        (
            f"Seeds alone move the best validation loss of {read.mean:.4g} by {read.sd:.2g} "
            f"(standard deviation; {read.low:.2g} to {read.high:.2g}, of {read.seeds} seeds)."
        ),
        (
            f"Two means of {USUAL_SEEDS} seeds each tie if they differ by less than "
            f"{read.tie_threshold(USUAL_SEEDS):.2g}, two single trainings by less than "
            f"{read.tie_threshold(1):.2g}."
        ),
    ]
    if scale > 0:
        seeds = read.seeds_for(WITHIN * scale)
        of_what = f"{WITHIN:.0%} of what is learnt ({WITHIN * scale:.2g})"
        said.append(f"To tell {of_what} apart takes {seeds:,} seeds of each side.")
    if apart:
        parts = ", ".join(f"{name} {own.sd:.2g}" for name, own in apart.items())
        said.append(f"Each source alone: {parts}.")
    if shared_order:
        said.append("All saw the data in one order, so luck in the order is not in it.")
    if every.diverged.any():
        said.append(f"{every.diverged.sum()} of {len(every.diverged)} seeds diverged.")
    if length < 1:
        said.append(f"Measured at {length:.0%} of the full length, which is all the time allowed.")
    return said
