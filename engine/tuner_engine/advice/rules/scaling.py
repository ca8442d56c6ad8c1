"""How does a learning rate carry over to another batch or another optimizer?"""

from math import sqrt

SQUARE_ROOT_REACH = 4.0
"""Factor of the reference batch, up or down, within which the square root is trusted.
Source: row F7."""

LION_FACTORS = (3.0, 10.0)
"""How much smaller Lion's learning rate, and larger its decay, is than AdamW's.
Source: docstring of `optax.lion`, row A73."""

LION_FACTOR = sqrt(LION_FACTORS[0] * LION_FACTORS[1])
"""The geometric middle of `LION_FACTORS`, about 5.5. House choice."""


def square_root_scaling(learning_rate: float, *, batch_size: int, reference: int) -> float:
    """Return an Adam-family learning rate for another batch: rate · √(batch / reference).

    Beyond a quarter and four times the reference the ratio is held at that limit, where the rule
    stops being trusted.

    Args:
        learning_rate: The rate that goes with the reference batch, > 0.
        batch_size: Examples per step, at least 1.
        reference: Examples per step that the rate is known for, at least 1.

    Returns:
        The rate for `batch_size`.

    Source: arXiv 2205.10287, timm and nanochat's code, row F7.
    """
    ratio = batch_size / reference
    return learning_rate * sqrt(min(max(ratio, 1 / SQUARE_ROOT_REACH), SQUARE_ROOT_REACH))


def within_square_root_reach(*, batch_size: int, reference: int) -> bool:
    """Return whether `square_root_scaling` is trusted between two batches. Source: row F7."""
    return 1 / SQUARE_ROOT_REACH <= batch_size / reference <= SQUARE_ROOT_REACH


def linear_scaling(learning_rate: float, *, batch_size: int, reference: int) -> float:
    """Return an SGD learning rate for another batch: rate · batch / reference.

    Args:
        learning_rate: The rate that goes with the reference batch, > 0.
        batch_size: Examples per step, at least 1.
        reference: Examples per step that the rate is known for, at least 1. On ImageNet the
            anchor is a rate of 0.1 at 256.

    Returns:
        The rate for `batch_size`.

    Source: big_vision's bit_i1k and timm, row F8.
    """
    return learning_rate * batch_size / reference


def lion_learning_rate(adamw_learning_rate: float, *, factor: float = LION_FACTOR) -> float:
    """Return Lion's learning rate from AdamW's: 3 to 10 times smaller. Source: row A73."""
    return adamw_learning_rate / factor


def lion_weight_decay(adamw_weight_decay: float, *, factor: float = LION_FACTOR) -> float:
    """Return Lion's weight decay from AdamW's: 3 to 10 times larger. Source: row A73."""
    return adamw_weight_decay * factor
