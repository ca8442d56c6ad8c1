"""How are many trainings driven together, chunk by chunk?

`train` is the one loop of the product: the sweep, the short trials and a full training are all
lanes of it, differing only in their `Course`. Closing its iterator stops it; a chunk that goes on
when the program's run is over is left behind.
Invariant: how a course is cut into chunks never changes a number.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tuner_engine import leaving
from tuner_engine.training import order
from tuner_engine.training.lane import LaneState, Values
from tuner_engine.training.layouts import Inputs
from tuner_engine.training.program import Chunk, Program, State

CHUNK_S = 0.2
"""Aimed-at seconds of one call, so that stopping and drawing feel immediate. House choice."""

WAITING_CHUNK_S = 5.0
"""The same where lanes take turns on the devices, as changing places takes time. House choice."""

FIRST_CHUNK_STEPS = 1
"""Steps of the first call, before the speed is known: of a large model they take seconds each."""

BEGINNING, TRAINING = "the first weights were being made", "a step was being taken"
"""What may be left behind, as `Left` words it."""

NO_PATIENCE = np.iinfo(np.int32).max
"""Scorings without improvement that never stop a lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What makes one lane differ from its neighbours."""

    learning_rate: float
    """Peak of the schedule, > 0."""
    weight_decay: float
    seed: int
    dropout: float = 0.0
    label_smoothing: float = 0.0
    drop_path: float = 0.0
    order_seed: int | None = None
    """Of the order of the examples, and of which ones where it sees a part; none for `seed`."""
    noise_seed: int | None = None
    """Of the randomness inside steps; none for `seed`."""
    examples: int | None = None
    """Training examples that it sees, at least a batch of them; none for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What all lanes go through together."""

    multiples: np.ndarray
    """Learning rate of every step over the lane's peak; its length is the length of training."""
    score_every: int | None
    """Steps between scorings on the validation split; the last step is always scored.
    None: never scored."""
    patience: int | None = None
    """Scorings without improvement after which a lane stops."""

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole course."""
        return len(self.multiples)

    @property
    def scorings(self) -> int:
        """Scorings of the whole course."""
        return 0 if self.score_every is None else -(-self.steps // self.score_every)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the lanes did in one chunk; row i belongs to lane i.

    Attributes:
        state: The lanes after the chunk; consumed by the next one.
        slots: int [lanes], where each lane lies in the program.
        first_step: Steps taken before the chunk.
        train_losses: float32 [lanes, steps of the chunk]; NaN where a lane took no step.
        scored_after: int [scorings], steps taken at each scoring, counted from the start.
        figures: Means over the validation split by name, [lanes, scorings]; NaN if inactive.
        active: bool [lanes].
        diverged: bool [lanes]: a loss was not finite.
        taken: int [lanes], steps since the start.
        last: Whether the course has ended, or every lane has.
        wall_s: Seconds of the chunk, waiting for its data included.
    """

    state: State
    slots: np.ndarray
    first_step: int
    train_losses: np.ndarray
    scored_after: np.ndarray
    figures: dict[str, np.ndarray]
    active: np.ndarray
    diverged: np.ndarray
    taken: np.ndarray
    last: bool
    wall_s: float


def train(
    program: Program,
    lanes: Sequence[Lane],
    course: Course,
    *,
    chunk_steps: int | None = None,
    origin: LaneState | None = None,
) -> Iterator[Measured]:
    """Train `lanes` along `course`, yielding what each chunk measured.

    Args:
        program: Compiled for at least `len(lanes)` lanes.
        lanes: At least one.
        course: Its multiples may have any length.
        chunk_steps: Steps of every chunk; none to aim at a time.
        origin: A lane that was fetched, stacked on axis 0, from which all of these go on; none to
            begin anew. Steps taken count from its own beginning.

    Yields:
        One value per chunk, until the course ends or no lane is active.

    Raises:
        Left: The program's run was over before a chunk was.
    """
    slots = _slots(program, len(lanes))

    def begun() -> State:
        if origin is not None:
            return program.resume(origin, slots)
        return _begun(program, dict(zip(slots, lanes, strict=True)))

    def advanced(state: State, steps: int) -> tuple[State, Chunk, Inputs]:
        block, offset = feed.take(steps)
        inputs = _inputs(
            program, lanes, course, slots=slots, first_step=step, steps=block.steps
        )._replace(fed=block.batches, offset=np.int32(offset))
        return *program.advance(state, inputs), inputs

    state = leaving.awaited(begun, program.over, what=BEGINNING)
    aim_s = WAITING_CHUNK_S if program.waiting else CHUNK_S
    step, wanted = 0, chunk_steps or FIRST_CHUNK_STEPS
    with closing(program.feed(course.steps)) as feed:
        while step < course.steps:
            began_s = time.perf_counter()
            most = min(wanted, program.chunk_steps, course.steps - step)
            state, chunk, inputs = leaving.awaited(
                partial(advanced, state, most), program.over, what=TRAINING
            )
            wall_s, steps = time.perf_counter() - began_s, int(inputs.steps)
            ended = step + steps >= course.steps or not chunk.active.any()
            yield _measured(
                state, chunk, inputs, slots=slots, first_step=step, last=ended, wall_s=wall_s
            )
            if ended:
                return
            step += steps
            wanted = chunk_steps or max(1, round(steps * aim_s / max(wall_s, 1e-6)))


def _begun(program: Program, lanes: Mapping[int, Lane]) -> State:
    return program.begin(
        {slot: lane.seed for slot, lane in lanes.items()},
        {slot: lane.noise_seed for slot, lane in lanes.items() if lane.noise_seed is not None},
    )


def _measured(
    state: State,
    chunk: Chunk,
    inputs: Inputs,
    *,
    slots: np.ndarray,
    first_step: int,
    last: bool,
    wall_s: float,
) -> Measured:
    steps = int(inputs.steps)
    scored = np.flatnonzero(inputs.score_after[:steps])
    return Measured(
        state=state,
        slots=slots,
        first_step=first_step,
        train_losses=chunk.train_losses[slots, :steps],
        scored_after=first_step + scored + 1,
        figures={name: values[slots][:, scored] for name, values in chunk.figures.items()},
        active=chunk.active[slots],
        diverged=chunk.diverged[slots],
        taken=chunk.taken[slots],
        last=last,
        wall_s=wall_s,
    )


def _slots(program: Program, lanes: int) -> np.ndarray:
    """Return the slot of each lane, dealt out so that every device has its share."""
    if lanes > program.slots:
        raise ValueError(f"{lanes} lanes for a program of {program.slots}")
    by_device = np.arange(program.slots).reshape(-1, program.abreast, program.width)
    return by_device.swapaxes(1, 2).ravel()[:lanes]


def _inputs(
    program: Program,
    lanes: Sequence[Lane],
    course: Course,
    *,
    slots: np.ndarray,
    first_step: int,
    steps: int,
) -> Inputs:
    rates = np.zeros((program.slots, program.chunk_steps), np.float32)
    peaks = np.array([lane.learning_rate for lane in lanes])
    rates[slots, :steps] = peaks[:, None] * course.multiples[first_step : first_step + steps]
    return Inputs(
        values=_values(program, lanes, slots),
        rates=rates,
        rows=_rows(program, lanes, slots=slots, first_step=first_step, steps=steps),
        fed=(),
        offset=np.int32(0),
        score_after=_score_after(course, first_step, steps, size=program.chunk_steps),
        steps=np.int32(steps),
        patience=np.int32(course.patience or NO_PATIENCE),
    )


def _rows(
    program: Program, lanes: Sequence[Lane], *, slots: np.ndarray, first_step: int, steps: int
) -> Any:
    """Return which examples each slot sees; lanes with one order see the same."""
    if program.form.fed:
        if any(lane.examples is not None for lane in lanes):
            raise ValueError("batches that come from the host are the same for all lanes")
        return ()
    batch_size, every = program.form.batch_size, program.task.train_examples
    rows = np.zeros((program.slots, program.chunk_steps, batch_size), np.int32)
    orders = [_order(lane, every) for lane in lanes]
    for seed, examples in set(orders):
        own = [slot for slot, each in zip(slots, orders, strict=True) if each == (seed, examples)]
        seen = order.batches(
            seed=seed,
            examples=examples,
            batch_size=batch_size,
            first_step=first_step,
            steps=steps,
        )
        part = examples < every
        rows[own, :steps] = (
            order.part(seed=seed, of=every, examples=examples)[seen] if part else seen
        )
    return rows


def _order(lane: Lane, every: int) -> tuple[int, int]:
    """Return the seed of a lane's order, and how many examples are in it."""
    seed = lane.seed if lane.order_seed is None else lane.order_seed
    return seed, every if lane.examples is None else lane.examples


def _values(program: Program, lanes: Sequence[Lane], slots: np.ndarray) -> Values:
    """Return each lane's values at its slot; a spare slot has zeros."""
    columns = [np.zeros(program.slots, np.float32) for _ in Values._fields]
    for name, column in zip(Values._fields, columns, strict=True):
        column[slots] = [getattr(lane, name) for lane in lanes]
    return Values(*columns)


def _score_after(course: Course, first_step: int, steps: int, *, size: int) -> np.ndarray:
    marks = np.zeros(size, bool)
    if course.score_every is not None:
        taken = first_step + 1 + np.arange(steps)
        marks[:steps] = (taken % course.score_every == 0) | (taken == course.steps)
    return marks
