"""Which words and which setting follow from the speed of batch sizes and the noise of gradients?"""

import math
from collections.abc import Sequence

from tuner_engine.advice.rules import scaling
from tuner_engine.events import BatchTried, NoiseMeasured, VerdictReached
from tuner_engine.probes import gradient_noise, throughput
from tuner_engine.recipe import Confidence, Setting
from tuner_engine.specs import Hyperparameters

PROBE = "batch-size"

BEYOND_NOISE = 4.0
"""How far above the measured noise scale a batch may be. House choice: it is an order of magnitude
only, and beyond it examples are wasted slowly."""

WITHOUT_WORDS = {
    "interrupted": "Stopped before any batch size was timed; start it again to go on.",
    "budget-too-small": (
        "The budget ended before any batch size was timed. Allow more time (--budget)."
    ),
    "nothing-fits": (
        "No batch size fits the memory there is. Take a smaller model, --accumulation, "
        "--precision bfloat16 or --rematerialize, or free memory."
    ),
}
"""Why there is no number, and what to do next."""


def of(
    tried: Sequence[BatchTried],
    noise: Sequence[NoiseMeasured],
    settings: Hyperparameters,
    *,
    examples: int,
    fixed: bool,
    evidence: str,
    stopped: bool,
) -> VerdictReached:
    """Return the verdict on what was tried.

    Args:
        tried: Every size, with its outcome.
        noise: At several points of training.
        settings: The training in question.
        examples: That it trains on.
        fixed: Whether the data come in batches of their own.
        evidence: Identifier of the run.
        stopped: Whether a person stopped the probe.
    """
    ran = {each.batch_size: each.step_s for each in tried if each.step_s}
    if not ran:
        refused = [each for each in tried if each.outcome in {"does-not-fit", "ran-out"}]
        verdict = "interrupted" if stopped else "nothing-fits" if refused else "budget-too-small"
        return _said(verdict, WITHOUT_WORDS[verdict], {})
    plateau = throughput.plateau(ran)
    # Before anything is learnt, gradients agree and say nothing about later ones.
    scales = [each.noise_scale for each in noise if each.noise_scale is not None and each.epoch > 0]
    scale = gradient_noise.typical(scales)
    figures = _figures(tried, plateau.batch_size, plateau.per_s, scale, settings, examples)
    if fixed:
        words = (
            f"The data come in batches of {settings.batch_size:,}, which only their source can "
            f"change. {_noise_words(noise, scale)}"
        )
        return _said("fixed-by-stream", words, figures)
    value, reason = _chosen(sorted(ran), plateau.batch_size, scale)
    rate = _implied(value, settings)
    figures |= {"implied_learning_rate": rate}
    confidence: Confidence = "low" if stopped else "medium" if scale is None else "high"
    if scale is not None and settings.optimizer not in {"sgd"}:
        confidence = min(confidence, "medium", key=("low", "medium", "high").index)
    summary = " ".join(
        [
            reason,
            _noise_words(noise, scale),
            *_limits(tried),
            _rate_words(value, rate, settings),
        ]
    )
    setting = Setting(
        value=value,
        range=(min(value, min(ran)), max(value, _highest(sorted(ran), scale))),
        scale="log",
        unit="examples",
        basis="measured",
        confidence=confidence,
        why=reason,
        sources=("measured on this data, model and device",),
        evidence=(evidence,),
    )
    verdict = "interrupted" if stopped else "ok"
    return VerdictReached(
        probe=PROBE,
        verdict=verdict,
        summary=summary,
        confidence=confidence,
        settings={"batch_size": setting},
        reading=figures,
    )


def _said(verdict: str, words: str, figures: dict[str, float | None]) -> VerdictReached:
    return VerdictReached(
        probe=PROBE,
        verdict=verdict,
        summary=words,
        confidence="low",
        settings={},
        reading=figures,
    )


def _chosen(sizes: Sequence[int], plateau: int, scale: float | None) -> tuple[int, str]:
    """Return the smallest size on the plateau, or the largest below the noise, and the reason."""
    highest = _highest(sizes, scale)
    if plateau <= highest:
        return plateau, (
            f"{plateau:,} is the smallest batch within {throughput.WITHIN_BEST:.0%} of the highest "
            "throughput."
        )
    return highest, (
        f"Throughput still grows up to {plateau:,}, but a batch beyond {highest:,} is far above "
        "the noise of the gradients: its examples would be wasted."
    )


def _highest(sizes: Sequence[int], scale: float | None) -> int:
    """Return the largest size that is not far beyond the noise scale; the smallest at least."""
    if scale is None:
        return max(sizes)
    return max((size for size in sizes if size <= BEYOND_NOISE * scale), default=min(sizes))


def _noise_words(noise: Sequence[NoiseMeasured], scale: float | None) -> str:
    if scale is None:
        told = "was not measured" if not noise else "is not estimable: the gradient hides in it"
        return f"The gradient noise scale {told}."
    later = [each for each in noise if each.epoch > 0 and each.noise_scale is not None]
    low = min(each.low for each in later if each.low is not None)
    highs = [each.high for each in later]
    high = "beyond" if None in highs else _rounded(max(each or 0.0 for each in highs))
    return (
        f"The gradient noise scale is about {_rounded(scale)} examples ({_rounded(low)} to {high} "
        "over training); an order of magnitude, and a rule of thumb for optimizers like Adam."
    )


def _limits(tried: Sequence[BatchTried]) -> list[str]:
    refused = [each for each in tried if each.outcome in {"does-not-fit", "ran-out"}]
    known = [each for each in tried if each.step_s and each.memory_bytes and each.limit_bytes]
    if refused:
        least = min(refused, key=lambda each: each.batch_size)
        return [f"{least.batch_size:,} does not fit: {least.why.rstrip('.')}."]
    if not known:
        return []
    largest = max(known, key=lambda each: each.batch_size)
    share = (largest.memory_bytes or 0) / (largest.limit_bytes or 1)
    return [f"The largest batch tried, {largest.batch_size:,}, takes {share:.1%} of free memory."]


def _implied(batch_size: int, settings: Hyperparameters) -> float:
    """Return the learning rate that goes with a batch by rule F7 or F8."""
    own = {"batch_size": batch_size, "reference": settings.batch_size}
    if settings.optimizer == "sgd":
        return scaling.linear_scaling(settings.learning_rate, **own)
    return scaling.square_root_scaling(settings.learning_rate, **own)


def _rate_words(batch_size: int, rate: float, settings: Hyperparameters) -> str:
    if batch_size == settings.batch_size:
        return "It is the batch in force, so the learning rate stays."
    rule = "in proportion (F8)" if settings.optimizer == "sgd" else "by the square root (F7)"
    return (
        f"By rule, the learning rate becomes {rate:.2g}, {rule}; "
        "measure it there with `tuner-tui probe lr`."
    )


def _figures(
    tried: Sequence[BatchTried],
    plateau: int,
    per_s: float,
    scale: float | None,
    settings: Hyperparameters,
    examples: int,
) -> dict[str, float | None]:
    own = [each for each in tried if each.batch_size == settings.batch_size and each.step_s]
    return {
        "plateau": float(plateau),
        "examples_per_s": per_s,
        "examples_per_s_now": throughput.speed(own[0].batch_size, own[0].step_s).per_s
        if own
        else None,
        "noise_scale": scale,
        "train_examples": float(examples),
    }


def _rounded(scale: float) -> str:
    """Return an order of magnitude: one significant digit."""
    if scale <= 0:
        return "0"
    digit = 10 ** math.floor(math.log10(scale))
    return f"{round(scale / digit) * digit:,g}"
