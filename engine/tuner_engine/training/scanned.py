"""How does one call take many steps inside the compiled program?

The call is one launch: steps, scoring and stopping are loops and branches of the program.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import Mesh

from tuner_engine.training import lane as single
from tuner_engine.training import layouts
from tuner_engine.training.lane import Form, LaneState
from tuner_engine.training.layouts import BY_LANE, EVERYWHERE, Advance, Inputs, Layout, Share
from tuner_engine.training.task import Batch, Task


def compiled(
    task: Task,
    form: Form,
    layout: Layout,
    *,
    mesh: Mesh,
    lanes: LaneState,
    shapes: Inputs,
    data: Any,
) -> tuple[Advance, tuple[jax.stages.Compiled, ...]]:
    """Compile the call that takes a chunk of steps with a group of lanes.

    Args:
        task: What to train.
        form: How.
        layout: Of lanes; the steps are scanned.
        mesh: The devices.
        lanes: Shapes of the stacked lanes.
        shapes: Shapes of the inputs.
        data: The training split and the folded validation split, on the devices.

    Returns:
        The call, and the executables behind it.
    """
    program = layouts.sharded(
        call(task, form, layout),
        mesh,
        (BY_LANE, layouts.INPUT_SPECS, EVERYWHERE, EVERYWHERE),
        (BY_LANE, BY_LANE, BY_LANE),
    )
    executable = jax.jit(program, donate_argnums=0).lower(lanes, shapes, *data).compile()
    return lambda lanes, inputs: executable(lanes, inputs, *data), (executable,)


def call(task: Task, form: Form, layout: Layout) -> Callable[..., Any]:
    """Return the function that is compiled: (lanes, inputs, train, valid) → as `Advance` returns.

    Args:
        task: What to train.
        form: How.
        layout: Of the lanes that one device has.
    """
    inside = _together if layout.lanes == "vmap" else _one_by_one

    def advance(lanes: LaneState, inputs: Inputs, train: Batch, valid: Any) -> Any:
        step = layouts.stepping(task, form, layout, train=train, inputs=inputs)

        def score(lane: LaneState) -> Any:
            # A step may end a lane; what has ended is not scored.
            scored = single.guarded(lambda lane: single.score(task, valid, lane, inputs.patience))
            return scored(lane)

        return inside(layout, step, score, lanes, inputs)

    return advance


def _one_by_one(layout: Layout, step: Any, score: Any, lanes: LaneState, inputs: Inputs) -> Any:
    """Each lane runs its whole chunk before the next; a stopped lane costs nothing."""
    empty = jnp.full(inputs.score_after.shape, jnp.nan, jnp.float32)

    def chunk(lane: LaneState, own: Share) -> Any:
        names = jax.eval_shape(score, lane)[1]
        nothing = {name: jnp.float32(jnp.nan) for name in names}

        def goes_on(carry: Any) -> jax.Array:
            t, lane, _, _ = carry
            unfinished: jax.Array = (t < inputs.steps) & lane.active
            return unfinished

        def taken(carry: Any) -> Any:
            t, lane, losses, figures = carry
            lane, loss = step(lane, own, t)
            lane, found = jax.lax.cond(
                inputs.score_after[t], score, lambda lane: (lane, nothing), lane
            )
            figures = {name: figures[name].at[t].set(found[name]) for name in names}
            return t + 1, lane, losses.at[t].set(loss), figures

        start = (jnp.int32(0), lane, empty, dict.fromkeys(names, empty))
        _, lane, losses, figures = jax.lax.while_loop(goes_on, taken, start)
        return lane, losses, figures

    return layouts.every(layout, chunk, lanes, layouts.shares(inputs))


def _together(_: Layout, step: Any, score: Any, lanes: LaneState, inputs: Inputs) -> Any:
    """All lanes step at once; a stopped lane is computed and left as it was."""
    own = layouts.shares(inputs)
    every_step = jax.vmap(single.guarded(step), in_axes=(0, 0, None))
    every_score = jax.vmap(score)
    names = jax.eval_shape(every_score, lanes)[1]
    nothing = {name: jnp.full(lanes.step.shape, jnp.nan, jnp.float32) for name in names}
    empty = jnp.full(inputs.rates.shape, jnp.nan, jnp.float32)

    def taken(t: Any, carry: Any) -> Any:
        lanes, losses, figures = carry
        lanes, loss = every_step(lanes, own, t)
        lanes, found = jax.lax.cond(
            inputs.score_after[t], every_score, lambda lanes: (lanes, nothing), lanes
        )
        figures = {name: figures[name].at[:, t].set(found[name]) for name in names}
        return lanes, losses.at[:, t].set(loss), figures

    start = (lanes, empty, dict.fromkeys(names, empty))
    return jax.lax.fori_loop(0, inputs.steps, taken, start)
