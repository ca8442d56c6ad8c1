"""Which stretch of a figure is in sight?

Invariant: while one chart streams, its fitted limits only grow, in steps; zoom survives new data
and new sizes until the whole is asked for again.
"""

from dataclasses import dataclass, replace

import numpy as np

from tuner_tui.chart.figure import Axis, Figure, Floats, ScaleKind
from tuner_tui.chart.scales import Limits, Scale, grown_limits, scale_between

_CLOSEST = 1e-6
"""Narrowest zoom, as a share of the whole axis. House choice: finer is below float noise."""

_LEAD = 0.25
"""Share of the window left between its edge and a cursor that it moved after. House choice."""


@dataclass(frozen=True, slots=True)
class View:
    """The limits that a figure is drawn in.

    Attributes:
        x: All of the horizontal axis; none while nothing says where it lies.
        y: All of the vertical axis; none likewise.
        zoom: The stretch of `x` in sight, when it is not all of it.
        identity: The figure's, by which a successor is told from another chart.
    """

    x: Limits | None = None
    y: Limits | None = None
    zoom: Limits | None = None
    identity: tuple[str, ...] = ()

    @property
    def sight(self) -> Limits | None:
        """The horizontal limits to draw."""
        return self.zoom or self.x


def view_of(figure: Figure, before: View | None = None) -> View:
    """Return the view of a figure, continuing the one before if it is of the same chart."""
    kept = before if before and before.identity == figure.identity() else View()
    x = _limits(figure.x_axis, _horizontal(figure), kept.x)
    y = _limits(figure.y_axis, _vertical(figure), kept.y)
    return View(x, y, _inside(kept.zoom, x), figure.identity())


def zoomed(view: View, kind: ScaleKind, *, factor: float, about: float) -> View:
    """Return the view with its horizontal stretch scaled around a value that stays in place.

    Args:
        view: Where it starts; without data it is returned unchanged.
        kind: Of the horizontal axis.
        factor: New width over old; above 1 zooms out, at most to the whole.
        about: Data coordinate.
    """
    if view.x is None or view.sight is None:
        return view
    whole = scale_between(view.x, kind)
    start, end, centre = (whole.unit(value) for value in (*view.sight, about))
    share = min(max((centre - start) / (end - start), 0.0), 1.0)
    width = min((end - start) * factor, 1.0)
    return _windowed(view, whole, centre - share * width, width)


def following(view: View, kind: ScaleKind, x: float) -> View:
    """Return the view moved sideways, no further than needed, until it shows a value."""
    if view.x is None or view.zoom is None or view.zoom[0] <= x <= view.zoom[1]:
        return view
    whole = scale_between(view.x, kind)
    start, end, target = (whole.unit(value) for value in (*view.zoom, x))
    width = end - start
    lead = width * _LEAD
    start = target - lead if target < start else target + lead - width
    return _windowed(view, whole, start, width)


def _windowed(view: View, whole: Scale, start: float, width: float) -> View:
    """Return the view of a stretch of the whole, pushed back inside where it reaches beyond."""
    if width < _CLOSEST:
        return view
    if width > 1.0 - _CLOSEST:
        return replace(view, zoom=None)
    start = min(max(start, 0.0), 1.0 - width)
    return replace(view, zoom=(whole.value(start), whole.value(start + width)))


def _inside(zoom: Limits | None, whole: Limits | None) -> Limits | None:
    """Return the zoom if the axis still holds it; an axis that moved away is shown as a whole."""
    if zoom is None or whole is None or not whole[0] <= zoom[0] <= zoom[1] <= whole[1]:
        return None
    return zoom


def _limits(axis: Axis, values: Floats, before: Limits | None) -> Limits | None:
    if axis.limits is not None:
        scale = scale_between(axis.limits, axis.scale)
        return scale.low, scale.high
    if axis.scale == "log":
        values = values[values > 0]
    values = values[np.isfinite(values)]
    if not len(values):
        return before
    return grown_limits(before, float(values.min()), float(values.max()), axis.scale)


def _horizontal(figure: Figure) -> Floats:
    drawn = [series.x for series in figure.series] + [band.x for band in figure.bands]
    return np.concatenate([*drawn, _marked(figure, "x")])


def _vertical(figure: Figure) -> Floats:
    """Return the heights that lie above the horizontal limits, where those are given."""
    low, high = figure.x_axis.limits or (-np.inf, np.inf)
    curves = [(series.x, series.y) for series in figure.series]
    curves += [(band.x, edge) for band in figure.bands for edge in (band.low, band.high)]
    drawn = [y[(x >= low) & (x <= high)] for x, y in curves]
    return np.concatenate([*drawn, _marked(figure, "y")])


def _marked(figure: Figure, axis: str) -> Floats:
    return np.array([marker.value for marker in figure.markers if marker.axis == axis])
