"""Which column is predicted, and is it a class or a number?

Invariant: a guess is always said; values that cannot be predicted are named with their place.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables import leaks
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.tables.table import Table
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution, TaskKind

_NAMES = (
    *("target", "label", "labels", "class", "classlabel", "outcome", "y", "response"),
    *("survived", "churn", "churned", "exited", "attrition", "isfraud", "fraud", "default"),
    *("diagnosis", "species", "quality", "income", "salary", "saleprice", "price"),
    *("medianhousevalue", "medv", "charges", "revenue", "subscribed", "deposit"),
)
"""Names of columns to predict, likeliest first, without case and punctuation. House choice, from
teaching and benchmark tables."""

_MOST_CLASSES = 20
"""Most different whole numbers read as classes; more are counts or measurements. House choice:
digits have 10, ages of abalone 28."""

_ROWS_PER_CLASS = 4
"""Least mean number of rows per different whole number for them to be classes. House choice."""

_MOST_LABELS_SHARE = 0.5
"""Most different labels over rows; beyond, most classes have a single example. House choice."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be predicted.

    Attributes:
        column: The target's column.
        task: Class or number.
        rows: Rows of the table that have a target, ascending, shape [examples].
        values: Class index (int32) or number (float64) of each of those rows.
        class_names: Of the indices; empty for regression.
        note: How it was read.
    """

    column: Column
    task: TaskKind
    rows: NDArray[np.int64]
    values: NDArray[np.int32] | NDArray[np.float64]
    class_names: tuple[str, ...]
    note: str

    @property
    def classes(self) -> NDArray[np.int32] | None:
        """The class indices, for classification."""
        return self.values.astype(np.int32) if self.task == "classification" else None


def choose(columns: Sequence[Column], wanted: str | None, *, name: str) -> Column:
    """Return the column that a person named, or the likeliest one.

    Args:
        columns: Of the table.
        wanted: A name or an index (0 is the first, -1 the last); a name wins.
        name: The table, for errors.

    Raises:
        DataError: There is no such column, or none could be a target.
    """
    if wanted is None:
        return _guessed(columns, name=name)
    by_name = {column.name: column for column in columns}
    if wanted in by_name:
        return by_name[wanted]
    if re.fullmatch(r"[+-]?\d{1,9}", wanted.strip()):
        index = int(wanted)
        if -len(columns) <= index < len(columns):
            return columns[index]
        raise DataError(
            f"{name}: no column {index}; its {len(columns):,} columns are numbered "
            f"0 to {len(columns) - 1}, or -{len(columns)} to -1 from the end"
        )
    close = difflib.get_close_matches(wanted, by_name, n=3, cutoff=0.5)
    close += [given for given in by_name if given.casefold() == wanted.strip().casefold()]
    listed = list(dict.fromkeys(reversed(close))) or list(by_name)[:8]
    shown = ", ".join(printable(given, width=40) for given in listed)
    raise DataError(
        f"{name}: no column {printable(wanted, width=40)!r} to predict; "
        f"{'did you mean' if close else 'it begins with'}: {shown}"
    )


def _guessed(columns: Sequence[Column], *, name: str) -> Column:
    """Return a column with a telling name, else the last that can be predicted.

    A telling name decides even where the column cannot be predicted: the person is better told of
    one class in `label` than given advice on another column.
    """
    able = [column for column in columns if _is_likely(column)]
    if not able:
        raise DataError(
            f"{name}: no column can be predicted: all are free text, dates, identifiers, constant "
            "or empty; name one with --target"
        )
    for told in _NAMES:
        named = [column for column in columns if _bare(column.name) == told]
        if named and not (told == "y" and _is_coordinate(named[-1], columns)):
            return named[-1]
    hinted = [column for column in able if _bare(column.name).endswith(("target", "label"))]
    return (hinted or able)[-1]


def _is_likely(column: Column) -> bool:
    """Return whether a column may be meant as target; a constant one is, and is then refused."""
    able = column.kind in ("numeric", "boolean", "category") and column.distinct > 1
    return able or column.kind == "constant"


def _is_coordinate(column: Column, columns: Sequence[Column]) -> bool:
    """Return whether a `y` stands amid other columns next to an `x` or a `z`."""
    beside = {_bare(other.name) for other in columns}
    return bool(beside & {"x", "z"}) and column not in (columns[0], columns[-1])


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def read(column: Column, table: Table) -> Target:
    """Return the values to predict, without the rows that have none.

    Raises:
        DataError: The column is empty, has one value, is free text or dates, holds NaN or infinite
            numbers, or has about as many different labels as rows.
    """
    named = f"{table.name}: the target {printable(column.name, width=60)!r}"
    _refuse(column, table, named=named)
    rows = column.values.is_not_null().arg_true().to_numpy().astype(np.int64)
    present = column.values.drop_nulls()
    task = task_of(column)
    if task == "regression":
        values = present.to_numpy().astype(np.float64)
        return Target(column, task, rows, values, (), "a number")
    labels = present.unique().sort()
    if labels.len() > max(2, _MOST_LABELS_SHARE * present.len()):
        raise DataError(
            f"{named} has {labels.len():,} different labels in {present.len():,} rows; "
            "classes need several examples each; name another with --target"
        )
    indices = (present.rank("dense").to_numpy() - 1).astype(np.int32)
    names = tuple(_label(value) for value in labels.to_list())
    return Target(column, task, rows, indices, names, f"{len(names):,} classes")


def _label(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse(column: Column, table: Table, *, named: str) -> None:
    if column.name in table.unusable:
        raise DataError(f"{named} holds {table.unusable[column.name]}; name another with --target")
    if column.kind == "empty":
        raise DataError(f"{named} has no value in any row; name another with --target")
    _refuse_not_finite(column, table, named=named)
    if column.kind == "constant" or column.distinct == 1:
        rows = "the table has one row" if column.values.len() == 1 else "every row has the same"
        raise DataError(f"{named} has one value only ({rows}); there is nothing to learn")
    if column.kind == "date":
        raise DataError(f"{named} holds dates; only classes and numbers can be predicted")


def _refuse_not_finite(column: Column, table: Table, *, named: str) -> None:
    """Raise where a number is written as NaN or infinity, which an empty cell is not."""
    import polars as pl

    raw = table.frame[column.name]
    if column.values.dtype != pl.Float64:
        return
    numbers = (
        raw.str.strip_chars().cast(pl.Float64, strict=False) if raw.dtype == pl.String else raw
    )
    if not numbers.dtype.is_float():
        return
    wrong = (~numbers.is_finite()).fill_null(value=False).arg_true()
    if not wrong.is_empty():
        first = wrong[0]
        shown = "NaN" if numbers[first] != numbers[first] else "infinite"
        more = f" (and {wrong.len() - 1:,} more)" if wrong.len() > 1 else ""
        raise DataError(
            f"{named} is {shown} on {table.place(first)}{more}; correct it, or leave the cell "
            "empty to leave the row out"
        )


def task_of(column: Column) -> TaskKind:
    """Return whether a column is read as classes or as numbers.

    Text and truth values are classes. So are two different numbers, and whole numbers of which
    there are at most `_MOST_CLASSES`, each seen `_ROWS_PER_CLASS` times on average.
    """
    import polars as pl

    if column.values.dtype != pl.Float64 or column.distinct == 2:
        return "classification"
    present = column.values.drop_nulls()
    whole = bool((present == present.floor()).all())
    few = column.distinct <= min(_MOST_CLASSES, present.len() / _ROWS_PER_CLASS)
    return "classification" if whole and few else "regression"


def cautions(
    target: Target, columns: Sequence[Column], *, guessed: bool, rows: int
) -> tuple[Caution, ...]:
    """Return what a person should know of the target.

    Args:
        target: What is predicted.
        columns: The features, on the rows that have a target.
        guessed: Whether nobody named the target.
        rows: Of the table.
    """
    shown = printable(target.column.name, width=60)
    found = []
    if guessed:
        message = f"Predicting {shown!r} is a guess; name another column with --target."
        found.append(Caution(code="target-guessed", message=message))
    if _could_be_either(target):
        message = (
            f"{shown!r} holds {len(target.class_names)} different whole numbers and is read as "
            "classes, without their order."
        )
        found.append(Caution(code="task-guessed", message=message))
    lost = rows - target.rows.size
    if lost:
        message = f"{lost:,} of {rows:,} rows have no {shown!r} and were left out."
        found.append(Caution(code="missing-target", message=message))
    leaking = leaks.cautions(columns, target.values, classes=len(target.class_names), target=shown)
    return (*found, *leaking)


def _could_be_either(target: Target) -> bool:
    """Return whether classes are whole numbers that do not simply count from 0 or 1."""
    import polars as pl

    count = len(target.class_names)
    if target.task == "regression" or target.column.values.dtype != pl.Float64 or count == 2:
        return False
    counted = (tuple(map(str, range(start, start + count))) for start in (0, 1))
    return target.class_names not in counted
