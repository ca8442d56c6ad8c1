"""Which stretch of a figure is in sight?

Invariant: while one chart streams, its fitted limits only grow, in steps; zoom survives new data
and new sizes until the whole is asked for again, and what is in sight never reaches beyond both
the data and the limits that were given.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from tuner_tui.chart import bars
from tuner_tui.chart.figure import Axis, Figure, Floats, ScaleKind
from tuner_tui.chart.scales import (
    Limits,
    Scale,
    grown_limits,
    is_thin,
    nice_limits,
    scale_between,
)

_CLOSEST = 1e-6
"""Narrowest zoom, as a share of the whole axis. House choice: finer is below float noise."""

_LEAD = 0.25
"""Share of the window left between its edge and a value that it moved after. House choice."""

TAIL = 0.25
"""Share of an axis that stays in sight when the tail is followed from the whole. House choice."""


@dataclass(frozen=True, slots=True)
class Span:
    """One direction of a view.

    Attributes:
        kind: Of its scale.
        whole: In sight unless it is zoomed; none while nothing says where it lies.
        reach: How far zooming out and moving can go: the whole, and all of the data.
        zoom: The stretch in sight, when it is not the whole.
    """

    kind: ScaleKind = "linear"
    whole: Limits | None = None
    reach: Limits | None = None
    zoom: Limits | None = None

    @property
    def sight(self) -> Limits | None:
        """The limits to draw."""
        return self.zoom or self.whole

    @property
    def scale(self) -> Scale | None:
        """The scale over what is in sight."""
        return scale_between(self.sight, self.kind) if self.sight else None


@dataclass(frozen=True, slots=True)
class View:
    """The limits that a figure is drawn in.

    Attributes:
        x: The horizontal direction.
        y: The vertical direction.
        identity: The figure's, by which a successor is told from another chart.
    """

    x: Span = Span()
    y: Span = Span()
    identity: tuple[str, ...] = ()


def view_of(figure: Figure, before: View | None = None) -> View:
    """Return the view of a figure, continuing the one before if it is of the same chart."""
    kept = before if before and before.identity == figure.identity() else View()
    across, heights = _horizontal(figure), _vertical(figure)
    sighted = heights
    if figure.x_axis.limits is not None:
        sighted = _vertical(figure, between=figure.x_axis.limits)
    x = _span(figure.x_axis, across, across, kept.x)
    y = _span(figure.y_axis, sighted, heights, kept.y)
    return View(x, y, figure.identity())


def zoomed(span: Span, *, factor: float, about: float) -> Span:
    """Return a span scaled around a value that stays in place.

    Args:
        span: Where it starts; without data it is returned unchanged.
        factor: New width over old; above 1 zooms out, at most as far as the span reaches.
        about: Data coordinate; one out of sight counts as the nearer edge.
    """
    ruler = _Ruler.of(span)
    if ruler is None:
        return span
    start, end = ruler.start, ruler.end
    centre = ruler.place(about)
    share = 0.5 if math.isnan(centre) else min(max((centre - start) / (end - start), 0.0), 1.0)
    width = (end - start) * factor
    return ruler.window(start + share * (end - start) - share * width, width)


def moved(span: Span, share: float) -> Span:
    """Return a span moved by a share of what is in sight, at most to where it reaches."""
    ruler = _Ruler.of(span)
    if ruler is None:
        return span
    width = ruler.end - ruler.start
    return ruler.window(ruler.start + share * width, width)


def following(span: Span, value: float) -> Span:
    """Return a span moved, no further than needed, until it shows a value."""
    ruler = _Ruler.of(span)
    if ruler is None or span.sight is None or span.sight[0] <= value <= span.sight[1]:
        return span
    width, target = ruler.end - ruler.start, ruler.place(value)
    if math.isnan(target):
        return span
    lead = width * _LEAD
    return ruler.window(target - lead if target < ruler.start else target + lead - width, width)


def between(span: Span, low: float, high: float) -> Span:
    """Return a span that shows what lies between two values, as far as it reaches there."""
    ruler = _Ruler.of(span)
    if ruler is None:
        return span
    start, end = sorted((ruler.place(low), ruler.place(high)))
    if math.isnan(start) or math.isnan(end):
        return span
    start, end = max(start, ruler.first), min(end, ruler.last)
    return ruler.window(start, end - start) if start < end else span


def tail_of(span: Span, last: float) -> Span:
    """Return a span whose window shows the last value; the whole narrows to its end first."""
    if span.zoom is None:
        span = zoomed(span, factor=TAIL, about=last)
    return following(span, last)


def heights_in(figure: Figure, limits: Limits) -> Limits | None:
    """Return round limits around everything that is drawn between two values of x."""
    values = _shown(_vertical(figure, between=limits), figure.y_axis.scale)
    if not len(values):
        return None
    return nice_limits(float(values.min()), float(values.max()), figure.y_axis.scale)


@dataclass(frozen=True, slots=True)
class _Ruler:
    """A span as equal distances: logarithms, or shares of its largest value.

    Attributes:
        span: What is ruled.
        unit: The value that counts as 1 on a linear axis, so that no width overflows.
        first: Where the reach starts.
        last: Where it ends.
        start: Where the window starts.
        end: Where it ends.
    """

    span: Span
    unit: float
    first: float
    last: float
    start: float
    end: float

    @classmethod
    def of(cls, span: Span) -> "_Ruler | None":
        if span.reach is None or span.sight is None:
            return None
        unit = max(map(abs, span.reach)) or 1.0
        places = [_place(value, unit, span.kind) for value in (*span.reach, *span.sight)]
        return cls(span, unit, *places) if places[3] > places[2] else None

    def place(self, value: float) -> float:
        return _place(value, self.unit, self.span.kind)

    def window(self, start: float, width: float) -> Span:
        """Return the span of a window, pushed back inside where it reaches beyond."""
        span = self.span
        width = min(width, self.last - self.first)
        start = min(max(start, self.first), self.last - width)
        low, high = self._value(start), self._value(start + width)
        whole = span.whole or (low, high)
        first, last = self.place(whole[0]), self.place(whole[1])
        if width < _CLOSEST * (last - first) or not low < high or is_thin(low, high, span.kind):
            return span
        slack = _CLOSEST * (last - first)
        if abs(start - first) <= slack and abs(start + width - last) <= slack:
            return replace(span, zoom=None)
        return replace(span, zoom=(low, high))

    def _value(self, place: float) -> float:
        reach = self.span.reach or (0.0, 0.0)
        log = self.span.kind == "log"
        value = math.pow(10, min(place, 308.25)) if log else place * self.unit
        return min(max(value, reach[0]), reach[1])


def _place(value: float, unit: float, kind: ScaleKind) -> float:
    if kind == "log":
        return math.log10(value) if value > 0 else math.nan
    return value / unit


def _span(axis: Axis, sighted: Floats, drawn: Floats, before: Span) -> Span:
    kept = before if before.kind == axis.scale else Span(axis.scale)
    if axis.limits is None:
        whole = reach = _grown(kept.whole, sighted, axis.scale)
    else:
        scale = scale_between(axis.limits, axis.scale)
        whole = (scale.low, scale.high)
        reach = _joined(whole, _grown(None, drawn, axis.scale))
    return Span(axis.scale, whole, reach, _inside(kept.zoom, reach))


def _grown(before: Limits | None, values: Floats, kind: ScaleKind) -> Limits | None:
    values = _shown(values, kind)
    if not len(values):
        return before
    return grown_limits(before, float(values.min()), float(values.max()), kind)


def _joined(whole: Limits, data: Limits | None) -> Limits:
    return whole if data is None else (min(whole[0], data[0]), max(whole[1], data[1]))


def _shown(values: Floats, kind: ScaleKind) -> Floats:
    return values[np.isfinite(values) & ((values > 0) | (kind == "linear"))]


def _inside(zoom: Limits | None, reach: Limits | None) -> Limits | None:
    """Return the zoom if the axis still holds it; an axis that moved away is shown as a whole."""
    if zoom is None or reach is None or not reach[0] <= zoom[0] <= zoom[1] <= reach[1]:
        return None
    return zoom


def _horizontal(figure: Figure) -> Floats:
    drawn = [series.x for series in figure.series] + [band.x for band in figure.bands]
    return np.concatenate([*drawn, bars.edges(figure), _marked(figure, "x")])


def _vertical(figure: Figure, *, between: Limits = (-np.inf, np.inf)) -> Floats:
    """Return the heights that lie above a stretch of the horizontal axis."""
    low, high = between
    curves = [(series.x, series.y) for series in figure.series]
    curves += [(band.x, edge) for band in figure.bands for edge in (band.low, band.high)]
    drawn = [y[(x >= low) & (x <= high)] for x, y in curves]
    floor = np.zeros(int(any(series.kind == "bar" for series in figure.series)))
    return np.concatenate([*drawn, floor, _marked(figure, "y")])


def _marked(figure: Figure, axis: str) -> Floats:
    return np.array([marker.value for marker in figure.markers if marker.axis == axis])
