"""How many epochs are worth while, and would more data do more?

1. **The whole training**, with several seeds and without patience: where is the best epoch, does
   validation rise after it, does it still fall at the end?
2. **Shorter trainings**, where the schedule falls: its rate depends on what is left, so another
   length is another training, and only a training shows what it comes to.
3. **Less data**, for as many epochs: what did the last doubling bring, and what would the next?

Invariant: the probe touches nothing but its own lanes.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from tuner_engine import durations, leaving
from tuner_engine.events import AnyEvent
from tuner_engine.leaving import Left
from tuner_engine.probes import arms, epochs_plan, epochs_verdict, pace, programs
from tuner_engine.probes.arms import Arm
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.curves import Curves
from tuner_engine.probes.epochs_plan import SEEDS, Stage
from tuner_engine.probes.epochs_verdict import Circumstances
from tuner_engine.probes.pace import Pace
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import courses, evaluation
from tuner_engine.training.cohort import Course
from tuner_engine.training.task import Task

SCORING = "the best checkpoints were being scored"
"""What may be left behind, as `Left` words it."""


def probe(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    """Measure how long one training should be.

    Args:
        task: What is trained.
        settings: How; their patience is put aside.
        terms: Seeds, budget and evidence.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    found = _Found()
    with suppress(Left):
        yield from _measured(task, settings, terms, found)
    yield epochs_verdict.of(
        found.curves,
        Circumstances(
            settings=settings,
            constant_loss=task.constant_loss,
            valid_examples=task.valid_examples,
            subsets=found.subsets,
            evidence=terms.evidence,
            stopped=terms.stop.is_set(),
            expired=terms.expired(),
            scores=found.scores,
            predicts=task.predict is not None,
            seed_sd=terms.seed_sd,
        ),
    )


@dataclass(slots=True)
class _Found:
    """What has been measured so far.

    Attributes:
        curves: Of every stage that was trained.
        scores: Of the best checkpoints of the whole training.
        subsets: Whether lanes can see a part of the data.
    """

    curves: dict[Stage, Curves] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    subsets: bool = True


def _measured(
    task: Task, settings: Hyperparameters, terms: Terms, found: _Found
) -> Iterator[AnyEvent]:
    program = yield from programs.compiled(
        task, settings, terms, phase="epochs", lanes=SEEDS, keep_best=task.predict is not None
    )
    found.subsets = not program.form.fed
    bench = Bench(program, settings, terms)
    speed, planned = _planned(bench)
    for number, stage in enumerate(planned):
        trained = yield from arms.trained(
            bench,
            [_arm(bench, stage)],
            _course(bench, stage),
            phase="epochs",
            plan=_plan(planned, number, _all_s(bench, planned, speed)),
            speed=speed,
        )
        speed = trained.speed or speed
        if not trained.finished and number:
            return  # part of a training is not comparable with a whole one
        found.curves[stage] = trained.curves[0]
        if number == 0 and trained.last is not None:
            score = partial(evaluation.scores, program, trained.last)
            found.scores = leaving.awaited(score, terms.over, what=SCORING)
        if terms.must_end():
            return


def _planned(bench: Bench) -> tuple[Pace | None, tuple[Stage, ...]]:
    """Return the stages, and the speed that they were planned with, where there is a budget."""
    affordable_s = pace.affordable_s(bench)
    speed = None if affordable_s is None else pace.measured(bench, lanes=SEEDS)
    task, settings = bench.program.task, bench.settings
    return speed, epochs_plan.stages(
        settings,
        full_steps=bench.full_steps,
        batches=courses.steps_per_epoch(task, settings),
        subsets=not bench.program.form.fed,
        seconds=lambda stage: (
            0.0 if speed is None else speed.seconds(_course(bench, stage), lanes=SEEDS)
        ),
        affordable_s=affordable_s,
    )


def _all_s(bench: Bench, planned: tuple[Stage, ...], speed: Pace | None) -> float | None:
    if speed is None:
        return None
    return sum(speed.seconds(_course(bench, stage), lanes=SEEDS) for stage in planned)


def _course(bench: Bench, stage: Stage) -> Course:
    """Return the way through, without patience: what comes after the best epoch is the question."""
    course = courses.course(bench.program.task, bench.settings, horizon_share=stage.horizon_share)
    return replace(course, patience=None)


def _arm(bench: Bench, stage: Stage) -> Arm:
    every = bench.program.task.train_examples
    part = None if stage.data_share == 1 else round(every * stage.data_share)
    lanes = (bench.lane(bench.settings.learning_rate, number) for number in range(SEEDS))
    return Arm(
        name=stage.name,
        lanes=tuple(replace(lane, examples=part) for lane in lanes),
        values=_values(bench, stage),
    )


def _values(bench: Bench, stage: Stage) -> dict[str, float]:
    values = {"epochs": stage.length * bench.settings.epochs} if stage.length < 1 else {}
    return values | ({"data_share": stage.data_share} if stage.data_share < 1 else {})


def _plan(planned: tuple[Stage, ...], number: int, seconds: float | None) -> str:
    own = f"{SEEDS} seeds of {planned[number].name}"
    if number:
        return own
    others = ", ".join(stage.name for stage in planned[1:])
    cost = f"{epochs_plan.cost(planned):.2g} full trainings in all"
    lasting = f", {durations.about(seconds)}" if seconds is not None and others else ""
    return f"{own}{', then ' if others else ''}{others}: {cost}{lasting}"
