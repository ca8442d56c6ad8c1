"""Which layout is fastest for this model on this device?

A rule answers at once; a long run measures the alternatives first, and the answer is remembered,
so that the same machine gives the same numbers from then on. The layout is part of every result's
environment. Layouts agree up to rounding.
"""

import hashlib
from dataclasses import asdict, replace

import jax
import msgspec
import numpy as np

from tuner_engine import atomic, leaving
from tuner_engine.training import costs, devices, memory
from tuner_engine.training.cohort import Course, Lane, train
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

TRIAL_STEPS = 48
"""Steps that a candidate is timed over, in three chunks. House choice."""

WORTH = 10.0
"""A run is worth measuring layouts when it takes this many times what measuring costs."""

COMPILING = "another layout was being compiled"
"""What may be left behind, as `Left` words it."""

MARGIN = 0.9
"""A candidate replaces the rule's layout only if it takes less than this share of its time, so
that timing noise does not decide between equals."""


def layout(task: Task, form: Form, *, convolves: bool) -> Layout:
    """Return the remembered layout of this program on this device, or the rule's.

    Args:
        task: What to train.
        form: How.
        convolves: Whether the model does, as `costs.of` finds.
    """
    remembered = _memory().get(_key(task, form))
    return remembered or rule(convolves=convolves)


def rule(*, convolves: bool) -> Layout:
    """Return the layout that usually wins: all lanes at once, but one after another on CPU.

    There a convolution inside a loop of the program is many times slower than outside, so a model
    that convolves is driven from Python.

    Source: the project's measurements, `tests/benchmarks/cohort_step.py`.
    """
    return candidates(convolves=convolves)[0]


def candidates(*, convolves: bool) -> tuple[Layout, ...]:
    """Return the layouts that may be the fastest on this device, the likeliest first."""
    if jax.default_backend() != "cpu":
        return Layout("vmap", "scan"), Layout("vmap", "loop"), Layout("map", "scan")
    if convolves:
        return (Layout("each", "loop"),)
    return Layout("map", "scan"), Layout("each", "loop"), Layout("vmap", "scan")


def improved(program: Program, *, lane_steps: float, step_s: float) -> Program:
    """Return the program in its fastest layout, measuring only if the run is long enough.

    What does not fit the device, or comes from outside of it, is not measured: its lanes wait for
    more than the layout.

    Args:
        program: As compiled by the rule or from memory.
        lane_steps: Steps that the run will take with it, over all lanes.
        step_s: Seconds of one of them.

    Raises:
        Left: The program's run was over before another layout was compiled or measured.
    """
    if program.waiting or program.form.fed:
        return program
    if _key(program.task, program.form) in _memory():
        return program
    need = costs.of(program.task, program.form)
    others = [each for each in candidates(convolves=need.convolves) if each != program.layout]
    timing_s = (1 + len(others)) * TRIAL_STEPS * program.slots * step_s
    measuring_s = len(others) * (program.compile_s + 1.0) + timing_s
    if not others or lane_steps * step_s < WORTH * measuring_s:
        return program
    if not _fits_beside(program, need):
        return program
    fastest, least_s = program, MARGIN * seconds(program)
    for layout in others:
        other = _compiled(program, layout)
        taken_s = seconds(other)
        if taken_s < least_s:
            fastest, least_s = other, taken_s
    _remember(_key(program.task, program.form), fastest.layout)
    return fastest


def _compiled(program: Program, layout: Layout) -> Program:
    """Return the same program in another layout."""
    other = leaving.awaited(
        lambda: compile_program(program.task, program.form, layout, lanes=program.slots),
        program.over,
        what=COMPILING,
    )
    return replace(other, over=program.over)


def _fits_beside(program: Program, need: costs.Costs) -> bool:
    """Return whether two more programs of these lanes, with their data, fit beside this one.

    One is the fastest so far, the other is being measured.
    """
    free_bytes = memory.free_bytes(list(program.mesh.devices.flat))
    data_bytes = costs.size_bytes((program.task.train, program.task.valid))
    more_bytes = 2 * (data_bytes + program.width * need.state_bytes)
    return free_bytes is None or more_bytes <= free_bytes


def seconds(program: Program) -> float:
    """Return the seconds of one step with every lane: the fastest of a few chunks."""
    lanes = [Lane(learning_rate=1e-6, weight_decay=0.0, seed=slot) for slot in range(program.slots)]
    course = Course(multiples=np.ones(TRIAL_STEPS), score_every=None)
    chunk_steps = TRIAL_STEPS // 3
    walls = [chunk.wall_s for chunk in train(program, lanes, course, chunk_steps=chunk_steps)]
    return min(walls) / chunk_steps


def _key(task: Task, form: Form) -> str:
    device = jax.local_devices()[0].device_kind
    facts = (task.signature, asdict(form), device, jax.local_device_count(), jax.__version__)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _memory() -> dict[str, Layout]:
    try:
        content = (devices.cache_folder() / "layouts.json").read_bytes()
        return msgspec.json.decode(content, type=dict[str, Layout])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}  # a cache: what cannot be read is measured again


def _remember(key: str, chosen: Layout) -> None:
    folder = devices.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    atomic.write(folder / "layouts.json", msgspec.json.encode({**_memory(), key: chosen}))
