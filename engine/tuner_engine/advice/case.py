"""What is advised for, what was decided, and which rows does the advice rest on?

Invariant: where one setting depends on another, it reads here the value in force, a decision
before the advice; so the order in which settings are advised never matters.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import get_args

from tuner_engine.advice import memories
from tuner_engine.advice.presets import Figure, Presets
from tuner_engine.errors import UsageError
from tuner_engine.specs import FALLING, Choices, Optimizer, Schedule
from tuner_engine.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """The rows that the advice for one model rests on, by identifier."""

    training: str
    """The row that gives every setting not named below."""
    figures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Setting → the row that gives it, then rows that its reason rests on, too."""
    rates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Optimizer → the row of its learning rate, then rows that disagree or agree."""

    def rows(self, name: str) -> tuple[str, ...]:
        """Return the row that gives a setting, and the rows to cite beside it."""
        return self.figures.get(name, (self.training,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request for advice on training a model from scratch, with the values in force."""

    workload: Workload
    choices: Choices
    presets: Presets
    models: tuple[str, ...]
    """Every model that this family can train."""
    model: str
    model_why: str
    """Why this one is advised."""
    foundation: Foundation
    advised_batch_size: int
    batch_why: str
    advised_epochs: int
    epochs_why: str

    @property
    def memory_rows(self) -> Mapping[str, tuple[str, ...]]:
        """The rows of what the optimizer keeps and the schedule ends at, where any say so."""
        figures = self.foundation.figures
        return {name: figures[name] for name in memories.NAMES if name in figures}

    @property
    def optimizer(self) -> str:
        """The optimizer in force."""
        return self.choices.optimizer or self.word("optimizer")

    @property
    def schedule(self) -> str:
        """The schedule in force."""
        return self.choices.schedule or self.word("schedule")

    @property
    def falls(self) -> bool:
        """Whether that schedule needs the whole training to come down."""
        return self.schedule in FALLING

    @property
    def batch_size(self) -> int:
        """The batch in force."""
        return self.choices.batch_size or self.advised_batch_size

    @property
    def epochs(self) -> int:
        """The epochs in force."""
        return self.choices.epochs or self.advised_epochs

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole training."""
        return max(self.workload.train_examples // self.batch_size, 1) * self.epochs

    def figure(self, name: str) -> Figure:
        """Return the figure that gives a setting."""
        return self.presets.figure(self.foundation.rows(name)[0], name)

    def word(self, name: str) -> str:
        """Return the advised word of a setting that is one."""
        return str(self.presets.value(self.foundation.rows(name)[0], name))


OPTIMIZERS: tuple[str, ...] = tuple(name for name in get_args(Optimizer) if name != "own")
"""Optimizers of the engine's own."""

SCHEDULES: tuple[str, ...] = tuple(name for name in get_args(Schedule) if name != "own")
"""Schedules of the engine's own."""


def model_in_force(choices: Choices, *, advised: str, models: Collection[str], data: str) -> str:
    """Return the model that was decided, or the advised one.

    Args:
        choices: Of the person.
        advised: Where nothing was decided.
        models: Every model that trains on such data.
        data: What the data are, in words.

    Raises:
        UsageError: The decided model does not train on such data.
    """
    model = choices.model or advised
    if model not in models:
        raise UsageError(
            f"model {model} does not train on {data}; choose one of {', '.join(models)}, or leave "
            "it to advice"
        )
    return model
