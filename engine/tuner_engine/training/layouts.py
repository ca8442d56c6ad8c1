"""How are many lanes and steps laid out within a device?

On CPU one lane after another with steps looping inside the program wins for dense layers; a
convolution inside such a loop is many times slower there, so steps can also be driven from Python.
On a GPU all lanes at once is expected to win. `choosing` decides; here is what it decides between.
Invariant: every layout computes the same mathematics, up to rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, PartitionSpec

from tuner_engine.training import lane as single
from tuner_engine.training.lane import Form, LaneState
from tuner_engine.training.task import Batch, Task

AXIS = "lanes"
"""The one axis of the device mesh."""

BY_LANE = PartitionSpec(AXIS)
EVERYWHERE = PartitionSpec()


@dataclass(frozen=True, slots=True)
class Layout:
    """`map` or `vmap` over lanes; `scan` inside the program or `loop` from Python over steps."""

    lanes: Literal["map", "vmap"]
    steps: Literal["scan", "loop"]

    def __str__(self) -> str:
        return f"{self.lanes}/{self.steps}"


class Inputs(NamedTuple):
    """What one call reads, beside the lanes' state."""

    values: single.Values
    """Each float32 [lanes]."""
    rates: Any
    """float32 [lanes, steps]."""
    rows: Any
    """int32 [lanes, steps, batch]: which training examples each step sees."""
    score_after: Any
    """bool [steps]: whether the lanes are scored on the validation split after a step."""
    steps: Any
    """int32 scalar: how many of the steps are taken."""
    patience: Any
    """int32 scalar: scorings without improvement after which a lane stops."""


INPUT_SPECS = Inputs(
    single.Values(BY_LANE, BY_LANE, BY_LANE), BY_LANE, BY_LANE, EVERYWHERE, EVERYWHERE, EVERYWHERE
)

Advance = Callable[[LaneState, Inputs, Batch, Any], tuple[LaneState, Any, dict[str, Any]]]
"""(lanes, inputs, train, valid) → (lanes, train losses [lanes, steps], figures [lanes, steps])."""


def sharded(function: Callable[..., Any], mesh: Mesh, inputs: Any, outputs: Any) -> Any:
    """Return `function` run on every device with its own share of the lanes."""
    # Lanes exchange nothing, so there is no replication for JAX to check.
    return jax.shard_map(function, mesh=mesh, in_specs=inputs, out_specs=outputs, check_vma=False)


def compiled(
    task: Task,
    form: Form,
    layout: Layout,
    *,
    mesh: Mesh,
    lanes: LaneState,
    shapes: Inputs,
    data: Any,
) -> Advance:
    """Compile the call that takes a chunk of steps with every lane.

    Args:
        task: What to train.
        form: How.
        layout: Of lanes and steps.
        mesh: The devices.
        lanes: Shapes of the stacked lanes.
        shapes: Shapes of the inputs.
        data: The training split and the folded validation split, on the devices.
    """
    if layout.steps == "loop":
        return _driven(task, form, layout, mesh=mesh, lanes=lanes, shapes=shapes, data=data)
    inside = _one_by_one if layout.lanes == "map" else _together

    def advance(lanes: LaneState, inputs: Inputs, train: Batch, valid: Any) -> Any:
        step = partial(single.step, task, form, train)
        # A step may end a lane; what has ended is not scored.
        score = single.guarded(partial(single.score, task, valid))
        return inside(step, score, lanes, inputs)

    program = sharded(
        advance, mesh, (BY_LANE, INPUT_SPECS, EVERYWHERE, EVERYWHERE), (BY_LANE, BY_LANE, BY_LANE)
    )
    executable: Advance = jax.jit(program, donate_argnums=0).lower(lanes, shapes, *data).compile()
    return executable


def _one_by_one(step: Any, score: Any, lanes: LaneState, inputs: Inputs) -> Any:
    """Each lane runs its whole chunk before the next; a stopped lane costs nothing."""
    empty = jnp.full(inputs.score_after.shape, jnp.nan, jnp.float32)

    def chunk(own: tuple[LaneState, Any, Any, Any]) -> Any:
        lane, values, rates, rows = own
        names = jax.eval_shape(score, lane, inputs.patience)[1]
        nothing = {name: jnp.float32(jnp.nan) for name in names}

        def goes_on(carry: Any) -> jax.Array:
            t, lane, _, _ = carry
            unfinished: jax.Array = (t < inputs.steps) & lane.active
            return unfinished

        def taken(carry: Any) -> Any:
            t, lane, losses, figures = carry
            lane, loss = step(lane, (rates[t], values, rows[t]))
            lane, found = jax.lax.cond(
                inputs.score_after[t],
                lambda lane: score(lane, inputs.patience),
                lambda lane: (lane, nothing),
                lane,
            )
            figures = {name: figures[name].at[t].set(found[name]) for name in names}
            return t + 1, lane, losses.at[t].set(loss), figures

        start = (jnp.int32(0), lane, empty, dict.fromkeys(names, empty))
        _, lane, losses, figures = jax.lax.while_loop(goes_on, taken, start)
        return lane, losses, figures

    return jax.lax.map(chunk, (lanes, inputs.values, inputs.rates, inputs.rows))


def _together(step: Any, score: Any, lanes: LaneState, inputs: Inputs) -> Any:
    """All lanes step at once; a stopped lane is computed and left as it was."""
    every_step = jax.vmap(single.guarded(step))
    every_score = jax.vmap(score, in_axes=(0, None))
    names = jax.eval_shape(every_score, lanes, inputs.patience)[1]
    nothing = {name: jnp.full(lanes.step.shape, jnp.nan, jnp.float32) for name in names}
    empty = jnp.full(inputs.rates.shape, jnp.nan, jnp.float32)

    def taken(t: Any, carry: Any) -> Any:
        lanes, losses, figures = carry
        own = (inputs.rates[:, t], inputs.values, inputs.rows[:, t])
        lanes, loss = every_step(lanes, own)
        lanes, found = jax.lax.cond(
            inputs.score_after[t],
            lambda lanes: every_score(lanes, inputs.patience),
            lambda lanes: (lanes, nothing),
            lanes,
        )
        figures = {name: figures[name].at[:, t].set(found[name]) for name in names}
        return lanes, losses.at[:, t].set(loss), figures

    start = (lanes, empty, dict.fromkeys(names, empty))
    return jax.lax.fori_loop(0, inputs.steps, taken, start)


def _driven(
    task: Task,
    form: Form,
    layout: Layout,
    *,
    mesh: Mesh,
    lanes: LaneState,
    shapes: Inputs,
    data: Any,
) -> Advance:
    """Steps are driven from Python, each a launch of its own on donated buffers."""

    def every(function: Callable[..., Any], lanes: LaneState, own: Any) -> Any:
        if layout.lanes == "vmap":
            return jax.vmap(single.guarded(function))(lanes, own)
        return jax.lax.map(lambda pair: single.guarded(function)(*pair), (lanes, own))

    def step(lanes: LaneState, own: Any, train: Batch) -> Any:
        return every(partial(single.step, task, form, train), lanes, own)

    def score(lanes: LaneState, patience: Any, valid: Any) -> Any:
        def scored(lane: LaneState, _: Any) -> Any:
            return single.score(task, valid, lane, patience)

        return every(scored, lanes, lanes.step)

    train, valid = data
    rows = jax.ShapeDtypeStruct((shapes.rows.shape[0], form.batch_size), jnp.int32)
    own_shapes = (shapes.values.weight_decay, shapes.values, rows)
    outputs = (BY_LANE, BY_LANE)
    step_jit = jax.jit(
        sharded(step, mesh, (BY_LANE, BY_LANE, EVERYWHERE), outputs), donate_argnums=0
    )
    step_once = step_jit.lower(lanes, own_shapes, train).compile()
    score_jit = jax.jit(
        sharded(score, mesh, (BY_LANE, EVERYWHERE, EVERYWHERE), outputs), donate_argnums=0
    )
    score_once = score_jit.lower(lanes, shapes.patience, valid).compile()

    def advance(lanes: LaneState, inputs: Inputs, train: Batch, valid: Any) -> Any:
        losses, scorings = [], {}
        for t in range(int(inputs.steps)):
            own = (inputs.rates[:, t], inputs.values, inputs.rows[:, t])
            lanes, loss = step_once(lanes, own, train)
            losses.append(loss)
            if inputs.score_after[t]:
                lanes, scorings[t] = score_once(lanes, inputs.patience, valid)
        return lanes, *_collected(inputs, losses, scorings)

    return advance


def _collected(inputs: Inputs, losses: list[Any], scorings: dict[int, Any]) -> Any:
    """Bring what single steps measured into the arrays that a whole chunk returns."""
    empty = np.full(inputs.rates.shape, np.nan, np.float32)
    train = empty.copy()
    for t, loss in enumerate(losses):
        train[:, t] = np.asarray(loss)
    figures = {name: empty.copy() for found in scorings.values() for name in found} or {
        "loss": empty
    }
    for t, found in scorings.items():
        for name, values in found.items():
            figures[name][:, t] = np.asarray(values)
    return train, figures
