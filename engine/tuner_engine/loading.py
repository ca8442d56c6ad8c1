"""What did the person name, data or a task of their own, and what is trained on it?

The one place where the two ways part; all others only know what they have in common.
"""

from typing import TYPE_CHECKING

from tuner_engine.specs import (
    Choices,
    DataSpec,
    Device,
    Hyperparameters,
    RunSpec,
    checked,
    hyperparameters,
)
from tuner_engine.workload import Profile

if TYPE_CHECKING:
    from tuner_engine.data import Dataset
    from tuner_engine.own.loading import OwnTask
    from tuner_engine.training.task import Task

    Loaded = Dataset | OwnTask


def load(spec: RunSpec) -> "Loaded":
    """Return what a run is about, ready to train on.

    Raises:
        DataError: The data or the task cannot be used.
        UsageError: An option makes no sense for it.
        DeviceError: A task was named, and there is no such device to import it for.
    """
    if spec.data.kind != "task":
        from tuner_engine import data

        return data.load(spec.data, seed=spec.seed)
    from tuner_engine.own import loading

    return loading.load(spec.data, seed=spec.seed, choices=_decided(spec), device=spec.device)


def profile(spec: DataSpec, *, seed: int, choices: Choices, device: Device) -> Profile:
    """Return what is known of data or a task, without encoding anything.

    Args:
        spec: Which data, or which task.
        seed: Of the split.
        choices: Whose arguments a task is called with.
        device: What a task is imported for.

    Raises:
        DataError: The data or the task cannot be used.
        UsageError: An option makes no sense for it.
        DeviceError: A task was named, and there is no such device to import it for.
    """
    if spec.kind != "task":
        from tuner_engine import data

        return data.profile(spec, seed=seed)
    from tuner_engine.own import loading

    return loading.load(spec, seed=seed, choices=choices, device=device).profile


def task(loaded: "Loaded", settings: Hyperparameters) -> "Task":
    """Return the task of training on what was loaded.

    Args:
        loaded: Data, or a task of the person's own.
        settings: How it is trained.

    Raises:
        TaskError: The person's code raised, or breaks the contract of a task.
    """
    from tuner_engine.own.loading import OwnTask

    if isinstance(loaded, OwnTask):
        from tuner_engine.own import loading

        return loading.task(loaded, settings)
    from tuner_engine import models

    return models.task(loaded, settings)


def _decided(spec: RunSpec) -> Choices:
    """Return the choices of a run with the arguments of the recipe that it starts from."""
    if spec.recipe is None:
        return spec.choices
    given = {**hyperparameters(spec.recipe).arguments, **(spec.choices.arguments or {})}
    plain = {name: getattr(spec.choices, name) for name in Choices.__dataclass_fields__}
    return checked({**plain, "arguments": given}, Choices, what="the recipe")
