"""Which column of a table says what its images show?

Invariant: a guess is said, and rows without an answer are left out and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import labels
from tuner_engine.data.images.pictures import Demand
from tuner_engine.data.tables import columns, target
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.tables.table import Table
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Answers:
    """The classes of the images in a table.

    Attributes:
        rows: Rows of the table that have a class, ascending.
        labels: Class index of each of those rows.
        class_names: Of the indices.
        column: Name of the column.
        guessed: Whether there was a choice and nobody made it.
        cautions: About the guess, and rows left out.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int32]
    class_names: tuple[str, ...]
    column: str
    guessed: bool
    cautions: tuple[Caution, ...]


def read(
    table: Table, candidates: Sequence[str], demand: Demand, *, guessed: bool = False
) -> Answers:
    """Return the classes in one of the columns that are no pixels.

    Args:
        table: With the images.
        candidates: Names of the other columns.
        demand: Perhaps with the column that a person named.
        guessed: Whether these columns are themselves a guess.

    Raises:
        DataError: There is no such column, or it holds no classes.
    """
    if not candidates:
        raise DataError(f"{table.name}: no column beside the images says what they show")
    column, alone = _chosen(table, candidates, demand)
    guessed = guessed or not alone
    shown = printable(column.name, width=60)
    rows = column.values.is_not_null().arg_true().to_numpy().astype(np.int64)
    found, class_names = labels.classes(
        _written(column.values), name=f"{table.name}: column {shown!r}"
    )
    cautions = []
    if guessed:
        message = f"Predicting {shown!r} is a guess; name another column with --target."
        cautions.append(Caution(code="target-guessed", message=message))
    if rows.size < table.frame.height:
        lost = table.frame.height - rows.size
        message = f"{lost:,} of {table.frame.height:,} rows have no {shown!r} and were left out."
        cautions.append(Caution(code="missing-target", message=message))
    return Answers(rows, found, class_names, column.name, guessed, tuple(cautions))


def _chosen(table: Table, candidates: Sequence[str], demand: Demand) -> tuple[Column, bool]:
    """Return the column to predict, and whether there was no choice, or a person made it."""
    every, _ = columns.understand(replace(table, frame=table.frame.select(candidates)))
    wanted = table.target if demand.target is None else demand.target
    if wanted is None and len(every) == 1:
        return every[0], True
    return target.choose(every, wanted, name=table.name), wanted is not None


def _written(column: "pl.Series") -> NDArray[Any]:
    """Return the present cells as an array of numbers or text."""
    present = column.drop_nulls()
    if present.is_empty():
        return np.empty(0, dtype=np.int64)
    if present.dtype.is_numeric():
        return present.to_numpy()
    return np.array([str(value) for value in present.to_list()], dtype=np.str_)
