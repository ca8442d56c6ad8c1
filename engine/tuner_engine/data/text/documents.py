"""Which texts does a file of rows hold, one document each?

Invariant: JSON lines and Parquet are streamed, so that a file may be larger than memory; other
tables are read whole.
"""

from tuner_engine.data.glimpse import Glimpse
from tuner_engine.data.source import digest
from tuner_engine.data.tables import columns, jsonlines, parquet, target
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.text import objects, passages, recognition
from tuner_engine.data.text.labelled import is_prose
from tuner_engine.data.text.passages import Passages
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution


def read(seen: Glimpse, *, seed: int, available_bytes: int) -> Passages:
    """Return the documents of a file.

    Args:
        seen: The file, and which column is the text.
        seed: Of the sample, where one is read.
        available_bytes: Memory that reading may take where a file is not streamed.

    Raises:
        DataError: The file is damaged, or holds no text.
    """
    column, cautions = _column(seen)
    source = seen.source
    if objects.is_parquet(seen):
        return Passages(
            name=source.name,
            sha256=digest(source),
            format="parquet+gzip" if source.gzipped else "parquet",
            encoding=None,
            read=lambda: parquet.texts(source, column),
            separate=True,
            column=column,
            cautions=cautions,
        )
    if objects.is_lines(seen):
        passages.refuse_binary(source)
        decoding = passages.decoding_of(source)
        return Passages(
            name=source.name,
            sha256=digest(source),
            format="jsonl+gzip" if source.gzipped else "jsonl",
            encoding=decoding.shown,
            read=lambda: (_text(one, column) for one in objects.lines(source, decoding)),
            separate=True,
            column=column,
            cautions=(*passages.broken_bytes(decoding), *cautions),
        )
    found = objects.read(seen, max_rows=None, seed=seed, available_bytes=available_bytes)
    texts = [_text(one, column) for one in found.items]
    return Passages(
        name=found.name,
        sha256=found.sha256,
        format=found.format,
        encoding=found.encoding,
        read=lambda: iter(texts),
        separate=True,
        column=column,
        cautions=(*found.cautions, *cautions),
    )


def _text(one: dict[str, object], column: str) -> str:
    value = one.get(column)
    return value if isinstance(value, str) else ""


def _column(seen: Glimpse) -> tuple[str, tuple[Caution, ...]]:
    """Return the column of the text: the one named, one that is called so, or the longest."""
    rows = recognition.first_rows(seen)
    if rows is None or rows[1].is_empty():
        raise DataError(f"{seen.source.name}: no rows with named fields; there is no text to read")
    every, _ = columns.understand(recognition.table_of(rows[1], rows[2]))
    if seen.spec.text is not None:
        return target.choose(every, seen.spec.text, name=seen.source.name).name, ()
    named = [column for column in every if _is_named(column)]
    prose = [column for column in every if is_prose(column) and column not in named] + named
    if not prose:
        raise DataError(f"{seen.source.name}: no column holds free text; name one with --text")
    chosen = named[0] if named else max(prose, key=_length)
    if len(prose) == 1:
        return chosen.name, ()
    others = ", ".join(printable(one.name, width=40) for one in prose if one is not chosen)
    message = (
        f"{printable(chosen.name, width=40)!r} is read as the text; {others} would also do: name "
        "one with --text."
    )
    return chosen.name, (Caution(code="text-guessed", message=message),)


def _is_named(column: Column) -> bool:
    """Return whether a column of text is called as the text of a collection is."""
    import polars as pl

    texts = column.values.dtype == pl.String and column.note != jsonlines.NESTED
    return texts and column.name.casefold() in recognition.TEXT_NAMES


def _length(column: Column) -> float:
    return float(column.values.str.len_chars().mean() or 0.0)  # type: ignore[arg-type]
