"""Which dots does a line light?

Positions are in dots from the top left one, which is 0; a shape counts dots down and across.
Invariant: a line is connected, it is drawn up to the edge where it leaves, and it breaks where a
position is missing.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.figure import Floats

Dots = NDArray[np.bool_]
"""Lit dots, rows by columns, the top row first."""

Shape = tuple[int, int]
"""Dots down and across, each at least 1."""

Segments = tuple[Floats, Floats, Floats, Floats]
"""Starts and ends of straight lines: x and y of the start, x and y of the end."""

SLACK = 1e-6
"""Dots by which rounding may push a point at the limit outside."""

_CHUNK = 1 << 20
"""Dots walked at once; bounds memory when a long series runs to and fro. House choice."""


_WORTH_FILLING = 0.5
"""Dots of upright segments, as a share of all, from which filling is faster than walking: about
here for 150 by 230 dots, as measured."""


def line_dots(x: Floats, y: Floats, shape: Shape, *, dash: tuple[int, ...] = ()) -> Dots:
    """Return the dots of a line through points, in order.

    Args:
        x: Horizontal positions; NaN breaks the line.
        y: Vertical positions, likewise.
        shape: Of the dots.
        dash: Dots on, off, on, … along the line; empty for a solid one.
    """
    dots = np.zeros(shape, dtype=bool)
    if len(x) > 4 * shape[1]:
        x, y = thinned(x, y, shape)
    segments = clipped(segments_of(x, y), shape)
    if not dash:
        segments = _filled(dots, segments)
    for rows, columns, order in _walked(segments):
        lit = lit_by(order, dash)
        dots[rows[lit], columns[lit]] = True
    # A dash may leave out a point on the line, but never one that stands alone.
    drawn = alone(x, y) if dash else np.ones(len(x), dtype=bool)
    dots[points_in_sight(x[drawn], y[drawn], shape)] = True
    return dots


def thinned(x: Floats, y: Floats, shape: Shape) -> tuple[Floats, Floats]:
    """Return fewer points that light the same dots.

    Neighbouring points in one column of dots become the first, the lowest, the highest and the
    last of them. Source: Jugel et al., "M4: a visualization-oriented time series data
    aggregation", VLDB 2014.
    """
    last = shape[1] - 1
    column = np.where(x < -SLACK, -1.0, np.where(x > last + SLACK, last + 1.0, np.floor(x + 0.5)))
    column[~(np.isfinite(x) & np.isfinite(y))] = -2.0
    starts = np.flatnonzero(np.concatenate([[True], column[1:] != column[:-1]]))
    ends = np.append(starts[1:], len(x)) - 1
    middle = column[starts]
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    across = np.stack([x[starts], middle, middle, x[ends]], axis=1)
    across[middle == -2.0] = np.nan
    return across.ravel(), np.stack([y[starts], low, high, y[ends]], axis=1).ravel()


def points_in_sight(
    x: Floats, y: Floats, shape: Shape
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return row and column of the dot of every point in sight."""
    bottom, right = shape[0] - 1, shape[1] - 1
    seen = (x >= -SLACK) & (x <= right + SLACK) & (y >= -SLACK) & (y <= bottom + SLACK)
    return np.floor(y[seen] + 0.5).astype(np.intp), np.floor(x[seen] + 0.5).astype(np.intp)


def segments_of(x: Floats, y: Floats) -> Segments:
    """Return the straight lines between neighbours that both have a place."""
    placed = np.isfinite(x) & np.isfinite(y)
    joined = placed[1:] & placed[:-1]
    return x[:-1][joined], y[:-1][joined], x[1:][joined], y[1:][joined]


def clipped(segments: Segments, shape: Shape) -> Segments:
    """Return the parts of the segments inside the frame. Source: Liang and Barsky, 1984."""
    x, y, x_end, y_end = segments
    dx, dy = x_end - x, y_end - y
    enter, leave = np.zeros(len(x)), np.ones(len(x))
    for start, run, dots in ((x, dx, shape[1]), (y, dy, shape[0])):
        first, last = _crossings(start, run, dots - 1)
        enter, leave = np.maximum(enter, first), np.minimum(leave, last)
    seen = enter <= leave
    x, y, dx, dy, enter, leave = (part[seen] for part in (x, y, dx, dy, enter, leave))
    bottom, right = shape[0] - 1, shape[1] - 1
    return (
        np.clip(x + dx * enter, 0, right),
        np.clip(y + dy * enter, 0, bottom),
        np.clip(x + dx * leave, 0, right),
        np.clip(y + dy * leave, 0, bottom),
    )


def _crossings(start: Floats, run: Floats, limit: int) -> tuple[Floats, Floats]:
    """Return the shares of each run at which it enters and leaves 0 … `limit`."""
    still = np.abs(run) < SLACK
    run = np.where(still, 1.0, run)
    low, high = (-SLACK - start) / run, (limit + SLACK - start) / run
    inside = (start >= -SLACK) & (start <= limit + SLACK)
    enter = np.where(still, np.where(inside, 0.0, np.inf), np.minimum(low, high))
    return enter, np.where(still, 1.0, np.maximum(low, high))


def _filled(dots: Dots, segments: Segments) -> Segments:
    """Light the segments that stay within a column of dots, all at once; return the others."""
    x, y, x_end, y_end = segments
    column = np.floor(x + 0.5)
    upright = column == np.floor(x_end + 0.5)
    if np.abs(y_end - y)[upright].sum() < dots.size * _WORTH_FILLING:
        return segments
    ends = np.floor(np.stack([y[upright], y_end[upright]]) + 0.5).astype(np.intp)
    columns = column[upright].astype(np.intp)
    # A column's dots are lit where more runs have begun than have ended.
    height, width = dots.shape
    begun = np.bincount(ends.min(axis=0) * width + columns, minlength=(height + 1) * width)
    ended = np.bincount((ends.max(axis=0) + 1) * width + columns, minlength=(height + 1) * width)
    runs = np.cumsum((begun - ended).reshape(height + 1, width), axis=0)
    dots |= runs[:height] > 0
    return x[~upright], y[~upright], x_end[~upright], y_end[~upright]


def _walked(
    segments: Segments,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]]:
    """Yield row, column and place along the line of every dot that the segments pass."""
    x, y, x_end, y_end = segments
    dx, dy = x_end - x, y_end - y
    steps = np.ceil(np.maximum(np.abs(dx), np.abs(dy))).astype(np.intp)
    before = np.cumsum(steps) - steps
    chunk = (before + np.arange(len(steps))) // _CHUNK
    for part in np.split(np.arange(len(steps)), np.flatnonzero(np.diff(chunk)) + 1):
        counts = steps[part] + 1
        of = np.repeat(part, counts)
        taken = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
        share = taken / np.maximum(steps[of], 1)
        columns = np.floor(x[of] + dx[of] * share + 0.5).astype(np.intp)
        rows = np.floor(y[of] + dy[of] * share + 0.5).astype(np.intp)
        yield rows, columns, before[of] + taken


def lit_by(order: NDArray[np.intp], dash: tuple[int, ...]) -> Dots:
    """Return which of the dots along a line a dash lights.

    Args:
        order: Place of each dot along the line.
        dash: Dots on, off, on, …; empty lights all.
    """
    if not dash:
        return np.ones(len(order), dtype=bool)
    cycle = np.repeat(np.arange(len(dash)) % 2 == 0, dash)
    return cycle[order % len(cycle)]


def alone(x: Floats, y: Floats) -> Dots:
    """Return which points have a place and no neighbour that has one."""
    placed = np.isfinite(x) & np.isfinite(y)
    padded = np.concatenate([[False], placed, [False]])
    lonely: Dots = placed & ~padded[:-2] & ~padded[2:]
    return lonely
