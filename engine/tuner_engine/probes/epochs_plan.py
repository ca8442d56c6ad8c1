"""Which trainings show how many epochs are worth while, and what do they cost?

Pure arithmetic, so that the probe can say what it will cost before it trains.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tuner_engine.specs import FALLING, Hyperparameters

SEEDS = 3
"""Trainings of each kind: the fewest whose spread says something. House choice."""

PARTS = (1 / 2, 1 / 4, 1 / 8)
"""Lengths, and shares of the data, that are trained beside the whole."""

SHORTEST_STEPS = 60
"""Trainings shorter than this say nothing about longer ones. House choice."""

FEWEST_BATCHES = 2
"""Batches that a share of the data must fill, or its epochs are too short to be some. House
choice."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Trainings of one kind, one for each seed.

    Attributes:
        length: Epochs over the recipe's, in (0, 1].
        data_share: Examples seen over all, in (0, 1].
    """

    length: float = 1.0
    data_share: float = 1.0

    @property
    def horizon_share(self) -> float:
        """Optimizer steps over those of a full training."""
        return self.length * self.data_share

    @property
    def name(self) -> str:
        """What the arm is called."""
        if self.data_share < 1:
            return f"{_part(self.data_share)} of the data"
        return "all data" if self.length == 1 else f"{_part(self.length)} of the epochs"


def stages(
    settings: Hyperparameters,
    *,
    full_steps: int,
    batches: int,
    subsets: bool,
    seconds: Callable[[Stage], float],
    affordable_s: float | None,
) -> tuple[Stage, ...]:
    """Return what is trained, most telling first.

    Args:
        settings: Of the training in question.
        full_steps: Its optimizer steps.
        batches: That one epoch of all data fills.
        subsets: Whether lanes can see a part of the data.
        seconds: What a stage takes, with all its seeds.
        affordable_s: Seconds that all may take; none for no limit.

    Returns:
        The whole training first, or the longest that there is time for; empty if that is too short
        to say anything.
    """
    length, shortest = 1.0, min(SHORTEST_STEPS, full_steps)
    if affordable_s is not None:
        while seconds(Stage(length)) > affordable_s:
            length /= 2  # halving, not fitting: a slower moment must not make another plan
            if length * full_steps < shortest:
                return ()
    chosen, left_s = [Stage(length)], affordable_s
    if left_s is not None:
        left_s -= seconds(chosen[0])
    for stage in _further(
        settings, length, full_steps=full_steps, batches=batches, subsets=subsets
    ):
        if left_s is not None:
            if seconds(stage) > left_s:
                continue
            left_s -= seconds(stage)
        chosen.append(stage)
    return tuple(chosen)


def cost(planned: tuple[Stage, ...]) -> float:
    """Return what stages cost, in full trainings."""
    return SEEDS * sum(stage.horizon_share for stage in planned)


def _further(
    settings: Hyperparameters, length: float, *, full_steps: int, batches: int, subsets: bool
) -> list[Stage]:
    """Return the stages beside the whole, the most telling first."""
    found = []
    for part in PARTS:
        # A rate that does not know its end trains on: its short trainings are beginnings of it.
        if settings.schedule in FALLING and part * length * full_steps >= SHORTEST_STEPS:
            found.append(Stage(length=part * length))
        if subsets and part * batches >= FEWEST_BATCHES:
            found.append(Stage(length=length, data_share=part))
    return found


def _part(share: float) -> str:
    return f"1/{round(1 / share)}"
