"""Which words and which setting follow from the speed of batch sizes and the noise of gradients?"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tuner_engine.advice.rules import scaling
from tuner_engine.events import BatchTried, NoiseMeasured, VerdictReached
from tuner_engine.probes import throughput
from tuner_engine.probes.luck import CLEARLY
from tuner_engine.recipe import Confidence, Setting
from tuner_engine.specs import Hyperparameters

PROBE = "batch-size"

BEYOND_NOISE = 4.0
"""How far above the measured noise scale a batch may be. House choice: it is an order of magnitude
only, and beyond it examples are wasted slowly."""

BUSY_WORDS = (
    "Speeds varied much from one moment to the next, as on a busy machine: measure again when it "
    "is quiet."
)

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
    branched: Mapping[int, NDArray[np.float64]] = {},
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
        branched: Validation losses of branches from one checkpoint, by size.
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
    scale = _settled(noise)
    figures = _figures(tried, plateau.batch_size, plateau.per_s, scale, settings, examples)
    if fixed:
        words = (
            f"The data come in batches of {settings.batch_size:,}, which only their source can "
            f"change. {_noise_words(noise, scale)}"
        )
        return _said("fixed-by-stream", words, figures)
    checked = checked_size(branched)
    value, reason = _chosen(sorted(ran), plateau.batch_size, scale)
    if checked is not None and value > checked and max(branched) > checked:
        value, reason = checked, _too_large(checked, branched)
    rate = implied_rate(value, settings)
    figures |= {f"branch_{size}": float(losses.mean()) for size, losses in branched.items()}
    figures |= {"implied_learning_rate": rate}
    unsteady = throughput.unsteady(ran)
    confidence: Confidence = "low" if stopped or unsteady else "medium" if scale is None else "high"
    if scale is not None and settings.optimizer not in {"sgd"}:
        confidence = min(confidence, "medium", key=("low", "medium", "high").index)
    summary = " ".join(
        [
            reason,
            _noise_words(noise, scale),
            *_branch_words(checked, branched),
            *([BUSY_WORDS] if unsteady else []),
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


def checked_size(branched: Mapping[int, NDArray[np.float64]]) -> int | None:
    """Return the largest size whose branches end as low as the smallest one's; none of none.

    Args:
        branched: Validation losses by size, [orders of the data].
    """
    if not branched:
        return None
    sizes = sorted(branched)
    own = branched[sizes[0]]
    passed = sizes[0]
    for size in sizes[1:]:
        both = np.stack([own, branched[size]])
        error = math.sqrt(both.var(axis=1, ddof=1).mean() * 2 / both.shape[1])
        if not both[1].mean() - own.mean() <= CLEARLY * error:
            break
        passed = size
    return passed


def _too_large(checked: int, branched: Mapping[int, NDArray[np.float64]]) -> str:
    worse = min(size for size in branched if size > checked)
    return (
        f"From one checkpoint, {worse:,} examples a step end at a loss of "
        f"{branched[worse].mean():.4g} and {checked:,} at {branched[checked].mean():.4g}, for the "
        "same examples."
    )


def _branch_words(checked: int | None, branched: Mapping[int, NDArray[np.float64]]) -> list[str]:
    if checked is None or len(branched) < 2:
        return []
    sizes = ", ".join(f"{size:,}" for size in sorted(branched))
    return [f"Branches of {sizes} from one checkpoint: nothing is lost up to {checked:,}."]


def _settled(noise: Sequence[NoiseMeasured]) -> float | None:
    """Return the noise scale of most of the training: the last one that is estimable.

    It grows while a model learns; before that, gradients agree and say nothing about later ones.
    """
    later = [each.noise_scale for each in noise if each.noise_scale is not None and each.epoch > 0]
    return later[-1] if later else None


def _noise_words(noise: Sequence[NoiseMeasured], scale: float | None) -> str:
    if scale is None:
        told = "was not measured" if not noise else "is not estimable: the gradient hides in it"
        return f"The gradient noise scale {told}."
    later = [each for each in noise if each.epoch > 0 and each.noise_scale is not None]
    low = min(each.low for each in later if each.low is not None)
    highs = [each.high for each in later]
    most = _rounded(max(each or 0.0 for each in highs))
    span = f"{_rounded(low)} and more" if None in highs else f"{_rounded(low)} to {most}"
    return (
        f"The gradient noise scale is about {_rounded(scale)} examples ({span} over training); an "
        "order of magnitude, and a rule of thumb for optimizers like Adam."
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


def implied_rate(batch_size: int, settings: Hyperparameters) -> float:
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
