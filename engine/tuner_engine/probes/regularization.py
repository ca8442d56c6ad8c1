"""Would other decay, dropout or label smoothing help this training?

1. **As advised**, with several seeds: is there overfitting at all? If not, nothing else is tried.
2. **One setting at a time**, with two of the same seeds.
3. **Confirmation**: what did clearly better, beside the advised values, with fresh seeds, and at
   half and twice the learning rate, as regularisation moves the best rate.

A tie is a tie: the advised value stays. Invariant: the probe touches nothing but its own lanes.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from tuner_engine import durations
from tuner_engine.events import AnyEvent
from tuner_engine.leaving import Left
from tuner_engine.probes import (
    arms,
    curves,
    pace,
    programs,
    regularization_plan,
    regularization_verdict,
)
from tuner_engine.probes.arms import Arm, Trained
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.pace import Pace
from tuner_engine.probes.regularization_plan import (
    MOST_LANES,
    RATES,
    SEEDS,
    TRIED_SEEDS,
    Candidate,
)
from tuner_engine.probes.regularization_verdict import ADVISED, Found
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import courses, dependence
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.task import Task

FRESH = 1000
"""Distance of confirming seeds from the others, so that nothing is judged by its own luck."""


def probe(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    """Measure whether other regularisation helps one training.

    Args:
        task: What is trained.
        settings: How; patience is put aside, as it hides overfitting.
        terms: Seeds, budget and evidence.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    able = replace(settings, dropout=settings.dropout or 0.1, label_smoothing=0.1)
    effective = dependence.of_loss(task, courses.form(task, able))
    compiled_for = replace(
        settings,
        dropout=able.dropout if dependence.DROPOUT in effective else settings.dropout,
        label_smoothing=0.1 if dependence.SMOOTHING in effective else settings.label_smoothing,
    )
    full_steps = courses.full_steps(task, settings)
    tried = regularization_plan.candidates(settings, full_steps=full_steps, effective=effective)
    found = Found(full_steps, seed_sd=terms.seed_sd)
    with suppress(Left):
        program = yield from programs.compiled(
            task, compiled_for, terms, phase="regularization", lanes=MOST_LANES
        )
        yield from _measured(_Work(Bench(program, settings, terms), found), tried)
    yield regularization_verdict.of(
        found,
        settings,
        untried={name for name in (dependence.DROPOUT, dependence.SMOOTHING) if name not in tried},
        constant_loss=task.constant_loss,
        evidence=terms.evidence,
        stopped=terms.stop.is_set(),
    )


@dataclass(slots=True)
class _Work:
    """A probe that is under way.

    Attributes:
        bench: What is trained.
        found: What became of it so far.
        speed: Seen in what was trained last, or before anything where there is a budget.
    """

    bench: Bench
    found: Found
    speed: Pace | None = field(default=None)

    @property
    def course(self) -> Course:
        """The whole way, without patience."""
        return replace(courses.course(self.bench.program.task, self.bench.settings), patience=None)

    def affords(self, lanes: int) -> bool:
        """Return whether there is time for so many trainings."""
        affordable_s = pace.affordable_s(self.bench)
        if affordable_s is None or self.speed is None:
            return True
        return self.speed.seconds(self.course, lanes=lanes) <= affordable_s

    def trained(self, group: Sequence[Arm], plan: str) -> Generator[AnyEvent, None, Trained]:
        """Train some arms to the end of the course, and note how fast that went."""
        found = yield from arms.trained(
            self.bench,
            group,
            self.course,
            phase="regularization",
            plan=plan,
            speed=self.speed,
        )
        self.speed = found.speed or self.speed
        return found


def _measured(work: _Work, tried: dict[str, tuple[Candidate, ...]]) -> Iterator[AnyEvent]:
    bench, found = work.bench, work.found
    if bench.terms.budget_s is not None:
        work.speed = pace.measured(bench, lanes=SEEDS)
    if not work.affords(SEEDS):
        return
    count = sum(map(len, tried.values()))
    most = regularization_plan.most(count)
    most_s = None if work.speed is None else work.speed.seconds(work.course, lanes=most)
    lasting = "" if most_s is None else f", {durations.about(most_s)}"
    plan = (
        f"{SEEDS} seeds as advised; if they overfit, {count} other values: up to {most} full "
        f"trainings in all{lasting}"
    )
    base = yield from work.trained([Arm(ADVISED, _lanes(bench, SEEDS))], plan)
    if not base.finished:
        return
    found.base = base.curves[0]
    read = curves.read_curves(
        found.base, ignorance=bench.program.task.constant_loss, seed_sd=bench.terms.seed_sd
    )
    found.reading = read
    if read is None or read.shape != "overfitting" or found.base.diverged.any():
        return
    for name, values in tried.items():
        if bench.terms.must_end() or not work.affords(TRIED_SEEDS * len(values)):
            return
        group = [_arm(bench, each) for each in values]
        done = yield from work.trained(group, f"{len(values)} other values of {name}")
        if not done.finished:
            return
        found.tried |= dict(zip(values, done.curves, strict=True))
    yield from _confirmed(work)


def _confirmed(work: _Work) -> Iterator[AnyEvent]:
    """Train what did best beside the advised values, with fresh seeds."""
    bench, found = work.bench, work.found
    best = regularization_verdict.promising(found)
    if best is None or bench.terms.must_end() or not work.affords(MOST_LANES):
        return
    rate = bench.settings.learning_rate
    fresh = [
        Arm(
            f"{best.name}, rate {factor * rate:.2g}",
            _lanes(bench, SEEDS, best, first=FRESH, rate=factor * rate),
            {best.setting: best.value, **({"learning_rate": factor * rate} if factor != 1 else {})},
        )
        for factor in RATES
    ]
    group = [Arm(f"{ADVISED}, fresh", _lanes(bench, SEEDS, first=FRESH)), *fresh]
    done = yield from work.trained(group, f"{SEEDS} fresh seeds confirm {best.name}")
    if done.finished:
        found.best = best
        found.again = done.curves[0]
        found.confirming = dict(zip(RATES, done.curves[1:], strict=True))


def _arm(bench: Bench, candidate: Candidate) -> Arm:
    lanes = _lanes(bench, TRIED_SEEDS, candidate)
    return Arm(candidate.name, lanes, {candidate.setting: candidate.value})


def _lanes(
    bench: Bench,
    seeds: int,
    candidate: Candidate | None = None,
    *,
    first: int = 0,
    rate: float | None = None,
) -> tuple[Lane, ...]:
    changed: dict[str, Any] = {} if candidate is None else {candidate.setting: candidate.value}
    return tuple(
        replace(bench.lane(rate or bench.settings.learning_rate, first + number), **changed)
        for number in range(seeds)
    )
