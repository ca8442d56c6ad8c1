"""Which texts have which classes?

From lines that begin with their label, or from two columns of a table. Invariant: every text says
something, and every class has a name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.source import Source, digest
from tuner_engine.data.tables import columns, jsonlines, sample, target
from tuner_engine.data.tables.table import Table
from tuner_engine.data.text import passages
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, ColumnFacts

_PREFIX = "__label__"
"""How fastText writes labels."""

_LINE = re.compile(r"[ \t]*([^ \t]+)[ \t]+([^ \t].*)")

_NUMBER = re.compile(r"[+-]?\d{1,6}")

_WORD = re.compile(r"[A-Za-z][\w:./+-]{0,40}")

_LEAST_LINES = 20
"""Lines below which equal beginnings prove nothing. House choice."""

_MOST_NUMBERS, _MOST_WORDS = 100, 50
"""Most different labels, as numbers and as words. House choice."""

_LINES_PER_LABEL = 8
"""Least mean number of lines per different word for words to be labels. House choice: no prose
begins its lines with so few words."""

_WITHIN_SHARE = 0.2
"""Most lines with a word in them that begins other lines, for such words to be labels: those of
prose are in the middle of lines, too. House choice."""

_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Texts with classes.

    Attributes:
        name: As the person named the file, safe to print.
        sha256: Of the file.
        format: As in `DataFacts`; so are encoding, delimiter and header.
        texts: At least one character each, spaces aside.
        labels: Class index of each, int32.
        class_names: Of the indices.
        target: Column of the label; empty for lines.
        target_guessed: Whether nobody named it.
        columns: Of a table.
        rows: Rows or lines read, those without text or label included.
        whole_rows: Of the whole file, where only a sample was read.
        cautions: What was left out.
    """

    name: str
    sha256: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    texts: list[str]
    labels: NDArray[np.int32]
    class_names: tuple[str, ...]
    target: str = ""
    target_guessed: bool = False
    columns: tuple[ColumnFacts, ...] = ()
    rows: int
    whole_rows: int | None = None
    cautions: tuple[Caution, ...] = ()


def looks_labelled(beginning: Sequence[str]) -> bool:
    """Return whether lines begin with labels.

    Labels are whole numbers, words behind `__label__`, or a few words that begin every line; what
    follows is text rather than numbers.

    Args:
        beginning: The first lines of a file, without one that may be cut.
    """
    lines = [line for line in beginning if line.strip()]
    parted = [found for line in lines if (found := _LINE.fullmatch(line))]
    if len(lines) < _LEAST_LINES or len(parted) < len(lines):
        return False
    marks = Counter(found[1] for found in parted)
    worded = sum(bool(_LETTERS.search(found[2])) for found in parted)
    if len(marks) < 2 or worded < 0.9 * len(parted):
        return False
    if all(mark.startswith(_PREFIX) for mark in marks):
        return True
    if all(map(_NUMBER.fullmatch, marks)):
        return len(marks) <= _MOST_NUMBERS and 2 * len(marks) <= len(lines)
    few = len(marks) <= min(_MOST_WORDS, len(lines) / _LINES_PER_LABEL)
    if not few or not all(map(_WORD.fullmatch, marks)):
        return False
    within = sum(not marks.keys().isdisjoint(found[2].split()) for found in parted)
    return within <= _WITHIN_SHARE * len(parted)


def lines(source: Source, *, max_rows: int | None, seed: int) -> Labelled:
    """Return the texts of a file whose lines begin with their label.

    Raises:
        DataError: A line has no text behind its label.
    """
    passages.refuse_binary(source)
    decoding = passages.decoding_of(source)
    every = [
        (number, line)
        for stream in passages.decoded(source, decoding)
        for number, line in enumerate(stream, 1)
        if line.strip()
    ]
    kept = every
    if max_rows is not None:
        chosen = sample.smallest(sample.generator(seed).random(len(every)), max_rows)
        kept = [every[index] for index in chosen.tolist()]
    parted = [_parted(line, number, name=source.name) for number, line in kept]
    names = sorted({label for label, _ in parted}, key=_natural)
    indices = {label: index for index, label in enumerate(names)}
    return Labelled(
        name=source.name,
        sha256=digest(source),
        format="labelled lines+gzip" if source.gzipped else "labelled lines",
        encoding=decoding.shown,
        texts=[text for _, text in parted],
        labels=np.array([indices[label] for label, _ in parted], np.int32),
        class_names=tuple(names),
        rows=len(parted),
        whole_rows=len(every) if len(kept) < len(every) else None,
        cautions=passages.broken_bytes(decoding),
    )


def _parted(line: str, number: int, *, name: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise DataError(
            f"{name}: line {number:,} is {printable(line.strip(), width=40)!r}, which is no label "
            "followed by text; every line must be one, or name the kind with --kind"
        )
    return found[1].removeprefix(_PREFIX), found[2].strip()


def _natural(label: str) -> tuple[float, str]:
    return (float(label) if _NUMBER.fullmatch(label) else 0.0, label)


def table(read: Table, spec: DataSpec) -> Labelled:
    """Return the texts of a table and the classes to predict.

    Args:
        read: The table.
        spec: Which column is the text and which the target; guessed if absent.

    Raises:
        DataError: There is no text, or the target is no class.
    """
    every, doubts = columns.understand(read)
    texts = text_columns(every, spec, name=read.name)
    others = [column for column in every if column not in texts]
    if not others:
        raise DataError(
            f"{read.name}: no column is left to predict from the text; for the next word, choose "
            "--kind language"
        )
    chosen = target.choose(others, spec.target, name=read.name)
    found = target.read(chosen, read)
    if found.task != "classification":
        raise DataError(
            f"{read.name}: the target {printable(chosen.name, width=60)!r} is a number; from text "
            "only classes are predicted: name another with --target"
        )
    written = _joined(read, texts)
    kept = [(place, row) for place, row in enumerate(found.rows.tolist()) if written[row].strip()]
    if not kept:
        raise DataError(f"{read.name}: no row has both a text and a {chosen.name!r}")
    return Labelled(
        name=read.name,
        sha256=read.sha256,
        format=read.layout.format,
        encoding=read.layout.encoding,
        delimiter=read.layout.delimiter,
        header=read.layout.header,
        texts=[written[row] for _, row in kept],
        labels=found.values[[place for place, _ in kept]].astype(np.int32),
        class_names=found.class_names,
        target=chosen.name,
        target_guessed=spec.target is None,
        columns=_facts(every, texts, chosen),
        rows=read.frame.height,
        whole_rows=read.whole_rows,
        cautions=(
            *read.cautions,
            *(doubt for doubt in doubts if doubt.code != "text-column"),
            *target.cautions(found, (), guessed=spec.target is None, rows=read.frame.height),
            *_told(texts, spec, lost=found.rows.size - len(kept)),
        ),
    )


def text_columns(
    every: Sequence[columns.Column], spec: DataSpec, *, name: str
) -> tuple[columns.Column, ...]:
    """Return the columns that hold the text: the one named, else all of prose.

    Raises:
        DataError: There is none, or none of that name.
    """
    if spec.text is not None:
        return (target.choose(every, spec.text, name=name),)
    prose = tuple(column for column in every if is_prose(column) and column.name != spec.target)
    if prose:
        return prose
    raise DataError(f"{name}: no column holds free text; name one with --text")


def is_prose(column: columns.Column) -> bool:
    """Return whether a column holds free text."""
    return column.kind == "text" and column.note != jsonlines.NESTED


def _joined(read: Table, texts: Sequence[columns.Column]) -> list[str]:
    """Return the text of each row; cells of several columns stand below one another."""
    import polars as pl

    cells = [pl.col(column.name).cast(pl.String).fill_null("") for column in texts]
    written: list[str] = (
        read.frame.select(pl.concat_str(cells, separator="\n")).to_series().to_list()
    )
    return written


def _facts(
    every: Sequence[columns.Column], texts: Sequence[columns.Column], chosen: columns.Column
) -> tuple[ColumnFacts, ...]:
    facts = []
    for column in every:
        used = column in texts
        facts.append(
            ColumnFacts(
                name=column.name,
                kind="text" if used else column.kind,
                missing=column.missing,
                distinct=column.distinct,
                role="feature" if used else "target" if column is chosen else "unused",
                note="the text" if used else column.note,
            )
        )
    return tuple(facts)


def _told(texts: Sequence[columns.Column], spec: DataSpec, *, lost: int) -> list[Caution]:
    found = []
    if len(texts) > 1 and spec.text is None:
        shown = ", ".join(printable(column.name, width=40) for column in texts)
        message = f"Several columns hold text and are read together: {shown}; --text names one."
        found.append(Caution(code="text-guessed", message=message))
    if lost:
        message = f"{lost:,} rows have no text and were left out."
        found.append(Caution(code="missing-text", message=message))
    return found
