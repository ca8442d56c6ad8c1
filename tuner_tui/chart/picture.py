"""Which shapes draw a figure on paper or in a browser?

A figure as lines, areas and words in pixels, before anything is painted; `svg` and `png` paint
them. Invariant: a picture shows what the terminal shows, in the same inks and dashes, and its words
are text whatever they hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tuner_engine.printable import printable
from tuner_tui.chart import bars
from tuner_tui.chart.figure import Band, Figure, Floats, Marker, Series
from tuner_tui.chart.glyphs import DASHES, Ink, ink_of
from tuner_tui.chart.scales import Scale, ticks
from tuner_tui.chart.shapes import LETTER, Area, Dot, Path, Picture, Point, Shape, Size, Words
from tuner_tui.chart.strokes import alone, clipped, segments_of, thinned
from tuner_tui.chart.view import View, view_of

_ADVANCE = 0.56
"""Width of a letter over its height, on average, in a sans-serif face."""

_EDGE = 14
"""Pixels left free around everything. House choice."""

_LINE = 18
"""Pixels from one line of words to the next. House choice."""

_SMALLEST = (160, 120)
"""Smallest picture that still has a plot."""

_PER_TICK = (90, 48)
"""Pixels of plot for each tick, across and down. House choice."""

_FAR = 1e6
"""Plots beyond which a position is clamped, so that slopes stay finite. House choice."""

_MARGIN = 8
"""Pixels beyond the plot at which shapes are cut; the plot's own edge hides the cut."""

_DASH_PIXELS = 1.6
"""Pixels to a dot of a dash. House choice."""

_SAMPLE = 26
"""Pixels of line beside a name in the legend. House choice."""

_NAME = 32
"""Longest name in the legend, in letters."""


def pictured(figure: Figure, view: View | None, size: Size, *, remark: str = "") -> Picture:
    """Return a figure as shapes.

    Args:
        figure: What to draw.
        view: The limits to draw it in; none shows all of it.
        size: Of the picture; at least 160 by 120.
        remark: Shown after the quantity, as text.

    Raises:
        ValueError: The size is smaller.
    """
    if size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1]:
        least = " by ".join(map(str, _SMALLEST))
        raise ValueError(f"a picture of {size[0]} by {size[1]} pixels; {least} is the smallest")
    view = view or view_of(figure)
    x, y = view.x.scale, view.y.scale
    legend = list(_legend(figure, size[0]))
    noted = any(marker.axis == "x" and marker.label for marker in figure.markers)
    top = _EDGE + _LINE * (1 + len(legend) + noted) + 4
    bottom = _EDGE + 2 * _LINE
    levels = ticks(y, max((size[1] - top - bottom) // _PER_TICK[1], 2)) if y else ()
    left = _EDGE + 8 + int(max((_wide(tick.label) for tick in levels), default=0))
    plot = (size[0] - left - _EDGE, max(size[1] - top - bottom, 1))
    desk = _Desk(x, y, left, top, plot)
    return Picture(
        size,
        left,
        top,
        plot,
        inside=tuple(_inside(figure, desk)),
        around=(
            *_axes(figure, desk, levels=[(tick.value, tick.label) for tick in levels]),
            *_heading(figure, remark),
            *(shape for row, shapes in enumerate(legend) for shape in _lowered(shapes, row)),
            *_notes(figure, desk),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    x: Scale | None
    y: Scale | None
    left: int
    top: int
    plot: Size

    def across(self, values: Floats) -> Floats:
        return _pixels(self.x, values, self.plot[0])

    def down(self, values: Floats) -> Floats:
        return self.plot[1] - _pixels(self.y, values, self.plot[1])

    def column(self, value: float) -> float | None:
        return _in_sight(self.across(np.array([value])), self.plot[0])

    def row(self, value: float) -> float | None:
        return _in_sight(self.down(np.array([value])), self.plot[1])


def _pixels(scale: Scale | None, values: Floats, length: int) -> Floats:
    if scale is None:
        return np.full(len(values), np.nan)
    return np.clip(scale.units(values), -_FAR, _FAR + 1) * length


def _in_sight(position: Floats, length: int) -> float | None:
    place = float(position[0])
    return place if -1e-6 <= place <= length + 1e-6 else None


def _inside(figure: Figure, desk: _Desk) -> Iterator[Shape]:
    for band in figure.bands:
        yield from _band(band, desk)
    for marker in figure.markers:
        yield from _rule(marker, desk)
    standing = [series for series in figure.series if series.kind == "bar"]
    for series, style in zip(figure.series, figure.styles(), strict=True):
        ink = ink_of(style)
        if series.kind == "bar":
            yield from _bars(series, standing, desk, ink)
        elif series.kind == "scatter":
            yield from _dots(series, desk, ink)
        else:
            yield from _lines(series, desk, ink)


def _lines(series: Series, desk: _Desk, ink: Ink) -> Iterator[Shape]:
    x, y = desk.across(series.x), desk.down(series.y)
    if len(x) > 4 * desk.plot[0]:
        x, y = thinned(x, y, (desk.plot[1] + 1, desk.plot[0] + 1))
    width = 1.0 if ink is Ink.MUTED else 1.8
    for points in _polylines(x, y, desk.plot):
        yield Path(points, ink, width, _dash(ink))
    lonely = alone(x, y) & _sighted(x, y, desk.plot)
    for at in zip(x[lonely].tolist(), y[lonely].tolist(), strict=True):
        yield Dot(at, ink, 0)


def _polylines(x: Floats, y: Floats, plot: Size) -> Iterator[tuple[Point, ...]]:
    """Yield a line in the parts that are left where gaps and the edges have cut it."""
    shape = plot[1] + 2 * _MARGIN + 1, plot[0] + 2 * _MARGIN + 1
    x, y, x_end, y_end = (
        part - _MARGIN for part in clipped(segments_of(x + _MARGIN, y + _MARGIN), shape)
    )
    cuts = np.flatnonzero((x[1:] != x_end[:-1]) | (y[1:] != y_end[:-1])) + 1
    bounds = [0, *cuts.tolist(), len(x)] if len(x) else []
    for start, end in pairwise(bounds):
        across = [*x[start:end].tolist(), float(x_end[end - 1])]
        down = [*y[start:end].tolist(), float(y_end[end - 1])]
        yield tuple(zip(across, down, strict=True))


def _dots(series: Series, desk: _Desk, ink: Ink) -> Iterator[Shape]:
    x, y = desk.across(series.x), desk.down(series.y)
    seen = _sighted(x, y, desk.plot)
    places = np.unique(np.round(np.stack([x[seen], y[seen]], axis=1), 1), axis=0)
    yield from (Dot((across, down), ink, _corners(ink)) for across, down in places.tolist())


def _sighted(x: Floats, y: Floats, plot: Size) -> NDArray[np.bool_]:
    return (x >= 0) & (x <= plot[0]) & (y >= 0) & (y <= plot[1])


def _bars(series: Series, standing: list[Series], desk: _Desk, ink: Ink) -> Iterator[Shape]:
    x, y = desk.across(series.x), desk.down(series.y)
    floor = float(desk.plot[1])
    if desk.y is not None and desk.y.kind == "linear":
        floor = float(_cut(desk.down(np.zeros(1)), desk)[0])
    y[np.isnan(y) & np.isfinite(series.y)] = desk.plot[1] * _FAR
    known = np.isfinite(x) & np.isfinite(y)
    of, columns = bars.columns(
        x[known],
        slot=bars.slot_of(np.concatenate([desk.across(each.x) for each in standing]), desk.plot[0]),
        index=next(index for index, each in enumerate(standing) if each is series),
        count=len(standing),
        width=desk.plot[0] + 1,
    )
    heights = _cut(y[known], desk)
    for bar in np.unique(of).tolist():
        left, right = int(columns[of == bar].min()), int(columns[of == bar].max()) + 1
        top = float(heights[bar])
        corners = ((left, floor), (left, top), (right, top), (right, floor))
        yield Area(tuple((float(across), float(down)) for across, down in corners), ink)


def _band(band: Band, desk: _Desk) -> Iterator[Shape]:
    x, low, high = desk.across(band.x), desk.down(band.low), desk.down(band.high)
    low[np.isnan(low) & np.isfinite(band.low)] = desk.plot[1] * _FAR
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    placed = np.isfinite(x)
    if not known.any():
        return
    gaps = np.where(known, 0.0, np.nan)[placed]
    columns = np.arange(desk.plot[0] + 1.0)
    edges = [
        _cut(np.interp(columns, x[placed], edge[placed] + gaps, left=np.nan, right=np.nan), desk)
        for edge in (high, low)
    ]
    for stretch in _runs(np.isfinite(edges[0]) & np.isfinite(edges[1])):
        above, below = (
            list(zip(columns[stretch].tolist(), edge[stretch].tolist(), strict=True))
            for edge in edges
        )
        yield Area((*above, *reversed(below)), Ink.BAND)


def _cut(heights: Floats, desk: _Desk) -> Floats:
    return np.clip(heights, -_MARGIN, desk.plot[1] + _MARGIN)


def _rule(marker: Marker, desk: _Desk) -> Iterator[Shape]:
    ink = Ink.SUGGESTION if marker.suggestion else Ink.MARKER
    dash = () if marker.suggestion else (4.0, 3.0)
    width, height = map(float, desk.plot)
    if marker.axis == "x" and (column := desk.column(marker.value)) is not None:
        yield Path(((column, 0.0), (column, height)), ink, 1.2, dash)
    if marker.axis == "y" and (row := desk.row(marker.value)) is not None:
        yield Path(((0.0, row), (width, row)), ink, 1.0, dash)
        if marker.label:
            yield Words((width - 4, row - 4), printable(marker.label), ink, "end")


def _axes(figure: Figure, desk: _Desk, *, levels: list[tuple[float, str]]) -> Iterator[Shape]:
    left, top, (width, height) = desk.left, desk.top, desk.plot
    frame = ((left, top), (left, top + height), (left + width, top + height))
    yield Path(tuple((float(x), float(y)) for x, y in frame), Ink.AXIS)
    for value, label in levels:
        row = desk.row(value)
        if row is not None:
            at = (left - 8.0, top + row + LETTER * 0.35)
            yield Path(((left - 4.0, top + row), (float(left), top + row)), Ink.AXIS)
            yield Words(at, label, Ink.LABEL, "end")
    for tick in ticks(desk.x, max(width // _PER_TICK[0], 2)) if desk.x else ():
        column = desk.column(tick.value)
        if column is not None:
            foot = top + float(height)
            yield Path(((left + column, foot), (left + column, foot + 4)), Ink.AXIS)
            yield Words((left + column, foot + _LINE), tick.label, Ink.LABEL, "middle")
    if figure.x_axis.label:
        at = (left + width / 2, top + height + 2.0 * _LINE)
        yield Words(at, printable(figure.x_axis.label), Ink.LABEL, "middle")


def _heading(figure: Figure, remark: str) -> Iterator[Shape]:
    title = printable(figure.title)
    quantity = ", ".join(printable(part) for part in (figure.y_axis.label, remark) if part)
    row = _EDGE + LETTER
    if title:
        yield Words((_EDGE, row), title, Ink.TITLE, bold=True)
    if quantity:
        across = _EDGE + (_wide(title) * 1.1 + 14 if title else 0)
        yield Words((across, row), quantity, Ink.LABEL)


def _legend(figure: Figure, width: int) -> Iterator[list[Shape]]:
    """Yield lines of samples and names, on the height of the first."""
    named: dict[tuple[str, Ink], Series] = {}
    for series, style in zip(figure.series, figure.styles(), strict=True):
        if series.name and series.listed:
            named.setdefault((series.name, ink_of(style)), series)
    row: list[Shape] = []
    across = float(_EDGE)
    for (name, ink), series in named.items():
        shown = printable(name, width=_NAME)
        room = _SAMPLE + 8 + _wide(shown) + 18
        if row and across + room > width - _EDGE:
            yield row
            row, across = [], float(_EDGE)
        row += [_sample(series, ink, across), Words((across + _SAMPLE + 8, 0.0), shown, Ink.LABEL)]
        across += room
    if row:
        yield row


def _sample(series: Series, ink: Ink, across: float) -> Shape:
    level = -LETTER * 0.35
    if series.kind == "scatter":
        return Dot((across + _SAMPLE / 2, level), ink, _corners(ink))
    ends = ((across, level), (across + _SAMPLE, level))
    width = 1.8 if series.kind == "line" else float(LETTER - 4)
    return Path(ends, ink, width, _dash(ink) if series.kind == "line" else ())


def _lowered(shapes: list[Shape], row: int) -> Iterator[Shape]:
    """Yield the shapes of a line of the legend, put in its place."""
    down = _EDGE + LETTER + _LINE * (row + 1)
    for shape in shapes:
        match shape:
            case Path():
                points = tuple((x, y + down) for x, y in shape.points)
                yield Path(points, shape.ink, shape.width, shape.dash)
            case Dot():
                yield Dot((shape.at[0], shape.at[1] + down), shape.ink, shape.corners)
            case Words():
                yield Words((shape.at[0], shape.at[1] + down), shape.text, shape.ink)
            case Area():
                yield shape


def _notes(figure: Figure, desk: _Desk) -> Iterator[Shape]:
    """Yield the names of vertical markers above the plot, suggestions first, where they fit."""
    taken: list[tuple[float, float]] = []
    for marker in sorted(figure.markers, key=lambda marker: not marker.suggestion):
        column = desk.column(marker.value) if marker.axis == "x" and marker.label else None
        if column is None:
            continue
        name, ink = printable(marker.label), Ink.SUGGESTION if marker.suggestion else Ink.MARKER
        half = _wide(name) / 2
        middle = min(max(desk.left + column, half + 2), desk.left + desk.plot[0] - half)
        if all(middle + half + 6 < start or middle - half - 6 > end for start, end in taken):
            taken.append((middle - half, middle + half))
            yield Words((middle, desk.top - 5.0), name, ink, "middle")


def _runs(known: NDArray[np.bool_]) -> Iterator[slice]:
    """Yield the stretches that are known from end to end."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    for start, end in turns.reshape(-1, 2).tolist():
        yield slice(start, end)


def _dash(ink: Ink) -> tuple[float, ...]:
    return tuple(dots * _DASH_PIXELS for dots in DASHES[ink]) if ink is not Ink.MUTED else ()


def _corners(ink: Ink) -> int:
    return (0, 3, 4, 5, 6, 8, 0)[max(ink - Ink.SERIES_1, -1)]


def _wide(text: str) -> float:
    return len(text) * LETTER * _ADVANCE
