"""A declaration and hyperparameters: which task do they make?

Their functions are traced as they are. A loss is a mean over its batch, so a split is scored in
batches of equal size, and its score is the mean over those.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.own import calling, optimizers, outcomes, splits, user_code, variables
from tuner_engine.own.batches import Batches
from tuner_engine.own.declaration import FUNCTIONS
from tuner_engine.own.declaration import Task as Declaration
from tuner_engine.own.splits import Splits
from tuner_engine.own.variables import Functional
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import order
from tuner_engine.training.task import Batch, Noise, Stream, Task, Variables


def task(
    declared: Declaration,
    examples_of: Splits,
    settings: Hyperparameters,
    *,
    folder: Path,
    signature: str,
) -> Task:
    """Return the task that the cohort trains.

    Args:
        declared: What the person wrote.
        examples_of: Its data.
        settings: How it is trained.
        folder: Of the person's file.
        signature: What names the compiled program besides the shapes of the data.

    Raises:
        TaskError: Their code raised, or breaks the contract of a task.
        UsageError: The batch size is not the one that their batches have.
    """
    own = _guarded(declared, folder)
    batch_size = _batch_size(examples_of, settings)
    shapes = examples_of.shapes(batch_size)
    model = variables.functional(own, shapes=shapes)
    call = partial(_called, own, model)
    valid = splits.folded(examples_of.valid, batch_size=batch_size)
    test = examples_of.test
    start = jax.eval_shape(model.init, jax.random.key(variables.SEED))
    built = Task(
        init=model.init,
        loss=partial(_loss, call, model),
        score=partial(_score, call, model),
        constant_loss=declared.constant_loss,
        report=partial(_report, own),
        predict=None if own.predict is None else partial(_predict, own.predict, model),
        train=_train(examples_of),
        valid=valid,
        test=None if test is None else splits.folded(test, batch_size=batch_size),
        signature=f"{signature} {_worded(shapes)}",
        optimizer=_optimizer(own, settings, start.params),
        multiples=_multiples(own, settings, examples_of, batch_size),
        score_block=1,
        score_size=int(jax.tree.leaves(valid)[0].shape[1]),
    )
    _check_traces(built, start, shapes)
    return built


def _guarded(declared: Declaration, folder: Path) -> Declaration:
    """Return the declaration with functions that report their errors as the person's."""
    given: dict[str, Any] = {name: getattr(declared, name) for name in FUNCTIONS}
    guarded: dict[str, Any] = {
        name: user_code.guarded(function, name, folder=folder)
        for name, function in given.items()
        if function is not None
    }
    return dataclasses.replace(declared, **guarded)


def _batch_size(examples_of: Splits, settings: Hyperparameters) -> int:
    if not isinstance(examples_of.train, Batches):
        return min(settings.batch_size, examples_of.train_examples)
    size = examples_of.train.batch_size
    if settings.batch_size != size:
        raise UsageError(
            f"batch_size {settings.batch_size:,}: the task's own batches have {size:,} examples "
            "each; give task() an argument batch_size to vary it"
        )
    return size


def _train(examples_of: Splits) -> Batch | Stream:
    train = examples_of.train
    if isinstance(train, Batches):
        return Stream(batches=train, per_epoch=train.per_pass, batch_size=train.batch_size)
    return train


def _called(
    declared: Declaration,
    model: Functional,
    variables: Variables,
    batch: Batch,
    key: jax.Array,
    *,
    training: bool,
) -> tuple[Any, outcomes.Outcome]:
    """Call the person's loss; return the model that it got, and what it returned."""
    opened = model.opened(variables, training)
    offered = {"key": key, "training": training}
    asked = {name: thing for name, thing in offered.items() if calling.takes(declared.loss, name)}
    returned = declared.loss(opened, batch, **asked)
    # What is scored needs no new state, so Linen's users return none without `mutable`.
    stateless = not training and outcomes.is_measured_only(returned, state=variables.rest)
    return opened, outcomes.read(returned, stateful=model.stateful and not stateless)


def _loss(
    call: Callable[..., Any],
    model: Functional,
    variables: Variables,
    batch: Batch,
    key: jax.Array,
    noise: Noise,
) -> tuple[jax.Array, Any]:
    opened, outcome = call(variables, batch, key, training=True)
    return outcome.loss, model.closed(variables, opened, outcome.state)


def _score(
    call: Callable[..., Any], model: Functional, variables: Variables, block: Batch
) -> dict[str, jax.Array]:
    """Score a block of one batch; its figures count for the whole batch."""
    batch = jax.tree.map(lambda array: array[0], block)
    _, outcome = call(variables, batch, jax.random.key(0), training=False)
    return {name: value[None] for name, value in {**outcome.metrics, "loss": outcome.loss}.items()}


def _predict(
    predict: Callable[..., Any], model: Functional, variables: Variables, block: Batch
) -> tuple[jax.Array, jax.Array]:
    """Predict a block of one batch."""
    batch = jax.tree.map(lambda array: array[0], block)
    size = len(jax.tree.leaves(batch)[0])
    opened = model.opened(variables, False)  # noqa: FBT003 - the contract of `Functional`
    return outcomes.predictions(predict(opened, batch), examples=size)


def _report(declared: Declaration, means: Mapping[str, float]) -> dict[str, float]:
    if declared.metrics is None:
        return {name: value for name, value in means.items() if name != "loss"}
    shown = declared.metrics(dict(means))
    if not isinstance(shown, Mapping):
        raise TaskError(f"metrics returned a {type(shown).__name__}; a dict of numbers is allowed")
    return {str(name): float(value) for name, value in shown.items()}


def _optimizer(declared: Declaration, settings: Hyperparameters, params: Any) -> Any:
    if declared.optimizer is None:
        return None
    return optimizers.factory(
        declared.optimizer, gradient_clip=settings.gradient_clip, params=params
    )


def _multiples(
    declared: Declaration, settings: Hyperparameters, examples_of: Splits, batch_size: int
) -> Callable[[int], np.ndarray] | None:
    if declared.schedule is None:
        return None
    schedule = declared.schedule

    def made(steps: int) -> np.ndarray:
        return optimizers.multiples(schedule, steps=steps)

    per_epoch = order.steps_per_epoch(examples_of.train_examples, batch_size)
    optimizers.check_peak(made(settings.epochs * per_epoch))
    return made


def _check_traces(built: Task, start: Variables, shapes: Any) -> None:
    """Trace what will be compiled, so that their mistakes show before anything runs."""
    key = jax.random.key(0)
    jax.eval_shape(lambda *given: built.loss(given[0], given[1], key, Noise()), start, shapes)
    block = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct((1, *leaf.shape[1:]), leaf.dtype), built.valid
    )
    built.report(dict.fromkeys(jax.eval_shape(built.score, start, block), 1.0))
    if built.predict is not None:
        jax.eval_shape(built.predict, start, block)


def _worded(shapes: Any) -> str:
    return ", ".join(f"{leaf.dtype}{list(leaf.shape)}" for leaf in jax.tree.leaves(shapes))
