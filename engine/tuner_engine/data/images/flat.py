"""Which images are written in a table, one pixel to a column?

Invariant: columns are taken for pixels only when their names say so, or when a person stated the
size; every cell of a pixel is then a number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import answers, cells, levels
from tuner_engine.data.images.pictures import Demand, Pictures, Stated
from tuner_engine.data.source import Source, head
from tuner_engine.data.tables import columns, demo, readers, sniff, target
from tuner_engine.data.tables.table import Table
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

_PIXEL = re.compile(r"(?:pixel|pix|px)[_ .-]?(\d+)(?:[_x,.-](\d+))?|(\d+)x(\d+)", re.IGNORECASE)
"""Names of pixels: `pixel0`, `pixel_3_7`, `28x28`."""

_FEWEST_PIXELS = 16
"""Fewest columns named pixels that make an image by themselves. House choice: 4x4."""

_COLOURS = (1, 3, 4)
"""Channels that are looked for where only height and width are stated."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a table are.

    Attributes:
        pixels: In the order of the pixels.
        size: Height, width and channels that they make.
        rest: The other columns.
        guessed: Whether it was guessed which is no pixel.
    """

    pixels: list[str]
    size: tuple[int, int, int]
    rest: list[str]
    guessed: bool


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
    found = _columns(table, demand)
    answered = answers.read(table, found.rest, demand, guessed=found.guessed)
    numbers, cautions = levels.to_bytes(_numbers(table, found.pixels), name=table.name)
    height, width, channels = found.size
    return Pictures(
        name=table.name,
        sha256=table.sha256,
        format=table.layout.format,
        pixels=numbers[answered.rows].reshape(-1, height, width, channels),
        labels=answered.labels,
        class_names=answered.class_names,
        target=answered.column,
        target_guessed=answered.guessed,
        whole_rows=table.whole_rows,
        cautions=(*table.cautions, *cautions, *answered.cautions),
    )


def _names(source: Source) -> list[str]:
    """Return the names of the columns, as far as the beginning of the file tells them."""
    first = head(source, sniff.HEAD_BYTES)
    if first.startswith(sniff.PARQUET_MAGIC):
        return list(cells.schema(source))
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


def _columns(table: Table, demand: Demand) -> _Columns:
    """Return which columns are pixels and which are not."""
    names = table.frame.columns
    keys = _keys(names)
    size = demand.wanted or _size_of(names)
    if size is None:
        raise DataError(
            f"{table.name}: its {len(names):,} columns are not named as pixels of a square; state "
            "the size with --image-shape, as 28x28"
        )
    channels = _channels(size, len(keys))
    if channels is not None:
        ordered = sorted(keys, key=keys.__getitem__)
        rest = [name for name in names if name not in keys]
        return _Columns(ordered, (size.height, size.width, channels), rest, guessed=False)
    answer, guessed = _answer(table, demand)
    pixels = [name for name in names if name != answer]
    channels = _channels(size, len(pixels))
    if channels is None:
        raise DataError(
            f"{table.name}: {len(pixels):,} columns besides {printable(answer, width=40)!r}; "
            f"--image-shape {size} needs {size.cells:,}"
        )
    return _Columns(pixels, (size.height, size.width, channels), [answer], guessed=guessed)


def _channels(size: Stated, columns: int) -> int | None:
    """Return with how many channels the size makes so many columns; none if with none."""
    tried = (size.channels,) if size.channels else _COLOURS
    fitting = (one for one in tried if columns == size.height * size.width * one)
    return next(fitting, None)


def _answer(table: Table, demand: Demand) -> tuple[str, bool]:
    """Return the column that is no pixel, and whether that is a guess: the first or the last.

    Of these the one that looks more like classes: pixels in corners are often all alike.
    """
    names = table.frame.columns
    wanted = table.target if demand.target is None else demand.target
    if wanted is not None:
        every, _ = columns.understand(replace(table, frame=table.frame.head(1)))
        return target.choose(every, wanted, name=table.name).name, False
    ends = list(dict.fromkeys((names[-1], names[0])))
    every, _ = columns.understand(replace(table, frame=table.frame.select(ends)))
    varied = [column for column in every if column.distinct > 1] or list(every)
    texts = [column for column in varied if column.kind == "category"]
    return min(texts or varied, key=lambda column: column.distinct).name, True


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
