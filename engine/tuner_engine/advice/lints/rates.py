"""Which learning rates and warm-ups look like a mistake?"""

from math import isclose, sqrt

from tuner_engine.advice.beliefs import rounded, worded
from tuner_engine.advice.lints.finding import (
    TUNED,
    Finding,
    Judge,
    Settings,
    chosen,
    has_adapters,
    is_adam,
    is_chosen,
    is_number,
    number,
    value,
)
from tuner_engine.advice.rules import scaling, tabular
from tuner_engine.advice.rules.adapters import ADAPTER_FACTOR
from tuner_engine.advice.rules.schedules import LONGEST_WARMUP_SHARE
from tuner_engine.workload import Workload

HIGHEST_ADAM_RATE = 5e-3
"""Above it no published transformer is trained with AdamW. Source: the conflict between rows F2
and F4."""

HIGHEST_FULL_RATE = 1e-3
"""Above it no language model is fully tuned. Source: row B17."""

LINEAR_ANCHOR = (5e-4, 512)
"""Rate and batch that DeiT scales in proportion, with AdamW. Source: row A39."""

LINEAR_FROM = 4
"""Times the anchor's batch from which scaling in proportion does harm. Source: row F7."""

LOWEST_ADAPTER_RATE = 5e-5
"""Below it no published adapters learn from instructions. Source: rows B42 and B47."""

LARGE_PARAMETERS = 3_000_000_000
"""Parameters from which full tuning never takes an adapters' rate. Source: rows B14 to B21."""

PREFERENCE_RATES = {"dpo": (5e-6, 2e-5), "kto": (5e-6, 5e-6)}
"""Regime → highest rate of every weight, and of adapters. Source: rows B55, B56 and B58."""

HIGH_RANK, HIGH_RANK_RATE = 256, 1e-4
"""Rank and rate at which adapters spike where alpha grows with the rank. Source: row B38."""


def warmup_over_tenth(settings: Settings, workload: Workload) -> Finding | None:
    """Say that warming up takes more than a tenth of training."""
    share = number(settings, "warmup_share")
    if share is None or share <= LONGEST_WARMUP_SHARE:
        return None
    message = (
        f"warmup_share {share:g} is more than a tenth of training; take {LONGEST_WARMUP_SHARE:g} "
        "or less, or more epochs"
    )
    return Finding(message=message, fix=("warmup_share", LONGEST_WARMUP_SHARE))


def batch_far_from_advice(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a rate was carried further than rules are trusted."""
    batch, rate = number(settings, "batch_size"), settings.get("learning_rate")
    if workload.family != "tabular" or batch is None or rate is None or rate.basis != "rule":
        return None
    reference = tabular.small_table_batch_size(workload.train_examples)
    if scaling.within_square_root_reach(batch_size=int(batch), reference=reference):
        return None
    return Finding(
        message=(
            f"learning_rate {worded(rate.value)} was carried from batch {reference:,} to "
            f"{batch:,.0f}, more than the {scaling.SQUARE_ROOT_REACH:g} times that rules are "
            "trusted for; measure it with `tuner-tui probe lr`"
        )
    )


def adam_scaled_linearly(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a rule of SGD was applied to Adam."""
    rate, batch = chosen(settings, "learning_rate"), number(settings, "batch_size")
    anchor, reference = LINEAR_ANCHOR
    if rate is None or batch is None or not is_adam(settings) or batch < LINEAR_FROM * reference:
        return None
    if not isclose(rate, anchor * batch / reference, rel_tol=0.01):
        return None
    mended = rounded(anchor * sqrt(batch / reference))
    return Finding(
        message=(
            f"learning_rate {worded(rate)} is {worded(anchor)} per {reference:,} examples, scaled "
            f"in proportion to batch {batch:,.0f}, which is SGD's rule; for Adam take the square "
            f"root, {worded(mended)}"
        ),
        fix=("learning_rate", mended),
    )


def learning_rate_unstable(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a rate lies where transformers diverge."""
    rate = chosen(settings, "learning_rate")
    full = workload.family == "language" and workload.regime == "full"
    most = HIGHEST_FULL_RATE if full else HIGHEST_ADAM_RATE
    transformer = workload.family in {"text", "language"}
    if rate is None or rate <= most or not is_adam(settings) or not transformer:
        return None
    return Finding(
        message=(
            f"learning_rate {worded(rate)} is above {worded(most)}, where no published training "
            f"of this kind with AdamW stays stable; take {worded(most)} or less"
        ),
        fix=("learning_rate", most),
    )


def adapter_rate_like_full(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters got the rate of full tuning."""
    rate = chosen(settings, "learning_rate")
    if rate is None or workload.regime not in {"lora", "qlora"} or workload.family != "language":
        return None
    if rate >= LOWEST_ADAPTER_RATE or workload.task == "language-modelling":
        return None
    mended = max(rounded(ADAPTER_FACTOR * rate), 1e-4)
    return Finding(
        message=(
            f"learning_rate {worded(rate)} is a rate of full tuning, and adapters want about "
            f"{ADAPTER_FACTOR:g} times as much; take {worded(mended)}"
        ),
        fix=("learning_rate", mended),
    )


def full_rate_like_adapters(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a large model's every weight got the rate of adapters."""
    rate = chosen(settings, "learning_rate")
    large = (workload.base_parameters or 0) >= LARGE_PARAMETERS
    if rate is None or workload.regime != "full" or workload.family != "language" or not large:
        return None
    if rate < 1e-4 or not is_adam(settings):
        return None
    mended = min(rounded(rate / ADAPTER_FACTOR), 5e-5)
    return Finding(
        message=(
            f"learning_rate {worded(rate)} is a rate of adapters, and full tuning of a model this "
            f"large wants about a tenth; take {worded(mended)}"
        ),
        fix=("learning_rate", mended),
    )


def preference_rate_too_high(settings: Settings, workload: Workload) -> Finding | None:
    """Say that preferences are learnt at a rate of instructions."""
    rate = chosen(settings, "learning_rate")
    if rate is None or workload.regime not in PREFERENCE_RATES:
        return None
    most = PREFERENCE_RATES[workload.regime][has_adapters(settings, workload)]
    if rate <= most:
        return None
    return Finding(
        message=(
            f"learning_rate {worded(rate)} is more than {worded(most)}, the most that "
            f"{workload.regime.upper()} is published with but for torchtune; take {worded(most)} "
            "or less"
        ),
        fix=("learning_rate", most),
    )


def high_rank_rate(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters of high rank will spike."""
    rate, rank = number(settings, "learning_rate"), number(settings, "lora_rank")
    alpha = number(settings, "lora_alpha")
    if rate is None or rank is None or rank < HIGH_RANK or workload.regime not in TUNED:
        return None
    if rate <= HIGH_RANK_RATE or (alpha or rank) < rank:
        return None
    return Finding(
        message=(
            f"learning_rate {worded(rate)} spikes at lora_rank {rank:,.0f} with alpha as large; "
            f"take {worded(HIGH_RANK_RATE)} or less, or a lora_alpha of 32"
        ),
        fix=("learning_rate", HIGH_RANK_RATE),
    )


def schedule_never_falls(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a language model is trained from scratch without a decay."""
    if value(settings, "schedule") != "constant" or not is_chosen(settings, "schedule"):
        return None
    if workload.family != "language" or workload.regime != "scratch":
        return None
    return Finding(
        message=(
            "schedule constant leaves a language model's last gain untaken, as the rate never "
            "falls; take cosine, or warmup-stable-decay if the end is not known"
        ),
        fix=("schedule", "cosine"),
    )


def outside(name: str) -> Judge:
    """Return the lint that says when a setting has left its range."""

    def judge(settings: Settings, workload: Workload) -> Finding | None:
        found, setting = number(settings, name), settings.get(name)
        ends = [end for end in (setting.range if setting else None) or () if is_number(end)]
        if found is None or not ends or min(ends) <= found <= max(ends):
            return None
        nearest = min(max(found, min(ends)), max(ends))
        return Finding(
            message=(
                f"{name} {worded(found)} lies outside what is published for this training, "
                f"{worded(min(ends))} to {worded(max(ends))}; take a value from there, or measure "
                "it"
            ),
            fix=(name, nearest),
        )

    return judge
