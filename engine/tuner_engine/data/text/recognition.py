"""Does a file hold text, and what is to be learnt from it?

Invariant: only the beginning of a file is looked at, and a table that has anything but text to
predict from stays a table.
"""

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tuner_engine.data.glimpse import Glimpse
from tuner_engine.data.tables import columns, dialect, jsonlines, parquet, sniff, target
from tuner_engine.data.tables.table import Layout, Table, unique_names
from tuner_engine.data.text import conversations, library, objects
from tuner_engine.data.text.labelled import is_prose, looks_labelled
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec, Kind

if TYPE_CHECKING:
    import polars as pl

_ROWS = 2_000
"""Rows looked at. House choice: enough that prose is told from categories."""

_TABLES = frozenset({".csv", ".tsv", ".tab", ".psv"})
"""Suffixes of files that are tables whatever their lines look like."""

_NEVER_PROSE = _TABLES | {".json"}

_REGULAR = 0.95
"""Least share of lines with equally many cells for a file of another suffix to be a table. House
choice: the reader of tables wants all of them."""

_NUMBERS = 0.5
"""Share of the words that are numbers above which a file is a table gone wrong rather than prose.
House choice."""

TEXT_NAMES = frozenset({"text", "content", "body", "document", "article", "raw_content", "code"})
"""Names of the text in collections for language models."""

_ABOUT_TEXT = frozenset(
    {
        *("source", "url", "lang", "language", "meta", "metadata", "dataset", "subset", "domain"),
        *("license", "repo", "repo_name", "path", "split", "timestamp", "date", "id", "title"),
        *("dump", "file_path", "added", "created", "version", "size", "token_count", "score"),
        *("language_score", "int_score", "length", "author"),
    }
)
"""Names of what such collections tell of each text beside it; nobody predicts it."""


def kind(seen: Glimpse) -> Kind | None:
    """Return what is to be learnt from the text in a source; none if it is no text."""
    if seen.demo is not None:
        return "language" if seen.demo == library.NAME else None
    if seen.is_folder or (sniff.binary(seen.first) and not objects.is_parquet(seen)):
        return None
    if not sniff.beginning(seen.first).strip():
        return None
    rows = first_rows(seen)
    if rows is not None:
        return _of_records(seen.spec, *rows)
    return None if _NEVER_PROSE & seen.suffixes else _of_lines(seen)


def is_records(seen: Glimpse) -> bool:
    """Return whether a file holds rows with named fields, rather than running text."""
    typed = objects.is_parquet(seen) or objects.is_lines(seen) or objects.is_array(seen)
    return typed or bool(_TABLES & seen.suffixes)


def first_rows(seen: Glimpse) -> tuple[list[dict[str, Any]], "pl.DataFrame", dict[str, str]] | None:
    """Return the first rows of a file as objects and as columns, and which columns are unusable.

    None if the file has no rows with named fields.
    """
    if objects.is_parquet(seen):
        found, typed = parquet.beginning(seen.source, rows=_ROWS)
        return found, typed.frame, typed.unusable
    if objects.is_array(seen) or objects.is_lines(seen):
        return _decoded(seen)
    rows = _delimited(seen)
    return None if rows is None else _strings(rows)


def _whole_lines(seen: Glimpse) -> list[str]:
    """Return the first lines of a file, without one that may be cut."""
    # Not `splitlines`: in a Latin-1 text taken for another it finds ends of lines in letters.
    lines = re.split(r"\r\n|\r|\n", sniff.beginning(seen.first).removesuffix("\n"))
    return lines if seen.is_whole or len(lines) < 2 else lines[:-1]


def _decoded(seen: Glimpse) -> tuple[list[dict[str, Any]], "pl.DataFrame", dict[str, str]]:
    found = list(itertools.islice(_first_objects(seen), _ROWS))
    read = jsonlines.of_objects(found or [{"": None}], name=seen.spec.source)
    return found, read.frame, read.unusable


def _first_objects(seen: Glimpse) -> Iterator[dict[str, Any]]:
    """Yield objects until one is cut; what is no JSON is reported when the whole file is read."""
    decoder = json.JSONDecoder()
    text, place = sniff.beginning(seen.first), 0
    while True:
        # Behind one object come white space, a comma, or the bracket that opened the array.
        begun = text.find("{", place)
        if begun < 0:
            return
        try:
            value, place = decoder.raw_decode(text, begun)
        except (ValueError, RecursionError):
            return
        yield value


def _strings(
    rows: list[list[str]],
) -> tuple[list[dict[str, Any]], "pl.DataFrame", dict[str, str]]:
    import polars as pl

    names, _ = unique_names(rows[0])
    found = [dict(zip(names, row, strict=True)) for row in rows[1:]]
    return found, pl.DataFrame(found, schema=dict.fromkeys(names, pl.String)), {}


def _delimited(seen: Glimpse) -> list[list[str]] | None:
    """Return the first rows below their header, or none if the file is no table."""
    text = sniff.beginning(seen.first).lstrip("\N{BYTE ORDER MARK}")
    try:
        way = dialect.sniff(text, whole=seen.is_whole, name=seen.spec.source)
    except DataError:
        return None
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=way.delimiter,
        quotechar=way.quote,
        skipinitialspace=True,
    )
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(itertools.islice((row for row in reader if any(row)), _ROWS))
    if len(found) > 1 and not seen.is_whole:
        found.pop()
    width = Counter(map(len, found)).most_common(1)[0][0]
    rows = [row for row in found if len(row) == width]
    if not _TABLES & seen.suffixes and len(rows) < _REGULAR * len(found):
        return None
    return rows if way.header else [[""] * width, *rows]


def _of_records(
    spec: DataSpec, items: list[dict[str, Any]], frame: "pl.DataFrame", unusable: dict[str, str]
) -> Kind | None:
    """Return what is to be learnt from rows with named fields; none for a table of values."""
    if spec.text is None and spec.target is None and conversations.shape(items) is not None:
        return "instruction"
    if frame.is_empty():
        return None
    every, _ = columns.understand(table_of(frame, unusable))
    if spec.text is None and not any(map(is_prose, every)):
        return None
    texts = [column for column in every if is_prose(column) or column.name == spec.text]
    others = [column for column in every if column not in texts]
    try:
        chosen = target.choose(others, spec.target, name=spec.source)
    except DataError:
        return "language" if spec.target is None else "text" if spec.text else None
    if spec.text is not None:
        return "text"
    about = spec.target is None and any(column.name in TEXT_NAMES for column in texts)
    if about and all(column.name.casefold() in _ABOUT_TEXT for column in others):
        return "language"
    features = [column for column in others if column.kind in columns.USED and column != chosen]
    classes = chosen.kind == "constant" or target.task_of(chosen) == "classification"
    return "text" if classes and not features else None


def table_of(frame: "pl.DataFrame", unusable: dict[str, str]) -> Table:
    """Return the first rows of a file as a table whose columns can be judged."""
    return Table(
        name="",
        sha256="",
        frame=frame,
        places=np.arange(1, frame.height + 1),
        place_word="row",
        layout=Layout(format=""),
        unusable=unusable,
    )


def is_labelled(seen: Glimpse) -> bool:
    """Return whether the lines of a file without cells begin with labels."""
    return looks_labelled(_whole_lines(seen))


def _of_lines(seen: Glimpse) -> Kind | None:
    """Return what is to be learnt from lines without cells."""
    if is_labelled(seen):
        return "text"
    lines = _whole_lines(seen)
    return None if _is_numeric(itertools.chain.from_iterable(map(str.split, lines))) else "language"


def _is_numeric(words: Iterable[str]) -> bool:
    """Return whether most of the first words are numbers."""
    tried = list(itertools.islice(words, _ROWS))
    return sum(map(_is_number, tried)) > _NUMBERS * len(tried)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
