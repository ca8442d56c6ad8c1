"""Below the edge, which learning rate trains best?

Candidates are trained under the schedule that will be used, on rungs of growing length. Each rung
closes in on the best of the one before; a best rate at the border of those tried widens its rung.
Invariant: rates are compared over the same seeds, at the same length of training.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuner_engine import events
from tuner_engine.events import AnyEvent, Trial
from tuner_engine.probes import plan, readings
from tuner_engine.probes.bench import Bench, finite
from tuner_engine.probes.plan import Rung
from tuner_engine.probes.readings import RungReading, SweepReading
from tuner_engine.specs import FALLING, Hyperparameters
from tuner_engine.training import choosing, cohort, courses

EXTENSIONS = 2
"""Times a rung goes on past the border at which its best rate lies. House choice."""

LOWERED = 10.0
"""Factor by which all rates go down when each of them lost some seed. House choice."""

NEARBY = 0.5
"""Decades around the best rate within which rates count for how long training goes on: the lower
ones learn more slowly, and may win once they have had their time. House choice."""


def climb(
    bench: Bench, sweep: SweepReading, *, step_s: float
) -> Generator[AnyEvent, None, list[RungReading] | None]:
    """Train candidates rung by rung.

    Args:
        bench: The program and the training that the rate is for.
        sweep: The reading that bounds the candidates; it has an edge.
        step_s: Seconds per optimizer step of one lane, as seen in the sweep.

    Returns:
        What each finished length of training says, by rising length; empty if none finished with
        a rate at which no seed was lost, none if not even the shortest fits the budget.
    """
    ladder = plan.ladder(
        full_steps=bench.full_steps, step_s=step_s, remaining_s=bench.terms.remaining_s()
    )
    if not ladder:
        return None
    phase = _phase(bench, ladder)
    yield phase
    faster = choosing.improved(bench.program, planned_s=phase.lane_steps * step_s)
    if faster is not bench.program:
        bench = replace(bench, program=faster)
        yield events.ProgramCompiled(
            phase="trials", compile_s=faster.compile_s, layout=str(faster.layout)
        )
    queue = list(ladder)
    read: dict[float, RungReading] = {}
    tried = _Tried()
    number = taken = 0
    while queue:
        rung, known = queue.pop(0), list(read.values())
        rates = plan.rates_around(known, rung) if known else plan.rates_below(_edge(sweep), rung)
        if known and known[-1].reach > 1.0:
            tried = _Tried()  # other lengths are other trainings
        begun_s, lanes = bench.terms.clock(), len(tried.trials)
        reading, taken = yield from _widened(
            bench, rung, rates, tried, number=number, taken=taken, initial_loss=sweep.initial_loss
        )
        if reading is None:
            break
        read[rung.horizon_share] = reading
        if reading.reach == 1.0 and known and known[-1].reach == 1.0:
            break  # longer trainings would be these again
        cost_s = (bench.terms.clock() - begun_s) / (len(tried.trials) - lanes)
        remaining_s = bench.terms.remaining_s()
        more = plan.further(
            rung, full_share=reading.full_share, cost_s=cost_s, remaining_s=remaining_s
        )
        if more is not None and not queue:
            queue, taken = [more], 0
            yield _phase(bench, queue)
        number += 1
    return list(read.values())


def _phase(bench: Bench, rungs: Sequence[Rung]) -> events.PhaseStarted:
    return events.PhaseStarted(
        phase="trials",
        lanes=max(rung.lanes for rung in rungs),
        lane_steps=round(plan.cost(rungs) * bench.full_steps),
        plan=plan.in_words(rungs),
    )


@dataclass(slots=True)
class _Tried:
    """All trainings of one length, or that patience ends before theirs."""

    trials: tuple[Trial, ...] = ()

    @property
    def rates(self) -> list[float]:
        return sorted({trial.learning_rate for trial in self.trials})

    def read(
        self, settings: Hyperparameters, *, initial_loss: float, horizon_share: float
    ) -> RungReading | None:
        losses = [
            [trial.valid_loss for trial in self.trials if trial.learning_rate == rate]
            for rate in self.rates
        ]
        reading = readings.read_rung(
            self.rates, losses, initial_loss=initial_loss, horizon_share=horizon_share
        )
        if reading is None:
            return None
        return replace(reading, full_share=self._full_share(settings, best=reading.best))

    def _full_share(self, settings: Hyperparameters, *, best: float) -> float:
        """Where patience ends trainings near the best rate; a falling schedule takes its time."""
        if settings.patience is None or settings.schedule in FALLING:
            return 1.0
        near = [
            trial.best_epoch
            for trial in self.trials
            if abs(math.log10(trial.learning_rate / best)) <= NEARBY
        ]
        return min(1.0, (max(near) + settings.patience) / settings.epochs)


def _widened(
    bench: Bench,
    rung: Rung,
    rates: Sequence[float],
    tried: _Tried,
    *,
    number: int,
    taken: int,
    initial_loss: float,
) -> Generator[AnyEvent, None, tuple[RungReading | None, int]]:
    """Train one rung, going on past a border where the best rate lies at it, or below all rates."""
    here: tuple[Trial, ...] = ()
    reading: RungReading | None = None
    for _ in range(1 + EXTENSIONS):
        trials, finished = yield from _side_by_side(
            bench, rung, rates, number=number, before=here, taken=taken
        )
        taken += sum(trial.steps for trial in trials)
        if not finished:
            break
        here += trials
        tried.trials += trials
        reading = tried.read(
            bench.settings, initial_loss=initial_loss, horizon_share=rung.horizon_share
        )
        if reading is None:
            rates = [rate / LOWERED for rate in rates]
        elif reading.border is None:
            break
        else:
            rates = plan.rates_beyond(tried.rates, reading.border, rung.spacing)
    return reading, taken


def _side_by_side(
    bench: Bench,
    rung: Rung,
    rates: Sequence[float],
    *,
    number: int,
    before: tuple[Trial, ...],
    taken: int,
) -> Generator[AnyEvent, None, tuple[tuple[Trial, ...], bool]]:
    """Train every rate with every seed for the length of one rung; false if it had to stop."""
    task, settings = bench.program.task, bench.settings
    lanes = [bench.lane(rate, seed) for rate in rates for seed in range(rung.seeds)]
    course = courses.course(task, settings, horizon_share=rung.horizon_share)
    per_epoch = courses.steps_per_epoch(task, settings)
    best, best_step = np.full(len(lanes), np.inf), np.zeros(len(lanes))
    trials: tuple[Trial, ...] = ()
    finished = False
    for chunk in cohort.train(bench.program, lanes, course):
        for step, losses in zip(chunk.scored_after, chunk.figures["loss"].T, strict=True):
            better = losses < best
            best[better], best_step[better] = losses[better], step
        trials = tuple(
            Trial(
                learning_rate=lane.learning_rate,
                seed=lane.seed,
                steps=int(chunk.taken[i]),
                valid_loss=None if chunk.diverged[i] else finite(best[i]),
                best_epoch=float(best_step[i] / per_epoch),
            )
            for i, lane in enumerate(lanes)
        )
        finished = chunk.last
        yield events.TrialsMeasured(
            rung=number,
            horizon_share=rung.horizon_share,
            trials=(*before, *trials),
            finished=finished,
        )
        steps = taken + sum(trial.steps for trial in trials)
        yield events.StepsTaken(phase="trials", lane_steps=steps)
        if not finished and bench.terms.must_end():
            break
    return trials, finished


def _edge(sweep: SweepReading) -> float:
    if sweep.edge is None:
        raise ValueError("trials need an edge to stay below")
    return sweep.edge
