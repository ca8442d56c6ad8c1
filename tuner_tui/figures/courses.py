"""What did each training's loss do, epoch by epoch?

Events are read once however often a picture is drawn of them.
Invariant: the courses are a function of the events alone; what is kept from the last call only
saves reading them again.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tuner_engine.events import EpochMeasured, Training
from tuner_engine.state import RunState

Numbers = NDArray[np.float64]

GRID_POINTS = 600
"""Epochs at which several trainings are compared, at most. House choice: three to a column of the
widest terminal's chart."""

_NAN = float("nan")


@dataclass(slots=True)
class _Columns:
    epoch: "array[float]" = field(default_factory=lambda: array("d"))
    train: "array[float]" = field(default_factory=lambda: array("d"))
    valid: "array[float]" = field(default_factory=lambda: array("d"))
    metrics: dict[str, "array[float]"] = field(default_factory=dict)

    def add(self, event: EpochMeasured) -> None:
        before = len(self.epoch)
        self.epoch.append(event.epoch)
        self.train.append(_NAN if event.train_loss is None else event.train_loss)
        self.valid.append(_NAN if event.valid_loss is None else event.valid_loss)
        for name in event.metrics.keys() - self.metrics.keys():
            self.metrics[name] = array("d", [_NAN]) * before
        for name, column in self.metrics.items():
            column.append(event.metrics.get(name, _NAN))


class _Gathering:
    """The columns of a growing sequence of events."""

    def __init__(self) -> None:
        self.epochs: Sequence[EpochMeasured] = ()
        self.columns: dict[str, _Columns] = {}

    def goes_on_in(self, epochs: Sequence[EpochMeasured]) -> bool:
        """Whether these are the events read so far, and perhaps more."""
        known = len(self.epochs)
        return len(epochs) >= known > 0 and all(
            epochs[place] is self.epochs[place] for place in (0, known - 1)
        )

    def read(self, epochs: Sequence[EpochMeasured]) -> None:
        """Add what is new."""
        for event in epochs[len(self.epochs) :]:
            self.columns.setdefault(event.label, _Columns()).add(event)
        self.epochs = epochs


_LAST: list[_Gathering] = []
"""What the last call read: one run is drawn many times while it grows."""


@dataclass(frozen=True, eq=False)
class Course:
    """One training: its losses and metrics at every scoring.

    Attributes:
        label: As its events call it.
        epoch: Rising.
        train: Mean training loss since the scoring before; NaN where it was no number.
        valid: Validation loss; likewise.
        metrics: By name; NaN where an event lacked one.
    """

    label: str
    epoch: Numbers
    train: Numbers
    valid: Numbers
    metrics: Mapping[str, Numbers]

    @cached_property
    def best(self) -> float | None:
        """The lowest validation loss; none if there is none."""
        known = self.valid[np.isfinite(self.valid)]
        return float(known.min()) if known.size else None

    def column(self, name: str) -> Numbers:
        """Return `train`, `valid` or a metric; all NaN where it was not measured."""
        if name in ("train", "valid"):
            return self.train if name == "train" else self.valid
        return self.metrics.get(name, np.full(self.epoch.size, np.nan))


@dataclass(frozen=True, eq=False)
class Arm:
    """Trainings that differ in their luck alone.

    Attributes:
        name: What is compared; empty where nothing is.
        values: Settings in which it differs from the recipe.
        courses: One a seed, in the order of their events.
    """

    name: str
    values: Mapping[str, float]
    courses: tuple[Course, ...]

    @cached_property
    def bests(self) -> Numbers:
        """The lowest validation loss of every course that has one."""
        return np.asarray([it.best for it in self.courses if it.best is not None], dtype=np.float64)

    @cached_property
    def grid(self) -> Numbers:
        """Epochs at which its courses are compared: their own; of several, thinned where many."""
        epochs = np.unique(np.concatenate([np.empty(0), *(it.epoch for it in self.courses)]))
        if epochs.size <= GRID_POINTS or len(self.courses) == 1:
            return epochs
        places = np.linspace(0, epochs.size - 1, GRID_POINTS).round().astype(np.int64)
        return np.asarray(epochs[places], dtype=np.float64)

    def over_seeds(self, name: str) -> tuple[Numbers, Numbers, Numbers]:
        """Return median, least and most over its courses at `grid`; NaN where most have ended."""
        rows = np.array([_at(self.grid, it, name) for it in self.courses])
        present = np.isfinite(rows).sum(axis=0) * 2 > len(rows)
        lines = np.full((3, self.grid.size), np.nan)
        kept = rows[:, present]
        lines[:, present] = np.nanmedian(kept, axis=0), np.nanmin(kept, 0), np.nanmax(kept, 0)
        return lines[0], lines[1], lines[2]


def of(epochs: Sequence[EpochMeasured]) -> tuple[Course, ...]:
    """Return the course of every training, in the order of their first events."""
    gathering = _LAST[0] if _LAST and _LAST[0].goes_on_in(epochs) else _Gathering()
    gathering.read(epochs)
    _LAST[:] = [gathering]
    return tuple(_course(label, columns) for label, columns in gathering.columns.items())


def arms(state: RunState) -> tuple[Arm, ...]:
    """Return the arms that have courses, in the order in which they were announced.

    Trainings that were never announced differ in their luck alone.
    """
    announced = {training.label: training for training in state.trainings}
    grouped: dict[str, list[Course]] = {}
    values: dict[str, Mapping[str, float]] = {}
    for course in of(state.epochs):
        training = announced.get(course.label)
        name = training.arm if training else ""
        grouped.setdefault(name, []).append(course)
        values.setdefault(name, training.values if training else {})
    listed = [Arm(name, values[name], tuple(courses)) for name, courses in grouped.items()]
    order = _order(state.trainings)
    return tuple(sorted(listed, key=lambda arm: order.get(arm.name, len(order))))


def _order(trainings: Sequence[Training]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(it.arm for it in trainings))}


def _course(label: str, columns: _Columns) -> Course:
    metrics = {name: np.array(column) for name, column in columns.metrics.items()}
    return Course(
        label, np.array(columns.epoch), np.array(columns.train), np.array(columns.valid), metrics
    )


def _at(grid: Numbers, course: Course, name: str) -> Numbers:
    """Return a course's values at some epochs; NaN before it begins and after it ends."""
    values = course.column(name)
    known = np.isfinite(values)
    if not known.any():
        return np.full(grid.size, np.nan)
    there = np.interp(grid, course.epoch[known], values[known], left=np.nan, right=np.nan)
    return np.asarray(there, dtype=np.float64)
