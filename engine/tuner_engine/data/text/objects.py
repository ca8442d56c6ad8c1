"""Which objects does a file of rows with named fields hold?

Nested values are kept, unlike in a table. Invariant: JSON lines, a JSON array, Parquet and a
delimited file with the same rows give the same objects.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.glimpse import Glimpse
from tuner_engine.data.source import Source, digest, head, opened, too_large
from tuner_engine.data.tables import jsonlines, parquet, readers, sample, sniff
from tuner_engine.data.tables.table import Layout, Table
from tuner_engine.data.text import passages
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

OBJECT_BYTES = 12.0
"""Peak memory per byte of JSON: decoded text, Python objects and what is made of them. House
choice, measured 8 to 10 on chats and pairs."""

_PACKED = 4
"""How much larger than compressed text and Parquet are in memory, before objects are made of them.
House choice; text compresses three- to fourfold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """The rows of a file.

    Attributes:
        name: As the person named it, safe to print.
        sha256: Of the file.
        format: As in `DataFacts`; so is the encoding.
        items: Fields of each row by name.
        whole_rows: Of the whole file, where only a sample was read.
        cautions: What was changed.
    """

    name: str
    sha256: str
    format: str
    encoding: str | None = None
    items: list[dict[str, Any]]
    whole_rows: int | None = None
    cautions: tuple[Caution, ...] = ()


def read(seen: Glimpse, *, max_rows: int | None, seed: int, available_bytes: int) -> Objects:
    """Return the rows of a file, or a uniform sample of them.

    Raises:
        DataError: The file is damaged, or larger than memory.
    """
    source = seen.source
    if is_parquet(seen):
        total = parquet.count(source)
        kept = _kept(source, total, max_rows, seed=seed, available_bytes=available_bytes)
        return _objects(source, parquet.objects(source, kept), total=total, format="parquet")
    if not (is_array(seen) or is_lines(seen)):
        return _of_table(
            readers.read(
                seen.spec.source, max_rows=max_rows, seed=seed, available_bytes=available_bytes
            )
        )
    passages.refuse_binary(source)
    decoding = passages.decoding_of(source)
    if is_array(seen):
        _kept(source, 1, None, seed=seed, available_bytes=available_bytes)
        every = _array(source, decoding)
        kept = _kept(source, len(every), max_rows, seed=seed, available_bytes=available_bytes)
        items, total = [every[index] for index in kept.tolist()], len(every)
    else:
        total = sum(1 for _ in _written(source, decoding))
        kept = _kept(source, total, max_rows, seed=seed, available_bytes=available_bytes)
        items = list(lines(source, decoding, only=kept))
    return _objects(
        source,
        items,
        total=total,
        format="json" if is_array(seen) else "jsonl",
        encoding=decoding.shown,
        cautions=passages.broken_bytes(decoding),
    )


def is_parquet(seen: Glimpse) -> bool:
    """Return whether a file is Parquet."""
    return seen.first.startswith(sniff.PARQUET_MAGIC)


def is_array(seen: Glimpse) -> bool:
    """Return whether a `.json` file holds one array."""
    return ".json" in seen.suffixes and sniff.beginning(seen.first).lstrip().startswith("[")


def is_lines(seen: Glimpse) -> bool:
    """Return whether a file holds lines of JSON objects."""
    try:
        return sniff.format_of(seen.first, name=seen.spec.source) == "jsonl"
    except DataError:
        return False


def lines(
    source: Source, decoding: passages.Decoding, *, only: NDArray[np.int64] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the object on each line that is not blank, or on some of these, counted from 0.

    Raises:
        DataError: A line holds none.
    """
    wanted = None if only is None else set(only.tolist())
    for place, (number, line) in enumerate(_written(source, decoding)):
        if wanted is None or place in wanted:
            yield _object(line, number, name=source.name)


def _written(source: Source, decoding: passages.Decoding) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    for stream in passages.decoded(source, decoding):
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line


def _object(line: str, number: int, *, name: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = printable(str(error), width=80)
        raise DataError(f"{name}: line {number:,} is not valid JSON ({reason})") from error
    if not isinstance(value, dict):
        raise DataError(
            f"{name}: line {number:,} holds no JSON object; each line must be one {{…}}"
        )
    return value


def _array(source: Source, decoding: passages.Decoding) -> list[dict[str, Any]]:
    with opened(source) as stream:
        text = stream.read().decode(decoding.encoding, "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = printable(str(error), width=80)
        raise DataError(f"{source.name}: not valid JSON ({reason})") from error
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DataError(f"{source.name}: the JSON array must hold objects, and nothing else")
    return value


def _kept(
    source: Source, total: int, max_rows: int | None, *, seed: int, available_bytes: int
) -> NDArray[np.int64]:
    """Return which rows are read, if they fit in memory.

    Raises:
        DataError: They do not.
    """
    count = total if max_rows is None else min(total, max_rows)
    row_bytes = source.disk_bytes * (_PACKED if _is_packed(source) else 1) * OBJECT_BYTES / total
    if count * row_bytes > available_bytes:
        raise too_large(
            source.name,
            needed_bytes=count * row_bytes,
            available_bytes=available_bytes,
            fitting_rows=available_bytes / row_bytes,
        )
    return sample.smallest(sample.generator(seed).random(total), count)


def _is_packed(source: Source) -> bool:
    return source.gzipped or head(source, 4) == sniff.PARQUET_MAGIC


def _objects(
    source: Source,
    items: list[dict[str, Any]],
    *,
    total: int,
    format: str,  # noqa: A002 - as `DataFacts` calls it
    encoding: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Objects:
    return Objects(
        name=source.name,
        sha256=digest(source),
        format=f"{format}+gzip" if source.gzipped else format,
        encoding=encoding,
        items=items,
        whole_rows=total if len(items) < total else None,
        cautions=cautions,
    )


def _of_table(table: Table) -> Objects:
    return Objects(
        name=table.name,
        sha256=table.sha256,
        format=table.layout.format,
        encoding=table.layout.encoding,
        items=table.frame.to_dicts(),
        whole_rows=table.whole_rows,
        cautions=table.cautions,
    )


def table(found: Objects) -> Table:
    """Return the rows as a table, in which nested values cannot be used.

    Raises:
        DataError: The rows have no fields.
    """
    read = jsonlines.of_objects(found.items, name=found.name)
    return Table(
        name=found.name,
        sha256=found.sha256,
        frame=read.frame,
        places=np.arange(1, len(found.items) + 1),
        place_word="row",
        layout=Layout(format=found.format, encoding=found.encoding),
        whole_rows=found.whole_rows,
        unusable=read.unusable,
        cautions=found.cautions,
    )
