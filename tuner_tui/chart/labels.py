"""What is written around and onto the plot: title, legend, names of markers.

Invariant: a text gives way to data and to earlier text; what finds no room is cut or left out.
"""

from tuner_tui.chart.axes import ROWS_WITH_HEADER
from tuner_tui.chart.figure import Figure, Marker
from tuner_tui.chart.glyphs import CodePoints, GlyphSet, Ink, Palette, code_points, ink_of
from tuner_tui.chart.lettering import lettering
from tuner_tui.chart.raster import sample
from tuner_tui.chart.sheet import Sheet

_NAME = 24
"""Widest name in the legend, in cells."""

_STUB = 8
"""Fewest cells of a cut text that still say something. House choice."""


Stretch = tuple[CodePoints, Ink]
"""Cells in one ink."""


def write_header(
    sheet: Sheet, figure: Figure, *, palette: Palette, remark: str = "", focus: str | None = None
) -> None:
    """Write title, quantity and remark on the left of the first row, the legend on its right."""
    height, width = sheet.glyphs.shape
    if height < ROWS_WITH_HEADER:
        return
    glyphs = sheet.frame.glyphs
    heading = _heading(figure, remark, glyphs, width)
    room = width - min(_length(heading), width // 2) - 2
    legend = _legend(figure, glyphs, room, palette=palette, focus=focus)
    _write_stretches(sheet, width - _length(legend), legend)
    _write_stretches(sheet, 0, _heading(figure, remark, glyphs, width - _length(legend) - 2))


def _heading(figure: Figure, remark: str, glyphs: GlyphSet, room: int) -> list[Stretch]:
    if remark and len(remark) + 2 <= room:
        shown = lettering(f"  {remark}", glyphs, room)
        return [*_heading(figure, "", glyphs, room - len(shown)), (shown, Ink.LABEL)]
    title = lettering(figure.title, glyphs, max(room, 0))
    gap = "  " if len(title) else ""
    left = max(room - len(title) - len(gap), 0)
    quantity = lettering(figure.y_axis.label, glyphs, left)
    if not len(quantity) or left < min(len(figure.y_axis.label), _STUB):
        return [(title, Ink.TITLE)]
    return [(title, Ink.TITLE), (code_points(gap), Ink.LABEL), (quantity, Ink.LABEL)]


def _legend(
    figure: Figure, glyphs: GlyphSet, room: int, *, palette: Palette, focus: str | None
) -> list[Stretch]:
    """Return samples and names of as many series as fit, and the number of the others."""
    marks: dict[tuple[str, Ink], str] = {}
    for series, style in zip(figure.series, figure.styles(), strict=True):
        if series.name and series.listed:
            ink = ink_of(style)
            marks.setdefault((series.name, ink), sample(series, ink, glyphs, palette=palette))
    entries = [
        (
            (code_points(f"  {mark}"), ink),
            (code_points(glyphs.here if name == focus else " "), Ink.CURSOR),
            (lettering(name, glyphs, _NAME), Ink.TITLE if name == focus else Ink.LABEL),
        )
        for (name, ink), mark in marks.items()
    ]
    for shown in range(len(entries), -1, -1):
        legend = [stretch for entry in entries[:shown] for stretch in entry]
        if shown < len(entries):
            legend.append((code_points(f"  +{len(entries) - shown}"), Ink.LABEL))
        if _length(legend) <= room + 2:
            return legend
    return []


def write_notes(sheet: Sheet, figure: Figure) -> None:
    """Write the labels of vertical markers above the plot, suggestions first, where they fit."""
    row = sheet.top - 1
    if row < 1:
        return
    placed = [
        (sheet.left + column, marker)
        for marker in sorted(figure.markers, key=lambda marker: not marker.suggestion)
        if marker.axis == "x"
        and marker.label
        and (column := sheet.frame.column(marker.value)) is not None
    ]
    for column, marker in reversed(placed):
        sheet.write(row, column, code_points(sheet.frame.glyphs.pointer), _ink(marker))
    for column, marker in placed:
        label = lettering(marker.label, sheet.frame.glyphs, sheet.glyphs.shape[1])
        for start in (column + 2, column - 1 - len(label)):
            # A cell is left free on both sides, so that no label touches another pointer.
            if sheet.is_free(row, start - 1, len(label) + 1):
                sheet.write(row, start, label, _ink(marker))
                break


def write_levels(sheet: Sheet, figure: Figure) -> None:
    """Write the labels of horizontal markers onto them, at the end where no data is."""
    glyphs, width = sheet.frame.glyphs, sheet.glyphs.shape[1]
    for marker in figure.markers:
        row = sheet.frame.row(marker.value) if marker.axis == "y" else None
        if row is None or not marker.label:
            continue
        label = lettering(f" {marker.label} ", glyphs, sheet.frame.columns // 3)
        for start in (width - 1 - len(label), sheet.left + 1):
            if sheet.is_free(sheet.top + row, start, len(label), glyphs.horizontal, glyphs.guide):
                sheet.write(sheet.top + row, start, label, Ink.MARKER)
                break


def _ink(marker: Marker) -> Ink:
    return Ink.SUGGESTION if marker.suggestion else Ink.MARKER


def _length(stretches: list[Stretch]) -> int:
    return sum(len(cells) for cells, _ in stretches)


def _write_stretches(sheet: Sheet, column: int, stretches: list[Stretch]) -> None:
    for cells, ink in stretches:
        sheet.write(0, column, cells, ink)
        column += len(cells)
