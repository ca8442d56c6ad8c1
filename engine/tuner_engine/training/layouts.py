"""How are many lanes and steps laid out within a device?

On CPU one lane after another with steps looping inside the program wins for dense layers; a
convolution inside any loop of a program is many times slower there, so lanes and steps can also be
driven from Python. On a GPU all lanes at once is expected to win. `choosing` decides; here is what
it decides between.
Invariant: every layout computes the same mathematics, up to rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
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
    """How a device goes through lanes and steps.

    Attributes:
        lanes: `map` has the program take one lane after another, `vmap` all at once; with `each`
            the program is of one lane and is called for one after another. `spread` is the same
            with that one lane spread over all devices, as `sharding` does it.
        steps: `scan` loops inside the program, `loop` calls it from Python for every step.
    """

    lanes: Literal["map", "vmap", "each", "spread"]
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
    """int32 [lanes, steps, batch]: which training examples each step sees; () where batches are
    fed."""
    fed: Any
    """Where batches are fed, the examples themselves, arrays [steps, batch, …] that all lanes see;
    else ()."""
    offset: Any
    """int32 scalar: where in `fed` the call begins."""
    score_after: Any
    """bool [steps]: whether the lanes are scored on the validation split after a step."""
    steps: Any
    """int32 scalar: how many of the steps are taken."""
    patience: Any
    """int32 scalar: scorings without improvement after which a lane stops."""


Advance = Callable[[LaneState, Inputs], tuple[LaneState, Any, dict[str, Any]]]
"""(lanes, inputs) → (lanes, train losses [lanes, steps], figures by name [lanes, steps])."""


INPUT_SPECS = Inputs(
    values=single.Values(*[BY_LANE] * len(single.Values._fields)),
    rates=BY_LANE,
    rows=BY_LANE,
    fed=EVERYWHERE,
    offset=EVERYWHERE,
    score_after=EVERYWHERE,
    steps=EVERYWHERE,
    patience=EVERYWHERE,
)
"""How the devices share what a call reads."""


def sharded(function: Callable[..., Any], mesh: Mesh, inputs: Any, outputs: Any) -> Any:
    """Return `function` run on every device with its own share of the lanes."""
    # Lanes exchange nothing, so there is no replication for JAX to check.
    return jax.shard_map(function, mesh=mesh, in_specs=inputs, out_specs=outputs, check_vma=False)


def every(layout: Layout, function: Callable[..., Any], *lanes: Any) -> Any:
    """Return `function` of each of a device's lanes, stacked again.

    Args:
        layout: How the device goes through its lanes.
        function: Of one lane's trees.
        lanes: Trees of arrays with the lanes on axis 0; one lane only under `each`.
    """
    if layout.lanes == "vmap":
        return jax.vmap(function)(*lanes)
    if layout.lanes == "map":
        return jax.lax.map(lambda own: function(*own), lanes)
    found = function(*jax.tree.map(lambda array: array[0], lanes))
    return jax.tree.map(lambda array: array[None], found)


class Share(NamedTuple):
    """What is one lane's own among the inputs of a call."""

    values: single.Values
    rates: Any
    rows: Any


def shares(inputs: Inputs) -> Share:
    """Return what the lanes of a call have for themselves, on axis 0."""
    return Share(inputs.values, inputs.rates, inputs.rows)


def stepping(
    task: Task, form: Form, layout: Layout, *, train: Batch, inputs: Inputs
) -> Callable[[LaneState, Share, Any], tuple[LaneState, jax.Array]]:
    """Return (lane, its share, number of the step in the call) → (lane, its loss)."""
    step = partial(single.step, task, form, unrolled=layout.steps == "loop")

    def taken(lane: LaneState, own: Share, t: Any) -> tuple[LaneState, jax.Array]:
        if form.fed:
            batch = jax.tree.map(lambda array: array[inputs.offset + t], inputs.fed)
        else:
            batch = jax.tree.map(lambda array: array[own.rows[t]], train)
        return step(lane, (own.rates[t], own.values, batch))

    return taken
