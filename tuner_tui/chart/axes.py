"""Where do plot, axes and labels go, and what is on the axes?

```text
title                       legend      header
        ▾ label of a marker             notes, where there is one and room for it
 1.5 ┤  plot
   1 ┤
     └──┬──────┬── label of the axis    floor
      1e-4   1e-3                       feet
```

Invariant: the layout depends on the size, the limits and the names only, so new points change no
cell outside the plot.
"""

from tuner_tui.chart.figure import Figure
from tuner_tui.chart.frame import Frame
from tuner_tui.chart.glyphs import GlyphSet, Ink, code_points
from tuner_tui.chart.lettering import lettering
from tuner_tui.chart.scales import Scale, Tick, ticks
from tuner_tui.chart.sheet import Sheet, blank_sheet
from tuner_tui.chart.view import View

ROWS_WITH_HEADER = 3
"""Height from which title and tick labels get lines. House choice."""

_ROWS_WITH_FLOOR = 6
"""Height from which the x axis gets a line of its own. House choice."""

_ROWS_WITH_NOTES = 10
"""Height from which labels of vertical markers get a line. House choice."""

_ROWS_PER_TICK = 3
"""Rows of plot per tick of the y axis, where there are many. House choice."""

_LEVELS = 4
"""Ticks of the y axis that even a low plot may have, one per row at most. House choice."""

_COLUMNS_PER_TICK = 8
"""Columns of plot per tick of the x axis, before labels that touch are thinned. House choice."""

_GUIDE = 2
"""Columns from one dot of a horizontal guide to the next. House choice."""

_GUTTER = 10
"""Widest labels of the y axis, in cells; the rest is cut."""

_PLOT = 12
"""Narrowest plot that leaves room for labels of the y axis, in cells. House choice."""


def ruled(
    figure: Figure, view: View, *, width: int, height: int, glyphs: GlyphSet, guides: bool = False
) -> Sheet:
    """Return a sheet with its axes and nothing else.

    Args:
        figure: Names the axes and the markers.
        view: The limits.
        width: Columns, at least 1.
        height: Rows, at least 1.
        glyphs: The characters to use.
        guides: Whether dotted lines lead from the ticks across the plot.
    """
    has_notes = any(marker.axis == "x" and marker.label for marker in figure.markers)
    header = int(height >= ROWS_WITH_HEADER)
    top = header + int(height >= _ROWS_WITH_NOTES and has_notes)
    rows = height - top - header - int(height >= _ROWS_WITH_FLOOR)
    x, y = view.x.scale, view.y.scale
    levels = ticks(y, max(min(_LEVELS, rows), rows // _ROWS_PER_TICK)) if y else ()
    left = min(max((len(tick.label) for tick in levels), default=0), _GUTTER) + 1
    left = left if width - left >= _PLOT else 0
    frame = Frame(x, y, width - left, rows, glyphs)
    sheet = blank_sheet(width, height, left=left, top=top, frame=frame)
    marks = _fitting_ticks(sheet, x) if header else []
    if left:
        _draw_wall(sheet, levels)
    if header:
        _draw_floor(sheet, figure.x_axis.label, marks)
    if guides:
        _draw_guides(sheet, levels, marks)
    return sheet


def _draw_wall(sheet: Sheet, levels: tuple[Tick, ...]) -> None:
    frame, wall = sheet.frame, sheet.left - 1
    for row in range(frame.rows):
        sheet.write(sheet.top + row, wall, code_points(frame.glyphs.wall), Ink.AXIS)
    for tick in levels:
        if (level := frame.row(tick.value)) is not None:
            row = sheet.top + level
            label = lettering(tick.label, frame.glyphs, wall)
            sheet.write(row, wall - len(label), label, Ink.LABEL)
            sheet.write(row, wall, code_points(frame.glyphs.wall_tick), Ink.AXIS)


def _draw_floor(sheet: Sheet, name: str, marks: list[tuple[int, Tick]]) -> None:
    """Draw the x axis, if it has a line of its own, and its labels on the last row."""
    frame = sheet.frame
    floor, feet = sheet.top + frame.rows, len(sheet.glyphs) - 1
    for column, tick in marks:
        label = code_points(tick.label)
        sheet.write(feet, _centred(sheet, column, len(label)), label, Ink.LABEL)
    if floor == feet:
        return
    sheet.write(floor, sheet.left, code_points(frame.glyphs.floor * frame.columns), Ink.AXIS)
    for column, _ in marks:
        sheet.write(floor, sheet.left + column, code_points(frame.glyphs.floor_tick), Ink.AXIS)
    if sheet.left:
        sheet.write(floor, sheet.left - 1, code_points(frame.glyphs.corner), Ink.AXIS)
    if name:
        label = lettering(f" {name} ", frame.glyphs, frame.columns // 2)
        sheet.write(floor, sheet.glyphs.shape[1] - 1 - len(label), label, Ink.LABEL)


def _draw_guides(sheet: Sheet, levels: tuple[Tick, ...], marks: list[tuple[int, Tick]]) -> None:
    frame, dot = sheet.frame, code_points(sheet.frame.glyphs.guide)
    for tick in levels:
        if (level := frame.row(tick.value)) is not None:
            for column in range(0, frame.columns, _GUIDE):
                sheet.write(sheet.top + level, sheet.left + column, dot, Ink.AXIS)
    for column, _ in marks:
        for row in range(frame.rows):
            sheet.write(sheet.top + row, sheet.left + column, dot, Ink.AXIS)


def _fitting_ticks(sheet: Sheet, x: Scale | None) -> list[tuple[int, Tick]]:
    """Return plot column and tick of as many ticks as have labels that do not touch."""
    if x is None:
        return []
    for count in range(max(2, sheet.frame.columns // _COLUMNS_PER_TICK), 0, -1):
        marks = [(sheet.frame.column(tick.value), tick) for tick in ticks(x, count)]
        placed = [(column, tick) for column, tick in marks if column is not None]
        starts = [_centred(sheet, column, len(tick.label)) for column, tick in placed]
        ends = [start + len(tick.label) for start, (_, tick) in zip(starts, placed, strict=True)]
        if all(end + 1 < start for end, start in zip(ends[:-1], starts[1:], strict=True)):
            return placed
    return []


def _centred(sheet: Sheet, column: int, length: int) -> int:
    """Return where a label starts that is centred on a plot column, within the sheet."""
    rightmost = int(sheet.glyphs.shape[1]) - length
    return max(0, min(sheet.left + column - length // 2, rightmost))
