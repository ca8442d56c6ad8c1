"""How does running text become examples of one length?

Invariant: windows do not overlap but for the token that ends one and begins the next, so every
token is predicted once an epoch; nothing is copied.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST, USUAL, SHORTEST = 1024, 64, 16
"""Bounds of a length that nobody stated: the context of GPT-2, that of nanoGPT's characters on a
processor, and a line."""

ENOUGH_WINDOWS, FEWEST_WINDOWS = 4096, 64
"""Training windows below which a shorter length is chosen, down to the usual one and then to the
shortest: batches of 32 make 128 steps an epoch, or at least two. House choice."""


def length(train_tokens: int) -> int:
    """Return how many tokens are seen at once: the longest power of two with enough windows.

    Args:
        train_tokens: Of the training split.
    """
    chosen = LONGEST
    for least, enough in ((USUAL, ENOUGH_WINDOWS), (SHORTEST, FEWEST_WINDOWS)):
        while chosen > least and train_tokens < enough * chosen:
            chosen //= 2
    return chosen


def windows(tokens: NDArray[Any], length: int) -> NDArray[Any]:
    """Return views of `length + 1` tokens, each beginning with the last token of the one before.

    Args:
        tokens: One dimension, maybe memory-mapped.
        length: At least 1.

    Returns:
        [windows, length + 1]; a rest too short for a window is left out.
    """
    count = max(0, (tokens.size - 1) // length)
    if not count:
        return np.empty((0, length + 1), tokens.dtype)
    step = tokens.strides[0]
    return np.lib.stride_tricks.as_strided(
        tokens, (count, length + 1), (length * step, step), subok=True, writeable=False
    )
