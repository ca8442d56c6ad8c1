"""How many trainings show how much of a difference is luck?

Pure arithmetic, so that the probe can say what it will cost before it trains.
"""

from dataclasses import dataclass

SEEDS = 6
"""Trainings in which everything differs: their spread is known to about a factor of 2. House
choice between that and the time it takes."""

FEWEST = 3
"""Fewer show no spread worth the name. House choice."""

APART = 3
"""Trainings for each single source, beside the one that all sources share. House choice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained.

    Attributes:
        seeds: In which everything differs; 0 if there is no time for any.
        apart: Whether each source is then varied alone.
        length: Over the full training's.
    """

    seeds: int
    apart: bool
    length: float

    def lanes(self, sources: int) -> int:
        """Return how many trainings that is, where luck has so many sources."""
        return self.seeds + (APART * sources if self.apart else 0)


WHOLE = Plan(SEEDS, apart=True, length=1.0)
"""What is trained where there is time."""

MOST_SOURCES = 3
"""First weights, order of the data, noise in steps."""
