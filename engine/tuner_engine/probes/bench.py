"""What does every stretch of a probe need at hand?"""

import math
from dataclasses import dataclass
from functools import cached_property

from tuner_engine.probes import plan
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import costs, courses
from tuner_engine.training.cohort import Course, Lane
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

    def cheap(self, trainings: float) -> int:
        """Return how many times so many full trainings take no more than seconds anywhere.

        It depends on the task alone and not on a machine's speed, so that a plan may depend on it.

        Args:
            trainings: Full trainings.
        """
        steps = trainings * self.full_steps
        return int(
            min(plan.CHEAP_STEPS / steps, plan.CHEAP_FLOPS / max(steps * self.step_flops, 1.0))
        )

    @cached_property
    def step_flops(self) -> float:
        """Operations of one optimizer step of one lane."""
        return costs.of(self.program.task, self.program.form).step_flops

    def course(self, horizon_share: float) -> Course:
        """Return the way through a training of a share of the full length."""
        return courses.course(self.program.task, self.settings, horizon_share=horizon_share)

    def lane(self, learning_rate: float, number: int) -> Lane:
        """Return a lane at a rate, with the seed of that number."""
        return courses.lane(
            self.settings, learning_rate=learning_rate, seed=self.terms.seed + number
        )


def finite(loss: float) -> float | None:
    """Return a loss as events carry it: none where it is no finite number."""
    return float(loss) if math.isfinite(loss) else None
