"""How does one call take many steps that are each a launch of their own?

Python drives the compiled step, and the scoring of one block of the validation split; there is no
loop around either inside the program. What steps measure gathers on the devices until the call
ends, so that launches are queued without waiting.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.sharding import Mesh

from tuner_engine.training import lane as single
from tuner_engine.training import layouts, scoring
from tuner_engine.training.lane import Form, LaneState, Totals
from tuner_engine.training.layouts import BY_LANE, EVERYWHERE, Advance, Inputs, Layout
from tuner_engine.training.task import Batch, Task


class Record(NamedTuple):
    """What a call has measured so far."""

    t: Any
    """int32 scalar: steps of the call taken."""
    losses: Any
    """float32 [lanes, steps]."""
    figures: Any
    """By name, each float32 [lanes, steps]."""


RECORD_SPECS = Record(EVERYWHERE, BY_LANE, BY_LANE)


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
    """Compile what a chunk of steps with a group of lanes is driven with.

    The arguments and the result are those of `scanned.compiled`.
    """
    train, valid = data
    scorer = scoring.compiled(task, layout, mesh=mesh, variables=lanes.variables, folded=valid)
    blank = _blank(mesh, shapes, names=tuple(scorer.shapes.figures))
    record = jax.eval_shape(blank)
    step = _step(task, form, layout, mesh=mesh).lower(lanes, record, shapes, train).compile()
    note = _note(layout, mesh=mesh).lower(lanes, record, scorer.shapes, shapes.patience).compile()

    def advance(lanes: LaneState, inputs: Inputs) -> Any:
        record = blank()
        # Read once: asking the device before every step would be a launch of its own.
        scored = jax.device_get(inputs.score_after)
        for t in range(int(inputs.steps)):
            lanes, record = step(lanes, record, inputs, train)
            if scored[t]:
                found = scorer.totals(lanes.variables)
                lanes, record = note(lanes, record, found, inputs.patience)
        return lanes, record.losses, record.figures

    return advance, (step, scorer.executable)


def _blank(mesh: Mesh, shapes: Inputs, *, names: tuple[str, ...]) -> Callable[[], Record]:
    lanes, steps = shapes.rates.shape

    def blank() -> Record:
        empty = jnp.full((lanes // mesh.size, steps), jnp.nan, jnp.float32)
        return Record(jnp.int32(0), empty, dict.fromkeys(names, empty))

    made: Callable[[], Record] = jax.jit(layouts.sharded(blank, mesh, (), RECORD_SPECS))
    return made


def _step(task: Task, form: Form, layout: Layout, *, mesh: Mesh) -> Any:
    """Return the launch of one step of every lane of a group."""

    def step(
        lanes: LaneState, record: Record, inputs: Inputs, train: Batch
    ) -> tuple[LaneState, Record]:
        taken = single.guarded(layouts.stepping(task, form, layout, train=train, inputs=inputs))
        lanes, loss = layouts.every(
            layout,
            lambda lane, own: taken(lane, own, record.t),
            lanes,
            layouts.shares(inputs),
        )
        losses = record.losses.at[:, record.t].set(loss)
        return lanes, record._replace(t=record.t + 1, losses=losses)

    specs = (BY_LANE, RECORD_SPECS, layouts.INPUT_SPECS, EVERYWHERE)
    return jax.jit(
        layouts.sharded(step, mesh, specs, (BY_LANE, RECORD_SPECS)), donate_argnums=(0, 1)
    )


def _note(layout: Layout, *, mesh: Mesh) -> Any:
    """Return the launch that tells every lane what it scored after the last step."""

    def noted(lane: LaneState, totals: Totals, patience: Any) -> Any:
        figures = single.mean(totals)
        return single.noted(lane, figures["loss"], patience), figures

    def note(lanes: LaneState, record: Record, totals: Totals, patience: Any) -> Any:
        lanes, found = layouts.every(
            layout,
            lambda lane, own: single.guarded(noted)(lane, own, patience),
            lanes,
            totals,
        )
        figures = {
            name: values.at[:, record.t - 1].set(found[name])
            for name, values in record.figures.items()
        }
        return lanes, record._replace(figures=figures)

    specs = (BY_LANE, RECORD_SPECS, BY_LANE, EVERYWHERE)
    return jax.jit(
        layouts.sharded(note, mesh, specs, (BY_LANE, RECORD_SPECS)), donate_argnums=(0, 1)
    )
