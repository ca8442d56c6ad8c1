"""How do hyperparameters become a program and a course?

The one place where `Hyperparameters` meet the cohort; what compiles is told apart here from what
is only data.
"""

import numpy as np

from tuner_engine.errors import UsageError
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import order, schedules
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.lane import Form
from tuner_engine.training.optimizers import Memory
from tuner_engine.training.task import Stream, Task

SCORINGS = 20
"""Least scorings of a full training: its best checkpoint must be found. House choice."""

FEWEST_SCORINGS = 4
"""Least scorings of a shorter one, however long they take. House choice."""

SCORING_SHARE = 0.5
"""Time that the scorings of a shorter one may take, beyond those, over that of its steps. House
choice: validation rows may be many more than the examples that it sees."""

FORWARD = 1 / 3
"""Cost of scoring a batch over that of a step with it: there is no backward pass, which takes about
twice the forward one."""


def steps_per_epoch(task: Task, settings: Hyperparameters, examples: int | None = None) -> int:
    """Return the optimizer steps of one epoch, over all training examples or only so many."""
    seen = task.train_examples if examples is None else examples
    return order.steps_per_epoch(seen, batch_size(task, settings))


def full_steps(task: Task, settings: Hyperparameters) -> int:
    """Return the optimizer steps of a full training, if nothing stops it early."""
    return settings.epochs * steps_per_epoch(task, settings)


def form(
    task: Task, settings: Hyperparameters, *, keep_best: bool = False, fed: bool = False
) -> Form:
    """Return what has to be compiled for these hyperparameters.

    Args:
        task: What to train.
        settings: How.
        keep_best: Whether the variables of the best scoring are kept.
        fed: Whether batches come from the host although they could lie on the device; those of a
            stream always do.
    """
    plateau = settings.schedule == "reduce-on-plateau"
    return Form(
        optimizer=settings.optimizer,
        batch_size=batch_size(task, settings),
        gradient_clip=settings.gradient_clip,
        memory=Memory(
            momentum=settings.momentum,
            beta1=settings.beta1,
            beta2=settings.beta2,
            epsilon=settings.epsilon,
        ),
        plateau_window_steps=steps_per_epoch(task, settings) if plateau else None,
        keep_best=keep_best,
        accumulation=settings.accumulation,
        dropout=settings.dropout > 0,
        label_smoothing=settings.label_smoothing > 0,
        drop_path=settings.drop_path > 0,
        fed=fed or isinstance(task.train, Stream),
    )


def lane(settings: Hyperparameters, *, learning_rate: float, seed: int) -> Lane:
    """Return a lane with the settings' values at one learning rate."""
    return Lane(
        learning_rate=learning_rate,
        weight_decay=settings.weight_decay,
        seed=seed,
        dropout=settings.dropout,
        label_smoothing=settings.label_smoothing,
        drop_path=settings.drop_path,
    )


def course(task: Task, settings: Hyperparameters, *, horizon_share: float = 1.0) -> Course:
    """Return the way through one training, or through a shorter one of the same shape.

    The schedule is compressed, not cut: a short training warms up and decays as a full one does.

    Args:
        task: What to train.
        settings: How.
        horizon_share: Length over the full training's, in (0, 1].
    """
    steps = max(round(full_steps(task, settings) * horizon_share), 1)
    multiples = _multiples(task, settings, steps)
    scorings = SCORINGS if horizon_share == 1 else _scorings(task, settings, steps)
    every = max(min(steps_per_epoch(task, settings), steps // scorings), 1)
    patience = settings.patience
    if patience is not None:
        # Patience is stated in epochs; a short training scores more often than once in one.
        patience = round(patience * steps_per_epoch(task, settings) / every)
    return Course(multiples=multiples, score_every=every, patience=patience)


def _scorings(task: Task, settings: Hyperparameters, steps: int) -> int:
    """Return how often a shorter training is scored, at least."""
    seen = steps * batch_size(task, settings)
    afforded = round(SCORING_SHARE * seen / (FORWARD * task.valid_examples))
    return min(max(afforded, FEWEST_SCORINGS), SCORINGS)


def _multiples(task: Task, settings: Hyperparameters, steps: int) -> np.ndarray:
    if settings.schedule == "own":
        if task.multiples is None:
            raise ValueError("the schedule is the task's own, and the task has none")
        return task.multiples(steps)
    return schedules.multiples(
        settings.schedule,
        steps=steps,
        warmup_share=settings.warmup_share,
        floor=settings.min_learning_rate_share,
    )


def batch_size(task: Task, settings: Hyperparameters) -> int:
    """Return the batch size in force: no more than there is, in equal parts if accumulated."""
    parts = settings.accumulation
    if isinstance(task.train, Stream):
        size = task.train.batch_size
        if size % parts:
            raise UsageError(
                f"the training stream's batches of {size} examples cannot be computed in {parts} "
                f"equal parts; choose an accumulation that divides {size}"
            )
        return size
    return max(min(settings.batch_size, task.train_examples) // parts, 1) * parts
