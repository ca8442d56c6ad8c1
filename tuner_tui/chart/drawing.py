"""How does a figure become a sheet of cells?

Invariant: the same figure, view, size and glyphs give the same cells, on every screen and in text;
what moves with a person's hand is laid over a copy, so the figure itself is drawn once.
"""

from dataclasses import dataclass

from tuner_tui.chart.axes import ruled
from tuner_tui.chart.cursor import readings
from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import GlyphSet, Ink, Palette, code_points
from tuner_tui.chart.labels import write_header, write_levels, write_notes
from tuner_tui.chart.lettering import lettering
from tuner_tui.chart.raster import rasterized
from tuner_tui.chart.scales import Limits
from tuner_tui.chart.sheet import Sheet
from tuner_tui.chart.view import View

_HAIRLINE_CELLS = 800
"""Largest plot whose cursor is a line. Moving one resends every row up to its column, about 2.5
bytes a cell; larger plots would pass the 2 kB that an update may cost."""

_UNDER_HAIRLINE = (Ink.BLANK, Ink.BAND, Ink.MARKER, Ink.SUGGESTION, Ink.AXIS)
"""What the cursor's line may cover: everything but data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What is laid over a figure.

    Attributes:
        at: Where the cursor stands, in data coordinates.
        pin: Where it is pinned to.
        focus: Name of the series that the cursor is on; none for all.
        box: Horizontal and vertical limits of the box that is to be zoomed to; without vertical
            ones it is as high as the plot.
        banner: Written over the title, as text.
    """

    at: float | None = None
    pin: float | None = None
    focus: str | None = None
    box: tuple[Limits, Limits | None] | None = None
    banner: str = ""


def drawn(
    figure: Figure,
    view: View,
    *,
    width: int,
    height: int,
    glyphs: GlyphSet,
    palette: Palette,
    guides: bool = False,
    remark: str = "",
    focus: str | None = None,
) -> Sheet:
    """Return a figure as cells.

    Args:
        figure: What to draw.
        view: The limits to draw it in.
        width: Columns, at least 1.
        height: Rows, at least 1.
        glyphs: The characters to use.
        palette: What inks can rely on.
        guides: Whether dotted lines lead from the ticks across the plot.
        remark: Shown after the quantity, as text.
        focus: Name of the series that the legend points at; none for none.
    """
    sheet = ruled(figure, view, width=width, height=height, glyphs=glyphs, guides=guides)
    _place_plot(sheet, figure, palette=palette)
    write_header(sheet, figure, palette=palette, remark=remark, focus=focus)
    write_notes(sheet, figure)
    write_levels(sheet, figure)
    return sheet


def overlaid(sheet: Sheet, figure: Figure, overlay: Overlay) -> Sheet:
    """Return a copy of a figure's sheet with the cursor, the pin and the box on it."""
    if overlay == Overlay(focus=overlay.focus):
        return sheet
    sheet = sheet.copy()
    glyphs = sheet.frame.glyphs
    if overlay.banner and sheet.top:
        width = sheet.glyphs.shape[1]
        banner = lettering(overlay.banner, glyphs, width)
        sheet.write(0, 0, code_points(" " * width), Ink.BLANK)
        sheet.write(0, 0, banner, Ink.TITLE)
    if overlay.box is not None:
        _draw_box(sheet, *overlay.box)
    if overlay.pin is not None:
        _draw_place(
            sheet, figure, overlay.pin, mark=glyphs.pin, caret=glyphs.pin_caret, focus=overlay.focus
        )
    if overlay.at is not None:
        _draw_hairline(sheet, overlay.at)
        _draw_place(
            sheet,
            figure,
            overlay.at,
            mark=glyphs.crosshair,
            caret=glyphs.caret,
            focus=overlay.focus,
        )
    return sheet


def _place_plot(sheet: Sheet, figure: Figure, *, palette: Palette) -> None:
    plot = rasterized(figure, sheet.frame, palette=palette)
    rows = slice(sheet.top, sheet.top + sheet.frame.rows)
    lit = plot.glyphs != ord(" ")
    sheet.glyphs[rows, sheet.left :][lit] = plot.glyphs[lit]
    sheet.ink[rows, sheet.left :][lit] = plot.ink[lit]
    sheet.ground[rows, sheet.left :] = plot.ground


def _draw_hairline(sheet: Sheet, at: float) -> None:
    frame = sheet.frame
    column = frame.column(at)
    if column is None or frame.rows * frame.columns > _HAIRLINE_CELLS:
        return
    across = sheet.left + column
    for row in range(sheet.top, sheet.top + frame.rows):
        if sheet.ink[row, across] in _UNDER_HAIRLINE:
            sheet.write(row, across, code_points(frame.glyphs.hairline), Ink.CURSOR)


def _draw_place(
    sheet: Sheet, figure: Figure, x: float, *, mark: str, caret: str, focus: str | None
) -> None:
    """Mark where a place meets the series, and where it is on the axis."""
    frame = sheet.frame
    column = frame.column(x)
    if column is None:
        return
    across = sheet.left + column
    for name, value in readings(figure, x):
        met = None if value is None or focus not in (None, name) else frame.row(value)
        if met is not None:
            sheet.write(sheet.top + met, across, code_points(mark), Ink.CURSOR)
    floor = sheet.top + frame.rows
    if floor < len(sheet.glyphs) - 1:
        sheet.write(floor, across, code_points(caret), Ink.CURSOR)


def _draw_box(sheet: Sheet, across: Limits, heights: Limits | None) -> None:
    """Draw the corners of a box, and its edges above and below."""
    frame, glyphs = sheet.frame, sheet.frame.glyphs
    if frame.x is None or frame.y is None:
        return
    first, last = (frame.nearest_column(value) for value in across)
    top, bottom = 0, frame.rows - 1
    if heights is not None:
        bottom, top = (frame.nearest_row(value) for value in heights)
    for row, left, right in ((top, *glyphs.corners[:2]), (bottom, *glyphs.corners[2:])):
        edge = left + glyphs.floor * (last - first - 1) + (right if last > first else "")
        sheet.write(sheet.top + row, sheet.left + first, code_points(edge), Ink.CURSOR)
