"""Where do bars stand, and how wide are they?

Invariant: bars of one place stand side by side, in the order of their series, and those of
neighbouring places do not overlap.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.figure import Figure, Floats

_SHARE = 0.8
"""Share of the way between neighbouring places that bars take. House choice: as in Matplotlib."""

_ALONE = 0.1
"""Of a place without neighbours: what its bar takes of the plot, and half the way to where one
would be as a share of its value. House choice."""


def edges(figure: Figure) -> Floats:
    """Return how far bars reach to the sides, in data coordinates; empty without bars."""
    places = _places(figure)
    if not len(places):
        return places
    log = figure.x_axis.scale == "log"
    ruled = np.log10(places) if log else places
    # Halves first: the difference of two floats may exceed the largest one.
    gaps = np.diff(ruled / 2)
    half = float(gaps.min()) if len(gaps) else (_ALONE if log else abs(ruled[0]) * _ALONE or 0.5)
    with np.errstate(over="ignore"):
        ends: Floats = np.array([ruled[0] - half, ruled[-1] + half])
        if log:
            ends = np.power(10.0, ends)
    seen: Floats = ends[np.isfinite(ends)]
    return seen


def columns(
    x: Floats, *, slot: float, index: int, count: int, width: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which bar covers which columns of dots.

    Args:
        x: Horizontal positions of the bars, in dots; finite.
        slot: Dots between neighbouring places.
        index: Which of the series side by side, from 0.
        count: How many series stand side by side.
        width: Dots across.

    Returns:
        Indices into `x` and the columns they cover, of equal length; one at least for a bar in
        sight.
    """
    each = max(slot * _SHARE / count, 1.0)
    dots = np.intp(each)
    middle = x + each * (index + 0.5 - count / 2)
    start = np.floor(np.clip(middle, -width, 2 * width) - (dots - 1) / 2 + 0.5).astype(np.intp)
    first, last = np.clip(start, 0, width), np.clip(start + dots, 0, width)
    counts = last - first
    of = np.repeat(np.arange(len(x)), counts)
    covered = first[of] + np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    return of, covered


def slot_of(x: Floats, width: int) -> float:
    """Return the dots between the closest neighbours among positions; of a lonely one, a few."""
    gaps = np.diff(np.unique(x[np.isfinite(x)]))
    return float(gaps.min()) if len(gaps) else width * _ALONE


def _places(figure: Figure) -> Floats:
    drawn = [series.x for series in figure.series if series.kind == "bar"]
    places = np.unique(np.concatenate(drawn)) if drawn else np.array([])
    seen = np.isfinite(places) & ((places > 0) | (figure.x_axis.scale == "linear"))
    shown: Floats = places[seen]
    return shown
