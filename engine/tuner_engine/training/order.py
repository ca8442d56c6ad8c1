"""In which order does a lane see the training examples?

The order is made on the host from the lane's seed and the epoch's number alone, so it does not
depend on the device, on the chunking, or on which lanes train beside it.
"""

import numpy as np

PART = (2**32 - 1, 0)
"""Follows a seed where parts are drawn, so that no epoch's shuffle is theirs."""


def steps_per_epoch(examples: int, batch_size: int) -> int:
    """Return the optimizer steps of one epoch; an incomplete last batch is left out."""
    return max(examples // batch_size, 1)


def batches(
    *, seed: int, examples: int, batch_size: int, first_step: int, steps: int
) -> np.ndarray:
    """Return which examples each step sees.

    Args:
        seed: Of the lane.
        examples: Size of the training split.
        batch_size: Examples per step, at most `examples`.
        first_step: Number of the first step wanted, counted from the start of training.
        steps: How many steps are wanted.

    Returns:
        int32 [steps, batch_size], indices of examples. Every epoch is a fresh shuffle.
    """
    per_epoch = steps_per_epoch(examples, batch_size)
    first, last = first_step // per_epoch, (first_step + steps - 1) // per_epoch
    shuffles = [
        np.random.default_rng([seed, epoch])
        .permutation(examples)[: per_epoch * batch_size]
        .reshape(per_epoch, batch_size)
        for epoch in range(first, last + 1)
    ]
    offset = first_step - first * per_epoch
    return np.concatenate(shuffles)[offset : offset + steps].astype(np.int32)


def part(*, seed: int, of: int, examples: int) -> np.ndarray:
    """Return which examples a training sees that has only some of them.

    Args:
        seed: Of the training's order; a smaller part of one seed lies within a larger one.
        of: Size of the training split.
        examples: How many are seen, at most `of`.

    Returns:
        int64 [examples], indices into the split.
    """
    return np.random.default_rng([seed, *PART]).permutation(of)[:examples]
