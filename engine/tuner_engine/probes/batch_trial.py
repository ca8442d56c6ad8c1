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

import jax
import msgspec
import numpy as np

from tuner_engine import events
from tuner_engine.errors import DeviceError
from tuner_engine.events import BatchTried
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
    task: Task, settings: Hyperparameters, *, stopped: Stopped, isolated: Isolated | None
) -> BatchTried:
    """Return what becomes of one batch size.

    Args:
        task: Built for it.
        settings: With it.
        stopped: Whether to end early.
        isolated: Runs a size elsewhere; none to run every size here.
    """
    size = settings.batch_size
    try:
        found = fitting.fitted(task, settings, lanes=1)
    except DeviceError as error:
        return BatchTried(batch_size=size, outcome="does-not-fit", why=str(error))
    share = _share(found)
    event = _event(size, found)
    if share is not None and share > FULLEST:
        why = f"It would take {share:.0%} of the free memory, and more than {FULLEST:.0%} is unsafe"
        return msgspec.structs.replace(event, outcome="does-not-fit", why=why)
    risky = share is None or share > RISKY
    if isolated is not None and risky and jax.default_backend() == "cpu":
        del found  # the other process needs the memory
        return isolated(size, stopped)
    try:
        steps, seconds = timed(found.program, settings, stopped=stopped)
    except Exception as error:
        if not memory.ran_out(error):
            raise
        why = "The device ran out of memory, though the estimate fitted"
        return msgspec.structs.replace(event, outcome="ran-out", why=why)
    if len(seconds) < STRETCHES:
        return msgspec.structs.replace(event, outcome="not-tried", why="The probe had to end")
    return msgspec.structs.replace(event, step_s=seconds, steps=steps)


def timed(
    program: Program, settings: Hyperparameters, *, stopped: Stopped
) -> tuple[int, tuple[float, ...]]:
    """Return how many steps were taken, and seconds per step, one figure per timed stretch.

    Args:
        program: Compiled for at least one lane.
        settings: How it trains; the rate is too small to change anything.
        stopped: Asked after every stretch.
    """
    first_s = list(_walls(program, settings, steps=1, stretches=WARM_UPS, stopped=stopped))
    aimed = round(STRETCH_S / max(first_s[-1], 1e-9))
    steps = min(max(aimed, 1), MOST_STEPS, program.chunk_steps)
    stretches = WARM_UPS + STRETCHES
    walls_s = list(_walls(program, settings, steps=steps, stretches=stretches, stopped=stopped))
    taken = len(first_s) + steps * len(walls_s)
    return taken, tuple(wall_s / steps for wall_s in walls_s[WARM_UPS:])


def _walls(
    program: Program, settings: Hyperparameters, *, steps: int, stretches: int, stopped: Stopped
) -> Iterator[float]:
    course = Course(multiples=np.full(steps * stretches, 1e-6), score_every=None)
    lane = courses.lane(settings, learning_rate=settings.learning_rate, seed=0)
    for chunk in cohort.train(program, [lane], course, chunk_steps=steps):
        yield chunk.wall_s
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
    event = tried(task, settings, stopped=lambda: False, isolated=None)
    sys.stdout.buffer.write(events.encode(event) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
