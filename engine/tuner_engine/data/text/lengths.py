"""How many tokens does a model see at once, and how are shorter texts filled up?

Invariant: what is cut is the end of the text, and the share of texts that are cut is told.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.text.vocabularies import PAD, Ragged

STEP = 8
"""Lengths are multiples of this, which suits the units of every device. House choice."""

LONGEST = 512
"""Longest length that nobody stated. House choice: that of BERT; attention over more costs more
than the ends of few texts are worth."""

_LONG_TAIL = 2.0
"""99th over 95th percentile above which the length is the 95th: nine tenths of every batch would be
padding for one text in twenty-five. House choice."""

_NEARLY_ALL = 1.25
"""Longest text over 99th percentile up to which nothing is cut. House choice."""


def length(of_texts: NDArray[np.int64], *, most: int = LONGEST) -> int:
    """Return the sequence length for texts of these lengths, of which there is at least one.

    The 99th percentile, rounded up; the longest text where that is little more, the 95th percentile
    where it is much less; never above `most`.
    """
    often, nearly_all = np.percentile(of_texts, [95, 99], method="higher").tolist()
    longest = int(of_texts.max())
    chosen = nearly_all if nearly_all <= _LONG_TAIL * often else often
    if longest <= _NEARLY_ALL * chosen:
        chosen = longest
    return min(most, max(STEP, -(-int(chosen) // STEP) * STEP))


def filled(texts: Ragged, rows: NDArray[np.int64], *, length: int) -> NDArray[Any]:
    """Return some texts as rows of one length.

    Args:
        texts: All texts.
        rows: Which of them.
        length: Longer texts are cut there, shorter ones are followed by padding.

    Returns:
        [rows, length] of the type of the tokens.
    """
    found = np.full((rows.size, length), PAD, texts.flat.dtype)
    kept = np.minimum(texts.lengths[rows], length)
    columns = np.arange(length)
    taken = columns < kept[:, None]
    places = texts.starts[rows][:, None] + columns
    found[taken] = texts.flat[places[taken]]
    return found
