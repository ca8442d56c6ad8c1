"""Where can the crosshair stand, and what does it read there?

Invariant: a cursor stands on data or on a marker, never in between by accident; what it reads
is what the curves show at that place.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from math import isfinite, log10

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.figure import Axis, Figure, Floats, ScaleKind, Series
from tuner_tui.chart.scales import Limits, Scale

Readings = tuple[tuple[str, float | None], ...]
"""Name of each series and its value; none where it has no value."""


@lru_cache(maxsize=8)
def stops(figure: Figure, limits: Limits | None, focus: str | None = None) -> Floats:
    """Return the x of every point that is drawn between the limits, rising, each once.

    Args:
        figure: Where the points are.
        limits: Horizontal; without them nothing is drawn.
        focus: Name of the only series that counts; none for all.
    """
    if limits is None:
        return np.array([])
    low, high = limits
    drawn = []
    for series in figure.series:
        if focus is not None and series.name != focus:
            continue
        shown = (series.x >= low) & (series.x <= high) & _has_place(series.y, figure.y_axis)
        drawn.append(series.x[shown])
    return np.unique(np.concatenate(drawn)) if drawn else np.array([])


def nearest(places: Floats, scale: Scale, unit: float) -> float | None:
    """Return the place closest on screen to a position on the scale; none if there are none."""
    if not len(places):
        return None
    return float(places[np.argmin(np.abs(scale.units(places) - unit))])


def stepped(places: Floats, x: float, steps: int) -> float:
    """Return the place some steps to the right (or left, if negative) of `x`, the last at most.

    Args:
        places: Rising.
        x: Where the cursor stands; it need not be one of the places.
        steps: Not 0.

    Returns:
        `x` itself where no place lies in that direction.
    """
    ahead = places[places > x] if steps > 0 else places[places < x][::-1]
    return float(ahead[min(abs(steps), len(ahead)) - 1]) if len(ahead) else x


def suggestions(figure: Figure) -> tuple[float, ...]:
    """Return the suggested values, rising."""
    marked = (marker for marker in figure.markers if marker.suggestion and marker.axis == "x")
    return tuple(sorted({marker.value for marker in marked if isfinite(marker.value)}))


def landmarks(figure: Figure) -> tuple[float, ...]:
    """Return the values of all vertical markers that the horizontal axis can show, rising."""
    marked = {marker.value for marker in figure.markers if marker.axis == "x"}
    log = figure.x_axis.scale == "log"
    return tuple(sorted(value for value in marked if isfinite(value) and (value > 0 or not log)))


def next_landmark(figure: Figure, x: float | None, direction: int) -> float | None:
    """Return the marker right (1) or left (-1) of `x`, going round at the end.

    Without a place to start from, a suggestion comes first.
    """
    values = (suggestions(figure) if x is None else ()) or landmarks(figure)
    if not values:
        return None
    if x is None:
        return values[0] if direction > 0 else values[-1]
    index = bisect_right(values, x) if direction > 0 else bisect_left(values, x) - 1
    return values[index % len(values)]


def distance(figure: Figure, x: float) -> float | None:
    """Return how far `x` lies from the nearest suggestion.

    Returns:
        On a log axis the ratio of `x` to it, otherwise `x` minus it; none without a suggestion.
    """
    values = suggestions(figure)
    if figure.x_axis.scale == "linear":
        return min((x - value for value in values), key=abs, default=None)
    placed = [value for value in values if value > 0 and x > 0]
    closest = min(placed, key=lambda value: abs(log10(x) - log10(value)), default=None)
    return None if closest is None else x / closest


def readings(figure: Figure, x: float) -> Readings:
    """Return the height of every named series at `x`.

    A line is read between its neighbours where it is drawn; scatter and bars only at their points.
    Several points at one `x` give their mean. What the legend does not list comes last.
    """
    axes = figure.x_axis.scale, figure.y_axis.scale
    named = sorted((series for series in figure.series if series.name), key=lambda s: not s.listed)
    return tuple((series.name, _height(series, x, *axes)) for series in named)


def differences(here: Readings, there: Readings) -> Readings:
    """Return how much more each series reads here than there; none where either has no value."""
    others = dict(there)
    return tuple((name, _less(value, others.get(name))) for name, value in here)


def _less(value: float | None, other: float | None) -> float | None:
    if value is None or other is None:
        return None
    return value - other if isfinite(value - other) else None


def slopes(figure: Figure, x: float) -> Readings:
    """Return the slope of every named line at `x`, between its neighbouring points.

    Returns:
        Change of y per decade of x on a log axis, otherwise per unit of x.
    """
    return tuple(
        (series.name, _slope(series, x, figure.x_axis.scale))
        for series in figure.series
        if series.name
    )


def _height(series: Series, x: float, x_kind: ScaleKind, y_kind: ScaleKind) -> float | None:
    xs, ys = _ordered(series)
    first, last = int(np.searchsorted(xs, x)), int(np.searchsorted(xs, x, side="right"))
    here = ys[first:last]
    if len(here):
        here = here[np.isfinite(here)]
        # Shares are summed, because the sum of large values may exceed the largest float.
        return float(np.sum(here / len(here))) if len(here) else None
    if series.kind != "line" or first in (0, len(xs)):
        return None
    share = Scale(x_kind, float(xs[first - 1]), float(xs[first])).unit(x)
    return _blended(float(ys[first - 1]), float(ys[first]), share, y_kind)


def _blended(start: float, end: float, share: float, kind: ScaleKind) -> float | None:
    if kind == "log":
        if not (start > 0 and end > 0):
            return None
        start, end = log10(start), log10(end)
    value = start * (1 - share) + end * share
    if kind == "log":
        with np.errstate(over="ignore"):
            value = float(np.power(10.0, value))
    return value if isfinite(value) else None


def _slope(series: Series, x: float, kind: ScaleKind) -> float | None:
    if series.kind != "line":
        return None
    xs, ys = _ordered(series)
    xs, ys = xs[np.isfinite(ys)], ys[np.isfinite(ys)]
    if not len(xs) or not xs[0] <= x <= xs[-1]:
        return None
    left = max(int(np.searchsorted(xs, x)) - 1, 0)
    right = min(int(np.searchsorted(xs, x, side="right")), len(xs) - 1)
    run = _difference(float(xs[left]), float(xs[right]), kind)
    if not run:
        return None
    slope = (float(ys[right]) - float(ys[left])) / run
    return slope if isfinite(slope) else None


def _difference(start: float, end: float, kind: ScaleKind) -> float | None:
    if kind == "log":
        return log10(end) - log10(start) if start > 0 else None
    return end - start


def _ordered(series: Series) -> tuple[Floats, Floats]:
    placed = np.isfinite(series.x)
    xs, ys = series.x[placed], series.y[placed]
    if np.all(xs[1:] >= xs[:-1]):
        return xs, ys
    order = np.argsort(xs, kind="stable")
    return xs[order], ys[order]


def _has_place(values: Floats, axis: Axis) -> NDArray[np.bool_]:
    return np.isfinite(values) if axis.scale == "linear" else values > 0
