"""Which learning rate and which decay go with the optimizer and the batch in force?

A row states the batch its rate was found at, or else holds at the batch that the data ask for; the
rate and its range are carried from there by the published rules.
Invariant: a rate that no row gives for an optimizer has low confidence.
"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, published, rounded, worded
from tuner_engine.advice.case import Case
from tuner_engine.advice.rules import scaling
from tuner_engine.recipe import Setting

LIKE_ADAMW = ("adam", "lion", "own")
"""Optimizers whose rate is known by way of AdamW's."""

_EXPONENTS = (
    "On 17 measured grids of language models the batch's exponent was 0.13 to 0.58, not 0.5 (F7).",
    "DeiT scales AdamW's rate in proportion to the batch, as SGD's (A39).",
)
"""What disagrees with the square root of the batch."""


def learning_rate(case: Case) -> Setting:
    """Return the peak rate of the optimizer in force, at the batch in force."""
    row, *also = case.foundation.rates[_known(case)]
    case.presets.value(row, "learning_rate")  # a row with a rule alone is not read as a rate
    setting = published(case.presets, row, "learning_rate", also=tuple(also))
    reference = int(case.presets.rows[row].at.get("batch_size", case.advised_batch_size))
    setting = of_optimizer(setting, case)
    return carried(setting, case, reference=reference)


def _known(case: Case) -> str:
    """Return the optimizer whose rate is looked up."""
    return "adamw" if case.optimizer in LIKE_ADAMW else case.optimizer


def of_optimizer(setting: Setting, case: Case) -> Setting:
    """Return AdamW's rate as the rate of a relative."""
    if case.optimizer == "own":
        why = (
            f"The task's own optimizer is not known here; {worded(setting.value)} is AdamW's "
            "rate, so measure it with `tuner-tui probe lr`."
        )
        return replace(setting, basis="rule", confidence="low", why=why)
    if case.optimizer != "lion":
        return setting
    adamw, (low, high) = float(setting.value or 0), bounds(setting)
    least, most = scaling.LION_FACTORS
    value = rounded(scaling.lion_learning_rate(adamw))
    return replace(
        setting,
        value=value,
        range=(
            rounded(scaling.lion_learning_rate(low, factor=most)),
            rounded(scaling.lion_learning_rate(high, factor=least)),
        ),
        basis="rule",
        why=(
            f"Lion wants a rate {least:g} to {most:g} times below AdamW's {worded(adamw)}; "
            f"{worded(value)} is the geometric middle."
        ),
        sources=(*setting.sources, *case.presets.cited("A73")),
    )


def carried(anchor: Setting, case: Case, *, reference: int) -> Setting:
    """Return a rate carried from the batch it was found at to the one in force.

    Args:
        anchor: The rate, its range and its reason.
        case: Holds the batch in force, and the optimizer that decides the rule.
        reference: Examples per step that the rate was found at.
    """
    if case.batch_size == reference:
        return anchor
    rate, batches = float(anchor.value or 0), {"batch_size": case.batch_size}
    if case.optimizer == "sgd":
        row, how, trusted = "F8", "in proportion", True
        moved = scaling.linear_scaling(rate, reference=reference, **batches)
    else:
        row, how = "F7", "by the square root of their ratio"
        trusted = scaling.within_square_root_reach(reference=reference, **batches)
        moved = scaling.square_root_scaling(rate, reference=reference, **batches)
    factor, (low, high) = moved / rate, bounds(anchor)
    limits = "" if trusted else f", held at {scaling.SQUARE_ROOT_REACH:g} times"
    value = rounded(moved)
    why = (
        f"{worded(rate)} at batch {reference:,} becomes {worded(value)} at "
        f"{case.batch_size:,}, {how}{limits}."
    )
    return replace(
        anchor,
        value=value,
        range=(rounded(low * factor), rounded(high * factor)),
        basis="rule",
        confidence=anchor.confidence if trusted else "low",
        why=why,
        sources=(*anchor.sources, *case.presets.cited(row)),
        alternatives=(*anchor.alternatives, *(_EXPONENTS if row == "F7" else ())),
    )


def weight_decay(case: Case) -> Setting:
    """Return the decay of the model's rows; more for Lion, whose steps are shorter."""
    row, *also = case.foundation.rows("weight_decay")
    setting = published(case.presets, row, "weight_decay", also=tuple(also))
    if case.optimizer != "lion":
        return setting
    least, most = scaling.LION_FACTORS
    adamw, (low, high) = float(setting.value or 0), bounds(setting)
    value = rounded(scaling.lion_weight_decay(adamw))
    return replace(
        setting,
        value=value,
        range=(
            rounded(scaling.lion_weight_decay(low, factor=least)),
            rounded(scaling.lion_weight_decay(high, factor=most)),
        ),
        basis="rule",
        why=(
            f"Lion wants {least:g} to {most:g} times AdamW's decay of {worded(adamw)}; "
            f"{worded(value)} is the geometric middle."
        ),
        sources=(*setting.sources, *case.presets.cited("A73")),
    )
