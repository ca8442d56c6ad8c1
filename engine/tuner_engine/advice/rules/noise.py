"""What does the noise of gradients say of batch, rate and clipping?"""

from collections.abc import Sequence
from math import ceil, sqrt

CLIPPED_QUANTILE = 0.9
"""Quantile of the logged gradient norms that is clipped at. Source: row F32."""

MOST_CLIPPED_SHARE = 0.5
"""Share of clipped steps above which the rate is lowered instead. Source: row F32."""


def noise_limited_rate(rate: float, *, batch: float, noise_scale: float) -> float:
    """Return the best rate at a batch: rate_max / (1 + B_noise / B).

    Args:
        rate: The best rate at a batch without limit, rate_max.
        batch: B, in any unit.
        noise_scale: B_noise, in the same unit: the batch at which half of rate_max is best.

    Source: arXiv 1812.06162, row F10.
    """
    return rate / (1.0 + noise_scale / batch)


def examples_for_steps(*, steps_ratio: float) -> float:
    """Return examples over their least, for steps over their least: 1 + 1 / (S / S_min − 1).

    Args:
        steps_ratio: S / S_min, above 1.

    Source: (S / S_min − 1)(E / E_min − 1) = 1, arXiv 1812.06162, row F10.
    """
    return 1.0 + 1.0 / (steps_ratio - 1.0)


def adam_at_batch(
    *, learning_rate: float, beta: float, epsilon: float, factor: float
) -> tuple[float, float, float]:
    """Return rate, beta and epsilon of Adam when the batch grows by a factor k.

    rate · √k, 1 − k · (1 − β), ε / √k. For information: only the rate's part was confirmed.

    Args:
        learning_rate: At the reference batch.
        beta: Either of the two, at the reference batch.
        epsilon: At the reference batch.
        factor: k, > 0 and at most 1 / (1 − β).

    Source: arXiv 2205.10287, row F9, recalled.
    """
    return learning_rate * sqrt(factor), 1.0 - factor * (1.0 - beta), epsilon / sqrt(factor)


def clip_threshold(norms: Sequence[float]) -> float:
    """Return the norm to clip at: the 90th percentile of those logged, taken from among them.

    Args:
        norms: Gradient norms of a training without clipping, at least one.

    Source: Google's tuning playbook, row F32.
    """
    ordered = sorted(norms)
    return ordered[ceil(CLIPPED_QUANTILE * len(ordered)) - 1]


def clips_too_often(norms: Sequence[float], *, threshold: float) -> bool:
    """Return whether more than half of the steps are clipped, so that the rate is too high.

    Source: Google's tuning playbook, row F32.
    """
    return sum(norm > threshold for norm in norms) > MOST_CLIPPED_SHARE * len(norms)
