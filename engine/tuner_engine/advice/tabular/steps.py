"""How do gradients move the weights of a network on a table?

The base is A11 and T1, which come from the same trainings. RealMLP's learning rates (A1, A2)
belong to another parametrisation and are only ever named as such.
"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, published, rounded, worded
from tuner_engine.advice.case import OPTIMIZERS, SCHEDULES
from tuner_engine.advice.rules import scaling
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting

_HOUSE_RATES = {"sgd": "H1", "muon": "H2"}
"""Optimizer → the row of its learning rate, where nobody publishes one for plain MLPs."""


def optimizer(case: Case) -> Setting:
    """Return how gradients become steps."""
    setting = published(case.presets, "A11", "optimizer")
    return replace(setting, range=OPTIMIZERS, scale="choice")


def schedule(case: Case) -> Setting:
    """Return how the learning rate moves over training."""
    setting = published(case.presets, "T1", "schedule")
    return replace(setting, range=SCHEDULES, scale="choice")


def warmup_share(case: Case) -> Setting:
    """Return how much of training rises to the peak: some where the schedule falls from it."""
    if case.falls and case.schedule != "one-cycle":
        why = (
            f"A house choice: {case.schedule} takes a higher peak, which a short rise prepares; "
            "more than a tenth of training is advised against."
        )
        return published(case.presets, "H4", "warmup_share", why=why, also=("C4",))
    why = "None: one-cycle has a rise of its own." if case.schedule == "one-cycle" else ""
    setting = published(case.presets, "T1", "warmup_share", why=why, also=("C4",))
    return replace(setting, range=case.presets.figure("C4", "warmup_share").range)


def gradient_clip(case: Case) -> Setting:
    """Return the largest gradient norm: unset, with the range to search if it is wanted."""
    setting = published(case.presets, "T1", "gradient_clip", also=("C6",))
    usual = case.presets.figure("C6", "gradient_clip")
    return replace(setting, range=usual.range, scale=usual.scale)


def learning_rate(case: Case) -> Setting:
    """Return the peak rate of the optimizer in force, at the batch in force."""
    anchor = _anchor(case)
    return anchor if case.batch_size == case.advised_batch_size else _rescaled(anchor, case)


def _anchor(case: Case) -> Setting:
    """Return the rate at the batch that the number of rows asks for."""
    if case.optimizer == "lion":
        return _lion_rate(case)
    if case.optimizer in _HOUSE_RATES:
        why = (
            f"A house choice, as nobody publishes a rate of {case.optimizer} for plain MLPs; "
            "measure it with `tuner-tui probe lr`."
        )
        return published(case.presets, _HOUSE_RATES[case.optimizer], "learning_rate", why=why)
    realmlp = "A1" if case.workload.task == "classification" else "A2"
    other = worded(case.presets.value(realmlp, "learning_rate"))
    low, high = bounds(case.presets.figure("A11", "learning_rate"))
    why = (
        f"The published default of plain tabular MLPs, searched from {worded(low)} to "
        f"{worded(high)}; RealMLP's {other} belongs to another parametrisation."
    )
    return published(case.presets, "A11", "learning_rate", why=why, also=(realmlp,))


def _lion_rate(case: Case) -> Setting:
    adamw = float(case.presets.value("A11", "learning_rate"))
    low, high = bounds(case.presets.figure("A11", "learning_rate"))
    least, most = scaling.LION_FACTORS
    value = rounded(scaling.lion_learning_rate(adamw))
    why = (
        f"Lion wants a rate {least:g} to {most:g} times below AdamW's {worded(adamw)}; "
        f"{worded(value)} is the geometric middle."
    )
    lowest = scaling.lion_learning_rate(low, factor=most)
    highest = scaling.lion_learning_rate(high, factor=least)
    setting = published(case.presets, "A11", "learning_rate", why=why, also=("A73",))
    return replace(setting, value=value, range=(rounded(lowest), rounded(highest)), basis="rule")


def _rescaled(anchor: Setting, case: Case) -> Setting:
    """Return the rate carried from the advised batch to the one in force, inside its range."""
    rate = float(anchor.value or 0)
    batches = {"batch_size": case.batch_size, "reference": case.advised_batch_size}
    if case.optimizer == "sgd":
        row, how, trusted = "F8", "in proportion", True
        carried = scaling.linear_scaling(rate, **batches)
    else:
        row, how = "F7", "by the square root of their ratio"
        trusted = scaling.within_square_root_reach(**batches)
        carried = scaling.square_root_scaling(rate, **batches)
    low, high = bounds(anchor)
    value = rounded(min(max(carried, low), high))
    limits = [] if trusted else [f"held at {scaling.SQUARE_ROOT_REACH:g} times"]
    limits += [] if low <= carried <= high else ["held at the end of the range"]
    why = (
        f"{worded(rate)} at the advised batch of {case.advised_batch_size:,} becomes "
        f"{worded(value)} at {case.batch_size:,}, {', '.join([how, *limits])}."
    )
    return replace(
        anchor,
        value=value,
        basis="rule",
        confidence="low" if limits else anchor.confidence,
        why=why,
        sources=(*anchor.sources, *case.presets.cited(row)),
    )
