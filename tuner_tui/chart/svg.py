"""How is a figure written as vectors?

Plain SVG 1.1: shapes and text, no scripts, no styles from elsewhere. Invariant: it is well-formed
whatever the names in the figure hold.
"""

from math import cos, pi, sin
from xml.sax.saxutils import escape

from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import Ink
from tuner_tui.chart.palette import COLOURS, GROUNDS, Theme
from tuner_tui.chart.picture import pictured
from tuner_tui.chart.shapes import LETTER, Area, Dot, Path, Point, Shape, Size, Words
from tuner_tui.chart.view import View

DOT = 3.2
"""Radius of a scattered point in pixels. House choice."""


def as_svg(
    figure: Figure,
    view: View | None = None,
    size: Size = (800, 480),
    *,
    theme: Theme = "light",
    remark: str = "",
) -> str:
    """Return a figure as the text of an SVG file.

    Args:
        figure: What to draw.
        view: The limits to draw it in; none shows all of it.
        size: Width and height in pixels, at least 160 by 120.
        theme: Colours for a light or a dark ground.
        remark: Shown after the quantity, as text.

    Raises:
        ValueError: The size is smaller.
    """
    picture = pictured(figure, view, size, remark=remark)
    (width, height), colours = picture.size, COLOURS[theme]
    left, top, across, down = picture.left, picture.top, *picture.plot
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
        f' width="{width}" height="{height}" font-family="sans-serif" font-size="{LETTER}">',
        f'<rect width="{width}" height="{height}" fill="{GROUNDS[theme]}"/>',
        f'<svg x="{left}" y="{top}" width="{across}" height="{down}" overflow="hidden">',
        *(_element(shape, colours) for shape in picture.inside),
        "</svg>",
        *(_element(shape, colours) for shape in picture.around),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def corners(dot: Dot, radius: float) -> tuple[Point, ...]:
    """Return the corners of a scattered point, the first one on top; none of a round one."""
    x, y = dot.at
    turns = [2 * pi * corner / dot.corners for corner in range(dot.corners)]
    return tuple((x + radius * sin(turn), y - radius * cos(turn)) for turn in turns)


def _element(shape: Shape, colours: dict[Ink, str]) -> str:
    colour = colours[shape.ink]
    match shape:
        case Path():
            dash = f' stroke-dasharray="{_numbers(shape.dash)}"' if shape.dash else ""
            return (
                f'<polyline points="{_points(shape.points)}" fill="none" stroke="{colour}"'
                f' stroke-width="{shape.width:g}" stroke-linejoin="round"{dash}/>'
            )
        case Area():
            return f'<polygon points="{_points(shape.points)}" fill="{colour}"/>'
        case Dot(corners=0):
            x, y = shape.at
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT:g}" fill="{colour}"/>'
        case Dot():
            points = _points(corners(shape, DOT * 1.3))
            return f'<polygon points="{points}" fill="{colour}"/>'
        case Words():
            x, y = shape.at
            bold = ' font-weight="bold"' if shape.bold else ""
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{shape.anchor}"{bold}'
                f">{escape(shape.text)}</text>"
            )


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:g}" for value in values)
