"""Which images lie in the cells of a Parquet file?

Image files as bytes, as Hugging Face writes them, or nested lists of pixels.
Invariant: whether a column holds images is decided by what lies in its first cell.
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import answers, decoding, encoded, layout, levels
from tuner_engine.data.images.encoded import Encoded
from tuner_engine.data.images.pictures import Demand, Pictures
from tuner_engine.data.source import Source
from tuner_engine.data.tables import readers
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl
    from polars.datatypes import DataTypeClass

_BYTES = "bytes"
"""Field that holds an image file in a column of Hugging Face's `Image` feature."""

_LEAST_NESTING = 2
"""Lists in lists that make an image: rows, and columns in them."""

_STRETCH_ROWS = 1 << 12
"""Rows read at a time, for cells may be large. House choice."""


def schema(source: Source) -> "dict[str, pl.DataType]":
    """Return the columns of a Parquet file; nothing if it is packed again, or damaged."""
    import polars as pl

    try:
        return {} if source.gzipped else dict(pl.read_parquet_schema(source.path))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return {}


def column(source: Source) -> str | None:
    """Return the first column of a Parquet file that holds images; none if there is none."""
    for name, kind in schema(source).items():
        if _nesting(kind) >= _LEAST_NESTING:
            return name
        if _is_binary(kind) and _begins_with_image(source, name):
            return name
    return None


def pictures(source: Source, name: str, demand: Demand) -> Pictures:
    """Return the images in a column of a Parquet file.

    Args:
        source: The file.
        name: The column.
        demand: What is wanted of it.

    Raises:
        DataError: The images are damaged or of different sizes, or have no classes.
    """
    table = readers.read(
        str(source.path),
        max_rows=demand.max_rows,
        seed=demand.seed,
        available_bytes=demand.available_bytes,
    )
    rest = [one for one in table.frame.columns if one != name and one not in table.unusable]
    answered = answers.read(table, rest, demand)
    places = table.places[answered.rows]
    total = table.whole_rows or table.frame.height
    demand.check_size(places.size, row_bytes=source.disk_bytes // total + 1)
    cells = _cells(source, name, places - 1, total=total)
    where = f"{source.name}: column {printable(name, width=40)!r}"
    kept = np.arange(places.size)
    if _nesting(cells.dtype) >= _LEAST_NESTING:
        pixels, cautions = _stacked(cells, demand, where=where)
    else:
        decoded = encoded.decoded(_encoded(cells, places, where=where), demand)
        pixels, cautions, kept = decoded.pixels, decoded.cautions, decoded.kept
    return Pictures(
        name=table.name,
        sha256=table.sha256,
        format=table.layout.format,
        pixels=pixels,
        labels=answered.labels[kept],
        class_names=answered.class_names,
        target=answered.column,
        target_guessed=answered.guessed,
        whole_rows=table.whole_rows,
        cautions=(*table.cautions, *cautions, *answered.cautions),
    )


def _cells(source: Source, name: str, rows: NDArray[np.int64], *, total: int) -> "pl.Series":
    """Return some cells of a column, of a stretch of rows at a time."""
    import polars as pl

    lazy = pl.scan_parquet(source.path).select(name)
    found = []
    for start in range(0, total, _STRETCH_ROWS):
        first, last = np.searchsorted(rows, [start, start + _STRETCH_ROWS])
        if last > first:
            stretch = lazy.slice(start, _STRETCH_ROWS).collect()[name]
            found.append(_unwrapped(stretch)[(rows[first:last] - start).tolist()])
    every: pl.Series = pl.concat(found)
    return every


def _unwrapped(cells: "pl.Series") -> "pl.Series":
    """Return the bytes of image files, without what is stored beside them."""
    import polars as pl

    return cells.struct.field(_BYTES) if isinstance(cells.dtype, pl.Struct) else cells


def _begins_with_image(source: Source, name: str) -> bool:
    import polars as pl

    cells = _unwrapped(pl.scan_parquet(source.path).select(name).head(1).collect()[name])
    if cells.is_empty() or cells[0] is None:
        return False
    try:
        decoding.header(cells[0], name=source.name)
    except decoding.DAMAGE:
        return False
    return True


def _is_binary(kind: "pl.DataType") -> bool:
    import polars as pl

    if isinstance(kind, pl.Struct):
        return any(field.name == _BYTES and field.dtype == pl.Binary for field in kind.fields)
    return kind == pl.Binary


def _nesting(kind: "pl.DataType | DataTypeClass") -> int:
    """Return how deep numbers lie in lists; 0 for what is no list of numbers."""
    import polars as pl

    if not isinstance(kind, pl.List | pl.Array):
        return 0
    if kind.inner.is_numeric():
        return 1
    deeper = _nesting(kind.inner)
    return deeper + 1 if deeper else 0


def _encoded(cells: "pl.Series", places: NDArray[np.int64], *, where: str) -> list[Encoded]:
    def read(content: bytes | None, limit: int | None) -> bytes:
        return (content or b"")[:limit]

    return [
        Encoded(f"{where}, row {place:,}", partial(read, content))
        for content, place in zip(cells.to_list(), places.tolist(), strict=True)
    ]


def _stacked(
    cells: "pl.Series", demand: Demand, *, where: str
) -> tuple[NDArray[np.uint8], tuple[Caution, ...]]:
    """Return nested lists as one array."""
    shape = [cells.len()]
    values = cells
    while _nesting(values.dtype):
        values, length = _flattened(values, where=where)
        shape.append(length)
    size, first = layout.channels_last(shape, demand.wanted, name=where)
    if values.null_count():
        raise DataError(f"{where}: pixels are missing; every pixel must be a number")
    found, cautions = levels.to_bytes(values.to_numpy().reshape(shape), name=where)
    return layout.arranged(found, size, first=first), cautions


def _flattened(values: "pl.Series", *, where: str) -> "tuple[pl.Series, int]":
    """Return what the lists hold, one after another, and how long each of them is."""
    import polars as pl

    if isinstance(values.dtype, pl.Array):
        values = values.arr.to_list()
    lengths = set(values.list.len().to_list())
    if len(lengths) > 1 or lengths & {None, 0}:
        raise DataError(
            f"{where}: lists of {len(lengths):,} different lengths; lists of pixels cannot be "
            "resized, so store image files, or lists of one length"
        )
    return values.explode(), lengths.pop()
