"""Which images are written in a table, one pixel to a column?

Invariant: columns are taken for pixels only when their names say so, or when a person stated the
size; every cell of a pixel is then a number.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import labels, levels
from tuner_engine.data.images.pictures import Demand, Pictures, Stated
from tuner_engine.data.source import Source, head
from tuner_engine.data.tables import columns, demo, parquet, readers, sniff, target
from tuner_engine.data.tables.table import Table
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl

_PIXEL = re.compile(r"(?:pixel|pix|px)[_ .-]?(\d+)(?:[_x,.-](\d+))?|(\d+)x(\d+)", re.IGNORECASE)
"""Names of pixels: `pixel0`, `pixel_3_7`, `28x28`."""

_FEWEST_PIXELS = 16
"""Fewest columns named pixels that make an image by themselves. House choice: 4x4."""

_COLOURS = (1, 3, 4)
"""Channels that are looked for where only height and width are stated."""


def recognised(source: Source) -> bool:
    """Return whether a file is a table whose columns are named as the pixels of a square."""
    return _size_of(_names(source)) is not None


def pictures(named: str, demand: Demand) -> Pictures:
    """Return the images in a table.

    Args:
        named: The file or demo, as the person named it.
        demand: What is wanted of it.

    Raises:
        DataError: Its columns are no pixels, or a pixel is no number.
    """
    table = _table(named, demand)
    pixels, size, rest = _columns(table, demand)
    column, guessed = _target(table, rest, demand)
    rows = column.is_not_null().arg_true().to_numpy().astype(np.int64)
    numbers = _numbers(table, pixels)
    if rows.size < len(numbers):
        numbers = numbers[rows]
    found, cautions = levels.to_bytes(numbers, name=table.name)
    where = f"{table.name}: column {printable(column.name, width=40)!r}"
    classes, class_names = labels.classes(_written(column), name=where)
    return Pictures(
        name=table.name,
        sha256=table.sha256,
        format=table.layout.format,
        pixels=found.reshape(-1, size.height, size.width, size.channels or 1),
        labels=classes,
        class_names=class_names,
        target=column.name,
        target_guessed=guessed,
        whole_rows=table.whole_rows,
        cautions=(*table.cautions, *cautions, *_about(column, table, guessed=guessed)),
    )


def _names(source: Source) -> list[str]:
    """Return the names of the columns, as far as the beginning of the file tells them."""
    first = head(source, sniff.HEAD_BYTES)
    if first.startswith(sniff.PARQUET_MAGIC):
        return parquet.names(source)
    line = re.split(r"[\r\n]", sniff.beginning(first).lstrip("\ufeff").lstrip(), maxsplit=1)[0]
    return [name.strip().strip("\"'") for name in re.split(r"[,;\t|]", line)]


def _keys(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the numbers in the names of pixels: one, or row and column."""
    found = ((name, _PIXEL.fullmatch(name)) for name in names)
    return {
        name: tuple(int(number) for number in match.groups() if number is not None)
        for name, match in found
        if match
    }


def _size_of(names: Sequence[str]) -> Stated | None:
    """Return the size that names of pixels make; none if they make no square or grid."""
    keys = _keys(names)
    if len(keys) < _FEWEST_PIXELS or len(set(keys.values())) < len(keys):
        return None
    axes = set(map(len, keys.values()))
    if axes == {2}:
        high, wide = (len({key[axis] for key in keys.values()}) for axis in (0, 1))
        return Stated(high, wide, 1) if high * wide == len(keys) else None
    side = isqrt(len(keys))
    return Stated(side, side, 1) if axes == {1} and side * side == len(keys) else None


def _table(named: str, demand: Demand) -> Table:
    if named.startswith(demo.PREFIX):
        return demo.table(named, max_rows=demand.max_rows, seed=demand.seed)
    return readers.read(
        named,
        max_rows=demand.max_rows,
        seed=demand.seed,
        available_bytes=demand.available_bytes,
    )


def _columns(table: Table, demand: Demand) -> tuple[list[str], Stated, list[str]]:
    """Return the columns of pixels in order, the size they make, and the other columns."""
    names = table.frame.columns
    keys = _keys(names)
    size = demand.wanted or _size_of(names)
    if size is None:
        raise DataError(
            f"{table.name}: its {len(names):,} columns are not named as pixels of a square; state "
            "the size with --image-shape, as 28x28"
        )
    known = _with_channels(size, len(keys))
    if known is not None:
        return sorted(keys, key=keys.__getitem__), known, [n for n in names if n not in keys]
    rest = _apart(table, demand)
    pixels = [name for name in names if name not in rest]
    known = _with_channels(size, len(pixels))
    if known is None:
        raise DataError(
            f"{table.name}: {len(pixels):,} columns besides the target "
            f"{printable(rest[0], width=40)!r}; --image-shape {size.height}x{size.width}"
            f"{f'x{size.channels}' if size.channels else ''} needs {size.cells:,}"
        )
    return pixels, known, rest


def _with_channels(size: Stated, columns: int) -> Stated | None:
    """Return the size with its channels counted; none if it does not make so many columns."""
    for channels in (size.channels,) if size.channels else _COLOURS:
        if columns == size.height * size.width * channels:
            return replace(size, channels=channels)
    return None


def _apart(table: Table, demand: Demand) -> list[str]:
    """Return the column that is no pixel: the named one, else the first or last.

    Of these the one that looks like classes: pixels in corners are often all alike.
    """
    names = table.frame.columns
    if table.target is not None and demand.target is None:
        return [table.target]
    if demand.target is not None:
        every, _ = columns.understand(replace(table, frame=table.frame.head(1)))
        return [target.choose(every, demand.target, name=table.name).name]
    ends = list(dict.fromkeys((names[-1], names[0])))
    every, _ = columns.understand(replace(table, frame=table.frame.select(ends)))
    varied = [column for column in every if column.distinct > 1] or list(every)
    texts = [column for column in varied if column.kind == "category"]
    return [min(texts or varied, key=lambda column: column.distinct).name]


def _target(table: Table, rest: list[str], demand: Demand) -> "tuple[pl.Series, bool]":
    """Return the column of classes as its cells mean, and whether it is a guess."""
    if not rest:
        raise DataError(f"{table.name}: no column beside the pixels names their classes")
    every, _ = columns.understand(replace(table, frame=table.frame.select(rest)))
    wanted = table.target if demand.target is None else demand.target
    chosen = every[0] if wanted is None and len(every) == 1 else None
    chosen = chosen or target.choose(every, wanted, name=table.name)
    return chosen.values.alias(chosen.name), wanted is None


def _numbers(table: Table, pixels: list[str]) -> NDArray[np.float64]:
    import polars as pl

    frame = table.frame.select(pl.col(pixels).cast(pl.Float64, strict=False))
    gaps = frame.null_count().row(0)
    if any(gaps):
        column = next(name for name, count in zip(pixels, gaps, strict=True) if count)
        row = frame[column].is_null().arg_true()[0]
        cell = printable(str(table.frame[column][row]), width=30)
        raise DataError(
            f"{table.name}: {cell!r} on {table.place(row)} in column "
            f"{printable(column, width=40)!r} is no brightness; every pixel must be a number"
        )
    return frame.to_numpy()


def _written(column: "pl.Series") -> NDArray[Any]:
    """Return the present cells as an array of numbers or text."""
    present = column.drop_nulls()
    if present.dtype.is_numeric():
        return present.to_numpy()
    return np.array([str(value) for value in present.to_list()], dtype=np.str_)


def _about(column: "pl.Series", table: Table, *, guessed: bool) -> list[Caution]:
    shown = printable(column.name, width=60)
    found = []
    if guessed:
        message = f"Predicting {shown!r} is a guess; name another column with --target."
        found.append(Caution(code="target-guessed", message=message))
    if column.null_count():
        message = (
            f"{column.null_count():,} of {table.frame.height:,} rows have no {shown!r} and were "
            "left out."
        )
        found.append(Caution(code="missing-target", message=message))
    return found
