"""How does a person want to see a figure?

A `Look` changes how numbers are drawn, never which were measured: scales, smoothing, guides.
Invariant: a look that the numbers do not allow falls back to the figure's own.
"""

from dataclasses import dataclass, replace

import numpy as np

from tuner_tui.chart.figure import (
    Axis,
    Direction,
    Figure,
    Floats,
    ScaleKind,
    Series,
    SeriesStyle,
)

SMOOTHINGS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
"""Factors offered in turn: the share of the past in each smoothed value. House choice."""

DIRECTIONS: tuple[Direction, Direction] = ("x", "y")
"""Both."""

_NOTHING = 1e-17
"""Weight below which the past no longer changes a float."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A person's wishes.

    Attributes:
        x_scale: Of the horizontal axis; none leaves it to the figure.
        y_scale: Of the vertical axis, likewise.
        smoothing: Factor of the exponential moving average, 0 (off) to below 1.
        guides: Whether dotted lines lead from the ticks across the plot.
    """

    x_scale: ScaleKind | None = None
    y_scale: ScaleKind | None = None
    smoothing: float = 0.0
    guides: bool = False


def wish(look: Look, direction: Direction) -> ScaleKind | None:
    """Return the scale that a look wants of a direction; none leaves it to the figure."""
    return look.x_scale if direction == "x" else look.y_scale


def wishing(look: Look, direction: Direction, scale: ScaleKind | None) -> Look:
    """Return a look that wants another scale of a direction."""
    return replace(look, x_scale=scale) if direction == "x" else replace(look, y_scale=scale)


def axis(figure: Figure, direction: Direction) -> Axis:
    """Return the axis of a direction."""
    return figure.x_axis if direction == "x" else figure.y_axis


def arranged(figure: Figure, look: Look) -> Figure:
    """Return a figure as a look shows it: other scales, and smooth lines over dimmed ones."""
    for direction in DIRECTIONS:
        figure = _scaled(figure, direction, wish(look, direction))
    if not look.smoothing or all(series.kind != "line" for series in figure.series):
        return figure
    return replace(figure, series=tuple(_smooth(figure, look.smoothing)))


def obstacle(figure: Figure, direction: Direction) -> str | None:
    """Return why a direction of a figure cannot be logarithmic, in words; none if it can."""
    refused = sum(int(np.count_nonzero(values <= 0)) for values in _values(figure, direction))
    if not refused:
        return None
    points = "1 point is" if refused == 1 else f"{refused:,} points are"
    return f"A log axis shows values above 0; {points} not, so {direction} stays linear."


def averaged(values: Floats, factor: float) -> Floats:
    """Return the exponential moving average of values in order, without the pull of the start.

    Args:
        values: NaN where one is missing; it stays missing, and the past fades over it.
        factor: Share of the past in each value, 0 to below 1.

    Source: Kingma and Ba, "Adam", 2015, §3, for the correction of the start.
    """
    known = np.isfinite(values)
    unit = float(np.abs(values[known]).max(initial=0.0)) or 1.0
    # Shares of the largest value, so that no sum exceeds the largest float.
    totals = np.stack([np.where(known, values, 0.0) / unit, known.astype(np.float64)])
    reach, weight = 1, factor
    while reach < len(values) and weight > _NOTHING:
        totals[:, reach:] += weight * totals[:, :-reach]
        reach, weight = 2 * reach, weight * weight
    smooth: Floats = np.full(len(values), np.nan)
    np.divide(totals[0], totals[1], out=smooth, where=known)
    return smooth * unit


def _scaled(figure: Figure, direction: Direction, scale: ScaleKind | None) -> Figure:
    present = axis(figure, direction)
    if scale in (None, present.scale) or (scale == "log" and obstacle(figure, direction)):
        return figure
    turned = Axis(present.label, scale, _limits(figure, direction, scale))
    return replace(figure, x_axis=turned) if direction == "x" else replace(figure, y_axis=turned)


def _values(figure: Figure, direction: Direction) -> list[Floats]:
    return [series.x if direction == "x" else series.y for series in figure.series]


def _limits(
    figure: Figure, direction: Direction, scale: ScaleKind | None
) -> tuple[float, float] | None:
    """Return the limits of an axis on its new scale: a log one begins at the least value."""
    limits = axis(figure, direction).limits
    if limits is None or scale == "linear" or limits[0] > 0:
        return limits
    values = np.concatenate([np.empty(0), *_values(figure, direction)])
    least = float(values[np.isfinite(values)].min(initial=np.inf))
    return (least, limits[1]) if least < limits[1] else None


def _smooth(figure: Figure, factor: float) -> list[Series]:
    beneath, above = [], []
    for series, style in zip(figure.series, figure.styles(), strict=True):
        if series.kind != "line":
            above.append(_copied(series, series.y, name=series.name, style=style))
            continue
        raw = f"{series.name} raw" if series.name else ""
        beneath.append(_copied(series, series.y, name=raw, style="muted", listed=False))
        smooth = averaged(series.y, factor)
        above.append(_copied(series, smooth, name=series.name, style=style))
    return beneath + above


def _copied(
    series: Series, y: Floats, *, name: str, style: SeriesStyle, listed: bool | None = None
) -> Series:
    listed = series.listed if listed is None else listed
    return Series(name, series.x, y, series.kind, style, listed=listed)
