"""What in a recipe looks like a mistake, and what would mend it?

A lint is a function from settings and facts to one sentence, or nothing; its code is its name in
the table below. Invariant: advice to which nobody added a decision raises none of them.
"""

from collections.abc import Callable, Mapping
from typing import TypeGuard

from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.rules import scaling, tabular
from tuner_engine.advice.rules.schedules import LONGEST_WARMUP_SHARE, MANY_EPOCHS
from tuner_engine.recipe import Setting
from tuner_engine.specs import FALLING
from tuner_engine.workload import Caution, Workload

Settings = Mapping[str, Setting]
Lint = Callable[[Settings, Workload], str | None]

_RANGED = ("learning_rate", "weight_decay", "dropout")
"""Settings whose range holds everything published, so that a value outside it is news."""


def lint(settings: Settings, workload: Workload) -> tuple[Caution, ...]:
    """Return what looks like a mistake, each with a code and what would mend it.

    Args:
        settings: Of a recipe; one that is absent is not judged.
        workload: What the recipe trains on.
    """
    found = ((code, judge(settings, workload)) for code, judge in _LINTS.items())
    return tuple(Caution(code=code, message=said) for code, said in found if said)


def _batch_over_tenth(settings: Settings, workload: Workload) -> str | None:
    batch, rows = _number(settings, "batch_size"), workload.train_examples
    most = tabular.at_most_a_tenth(tabular.LARGEST_BATCH, train_examples=rows)
    if batch is None or batch <= max(most, rows / tabular.LEAST_STEPS_PER_EPOCH):
        return None
    return (
        f"batch_size {batch:,.0f} is {batch / rows:.0%} of the {rows:,} training rows, more than a "
        f"tenth; take {most:,} or less"
    )


def _batch_far_from_advice(settings: Settings, workload: Workload) -> str | None:
    batch, rate = _number(settings, "batch_size"), settings.get("learning_rate")
    reference = tabular.small_table_batch_size(workload.train_examples)
    if workload.family != "tabular" or batch is None or rate is None or rate.basis != "rule":
        return None
    if scaling.within_square_root_reach(batch_size=int(batch), reference=reference):
        return None
    return (
        f"learning_rate {worded(rate.value)} was carried from batch {reference:,} to {batch:,.0f}, "
        f"more than the {scaling.SQUARE_ROOT_REACH:g} times that rules are trusted for; measure it "
        "with `tuner-tui probe lr`"
    )


def _warmup_over_tenth(settings: Settings, workload: Workload) -> str | None:
    share = _number(settings, "warmup_share")
    if share is None or share <= LONGEST_WARMUP_SHARE:
        return None
    return (
        f"warmup_share {share:g} is more than a tenth of training; take {LONGEST_WARMUP_SHARE:g} "
        "or less, or more epochs"
    )


def _epochs_without_patience(settings: Settings, workload: Workload) -> str | None:
    epochs = _number(settings, "epochs")
    unset = "patience" in settings and settings["patience"].value is None
    if epochs is None or epochs <= MANY_EPOCHS or not unset:
        return None
    return (
        f"epochs {epochs:,.0f} with no patience may go on long after the best one; set a patience, "
        f"or {MANY_EPOCHS} epochs or less"
    )


def _patience_never_acts(settings: Settings, workload: Workload) -> str | None:
    patience, epochs = _number(settings, "patience"), _number(settings, "epochs")
    if patience is None or epochs is None or patience < epochs:
        return None
    return (
        f"patience {patience:,.0f} cannot end a training of {epochs:,.0f} epochs; lower it, or "
        "train longer"
    )


def _patience_cuts_schedule(settings: Settings, workload: Workload) -> str | None:
    patience, epochs = _number(settings, "patience"), _number(settings, "epochs")
    schedule = settings.get("schedule")
    if patience is None or epochs is None or schedule is None or schedule.value not in FALLING:
        return None
    if patience >= epochs / 2:
        return None
    return (
        f"patience {patience:,.0f} may end training while {schedule.value} over {epochs:,.0f} "
        "epochs is still high; leave patience unset, or take the constant schedule"
    )


def _outside(name: str) -> Lint:
    """Return the lint that says when a setting has left its range."""

    def judge(settings: Settings, workload: Workload) -> str | None:
        value, setting = _number(settings, name), settings.get(name)
        ends = [end for end in (setting.range if setting else None) or () if _is_number(end)]
        if value is None or not ends or min(ends) <= value <= max(ends):
            return None
        return (
            f"{name} {worded(value)} lies outside what is published for this training, "
            f"{worded(min(ends))} to {worded(max(ends))}; take a value from there, or measure it"
        )

    return judge


def _number(settings: Settings, name: str) -> float | None:
    value = settings[name].value if name in settings else None
    return value if _is_number(value) else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, float | int) and not isinstance(value, bool)


_LINTS: dict[str, Lint] = {
    "batch-over-tenth": _batch_over_tenth,
    "batch-far-from-advice": _batch_far_from_advice,
    "warmup-over-tenth": _warmup_over_tenth,
    "epochs-without-patience": _epochs_without_patience,
    "patience-never-acts": _patience_never_acts,
    "patience-cuts-schedule": _patience_cuts_schedule,
    **{f"{name.replace('_', '-')}-outside-range": _outside(name) for name in _RANGED},
}

CODES = frozenset(_LINTS)
"""Codes of all lints: what earlier advice said under one of them is not repeated."""
