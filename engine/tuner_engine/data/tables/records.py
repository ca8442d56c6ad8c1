"""Where does each record of a delimited text begin and end, and how many cells has it?

Found with array operations over the bytes, so that a large file is checked at the speed of memory.
Invariant: an answer is only given for text whose quoting is regular (RFC 4180: a quote opens at
the start of a cell, closes at its end, and is doubled inside), where no reader could disagree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NEWLINE, _RETURN = ord("\n"), ord("\r")


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a stretch of text; all arrays have one entry per record.

    Attributes:
        starts: Offset of the first byte.
        ends: Offset after the last byte, line ending not counted.
        lines: Line on which it starts, the first line of the stretch being 0.
        cells: Number of cells; a blank record has one.
        consumed: Offset after the line ending of the last record.
        newlines: Line endings up to there.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    cells: NDArray[np.int64]
    consumed: int
    newlines: int

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which records hold no byte."""
        blank: NDArray[np.bool_] = self.starts == self.ends
        return blank


def scan(
    text: bytes, *, delimiter: str = "", quote: str = "", whole: bool = True
) -> Records | None:
    """Return the records of `text`.

    Args:
        text: UTF-8, or any encoding that keeps ASCII; begins at the start of a record.
        delimiter: One ASCII character, or nothing: every record is then one cell.
        quote: One ASCII character, or nothing.
        whole: Whether the file ends with `text`; otherwise a last record without line ending is
            left for the next stretch.

    Returns:
        None where quoting is irregular.
    """
    raw = np.frombuffer(text, dtype=np.uint8)
    quotes = np.flatnonzero(raw == ord(quote)) if quote else np.empty(0, dtype=np.int64)
    newlines = np.flatnonzero(raw == _NEWLINE)
    breaks = newlines[_outside(newlines, quotes)] if quotes.size else newlines
    if whole and len(text) and (not breaks.size or breaks[-1] != len(text) - 1):
        if quotes.size % 2:
            return None
        breaks = np.append(breaks, len(text))
    consumed = min(int(breaks[-1]) + 1, len(text)) if breaks.size else 0
    quotes = quotes[: np.searchsorted(quotes, consumed)]
    if quotes.size and not _is_regular(raw[:consumed], quotes, delimiter):
        return None
    starts = np.concatenate([[0], breaks[:-1] + 1]).astype(np.int64)[: breaks.size]
    ends = breaks - (raw[np.maximum(breaks - 1, 0)] == _RETURN)
    marks = np.flatnonzero(raw[:consumed] == ord(delimiter)) if delimiter else newlines[:0]
    marks = marks[_outside(marks, quotes)] if quotes.size else marks
    upto = np.searchsorted(marks, breaks)
    return Records(
        starts=starts,
        ends=np.maximum(ends, starts),
        lines=np.searchsorted(newlines, starts),
        cells=np.diff(upto, prepend=0) + 1,
        consumed=consumed,
        newlines=int(np.searchsorted(newlines, consumed)),
    )


def _outside(offsets: NDArray[np.int64], quotes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which offsets have an even number of quotes before them."""
    even: NDArray[np.bool_] = np.searchsorted(quotes, offsets) % 2 == 0
    return even


def _is_regular(raw: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: str) -> bool:
    """Return whether every quote opens at the start of a cell, closes at its end, or is doubled."""
    if quotes.size % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    ends = [_NEWLINE, *delimiter.encode()]
    before = raw[np.maximum(opening - 1, 0)]
    after = raw[np.minimum(closing + 1, raw.size - 1)]
    doubled = closing[:-1] + 1 == opening[1:]
    opens = (opening == 0) | np.isin(before, ends)
    opens[1:] |= doubled
    closes = (closing == raw.size - 1) | np.isin(after, [*ends, _RETURN])
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())
