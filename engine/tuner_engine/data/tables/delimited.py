"""Which cells does a delimited text hold?

Regular quoting goes through Polars; irregular quoting through Python's tolerant reader, which
takes a stray quote as text.
Invariant: every row has equally many cells, or the line that has not is named.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables.dialect import Dialect
from tuner_engine.data.tables.records import Records, scan
from tuner_engine.data.tables.sample import END_MARK, unreadable
from tuner_engine.data.tables.table import unique_names
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Cells:
    """A delimited text as columns of strings.

    Attributes:
        frame: One String column per column of the text, named.
        lines: Line on which each row starts, from 1, shape [rows].
        cautions: What was left out or renamed.
    """

    frame: "pl.DataFrame"
    lines: NDArray[np.int64]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """All records, the blank ones included, as columns of strings."""

    frame: "pl.DataFrame"
    lines: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where records are and how wide, before they are cells."""

    lines: NDArray[np.int64]
    cells: NDArray[np.int64]
    blank: NDArray[np.bool_]


def parse(
    text: bytes, dialect: Dialect, *, name: str, lines: NDArray[np.int64] | None = None
) -> Cells:
    """Return the cells of `text`.

    Args:
        text: UTF-8 without byte order mark.
        dialect: How it is written.
        name: The file, for errors.
        lines: Line of each record in the file that `text` is a sample of.

    Raises:
        DataError: There is no row below the header, a row is too long or too short, or a quote is
            never closed.
    """
    grid, cautions = _read(text, dialect, name=name, lines=lines)
    if dialect.header:
        written = [cell or "" for cell in grid.frame.row(0)]
        frame, places = grid.frame.slice(1), grid.lines[1:]
    else:
        written = [""] * grid.frame.width
        frame, places = grid.frame, grid.lines
    if frame.is_empty():
        raise DataError(f"{name}: a header and no rows; at least one row per class is needed")
    names, renamed = unique_names(written)
    frame.columns = names
    return Cells(frame=frame, lines=places, cautions=(*cautions, *renamed))


def _read(
    text: bytes, dialect: Dialect, *, name: str, lines: NDArray[np.int64] | None
) -> tuple[_Grid, tuple[Caution, ...]]:
    import polars as pl

    found = scan(text, delimiter=dialect.delimiter, quote=dialect.quote)
    if found is None:
        return _read_tolerantly(text, dialect, name=name, lines=lines)
    if dialect.header and _names_rows(found):
        # R leaves out the name of the column of row names.
        return _read(dialect.delimiter.encode() + text, dialect, name=name, lines=lines)
    spaces = _only_spaces(text, found.starts, found.ends, found.cells)
    shape = _Shape(
        lines=found.lines + 1 if lines is None else lines,
        cells=found.cells,
        blank=found.blank | spaces,
    )
    kept, cautions = _kept(shape, dialect, name=name)
    begin, stop = kept[0], kept[-1] + 1
    whole = begin == 0 and stop == shape.blank.size
    frame = pl.read_csv(
        text if whole else text[found.starts[begin] : found.ends[stop - 1]],
        has_header=False,
        separator=dialect.delimiter,
        quote_char=dialect.quote,
        infer_schema=False,
        empty_string_is_null=False,
    )
    if frame.height != stop - begin:
        return _read_tolerantly(text, dialect, name=name, lines=lines)
    if kept.size != frame.height:
        frame = frame[kept - begin]
    return _Grid(frame=frame, lines=shape.lines[kept]), cautions


def _names_rows(found: Records) -> bool:
    """Return whether the first record lacks one cell that all others have."""
    full = found.cells[~found.blank]
    return full.size > 1 and bool((full[1:] == full[0] + 1).all())


def _only_spaces(
    text: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], cells: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which records of a single cell hold nothing but spaces."""
    spaces = np.zeros(starts.size, dtype=np.bool_)
    for index in np.flatnonzero(cells == 1):
        spaces[index] = not text[starts[index] : ends[index]].strip()
    return spaces


def _kept(
    shape: _Shape, dialect: Dialect, *, name: str
) -> tuple[NDArray[np.int64], tuple[Caution, ...]]:
    """Return the records that are rows, after checking that all are equally wide."""
    full = np.flatnonzero(~shape.blank)
    widths, times = np.unique(shape.cells[full], return_counts=True)
    width = int(widths[np.argmax(times)])
    cautions: tuple[Caution, ...] = ()
    last = full[-1]
    if width > 1 and shape.cells[last] == 1 and last > 0 and shape.blank[last - 1]:
        full = full[:-1]
        message = f"Line {shape.lines[last]:,} is a note below the table and was left out."
        cautions = (Caution(code="footnote", message=message),)
    ragged = full[shape.cells[full] != width]
    if ragged.size:
        first = ragged[0]
        others = f" ({ragged.size - 1:,} more such lines)" if ragged.size > 1 else ""
        cells = "1 cell" if shape.cells[first] == 1 else f"{shape.cells[first]} cells"
        raise DataError(
            f"{name}: line {shape.lines[first]:,} has {cells} where other lines have {width}"
            f"{others}; quote cells that hold {printable(dialect.delimiter)!r}"
        )
    return full, cautions


def _read_tolerantly(
    text: bytes, dialect: Dialect, *, name: str, lines: NDArray[np.int64] | None
) -> tuple[_Grid, tuple[Caution, ...]]:
    import polars as pl

    rows, starts = _records(text.decode(), dialect, name=name)
    shape = _Shape(
        lines=np.array(starts) if lines is None else lines,
        cells=np.array([max(1, len(row)) for row in rows]),
        blank=np.array([len(row) < 2 and not "".join(row).strip() for row in rows]),
    )
    kept, cautions = _kept(shape, dialect, name=name)
    columns = zip(*(rows[index] for index in kept), strict=True)
    frame = pl.DataFrame(
        [pl.Series(f"{i}", column, dtype=pl.String) for i, column in enumerate(columns)]
    )
    return _Grid(frame=frame, lines=shape.lines[kept]), cautions


def _records(text: str, dialect: Dialect, *, name: str) -> tuple[list[list[str]], list[int]]:
    """Return every record and the line on which it starts."""
    reader = csv.reader(
        _lines(text), delimiter=dialect.delimiter, quotechar=dialect.quote, skipinitialspace=True
    )
    rows: list[list[str]] = []
    starts = [1]
    try:
        for row in reader:
            rows.append(row)
            starts.append(reader.line_num + 1)
    except csv.Error as error:
        raise DataError(unreadable(name, starts[-1], error)) from error
    if rows.pop() != [END_MARK]:
        raise DataError(f"{name}: line {starts[-2]:,} opens a quote that is never closed")
    return rows, starts[: len(rows)]


def _lines(text: str) -> Iterator[str]:
    begin = 0
    while begin < len(text):
        stop = text.find("\n", begin) + 1 or len(text)
        yield text[begin:stop]
        begin = stop
    yield END_MARK
