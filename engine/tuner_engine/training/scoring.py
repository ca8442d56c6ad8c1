"""How are lanes scored over a split that is gone through block by block?

Each block is a launch of its own: no loop surrounds the model, and only one block's activations
are held.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.sharding import Mesh

from tuner_engine.training import lane as single
from tuner_engine.training import layouts
from tuner_engine.training.lane import Totals
from tuner_engine.training.layouts import BY_LANE, EVERYWHERE, Layout
from tuner_engine.training.task import Task, Variables


class Sums(NamedTuple):
    """What the blocks gone through so far have given."""

    block: Any
    """int32 scalar: blocks gone through."""
    totals: Any
    """`Totals`, each float32 [lanes]."""


SUM_SPECS = Sums(EVERYWHERE, BY_LANE)


class Scorer(NamedTuple):
    """A compiled scoring of one split."""

    totals: Callable[[Variables], Totals]
    """From stacked lanes to what the split sums to, each float32 [lanes]."""
    shapes: Totals
    """Of that sum."""
    executable: jax.stages.Compiled


def compiled(
    task: Task, layout: Layout, *, mesh: Mesh, variables: Variables, folded: Any
) -> Scorer:
    """Compile the scoring of a split.

    Args:
        task: What is trained.
        layout: Of the lanes.
        mesh: The devices.
        variables: Stacked lanes, or their shapes.
        folded: The split as `lane.blocks` folds it, on every device.
    """
    count = jax.tree.leaves(folded)[0].shape[0]

    def added(sums: Sums, variables: Variables, folded: Any) -> Sums:
        block = jax.tree.map(lambda array: array[sums.block], folded)
        found = layouts.every(layout, lambda own: single.totals(task, own, block), variables)
        return Sums(sums.block + 1, jax.tree.map(jnp.add, sums.totals, found))

    def nothing(variables: Variables, folded: Any) -> Sums:
        block = jax.tree.map(lambda array: array[0], folded)
        shapes = jax.eval_shape(
            lambda own: jax.vmap(lambda one: single.totals(task, one, block))(own), variables
        )
        return Sums(jnp.int32(0), jax.tree.map(lambda each: jnp.zeros(each.shape), shapes))

    inputs = (BY_LANE, EVERYWHERE)
    begin = jax.jit(layouts.sharded(nothing, mesh, inputs, SUM_SPECS))
    begun = begin.lower(variables, folded).compile()
    sums = jax.eval_shape(begin, variables, folded)
    step = jax.jit(layouts.sharded(added, mesh, (SUM_SPECS, *inputs), SUM_SPECS), donate_argnums=0)
    add = step.lower(sums, variables, folded).compile()

    def totals(variables: Variables) -> Totals:
        sums = begun(variables, folded)
        for _ in range(count):
            sums = add(sums, variables, folded)
        found: Totals = sums.totals
        return found

    return Scorer(totals, sums.totals, add)
