"""Which numbers does a stored array hold?

NumPy's files and IDX files are a header and then rows, one after another; a sample of rows is read
without holding the others.
Invariant: no more is read than the header promises, nothing is unpickled, and an array that ends
early is an error.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tuner_engine.errors import DataError

Opener = Callable[[], AbstractContextManager[BinaryIO]]

_STRETCH_BYTES = 1 << 24
"""Bytes read at a time while rows are chosen. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An array that can be read.

    Attributes:
        name: What errors call it, safe to print.
        shape: Axis 0 counts the rows.
        dtype: Of its numbers or texts; never Python objects.
        open: Yields a stream at the first number.
        columnwise: Whether the first axis varies fastest, as in Fortran.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    open: Opener
    columnwise: bool = False

    @property
    def rows(self) -> int:
        """Length of the first axis."""
        return self.shape[0]

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize


def read(stored: Stored, rows: NDArray[np.int64] | None = None) -> NDArray[Any]:
    """Return the array, or some of its rows.

    Args:
        stored: Where it is.
        rows: Which rows, ascending; all if absent.

    Raises:
        DataError: The file ends before the array does.
    """
    with stored.open() as stream:
        if stored.columnwise:
            whole = _filled(stream, stored, (stored.rows,)).reshape(-1)
            shaped = whole.view(stored.dtype).reshape(stored.shape, order="F")
            return np.ascontiguousarray(shaped if rows is None else shaped[rows])
        if rows is None:
            return _rows_of(_filled(stream, stored, (stored.rows,)), stored)
        return _chosen(stream, stored, rows)


def _chosen(stream: BinaryIO, stored: Stored, rows: NDArray[np.int64]) -> NDArray[Any]:
    stretch = max(1, _STRETCH_BYTES // max(1, stored.row_bytes))
    kept = []
    for start in range(0, int(rows[-1]) + 1 if rows.size else 0, stretch):
        count = min(stretch, stored.rows - start)
        block = _filled(stream, stored, (count,))
        first, last = np.searchsorted(rows, [start, start + count])
        kept.append(block[rows[first:last] - start])
    return _rows_of(np.concatenate(kept), stored)


def _rows_of(raw: NDArray[np.uint8], stored: Stored) -> NDArray[Any]:
    return raw.reshape(-1).view(stored.dtype).reshape(raw.shape[0], *stored.shape[1:])


def _filled(stream: BinaryIO, stored: Stored, shape: tuple[int]) -> NDArray[np.uint8]:
    """Return the next rows as bytes, shape [rows, bytes of a row]."""
    raw = np.empty((*shape, stored.row_bytes), dtype=np.uint8)
    view, got = memoryview(raw.reshape(-1).data), 0
    while got < raw.size:
        count = stream.readinto(view[got:])  # type: ignore[attr-defined]
        if not count:
            raise DataError(
                f"{stored.name}: ends after {got:,} of {raw.size:,} bytes of its numbers; "
                "copy or download it again"
            )
        got += count
    return raw
