"""What happens in one full training, epoch by epoch?

Several trainings run side by side as lanes; each tells its epochs under its own label.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial

import numpy as np

from tuner_engine import events, leaving
from tuner_engine.events import AnyEvent, EpochMeasured, Phase
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort, courses
from tuner_engine.training.cohort import Course, Lane, Measured
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task

SCORING = "the best checkpoint was being scored on the test split"
"""What may be left behind, as `Left` words it."""


SHOWN_EVERY_S = 1.0
"""Seconds between two looks at trainings that were not scored yet. House choice."""


def train(
    program: Program,
    settings: Hyperparameters,
    lanes: Mapping[str, Lane],
    *,
    phase: Phase,
    plan: str,
    must_end: Callable[[], bool],
    course: Course | None = None,
    tested: bool = True,
    seconds: float | None = None,
) -> Generator[AnyEvent, None, Measured | None]:
    """Train every lane in full, with early stopping.

    Args:
        program: Compiled for the task and for at least as many lanes.
        settings: How; each lane has its own learning rate, weight decay and seed.
        lanes: By the label that their events carry.
        phase: What the training is part of.
        plan: Why it is done, in a sentence.
        must_end: Asked after every chunk; training ends there once it says so.
        course: Another way through than the settings' own. Epochs count the examples that a lane
            sees, where it sees only some.
        tested: Whether the best checkpoints are scored on the test split, if there is one.
        seconds: That it takes, where a speed was seen.

    Yields:
        Events. Where the program keeps the best variables and the task has a test split, a
        `TestMeasured` comes last for each lane that was ever scored.

    Returns:
        What the last chunk measured, with the lanes as it left them.

    Raises:
        Left: The program's run was over before a chunk or the last scoring was.
    """
    task = program.task
    course = course or courses.course(task, settings)
    per_epoch = [courses.steps_per_epoch(task, settings, lane.examples) for lane in lanes.values()]
    yield events.PhaseStarted(
        phase=phase,
        lanes=len(lanes),
        lane_steps=course.steps * len(lanes),
        plan=plan,
        seconds=seconds,
    )
    chunk: Measured | None = None
    pending = np.zeros((len(lanes), 0))
    due_s = 0.0
    learned: set[str] = set()
    lost: set[str] = set()
    for chunk in cohort.train(program, list(lanes.values()), course):
        begun = chunk.first_step - pending.shape[1]
        pending = np.concatenate([pending, chunk.train_losses], axis=1)
        for column, step in enumerate(chunk.scored_after):
            since, pending = np.split(pending, [step - begun], axis=1)
            begun = int(step)
            for row, label in enumerate(lanes):
                means = {name: float(values[row, column]) for name, values in chunk.figures.items()}
                if np.isfinite(means["loss"]):
                    learned.add(label)
                    yield _epoch(task, label, int(step) / per_epoch[row], since[row], means)
        for row, label in enumerate(lanes):
            if chunk.diverged[row] and label not in lost:
                lost.add(label)
                yield _divergence(label, int(chunk.taken[row]) / per_epoch[row])
        due_s -= chunk.wall_s
        if not learned and due_s <= 0:
            yield _unscored(phase, chunk, per_epoch[0])
            due_s = SHOWN_EVERY_S
        yield events.StepsTaken(phase=phase, lane_steps=int(chunk.taken.sum()))
        if must_end():
            break
    if tested and chunk is not None and program.form.keep_best:
        yield from _tests(program, chunk, {label: label in learned for label in lanes})
    return chunk


def _unscored(phase: Phase, chunk: Measured, per_epoch: int) -> events.LossesMeasured:
    """Return what the last chunk says of trainings that were not scored yet."""
    means = np.nanmean(np.where(chunk.diverged[:, None], np.inf, chunk.train_losses), axis=1)
    return events.LossesMeasured(
        phase=phase,
        epoch=(chunk.first_step + chunk.train_losses.shape[1]) / per_epoch,
        losses=tuple(float(mean) if np.isfinite(mean) else None for mean in means),
    )


def _epoch(
    task: Task,
    label: str,
    epoch: float,
    train_losses: np.ndarray,
    means: Mapping[str, float],
) -> EpochMeasured:
    return EpochMeasured(
        label=label,
        epoch=epoch,
        train_loss=float(train_losses.mean()),
        valid_loss=means["loss"],
        metrics=task.report(means),
    )


def _divergence(label: str, epoch: float) -> EpochMeasured:
    return EpochMeasured(
        label=label,
        epoch=epoch,
        train_loss=None,
        valid_loss=None,
        metrics={},
    )


def _tests(
    program: Program, chunk: Measured, learned: Mapping[str, bool]
) -> Iterator[events.TestMeasured]:
    """Score the best checkpoints on the test split, if there is one.

    Args:
        program: Keeps them.
        chunk: The last one.
        learned: Lanes in order, by label; whether each was ever scored, or has no checkpoint but
            its first weights.
    """
    if program.task.test is None:
        return
    score = partial(program.score, chunk.state, program.task.test)
    scores = leaving.awaited(score, program.over, what=SCORING)
    for label, slot in zip(learned, chunk.slots, strict=True):
        if learned[label]:
            means = {name: float(mean[slot]) for name, mean in scores.items()}
            yield _tested(program.task, label, means)


def _tested(task: Task, label: str, means: Mapping[str, float]) -> events.TestMeasured:
    finite = bool(np.isfinite(means["loss"]))
    return events.TestMeasured(
        label=label,
        loss=means["loss"] if finite else None,
        metrics=task.report(means) if finite else {},
    )
