"""What does every stretch of a probe need at hand?"""

import math
from dataclasses import dataclass

from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import courses
from tuner_engine.training.cohort import Lane
from tuner_engine.training.program import Program


@dataclass(frozen=True)
class Bench:
    """A compiled program, the training that a probe is about, and the terms.

    Attributes:
        program: Compiled for the task under study.
        settings: The training that the probe is about.
        terms: Seeds, budget, and whether to stop.
    """

    program: Program
    settings: Hyperparameters
    terms: Terms

    @property
    def full_steps(self) -> int:
        """Optimizer steps of one full training."""
        return courses.full_steps(self.program.task, self.settings)

    def lane(self, learning_rate: float, number: int) -> Lane:
        """Return a lane at a rate, with the seed of that number."""
        return courses.lane(
            self.settings, learning_rate=learning_rate, seed=self.terms.seed + number
        )


def finite(loss: float) -> float | None:
    """Return a loss as events carry it: none where it is no finite number."""
    return float(loss) if math.isfinite(loss) else None
