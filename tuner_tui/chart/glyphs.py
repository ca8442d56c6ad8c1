"""Which characters draw a chart, and which styles do they come in?

Invariant: every glyph takes one terminal cell.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.figure import SeriesStyle

GlyphName = Literal["braille", "block", "ascii"]
Palette = Literal["full", "terminal", "none"]
"""What inks can rely on: any colour and background; the terminal's own colours, on a background
nobody knows; or no colour, so that bands are hatched and lines are dashed."""

CodePoints = NDArray[np.uint32]
"""Unicode code points, one per cell; 0 where a wide character on the left reaches into the cell."""


class Ink(IntEnum):
    """Style of a cell's glyph; the widget's component class is `chart--` and its name."""

    BLANK = 0
    TITLE = 1
    LABEL = 2
    AXIS = 3
    BAND = 4
    MARKER = 5
    SUGGESTION = 6
    CURSOR = 7
    MUTED = 8
    SERIES_1 = 9
    SERIES_2 = 10
    SERIES_3 = 11
    SERIES_4 = 12
    SERIES_5 = 13
    SERIES_6 = 14

    @property
    def component(self) -> str:
        """The name in style sheets: `series-1`, `axis`."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, eq=False)
class GlyphSet:
    """The characters of one kind of terminal.

    Attributes:
        weights: Bit of each dot within a cell, rows by columns.
        patterns: Code point of each set of bits; the first is a space.
        points: Marks of scattered points in the order of `SERIES`, `MUTED` last.
        letters: Whether lines are drawn with `points` too, because a cell holds a single dot.
        shade: Fills bands where there is no colour.
        vertical: Vertical marker.
        horizontal: Horizontal marker.
        suggestion: Vertical marker of a suggestion.
        pointer: Ties a marker's label to its line.
        hairline: Cursor.
        crosshair: Where the cursor meets a series.
        caret: Cursor on the axis.
        pin: Where the pinned place meets a series.
        pin_caret: Pinned place on the axis.
        guide: Leads from a tick across the plot.
        here: Before the name of the series that the cursor is on.
        corners: Of the box that is to be zoomed to: top left, top right, bottom left and right.
        wall: The y axis.
        wall_tick: The y axis at a tick.
        floor: The x axis.
        floor_tick: The x axis at a tick.
        corner: Where the axes meet.
        ellipsis: Ends a text that was cut.
    """

    weights: NDArray[np.uint8]
    patterns: CodePoints
    points: str
    letters: bool
    shade: str
    vertical: str
    horizontal: str
    suggestion: str
    pointer: str
    hairline: str
    crosshair: str
    caret: str
    pin: str
    pin_caret: str
    guide: str
    here: str
    corners: str
    wall: str
    wall_tick: str
    floor: str
    floor_tick: str
    corner: str
    ellipsis: str

    @property
    def dots(self) -> tuple[int, int]:
        """Dots of a cell: rows, columns."""
        rows, columns = self.weights.shape
        return rows, columns

    def point(self, ink: Ink) -> str:
        """Return the mark of a series' scattered points."""
        return self.points[SERIES.index(ink)]


SERIES = (
    Ink.SERIES_1,
    Ink.SERIES_2,
    Ink.SERIES_3,
    Ink.SERIES_4,
    Ink.SERIES_5,
    Ink.SERIES_6,
    Ink.MUTED,
)
"""Inks that series are drawn in."""

DASHES: dict[Ink, tuple[int, ...]] = {
    Ink.SERIES_1: (),
    Ink.SERIES_2: (4, 3),
    Ink.SERIES_3: (1, 2),
    Ink.SERIES_4: (9, 3),
    Ink.SERIES_5: (6, 2, 1, 2),
    Ink.SERIES_6: (2, 5),
    Ink.MUTED: (1, 4),
}
"""Dots on, off, on, …, by which lines differ where there is no colour; none is solid."""


STIPPLES: dict[Ink, tuple[str, ...]] = {
    Ink.SERIES_1: ("#",),
    Ink.SERIES_2: ("#.", ".#"),
    Ink.SERIES_3: ("#.", ".."),
    Ink.SERIES_4: ("#", "."),
    Ink.SERIES_5: ("#.",),
    Ink.SERIES_6: ("##", "#."),
    Ink.MUTED: ("#...", "..#."),
}
"""Dots on and off, by which bars differ where there is no colour; none is solid."""


def ink_of(style: SeriesStyle) -> Ink:
    """Return the ink that a series' style names."""
    return Ink[style.upper().replace("-", "_")]


def code_points(text: str) -> CodePoints:
    """Return one code point per character."""
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint32)


_BRAILLE = GlyphSet(
    weights=np.array([[1, 8], [2, 16], [4, 32], [64, 128]], dtype=np.uint8),
    # A space costs one byte where the empty braille pattern costs three.
    patterns=np.array([0x20, *range(0x2801, 0x2900)], dtype=np.uint32),
    points="●▲■◆○△•",
    letters=False,
    shade="░",
    vertical="┊",
    horizontal="┄",
    suggestion="│",
    pointer="▾",
    hairline="│",
    crosshair="◆",
    caret="▲",
    pin="◇",
    pin_caret="△",
    guide="·",
    here="▸",
    corners="┌┐└┘",
    wall="│",
    wall_tick="┤",
    floor="─",
    floor_tick="┬",
    corner="└",
    ellipsis="…",
)

_BLOCK = replace(
    _BRAILLE,
    weights=np.array([[1, 2], [4, 8]], dtype=np.uint8),
    patterns=code_points(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"),
)

_ASCII = GlyphSet(
    weights=np.array([[1]], dtype=np.uint8),
    patterns=code_points(" *"),
    points="*ox#%&'",
    letters=True,
    shade=":",
    vertical="|",
    horizontal="-",
    suggestion="!",
    pointer="v",
    hairline="|",
    crosshair="X",
    caret="^",
    pin="O",
    pin_caret="P",
    guide=".",
    here=">",
    corners="++++",
    wall="|",
    wall_tick="+",
    floor="-",
    floor_tick="+",
    corner="+",
    ellipsis="~",
)

GLYPHS: dict[GlyphName, GlyphSet] = {"braille": _BRAILLE, "block": _BLOCK, "ascii": _ASCII}
"""Braille has the finest dots; block suits fonts without braille; ascii suits everything else."""
