"""How do stored arrays become a table?

Invariant: one row per example and one column per number of it; what is then made of the columns is
the same as for any other table.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.arrays import collected, roles, stored
from tuner_engine.data.arrays.collected import Collected
from tuner_engine.data.arrays.roles import Part
from tuner_engine.data.arrays.stored import Stored
from tuner_engine.data.source import too_large
from tuner_engine.data.tables import sample
from tuner_engine.data.tables.table import Layout, Table
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec

if TYPE_CHECKING:
    import polars as pl

_CELL_BYTES = 40
"""Peak memory per number: as stored, its column, and its place in the matrix. House choice, that of
Parquet's numbers."""

TARGET = "y"
"""Name of the column that answers become."""


def table(found: Collected, spec: DataSpec, *, name: str, seed: int, available_bytes: int) -> Table:
    """Return the table that arrays make.

    Args:
        found: The arrays.
        spec: How many rows are wanted, and which array is predicted.
        name: Of the source, safe to print.
        seed: Of the sample, if one is read.
        available_bytes: Memory that may be used.

    Raises:
        DataError: The arrays are no vectors with an answer each, or do not fit in memory.
    """
    lone = next(iter(found.arrays.values())) if len(found.arrays) == 1 else None
    if lone is not None and lone.dtype.names is not None:
        parts: tuple[Part, ...] = ()
        arrays: tuple[Stored, ...] = (lone,)
    elif lone is not None and len(lone.shape) == 2:
        parts, arrays = (), (lone,)
    else:
        parts = roles.parts(found.arrays, target=spec.target, name=name)
        arrays = tuple(part.x for part in parts)
    total = sum(array.rows for array in arrays)
    chosen = _chosen(spec, total, seed=seed)
    count = total if chosen is None else chosen.size
    _check_size(arrays, name=name, count=count, available_bytes=available_bytes)
    each = roles.rows(arrays, chosen)
    frame = _frame_of_parts(parts, each) if parts else _frame_of_one(arrays[0], each[0])
    sides = roles.sides(parts)
    return Table(
        name=name,
        sha256=collected.digest_of(found.sources),
        frame=frame,
        places=(np.arange(total) if chosen is None else chosen) + 1,
        place_word="row",
        layout=Layout(format=found.format),
        target=TARGET if parts else None,
        whole_rows=None if chosen is None else total,
        sides=sides if sides is None or chosen is None else sides[chosen],
    )


def _chosen(spec: DataSpec, total: int, *, seed: int) -> NDArray[np.int64] | None:
    if spec.max_rows is None or spec.max_rows >= total:
        return None
    return sample.smallest(sample.generator(seed).random(total), spec.max_rows)


def _check_size(arrays: tuple[Stored, ...], *, name: str, count: int, available_bytes: int) -> None:
    cells = max(array.row_bytes // array.dtype.itemsize for array in arrays)
    if any(array.dtype.names for array in arrays):
        cells = max(len(array.dtype.names or ()) for array in arrays)
    if count * cells * _CELL_BYTES > available_bytes:
        raise too_large(
            name,
            needed_bytes=count * cells * _CELL_BYTES,
            available_bytes=available_bytes,
            fitting_rows=available_bytes / (cells * _CELL_BYTES),
        )


def _frame_of_parts(
    parts: tuple[Part, ...], each: list[NDArray[np.int64] | None]
) -> "pl.DataFrame":
    """Return the numbers of all parts, and their answers in the column `TARGET`."""
    import polars as pl

    frames = []
    for part, rows in zip(parts, each, strict=True):
        x, y = stored.read(part.x, rows), stored.read(part.y, rows)
        columns = [_series(f"x{i}", column) for i, column in enumerate(_flat(x).T)]
        frames.append(pl.DataFrame([*columns, _series(TARGET, _answers(y, part.y))]))
    if len({frame.width for frame in frames}) > 1:
        shapes = " and ".join(f"{part.x.name} {part.x.shape}" for part in parts)
        raise DataError(f"the splits hold vectors of different length: {shapes}")
    return pl.concat(frames, how="vertical_relaxed")


def _frame_of_one(array: Stored, rows: NDArray[np.int64] | None) -> "pl.DataFrame":
    """Return an array of rows, named by its fields where it has some."""
    import polars as pl

    values = stored.read(array, rows)
    if values.dtype.names is None:
        return pl.DataFrame([_series(f"column_{i + 1}", one) for i, one in enumerate(values.T)])
    if values.ndim > 1 or any(values[name].ndim > 1 for name in values.dtype.names):
        raise DataError(f"{array.name}: records of arrays; a table needs one value in each field")
    return pl.DataFrame([_series(name, values[name]) for name in values.dtype.names])


def _flat(x: NDArray[Any]) -> NDArray[Any]:
    return x.reshape(len(x), -1)


def _answers(y: NDArray[Any], array: Stored) -> NDArray[Any]:
    """Return one answer for each example; one-hot rows become the number of their class."""
    if y.ndim == 1 or y[:1].size == 1:
        return y.reshape(-1)
    if y.ndim == 2 and y.dtype.kind in "biuf" and _is_one_hot(y):
        return np.asarray(np.argmax(y, axis=1))
    shape = "x".join(map(str, array.shape))
    raise DataError(
        f"{array.name}: answers of shape {shape}; one number or class is predicted, so give one "
        "for each example"
    )


def _is_one_hot(rows: NDArray[Any]) -> bool:
    ones = rows == 1
    return bool((ones.sum(1) == 1).all() and (ones | (rows == 0)).all())


def _series(name: str, values: NDArray[Any]) -> "pl.Series":
    """Return a column in one of the types that tables know."""
    import polars as pl

    if values.dtype.kind == "b":
        return pl.Series(name, values, dtype=pl.Boolean)
    if values.dtype.kind in "iuf":
        return pl.Series(name, values.astype(np.float64))
    if values.dtype.kind == "M":
        return pl.Series(name, values.astype("datetime64[us]"))
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    if values.dtype.kind == "U":
        return pl.Series(name, values.tolist(), dtype=pl.String)
    raise DataError(f"column {name!r} is of type {values.dtype}; use numbers, dates or text")
