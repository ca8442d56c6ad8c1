"""Below the edge, which learning rate trains best?

Candidates are trained under the schedule that will be used, on rungs of growing length. Each rung
closes in on the best of those before; a best rate at the border of the first one widens it.
Invariant: rates are compared over the same seeds, at the same length of training.
"""

import math
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tuner_engine import events
from tuner_engine.events import AnyEvent, Trial
from tuner_engine.leaving import Left
from tuner_engine.probes import candidates, optimum, pace, plan
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.group import Group
from tuner_engine.probes.optimum import Optimum, Score
from tuner_engine.probes.pace import Pace
from tuner_engine.probes.plan import Rung, Rungs
from tuner_engine.probes.readings import SweepReading
from tuner_engine.specs import FALLING, Hyperparameters
from tuner_engine.training import choosing

EXTENSIONS = 2
"""Times the first rung goes on past the border at which its best rate lies. House choice."""

LOWERED = 10.0
"""Factor by which all rates go down when every training was lost. House choice."""

NEARBY = 0.5
"""Decades around the best rate within which rates count for how long training goes on: the lower
ones learn more slowly, and may win once they have had their time. House choice."""

IMPROVING = 0.8
"""Share of its length after which the best checkpoint of a training says that it would go on
improving. House choice."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """How far trials came.

    Attributes:
        found: What they say; none if no rung was finished with a training that was not lost.
        planned: Whether any training fitted the budget.
    """

    found: Optimum | None
    planned: bool


def climb(
    bench: Bench, sweep: SweepReading, *, step_s: float, swept_steps: int
) -> Generator[AnyEvent, None, Climbed]:
    """Train candidates rung by rung.

    Args:
        bench: The program and the training that the rate is for.
        sweep: The reading that bounds the candidates; it has an edge.
        step_s: Seconds per optimizer step of one lane, as seen in the sweep.
        swept_steps: Lane steps of the sweep; they count to what an effort may cost.

    Returns:
        What all finished rungs say together.
    """
    speed, planned_s = pace.of(bench, step_s=step_s), pace.affordable_s(bench)
    effort, at_ease = bench.terms.effort, bench.at_ease
    rungs = plan.ladder(
        full_steps=bench.full_steps,
        fits=None
        if planned_s is None
        else lambda rungs: _seconds(bench, speed, rungs) <= planned_s,
        effort=effort,
        at_ease=at_ease,
    )
    if not rungs:
        return Climbed(None, planned=False)
    most = plan.most_trainings(effort, limited=planned_s is not None, at_ease=at_ease)
    climbing = _Climb(bench, sweep, speed, left=most - swept_steps / bench.full_steps)
    with suppress(Left):
        if (yield from climbing.up(rungs)) and effort is None and planned_s is None:
            yield from climbing.tell_apart(at_ease)
    return Climbed(climbing.found, planned=True)


def _seconds(bench: Bench, speed: Pace, rungs: Sequence[Rung]) -> float:
    """Return how long rungs take at most, scorings included."""
    return sum(speed.seconds(bench.course(it.horizon_share), lanes=it.lanes) for it in rungs)


@dataclass(slots=True)
class _Climb:
    """What is known on the way up.

    Attributes:
        bench: What is trained.
        sweep: What bounds the candidates.
        speed: As seen in the sweep.
        left: Full trainings that may still be spent.
        scores: Of all trainings so far.
        found: What those scores say together.
        number: Of the rung.
        told: Its trainings that are over.
        taken: Lane steps since the phase began.
    """

    bench: Bench
    sweep: SweepReading
    speed: Pace
    left: float
    scores: tuple[Score, ...] = ()
    found: Optimum | None = None
    number: int = -1
    told: tuple[Trial, ...] = ()
    taken: int = 0
    expected: float = field(init=False)

    def __post_init__(self) -> None:
        self.expected = candidates.expected(
            self.bench.settings, edge=_edge(self.sweep), learned=self.sweep.verdict == "ok"
        )

    def up(self, rungs: Rungs) -> Generator[AnyEvent, None, bool]:
        """Train rung by rung, and on where time was saved, until one is not finished.

        Returns:
            Whether all were finished.

        Raises:
            Left: The run was over while something was trained; what was found before stands.
        """
        terms, queue = self.bench.terms, rungs
        yield self._phase(rungs)
        yield from self._quicken(plan.cost(rungs))
        while queue:
            rung, queue = queue[0], queue[1:]
            begun_s, before = terms.clock(), len(self.scores)
            if not (yield from self.rung(rung)) or self.found is None:
                return False
            if before == 0:
                queue = plan.affordable(queue, rung, trainings=self.left)
            more = plan.further(
                rung,
                full_share=self.found.full_share,
                cost_s=(terms.clock() - begun_s) / (len(self.scores) - before),
                affordable_s=None if terms.effort else pace.affordable_s(self.bench),
            )
            if more and not queue:
                queue = more
                yield self._phase(queue)
        return True

    def tell_apart(self, trainings: float) -> Generator[AnyEvent, None, None]:
        """Train the rates of the greatest length with more seeds where luck blurs them.

        Args:
            trainings: Full trainings that may be spent in all.
        """
        found = self.found
        if found is None or found.noise is None:
            return
        ends = optimum.at_length(self.scores, found.horizon_share)
        rates = [rate for rate, loss in ends.items() if math.isfinite(loss)]
        seeds = len({score.seed for score in self.scores})
        rung = Rung(found.horizon_share, len(rates), seeds, 0.0)
        luck = found.noise / optimum.gain(found.loss, initial_loss=self.sweep.initial_loss)
        spent = sum(score.horizon_share for score in self.scores)
        more = plan.more_seeds(rung, noise=luck, left=trainings - spent)
        if more:
            rung = replace(rung, seeds=more)
            yield self._phase((rung,))
            if (yield from self._side_by_side(rung, rates, first_seed=seeds)) is not None:
                self.found = self._read()

    def _phase(self, rungs: Sequence[Rung]) -> events.PhaseStarted:
        """Begin a phase, and say what it costs."""
        self.taken = 0
        return events.PhaseStarted(
            phase="trials",
            lanes=max(rung.lanes for rung in rungs),
            lane_steps=round(plan.cost(rungs) * self.bench.full_steps),
            seconds=_seconds(self.bench, self.speed, rungs),
            plan=plan.in_words(rungs, widens=not self.scores),
        )

    def _quicken(self, trainings: float) -> Generator[AnyEvent, None, None]:
        """Take a faster layout, where so many full trainings make it worth looking for one."""
        faster = choosing.improved(
            self.bench.program,
            lane_steps=trainings * self.bench.full_steps,
            step_s=self.speed.step_s,
        )
        if faster is not self.bench.program:
            self.bench = replace(self.bench, program=faster)
            yield events.ProgramCompiled(
                phase="trials", compile_s=faster.compile_s, layout=str(faster.layout)
            )

    def rung(self, rung: Rung) -> Generator[AnyEvent, None, bool]:
        """Train one rung; the first goes on past a border where the best rate lies at it.

        One more rate is told as part of the rung that it goes on from.

        Returns:
            Whether the rung was finished.
        """
        first = not self.scores
        rates = self._rates(rung)
        if first or rung.rates > 1:
            self.number, self.told = self.number + 1, ()
        for _ in range(1 + EXTENSIONS):
            trained = yield from self._side_by_side(rung, rates)
            if trained is None:
                return False
            self.told += trained
            self.found = self._read()
            if self.found is None:
                rates = [rate / LOWERED for rate in rates]
            elif first and self.found.border is not None and self._affords_two_more(rung):
                tried = sorted({score.learning_rate for score in self.scores})
                rates = list(candidates.beyond(tried, self.found.border, rung.spacing))
            else:
                break
        return True

    def _affords_two_more(self, rung: Rung) -> bool:
        return 2 * rung.seeds * rung.horizon_share <= self.left

    def _rates(self, rung: Rung) -> list[float]:
        """Return the candidates of a rung."""
        if self.found is None:
            return list(candidates.around(self.expected, rung, ceiling=_edge(self.sweep)))
        lost = self.found.lost
        ceiling = math.inf if lost is None else lost * 10**-candidates.CLEARANCE
        if rung.rates > 1:
            return list(candidates.around(self.found.best, rung, ceiling=ceiling))
        ends = optimum.at_length(self.scores, self.scores[-1].horizon_share)
        gain = max(self.sweep.initial_loss - min(ends.values()), 0.0)
        return [
            candidates.beside(
                list(ends), list(ends.values()), rung.spacing, gain=gain, ceiling=ceiling
            )
        ]

    def _read(self) -> Optimum | None:
        """Read all trainings together; where patience ends them early, that is their length."""
        settings = self.bench.settings

        def read(full_share: float) -> Optimum | None:
            return optimum.read(
                self.scores,
                initial_loss=self.sweep.initial_loss,
                expected=self.expected,
                edge=_edge(self.sweep),
                drift=candidates.drift(settings),
                full_share=full_share,
            )

        found = read(1.0)
        if found is None:
            return None
        share = _full_share(self.scores, settings, best=found.best)
        return found if share == 1.0 else read(share)

    def _side_by_side(
        self, rung: Rung, rates: Sequence[float], *, first_seed: int = 0
    ) -> Generator[AnyEvent, None, tuple[Trial, ...] | None]:
        """Train every rate with every seed for the length of one rung; none if it had to stop."""
        seeds = range(first_seed, first_seed + rung.seeds)
        lanes = [self.bench.lane(rate, seed) for seed in seeds for rate in rates]
        most = self.bench.program.slots
        done: tuple[Trial, ...] = ()
        scores: tuple[Score, ...] = ()
        for start in range(0, len(lanes), most):
            group = Group(self.bench, lanes[start : start + most], rung.horizon_share)
            for last in group.train():
                trials = (*self.told, *done, *group.trials)
                finished = last and start + most >= len(lanes)
                yield events.TrialsMeasured(
                    rung=self.number,
                    horizon_share=rung.horizon_share,
                    trials=trials,
                    finished=finished,
                )
                steps = sum(trial.steps for trial in (*done, *group.trials))
                yield events.StepsTaken(phase="trials", lane_steps=self.taken + steps)
                if not finished and self.bench.terms.must_end():
                    return None
            done += group.trials
            scores += group.scores()
        steps = sum(trial.steps for trial in done)
        self.taken += steps
        self.left -= steps / self.bench.full_steps
        self.scores += scores
        return done


def _full_share(scores: Sequence[Score], settings: Hyperparameters, *, best: float) -> float:
    """Return where patience ends trainings near the best rate, over the full length.

    A falling schedule takes its time, and a training that was still improving tells no end.
    """
    if settings.patience is None or settings.schedule in FALLING:
        return 1.0
    longest = max(score.horizon_share for score in scores)
    near = [
        score.best_epoch
        for score in scores
        if score.horizon_share == longest and abs(math.log10(score.learning_rate / best)) <= NEARBY
    ]
    end = max(near, default=math.inf)
    if end > IMPROVING * longest * settings.epochs:
        return 1.0
    return min(1.0, (end + settings.patience) / settings.epochs)


def _edge(sweep: SweepReading) -> float:
    if sweep.edge is None:
        raise ValueError("trials need an edge to stay below")
    return sweep.edge
