"""How do examples of different lengths share rows of one length?

Best fit, longest first: each example goes to the row in which it leaves the least room. Invariant:
an example lies in one row, whole and in order, and rows hold nothing twice.

Source: the problem is bin packing; best fit decreasing needs at most 11/9 of the fewest rows, and
one more (Johnson et al., "Worst-case performance bounds for simple one-dimensional packing
algorithms", SIAM Journal on Computing 3, 1974).
"""

import bisect
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import Arrays
from tuner_engine.data.text.vocabularies import PAD, Ragged


@dataclass(frozen=True, slots=True)
class Places:
    """Where each example lies; arrays have one entry per example.

    Attributes:
        rows: Row, from 0.
        starts: First column.
        segments: Place among the examples of its row, from 1.
        count: Rows in all.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    segments: NDArray[np.int32]
    count: int


def pack(lengths: NDArray[np.int64], *, width: int) -> Places:
    """Return a place for each example.

    Args:
        lengths: Tokens of each, 1 to `width`.
        width: Of a row.
    """
    rows = np.empty(lengths.size, np.int64)
    starts = np.empty(lengths.size, np.int64)
    segments = np.empty(lengths.size, np.int32)
    with_room: dict[int, list[int]] = {}
    rooms: list[int] = []
    held: list[int] = []
    for example in np.argsort(-lengths, kind="stable").tolist():
        size = int(lengths[example])
        at = bisect.bisect_left(rooms, size)
        if at == len(rooms):
            room, row = width, len(held)
            held.append(0)
        else:
            room = rooms[at]
            row = with_room[room].pop()
            if not with_room[room]:
                del with_room[room], rooms[at]
        held[row] += 1
        rows[example], starts[example], segments[example] = row, width - room, held[row]
        if left := room - size:
            if left not in with_room:
                bisect.insort(rooms, left)
            with_room.setdefault(left, []).append(row)
    return Places(rows, starts, segments, len(held))


def packed(
    examples: Ragged,
    learn: NDArray[np.bool_],
    which: NDArray[np.int64],
    *,
    width: int,
) -> Arrays:
    """Return some examples packed into rows.

    Args:
        examples: All examples.
        learn: Whether the loss counts each of their tokens, beside `examples.flat`.
        which: The examples to pack.
        width: Of a row; longer examples are cut there.

    Returns:
        `tokens`, `segments` and `learn`, each [rows, width], as `TokenEncoding` describes them.
    """
    lengths = np.minimum(examples.lengths[which], width)
    places = pack(lengths, width=width)
    tokens = np.full(places.count * width, PAD, examples.flat.dtype)
    segments = np.zeros(places.count * width, np.int32)
    learnt = np.zeros(places.count * width, np.bool_)
    within = _within(lengths)
    taken = np.repeat(examples.starts[which], lengths) + within
    put = np.repeat(places.rows * width + places.starts, lengths) + within
    tokens[put] = examples.flat[taken]
    segments[put] = np.repeat(places.segments, lengths)
    # Nothing comes before the first token of an example that could predict it.
    learnt[put] = learn[taken] & (within > 0)
    shape = (places.count, width)
    found: dict[str, NDArray[Any]] = {
        "tokens": tokens.reshape(shape),
        "segments": segments.reshape(shape),
        "learn": learnt.reshape(shape),
    }
    return found


def _within(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, 1, … up to each length, behind one another."""
    begun = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) - np.repeat(begun, lengths)
