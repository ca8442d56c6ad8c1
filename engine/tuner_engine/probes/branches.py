"""Does a larger batch really lose nothing, from the same checkpoint, for the same examples?

One training is gone on with, at the batch in force, twice it and four times it, each with the rate
that the rules imply and with several orders of the data. Sizes that end as low as the smallest are
not too large for this moment of the training.

Source: branched training, arXiv 2505.23971.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np

from tuner_engine import events
from tuner_engine.events import AnyEvent, EpochMeasured, Training
from tuner_engine.probes import batch_verdict, programs
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, courses
from tuner_engine.training.cohort import Course
from tuner_engine.training.lane import LaneState
from tuner_engine.training.task import Task

TIMES = (1, 2, 4)
"""Sizes that are compared, over the one in force."""

ORDERS = 3
"""Orders of the data that each is gone on with: their spread is the noise. House choice."""

LENGTH = 0.1
"""Examples of a branch, over those of the whole training. House choice."""

FEWEST_STEPS = 16
"""Of the largest batch's branch: fewer do not move anything. House choice."""


def grown(
    built: Callable[[Hyperparameters], Task],
    settings: Hyperparameters,
    sizes: Sequence[int],
    origin: LaneState,
    terms: Terms,
    found: dict[int, np.ndarray],
) -> Iterator[AnyEvent]:
    """Go on from one checkpoint with several batch sizes.

    Args:
        built: Makes the task, which may depend on the batch size.
        settings: Of the training that the checkpoint is of.
        sizes: That ran; others are not tried.
        origin: The checkpoint, as fetched.
        terms: Seeds, and when to end.
        found: Validation losses at the end by size [orders], which are added to it; a size that
            could not end is left out.
    """
    own = [settings.batch_size * times for times in TIMES]
    tried = [size for size in own if size in sizes]
    examples = max(
        LENGTH * settings.epochs * built(settings).train_examples, FEWEST_STEPS * max(tried)
    )
    for size in tried:
        if terms.must_end():
            break
        rate = batch_verdict.implied_rate(size, settings)
        branch = replace(settings, batch_size=size, learning_rate=rate)
        steps = max(round(examples / size), FEWEST_STEPS)
        losses = yield from _branched(built(branch), branch, origin, terms, steps=steps)
        if losses is None:
            break
        found[size] = losses


def _branched(
    task: Task, settings: Hyperparameters, origin: LaneState, terms: Terms, *, steps: int
) -> Generator[AnyEvent, None, np.ndarray | None]:
    """Train a branch with every order, and return where each ends; none if it had to stop."""
    program = yield from programs.compiled(task, settings, terms, phase="branches", lanes=ORDERS)
    size, rate = settings.batch_size, settings.learning_rate
    lane = courses.lane(settings, learning_rate=rate, seed=terms.seed)
    lanes = [replace(lane, order_seed=terms.seed + 1 + number) for number in range(ORDERS)]
    arm = f"batch {size:,}"
    labels = [f"{arm}, order {number}" for number in range(ORDERS)]
    values = {"batch_size": float(size), "learning_rate": rate}
    yield events.PhaseStarted(
        phase="branches",
        lanes=ORDERS,
        lane_steps=ORDERS * steps,
        plan=f"{steps:,} steps on from one checkpoint with batches of {size:,}",
    )
    yield events.LanesStarted(
        phase="branches",
        lanes=tuple(
            Training(label=label, arm=arm, seed=own.order_seed or 0, values=values)
            for label, own in zip(labels, lanes, strict=True)
        ),
    )
    course = Course(multiples=np.ones(steps), score_every=steps)
    before = int(origin.step[0])
    for chunk in cohort.train(program, lanes, course, origin=origin):
        taken = int(chunk.taken.sum()) - ORDERS * before
        yield events.StepsTaken(phase="branches", lane_steps=taken)
        if not chunk.last and terms.must_end():
            return None
    losses = chunk.figures["loss"][:, -1].astype(float)
    for label, loss, steps_losses in zip(labels, losses, chunk.train_losses, strict=True):
        finite = bool(np.isfinite(loss))
        yield EpochMeasured(
            label=label,
            epoch=steps / courses.steps_per_epoch(task, settings),
            train_loss=float(np.nanmean(steps_losses)) if finite else None,
            valid_loss=float(loss) if finite else None,
            metrics={},
        )
    return losses
