"""What does a lint see, and what does it say?

Settings that are absent are not judged, and a value counts as decided when a person or a
measurement put it there.
"""

from collections.abc import Callable, Mapping
from typing import TypeGuard

import msgspec

from tuner_engine.recipe import Setting, Value
from tuner_engine.workload import Workload

Settings = Mapping[str, Setting]

ADAM = frozenset({"adam", "adamw", "adamw-8bit"})
"""Optimizers whose steps do not grow with the gradient."""

ADAPTERS = frozenset({"lora", "qlora"})
"""Regimes that always train adapters."""

TUNED = frozenset({"full", "lora", "qlora"})
"""Regimes that tune on examples with answers."""

SAMPLED = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "seed",
)
"""Parameters that an engine may refuse."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that looks like a mistake."""

    message: str
    """One line that ends with what would mend it."""
    fix: tuple[str, Value] | None = None
    """Setting and value that would mend it, where it is one."""


Judge = Callable[[Settings, Workload], Finding | None]
"""What a lint is: a function from settings and facts to a finding, or nothing."""


def value(settings: Settings, name: str) -> Value:
    """Return a setting's value; none where it is unset or absent."""
    return settings[name].value if name in settings else None


def number(settings: Settings, name: str) -> float | None:
    """Return a setting's value where it is a number."""
    found = value(settings, name)
    return found if is_number(found) else None


def chosen(settings: Settings, name: str) -> float | None:
    """Return a setting's number where it was decided or measured, instead of advised."""
    return number(settings, name) if is_chosen(settings, name) else None


def is_chosen(settings: Settings, name: str) -> bool:
    """Return whether a setting was decided or measured, instead of advised."""
    return name in settings and settings[name].basis in {"chosen", "measured"}


def is_number(found: object) -> TypeGuard[float]:
    """Return whether a value is a number, which true and false are not."""
    return isinstance(found, float | int) and not isinstance(found, bool)


def is_adam(settings: Settings) -> bool:
    """Return whether the optimizer is of Adam's kind."""
    return value(settings, "optimizer") in ADAM


def has_adapters(settings: Settings, workload: Workload) -> bool:
    """Return whether adapters are trained."""
    return workload.regime in ADAPTERS or number(settings, "lora_rank") is not None


def steps(settings: Settings, workload: Workload) -> float | None:
    """Return the optimizer steps of the whole training, where they are known."""
    batch, epochs = number(settings, "batch_size"), number(settings, "epochs")
    if not batch or not epochs or not workload.train_examples:
        return None
    return max(workload.train_examples * epochs // batch, 1)
