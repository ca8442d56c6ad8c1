"""Which columns does a Parquet file hold?

Invariant: a sample is read a stretch of rows at a time; row counts come from the metadata.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.memory import Budget
from tuner_engine.data.source import Source, content, opened, too_large
from tuner_engine.data.tables import nested, sample
from tuner_engine.data.tables.jsonlines import NESTED
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

if TYPE_CHECKING:
    import polars as pl

_STRETCH_ROWS = 1 << 18
"""Rows decoded at a time while sampling. House choice."""

_TEXT_ROWS = 1 << 13
"""Rows decoded at a time while long texts are streamed. House choice."""

_TEXT_CELL_BYTES = 100
_NUMBER_CELL_BYTES = 40
"""Peak memory per cell: its column, its row in the matrix and the copies between; text is assumed
short. House choice."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A Parquet file as typed columns; `rows` says which rows of the file they are, from 1."""

    frame: "pl.DataFrame"
    rows: NDArray[np.int64]
    total: int
    unusable: dict[str, str]


def read(source: Source, *, max_rows: int | None, seed: int, available_bytes: int) -> Typed:
    """Return the table in a Parquet file, or a uniform sample of its rows.

    Raises:
        DataError: The file is damaged, empty, or too large for memory.
    """
    import polars as pl

    with _damage_reported(source):
        file: Any = source.path
        if source.gzipped:
            file = io.BytesIO(content(source, Budget(available_bytes, 2.0, _NUMBER_CELL_BYTES)))
        lazy = pl.scan_parquet(file)
        schema = lazy.collect_schema()
        total = int(lazy.select(pl.len()).collect().item())
        if total == 0:
            raise DataError(f"{source.name}: no rows; at least one row per class is needed")
        vectors = nested.widths(lazy, schema)
        plain = {name: kind for name, kind in schema.items() if name not in vectors}
        unusable = {name: NESTED for name, kind in plain.items() if not _usable(kind)}
        columns = [_column(name, kind) for name, kind in plain.items()]
        columns += [one for name, width in vectors.items() for one in nested.spread(name, width)]
        count = total if max_rows is None else min(max_rows, total)
        row_bytes = _row_bytes(plain) + _NUMBER_CELL_BYTES * sum(vectors.values())
        _check_size(source, row_bytes, count=count, available_bytes=available_bytes)
        if count == total:
            return Typed(lazy.select(columns).collect(), np.arange(1, total + 1), total, unusable)
        rows = sample.smallest(sample.generator(seed).random(total), count)
        stretches = [
            lazy.slice(start, _STRETCH_ROWS).select(columns).collect()[here.tolist()]
            for start, here in _stretches(rows, total)
        ]
    return Typed(pl.concat(stretches), rows + 1, total, unusable)


def count(source: Source) -> int:
    """Return how many rows a Parquet file holds.

    Raises:
        DataError: The file is damaged, or holds none.
    """
    import polars as pl

    with _scanned(source) as lazy:
        total = int(lazy.select(pl.len()).collect().item())
    if total == 0:
        raise DataError(f"{source.name}: no rows; at least one row per class is needed")
    return total


def objects(source: Source, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Return some rows of a Parquet file with all that is nested in them.

    Args:
        source: The file.
        rows: Which, from 0, ascending.

    Raises:
        DataError: The file is damaged.
    """
    with _scanned(source) as lazy:
        found: list[dict[str, Any]] = []
        for start, here in _stretches(rows, int(rows.max()) + 1):
            found += lazy.slice(start, _STRETCH_ROWS).collect()[here.tolist()].to_dicts()
    return found


def beginning(source: Source, *, rows: int) -> tuple[list[dict[str, Any]], Typed]:
    """Return the first rows of a Parquet file, as they are and as typed columns.

    Raises:
        DataError: The file is damaged.
    """
    with _scanned(source) as lazy:
        schema = lazy.collect_schema()
        first = lazy.head(rows).collect()
    unusable = {name: NESTED for name, kind in schema.items() if not _usable(kind)}
    columns = [_column(name, kind) for name, kind in schema.items()]
    typed = Typed(first.select(columns), np.arange(1, first.height + 1), first.height, unusable)
    return first.to_dicts(), typed


def names(source: Source) -> list[str]:
    """Return the names of the columns of a Parquet file that is not packed again; else nothing."""
    import polars as pl

    try:
        return [] if source.gzipped else list(pl.read_parquet_schema(source.path))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return []


def texts(source: Source, column: str) -> Iterator[str]:
    """Yield a text column, nothing for a missing cell, a stretch of rows in memory at a time.

    Raises:
        DataError: The file is damaged.
    """
    import polars as pl

    with _scanned(source) as lazy:
        total = int(lazy.select(pl.len()).collect().item())
        for start in range(0, total, _TEXT_ROWS):
            cells = lazy.select(pl.col(column).cast(pl.String).fill_null(""))
            yield from cells.slice(start, _TEXT_ROWS).collect().to_series().to_list()


@contextmanager
def _scanned(source: Source) -> "Iterator[pl.LazyFrame]":
    import polars as pl

    with _damage_reported(source), opened(source) as stream:
        # A compressed file has to be unpacked first: the index of its rows is at its end.
        yield pl.scan_parquet(io.BytesIO(stream.read()) if source.gzipped else source.path)


@contextmanager
def _damage_reported(source: Source) -> Iterator[None]:
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = printable(str(error).strip().split("\n")[0], width=100)
        advice = "copy or write it again"
        raise DataError(f"{source.name}: damaged Parquet file ({reason}); {advice}") from error


def _usable(kind: "pl.DataType") -> bool:
    import polars as pl

    return not (kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Unknown))


def _column(name: str, kind: "pl.DataType") -> "pl.Expr":
    """Return the column in one of the types that the rest of the package knows."""
    import polars as pl

    column = pl.col(name)
    if not _usable(kind):
        # Only whether a value is there matters of a column that is not used.
        return pl.when(column.is_not_null()).then(pl.lit(NESTED)).alias(name)
    if kind == pl.Duration:
        return column.dt.total_microseconds().cast(pl.Float64) / 1e6
    if kind == pl.Date or kind == pl.Datetime:
        return column.cast(pl.Datetime("us")) if kind == pl.Date else _naive(column)
    if kind in (pl.Boolean, pl.Time):
        return column
    if kind == pl.Null:
        return column.cast(pl.String)
    return column.cast(pl.Float64 if kind.is_numeric() else pl.String)


def _naive(column: "pl.Expr") -> "pl.Expr":
    return column.dt.replace_time_zone(None).dt.cast_time_unit("us")


def _row_bytes(schema: "Mapping[str, pl.DataType]") -> int:
    return sum(
        _NUMBER_CELL_BYTES if kind.is_numeric() else _TEXT_CELL_BYTES for kind in schema.values()
    )


def _check_size(source: Source, row_bytes: int, *, count: int, available_bytes: int) -> None:
    needed_bytes = count * row_bytes
    if needed_bytes > available_bytes:
        raise too_large(
            source.name,
            needed_bytes=needed_bytes,
            available_bytes=available_bytes,
            fitting_rows=available_bytes / row_bytes,
        )


def _stretches(rows: NDArray[np.int64], total: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield where each stretch of rows starts and which of its rows are wanted."""
    for start in range(0, total, _STRETCH_ROWS):
        first, last = np.searchsorted(rows, [start, start + _STRETCH_ROWS])
        if last > first:
            yield start, rows[first:last] - start
