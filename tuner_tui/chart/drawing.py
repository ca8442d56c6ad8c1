"""How does a figure become a sheet of cells?

Invariant: the same figure, view, size and glyphs give the same cells, on every screen and in text.
"""

from tuner_tui.chart.axes import ruled
from tuner_tui.chart.cursor import readings
from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import GlyphSet, Ink, Palette, code_points
from tuner_tui.chart.labels import write_header, write_levels, write_notes
from tuner_tui.chart.raster import rasterized
from tuner_tui.chart.sheet import Sheet
from tuner_tui.chart.view import View

_HAIRLINE_CELLS = 800
"""Largest plot whose cursor is a line. Moving one resends every row up to its column, about 2.5
bytes a cell; larger plots would pass the 2 kB that an update may cost."""

_UNDER_HAIRLINE = (Ink.BLANK, Ink.BAND, Ink.MARKER, Ink.SUGGESTION)
"""What the cursor's line may cover: everything but data."""


def drawn(
    figure: Figure,
    view: View,
    *,
    width: int,
    height: int,
    glyphs: GlyphSet,
    palette: Palette,
    at: float | None = None,
) -> Sheet:
    """Return a figure as cells.

    Args:
        figure: What to draw.
        view: The limits to draw it in.
        width: Columns, at least 1.
        height: Rows, at least 1.
        glyphs: The characters to use.
        palette: What inks can rely on.
        at: Where the cursor stands, in data coordinates.
    """
    sheet = ruled(figure, view, width=width, height=height, glyphs=glyphs)
    _place_plot(sheet, figure, palette=palette)
    write_header(sheet, figure, palette=palette)
    write_notes(sheet, figure)
    write_levels(sheet, figure)
    if at is not None:
        _draw_cursor(sheet, figure, at)
    return sheet


def _place_plot(sheet: Sheet, figure: Figure, *, palette: Palette) -> None:
    plot = rasterized(figure, sheet.frame, palette=palette)
    rows = slice(sheet.top, sheet.top + sheet.frame.rows)
    sheet.glyphs[rows, sheet.left :] = plot.glyphs
    sheet.ink[rows, sheet.left :] = plot.ink
    sheet.ground[rows, sheet.left :] = plot.ground


def _draw_cursor(sheet: Sheet, figure: Figure, at: float) -> None:
    frame, glyphs = sheet.frame, sheet.frame.glyphs
    column = frame.column(at)
    if column is None:
        return
    across = sheet.left + column
    if frame.rows * frame.columns <= _HAIRLINE_CELLS:
        for row in range(sheet.top, sheet.top + frame.rows):
            if sheet.ink[row, across] in _UNDER_HAIRLINE:
                sheet.write(row, across, code_points(glyphs.hairline), Ink.CURSOR)
    for _, value in readings(figure, at):
        met = None if value is None else frame.row(value)
        if met is not None:
            sheet.write(sheet.top + met, across, code_points(glyphs.crosshair), Ink.CURSOR)
    floor = sheet.top + frame.rows
    if floor < len(sheet.glyphs) - 1:
        sheet.write(floor, across, code_points(glyphs.caret), Ink.CURSOR)
