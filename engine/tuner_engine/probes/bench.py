"""What does every stretch of a probe need at hand?"""

import math
from dataclasses import dataclass
from functools import cached_property

from tuner_engine.probes import plan
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import costs, courses
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.costs import Costs
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

    @property
    def at_ease(self) -> float:
        """Full trainings that take no more than seconds.

        It depends on the task alone and not on a machine's speed, so that a plan may depend on it.
        """
        operations = self._costs.step_flops + plan.MOVING_FLOPS * self._costs.parameters
        return min(plan.CHEAP_STEPS, plan.CHEAP_FLOPS / operations) / self.full_steps

    @property
    def step_flops(self) -> float:
        """Operations of one optimizer step of one lane."""
        return self._costs.step_flops

    @cached_property
    def _costs(self) -> Costs:
        return costs.of(self.program.task, self.program.form)

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
