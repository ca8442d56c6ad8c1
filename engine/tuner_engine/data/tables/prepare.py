"""How do columns become the numbers that a network is fed?

Numbers are scaled robustly and clipped smoothly, so that heavy tails do no harm; categories are
one-hot; missing values are a fact of their own.
Invariant: a `Plan` is fitted on training rows only and then applied to every split alike.

Source: RealMLP's preprocessing, Holzmüller, Grinsztajn, Steinwart, "Better by Default: Strong
Pre-Tuned MLPs and Boosted Trees on Tabular Data" (2024), arXiv:2407.04491, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables import moments
from tuner_engine.data.tables.columns import Column

if TYPE_CHECKING:
    import polars as pl

RARE = 5
"""Training examples below which a category is pooled with the other rare ones: fewer teach a
weight of its own little more than noise. House choice."""

MOST_LEVELS = 64
"""Widest one-hot of one column, pooled and missing levels not counted: keeps the first layer of a
small network from being mostly one column. House choice; the commonest levels stay."""

CLIP = 3.0
"""Where smooth clipping levels off, in robust scales. Source: RealMLP."""

_FAR = 1e9
"""Robust scales beyond which all numbers are alike after clipping to float32."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Numeric columns side by side; arrays have one entry per column.

    Attributes:
        median: Fills missing cells, and becomes 0.
        factor: One over the robust scale; 0 where training rows do not vary.
        with_gaps: Which columns have missing cells among the training rows, hence an indicator.
    """

    median: NDArray[np.float64]
    factor: NDArray[np.float64]
    with_gaps: NDArray[np.bool_]

    @property
    def width(self) -> int:
        """Columns of the encoded matrix."""
        return self.median.size + int(self.with_gaps.sum())


@dataclass(frozen=True, slots=True)
class Levels:
    """One categorical column.

    Attributes:
        known: Levels with a column of their own, in their natural order.
        pooled: Whether rare and unseen levels share a column.
        with_gaps: Whether missing cells have a column.
    """

    known: "pl.Series"
    pooled: bool
    with_gaps: bool

    @property
    def signed(self) -> bool:
        """Whether two levels and nothing else make one column of -1 and 1, as in RealMLP."""
        return self.known.len() == 2 and not self.pooled and not self.with_gaps

    @property
    def width(self) -> int:
        """Columns of the encoded matrix."""
        return 1 if self.signed else self.known.len() + self.pooled + self.with_gaps


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns of one table are encoded.

    Attributes:
        measured: Columns of `scaling`: numbers, and dates as days.
        scaling: How they are scaled.
        circles: Columns of dates and times with their circles.
        categories: Columns of categories and truth values with their levels.
    """

    measured: tuple[str, ...]
    scaling: Scaling
    circles: tuple[tuple[str, moments.Circles], ...]
    categories: tuple[tuple[str, Levels], ...]

    @property
    def width(self) -> int:
        """Columns of the encoded matrix."""
        circles = sum(circles.width for _, circles in self.circles)
        return self.scaling.width + circles + sum(levels.width for _, levels in self.categories)

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """For every feature the columns of the encoded matrix that are made from it.

        A number goes with the indicator of its gaps, a date with its circles, a category with all
        its levels.
        """
        found: dict[str, list[int]] = {name: [at] for at, name in enumerate(self.measured)}
        at = len(self.measured)
        for index in np.flatnonzero(self.scaling.with_gaps):
            found[self.measured[index]].append(at)
            at += 1
        widths = [(name, circles.width) for name, circles in self.circles]
        widths += [(name, levels.width) for name, levels in self.categories]
        for name, width in widths:
            found.setdefault(name, []).extend(range(at, at + width))
            at += width
        return tuple(tuple(columns) for columns in found.values() if columns)

    @property
    def used(self) -> frozenset[str]:
        """Every column that is encoded."""
        parts = (*self.circles, *self.categories)
        return frozenset((*self.measured, *(name for name, _ in parts)))


def fit(features: Sequence[Column], train: NDArray[np.int64]) -> Plan:
    """Return how to encode `features`, learnt from the training rows.

    Args:
        features: Numeric, boolean, date and category columns.
        train: Training rows.
    """
    measured = [column for column in features if _is_measured(column)]
    return Plan(
        measured=tuple(column.name for column in measured),
        scaling=_scaling(_beside(measured, train)),
        circles=tuple(
            (column.name, moments.fit(column.values.gather(train)))
            for column in features
            if column.kind == "date"
        ),
        categories=tuple(
            (column.name, _levels(column.values.gather(train)))
            for column in features
            if column.kind in ("boolean", "category")
        ),
    )


def _is_measured(column: Column) -> bool:
    dated = column.kind == "date" and moments.is_dated(column.values)
    return column.kind == "numeric" or dated


def encode(plan: Plan, features: Sequence[Column], rows: NDArray[np.int64]) -> Matrix:
    """Return the encoded rows, float32, shape [rows, plan.width], C-contiguous.

    Numbers come first, then their indicators, dates and categories. A category that training did
    not see falls into the pooled column; where training pooled nothing it is all zeros.
    """
    by_name = {column.name: column for column in features}
    encoded = np.zeros((rows.size, plan.width), dtype=np.float32)
    _scale(_beside([by_name[name] for name in plan.measured], rows), plan.scaling, encoded)
    at = plan.scaling.width
    for name, circles in plan.circles:
        values = by_name[name].values.gather(rows)
        encoded[:, at : at + circles.width] = moments.encode(circles, values)
        at += circles.width
    for name, levels in plan.categories:
        _one_hot(by_name[name].values.gather(rows), levels, encoded[:, at : at + levels.width])
        at += levels.width
    return encoded


def _beside(measured: Sequence[Column], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return numbers, and dates as days, as a matrix; NaN where missing."""
    import polars as pl

    if not measured:
        return np.empty((rows.size, 0))
    columns = [
        moments.days(column.values) if column.kind == "date" else column.values
        for column in measured
    ]
    return pl.DataFrame(columns)[rows].fill_null(float("nan")).to_numpy()


def _scaling(train: NDArray[np.float64]) -> Scaling:
    gaps = np.isnan(train)
    with_gaps: NDArray[np.bool_] = np.any(gaps, axis=0)
    quartiles = np.zeros((5, train.shape[1]))
    probabilities = (0.0, 0.25, 0.5, 0.75, 1.0)
    whole = ~with_gaps
    # Differences of the largest floats overflow; such a column ends up with the factor 0.
    with np.errstate(over="ignore", invalid="ignore"):
        if whole.any():
            quartiles[:, whole] = np.quantile(train[:, whole], probabilities, axis=0)
        for index in np.flatnonzero(with_gaps):
            present = train[~gaps[:, index], index]
            if present.size:
                quartiles[:, index] = np.quantile(present, probabilities)
        low, lower, median, upper, high = quartiles
        scale = np.where(upper > lower, upper - lower, (high - low) / 2)
    usable = (scale > np.finfo(np.float64).tiny) & np.isfinite(scale)
    factor = np.divide(1.0, scale, out=np.zeros_like(scale), where=usable)
    return Scaling(median=median, factor=factor, with_gaps=with_gaps)


def _scale(values: NDArray[np.float64], scaling: Scaling, out: Matrix) -> None:
    """Write the scaled columns and then the indicators to the left of `out`."""
    gaps = np.isnan(values)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (values - scaling.median) * scaling.factor
    # Far beyond the clip nothing changes, but squares would overflow.
    scaled = np.clip(np.where(np.isnan(scaled), 0.0, scaled), -_FAR, _FAR)
    count = scaling.median.size
    out[:, :count] = scaled / np.sqrt(1.0 + (scaled / CLIP) ** 2)
    out[:, count : scaling.width] = gaps[:, scaling.with_gaps]


def _levels(train: "pl.Series") -> Levels:
    """Return the levels that training rows know well enough."""
    import polars as pl

    counted = train.drop_nulls().rename("level").value_counts(sort=False)
    counted = counted.sort("count", "level", descending=[True, False])
    common = counted if counted.height <= 2 else counted.filter(pl.col("count") >= RARE)
    known = common["level"].head(MOST_LEVELS).sort()
    return Levels(
        known=known,
        pooled=counted.height > known.len(),
        with_gaps=train.null_count() > 0,
    )


def _one_hot(values: "pl.Series", levels: Levels, out: Matrix) -> None:
    """Write one column per level to `out`, which is all zeros."""
    import polars as pl

    order = pl.DataFrame({"level": levels.known}).with_row_index("index")
    joined = (
        values.rename("level").to_frame().join(order, on="level", how="left", maintain_order="left")
    )
    index = joined["index"].cast(pl.Int64).fill_null(-1).to_numpy()
    missing = values.is_null().to_numpy()
    if levels.signed:
        out[:, 0] = np.where(index < 0, 0.0, 2.0 * index - 1.0)
        return
    rows = np.flatnonzero(index >= 0)
    out[rows, index[rows]] = 1.0
    if levels.pooled:
        out[(index < 0) & ~missing, levels.known.len()] = 1.0
    if levels.with_gaps:
        out[missing, levels.width - 1] = 1.0
