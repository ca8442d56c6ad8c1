"""How is a figure painted as pixels?

Drawn at twice its size and halved, which smooths edges. Invariant: the same shapes as the SVG, in
the same places; letters that the built-in face lacks show as boxes.
"""

import io
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import Ink
from tuner_tui.chart.palette import COLOURS, GROUNDS, Theme
from tuner_tui.chart.picture import pictured
from tuner_tui.chart.shapes import LETTER, Area, Dot, Path, Point, Shape, Size, Words
from tuner_tui.chart.svg import DOT, corners
from tuner_tui.chart.view import View

if TYPE_CHECKING:  # loaded where something is painted: an import of 30 ms
    from PIL.ImageDraw import ImageDraw

_FINER = 2
"""Pixels drawn for each one kept, across and down. House choice."""

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
"""Pillow's names for where a text is held: on its baseline."""


def as_png(
    figure: Figure,
    view: View | None = None,
    size: Size = (800, 480),
    *,
    theme: Theme = "light",
    remark: str = "",
) -> bytes:
    """Return a figure as the bytes of a PNG file.

    Args:
        figure: What to draw.
        view: The limits to draw it in; none shows all of it.
        size: Width and height in pixels, at least 160 by 120.
        theme: Colours for a light or a dark ground.
        remark: Shown after the quantity, as text.

    Raises:
        ValueError: The size is smaller.
    """
    from PIL import Image, ImageDraw

    picture = pictured(figure, view, size, remark=remark)
    colours, ground = COLOURS[theme], GROUNDS[theme]
    sheet = Image.new("RGB", _scaled(picture.size), ground)
    plot = Image.new("RGB", _scaled(picture.plot), ground)
    for shape in picture.inside:
        _paint(ImageDraw.Draw(plot), shape, colours)
    sheet.paste(plot, _scaled((picture.left, picture.top)))
    for shape in picture.around:
        _paint(ImageDraw.Draw(sheet), shape, colours)
    file = io.BytesIO()
    sheet.resize(picture.size, Image.Resampling.BOX).save(file, "PNG", optimize=True)
    return file.getvalue()


def _paint(on: "ImageDraw", shape: Shape, colours: dict[Ink, str]) -> None:
    from PIL import ImageFont

    colour = colours[shape.ink]
    match shape:
        case Path():
            width = max(round(shape.width * _FINER), 1)
            for points in _dashed(shape.points, shape.dash):
                on.line(_finer(points), fill=colour, width=width, joint="curve")
        case Area():
            on.polygon(_finer(shape.points), fill=colour)
        case Dot(corners=0):
            (x, y), radius = _finer((shape.at,))[0], DOT * _FINER
            on.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        case Dot():
            on.polygon(_finer(corners(shape, DOT * 1.3)), fill=colour)
        case Words():
            on.text(
                _finer((shape.at,))[0],
                shape.text,
                fill=colour,
                font=ImageFont.load_default(LETTER * _FINER),
                anchor=_ANCHORS[shape.anchor],
                stroke_width=int(shape.bold),
                stroke_fill=colour,
            )


def _dashed(points: tuple[Point, ...], dash: tuple[float, ...]) -> Iterator[tuple[Point, ...]]:
    """Yield the strokes of a dashed line; all of a solid one."""
    if not dash:
        yield points
        return
    stroke, part, left = [points[0]], 0, dash[0]
    for start, end in pairwise(points):
        length = hypot(end[0] - start[0], end[1] - start[1])
        gone = 0.0
        while length - gone > left:
            gone += left
            share = gone / length
            turn = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            if part % 2 == 0:
                yield (*stroke, turn)
            stroke, part = [turn], (part + 1) % (2 * len(dash))
            left = dash[part % len(dash)]
        left -= length - gone
        stroke.append(end)
    if part % 2 == 0 and len(stroke) > 1:
        yield tuple(stroke)


def _finer(points: tuple[Point, ...]) -> list[Point]:
    return [(x * _FINER, y * _FINER) for x, y in points]


def _scaled(size: Size) -> Size:
    return size[0] * _FINER, size[1] * _FINER
