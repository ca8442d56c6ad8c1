"""How much of any difference between two trainings is luck?

1. **Everything**: several seeds, each with its own first weights, order of the data and noise in
   its steps, as any two trainings differ.
2. **One thing at a time**: the others are kept, so that each source of luck shows its share.

Trainings go on as they are meant to, patience included, and count by their best checkpoint.
Invariant: the probe touches nothing but its own lanes.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tuner_engine import durations
from tuner_engine.events import AnyEvent
from tuner_engine.leaving import Left
from tuner_engine.probes import arms, luck_verdict, pace, programs
from tuner_engine.probes.arms import Arm
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.curves import Curves
from tuner_engine.probes.luck_verdict import EVERYTHING, NOISE, ORDER, WEIGHTS
from tuner_engine.probes.pace import Pace
from tuner_engine.probes.seeds_plan import APART, FEWEST, MOST_SOURCES, SEEDS, WHOLE, Plan
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import courses, dependence
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task

FAR = 100
"""Distance of a source's other seeds from the first, so that none is met twice."""

SHORTEST_STEPS = 60
"""Trainings shorter than this say nothing about longer ones. House choice."""


def probe(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    """Measure the luck in one training.

    Args:
        task: What is trained.
        settings: How.
        terms: Seeds, budget and evidence.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    found = _Found()
    with suppress(Left):
        yield from _measured(task, settings, terms, found)
    yield luck_verdict.of(
        found.curves,
        length=found.length,
        constant_loss=task.constant_loss,
        shared_order=found.shared_order,
        evidence=terms.evidence,
        stopped=terms.stop.is_set(),
    )


@dataclass(slots=True)
class _Found:
    """What has been measured so far.

    Attributes:
        curves: Of every source of luck.
        length: Of the trainings, over the full one's.
        shared_order: Whether all lanes see the data in one order.
    """

    curves: dict[str, Curves] = field(default_factory=dict)
    length: float = 1.0
    shared_order: bool = False


def _measured(
    task: Task, settings: Hyperparameters, terms: Terms, found: _Found
) -> Iterator[AnyEvent]:
    form = courses.form(task, settings)
    chance = dependence.CHANCE in dependence.of_loss(task, form)
    most = max(SEEDS, APART * MOST_SOURCES)
    program = yield from programs.compiled(task, settings, terms, phase="seeds", lanes=most)
    bench, sources = Bench(program, settings, terms), _sources(program, chance=chance)
    speed, plan = _plan(bench, sources)
    found.length, found.shared_order = plan.length, program.form.fed
    course = courses.course(task, settings, horizon_share=plan.length)
    for group in _groups(bench, plan, sources):
        if group[0].name != EVERYTHING and not (plan.apart or _affords(bench, plan, group, speed)):
            return
        whole_s = None if speed is None else speed.seconds(course, lanes=plan.lanes(len(sources)))
        trained = yield from arms.trained(
            bench,
            group,
            course,
            phase="seeds",
            plan=_words(plan, sources, group, seconds=whole_s),
            speed=speed,
        )
        speed = trained.speed or speed
        if not trained.finished:
            return
        found.curves |= {arm.name: own for arm, own in zip(group, trained.curves, strict=True)}


def _sources(program: Program, *, chance: bool) -> tuple[str, ...]:
    """Return what makes lanes differ, besides being other lanes."""
    order = () if program.form.fed else (ORDER,)
    return (WEIGHTS, *order, *((NOISE,) if chance else ()))


def _plan(bench: Bench, sources: Sequence[str]) -> tuple[Pace | None, Plan]:
    """Return the whole plan, or as much of it as there is time for, and how fast that goes.

    The speed is seen only where there is a budget.
    """
    whole = replace(WHOLE, apart=len(sources) > 1)
    affordable_s = pace.affordable_s(bench)
    if affordable_s is None:
        return None, whole
    speed = pace.measured(bench, lanes=SEEDS)
    plans = [whole, replace(whole, apart=False), Plan(FEWEST, apart=False, length=1.0)]
    for plan in plans:
        if speed.seconds(_course(bench, plan), lanes=plan.lanes(len(sources))) <= affordable_s:
            return speed, plan
    plan = plans[-1]
    while plan.length * bench.full_steps >= SHORTEST_STEPS:
        plan = replace(plan, length=plan.length / 2)
        if speed.seconds(_course(bench, plan), lanes=plan.seeds) <= affordable_s:
            return speed, plan
    return speed, Plan(0, apart=False, length=plan.length)


def _course(bench: Bench, plan: Plan) -> Course:
    return courses.course(bench.program.task, bench.settings, horizon_share=plan.length)


def _groups(bench: Bench, plan: Plan, sources: Sequence[str]) -> list[list[Arm]]:
    """Return the arms of each stretch: everything first, then the sources side by side."""
    if not plan.seeds:
        return []
    first = bench.lane(bench.settings.learning_rate, 0)
    every = [bench.lane(bench.settings.learning_rate, number) for number in range(plan.seeds)]
    apart = [
        Arm(source, tuple(_varied(first, source, number) for number in range(1, APART + 1)))
        for source in sources
    ]
    groups = [[Arm(EVERYTHING, tuple(every))]]
    return [*groups, apart] if len(sources) > 1 else groups


def _affords(bench: Bench, plan: Plan, group: Sequence[Arm], speed: Pace | None) -> bool:
    """Return whether there is time for the sources after all, as patience ends trainings early."""
    affordable_s = pace.affordable_s(bench)
    if plan.seeds < SEEDS or plan.length < 1 or speed is None or affordable_s is None:
        return False
    lanes = sum(len(arm.lanes) for arm in group)
    return speed.seconds(_course(bench, plan), lanes=lanes) <= affordable_s


def _varied(first: Lane, source: str, number: int) -> Lane:
    """Return the first lane with another seed for one source."""
    other, fixed = first.seed + FAR * number, replace(first, order_seed=first.seed)
    fixed = replace(fixed, noise_seed=first.seed)
    if source == WEIGHTS:
        return replace(fixed, seed=other)
    return replace(fixed, **{"order_seed" if source == ORDER else "noise_seed": other})


def _words(
    plan: Plan, sources: Sequence[str], group: Sequence[Arm], *, seconds: float | None
) -> str:
    if group[0].name != EVERYTHING:
        return f"{APART} more seeds each of {', '.join(arm.name for arm in group)} alone"
    cost = plan.lanes(len(sources)) * plan.length
    then = f", then {', '.join(sources)} each alone" if plan.apart else ""
    lasting = f", {durations.about(seconds)}" if seconds is not None and plan.apart else ""
    return f"{plan.seeds} seeds of everything{then}: {cost:.3g} full trainings in all{lasting}"
