"""Which learning rates are tried next?

Pure arithmetic on what was advised and what was tried, in decades.
"""

import math
from collections.abc import Sequence

import numpy as np

from tuner_engine.probes.plan import Rung
from tuner_engine.specs import Hyperparameters, Optimizer

ABOVE_ADVICE: dict[Optimizer, float] = {"sgd": 0.5}
"""Decades by which the best rate is expected above the advised one, which errs on the safe side."""

ABOVE_ADVICE_OTHERWISE = 0.8
"""The same for optimizers that scale their steps. Both were chosen on fifteen public tables."""

ABOVE_ADVICE_OF_TEXTS = 0.0
"""The same for models that tell texts apart, whose advice errs on neither side: seen on two public
sets of texts, bags and encoders alike."""

DRIFTS_OF_TEXTS = {"text-bag": -0.2, "text-encoder": -0.8}
"""Decades of best rate per decade of length that are expected of those models where they do not
overfit yet: soon they will. Chosen on recorded trainings of five public sets of texts, on which
their best rates moved by -0.4 to -0.9 and by -0.7 to -1.3; to expect all of that loses more, as a
rate too low loses much where one too high loses little."""

BELOW_EDGE = (0.75, 2.75)
"""Decades below the edge between which the best rate is expected, whatever was advised. House
choice: a rate that was advised for another task must not lead astray."""

STEEP = 0.05
"""Share of the whole gain between two neighbouring rates from which the next one lies `FARTHER`
away: there the best rate is not near. Chosen on recorded trainings of a dozen public data sets."""

FARTHER = 1.5
"""Multiple of the usual spacing. Chosen likewise."""

CLEARANCE = 0.2
"""Decades that later candidates keep below a rate at which a training was lost. House choice."""


def expected(settings: Hyperparameters, *, edge: float, learned: bool) -> float:
    """Return the rate that is expected to be the best before any is tried.

    Args:
        settings: The training, with its advised rate.
        edge: Where training breaks.
        learned: Whether the sweep saw the loss fall before that. If not, its edge is the end of
            luck: it says what is too high, and nothing about what is too low.
    """
    nearest, farthest = (edge * 10**-decades for decades in BELOW_EDGE)
    usual = settings.learning_rate * 10 ** _above(settings)
    return min(max(usual, farthest) if learned else usual, nearest)


def drift(settings: Hyperparameters) -> float:
    """Return the decades per decade of length by which the best rate moves if nothing overfits."""
    known = DRIFTS_OF_TEXTS.items()
    return next((drift for kind, drift in known if settings.model.startswith(kind)), 0.0)


def _above(settings: Hyperparameters) -> float:
    if settings.model.startswith("text-"):
        return ABOVE_ADVICE_OF_TEXTS
    return ABOVE_ADVICE.get(settings.optimizer, ABOVE_ADVICE_OTHERWISE)


def around(centre: float, rung: Rung, *, ceiling: float) -> tuple[float, ...]:
    """Return candidates around a rate, rising; all of them lower if the highest is too high.

    Args:
        centre: Where the best is expected.
        rung: How many candidates, how far apart.
        ceiling: Highest rate that is worth trying.
    """
    offsets = (np.arange(rung.rates) - (rung.rates - 1) / 2) * rung.spacing
    top = min(centre * 10 ** offsets[-1], ceiling)
    return tuple(float(top * 10 ** (offset - offsets[-1])) for offset in offsets)


def beside(
    rates: Sequence[float], losses: Sequence[float], spacing: float, *, gain: float, ceiling: float
) -> float:
    """Return one more candidate: beyond the best of some if it lies at an end, else beside it.

    Beside it is halfway to the farther neighbour that was not lost, or to the better one of two
    that are as far.

    Args:
        rates: Tried at the same length, rising; at least two.
        losses: Of each; infinite where training was lost.
        spacing: Decades beyond an end.
        gain: What training gains at all.
        ceiling: Highest rate that is worth trying.
    """
    best = int(np.argmin(losses))
    if 0 < best < len(rates) - 1:
        neighbours = (best - 1, best + 1)
        gaps = {at: round(abs(math.log10(rates[at] / rates[best])), 3) for at in neighbours}
        other = max(neighbours, key=lambda at: (losses[at] < math.inf, gaps[at], -losses[at]))
        return math.sqrt(rates[best] * rates[other])
    upwards = best > 0
    apart = abs(losses[best] - losses[best - 1 if upwards else best + 1])
    decades = spacing * (FARTHER if STEEP * gain < apart < math.inf else 1.0)
    higher = min(rates[-1] * 10**decades, ceiling)
    if upwards and higher > rates[-1] * 10**CLEARANCE:
        return higher
    return rates[0] * 10**-decades


def beyond(rates: Sequence[float], border: str, spacing: float) -> tuple[float, ...]:
    """Return two more candidates past the border at which the best one lies, rising."""
    if border == "low":
        return tuple(float(rates[0] * 10 ** (-spacing * step)) for step in (2, 1))
    return tuple(float(rates[-1] * 10 ** (spacing * step)) for step in (1, 2))
