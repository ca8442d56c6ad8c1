"""Which decisions contradict the facts so plainly that there is nothing to advise?

A decision that is merely unusual is a lint; one without a meaning is refused here.
"""

from collections.abc import Mapping

from tuner_engine import specs
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Value
from tuner_engine.settings import SETTINGS
from tuner_engine.specs import Choices
from tuner_engine.workload import Family, Regime, Workload

_TUNINGS: dict[Family, tuple[Regime, ...]] = {"image": ("full",), "text": ("full", "lora")}
"""Family → how its pretrained models are published to be tuned; language models in any way."""

_FIXED_SHAPE = ("hidden_layers", "hidden_width")
"""Decisions that a pretrained model has already taken."""


def check(choices: Choices, workload: Workload, *, further: Mapping[str, Value] = {}) -> None:
    """Accept decisions that a training or a sampling on these facts can follow.

    Args:
        choices: What was decided about a training.
        workload: The facts.
        further: What was decided about tuning or sampling.

    Raises:
        UsageError: A value is outside what its setting allows; a batch holds more rows than there
            are; labels are to be smoothed where a number is predicted; a setting belongs to
            another way of training.
    """
    specs.checked(choices, Choices, what="the choices")
    _check_belonging(choices, workload, further)
    if workload.regime == "inference":
        return
    rows, batch = workload.train_examples, choices.batch_size
    if batch is not None and batch > rows:
        raise UsageError(
            f"batch_size {batch:,} is more than the {rows:,} training rows; "
            f"give {rows:,} or less, or leave it to advice"
        )
    if workload.task == "regression" and choices.label_smoothing:
        raise UsageError(
            f"label_smoothing {choices.label_smoothing:g} has no meaning when a number is "
            "predicted; give 0, or leave it to advice"
        )


def _check_belonging(choices: Choices, workload: Workload, further: Mapping[str, Value]) -> None:
    """Refuse a setting that this way of training or sampling does not have."""
    regime, family = workload.regime, workload.family
    if regime == "scratch":
        _check_scratch(family, further)
        if choices.drop_path is not None and family not in {"image", "own"}:
            raise UsageError(
                f"drop_path is for networks of images, and these are {family} data; leave it out"
            )
        return
    allowed = _TUNINGS.get(family, (regime,))
    if regime not in (*allowed, "inference"):
        raise UsageError(
            f"nothing is published here on tuning {family} models with regime {regime}; take "
            f"{' or '.join(allowed)}"
        )
    names = [name for name in Choices.__dataclass_fields__ if getattr(choices, name) is not None]
    for name in names:
        if name in _FIXED_SHAPE:
            raise UsageError(
                f"{name} is fixed in a pretrained model; leave it out, or train from scratch"
            )
    for name in (*names, *further):
        known = SETTINGS.get(name)
        if known is not None and not known.belongs(family=family, regime=regime):
            raise UsageError(
                f"{name} has no meaning for {family} with regime {regime}; leave it out"
            )


def _check_scratch(family: Family, further: Mapping[str, Value]) -> None:
    for name in further:
        known = SETTINGS.get(name)
        if known is None or not known.belongs(family=family, regime="scratch"):
            raise UsageError(
                f"{name} belongs to tuning or sampling a pretrained model, and this is a training "
                "from scratch; name the model and the --regime, or leave it out"
            )
