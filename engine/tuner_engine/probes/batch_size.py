"""Which batch size should one training have?

1. **Memory and speed.** Sizes around the advised one are compiled, and run where they fit: from
   which size on do larger batches bring hardly more examples per second?
2. **Noise.** At several points of a short training, gradients of micro-batches show beyond which
   size examples are wasted.
3. **Branches**, where asked for: one checkpoint is gone on with by several sizes.
4. **Verdict.** The smallest size on the plateau, held down by noise, memory and the data's amount.

Batches have fixed shapes, so each is as large as the longest example makes it. Invariant: the probe
touches nothing but its own lanes.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np

from tuner_engine import events, leaving
from tuner_engine.events import AnyEvent, BatchTried, NoiseMeasured
from tuner_engine.leaving import Left
from tuner_engine.probes import (
    batch_plan,
    batch_trial,
    batch_verdict,
    branches,
    gradient_noise,
    programs,
)
from tuner_engine.probes.batch_trial import Isolated
from tuner_engine.probes.batch_verdict import Evidence
from tuner_engine.probes.gradient_noise import Moments
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, courses, gradients
from tuner_engine.training.gradients import Measure
from tuner_engine.training.lane import LaneState
from tuner_engine.training.program import Program
from tuner_engine.training.task import Batch, Noise, Stream, Task, Variables

MICRO_BATCHES = 32
"""Gradients that the noise scale is read from: enough for a jackknife. House choice."""

FEWEST = 3
"""Fewer gradients show no noise."""

POINTS = (0.0, 0.05, 0.25, 1.0)
"""Where along it: noise is nearly nothing at first, grows fast, then levels off. Source: arXiv
2505.23971."""

MIDDLE = 2
"""Which of these points branches go on from."""

MEASURING = "gradients were being compared"
"""What may be left behind, as `Left` words it."""

Built = Callable[[Hyperparameters], Task]
"""Hyperparameters → the task with their batch size."""


def probe(
    built: Built,
    settings: Hyperparameters,
    terms: Terms,
    *,
    isolated: Isolated | None = None,
    check: bool = False,
) -> Iterator[AnyEvent]:
    """Measure the batch size of one training.

    Args:
        built: Makes the task, which may depend on the batch size.
        settings: The training in question; its batch size is where the search begins.
        terms: Seeds, budget and evidence. Half of what the size in force leaves of a budget is for
            the speed of other sizes, the rest for noise.
        isolated: Runs a size in a process of its own where memory may not be enough.
        check: Whether one checkpoint is gone on with by several sizes, too.

    Yields:
        Events; the last is a `VerdictReached`.
    """
    task = built(settings)
    told: list[BatchTried] = []
    noise: list[NoiseMeasured] = []
    branched: dict[int, np.ndarray] = {}
    yield from _timed(built, settings, terms, told, isolated)
    ran = [each.batch_size for each in told if each.outcome == "ran"]
    with suppress(Left):
        if (
            ran
            and not terms.must_end()
            and _compiles(terms, told, programs=batch_plan.NOISE_PROGRAMS)
        ):
            middle = yield from _noise(task, settings, terms, told, noise)
            if check and middle is not None and not isinstance(task.train, Stream):
                yield from branches.grown(built, settings, ran, middle, terms, branched)
    yield batch_verdict.of(
        Evidence(told, noise, branched, terms.seed_sd),
        settings,
        examples=task.train_examples,
        fixed=isinstance(task.train, Stream),
        evidence=terms.evidence,
        stopped=terms.stop.is_set(),
    )


def _timed(
    built: Built,
    settings: Hyperparameters,
    terms: Terms,
    told: list[BatchTried],
    isolated: Isolated | None,
) -> Iterator[AnyEvent]:
    """Time the size in force, which tells how long the others take, and then those; into `told`."""
    own, *others = _from_middle(candidates(built(settings), settings), settings.batch_size)
    cost = batch_plan.in_words(1 + len(others))
    yield events.PhaseStarted(
        phase="throughput",
        lanes=1,
        lane_steps=batch_trial.trial_steps(0.0),
        plan=f"batches of {own} first, which tell how long others take; in all {cost}",
    )
    beginning = terms  # until when another size is begun; what was begun may take the rest
    for sizes in ([own], others):
        if sizes is others:
            beginning = _first_half(terms)
            if others and not terms.must_end():
                yield _announced(others, told)
        taken = 0
        for size in sizes:
            sized = replace(settings, batch_size=size)
            in_time = not beginning.must_end() and _compiles(beginning, told, programs=1)
            tried = (
                batch_trial.tried(built(sized), sized, terms, isolated=isolated)
                if in_time and not _larger(told, size)
                else [_untried(told, size)]
            )
            for event in tried:
                yield event
                if isinstance(event, BatchTried) and event.finished:
                    told.append(event)
                    taken += event.steps
            yield events.StepsTaken(phase="throughput", lane_steps=taken)


def _announced(sizes: Sequence[int], told: Sequence[BatchTried]) -> events.PhaseStarted:
    """Return what timing some sizes will cost: at most, unless the size in force was timed."""
    plan = f"batches of {', '.join(map(str, sorted(sizes)))}"
    pace_s = _example_s(told)
    if pace_s is None:
        most = len(sizes) * batch_trial.trial_steps(0.0)
        return events.PhaseStarted(phase="throughput", lanes=1, lane_steps=most, plan=plan)
    steps_s = [pace_s * size for size in sizes]
    seconds = len(sizes) * told[0].compile_s + sum(map(batch_trial.timing_s, steps_s))
    return events.PhaseStarted(
        phase="throughput",
        lanes=1,
        lane_steps=sum(map(batch_trial.trial_steps, steps_s)),
        plan=f"{plan}: {len(sizes)} programs to compile and time",
        seconds=seconds,
    )


def _example_s(told: Sequence[BatchTried]) -> float | None:
    """Return the seconds that an example takes at the size in force, which is tried first."""
    if not told or not told[0].step_s:
        return None
    return float(np.median(told[0].step_s)) / told[0].batch_size


def _noise_s(told: Sequence[BatchTried], *, steps: int, batch_size: int) -> float | None:
    """Return the seconds that measuring noise takes once its training is compiled."""
    pace_s = _example_s(told)
    if pace_s is None:
        return None
    compile_s = (batch_plan.NOISE_PROGRAMS - 1) * told[0].compile_s
    # Each gradient is taken twice, of micro-batches as large as a batch at most.
    gradients = 2 * len(POINTS) * MICRO_BATCHES
    return compile_s + (steps + gradients) * batch_size * pace_s


def candidates(task: Task, settings: Hyperparameters) -> tuple[int, ...]:
    """Return the sizes to try, rising; of a stream, its own alone."""
    own = courses.batch_size(task, settings)
    if isinstance(task.train, Stream):
        return (own,)
    return batch_plan.sizes(own, examples=task.train_examples, parts=settings.accumulation)


def _first_half(terms: Terms) -> Terms:
    """Return the same terms with half of the time that is left."""
    remaining_s = terms.remaining_s()
    if not terms.budget_s or remaining_s is None:
        return terms
    return terms.part(1 - remaining_s / 2 / terms.budget_s)


def _from_middle(sizes: Sequence[int], own: int) -> list[int]:
    """Return sizes from the one in force outwards, so that a short budget learns what is near."""
    return sorted(sizes, key=lambda size: (abs(np.log2(size / own)), size))


def _larger(told: Sequence[BatchTried], size: int) -> int | None:
    """Return the smallest size that was too large, if this one is larger."""
    refused = min((each.batch_size for each in told if _refused(each)), default=size)
    return refused if refused < size else None


def _untried(told: Sequence[BatchTried], size: int) -> BatchTried:
    refused = _larger(told, size)
    why = "There was no time left" if refused is None else f"A batch of {refused:,} was too large"
    return BatchTried(batch_size=size, outcome="not-tried", why=why)


def _compiles(terms: Terms, told: Sequence[BatchTried], *, programs: int) -> bool:
    """Return whether there is time to compile so much, which nothing can cut short."""
    remaining_s = terms.remaining_s()
    longest_s = max((each.compile_s for each in told), default=0.0)
    return remaining_s is None or remaining_s >= programs * longest_s


def _refused(event: BatchTried) -> bool:
    return event.outcome in {"does-not-fit", "ran-out"}


def _noise(
    task: Task,
    settings: Hyperparameters,
    terms: Terms,
    told: Sequence[BatchTried],
    found: list[NoiseMeasured],
) -> Generator[AnyEvent, None, LaneState | None]:
    """Train a little, and measure the noise of gradients on the way; into `found`, too.

    Returns:
        The training at the middle point, for branches; none if it did not come there.
    """
    program = yield from programs.compiled(task, settings, terms, phase="noise", lanes=1)
    lane = courses.lane(settings, learning_rate=settings.learning_rate, seed=terms.seed)
    course = courses.course(task, settings, horizon_share=batch_plan.NOISE_LENGTH)
    course = replace(course, score_every=None)
    per_epoch = courses.steps_per_epoch(task, settings)
    plan = (
        f"gradients of {MICRO_BATCHES} micro-batches at {len(POINTS)} points of a training of "
        f"{course.steps / per_epoch:.3g} epochs"
    )
    seconds = _noise_s(told, steps=course.steps, batch_size=program.form.batch_size)
    yield events.PhaseStarted(
        phase="noise",
        lanes=1,
        lane_steps=course.steps,
        plan=plan,
        seconds=seconds,
    )
    measure = gradients.squares_and_products(task, _disturbance(program, settings))
    begun = yield from _warmed(measure, program, terms)

    def measured(variables: Variables, epoch: float) -> Iterator[AnyEvent]:
        batches = _micro_batches(program, seed=terms.seed + len(found))
        if len(batches) < FEWEST:
            return
        measuring = partial(measure, variables, batches, terms.seed, terms.must_end)
        moments = leaving.awaited(measuring, terms.over, what=MEASURING)
        if moments is not None:
            found.append(_read(moments, batches, epoch))
            yield found[-1]

    marks = [round(point * course.steps) for point in POINTS]
    taken, middle = 0, None
    yield from measured(begun, 0.0)
    chunk_steps = max(course.steps // 20, 1)
    for chunk in cohort.train(program, [lane], course, chunk_steps=chunk_steps):
        passed = [mark for mark in marks if taken < mark <= int(chunk.taken[0])]
        taken = int(chunk.taken[0])
        yield events.StepsTaken(phase="noise", lane_steps=taken)
        if chunk.diverged[0] or terms.must_end():
            break
        if passed:
            lane_now = program.fetched(chunk.state, chunk.slots)
            middle = lane_now if marks[MIDDLE] in passed else middle
            own = jax.tree.map(lambda leaf: leaf[0], lane_now.variables)
            yield from measured(own, taken / per_epoch)
    return middle


def _warmed(
    measure: Measure, program: Program, terms: Terms
) -> Generator[AnyEvent, None, Variables]:
    """Compile what measures gradients, and return the training's variables at its beginning."""

    def warmed() -> Variables:
        begun = _begun(program.task, terms.seed)
        first = _micro_batches(program, seed=terms.seed)[:1]
        if first:
            measure(begun, first, terms.seed, terms.must_end)
        return begun

    began_s = time.perf_counter()
    begun = leaving.awaited(warmed, terms.over, what=programs.COMPILING)
    compile_s = time.perf_counter() - began_s
    yield events.ProgramCompiled(phase="noise", compile_s=compile_s, layout=str(program.layout))
    return begun


def _disturbance(program: Program, settings: Hyperparameters) -> Noise:
    return Noise(
        dropout=settings.dropout if program.form.dropout else None,
        label_smoothing=settings.label_smoothing if program.form.label_smoothing else None,
        drop_path=settings.drop_path if program.form.drop_path else None,
    )


def _begun(task: Task, seed: int) -> Variables:
    key, _ = jax.random.split(jax.random.key(np.uint32(seed)))
    begun: Variables = jax.jit(task.init)(key)
    return begun


def _read(
    found: tuple[np.ndarray, np.ndarray], batches: Sequence[Batch], epoch: float
) -> NoiseMeasured:
    size = len(jax.tree.leaves(batches[0])[0])
    read = gradient_noise.read_noise(Moments(size, *found))
    return NoiseMeasured(
        epoch=epoch,
        noise_scale=read.scale,
        low=read.low,
        high=read.high,
        micro_batches=len(batches),
        micro_batch_size=size,
    )


def _micro_batches(program: Program, *, seed: int) -> list[Batch]:
    """Return batches without a common example, each at most as large as those trained with."""
    task = program.task
    if isinstance(task.train, Stream):
        return [batch for batch, _ in zip(task.train.batches, range(MICRO_BATCHES), strict=False)]
    count = min(MICRO_BATCHES, task.train_examples)
    size = max(min(program.form.batch_size, task.train_examples // count), 1)
    rows = np.random.default_rng([seed, 1]).permutation(task.train_examples)[: count * size]

    def gathered(own: np.ndarray) -> Any:
        return jax.tree.map(lambda array: np.asarray(array[np.sort(own)]), task.train)

    return [gathered(own) for own in rows.reshape(count, size)]
