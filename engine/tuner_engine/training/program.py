"""What is compiled once, so that many short trainings cost little more than one?

A program trains a fixed number of lanes side by side, sharded over all local devices. Learning
rates, weight decays, seeds, the order of the data and the number of steps are inputs: nothing but
another model, batch size or number of lanes compiles again. Lanes exchange nothing.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding

from tuner_engine.training import lane as single
from tuner_engine.training import layouts
from tuner_engine.training.lane import Form, LaneState
from tuner_engine.training.layouts import AXIS, BY_LANE, EVERYWHERE, Inputs, Layout
from tuner_engine.training.task import Batch, Task

MOST_STEPS = 256
"""Most steps of one call, enough that calling costs little beside training. House choice."""

LEAST_STEPS = 16
"""Fewest steps that a call is compiled for, whatever their batches take. House choice."""

MOST_ROWS = 2**22
"""Indices of examples sent with one call, 16 MiB of them. House choice."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one call measured, on the host.

    Attributes:
        train_losses: float32 [slots, steps]; NaN where a lane took no step.
        figures: Means over the validation split by name, each float32 [slots, steps]; NaN where
            nothing was scored.
        active: bool [slots], after the call.
        diverged: bool [slots]: a loss was not finite.
        taken: int32 [slots], optimizer steps since the lane began.
        wall_s: Seconds of the call.
    """

    train_losses: np.ndarray
    figures: dict[str, np.ndarray]
    active: np.ndarray
    diverged: np.ndarray
    taken: np.ndarray
    wall_s: float


@dataclass(frozen=True)
class Program:
    """A compiled cohort; `compile_program` makes one."""

    task: Task
    form: Form
    layout: Layout
    mesh: Mesh
    slots: int
    """Lanes compiled for, a multiple of the devices."""
    chunk_steps: int
    """Most steps of one call; it may take fewer."""
    compile_s: float
    _begin: Callable[..., LaneState] = field(repr=False)
    _advance: layouts.Advance = field(repr=False)
    _data: Any = field(repr=False)

    def begin(self, seeds: Mapping[int, int]) -> LaneState:
        """Return fresh lanes in the slots that `seeds` names; other slots stay inactive."""
        padded = np.zeros(self.slots, np.uint32)
        active = np.zeros(self.slots, np.bool_)
        for slot, seed in seeds.items():
            padded[slot], active[slot] = seed % 2**32, True
        return self._begin(padded, active)

    def advance(self, lanes: LaneState, inputs: Inputs) -> tuple[LaneState, Chunk]:
        """Take `inputs.steps` steps with every active lane.

        Args:
            lanes: Consumed: their memory is reused.
            inputs: Arrays for all `slots` and for `chunk_steps` steps.
        """
        started = time.perf_counter()
        lanes, train_losses, figures = self._advance(lanes, inputs, *self._data)
        chunk = Chunk(
            train_losses=np.asarray(train_losses),
            figures={name: np.asarray(values) for name, values in figures.items()},
            active=np.asarray(lanes.active),
            diverged=np.asarray(lanes.diverged),
            taken=np.asarray(lanes.step),
            wall_s=time.perf_counter() - started,
        )
        return lanes, chunk

    def score(self, lanes: LaneState, split: Batch) -> dict[str, np.ndarray]:
        """Return the mean figures of each lane's best variables over another split: [slots].

        Raises:
            ValueError: The form does not keep the best variables.
        """
        if lanes.best is None:
            raise ValueError("this program was compiled without keep_best")

        @jax.jit
        def scored(folded: Any, best: Any) -> Any:
            return jax.lax.map(partial(single.means, self.task, folded), best)

        figures = scored(single.blocks(split, most=self.task.score_block), lanes.best)
        return {name: np.asarray(values) for name, values in figures.items()}


def compile_program(task: Task, form: Form, layout: Layout, *, lanes: int) -> Program:
    """Compile a task for a number of lanes on all local devices.

    Args:
        task: What to train.
        form: How; its batch size is at most the training examples.
        layout: How lanes and steps are laid out.
        lanes: Trained side by side, at least 1; rounded up to a multiple of the devices.
    """
    started = time.perf_counter()
    mesh = Mesh(np.asarray(jax.local_devices()), (AXIS,))
    slots = -(-lanes // mesh.size) * mesh.size
    chunk_steps = min(max(MOST_ROWS // (slots * form.batch_size), LEAST_STEPS), MOST_STEPS)
    data = jax.device_put(
        (task.train, single.blocks(task.valid, most=task.score_block)),
        NamedSharding(mesh, EVERYWHERE),
        may_alias=False,  # on CPU the caller's arrays would be trained on, whatever becomes of them
    )

    def begin(seeds: jax.Array, active: jax.Array) -> LaneState:
        lanes: LaneState = jax.lax.map(lambda own: single.begin(task, form, *own), (seeds, active))
        return lanes

    seeds = jax.ShapeDtypeStruct((slots,), jnp.uint32)
    active = jax.ShapeDtypeStruct((slots,), jnp.bool_)
    fresh = jax.jit(layouts.sharded(begin, mesh, (BY_LANE, BY_LANE), BY_LANE))
    advance = layouts.compiled(
        task,
        form,
        layout,
        mesh=mesh,
        lanes=jax.eval_shape(begin, seeds, active),
        shapes=_input_shapes(form, slots, chunk_steps),
        data=data,
    )
    return Program(
        task=task,
        form=form,
        layout=layout,
        mesh=mesh,
        slots=slots,
        chunk_steps=chunk_steps,
        _begin=fresh.lower(seeds, active).compile(),
        _advance=advance,
        _data=data,
        compile_s=time.perf_counter() - started,
    )


def _input_shapes(form: Form, slots: int, steps: int) -> Inputs:
    shape: Callable[..., Any] = jax.ShapeDtypeStruct
    return Inputs(
        values=single.Values(*[shape((slots,), jnp.float32)] * len(single.Values._fields)),
        rates=shape((slots, steps), jnp.float32),
        rows=shape((slots, steps, form.batch_size), jnp.int32),
        score_after=shape((steps,), jnp.bool_),
        steps=shape((), jnp.int32),
        patience=shape((), jnp.int32),
    )
