"""What is a chart to show?

A `Figure` says it in data coordinates, without a size, a screen or a colour.
Invariant: all values are frozen and every array is read-only, so a figure can be kept and compared
with its successor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""One-dimensional array of data coordinates; NaN marks a missing value."""

Values = Sequence[float | None] | NDArray[np.floating] | NDArray[np.integer]
"""Data coordinates as callers hold them; `None` marks a missing value."""

ScaleKind = Literal["linear", "log"]
SeriesKind = Literal["line", "scatter", "bar"]
Direction = Literal["x", "y"]
SeriesStyle = Literal[
    "series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "muted"
]

PALETTE: tuple[SeriesStyle, ...] = (
    "series-1",
    "series-2",
    "series-3",
    "series-4",
    "series-5",
    "series-6",
)
"""Styles given in turn to series that name none."""


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Series:
    """Points under one name: joined by a line, standing alone, or as bars.

    Attributes:
        name: Shown in the legend and the readout, as text; an empty one is in neither.
        x: Where the points are.
        y: As many values; a line breaks where either coordinate is missing or infinite.
        kind: `line` joins neighbours in the order given; `scatter` draws a marker per point; `bar`
            draws a bar from zero to each point, from the lower limit on a log axis, and puts the
            bars of several series side by side.
        style: Colour and dash; none takes the next of the palette.
        listed: Whether the legend lists it; the cursor reads it either way.
    """

    name: str
    x: Floats
    y: Floats
    kind: SeriesKind
    style: SeriesStyle | None
    listed: bool

    def __init__(
        self,
        name: str,
        x: Values,
        y: Values,
        kind: SeriesKind = "line",
        style: SeriesStyle | None = None,
        *,
        listed: bool = True,
    ) -> None:
        _keep(self, name=name, x=_floats(x), y=_floats(y), kind=kind, style=style, listed=listed)
        _check_lengths(f"series {name!r}", x=self.x, y=self.y)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Band:
    """A shaded region between two curves.

    Attributes:
        x: Where the edges are known, in rising order.
        low: Lower edge at each `x`; missing values open a gap.
        high: Upper edge at each `x`.
    """

    x: Floats
    low: Floats
    high: Floats

    def __init__(self, x: Values, low: Values, high: Values) -> None:
        _keep(self, x=_floats(x), low=_floats(low), high=_floats(high))
        _check_lengths("band", x=self.x, low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class Marker:
    """A line across the whole plot at one value.

    Attributes:
        axis: The axis that `value` lies on: `x` draws a vertical line, `y` a horizontal one.
        value: Data coordinate.
        label: Shown beside the line, as text.
        suggestion: Whether the cursor can jump to it and measures its distance from it; `x` only.
    """

    axis: Direction
    value: float
    label: str = ""
    suggestion: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """How one direction is measured.

    Attributes:
        label: Quantity and unit, as text.
        scale: `log` shows positive values only.
        limits: First and last value in sight; none fits the data and grows with it.
    """

    label: str = ""
    scale: ScaleKind = "linear"
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.limits is None:
            return
        low, high = self.limits
        if not (isfinite(low) and isfinite(high) and low <= high):
            raise ValueError(f"axis limits are {self.limits}; both must be finite, low first")
        if self.scale == "log" and low <= 0:
            raise ValueError(f"limits of a log axis are {self.limits}; both must be above 0")


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Everything one chart shows; later series are drawn over earlier ones.

    Attributes:
        series: Lines and points.
        bands: Shaded regions behind them.
        markers: Vertical and horizontal lines behind the series.
        x_axis: The horizontal direction.
        y_axis: The vertical direction.
        title: Shown above the plot, as text.
    """

    series: tuple[Series, ...] = ()
    bands: tuple[Band, ...] = ()
    markers: tuple[Marker, ...] = ()
    x_axis: Axis = Axis()
    y_axis: Axis = Axis()
    title: str = ""

    def styles(self) -> tuple[SeriesStyle, ...]:
        """Return the style of every series; those that name none take turns at the free ones."""
        named = {series.style for series in self.series}
        free = tuple(style for style in PALETTE if style not in named)
        turns: Iterator[SeriesStyle] = cycle(free or PALETTE)
        return tuple(
            next(turns) if series.style is None else series.style for series in self.series
        )

    def identity(self) -> tuple[str, ...]:
        """Return what stays the same while one chart streams: its title and its quantities."""
        return (self.title, self.x_axis.label, self.y_axis.label)


def _floats(values: Values) -> Floats:
    array = np.array(values, dtype=np.float64).reshape(-1)
    array[np.isinf(array)] = np.nan
    array.flags.writeable = False
    return array


def _check_lengths(what: str, **columns: Floats) -> None:
    if len({len(column) for column in columns.values()}) > 1:
        sizes = ", ".join(f"{name} has {len(column)}" for name, column in columns.items())
        raise ValueError(f"{what}: {sizes} values; all must have the same number")


def _keep(frozen: object, **fields: object) -> None:
    for name, value in fields.items():
        object.__setattr__(frozen, name, value)
