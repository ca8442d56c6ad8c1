"""Which columns give the target away?

A column that alone predicts unseen rows almost perfectly is seldom known when a model is used: it
is the target under another name, or written down after it.
Invariant: a column is only accused by rows that were not used to learn from it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables.columns import Column
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl

_EXACT_ROWS = 20
"""Rows below which a column may match the target exactly by chance. House choice."""

_ENOUGH_ROWS = 500
"""Rows below which a column is not accused of anything less than an exact match. House choice."""

_MOST_ROWS = 4000
"""Rows that a suspected column is judged on. House choice: a few milliseconds for each."""

_SUSPECT_SKILL = 0.9
"""Skill on `_ENOUGH_ROWS` rows above which a column is judged on more. House choice."""

_LEAK_SKILL = 0.98
"""Skill above which a column gives the target away. House choice: the smell of mushrooms, an honest
feature that tells the poisonous ones, reaches 0.97."""

_FEWEST_MISSES = 10
"""Held-out rows that guessing the commonest class must get wrong, for skill to mean anything. House
choice."""

_SHOWN = 5
"""Columns named in one sentence. House choice."""


def cautions(
    columns: Sequence[Column], values: NDArray[Any], *, classes: int, target: str
) -> tuple[Caution, ...]:
    """Return a caution about the columns that give the target away, if there are any.

    Args:
        columns: The features, on the rows that have a target.
        values: The target of each row: class indices, or numbers.
        classes: Different classes; 0 for numbers.
        target: Its name, safe to print.
    """
    few, many = (
        _drawn(values, classes=classes, count=count) for count in (_ENOUGH_ROWS, _MOST_ROWS)
    )
    leaking = []
    for column in columns:
        exact = _is_exact(column, values, classes=classes, some=few)
        if exact or _is_telling(column, values, classes=classes, few=few, many=many):
            leaking.append(column)
    if not leaking:
        return ()
    shown = ", ".join(repr(printable(column.name, width=60)) for column in leaking[:_SHOWN])
    more = f" and {len(leaking) - _SHOWN:,} more" if leaking[_SHOWN:] else ""
    subject = f"Columns {shown}{more} each tell" if leaking[1:] else f"Column {shown} alone tells"
    message = (
        f"{subject} {target!r} almost perfectly; what is not known when predicting has to be "
        "removed."
    )
    return (Caution(code="leak", message=message),)


def _is_exact(
    column: Column, values: NDArray[Any], *, classes: int, some: NDArray[np.int64]
) -> bool:
    """Return whether the target is one-to-one with the column, or a multiple of it."""
    if values.size < _EXACT_ROWS or column.missing:
        return False
    if classes:
        return column.distinct == classes and _pairs(column.values, values) == classes
    if column.kind != "numeric":
        return False
    x = column.values.to_numpy()
    return _is_line(x[some], values[some]) and _is_line(x, values)


def _pairs(feature: "pl.Series", values: NDArray[Any]) -> int:
    import polars as pl

    return pl.DataFrame({"feature": feature, "target": values}).n_unique()


def _is_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        dx, dy = x - x.mean(), y - y.mean()
        product = float((dx * dx).sum()) * float((dy * dy).sum())
        return product > 0 and float((dx * dy).sum()) ** 2 > (1 - 1e-9) * product


def _is_telling(
    column: Column,
    values: NDArray[Any],
    *,
    classes: int,
    few: NDArray[np.int64],
    many: NDArray[np.int64],
) -> bool:
    """Return whether held-out rows are predicted almost perfectly from the column alone."""
    if values.size < _ENOUGH_ROWS or column.kind == "date":
        return False
    for rows, least in ((few, _SUSPECT_SKILL), (many, _LEAK_SKILL)):
        x, y = _coded(column.values.gather(rows)), values[rows]
        skill = _skill_of_classes(x, y, classes) if classes else _skill_of_numbers(x, y)
        if skill < least:
            return False
    return True


def _drawn(values: NDArray[Any], *, classes: int, count: int) -> NDArray[np.int64]:
    """Return rows in random order, as many of each class as there are, up to `count` in all."""
    rng = np.random.default_rng(0)
    rows = rng.permutation(values.size)
    if classes and values.size > count:
        by_class = rows[np.argsort(values[rows], kind="stable")]
        starts = np.searchsorted(values[by_class], np.arange(classes))
        turn = np.arange(values.size) - starts[values[by_class]]
        rows = rng.permutation(by_class[np.argsort(turn, kind="stable")[:count]])
    return rows[:count]


def _coded(values: "pl.Series") -> NDArray[np.float64]:
    """Return numbers as they are and levels by their order; what is missing lies below all."""
    numbers = values if values.dtype.is_numeric() else values.rank("dense")
    low = numbers.min()
    below = -1.0 if low is None else float(low) - 1.0  # type: ignore[arg-type]
    return numbers.fill_null(below).to_numpy().astype(np.float64)


def _skill_of_classes(x: NDArray[np.float64], y: NDArray[Any], classes: int) -> float:
    """Return which share of the misses of guessing the commonest class is avoided."""
    half = len(x) // 2
    levels, at = np.unique(x[:half], return_inverse=True)
    votes = np.bincount(at * classes + y[:half], minlength=levels.size * classes)
    seen = votes.reshape(levels.size, classes)
    told = seen.argmax(axis=1)[_nearest(levels, x[half:])]
    misses = np.count_nonzero(y[half:] != seen.sum(axis=0).argmax())
    if misses < _FEWEST_MISSES:
        return 0.0
    return 1.0 - np.count_nonzero(told != y[half:]) / misses


def _skill_of_numbers(x: NDArray[np.float64], y: NDArray[Any]) -> float:
    """Return which share of the spread of the target's ranks is explained."""
    half = len(x) // 2
    rank = np.unique(y, return_inverse=True)[1].astype(np.float64)
    levels, at = np.unique(x[:half], return_inverse=True)
    means = np.bincount(at, weights=rank[:half]) / np.bincount(at)
    missed = rank[half:] - means[_nearest(levels, x[half:])]
    spread = float(rank[half:].var())
    return 1.0 - float(np.square(missed).mean()) / spread if spread > 0 else 0.0


def _nearest(levels: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which of the ascending `levels` lies nearest to each of `x`."""
    right = np.searchsorted(levels, x).clip(0, levels.size - 1)
    left = (right - 1).clip(0)
    nearer_left = np.abs(x - levels[left]) <= np.abs(levels[right] - x)
    return np.where(nearer_left, left, right)
