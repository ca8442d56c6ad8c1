"""Does one batch size run, and how fast?

What the compiler says comes first. A size that might not fit is run in a process of its own, so
that a system which kills instead of refusing kills that one:

```text
python -m tuner_engine.probes.batch_trial < SPEC
```

The process prints one `BatchTried` event; that it died without a word is an outcome, too.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import jax
import msgspec
import numpy as np

from tuner_engine import events, leaving
from tuner_engine.errors import DeviceError
from tuner_engine.events import BatchTried, ProgramCompiled
from tuner_engine.leaving import Left
from tuner_engine.probes.programs import COMPILING
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters, RunSpec, hyperparameters
from tuner_engine.training import cohort, courses, fitting, memory
from tuner_engine.training.cohort import Course
from tuner_engine.training.fitting import Fitted
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task

WARM_UPS = 3
"""Stretches that are run before any is timed. Source: the project's probe research."""

STRETCHES = 10
"""Timed stretches, enough for a median with a spread. Source: the same."""

STRETCH_S = 0.05
"""Aimed-at seconds of a stretch: far above the clock's and the call's own. House choice."""

MOST_STEPS = 64
"""Of a stretch. House choice."""

SOON_S = 1.0
"""Seconds of timing beyond which a first figure is told before the others. House choice."""

FULLEST = 0.85
"""Share of a device's free memory that a recommended size may take. Source: the project's probe
research; what is left is for the allocator and for what comes beside training."""

RISKY = 0.6
"""Share of free memory from which a size is run in a process of its own, where the system kills
rather than refuses. House choice."""

POLL_S = 0.1
"""Seconds between looks at whether such a process should end."""

Stopped = Callable[[], bool]
Isolated = Callable[[int, Stopped], BatchTried]
"""(batch size, whether to end) → what a process of its own found."""


def tried(
    task: Task, settings: Hyperparameters, terms: Terms, *, isolated: Isolated | None
) -> Iterator[BatchTried | ProgramCompiled]:
    """Try one batch size.

    Args:
        task: Built for it.
        settings: With it.
        terms: Whether to end early.
        isolated: Runs a size elsewhere; none to run every size here.

    Yields:
        That it is compiled; what is known already, where timing takes long; last what became of
        the size.
    """
    size = settings.batch_size
    try:
        compiling = partial(fitting.fitted, task, settings, lanes=1)
        found = leaving.awaited(compiling, terms.over, what=COMPILING)
    except DeviceError as error:
        yield BatchTried(batch_size=size, outcome="does-not-fit", why=str(error))
        return
    except Left:
        yield BatchTried(batch_size=size, outcome="not-tried", why="Time ended while it compiled")
        return
    share = _share(found)
    event = _event(size, found)
    yield ProgramCompiled(
        phase="throughput",
        compile_s=found.program.compile_s,
        layout=str(found.program.layout),
        footprint=found.footprint,
    )
    risky = share is None or share > RISKY
    if share is not None and share > FULLEST:
        why = f"It would take {share:.0%} of the free memory, and more than {FULLEST:.0%} is unsafe"
        yield msgspec.structs.replace(event, outcome="does-not-fit", why=why)
    elif isolated is not None and risky and jax.default_backend() == "cpu":
        del found  # the other process needs the memory
        yield isolated(size, terms.must_end)
    else:
        program = replace(found.program, over=terms.over)
        yield from _timed_out(program, settings, event, stopped=terms.must_end)


def _timed_out(
    program: Program, settings: Hyperparameters, event: BatchTried, *, stopped: Stopped
) -> Iterator[BatchTried]:
    """Time a size that should fit; yields as `tried` does."""
    seconds: tuple[float, ...] = ()
    try:
        for steps, seconds in timed(program, settings, stopped=stopped):
            known = msgspec.structs.replace(event, step_s=seconds, steps=steps)
            if len(seconds) >= STRETCHES:
                yield known
            elif len(seconds) == 1:
                yield msgspec.structs.replace(known, finished=False)
    except Left:
        pass
    except Exception as error:
        if not memory.ran_out(error):
            raise
        why = "The device ran out of memory, though the estimate fitted"
        yield msgspec.structs.replace(event, outcome="ran-out", why=why)
        return
    if len(seconds) < STRETCHES:
        yield msgspec.structs.replace(event, outcome="not-tried", why="The probe had to end")


def timed(
    program: Program, settings: Hyperparameters, *, stopped: Stopped
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Time steps of a size.

    Args:
        program: Compiled for at least one lane.
        settings: How it trains; the rate is too small to change anything.
        stopped: Asked after every stretch.

    Yields:
        Steps taken, and seconds per step, one figure per timed stretch: a single one of the first
        steps where all will take long, and all of them last.
    """
    first_s: list[float] = []
    for _, step_s in _paces(program, settings, steps=1, stretches=WARM_UPS, stopped=stopped):
        first_s.append(step_s)
        if len(first_s) == WARM_UPS - 1 and timing_s(step_s) > SOON_S:
            yield len(first_s), (step_s,)
    steps = min(stretch_steps(first_s[-1]), program.chunk_steps)
    stretches = WARM_UPS + STRETCHES
    found = list(_paces(program, settings, steps=steps, stretches=stretches, stopped=stopped))
    taken = len(first_s) + sum(steps for steps, _ in found)
    yield taken, tuple(step_s for _, step_s in found[WARM_UPS:])


def stretch_steps(step_s: float) -> int:
    """Return the steps of a stretch, where a step takes so long."""
    return min(max(round(STRETCH_S / max(step_s, 1e-9)), 1), MOST_STEPS)


def trial_steps(step_s: float) -> int:
    """Return the steps that a size is timed over in all, where a step takes so long."""
    return WARM_UPS + (WARM_UPS + STRETCHES) * stretch_steps(step_s)


def timing_s(step_s: float) -> float:
    """Return the seconds that timing a size takes, where a step takes so long."""
    return step_s * trial_steps(step_s)


def _paces(
    program: Program, settings: Hyperparameters, *, steps: int, stretches: int, stopped: Stopped
) -> Iterator[tuple[int, float]]:
    """Yield the steps of each stretch, fewer where data were not there, and seconds per step."""
    course = Course(multiples=np.full(steps * stretches, 1e-6), score_every=None)
    lane = courses.lane(settings, learning_rate=settings.learning_rate, seed=0)
    for chunk in cohort.train(program, [lane], course, chunk_steps=steps):
        taken = chunk.train_losses.shape[1]
        yield taken, chunk.wall_s / taken
        if stopped():
            return


def elsewhere(spec: RunSpec) -> Isolated:
    """Return what runs a batch size of a spec in a process of its own.

    Args:
        spec: Holds the recipe.
    """

    def isolated(size: int, stopped: Stopped) -> BatchTried:
        if spec.recipe is None:
            raise ValueError("a batch size is tried with the other values of a recipe")
        recipe = spec.recipe.chosen("batch_size", size)
        return _heard(size, msgspec.json.encode(replace(spec, recipe=recipe)), stopped)

    return isolated


def _heard(size: int, content: bytes, stopped: Stopped) -> BatchTried:
    """Return what the process says of a spec, or what its silence means."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tuner_engine.probes.batch_trial"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    given: bytes | None = content
    while True:
        try:
            said, _ = process.communicate(given, timeout=POLL_S)
            break
        except subprocess.TimeoutExpired:
            given = None
            if stopped():
                process.kill()
                process.communicate()
                return BatchTried(batch_size=size, outcome="not-tried", why="The probe had to end")
    if process.returncode == 0 and said:
        event = events.decode(said)
        if isinstance(event, BatchTried):
            return event
    ended = f"signal {-process.returncode}" if process.returncode < 0 else "an error"
    why = f"A process of its own that tried it ended by {ended}, which memory usually explains"
    return BatchTried(batch_size=size, outcome="ran-out", why=why)


def _share(found: Fitted) -> float | None:
    """Return the share of free memory that a program takes, where both are known."""
    taken, limit = found.footprint.memory_bytes, found.footprint.limit_bytes
    return None if taken is None or limit is None else taken / (limit / memory.HEADROOM)


def _event(size: int, found: Fitted) -> BatchTried:
    return BatchTried(
        batch_size=size,
        outcome="ran",
        memory_bytes=found.footprint.memory_bytes,
        limit_bytes=found.footprint.limit_bytes,
        compile_s=round(found.program.compile_s, 4),
    )


def main() -> int:
    """Try the batch size of the spec on standard input, and print what became of it."""
    from tuner_engine import loading
    from tuner_engine.training import devices

    spec = msgspec.json.decode(sys.stdin.buffer.read(), type=RunSpec)
    if spec.recipe is None:
        raise ValueError("a batch size is tried with the other values of a recipe")
    settings = hyperparameters(spec.recipe)
    dataset = loading.load(spec)
    devices.configure(spec.device)
    task = loading.task(dataset, settings)
    *_, event = tried(task, settings, Terms(), isolated=None)
    sys.stdout.buffer.write(events.encode(event) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
