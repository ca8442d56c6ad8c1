"""Which shapes is a picture made of?

The vocabulary between `picture`, which lays a figure out, and `svg` and `png`, which paint it.
Invariant: lengths are pixels, and a colour is the ink that it belongs to.
"""

from dataclasses import dataclass

from tuner_tui.chart.glyphs import Ink

Point = tuple[float, float]
"""Pixels from the left and from the top."""

Size = tuple[int, int]
"""Width and height in pixels."""

LETTER = 12
"""Height of letters in pixels. House choice."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points."""

    points: tuple[Point, ...]
    ink: Ink
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    ink: Ink


@dataclass(frozen=True, slots=True)
class Dot:
    """A scattered point; its number of corners tells series apart, 0 is round."""

    at: Point
    ink: Ink
    corners: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text that starts, ends or has its middle (`anchor`) at a point on its baseline."""

    at: Point
    text: str
    ink: Ink
    anchor: str = "start"
    bold: bool = False


Shape = Path | Area | Dot | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as shapes.

    Attributes:
        size: Of all of it.
        left: Pixels before the plot.
        top: Pixels above the plot.
        plot: Its size.
        inside: Shapes that the edge of the plot cuts; positions count from its top left corner.
        around: Shapes drawn over them; positions count from the picture's.
    """

    size: Size
    left: int
    top: int
    plot: Size
    inside: tuple[Shape, ...]
    around: tuple[Shape, ...]
