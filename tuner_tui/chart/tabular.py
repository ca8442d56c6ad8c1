"""How do a figure's numbers become a table?

Invariant: every number that the figure holds is in the table, in as many digits as it takes to read
it back; a name is a cell, whatever it holds.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from math import isnan
from typing import Literal

from tuner_engine.printable import printable
from tuner_tui.chart.figure import Figure, Floats

Layout = Literal["wide", "long"]

_FORMULA = ("=", "+", "-", "@")
"""First letters of names that spreadsheets would compute."""


def as_csv(figure: Figure, layout: Layout = "wide") -> str:
    """Return a figure's numbers as the text of a CSV file.

    Args:
        figure: Series, bands and, in the long layout, markers.
        layout: `wide` has a row for each x and a column for each curve, and leaves cells empty
            where a curve has no point; `long` has a row for each point: kind, name, x, y.
    """
    file = io.StringIO()
    rows = _long(figure) if layout == "long" else _wide(figure)
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _curves(figure: Figure) -> Iterator[tuple[str, str, Floats, Floats]]:
    """Yield kind, name, x and y of everything that has a height at many places."""
    for number, series in enumerate(figure.series, start=1):
        yield series.kind, series.name or f"series {number}", series.x, series.y
    for number, band in enumerate(figure.bands, start=1):
        which = f"band {number}" if len(figure.bands) > 1 else "band"
        yield "band", f"{which} low", band.x, band.low
        yield "band", f"{which} high", band.x, band.high


def _long(figure: Figure) -> Iterator[tuple[str, ...]]:
    yield "kind", "name", figure.x_axis.label or "x", figure.y_axis.label or "y"
    for kind, name, x, y in _curves(figure):
        for place, height in zip(x.tolist(), y.tolist(), strict=True):
            yield kind, _cell(name), _number(place), _number(height)
    for marker in figure.markers:
        place = _number(marker.value)
        kind = "suggestion" if marker.suggestion else "marker"
        yield kind, _cell(marker.label), *((place, "") if marker.axis == "x" else ("", place))


def _wide(figure: Figure) -> Iterator[tuple[str, ...]]:
    curves = list(_curves(figure))
    yield _cell(figure.x_axis.label or "x"), *_distinct(name for _, name, _, _ in curves)
    rows: dict[tuple[float, int], list[str]] = {}
    for column, (_, _, x, y) in enumerate(curves):
        seen: Counter[float] = Counter()
        for place, height in zip(x.tolist(), y.tolist(), strict=True):
            if isnan(place):
                continue
            row = rows.setdefault((place, seen[place]), [""] * len(curves))
            row[column] = _number(height)
            seen[place] += 1
    for (place, _), row in sorted(rows.items()):
        yield _number(place), *row


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Yield names as cells, numbered where one comes again."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield _cell(name if seen[name] == 1 else f"{name} ({seen[name]})")


def _cell(name: str) -> str:
    shown = printable(name)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _number(value: float) -> str:
    return "" if isnan(value) else repr(value)
