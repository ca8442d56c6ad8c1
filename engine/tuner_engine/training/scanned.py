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
        return _stretches(lambda lane, t: step(lane, own, t), score, lane, empty, inputs)

    return layouts.every(layout, chunk, lanes, layouts.shares(inputs))


def _together(_: Layout, step: Any, score: Any, lanes: LaneState, inputs: Inputs) -> Any:
    """All lanes step at once; a stopped lane is computed and left as it was."""
    own = layouts.shares(inputs)
    every_step = jax.vmap(single.guarded(step), in_axes=(0, 0, None))
    empty = jnp.full(inputs.rates.shape, jnp.nan, jnp.float32)

    return _stretches(
        lambda lanes, t: every_step(lanes, own, t), jax.vmap(score), lanes, empty, inputs
    )


def _stretches(step: Any, score: Any, lanes: LaneState, empty: jax.Array, inputs: Inputs) -> Any:
    """Return lanes, losses and figures after a call, stepped from one scoring to the next.

    A branch copies what goes through it, and the state of a small model takes as long to copy as a
    step takes: so the branch that scores is outside the loop that steps.

    Args:
        step: (lanes, number of the step) → lanes after it, and their losses.
        score: lanes → lanes and their figures.
        lanes: One, or several stacked, before the call.
        empty: Losses, or figures of one name, before the call: [steps], after the lanes if stacked.
        inputs: Of the call.
    """
    found = jax.eval_shape(score, lanes)[1]
    nothing = jax.tree.map(lambda shape: jnp.full(shape.shape, jnp.nan, shape.dtype), found)

    def unfinished(t: Any, lanes: LaneState) -> jax.Array:
        more: jax.Array = (t < inputs.steps) & lanes.active.any()
        return more

    def taken(carry: Any) -> Any:
        t, lanes, losses, _ = carry
        lanes, loss = step(lanes, t)
        return t + 1, lanes, losses.at[..., t].set(loss), inputs.score_after[t]

    def stretch(carry: Any) -> Any:
        t, lanes, losses, figures = carry
        t, lanes, losses, due = jax.lax.while_loop(
            lambda carry: unfinished(carry[0], carry[1]) & ~carry[3],
            taken,
            (t, lanes, losses, jnp.zeros((), jnp.bool_)),
        )
        lanes, found = jax.lax.cond(due, score, lambda lanes: (lanes, nothing), lanes)
        figures = {name: figures[name].at[..., t - 1].set(found[name]) for name in figures}
        return t, lanes, losses, figures

    _, lanes, losses, figures = jax.lax.while_loop(
        lambda carry: unfinished(carry[0], carry[1]),
        stretch,
        (jnp.int32(0), lanes, empty, dict.fromkeys(found, empty)),
    )
    return lanes, losses, figures
