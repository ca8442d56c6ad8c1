"""How do arms compare?

The best validation loss of each arm over its seeds, with an interval; arms whose difference luck
alone would explain are ties. Invariant: the order is that of the arms' announcement, so that a
list holds still while numbers arrive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuner_engine.state import RunState
from tuner_tui.figures import courses, marks
from tuner_tui.figures.courses import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One arm among the others.

    Attributes:
        arm: Its name.
        values: Settings in which it differs from the recipe.
        middle: Median over seeds of the best validation loss; none while no seed has one.
        low: The least of them.
        high: The most.
        seeds: How many have one.
        diverged: How many do not, though they were scored.
        word: `best`, `tie` with it, `worse`, or nothing where that is not known.
    """

    arm: str
    values: Mapping[str, float]
    middle: float | None
    low: float | None
    high: float | None
    seeds: int
    diverged: int
    word: str = ""


def of(state: RunState) -> tuple[Standing, ...]:
    """Return all arms that were scored, if there are at least two."""
    arms = courses.arms(state)
    if len(arms) < 2:
        return ()
    tie = marks.tie(state, seeds=min((arm.bests.size for arm in arms if arm.bests.size), default=1))
    middles = [float(np.median(arm.bests)) for arm in arms if arm.bests.size]
    best = min(middles, default=None)
    return tuple(_standing(arm, best=best, tie=tie) for arm in arms)


def extent(standings: Sequence[Standing]) -> tuple[float, float] | None:
    """Return the interval that holds all of them; none without a number."""
    lows = [it.low for it in standings if it.low is not None]
    highs = [it.high for it in standings if it.high is not None]
    return (min(lows), max(highs)) if lows and highs else None


def _standing(arm: Arm, *, best: float | None, tie: float | None) -> Standing:
    bests = arm.bests
    if not bests.size:
        return Standing(
            arm=arm.name,
            values=arm.values,
            middle=None,
            low=None,
            high=None,
            seeds=0,
            diverged=len(arm.courses),
        )
    middle = float(np.median(bests))
    return Standing(
        arm=arm.name,
        values=arm.values,
        middle=middle,
        low=float(bests.min()),
        high=float(bests.max()),
        seeds=bests.size,
        diverged=len(arm.courses) - bests.size,
        word=_word(middle, best=best, tie=tie),
    )


def _word(middle: float, *, best: float | None, tie: float | None) -> str:
    if best is None:
        return ""
    if middle == best:
        return "best"
    if tie is None:
        return ""
    return "tie" if middle - best <= tie else "worse"
