"""Which learning rate is best for this training, and how sure is that?

1. **Sweep.** Several seeds train as lanes while the rate rises exponentially. The typical curve
   shows the stability edge, or why there is none; it chooses nothing.
2. **Trials.** Below the edge, candidates are trained under the schedule that will be used, on rungs
   of growing length. Each rung closes in on the best; two lengths show the drift between them.
3. **Verdict.** A parabola in log rate at the longest rung, extrapolated to the full length where
   the budget did not reach it.

Invariant: the probe touches nothing but its own lanes.
"""

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tuner_engine import events
from tuner_engine.events import AnyEvent, Trial
from tuner_engine.probes import plan, readings, verdicts
from tuner_engine.probes.plan import Deadline, Rung
from tuner_engine.probes.readings import RungReading, SweepReading
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, courses, schedules
from tuner_engine.training.cohort import Course, Lane, Measured
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task

SWEEP_CHUNK_STEPS = 10
"""Points of the sweep between events: half a decade, so the curve grows before one's eyes."""

EXTENSIONS = 2
"""Times a rung goes on past the border at which its best rate lies. House choice."""


@dataclass(frozen=True)
class _Bench:
    """What every stretch of the probe needs."""

    program: Program
    settings: Hyperparameters
    seed: int
    deadline: Deadline
    stop: threading.Event
    full_steps: int

    def must_end(self) -> bool:
        return self.stop.is_set() or self.deadline.has_passed()

    def lane(self, rate: float, seed: int) -> Lane:
        return Lane(
            learning_rate=rate, weight_decay=self.settings.weight_decay, seed=self.seed + seed
        )


def probe(
    task: Task,
    settings: Hyperparameters,
    *,
    seed: int,
    deadline: Deadline,
    stop: threading.Event,
    evidence: str,
) -> Iterator[AnyEvent]:
    """Measure the learning rate of one training.

    Args:
        task: What is trained.
        settings: How; its learning rate is ignored.
        seed: First of the seeds of the lanes.
        deadline: When to be done; without a limit the usual plan is followed.
        stop: Once set, the probe ends after the present chunk with what it has.
        evidence: Identifier under which the measurement is kept.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    program = courses.compiled(task, settings, lanes=plan.MOST_LANES)
    yield events.ProgramCompiled(
        phase="sweep", compile_s=program.compile_s, layout=str(program.layout)
    )
    full_steps = courses.full_steps(task, settings)
    bench = _Bench(program, settings, seed, deadline, stop, full_steps)
    low, high = plan.SWEEP_RANGES[settings.optimizer]
    sweep, step_s = yield from _sweep(bench, low=low, high=high)
    if sweep.verdict == "diverged-at-once":
        high, low = low, low / plan.EXTENSION
        sweep, step_s = yield from _sweep(bench, low=low, high=high)
    if stop.is_set():
        yield verdicts.without_trials(
            sweep, why="Stopped before any training confirmed a rate.", verdict="interrupted"
        )
        return
    if sweep.verdict != "ok" or sweep.edge is None:
        yield verdicts.of_sweep(sweep, low=low, high=high * plan.EXTENSION)
        return
    rungs = yield from _trials(bench, sweep, step_s=step_s)
    if not rungs:
        yield _inconclusive(bench, sweep)
        return
    yield verdicts.of_trials(
        sweep,
        rungs,
        settings,
        constant_loss=task.constant_loss,
        evidence=evidence,
        interrupted=stop.is_set(),
    )


def _inconclusive(bench: _Bench, sweep: SweepReading) -> events.VerdictReached:
    if bench.stop.is_set():
        why, verdict = "Stopped before any training confirmed a rate.", "interrupted"
    elif bench.deadline.has_passed():
        why, verdict = "The budget ended before any training confirmed a rate.", "budget-too-small"
    else:
        why, verdict = "Every trial below the edge diverged in some seed.", "all-diverged"
    return verdicts.without_trials(sweep, why=why, verdict=verdict)


def _sweep(
    bench: _Bench, *, low: float, high: float
) -> Generator[AnyEvent, None, tuple[SweepReading, float]]:
    """Raise the rate until the edge shows; return the reading and the seconds per lane step."""
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
        if bench.stop.is_set() or (seen >= steps and reading and reading.edge is not None):
            break
    if reading is None:
        reading = readings.read_sweep(rates[: losses.shape[1]], losses)
    return reading, timed_s / max(timed_steps, 1)


def _points(rates: np.ndarray, chunk: Measured) -> events.SweepMeasured:
    first, count = chunk.first_step, chunk.train_losses.shape[1]
    return events.SweepMeasured(
        learning_rates=tuple(float(rate) for rate in rates[first : first + count]),
        losses=tuple(tuple(_finite(loss) for loss in row) for row in chunk.train_losses),
    )


def _trials(
    bench: _Bench, sweep: SweepReading, *, step_s: float
) -> Generator[AnyEvent, None, list[RungReading]]:
    """Train candidates on rungs of growing length; return what each finished length says."""
    ladder = plan.ladder(
        full_steps=bench.full_steps, step_s=step_s, remaining_s=bench.deadline.remaining_s()
    )
    yield events.PhaseStarted(
        phase="trials",
        lanes=max((rung.lanes for rung in ladder), default=0),
        lane_steps=round(sum(rung.full_trainings for rung in ladder) * bench.full_steps),
        plan=_plan_in_words(ladder),
    )
    steps_taken = 0
    found: dict[float, RungReading] = {}
    tried: dict[float, dict[float, list[float | None]]] = {}
    for number, rung in enumerate(ladder):
        done = [found[share] for share in sorted(found)]
        rates = plan.rates_around(done, rung) if done else plan.rates_below(_edge(sweep), rung)
        earlier: tuple[Trial, ...] = ()
        for _ in range(1 + EXTENSIONS):
            outcome = yield from _rung(
                bench, rung, rates, number=number, earlier=earlier, steps_before=steps_taken
            )
            steps_taken += sum(trial.steps for trial in outcome.trials)
            if not outcome.finished:
                return done
            table = tried.setdefault(rung.horizon_share, {})
            for trial in outcome.trials:
                table.setdefault(trial.learning_rate, []).append(trial.valid_loss)
            reading = readings.read_rung(
                sorted(table),
                [table[rate] for rate in sorted(table)],
                initial_loss=sweep.initial_loss,
                horizon_share=rung.horizon_share,
            )
            if reading is None:
                return done
            found[rung.horizon_share] = reading
            if reading.border is None:
                break
            rates = plan.rates_beyond(sorted(table), reading.border, rung.spacing)
            earlier = (*earlier, *outcome.trials)
    return [found[share] for share in sorted(found)]


@dataclass(frozen=True)
class _Outcome:
    trials: tuple[Trial, ...]
    finished: bool


def _rung(
    bench: _Bench,
    rung: Rung,
    rates: Sequence[float],
    *,
    number: int,
    earlier: tuple[Trial, ...],
    steps_before: int,
) -> Generator[AnyEvent, None, _Outcome]:
    """Train every rate with every seed for the length of one rung."""
    lanes = [bench.lane(rate, seed) for rate in rates for seed in range(rung.seeds)]
    course = courses.course(bench.program.task, bench.settings, horizon_share=rung.horizon_share)
    best = np.full(len(lanes), np.inf)
    best_step = np.zeros(len(lanes))
    lost = np.zeros(len(lanes), bool)
    trials: tuple[Trial, ...] = ()
    per_epoch = courses.steps_per_epoch(bench.program.task, bench.settings)
    for chunk in cohort.train(bench.program, lanes, course):
        for step, losses in zip(chunk.scored_after, chunk.figures["loss"].T, strict=True):
            better = losses < best
            best[better], best_step[better] = losses[better], step
        lost = chunk.diverged
        trials = tuple(
            Trial(
                learning_rate=lane.learning_rate,
                seed=lane.seed,
                steps=int(chunk.taken[i]),
                valid_loss=None if lost[i] else _finite(best[i]),
                best_epoch=float(best_step[i] / per_epoch),
            )
            for i, lane in enumerate(lanes)
        )
        done = (
            not chunk.active.any() or chunk.first_step + chunk.train_losses.shape[1] >= course.steps
        )
        yield events.TrialsMeasured(
            rung=number,
            horizon_share=rung.horizon_share,
            trials=(*earlier, *trials),
            finished=done,
        )
        yield events.StepsTaken(
            phase="trials", lane_steps=steps_before + sum(trial.steps for trial in trials)
        )
        if not done and bench.must_end():
            return _Outcome(trials, finished=False)
    return _Outcome(trials, finished=True)


def _plan_in_words(ladder: Sequence[Rung]) -> str:
    if not ladder:
        return "no training short enough for the budget"
    parts = [
        f"{rung.rates} rates x {rung.seeds} seeds at {rung.horizon_share:.0%} of a full training"
        for rung in ladder
    ]
    return "; ".join(parts)


def _edge(sweep: SweepReading) -> float:
    if sweep.edge is None:
        raise ValueError("trials need an edge to stay below")
    return sweep.edge


def _finite(loss: float) -> float | None:
    return float(loss) if np.isfinite(loss) else None
