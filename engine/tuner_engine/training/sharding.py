"""How is one lane spread over all devices, when no device could hold it alone?

Every weight, and with it the optimizer's moments, is cut along its largest axis that the devices
divide; the examples of a batch are dealt out likewise. XLA inserts the exchange between devices.
Lanes are trained in turns, one at a time.
Invariant: what is computed is the same as on one device, up to the order of sums.

Source: ZeRO, Rajbhandari et al. (2019), arXiv 1910.02054, stage 3; as GSPMD carries it out, Xu et
al. (2021), arXiv 2105.04663.
"""

import math
import time
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from tuner_engine.training import feeding, program, scanned
from tuner_engine.training import lane as single
from tuner_engine.training.lane import Form, LaneState, Values
from tuner_engine.training.layouts import AXIS, EVERYWHERE, Inputs, Layout
from tuner_engine.training.program import Program
from tuner_engine.training.scoring import Scorer
from tuner_engine.training.task import Task

SPREAD = Layout("spread", "scan")

_ALONE = Layout("vmap", "scan")
"""How the one lane of a call is gone through."""

WORTH = 2**14
"""Numbers from which an array is worth cutting; below, every device keeps a copy, as exchanging
costs more than it saves. House choice."""


def compile_spread(task: Task, form: Form, *, lanes: int) -> Program:
    """Compile a task for lanes that each take all local devices, one lane after another.

    Args:
        task: What to train.
        form: How; where the devices divide its batch size, each takes its share of a batch.
        lanes: At least 1.

    Raises:
        DataError: A stream of batches has none, or one that is not as it says.
    """
    started = time.perf_counter()
    mesh = Mesh(np.asarray(jax.local_devices()), (AXIS,))
    same = NamedSharding(mesh, EVERYWHERE)
    batch = feeding.shapes(task, form) if form.fed else ()
    steps = program.call_steps(form, batch, lanes=lanes)
    seeds, active = (jax.ShapeDtypeStruct((1,), kind) for kind in (jnp.uint32, jnp.bool_))
    begin = jax.vmap(partial(single.begin, task, form))
    shapes = jax.eval_shape(begin, seeds, active)
    lanes_on = of_lanes(shapes, mesh)
    inputs_on = of_inputs(form, batch, mesh)
    data = program.data(task, form, mesh)
    step = jax.jit(
        scanned.call(task, form, _ALONE),
        in_shardings=(lanes_on, inputs_on, same, same),
        out_shardings=(lanes_on, same, same),
        donate_argnums=0,
    )
    inputs = program.input_shapes(form, 1, steps, batch=batch)
    executable = step.lower(shapes, inputs, *data).compile()
    return Program(
        task=task,
        form=form,
        layout=SPREAD,
        mesh=mesh,
        slots=lanes,
        group=1,
        waiting=lanes > 1,
        chunk_steps=steps,
        executables=(executable,),
        _begin=jax.jit(begin, out_shardings=lanes_on).lower(seeds, active, seeds).compile(),
        _advance=lambda lanes, inputs: executable(lanes, inputs, *data),
        _batch=batch,
        _lanes_on=lanes_on,
        _inputs_on=inputs_on,
        _scorer=partial(_scorer, task),
        compile_s=time.perf_counter() - started,
    )


def cut(shape: tuple[int, ...], *, devices: int) -> PartitionSpec:
    """Return along which axis an array is cut: the largest that `devices` divides, if any.

    Args:
        shape: Of the array, its first axis counting lanes; that one is never cut.
        devices: How many parts there would be.
    """
    divided = [axis for axis in range(1, len(shape)) if shape[axis] % devices == 0]
    if math.prod(shape) < WORTH or not divided:
        return PartitionSpec()
    longest = max(divided, key=lambda axis: shape[axis])
    return PartitionSpec(*(AXIS if axis == longest else None for axis in range(len(shape))))


def share_bytes(lane: LaneState, *, devices: int) -> int:
    """Return what each device holds of a lane that is spread over so many.

    Args:
        lane: Shapes of a lane, stacked on axis 0.
        devices: How many share it.
    """
    total = 0
    for leaf in jax.tree.leaves(lane._replace(key=jnp.zeros(()))):
        parts = devices if cut(leaf.shape, devices=devices) != PartitionSpec() else 1
        total += math.prod(leaf.shape) * leaf.dtype.itemsize // parts
    return total


def of_lanes(lanes: LaneState, mesh: Mesh) -> Any:
    """Return the sharding of every array of a lane, stacked on axis 0 as lanes always are."""
    return jax.tree.map(lambda leaf: NamedSharding(mesh, cut(leaf.shape, devices=mesh.size)), lanes)


def of_inputs(form: Form, batch: Any, mesh: Mesh) -> Any:
    """Return the sharding of what a call reads: each device gets its share of every batch."""
    same = NamedSharding(mesh, EVERYWHERE)
    divides = form.batch_size % mesh.size == 0
    rows = NamedSharding(mesh, PartitionSpec(None, None, AXIS)) if divides else same
    fed = NamedSharding(mesh, PartitionSpec(None, AXIS)) if divides else same
    return Inputs(
        values=Values(*[same] * len(Values._fields)),
        rates=same,
        rows=() if form.fed else rows,
        fed=jax.tree.map(lambda _: fed, batch),
        offset=same,
        score_after=same,
        steps=same,
        patience=same,
    )


def _scorer(task: Task, variables: Any, folded: Any) -> Scorer:
    """Return how a spread lane is scored over a split: XLA follows its sharding."""

    def total(variables: Any, folded: Any) -> Any:
        blocks = jax.vmap(lambda one: jax.lax.map(partial(single.totals, task, one), folded))(
            variables
        )
        return jax.tree.map(lambda found: found.sum(axis=1), blocks)

    executable = jax.jit(total).lower(variables, folded).compile()
    shapes = jax.eval_shape(total, variables, folded)
    return Scorer(lambda variables: executable(variables, folded), shapes, executable)
