"""Where on the plot does a value lie?

Invariant: positions count dots from the centre of the top left one; a value that its scale cannot
show has none.
"""

from dataclasses import dataclass

import numpy as np

from tuner_tui.chart.figure import Floats
from tuner_tui.chart.glyphs import GlyphSet
from tuner_tui.chart.scales import Scale
from tuner_tui.chart.strokes import SLACK

FAR = 1e7
"""Dots beyond which a position is clamped, so that slopes stay finite. House choice."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of cells that data is drawn in.

    Attributes:
        x: Left edge to right edge; none while it is unknown, and then nothing is drawn.
        y: Bottom to top, likewise.
        columns: Cells across, at least 1.
        rows: Cells down, at least 1.
        glyphs: How many dots make a cell.
    """

    x: Scale | None
    y: Scale | None
    columns: int
    rows: int
    glyphs: GlyphSet

    @property
    def dots(self) -> tuple[int, int]:
        """Dots down and across."""
        rows, columns = self.glyphs.dots
        return self.rows * rows, self.columns * columns

    def across(self, values: Floats) -> Floats:
        """Return horizontal positions in dots: 0 at the centre of the leftmost."""
        if self.x is None:
            return np.full(len(values), np.nan)
        return _dots(self.x.units(values), self.dots[1])

    def down(self, values: Floats) -> Floats:
        """Return vertical positions in dots: 0 at the centre of the topmost."""
        if self.y is None:
            return np.full(len(values), np.nan)
        return _dots(1 - self.y.units(values), self.dots[0])

    def column(self, value: float) -> int | None:
        """Return the cell column of a value; none if it is out of sight."""
        return _cell(self.across(np.array([value])), self.dots[1], self.glyphs.dots[1])

    def row(self, value: float) -> int | None:
        """Return the cell row of a value; none if it is out of sight."""
        return _cell(self.down(np.array([value])), self.dots[0], self.glyphs.dots[0])

    def nearest_column(self, value: float) -> int:
        """Return the cell column closest to a value; the first for one that has no place."""
        return _nearest(self.across(np.array([value])), self.dots[1], self.glyphs.dots[1])

    def nearest_row(self, value: float) -> int:
        """Return the cell row closest to a value; the first for one that has no place."""
        return _nearest(self.down(np.array([value])), self.dots[0], self.glyphs.dots[0])

    def unit_of_column(self, column: int) -> float:
        """Return where on the horizontal scale the centre of a cell column lies, 0 to 1."""
        return _unit(column, self.dots[1], self.glyphs.dots[1])

    def unit_of_row(self, row: int) -> float:
        """Return where on the vertical scale the centre of a cell row lies, 0 to 1."""
        return 1 - _unit(row, self.dots[0], self.glyphs.dots[0])


def _cell(position: Floats, dots: int, per_cell: int) -> int | None:
    place = float(position[0])
    if not -SLACK <= place <= dots - 1 + SLACK:
        return None
    return int(place + 0.5) // per_cell


def _dots(units: Floats, dots: int) -> Floats:
    # What a zoom has left far away may overflow, and is clamped all the same.
    with np.errstate(over="ignore", invalid="ignore"):
        places: Floats = units * (dots - 1)
    np.clip(places, -FAR, FAR, out=places)
    return places


def _nearest(position: Floats, dots: int, per_cell: int) -> int:
    place = float(np.nan_to_num(position[0]))
    return int(min(max(place, 0.0), dots - 1.0) + 0.5) // per_cell


def _unit(cell: int, dots: int, per_cell: int) -> float:
    centre = cell * per_cell + (per_cell - 1) / 2
    return min(max(centre / max(dots - 1, 1), 0.0), 1.0)
