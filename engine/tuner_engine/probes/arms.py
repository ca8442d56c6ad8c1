"""How are trainings run side by side that are compared with each other?

An arm is one way to train, with several seeds; its lanes differ in their luck alone.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from tuner_engine import events
from tuner_engine.events import AnyEvent, EpochMeasured, Phase
from tuner_engine.leaving import Left
from tuner_engine.probes import curves
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.curves import Curves
from tuner_engine.probes.pace import Pace
from tuner_engine.training import full
from tuner_engine.training.cohort import Course, Lane, Measured


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train.

    Attributes:
        name: What it is called beside the others.
        lanes: One for each seed.
        values: Settings in which it differs from the recipe.
    """

    name: str
    lanes: tuple[Lane, ...]
    values: dict[str, float] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the events of its lanes are called."""
        return tuple(f"{self.name}, seed {number}" for number in range(len(self.lanes)))


@dataclass(frozen=True, slots=True)
class Trained:
    """What became of some arms.

    Attributes:
        curves: Of each arm, in order.
        last: What the last chunk measured; its lanes lie in the order of the arms. None where a
            chunk was left behind, and the lanes with it.
        finished: Whether all was trained that was planned.
        speed: Of these lanes, where they took a step.
    """

    curves: tuple[Curves, ...]
    last: Measured | None
    finished: bool
    speed: Pace | None = None


def trained(
    bench: Bench,
    arms: Sequence[Arm],
    course: Course,
    *,
    phase: Phase,
    plan: str,
    speed: Pace | None = None,
) -> Generator[AnyEvent, None, Trained]:
    """Train every lane of some arms.

    Args:
        bench: Its program has at least as many lanes.
        arms: To be compared.
        course: The way through that they share.
        phase: What the training is part of.
        plan: Why it is done, in a sentence.
        speed: Of lanes like these, where it was seen.

    Returns:
        What became of them, also where a chunk was left behind because the run was over.
    """
    told: list[EpochMeasured] = []
    yield events.LanesStarted(phase=phase, lanes=tuple(_told(arms)))
    lanes = {label: lane for arm in arms for label, lane in zip(arm.labels, arm.lanes, strict=True)}
    seconds = None if speed is None else speed.seconds(course, lanes=len(lanes))
    training = full.train(
        bench.program,
        bench.settings,
        lanes,
        phase=phase,
        plan=plan,
        seconds=seconds,
        must_end=bench.terms.must_end,
        course=course,
        tested=False,
    )
    began_s = bench.terms.clock()
    try:
        last = yield from _overheard(training, told)
    except Left:
        last = None
    found = tuple(curves.gathered(told, arm.labels) for arm in arms)
    return Trained(
        found,
        last,
        finished=last is not None and last.last,
        speed=_speed(last, seconds=bench.terms.clock() - began_s),
    )


def _speed(last: Measured | None, *, seconds: float) -> Pace | None:
    """Return how fast lanes were, all that goes with a step in it; none if they took none."""
    steps = 0 if last is None else int(last.taken.sum())
    return Pace(step_s=seconds / steps, score_s=0.0) if steps else None


def _told(arms: Sequence[Arm]) -> Iterator[events.Training]:
    for arm in arms:
        for label, lane in zip(arm.labels, arm.lanes, strict=True):
            yield events.Training(label=label, arm=arm.name, seed=lane.seed, values=arm.values)


def _overheard(
    training: Generator[AnyEvent, None, Measured | None], told: list[EpochMeasured]
) -> Generator[AnyEvent, None, Measured | None]:
    """Pass on what a training says, keeping its epochs in `told`."""
    with closing(training):
        while True:
            try:
                event = next(training)
            except StopIteration as ended:
                last: Measured | None = ended.value
                return last
            if isinstance(event, EpochMeasured):
                told.append(event)
            yield event
