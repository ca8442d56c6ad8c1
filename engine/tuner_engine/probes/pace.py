"""How long will so many steps take?

Asked only where there is a budget: without one, no plan depends on speed.
"""

from dataclasses import dataclass

import numpy as np

from tuner_engine.probes.bench import Bench
from tuner_engine.training import cohort, courses
from tuner_engine.training.cohort import Course

SHORT_S = 0.2
"""A chunk below this says more about calling than about steps, and a longer one is timed.
House choice."""

CHUNKS_STEPS = (1, 16, 256)
"""Steps of a timed chunk: at first, and where that was too short. House choice."""

RESERVE = 0.1
"""Share of the time left that is not planned with: steps may be slower than seen. House choice."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast lanes move together.

    Attributes:
        step_s: Seconds per optimizer step of one lane.
        score_s: Seconds per scoring of one lane.
    """

    step_s: float
    score_s: float

    def seconds(self, course: Course, *, lanes: int) -> float:
        """Return how long so many lanes take along a course."""
        return lanes * (course.steps * self.step_s + course.scorings * self.score_s)


def measured(bench: Bench, *, lanes: int) -> Pace:
    """Time a few steps of so many lanes; what a scoring takes follows from what it computes.

    Args:
        bench: What is trained.
        lanes: At most those of the program.
    """
    for steps in (each for each in CHUNKS_STEPS if each <= bench.program.chunk_steps):
        wall_s = _timed(bench, lanes=lanes, steps=steps)
        if wall_s >= SHORT_S or bench.terms.must_end():
            break
    return of(bench, step_s=wall_s / steps / lanes)


def of(bench: Bench, *, step_s: float) -> Pace:
    """Return the pace of lanes whose steps take so many seconds each."""
    task = bench.program.task
    batches = task.valid_examples / courses.batch_size(task, bench.settings)
    return Pace(step_s=step_s, score_s=batches * step_s * courses.FORWARD)


def _timed(bench: Bench, *, lanes: int, steps: int) -> float:
    """Return the seconds of so many steps; the first chunk pays for what the next finds ready."""
    course = Course(multiples=np.full(2 * steps, 1e-3), score_every=None)
    own = [bench.lane(bench.settings.learning_rate, number) for number in range(lanes)]
    for chunk in cohort.train(bench.program, own, course, chunk_steps=steps):
        wall_s = chunk.wall_s
        if bench.terms.must_end():
            break
    return wall_s


def affordable_s(bench: Bench) -> float | None:
    """Return the seconds that a plan may take; none without a budget."""
    remaining_s = bench.terms.remaining_s()
    return None if remaining_s is None else remaining_s * (1 - RESERVE)
