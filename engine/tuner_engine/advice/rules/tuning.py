"""How long, how wide and how often is a pretrained model shown its data?"""

from itertools import pairwise
from math import exp, log

HOSTED_EPOCHS = 3
"""Passes unless the examples are few or many. Source: row B53."""

HOSTED_FEWEST, HOSTED_MOST = 100, 25_000
"""Examples shown in all that hosted tuning aims to stay between. Source: row B53."""

HOSTED_LIMIT = 25
"""The most passes of hosted tuning. Source: row B53."""

LEAST_STEPS = 100
"""Optimizer steps that tuning with adapters needs; 1,000 are better. Source: row B31."""

SMALLEST_BATCH = 4
"""Examples; the low end of row B30."""

VIT_STEPS = ((3_000, 500), (50_000, 10_000), (1_281_167, 20_000))
"""Images and optimizer steps: Pets or Flowers, CIFAR, ImageNet. Source: row B9."""

MEANS_PER_SEQUENCE = 4
"""Mean lengths that one sequence should hold where the longest is not known. House choice."""

SHORTEST_SEQUENCE = 128
"""Tokens. House choice: below it nothing is gained."""


def hosted_epochs(examples: int) -> int:
    """Return the passes that hosted tuning takes by itself.

    Three; if 3 n < 100, min(25, 100 // n); if 3 n > 25,000, max(1, 25,000 // n). n = 10 → 10,
    33 → 3, 8,334 → 2, 12,501 → 1.

    Args:
        examples: Training examples, n, at least 1.

    Source: openai-cookbook `Chat_finetuning_data_prep`, row B53; written for gpt-3.5-turbo.
    """
    if HOSTED_EPOCHS * examples < HOSTED_FEWEST:
        return min(HOSTED_LIMIT, HOSTED_FEWEST // examples)
    if HOSTED_EPOCHS * examples > HOSTED_MOST:
        return max(1, HOSTED_MOST // examples)
    return HOSTED_EPOCHS


def enough_steps_batch(batch_size: int, *, examples: int, epochs: int) -> int:
    """Return `batch_size`, lowered so that the whole tuning keeps 100 steps.

    The largest power of two ≤ n · epochs / 100, at least 4, and never more than `batch_size` or
    the examples there are.

    Args:
        batch_size: Examples per step that are published, a power of two.
        examples: Training examples, n, at least 1.
        epochs: Passes over them, at least 1.

    Source: House choice, row G5; the 100 steps are row B31.
    """
    allowed = max(examples * epochs // LEAST_STEPS, SMALLEST_BATCH)
    return _power_of_two(min(batch_size, allowed, examples))


def vit_tuning_steps(images: int) -> int:
    """Return the steps of tuning a vision transformer, between the published ones.

    3,000 images → 500, 50,000 → 10,000, ImageNet → 20,000; a straight line between them where
    both are logarithms, held beyond the ends.

    Args:
        images: Training images, at least 1.

    Source: big_vision `transfer` and vision_transformer, row B9; the line is a house choice.
    """
    (low_n, low), *_, (high_n, high) = VIT_STEPS
    if images <= low_n:
        return low
    for (left_n, left), (right_n, right) in pairwise(VIT_STEPS):
        if left_n <= images <= right_n:
            part = log(images / left_n) / log(right_n / left_n)
            return round(left * exp(part * log(right / left)))
    return high if images >= high_n else low


def tuning_sequence_length(*, mean_length: float, longest: int, context: int) -> int:
    """Return the tokens that are seen at once: enough for nearly every example.

    The next power of two from the longest example, or from four mean lengths if that is less; at
    least 128, at most the model's context.

    Args:
        mean_length: Tokens of an example on average, > 0.
        longest: Tokens of the longest example; 0 if it is not known.
        context: Longest sequence that the model was made for.

    Source: House choice, row G7.
    """
    wanted = MEANS_PER_SEQUENCE * mean_length
    needed = int(min(wanted, longest) if longest else wanted)
    return min(max(1 << max(needed - 1, 1).bit_length(), SHORTEST_SEQUENCE), context)


def _power_of_two(limit: int) -> int:
    return 1 << (max(limit, 1).bit_length() - 1)
