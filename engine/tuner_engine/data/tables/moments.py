"""How do dates and times of day become numbers?

A date says how long ago and where in the year, week and day it lies; a circle has no end, so those
places are a sine and a cosine.
Invariant: only circles on which the training rows vary are encoded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

Circle = Literal["year", "week", "day"]

_MICROSECONDS_PER_DAY = 86_400e6


@dataclass(frozen=True, slots=True)
class Circles:
    """How one column of dates or times is placed on circles.

    Attributes:
        names: Which circles, a sine and a cosine each.
        with_gaps: Whether missing times of day have an indicator; missing dates are told apart
            where their days are.
    """

    names: tuple[Circle, ...]
    with_gaps: bool

    @property
    def width(self) -> int:
        """Columns of the encoded matrix."""
        return 2 * len(self.names) + self.with_gaps


def is_dated(values: "pl.Series") -> bool:
    """Return whether a column holds dates rather than times of day."""
    import polars as pl

    return values.dtype != pl.Time


def days(values: "pl.Series") -> "pl.Series":
    """Return dates as days since 1970, Float64, null where missing."""
    import polars as pl

    return values.dt.epoch("us").cast(pl.Float64) / _MICROSECONDS_PER_DAY


def fit(train: "pl.Series") -> Circles:
    """Return the circles on which the training rows of a column vary."""
    present = train.drop_nulls()
    dated = is_dated(train)
    order: tuple[Circle, ...] = ("year", "week", "day") if dated else ("day",)
    return Circles(
        names=tuple(circle for circle in order if np.unique(_TURNS[circle](present)).size > 1),
        with_gaps=not dated and train.null_count() > 0,
    )


def encode(plan: Circles, values: "pl.Series") -> NDArray[np.float64]:
    """Return the encoded column, shape [rows, plan.width]; a missing moment is every centre."""
    gaps = values.is_null().to_numpy()
    encoded = np.zeros((gaps.size, plan.width))
    for index, circle in enumerate(plan.names):
        angle = 2.0 * np.pi * _TURNS[circle](values)
        encoded[:, 2 * index] = np.where(gaps, 0.0, np.sin(angle))
        encoded[:, 2 * index + 1] = np.where(gaps, 0.0, np.cos(angle))
    if plan.with_gaps:
        encoded[:, -1] = gaps
    return encoded


def _of_year(values: "pl.Series") -> NDArray[np.float64]:
    return (values.dt.month().to_numpy().astype(np.float64) - 1.0) / 12.0


def _of_week(values: "pl.Series") -> NDArray[np.float64]:
    return (values.dt.weekday().to_numpy().astype(np.float64) - 1.0) / 7.0


def _of_day(values: "pl.Series") -> NDArray[np.float64]:
    hours = values.dt.hour().to_numpy().astype(np.float64)
    return (hours + values.dt.minute().to_numpy().astype(np.float64) / 60.0) / 24.0


_TURNS: dict[Circle, "Callable[[pl.Series], NDArray[np.float64]]"] = {
    "year": _of_year,
    "week": _of_week,
    "day": _of_day,
}
"""Where on each circle a moment lies, 0 to 1; NaN where missing."""
