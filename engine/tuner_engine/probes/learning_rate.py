"""Which learning rate is best for this training, and how sure is that?

1. **Sweep.** A few seeds train as lanes while the rate rises exponentially. The typical curve
   shows the stability edge, or why there is none; it chooses nothing.
2. **Trials.** Below the edge, candidates are trained under the schedule that will be used, on rungs
   of growing length. Each rung closes in on the best of those before.
3. **Verdict.** All trials are read together: the surface of the loss over rate and length gives the
   best rate of a full training, the range around it, and how it moves with length.

Invariant: the probe touches nothing but its own lanes.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuner_engine import events
from tuner_engine.events import AnyEvent
from tuner_engine.leaving import Left
from tuner_engine.probes import plan, rate_free, readings, trials, verdicts
from tuner_engine.probes.bench import Bench, finite
from tuner_engine.probes.readings import SweepReading
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, schedules
from tuner_engine.training.cohort import Course, Lane, Measured
from tuner_engine.training.program import Program

READ_EVERY = 8
"""Points of the sweep after which it is read again: a decade at most. Where it ends depends on them
alone, and not on a machine's speed."""

SLOW_FLOPS = 1e9
"""Operations of a step from which each point is told on its own: they take a hundredth of a second,
and calling takes a thousandth. House choice."""

GONE = 3.0
"""Multiples of the drop by which the loss must have risen above its beginning before a sweep ends
early: by then the edge lies behind beyond doubt. House choice."""


def probe(
    program: Program,
    settings: Hyperparameters,
    terms: Terms,
) -> Iterator[AnyEvent]:
    """Measure the learning rate of one training.

    Args:
        program: Compiled for the task, for `plan.MOST_LANES` lanes.
        settings: The training that the rate is for; around its own rate the search begins.
        terms: Seeds, budget, effort and evidence; without the latter the usual plan is followed.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    bench = Bench(program, settings, terms)
    low, high = plan.SWEEP_RANGES[settings.optimizer]
    swept = yield from _sweep(bench, low=low, high=high)
    if swept.reading.verdict == "diverged-at-once":
        high, low, before = low, low / plan.EXTENSION, swept.lane_steps
        swept = yield from _sweep(bench, low=low, high=high)
        swept = replace(swept, lane_steps=before + swept.lane_steps)
    sweep = swept.reading
    if terms.stop.is_set() or swept.cut_short:
        yield _inconclusive(bench, sweep)
        return
    # A sweep is short and noisy: where it shows the edge, the trials say whether there is anything
    # to learn.
    if sweep.verdict == "diverged-at-once" or sweep.edge is None:
        yield verdicts.of_sweep(sweep, low=low, high=swept.highest)
        return
    yield events.EdgeLocated(learning_rate=sweep.edge)
    climbed = yield from trials.climb(
        bench, sweep, step_s=swept.step_s, swept_steps=swept.lane_steps
    )
    if climbed.found is None:
        yield _inconclusive(bench, sweep, fitted=climbed.planned)
        return
    rivals = yield from rate_free.compare(
        bench, terms.compare, climbed.found, initial_loss=sweep.initial_loss
    )
    yield verdicts.of_trials(
        sweep,
        climbed.found,
        settings,
        constant_loss=program.task.constant_loss,
        valid_examples=program.task.valid_examples,
        evidence=terms.evidence,
        interrupted=terms.stop.is_set(),
        others={rival.name: rival.loss for rival in rivals},
    )


@dataclass(frozen=True, slots=True)
class _Swept:
    """A sweep and how far it came.

    Attributes:
        reading: What the curve says.
        step_s: Seconds per optimizer step of one lane.
        lane_steps: Taken by all lanes together.
        highest: Highest rate swept.
        cut_short: Whether time or a person ended it before its range was swept.
    """

    reading: SweepReading
    step_s: float
    lane_steps: int
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
    steps, seeds = plan.sweep_shape(low, high, full_steps=bench.full_steps)
    further = plan.extended(steps, low=low, high=high)
    rates = schedules.exponential_sweep(low=low, high=high * plan.EXTENSION, steps=further)
    lanes = [bench.lane(1.0, seed) for seed in range(seeds)]
    yield events.PhaseStarted(
        phase="sweep",
        lanes=len(lanes),
        lane_steps=steps * len(lanes),
        plan=_announced(bench, seeds=seeds, low=low, high=high),
    )
    course = Course(multiples=rates, score_every=None)
    losses = np.empty((len(lanes), 0))
    timed_s, timed_steps, taken = 0.0, 0, 0
    for chunk in _chunks(bench, lanes, course):
        losses = np.concatenate([losses, chunk.train_losses], axis=1)
        if taken:
            # The first call pays for what later ones find ready; it says nothing about speed.
            timed_s += chunk.wall_s
            timed_steps += int(chunk.taken.sum()) - taken
        taken = int(chunk.taken.sum())
        yield _points(rates, chunk)
        yield events.StepsTaken(phase="sweep", lane_steps=taken)
        seen = losses.shape[1]
        if bench.terms.must_end():
            break
        if seen % READ_EVERY == 0 and seen > READ_EVERY:
            reading = _read(bench, rates, losses)
            if _broken(losses, reading, whole=seen >= steps):
                break
    reading = _read(bench, rates, losses)
    return _Swept(
        reading=reading,
        step_s=timed_s / timed_steps if timed_steps else chunk.wall_s / taken,
        lane_steps=taken,
        highest=float(rates[losses.shape[1] - 1]),
        cut_short=losses.shape[1] < steps and not chunk.last and reading.edge is None,
    )


def _chunks(bench: Bench, lanes: Sequence[Lane], course: Course) -> Generator[Measured, None, None]:
    """Train for the sweep, up to a chunk that is left behind because the run is over.

    Raises:
        Left: That was the first one.
    """
    chunk_steps = 1 if bench.step_flops >= SLOW_FLOPS else READ_EVERY
    told = False
    try:
        for chunk in cohort.train(bench.program, lanes, course, chunk_steps=chunk_steps):
            yield chunk
            told = True
    except Left:
        if not told:
            raise


def _read(bench: Bench, rates: np.ndarray, losses: np.ndarray) -> SweepReading:
    """Return what the rates say that were swept so far."""
    ignorant = bench.program.task.constant_loss
    scale = abs(float(np.median(losses[:, 0])) if ignorant is None else ignorant)
    least = readings.LEAST_RISE * scale if np.isfinite(scale) else 0.0
    return readings.read_sweep(rates[: losses.shape[1]], losses, least_rise=least)


def _broken(losses: np.ndarray, reading: SweepReading, *, whole: bool) -> bool:
    """Return whether there is no use in higher rates: the edge shows, and lies well behind.

    Args:
        losses: [seeds, points] so far.
        reading: Of them.
        whole: Whether the range was swept.
    """
    if reading.edge is None:
        return False
    last = np.median(np.where(np.isfinite(losses[:, -1]), losses[:, -1], np.inf))
    fall = max(reading.drop, readings.NOISE_MULTIPLE * reading.noise)
    return whole or bool(last > reading.initial_loss + GONE * fall)


def _announced(bench: Bench, *, seeds: int, low: float, high: float) -> str:
    """Return what is about to be measured, and what all of it will cost."""
    lanes = "one seed sweeps" if seeds == 1 else f"{seeds} seeds sweep"
    what = f"{lanes} {low:.0e} to {high:.0e} to find where training breaks"
    if bench.terms.budget_s is not None:
        return f"{what}; trials follow as the budget allows"
    rungs = plan.ladder(
        full_steps=bench.full_steps,
        fits=None,
        effort=bench.terms.effort,
        at_ease=bench.at_ease,
    )
    whole = f"{what}; trials follow that cost {plan.rough(plan.cost(rungs))} full trainings"
    if bench.terms.effort is None and plan.plenty_seeds(bench.at_ease):
        return f"{whole}, with more seeds up to {plan.rough(bench.at_ease)} if luck blurs them"
    return whole


def _points(rates: np.ndarray, chunk: Measured) -> events.SweepMeasured:
    first, count = chunk.first_step, chunk.train_losses.shape[1]
    return events.SweepMeasured(
        learning_rates=tuple(float(rate) for rate in rates[first : first + count]),
        losses=tuple(tuple(finite(loss) for loss in row) for row in chunk.train_losses),
    )
