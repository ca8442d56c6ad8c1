"""How does one lane begin, step and get scored?

Everything here is about a single lane and is traced into the program; nothing here knows how many
lanes there are. Invariant: a lane that is not active is never changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tuner_engine.specs import Optimizer
from tuner_engine.training import optimizers
from tuner_engine.training.task import Batch, Noise, Task, Variables, examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a compiled lane depends on besides its task.

    Attributes:
        optimizer: Name, in `optimizers.make`.
        batch_size: Examples per step.
        gradient_clip: Largest global gradient norm, if clipped.
        memory: What the optimizer keeps of earlier gradients.
        plateau_window_steps: Steps averaged by reduce-on-plateau, if used.
        keep_best: Whether each lane keeps the variables of its best scoring.
        accumulation: Parts that a batch is computed in, one after another.
        dropout: Whether some lane switches units off.
        label_smoothing: Whether some lane smooths labels.
        drop_path: Whether some lane skips residual branches.
        fed: Whether batches come from the host while training, the same for all lanes, instead of
            from arrays that lie on the device.
    """

    optimizer: Optimizer
    batch_size: int
    gradient_clip: float | None = None
    memory: optimizers.Memory = optimizers.DEFAULT
    plateau_window_steps: int | None = None
    keep_best: bool = False
    accumulation: int = 1
    dropout: bool = False
    label_smoothing: bool = False
    drop_path: bool = False
    fed: bool = False


class Values(NamedTuple):
    """What a lane keeps all through training and its neighbours may have differently."""

    weight_decay: Any
    dropout: Any
    label_smoothing: Any
    drop_path: Any


class LaneState(NamedTuple):
    """One lane's training at one moment; a cohort stacks them on axis 0."""

    variables: Variables
    optimizer: Any
    key: jax.Array
    """Root of the randomness inside steps; a step folds its number in."""
    step: jax.Array
    """Optimizer steps taken, int32."""
    active: jax.Array
    """Whether the lane still trains: it has neither diverged nor run out of patience."""
    diverged: jax.Array
    best_loss: jax.Array
    """Lowest validation loss so far, float32; infinite before the first scoring."""
    stale: jax.Array
    """Scorings since that one, int32."""
    best: Variables | None
    """The variables behind `best_loss`, if the form keeps them."""


def begin(
    task: Task,
    form: Form,
    seed: jax.Array,
    active: jax.Array,
    noise_seed: jax.Array | None = None,
) -> LaneState:
    """Return a lane before its first step.

    Args:
        task: What to train.
        form: How.
        seed: uint32 scalar; the initial weights follow from it.
        active: bool scalar; an inactive lane is a spare slot.
        noise_seed: uint32 scalar; all randomness inside steps follows from it. None: from `seed`.
    """
    init_key, step_key = jax.random.split(jax.random.key(seed))
    if noise_seed is not None:
        step_key = jax.random.split(jax.random.key(noise_seed))[1]
    variables = task.init(init_key)
    return LaneState(
        variables=variables,
        optimizer=_optimizer(task, form, 1.0, 0.0).init(variables.params),
        key=step_key,
        step=jnp.int32(0),
        active=active,
        diverged=jnp.zeros((), jnp.bool_),
        best_loss=jnp.float32(jnp.inf),
        stale=jnp.int32(0),
        best=variables if form.keep_best else None,
    )


def step(
    task: Task,
    form: Form,
    lane: LaneState,
    own: tuple[Any, Values, Batch],
    *,
    unrolled: bool = False,
) -> tuple[LaneState, jax.Array]:
    """Take one optimizer step.

    Args:
        task: What to train.
        form: How.
        lane: Before the step.
        own: Learning rate, the lane's values, and the examples of the step.
        unrolled: Whether the parts of a batch follow each other without a loop in the program.

    Returns:
        The lane after the step, and its loss on the batch before it.
    """
    rate, values, batch = own
    key = jax.random.fold_in(lane.key, lane.step)
    noise = _noise(form, values)
    loss, rest, gradients = _gradients(
        task, form, lane.variables, (batch, key, noise), unrolled=unrolled
    )
    updates, state = _optimizer(task, form, rate, values.weight_decay).update(
        gradients, lane.optimizer, lane.variables.params, value=loss
    )
    params = optax.apply_updates(lane.variables.params, updates)
    finite = jnp.isfinite(loss)
    moved = lane._replace(
        variables=Variables(params, rest),
        optimizer=state,
        step=lane.step + 1,
        active=lane.active & finite,
        diverged=lane.diverged | ~finite,
    )
    return moved, loss


def _noise(form: Form, values: Values) -> Noise:
    return Noise(
        dropout=values.dropout if form.dropout else None,
        label_smoothing=values.label_smoothing if form.label_smoothing else None,
        drop_path=values.drop_path if form.drop_path else None,
    )


def _gradients(
    task: Task, form: Form, variables: Variables, own: tuple[Batch, Any, Noise], *, unrolled: bool
) -> tuple[jax.Array, Any, Any]:
    """Return the loss of a batch, the model's new `rest`, and the gradients of the loss."""
    batch, key, noise = own

    def part(rest: Any, batch: Batch, key: jax.Array) -> Any:
        def loss_of(params: Any) -> tuple[jax.Array, Any]:
            return task.loss(Variables(params, rest), batch, key, noise)

        return jax.value_and_grad(loss_of, has_aux=True)(variables.params)

    if form.accumulation == 1:
        (loss, rest), gradients = part(variables.rest, batch, key)
        return loss, rest, gradients
    parts = jax.tree.map(lambda x: x.reshape(form.accumulation, -1, *x.shape[1:]), batch)

    def added(carry: Any, own: Any) -> Any:
        rest, total, summed = carry
        batch, key = own
        (loss, rest), gradients = part(rest, batch, key)
        # Each part counts by what its mean stands for, so that the sum is the whole batch's mean.
        weight = jnp.float32(1) if task.weight is None else task.weight(batch)
        summed = jax.tree.map(lambda a, b: a + weight * b, summed, (loss, gradients))
        return (rest, total + weight, summed), None

    nothing = (jnp.float32(0), jax.tree.map(jnp.zeros_like, variables.params))
    keys = jax.random.split(key, form.accumulation)
    (rest, total, summed), _ = jax.lax.scan(
        added, (variables.rest, jnp.float32(0), nothing), (parts, keys), unroll=unrolled
    )
    loss, gradients = jax.tree.map(lambda value: value / jnp.maximum(total, 1e-9), summed)
    return loss, rest, gradients


def score(
    task: Task, valid: Any, lane: LaneState, patience: Any
) -> tuple[LaneState, dict[str, jax.Array]]:
    """Score a lane on the validation split and note whether it improved.

    Args:
        task: What is trained.
        valid: The validation split, as `blocks` folds it.
        lane: To score.
        patience: Scorings without improvement after which the lane stops, int32.

    Returns:
        The lane with its best noted, and the mean of every figure of `task.score`.
    """
    figures = means(task, valid, lane.variables)
    return noted(lane, figures["loss"], patience), figures


def noted(lane: LaneState, loss: jax.Array, patience: Any) -> LaneState:
    """Return a lane that knows its validation loss: its best is kept, its patience is counted."""
    better = loss < lane.best_loss
    stale = jnp.where(better, 0, lane.stale + 1)
    finite = jnp.isfinite(loss)
    best = lane.best
    if best is not None:
        best = jax.tree.map(partial(jnp.where, better), lane.variables, best)
    return lane._replace(
        best_loss=jnp.where(better, loss, lane.best_loss),
        stale=stale,
        active=lane.active & finite & (stale < patience),
        diverged=lane.diverged | ~finite,
        best=best,
    )


class Totals(NamedTuple):
    """Figures of some examples, summed."""

    figures: dict[str, jax.Array]
    """By name, each weighted."""
    weight: jax.Array
    """Of the examples; their number, unless the task weighs them."""


def totals(task: Task, variables: Variables, block: Any) -> Totals:
    """Return the sums over one of the blocks that `blocks` folded."""
    batch, counts = block
    figures = dict(task.score(variables, batch))
    weights = figures.pop("weight", jnp.ones(counts.shape))
    # A padded example may score NaN, and NaN times zero is NaN: select, never multiply.
    sums = {
        name: jnp.sum(jnp.where(counts, value * weights, 0.0)) for name, value in figures.items()
    }
    return Totals(sums, jnp.sum(jnp.where(counts, weights, 0.0)))


def means(task: Task, folded: Any, variables: Variables) -> dict[str, jax.Array]:
    """Return the mean of every figure of `task.score` over a split that `blocks` folded."""
    found = jax.lax.map(partial(totals, task, variables), folded)
    return mean(jax.tree.map(jnp.sum, found))


def mean(found: Totals) -> dict[str, jax.Array]:
    """Return each figure per unit of weight."""
    return {name: total / found.weight for name, total in found.figures.items()}


def blocks(split: Batch, *, most: int) -> tuple[Batch, np.ndarray]:
    """Return a split as equal blocks [blocks, examples, …] and which examples are real.

    Args:
        split: Examples to score.
        most: Examples of a block, at least 1.
    """
    count = examples(split)
    number = -(-count // most)
    size = -(-count // number)
    spare = number * size - count

    def folded(array: np.ndarray) -> np.ndarray:
        padded = np.pad(array, [(0, spare)] + [(0, 0)] * (array.ndim - 1), mode="edge")
        return padded.reshape(number, size, *array.shape[1:])

    real = (np.arange(number * size) < count).reshape(number, size)
    return jax.tree.map(lambda array: folded(np.asarray(array)), split), real


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` leaving an inactive lane unchanged and its figures NaN."""

    def kept(lane: LaneState, *arguments: Any) -> Any:
        moved, found = function(lane, *arguments)
        held = jax.tree.map(partial(jnp.where, lane.active), moved, lane)
        seen = jax.tree.map(lambda value: jnp.where(lane.active, value, jnp.nan), found)
        return held, seen

    return kept


def _optimizer(
    task: Task, form: Form, learning_rate: optimizers.Traced, weight_decay: optimizers.Traced
) -> optax.GradientTransformationExtraArgs:
    if form.optimizer == "own":
        if task.optimizer is None:
            raise ValueError("the optimizer is the task's own, and the task has none")
        own = task.optimizer(learning_rate, weight_decay)
        return optax.with_extra_args_support(own)
    return optimizers.make(
        form.optimizer,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        memory=form.memory,
        gradient_clip=form.gradient_clip,
        plateau_window_steps=form.plateau_window_steps,
    )
