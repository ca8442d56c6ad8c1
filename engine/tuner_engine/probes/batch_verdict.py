"""Which words and which setting follow from the speed of batch sizes and the noise of gradients?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tuner_engine.advice.rules import scaling
from tuner_engine.events import BatchTried, NoiseMeasured, VerdictReached
from tuner_engine.probes import throughput
from tuner_engine.probes.luck import CLEARLY, tie_threshold
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured about batch sizes.

    Attributes:
        tried: Every size, with its outcome.
        noise: At several points of training.
        branched: Validation losses of branches from one checkpoint, by size [orders of the data].
        seed_sd: Deviation of a training's best loss over seeds, where it was measured before.
    """

    tried: Sequence[BatchTried]
    noise: Sequence[NoiseMeasured] = ()
    branched: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)
    seed_sd: float | None = None

    @property
    def ran(self) -> dict[int, tuple[float, ...]]:
        """Seconds per step of the sizes that ran, rising."""
        timed = {each.batch_size: each.step_s for each in self.tried if each.step_s}
        return dict(sorted(timed.items()))

    @property
    def refused(self) -> list[BatchTried]:
        """What the memory was not enough for, the smallest first."""
        outcomes = {"does-not-fit", "ran-out"}
        found = [each for each in self.tried if each.outcome in outcomes]
        return sorted(found, key=lambda each: each.batch_size)

    @property
    def missing(self) -> list[int]:
        """Sizes that there was no time for, rising."""
        left = [each.batch_size for each in self.tried if each.outcome == "not-tried"]
        least = self.refused[0].batch_size if self.refused else math.inf
        return sorted(size for size in left if size < least)

    @property
    def scale(self) -> float | None:
        """The noise scale of most of the training: the last one that is estimable.

        It grows while a model learns; before that, gradients agree and say nothing about later
        ones.
        """
        later = [each for each in self.noise if each.epoch > 0]
        known = [each.noise_scale for each in later if each.noise_scale is not None]
        return known[-1] if known else None


def of(
    found: Evidence,
    settings: Hyperparameters,
    *,
    examples: int,
    fixed: bool,
    evidence: str,
    stopped: bool,
) -> VerdictReached:
    """Return the verdict on what was tried.

    Args:
        found: All of it.
        settings: The training in question.
        examples: That it trains on.
        fixed: Whether the data come in batches of their own.
        evidence: Identifier of the run.
        stopped: Whether a person stopped the probe.
    """
    if not found.ran:
        refused = "nothing-fits" if found.refused else "budget-too-small"
        verdict = "interrupted" if stopped else refused
        return _said(verdict, WITHOUT_WORDS[verdict], {})
    figures = _figures(found, settings, examples)
    if fixed:
        words = (
            f"The data come in batches of {settings.batch_size:,}, which only their source can "
            f"change. {_noise_words(found)}"
        )
        return _said("fixed-by-stream", words, figures)
    value, reason = _chosen(found)
    rate = implied_rate(value, settings)
    confidence = _confidence(found, settings, stopped=stopped)
    setting = Setting(
        value=value,
        range=(min(value, min(found.ran)), max(value, _highest(found))),
        scale="log",
        unit="examples",
        basis="measured",
        confidence=confidence,
        why=reason,
        sources=("measured on this data, model and device",),
        evidence=(evidence,),
    )
    return VerdictReached(
        probe=PROBE,
        verdict="interrupted" if stopped else "ok",
        summary=" ".join([reason, *_sentences(found), _rate_words(value, rate, settings)]),
        confidence=confidence,
        settings={"batch_size": setting},
        reading={**figures, "implied_learning_rate": rate},
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


def _chosen(found: Evidence) -> tuple[int, str]:
    """Return the smallest size on the plateau, or what holds it down, and the reason."""
    plateau, highest = throughput.plateau(found.ran).batch_size, _highest(found)
    value, reason = (
        min(plateau, highest),
        (
            f"{plateau:,} is the smallest batch within {throughput.WITHIN_BEST:.0%} of the highest "
            "throughput."
        ),
    )
    if plateau > highest:
        reason = (
            f"Throughput still grows up to {plateau:,}, but a batch beyond {highest:,} is far "
            "above the noise of the gradients: its examples would be wasted."
        )
    checked = checked_size(found.branched, seed_sd=found.seed_sd)
    if checked is not None and checked < min(value, max(found.branched)):
        return checked, _too_large(checked, found.branched)
    return value, reason


def _highest(found: Evidence) -> int:
    """Return the largest size that is not far beyond the noise scale; the smallest at least."""
    most = math.inf if found.scale is None else BEYOND_NOISE * found.scale
    return max((size for size in found.ran if size <= most), default=min(found.ran))


def _confidence(found: Evidence, settings: Hyperparameters, *, stopped: bool) -> Confidence:
    if stopped or found.missing or throughput.unsteady(found.ran):
        return "low"
    # The noise scale is derived for plain gradients.
    return "high" if found.scale is not None and settings.optimizer == "sgd" else "medium"


def _sentences(found: Evidence) -> list[str]:
    sizes = ", ".join(f"{size:,}" for size in found.missing)
    return [
        _noise_words(found),
        *_branch_words(found.branched, seed_sd=found.seed_sd),
        *([BUSY_WORDS] if throughput.unsteady(found.ran) else []),
        *([f"There was no time for {sizes}: allow more (--budget)."] if sizes else []),
        *_limits(found),
    ]


def checked_size(
    branched: Mapping[int, NDArray[np.float64]], *, seed_sd: float | None = None
) -> int | None:
    """Return the largest size whose branches end as low as the smallest one's; none of none.

    Args:
        branched: Validation losses by size, [orders of the data].
        seed_sd: Deviation of a training's best loss over seeds, where it was measured before.
    """
    if not branched:
        return None
    sizes = sorted(branched)
    own = branched[sizes[0]]
    passed = sizes[0]
    for size in sizes[1:]:
        both = np.stack([own, branched[size]])
        error = math.sqrt(both.var(axis=1, ddof=1).mean() * 2 / both.shape[1])
        tie = max(CLEARLY * error, tie_threshold(seed_sd, both.shape[1]))
        if not both[1].mean() - own.mean() <= tie:
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


def _branch_words(
    branched: Mapping[int, NDArray[np.float64]], *, seed_sd: float | None
) -> list[str]:
    if len(branched) < 2:
        return []
    sizes = ", ".join(f"{size:,}" for size in sorted(branched))
    checked = checked_size(branched, seed_sd=seed_sd)
    return [f"Branches of {sizes} from one checkpoint: nothing is lost up to {checked:,}."]


def _noise_words(found: Evidence) -> str:
    later = [each for each in found.noise if each.epoch > 0 and each.noise_scale is not None]
    if found.scale is None:
        told = "is not estimable: the gradient hides in it" if found.noise else "was not measured"
        return f"The gradient noise scale {told}."
    low = min(each.low for each in later if each.low is not None)
    highs = [each.high for each in later]
    most = _rounded(max(each or 0.0 for each in highs))
    span = f"{_rounded(low)} and more" if None in highs else f"{_rounded(low)} to {most}"
    return (
        f"The gradient noise scale is about {_rounded(found.scale)} examples ({span} over "
        "training); an order of magnitude, and a rule of thumb for optimizers like Adam."
    )


def _limits(found: Evidence) -> list[str]:
    if found.refused:
        least = found.refused[0]
        return [f"{least.batch_size:,} does not fit: {least.why.rstrip('.')}."]
    known = [each for each in found.tried if each.step_s and each.memory_bytes]
    if not known:
        return []
    largest = max(known, key=lambda each: each.batch_size)
    if largest.memory_bytes is None or largest.limit_bytes is None:
        return []
    share = largest.memory_bytes / largest.limit_bytes
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


def _figures(found: Evidence, settings: Hyperparameters, examples: int) -> dict[str, float | None]:
    plateau, own = throughput.plateau(found.ran), found.ran.get(settings.batch_size)
    now = None if own is None else throughput.speed(settings.batch_size, own).per_s
    return {
        "plateau": float(plateau.batch_size),
        "examples_per_s": plateau.per_s,
        "examples_per_s_now": now,
        "noise_scale": found.scale,
        "train_examples": float(examples),
        **{f"branch_{size}": float(losses.mean()) for size, losses in found.branched.items()},
    }


def _rounded(scale: float) -> str:
    """Return an order of magnitude: one significant digit."""
    if scale <= 0:
        return "0"
    digit = 10 ** math.floor(math.log10(scale))
    return f"{round(scale / digit) * digit:,g}"
