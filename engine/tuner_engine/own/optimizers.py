"""How do the person's own optimizer and schedule move the weights?

Invariant: one step of theirs is one update of the weights, so that steps, schedules and epochs mean
what they mean everywhere else.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax

from tuner_engine.errors import TaskError
from tuner_engine.own import calling
from tuner_engine.training import schedules
from tuner_engine.training.task import OptimizerFactory

LEAST_PEAK = 0.01
"""A schedule whose peak is lower holds rates, not multiples of a rate. House choice."""

Given = Callable[..., Any]
"""A function of the person's that reports its errors as theirs."""


def decays(optimizer: Given) -> bool:
    """Return whether an optimizer factory takes a weight decay."""
    return calling.takes(optimizer, "weight_decay") or calling.required(optimizer) > 1


def factory(optimizer: Given, *, gradient_clip: float | None, params: Any) -> OptimizerFactory:
    """Return the person's optimizer as the cohort asks for it.

    Args:
        optimizer: Theirs.
        gradient_clip: Largest global gradient norm that reaches it; none for no clipping.
        params: Shapes of what it moves.

    Raises:
        TaskError: It makes no optimizer, or one that lets several batches pass before an update.
    """
    by_name = calling.takes(optimizer, "weight_decay")
    both = decays(optimizer)

    def made(learning_rate: Any, weight_decay: Any) -> optax.GradientTransformation:
        if by_name:
            built = optimizer(learning_rate, weight_decay=weight_decay)
        else:
            built = optimizer(learning_rate, weight_decay) if both else optimizer(learning_rate)
        _check_optimizer(built)
        if gradient_clip is None:
            return built
        return optax.chain(optax.clip_by_global_norm(gradient_clip), built)

    state = jax.eval_shape(lambda tree: made(1.0, 0.0).init(tree), params)
    nodes = jax.tree.leaves(state, is_leaf=_accumulates)
    if any(map(_accumulates, nodes)):
        raise TaskError(_ACCUMULATES)
    return made


_ACCUMULATES = (
    "optimizer gathers gradients over several batches (optax.MultiSteps), so its steps are not "
    "updates; return the optimizer inside it, and give Task(accumulation=…): each batch is then "
    "computed in so many parts"
)


def _check_optimizer(built: Any) -> None:
    if isinstance(built, optax.MultiSteps):
        raise TaskError(_ACCUMULATES)
    if not (hasattr(built, "init") and hasattr(built, "update")):
        raise TaskError(
            f"optimizer(learning_rate) returned a {type(built).__name__}, not an Optax optimizer"
        )


def _accumulates(node: Any) -> bool:
    return isinstance(node, optax.MultiStepsState)


def multiples(schedule: Given, *, steps: int) -> np.ndarray:
    """Return the person's schedule as multiples of the peak rate: float32 [steps], above 0.

    Args:
        schedule: Theirs: steps → an array, or an Optax schedule.
        steps: Of the whole training, at least 1.

    Raises:
        TaskError: It is no schedule, or has another length.
    """
    made = schedule(steps)
    values = schedules.evaluated(made, steps) if callable(made) else np.asarray(made, np.float64)
    if values.shape != (steps,):
        raise TaskError(
            f"schedule({steps}) returned an array of shape {values.shape}; one multiple for every "
            "step is needed, or an Optax schedule"
        )
    if not np.isfinite(values).all() or values.min() < 0 or values.max() <= 0:
        raise TaskError(
            f"schedule({steps}) runs from {values.min():g} to {values.max():g}; multiples of the "
            "peak rate are finite, none is below 0, and some are above"
        )
    positive: np.ndarray = np.maximum(values, np.finfo(np.float32).tiny).astype(np.float32)
    return positive


def check_peak(values: np.ndarray) -> None:
    """Refuse the schedule of a full training that holds rates instead of multiples of one.

    Raises:
        TaskError: Its peak is far below 1.
    """
    if values.max() < LEAST_PEAK:
        raise TaskError(
            f"the schedule peaks at {values.max():g}, which looks like a learning rate; it is "
            "multiplied by the learning rate, so its peak is 1: divide it by its peak"
        )
