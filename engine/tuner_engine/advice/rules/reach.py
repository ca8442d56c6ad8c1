"""How far around an advised rate or batch is worth searching?"""

RATE_REACH = (4.0, 2.0)
"""Factors below and above a rate that cost at most 1 % of the loss in the median cell of 17
published grids of language models. Source: row C30."""

UNSURE_REACH = (10.0, 3.0)
"""The same where nothing of the kind was measured. Source: row C30."""

BATCH_REACH = 2
"""Factor on a batch, up or down, that costs as little there. Source: row C30."""


def searched_rates(rate: float, *, measured: bool = True) -> tuple[float, float]:
    """Return the lowest and highest rate worth trying: a quarter and twice.

    Args:
        rate: That is advised.
        measured: Whether trainings of such a size were; otherwise a tenth and three times.

    Source: row C30.
    """
    below, above = RATE_REACH if measured else UNSURE_REACH
    return rate / below, rate * above


def searched_batches(batch: int) -> tuple[int, int]:
    """Return the smallest and largest batch worth trying: half and twice. Source: row C30."""
    return max(batch // BATCH_REACH, 1), batch * BATCH_REACH
