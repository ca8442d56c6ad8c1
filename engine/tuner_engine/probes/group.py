"""How do trainings of one length go, side by side?

Each gives a `Trial` to draw while it runs, and a `Score` to compare once it is over.
"""

import math
from collections.abc import Generator, Sequence

import numpy as np

from tuner_engine.events import Trial
from tuner_engine.probes.bench import Bench, finite
from tuner_engine.probes.optimum import Score
from tuner_engine.training import cohort, courses
from tuner_engine.training.cohort import Lane

SMOOTHED = 3
"""Most neighbouring scorings that are averaged before the best is taken: a single lucky scoring
says less about a rate than a stretch of good ones. Chosen on twelve public tables."""

SMOOTHED_SHARE = 0.15
"""Share of all scorings that they may be: where these are few, the next one is much later."""


class Group:
    """Trainings that go side by side to the end of one length."""

    def __init__(self, bench: Bench, lanes: Sequence[Lane], horizon_share: float) -> None:
        self._bench, self._lanes, self._share = bench, lanes, horizon_share
        self._course = bench.course(horizon_share)
        self._losses = np.empty((len(lanes), 0))
        self._diverged = np.zeros(len(lanes), bool)
        self.trials: tuple[Trial, ...] = ()

    def train(self) -> Generator[bool, None, None]:
        """Train chunk by chunk, saying each time whether that was the last one."""
        task, settings = self._bench.program.task, self._bench.settings
        per_epoch = courses.steps_per_epoch(task, settings)
        scored = np.empty(0)
        for chunk in cohort.train(self._bench.program, self._lanes, self._course):
            self._losses = np.concatenate([self._losses, chunk.figures["loss"]], axis=1)
            scored = np.concatenate([scored, chunk.scored_after])
            self._diverged = chunk.diverged
            self.trials = tuple(
                self._trial(row, steps=int(chunk.taken[row]), epochs=scored / per_epoch)
                for row in range(len(self._lanes))
            )
            yield chunk.last

    def _trial(self, row: int, *, steps: int, epochs: np.ndarray) -> Trial:
        losses = np.where(np.isfinite(self._losses[row]), self._losses[row], np.inf)
        best = int(np.argmin(losses)) if len(losses) else 0
        lane = self._lanes[row]
        return Trial(
            learning_rate=lane.learning_rate,
            seed=lane.seed,
            steps=steps,
            valid_loss=finite(losses[best]) if len(losses) and not self._diverged[row] else None,
            best_epoch=float(epochs[best]) if len(losses) and np.isfinite(losses[best]) else 0.0,
        )

    def scores(self) -> tuple[Score, ...]:
        """Return the score of each training."""
        return tuple(map(self._score, range(len(self._lanes))))

    def _score(self, row: int) -> Score:
        losses, lane = self._losses[row], self._lanes[row]
        best, until = steady(losses)
        return Score(
            learning_rate=lane.learning_rate,
            horizon_share=self._share,
            seed=lane.seed,
            loss=math.inf if self._diverged[row] else best,
            best_epoch=self.trials[row].best_epoch,
            best_share=min(until / self._course.scorings, 1.0),
            first_loss=float(losses[0]) if len(losses) else math.inf,
        )


def steady(losses: np.ndarray) -> tuple[float, int]:
    """Return the lowest mean of some scorings in a row, and how late it comes.

    Args:
        losses: Validation losses of one training; those after its end are NaN.

    Returns:
        The loss, infinite if there was no scoring; and the number of scorings up to the next one
        after them: as late as the best checkpoint may be.
    """
    known = losses[np.isfinite(losses)]
    if not len(known):
        return math.inf, 0
    width = min(SMOOTHED, max(round(SMOOTHED_SHARE * len(losses)), 1), len(known))
    means = np.lib.stride_tricks.sliding_window_view(known, width).mean(axis=1)
    lowest = int(np.argmin(means))
    return float(means[lowest]), lowest + width + 1
