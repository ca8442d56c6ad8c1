"""What does an optimizer keep of earlier gradients, and what does a schedule end at?

Mostly what the library keeps by itself, with the published exceptions. Invariant: only what the
optimizer and the schedule in force have is advised; deciding on anything else is a mistake.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tuner_engine.advice.beliefs import decided, published
from tuner_engine.advice.presets import Presets
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices

KEPT: Mapping[str, tuple[str, ...]] = {
    "sgd": ("momentum",),
    "adam": ("beta1", "beta2", "epsilon"),
    "adamw": ("beta1", "beta2", "epsilon"),
    "adamw-8bit": ("beta1", "beta2", "epsilon"),
    "lion": ("beta1", "beta2"),
    "muon": ("momentum", "beta1", "beta2"),
}
"""Optimizer → what it keeps that a trainer lets one set."""

FLOORED = frozenset({"linear", "cosine", "warmup-stable-decay", "exponential"})
"""Schedules that fall to a share of the peak."""

KEPT_NAMES = ("momentum", "beta1", "beta2", "epsilon")
"""What optimizers keep, one or another."""

NAMES = (*KEPT_NAMES, "min_learning_rate_share")
"""What is advised here."""

_OWN = {"lion": "O2", "muon": "O3"}
"""Optimizer → the row of what it keeps, whatever is published with Adam or SGD."""


def settings(
    presets: Presets,
    *,
    optimizer: str,
    schedule: str,
    rows: Mapping[str, tuple[str, ...]],
) -> dict[str, Setting]:
    """Return what the optimizer and the schedule in force keep.

    Args:
        presets: With the rows for every family.
        optimizer: In force.
        schedule: In force.
        rows: Setting → the row that gives it for this model with SGD or Adam, then rows that
            agree or disagree; empty where nothing is published beyond the optimizer's own.
    """
    named = {} if optimizer in _OWN else rows
    usual = "O4" if optimizer == "sgd" else _OWN.get(optimizer, "O1")
    found = {
        name: _kept(presets, name, named.get(name, (usual,))) for name in KEPT.get(optimizer, ())
    }
    if schedule in FLOORED:
        name = "min_learning_rate_share"
        usual_end = ("H72",) if schedule == "exponential" else rows.get(name, ("O5",))
        found[name] = _kept(presets, name, usual_end)
    return found


def check(choices: Choices, *, optimizer: str, schedule: str) -> None:
    """Refuse what the optimizer and the schedule in force do not have.

    Raises:
        UsageError: A decision could have no effect.
    """
    for name in KEPT_NAMES:
        if getattr(choices, name) is not None and name not in KEPT.get(optimizer, ()):
            has = ", ".join(KEPT.get(optimizer, ())) or "none of them"
            raise UsageError(f"{optimizer} has no {name}; leave it out, as {optimizer} has {has}")
    if choices.min_learning_rate_share is not None and schedule not in FLOORED:
        raise UsageError(
            f"schedule {schedule} does not fall to a share of the peak: leave "
            f"min_learning_rate_share out, or choose one of {', '.join(sorted(FLOORED))}"
        )


def overlaid(found: Mapping[str, Setting], choices: Choices) -> dict[str, Setting]:
    """Return the settings with a person's decisions in their place."""
    return {name: decided(setting, getattr(choices, name)) for name, setting in found.items()}


def _kept(presets: Presets, name: str, rows: tuple[str, ...]) -> Setting:
    row, *also = rows
    setting = published(presets, row, name, also=tuple(also))
    if setting.range is not None:
        return setting
    for other in ("O1", "H70"):
        figure = presets.rows[other].settings.get(name)
        if figure is not None and figure.range is not None:
            sources = dict.fromkeys((*setting.sources, *presets.cited(other)))
            return replace(setting, range=figure.range, scale=figure.scale, sources=tuple(sources))
    return setting
