"""What does a model cost, before anything of it runs?

Shapes are traced, nothing is computed and nothing is compiled. Multiplications are counted in the
traced program itself, so that any model is counted, a person's own included.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend import core

from tuner_engine.training import feeding
from tuner_engine.training import lane as single
from tuner_engine.training.lane import Form, LaneState, Values
from tuner_engine.training.task import Task

CONVOLUTION = "conv_general_dilated"
PRODUCT = "dot_general"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What one lane of a task needs.

    Attributes:
        parameters: Numbers that training moves.
        state_bytes: A lane between two steps: parameters, optimizer, best checkpoint.
        step_flops: Multiplications and additions of products and convolutions in one optimizer
            step; the other operations are few beside them.
        convolves: Whether the step convolves.
    """

    parameters: int
    state_bytes: int
    step_flops: float
    convolves: bool


def of(task: Task, form: Form) -> Costs:
    """Return what one lane costs.

    Args:
        task: What to train.
        form: How.
    """
    scalar = jax.ShapeDtypeStruct((), jnp.float32)
    lane = jax.eval_shape(
        lambda seed: single.begin(task, form, seed, jnp.bool_(1)),
        jax.ShapeDtypeStruct((), jnp.uint32),
    )
    batch = feeding.shapes(task, form)
    trace: Callable[..., core.ClosedJaxpr] = jax.make_jaxpr(partial(single.step, task, form))
    traced = trace(lane, (scalar, Values(*[scalar] * len(Values._fields)), batch))
    operations = list(_operations(traced.jaxpr, times=1))
    return Costs(
        parameters=parameters(lane),
        state_bytes=size_bytes(lane),
        step_flops=float(sum(times * _flops(operation) for operation, times in operations)),
        convolves=any(operation.primitive.name == CONVOLUTION for operation, _ in operations),
    )


def parameters(lane: LaneState) -> int:
    """Return how many numbers training moves in one lane."""
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(lane.variables.params))


def size_bytes(tree: Any) -> int:
    """Return the bytes of all arrays in a tree, or of their shapes."""
    return sum(
        math.prod(leaf.shape) * jnp.dtype(leaf.dtype).itemsize
        if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        else math.prod(leaf.shape) * _KEY_BYTES
        for leaf in jax.tree.leaves(tree)
    )


_KEY_BYTES = 8
"""Of one key of JAX's usual generator."""


def _operations(jaxpr: core.Jaxpr, *, times: int) -> Iterator[tuple[Any, int]]:
    """Return every operation of a traced program, with how often it is done.

    A loop whose length is data counts once, a branch with all its alternatives.
    """
    for equation in jaxpr.eqns:
        yield equation, times
        inner = times * (equation.params["length"] if equation.primitive.name == "scan" else 1)
        for parameter in equation.params.values():
            for nested in jax.tree.leaves(parameter, is_leaf=_is_program):
                if isinstance(nested, core.ClosedJaxpr):
                    yield from _operations(nested.jaxpr, times=inner)
                elif isinstance(nested, core.Jaxpr):
                    yield from _operations(nested, times=inner)


def _is_program(value: Any) -> bool:
    return isinstance(value, core.Jaxpr | core.ClosedJaxpr)


def _flops(operation: Any) -> float:
    """Return two for every multiplication with its addition."""
    name = operation.primitive.name
    if name not in (PRODUCT, CONVOLUTION):
        return 0.0
    shapes: list[tuple[int, ...]] = [variable.aval.shape for variable in operation.invars]
    left, right = shapes
    outputs = math.prod(operation.outvars[0].aval.shape)
    if name == PRODUCT:
        (contracted, _), _ = operation.params["dimension_numbers"]
        window = math.prod(left[axis] for axis in contracted)
        return float(2 * outputs * window)
    # Each output sums over the window and the input channels of its group: the kernel's size over
    # its output channels.
    features: int = operation.params["dimension_numbers"].rhs_spec[0]
    return float(2 * outputs * math.prod(right) // right[features])
