"""Which learning rate would other finders suggest from one rising-rate sweep?

Their rules, with their published constants, on recorded losses: pure NumPy, no training. Where a
tool's own arithmetic is peculiar it is kept.

Sources: fastai `callback/schedule.py` and `callback/progress.py` (2.5 and later), Lightning
`tuner/lr_finder.py` (2.6), torch-lr-finder (0.2).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

STEPS = 100
"""Of a sweep, in all three tools."""

BETA = 0.98
"""Of the moving average in fastai and Lightning."""


class Range(NamedTuple):
    """Rates that a tool sweeps, in equal steps of their logarithm."""

    low: float
    high: float


FASTAI, LIGHTNING, TORCH = Range(1e-7, 10.0), Range(1e-8, 1.0), Range(1e-7, 10.0)
"""torch-lr-finder begins at the optimizer's own rate; here at fastai's."""


def rates(swept: Range) -> Vector:
    """Return the rates of a sweep, which ends one step before its highest: [STEPS]."""
    return np.geomspace(swept.low, swept.high, STEPS + 1)[:-1]


def fastai_curve(losses: Vector) -> tuple[Vector, Vector]:
    """Return the rates and smoothed losses that fastai hands to its rules."""
    smooth, average, best = [], 0.0, np.inf
    for count, loss in enumerate(losses, start=1):
        average = BETA * average + (1 - BETA) * loss
        smooth.append(average / (1 - BETA**count))
        best = min(best, smooth[-1])
        if smooth[-1] > 4 * best:
            break
    kept = np.array(smooth)[STEPS // 10 : -5]
    lost = np.flatnonzero(np.isnan(kept))
    kept = kept[: lost[0]] if len(lost) else kept
    return rates(FASTAI)[STEPS // 10 :][: len(kept)], kept


def valley(lrs: Vector, losses: Vector) -> float:
    """Return about the middle of the longest falling subsequence."""
    longest = [1] * len(losses)
    start = end = 0
    for i in range(1, len(losses)):
        for j in range(i):
            if losses[i] < losses[j] and longest[i] < longest[j] + 1:
                longest[i] = longest[j] + 1
            if longest[end] < longest[i]:
                end = i
                start = end - longest[end]
    third = (end - start) / 3
    return float(lrs[start + int(third) + int(third / 2)])


def minimum(lrs: Vector, losses: Vector) -> float:
    """Return a tenth of the rate with the lowest loss."""
    return float(lrs[np.argmin(losses)] / 10)


def steep(lrs: Vector, losses: Vector) -> float:
    """Return the rate at which the loss falls fastest in log rate."""
    return float(lrs[np.argmin(np.diff(losses) / np.diff(np.log(lrs)))])


def slide(lrs: Vector, losses: Vector) -> float:
    """Return where two points 15 apart, walking down from the end, have slopes alike."""
    slope = np.gradient(losses)
    right, left = -1, -16
    found = float(lrs[left])
    while left >= -len(losses) and abs(slope[right] - slope[left]) > 0.005:
        found = float(lrs[left])
        right, left = right - 1, left - 1
    return found


def lightning(losses: Vector) -> float | None:
    """Return the rate at which the smoothed loss falls fastest in the rate itself."""
    smooth, average, best = [], 0.0, 0.0
    for step, loss in enumerate(losses, start=1):
        average = BETA * average + (1 - BETA) * loss
        smooth.append(average / (1 - BETA ** (step + 1)))
        if step > 1 and smooth[-1] > 4 * best:
            break
        if smooth[-1] < best or step == 1:
            best = smooth[-1]
    lrs, kept = rates(LIGHTNING)[10 : len(smooth) - 1], np.array(smooth)[10:-1]
    finite = np.isfinite(kept)
    if finite.sum() < 2:
        return None
    return float(lrs[finite][np.argmin(np.gradient(kept[finite], lrs[finite]))])


def torch_lr_finder(losses: Vector) -> float:
    """Return the rate at which the smoothed loss falls fastest per step."""
    smooth: list[float] = []
    best = np.inf
    for loss in losses:
        smooth.append(0.05 * loss + 0.95 * smooth[-1] if smooth else loss)
        best = min(best, smooth[-1])
        if smooth[-1] > 5 * best:
            break
    kept = np.array(smooth)[10:-5]
    slope = np.gradient(kept)
    return float(rates(TORCH)[10:][np.nanargmin(slope)])


def _of_fastai(rule: Callable[[Vector, Vector], float]) -> Callable[[Vector], float | None]:
    def suggested(losses: Vector) -> float | None:
        lrs, kept = fastai_curve(losses)
        return rule(lrs, kept) if len(kept) > 16 else None

    return suggested


RULES: dict[str, tuple[Range, Callable[[Vector], float | None]]] = {
    "fastai valley": (FASTAI, _of_fastai(valley)),
    "fastai slide": (FASTAI, _of_fastai(slide)),
    "minimum / 10": (FASTAI, _of_fastai(minimum)),
    "steepest in log rate": (FASTAI, _of_fastai(steep)),
    "Lightning": (LIGHTNING, lightning),
    "torch-lr-finder": (TORCH, torch_lr_finder),
}
"""By name: the rates to sweep, and losses before each step [STEPS] → rate, if there is one."""
