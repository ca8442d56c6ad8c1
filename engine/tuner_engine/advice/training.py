"""Which settings does a training from scratch need, and what is usual for each?

A family of data brings a `Case` and the settings that it advises in a way of its own; all others
are taken here from the rows that the model's advice rests on.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from tuner_engine.advice import computing, memories, passes, rates
from tuner_engine.advice.beliefs import decided, published
from tuner_engine.advice.case import OPTIMIZERS, SCHEDULES, Case
from tuner_engine.advice.presets import Presets
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit
from tuner_engine.specs import Choices

AnyCase = TypeVar("AnyCase", bound=Case)

SETTINGS: tuple[str, ...] = tuple(
    name
    for name in Choices.__dataclass_fields__
    if name not in {"arguments", "drop_path", *memories.NAMES}
)
"""What every training is described by, in the order of a recipe."""


def settings(case: AnyCase, own: Mapping[str, Callable[[AnyCase], Setting]]) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe.

    Args:
        case: What is advised for.
        own: Setting → how this family advises it, where that differs from what is usual.
    """
    ways: dict[str, Callable[[AnyCase], Setting]] = {**_USUAL, **own}
    advised = {name: ways[name](case) if name in ways else usual(case, name) for name in SETTINGS}
    found = {name: decided(one, getattr(case.choices, name)) for name, one in advised.items()}
    more = further(
        case.presets,
        case.choices,
        optimizer=case.optimizer,
        schedule=case.schedule,
        rows=case.memory_rows,
        lenient=case.workload.declared is not None,
    )
    return {**found, **more}


def further(
    presets: Presets,
    choices: Choices,
    *,
    optimizer: str,
    schedule: str,
    rows: Mapping[str, tuple[str, ...]],
    lenient: bool = False,
) -> dict[str, Setting]:
    """Return what the optimizer and the schedule in force keep, and what fixes chance.

    Args:
        presets: With the rows for every family.
        choices: Of the person.
        optimizer: In force.
        schedule: In force.
        rows: As in `memories.settings`.
        lenient: Whether a decision that has no effect is passed over: a task's author may have an
            argument of that name.

    Raises:
        UsageError: A decision could have no effect.
    """
    if not lenient:
        memories.check(choices, optimizer=optimizer, schedule=schedule)
    kept = memories.settings(presets, optimizer=optimizer, schedule=schedule, rows=rows)
    return {**memories.overlaid(kept, choices), "seed": published(presets, "C32", "seed")}


def usual(case: Case, name: str) -> Setting:
    """Return a setting as the rows of the model give it."""
    row, *also = case.foundation.rows(name)
    return published(case.presets, row, name, also=tuple(also))


def _model(case: Case) -> Setting:
    return Setting(
        value=case.model,
        range=case.models,
        scale="choice",
        basis="rule",
        confidence="medium",
        why=case.model_why,
        sources=case.presets.cited(case.foundation.training),
    )


def _optimizer(case: Case) -> Setting:
    return replace(usual(case, "optimizer"), range=OPTIMIZERS, scale="choice")


def _schedule(case: Case) -> Setting:
    return replace(usual(case, "schedule"), range=SCHEDULES, scale="choice")


def _warmup_share(case: Case) -> Setting:
    setting = usual(case, "warmup_share")
    if case.schedule != "one-cycle":
        return setting
    why = "None: one-cycle has a rise of its own."
    return replace(setting, value=0.0, basis="rule", why=why)


def _label_smoothing(case: Case) -> Setting:
    if case.workload.task != "regression":
        return usual(case, "label_smoothing")
    why = "Smoothing spreads a label over classes, and a number to predict has none."
    return Setting(
        value=0.0,
        unit=unit("label_smoothing"),
        basis="rule",
        confidence="high",
        why=why,
        sources=case.presets.cited("C12"),
    )


_USUAL: dict[str, Callable[[Case], Setting]] = {
    "model": _model,
    "optimizer": _optimizer,
    "schedule": _schedule,
    "learning_rate": rates.learning_rate,
    "warmup_share": _warmup_share,
    "batch_size": passes.batch_size,
    "epochs": passes.epochs,
    "patience": passes.patience,
    "weight_decay": rates.weight_decay,
    "label_smoothing": _label_smoothing,
    "accumulation": lambda case: computing.accumulation(case.presets),
    "precision": lambda case: computing.precision(
        case.presets, workload=case.workload, model=case.model
    ),
    "rematerialize": lambda case: computing.rematerialize(case.presets),
    "augmentation": lambda case: computing.unvaried(case.presets),
}
"""Setting → the function that advises it where rows alone do not."""
