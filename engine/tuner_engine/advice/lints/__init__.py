"""What in a recipe looks like a mistake, and what would mend it?

A lint is a function from settings and facts to a finding, or nothing; its code is its name in the
table below, and the finding ends with what would mend it, as a sentence and, where it is one value,
for a program. Invariant: advice to which nobody added a decision raises none of them, but for a
recipe that fits no device it was given.
"""

from tuner_engine.advice.lints import (
    adapters,
    computing,
    data,
    passes,
    rates,
    regularization,
)
from tuner_engine.advice.lints.finding import SAMPLED, Finding, Judge, Settings
from tuner_engine.recipe import Value
from tuner_engine.workload import Caution, DataFacts, Workload

_RANGED = ("learning_rate", "weight_decay", "dropout")
"""Settings whose range holds everything published, so that a value outside it is news."""

_LINTS: dict[str, Judge] = {
    "batch-over-tenth": passes.batch_over_tenth,
    "batch-far-from-advice": rates.batch_far_from_advice,
    "warmup-over-tenth": rates.warmup_over_tenth,
    "epochs-without-patience": passes.epochs_without_patience,
    "patience-never-acts": passes.patience_never_acts,
    "patience-cuts-schedule": passes.patience_cuts_schedule,
    **{f"{name.replace('_', '-')}-outside-range": rates.outside(name) for name in _RANGED},
    "adam-scaled-linearly": rates.adam_scaled_linearly,
    "learning-rate-unstable": rates.learning_rate_unstable,
    "adapter-rate-like-full": rates.adapter_rate_like_full,
    "full-rate-like-adapters": rates.full_rate_like_adapters,
    "preference-rate-too-high": rates.preference_rate_too_high,
    "high-rank-rate": rates.high_rank_rate,
    "schedule-never-falls": rates.schedule_never_falls,
    "adapter-batch-large": passes.adapter_batch_large,
    "many-epochs-few-examples": passes.many_epochs_few_examples,
    "few-epochs-few-examples": passes.few_epochs_few_examples,
    "repeated-corpus": passes.repeated_corpus,
    "too-few-steps": passes.too_few_steps,
    "preference-many-epochs": passes.preference_many_epochs,
    "group-too-small": passes.group_too_small,
    "no-validation": passes.no_validation,
    "dropout-in-single-pass": regularization.dropout_in_single_pass,
    "label-smoothing-in-language": regularization.label_smoothing_in_language,
    "decay-on-norms": regularization.decay_on_norms,
    "clip-unusual": regularization.clip_unusual,
    "beta2-too-long": regularization.beta2_too_long,
    "no-seed": regularization.no_seed,
    "alpha-unusual": adapters.alpha_unusual,
    "attention-only": adapters.attention_only,
    "quantized-full-tuning": adapters.quantized_full_tuning,
    "qlora-without-quantization": adapters.qlora_without_quantization,
    "rank-without-adapters": adapters.rank_without_adapters,
    "memory-exceeded": computing.memory_exceeded,
    "parts-do-not-add-up": computing.parts_do_not_add_up,
    "kto-parts-small": computing.kto_parts_small,
    "bfloat16-unsupported": computing.bfloat16_unsupported,
    "float16-needless": computing.float16_needless,
    "sequence-beyond-context": computing.sequence_beyond_context,
    "sequence-cuts-examples": computing.sequence_cuts_examples,
}
"""Code → the function that judges a training."""

_SAMPLING = (
    "temperature-and-top-p",
    "greedy-forbidden",
    "temperature-lowered",
    "hot-for-exact-answers",
    "cold-for-stories",
    "api-temperature-on-weights",
    "penalties-stacked",
    "repetition-penalty-high",
    "min-p-high",
    "answers-cut",
    "limit-left-to-engine",
    "either-refused",
    "temperature-high",
    "engine-unknown",
    "beyond-engine",
    "rollouts-cold",
    *(f"{name.replace('_', '-')}-refused" for name in SAMPLED),
)
"""Codes of the lints that judge how a model writes."""

CODES = frozenset({*_LINTS, *_SAMPLING, data.TEST_DATA, data.IMBALANCE})
"""Codes of all lints: what earlier advice said under one of them is not repeated."""


def lint(
    settings: Settings, workload: Workload, *, data_facts: DataFacts | None = None
) -> tuple[Caution, ...]:
    """Return what looks like a mistake, each with a code and what would mend it.

    Args:
        settings: Of a recipe; one that is absent is not judged.
        workload: What the recipe trains on.
        data_facts: How the data were read, where they were.
    """
    found = _findings(settings, workload).items()
    judged = tuple(Caution(code=code, message=finding.message) for code, finding in found)
    return (*judged, *data.about_data(workload, data_facts))


def fixes(settings: Settings, workload: Workload) -> dict[str, tuple[str, Value]]:
    """Return, for each lint that one value would mend, that setting and its value.

    Args:
        settings: Of a recipe.
        workload: What the recipe trains on.

    Returns:
        Code → setting and value, for a program to apply.
    """
    found = _findings(settings, workload).items()
    return {code: finding.fix for code, finding in found if finding.fix is not None}


def _findings(settings: Settings, workload: Workload) -> dict[str, Finding]:
    judged = ((code, judge(settings, workload)) for code, judge in _judges(workload).items())
    return {code: finding for code, finding in judged if finding is not None}


def _judges(workload: Workload) -> dict[str, Judge]:
    """Return the lints that a workload needs; what judges sampling is loaded where there is any."""
    if workload.regime not in {"inference", "grpo"}:
        return _LINTS
    from tuner_engine.advice.lints import sampling

    return _LINTS | sampling.LINTS
