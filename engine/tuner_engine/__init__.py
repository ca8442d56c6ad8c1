"""Hyperparameter advice and the measurements that check it, without a terminal.

The names below are resolved when first used, so importing the package costs nothing heavy.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Choices": "specs",
    "DataError": "errors",
    "DataSpec": "specs",
    "DeviceError": "errors",
    "Profile": "workload",
    "Recipe": "recipe",
    "RunSpec": "specs",
    "Setting": "recipe",
    "Task": "own.declaration",
    "TaskError": "errors",
    "TunerError": "errors",
    "UsageError": "errors",
    "Workload": "workload",
    "advise": "advice",
    "profile": "data",
    "run": "worker",
}
"""Public name → the module that defines it."""

__all__ = sorted(_HOMES)  # noqa: PLE0605 - a list, built from the one table of names


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, *globals()]
