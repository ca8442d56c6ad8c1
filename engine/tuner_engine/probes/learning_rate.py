"""Which learning rate is best for this training, and how sure is that?

1. **Sweep.** Several seeds train as lanes while the rate rises exponentially. The typical curve
   shows the stability edge, or why there is none; it chooses nothing.
2. **Trials.** Below the edge, candidates are trained under the schedule that will be used, on rungs
   of growing length. Each rung closes in on the best; two lengths show the drift between them.
3. **Verdict.** A parabola in log rate at the longest rung, extrapolated to the full length where
   the budget did not reach it.

Invariant: the probe touches nothing but its own lanes.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from tuner_engine import events
from tuner_engine.events import AnyEvent
from tuner_engine.probes import plan, readings, trials, verdicts
from tuner_engine.probes.bench import Bench, finite
from tuner_engine.probes.readings import SweepReading
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, schedules
from tuner_engine.training.cohort import Course, Measured
from tuner_engine.training.program import Program

SWEEP_CHUNK_STEPS = 10
"""Points of the sweep between events: half a decade, so the curve grows before one's eyes."""


def probe(
    program: Program,
    settings: Hyperparameters,
    terms: Terms,
) -> Iterator[AnyEvent]:
    """Measure the learning rate of one training.

    Args:
        program: Compiled for the task, for `plan.MOST_LANES` lanes.
        settings: The training that the rate is for; its own learning rate is ignored.
        terms: Seeds, budget and evidence; without a budget the usual plan is followed.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    bench = Bench(program, settings, terms)
    low, high = plan.SWEEP_RANGES[settings.optimizer]
    swept = yield from _sweep(bench, low=low, high=high)
    if swept.reading.verdict == "diverged-at-once":
        high, low = low, low / plan.EXTENSION
        swept = yield from _sweep(bench, low=low, high=high)
    sweep = swept.reading
    if terms.stop.is_set() or swept.cut_short:
        yield _inconclusive(bench, sweep)
        return
    # A sweep is short and noisy: where it only shows the edge, the trials say whether there is
    # anything to learn.
    if sweep.verdict not in ("ok", "flat") or sweep.edge is None:
        yield verdicts.of_sweep(sweep, low=low, high=swept.highest)
        return
    yield events.EdgeLocated(learning_rate=sweep.edge)
    rungs = yield from trials.climb(bench, sweep, step_s=swept.step_s)
    if not rungs:
        yield _inconclusive(bench, sweep, fitted=rungs is not None)
        return
    yield verdicts.of_trials(
        sweep,
        rungs,
        settings,
        constant_loss=program.task.constant_loss,
        valid_examples=program.task.valid_examples,
        evidence=terms.evidence,
        interrupted=terms.stop.is_set(),
    )


@dataclass(frozen=True, slots=True)
class _Swept:
    """A sweep and how far it came.

    Attributes:
        reading: What the curve says.
        step_s: Seconds per optimizer step of one lane.
        highest: Highest rate swept.
        cut_short: Whether time or a person ended it before its range was swept.
    """

    reading: SweepReading
    step_s: float
    highest: float
    cut_short: bool


def _inconclusive(
    bench: Bench, sweep: SweepReading, *, fitted: bool = True
) -> events.VerdictReached:
    if bench.terms.stop.is_set():
        verdict = "interrupted"
    elif not fitted or bench.terms.expired():
        verdict = "budget-too-small"
    else:
        verdict = "all-diverged"
    return verdicts.without_trials(sweep, verdict=verdict)


def _sweep(bench: Bench, *, low: float, high: float) -> Generator[AnyEvent, None, _Swept]:
    """Raise the rate until the edge shows."""
    steps = plan.sweep_steps(low, high)
    further = plan.sweep_steps(low, high * plan.EXTENSION)
    rates = schedules.exponential_sweep(low=low, high=high * plan.EXTENSION, steps=further)
    lanes = [bench.lane(1.0, seed) for seed in range(plan.SWEEP_SEEDS)]
    yield events.PhaseStarted(
        phase="sweep",
        lanes=len(lanes),
        lane_steps=steps * len(lanes),
        plan=f"{len(lanes)} seeds sweep {low:.0e} to {high:.0e} to find where training breaks",
    )
    course = Course(multiples=rates, score_every=None)
    losses = np.empty((len(lanes), 0))
    timed_s, timed_steps, taken = 0.0, 0, 0
    reading = None
    for chunk in cohort.train(bench.program, lanes, course, chunk_steps=SWEEP_CHUNK_STEPS):
        losses = np.concatenate([losses, chunk.train_losses], axis=1)
        if taken:
            # The first call pays for what later ones find ready; it says nothing about speed.
            timed_s += chunk.wall_s
            timed_steps += int(chunk.taken.sum()) - taken
        taken = int(chunk.taken.sum())
        yield _points(rates, chunk)
        yield events.StepsTaken(phase="sweep", lane_steps=taken)
        seen = losses.shape[1]
        if seen >= 2 * SWEEP_CHUNK_STEPS:
            reading = readings.read_sweep(rates[:seen], losses)
        if bench.terms.must_end() or (seen >= steps and reading and reading.edge is not None):
            break
    if reading is None:
        reading = readings.read_sweep(rates[: losses.shape[1]], losses)
    return _Swept(
        reading=reading,
        step_s=timed_s / timed_steps if timed_steps else chunk.wall_s / taken,
        highest=float(rates[losses.shape[1] - 1]),
        cut_short=losses.shape[1] < steps and not chunk.last,
    )


def _points(rates: np.ndarray, chunk: Measured) -> events.SweepMeasured:
    first, count = chunk.first_step, chunk.train_losses.shape[1]
    return events.SweepMeasured(
        learning_rates=tuple(float(rate) for rate in rates[first : first + count]),
        losses=tuple(tuple(finite(loss) for loss in row) for row in chunk.train_losses),
    )
