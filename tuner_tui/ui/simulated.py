"""What does a probe say that never ran?

The tour plays it: the shapes are those of a small network on a small table, the numbers are made
up from a seed. Invariant: nothing of it is kept, and whoever shows it says that it is simulated.
"""

import math
import random
from collections.abc import Iterator

from tuner_engine import events as said
from tuner_engine.recipe import Setting

SEEDS = 3
"""Curves of the sweep."""

POINTS = 91
"""Learning rates of the sweep, from 1e-6 to 1."""

CHUNK = 3
"""Rates told at once, so that the sweep is seen to move."""

BEST = 0.0056
"""Where the made-up trials are best."""


def events() -> Iterator[said.AnyEvent]:
    """Yield the run, in the order in which a real one speaks."""
    chance = random.Random(7)  # noqa: S311 - a picture, no secret
    yield said.PhaseStarted(
        phase="sweep",
        lanes=SEEDS,
        lane_steps=SEEDS * POINTS,
        plan="The rate rises from 1e-6 to 1 while three small networks train.",
    )
    yield from _sweep(chance)
    yield said.EdgeLocated(learning_rate=0.12)
    yield said.PhaseStarted(
        phase="trials",
        lanes=18,
        lane_steps=18_000,
        plan="Short trainings around the steepest stretch confirm a rate.",
    )
    yield from _trials(chance)
    yield said.VerdictReached(
        probe="learning-rate",
        verdict="ok",
        summary=f"{BEST:g} is best; 0.002 to 0.016 are within 1 % of it.",
        confidence="high",
        settings={"learning_rate": _found()},
    )


def _sweep(chance: random.Random) -> Iterator[said.SweepMeasured]:
    rates = [10 ** (-6 + 6 * place / (POINTS - 1)) for place in range(POINTS)]
    for start in range(0, POINTS, CHUNK):
        some = rates[start : start + CHUNK]
        rows = tuple(tuple(_loss(rate, chance) for rate in some) for _ in range(SEEDS))
        yield said.SweepMeasured(learning_rates=tuple(some), losses=rows)


def _loss(rate: float, chance: random.Random) -> float | None:
    """Return a loss that is flat, falls, turns, and is gone beyond 0.4."""
    if rate > 0.4:
        return None
    place = math.log10(rate)
    fall = 0.69 - 0.42 / (1 + math.exp(-3.2 * (place + 2.9)))
    return fall + 0.05 * math.exp(min(4.5 * (place + 1.0), 12)) + chance.gauss(0, 0.012)


def _trials(chance: random.Random) -> Iterator[said.TrialsMeasured]:
    for rung, share in enumerate((0.1, 0.2, 0.4)):
        rates = [10 ** (-3.5 + 2.5 * place / (8 - 2 * rung)) for place in range(9 - 2 * rung)]
        trials = tuple(
            said.Trial(
                learning_rate=rate,
                seed=seed,
                steps=int(1000 * share),
                valid_loss=_score(rate, rung, chance),
                best_epoch=30 * share,
            )
            for rate in rates
            for seed in range(2)
        )
        for told in range(2, len(trials) + 1, 2):
            yield said.TrialsMeasured(
                rung=rung, horizon_share=share, trials=trials[:told], finished=told == len(trials)
            )


def _score(rate: float, rung: int, chance: random.Random) -> float:
    away = math.log10(rate / BEST)
    return 0.45 - 0.03 * rung + 0.06 * away**2 + chance.gauss(0, 0.004)


def _found() -> Setting:
    return Setting(
        value=BEST,
        range=(0.002, 0.016),
        scale="log",
        basis="measured",
        confidence="high",
        why="Lowest validation loss of the simulated trainings.",
    )
