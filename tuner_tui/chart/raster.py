"""Which cells do the series of a figure light?

Arrays in, grids of code points and inks out; no screen. Invariant: every point inside the limits
lights its cell, and a line that leaves the limits is drawn up to the edge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart import bars
from tuner_tui.chart.figure import Band, Figure, Marker, Series
from tuner_tui.chart.frame import FAR, Frame
from tuner_tui.chart.glyphs import DASHES, STIPPLES, CodePoints, GlyphSet, Ink, Palette, ink_of
from tuner_tui.chart.strokes import SLACK, Dots, line_dots, lit_by, points_in_sight


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """What the cells of a frame hold.

    Attributes:
        glyphs: Code points, rows by columns.
        ink: `Ink` of each glyph.
        ground: 1 where a band shades the cell's background, otherwise 0.
    """

    glyphs: CodePoints
    ink: NDArray[np.uint8]
    ground: NDArray[np.uint8]


def rasterized(figure: Figure, frame: Frame, *, palette: Palette) -> Plot:
    """Return the figure's bands, markers and series as cells; later series cover earlier ones.

    Args:
        figure: What to draw.
        frame: Where.
        palette: Without backgrounds bands become a shade glyph; without colours lines differ by
            their dashes.
    """
    shape = (frame.rows, frame.columns)
    plot = Plot(
        glyphs=np.full(shape, ord(" "), dtype=np.uint32),
        ink=np.zeros(shape, dtype=np.uint8),
        ground=np.zeros(shape, dtype=np.uint8),
    )
    for band in figure.bands:
        _shade(plot, _banded(band, frame), frame.glyphs, palette=palette)
    for marker in figure.markers:
        _rule(plot, marker, frame)
    for series, style in zip(figure.series, figure.styles(), strict=True):
        ink = ink_of(style)
        if series.kind == "bar":
            cells = _letters(
                _packed(_barred(figure, series, frame, ink, palette), frame.glyphs),
                ink,
                frame.glyphs,
            )
        else:
            cells = _drawn(series, frame, ink, palette=palette)
        _cover(plot, cells, ink)
    return plot


def sample(series: Series, ink: Ink, glyphs: GlyphSet, *, palette: Palette) -> str:
    """Return three cells that show how a series is drawn."""
    if series.kind == "scatter" or glyphs.letters:
        mark = glyphs.point(ink)
        return mark if series.kind == "scatter" else mark * 3
    rows, columns = glyphs.dots
    if series.kind == "bar":
        full = np.ones((rows, 2 * columns), dtype=bool)
        return "".join(map(chr, _packed(_stippled(full, ink, palette), glyphs)[0]))
    dots = np.zeros((rows, 3 * columns), dtype=bool)
    dots[rows // 2] = lit_by(np.arange(3 * columns), _dash(ink, palette))
    return "".join(map(chr, _packed(dots, glyphs)[0]))


def _drawn(series: Series, frame: Frame, ink: Ink, *, palette: Palette) -> CodePoints:
    """Return a series' glyphs, 32 where it leaves a cell empty."""
    x, y = frame.across(series.x), frame.down(series.y)
    glyphs = frame.glyphs
    if series.kind == "scatter":
        rows, columns = points_in_sight(x, y, frame.dots)
        cells = np.full((frame.rows, frame.columns), ord(" "), dtype=np.uint32)
        cells[rows // glyphs.dots[0], columns // glyphs.dots[1]] = ord(glyphs.point(ink))
        return cells
    dash = _dash(ink, palette) if not glyphs.letters else ()
    return _letters(_packed(line_dots(x, y, frame.dots, dash=dash), glyphs), ink, glyphs)


def _letters(cells: CodePoints, ink: Ink, glyphs: GlyphSet) -> CodePoints:
    """Return cells with the mark of their series, where a glyph is a single dot."""
    if glyphs.letters:
        cells[cells != ord(" ")] = ord(glyphs.point(ink))
    return cells


def _barred(figure: Figure, series: Series, frame: Frame, ink: Ink, palette: Palette) -> Dots:
    """Return the dots between the points of a series and the floor that its bars stand on."""
    height, width = frame.dots
    standing = [each for each in figure.series if each.kind == "bar"]
    x, y = frame.across(series.x), frame.down(series.y)
    y[np.isnan(y) & np.isfinite(series.y)] = FAR
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    of, covered = bars.columns(
        x,
        slot=bars.slot_of(np.concatenate([frame.across(each.x) for each in standing]), width),
        index=next(index for index, each in enumerate(standing) if each is series),
        count=len(standing),
        width=width,
    )
    floor = _floor(frame)
    top, bottom = np.full(width, np.inf), np.full(width, -np.inf)
    np.minimum.at(top, covered, np.minimum(y, floor)[of])
    np.maximum.at(bottom, covered, np.maximum(y, floor)[of])
    row = np.arange(height)[:, None]
    filled: Dots = (row >= np.floor(top + 0.5)) & (row <= np.floor(bottom + 0.5))
    return _stippled(filled, ink, palette) if not frame.glyphs.letters else filled


def _floor(frame: Frame) -> float:
    """Return where bars stand, in dots from the top: at zero, or below everything on a log axis."""
    if frame.y is None or frame.y.kind == "log":
        return float(frame.dots[0] - 1)
    return float(frame.down(np.zeros(1))[0])


def _stippled(dots: Dots, ink: Ink, palette: Palette) -> Dots:
    if palette != "none":
        return dots
    pattern = np.array([[dot == "#" for dot in row] for row in STIPPLES[ink]])
    repeats = (-(-dots.shape[0] // pattern.shape[0]), -(-dots.shape[1] // pattern.shape[1]))
    stippled: Dots = dots & np.tile(pattern, repeats)[: dots.shape[0], : dots.shape[1]]
    return stippled


def _packed(dots: Dots, glyphs: GlyphSet) -> CodePoints:
    rows, columns = glyphs.dots
    bits = np.zeros((dots.shape[0] // rows, dots.shape[1] // columns), dtype=np.uint8)
    for row in range(rows):
        for column in range(columns):
            bits |= dots[row::rows, column::columns] * glyphs.weights[row, column]
    return glyphs.patterns[bits]


def _dash(ink: Ink, palette: Palette) -> tuple[int, ...]:
    return DASHES[ink] if palette == "none" else ()


def _cover(plot: Plot, cells: CodePoints, ink: Ink) -> None:
    lit = cells != ord(" ")
    plot.glyphs[lit] = cells[lit]
    plot.ink[lit] = ink


def _shade(plot: Plot, cells: Dots, glyphs: GlyphSet, *, palette: Palette) -> None:
    if palette == "full":
        plot.ground[cells] = 1
    else:
        plot.glyphs[cells] = ord(glyphs.shade)
        plot.ink[cells] = Ink.BAND


def _rule(plot: Plot, marker: Marker, frame: Frame) -> None:
    glyphs = frame.glyphs
    if marker.axis == "x":
        if (column := frame.column(marker.value)) is not None:
            plot.glyphs[:, column] = ord(
                glyphs.suggestion if marker.suggestion else glyphs.vertical
            )
            plot.ink[:, column] = Ink.SUGGESTION if marker.suggestion else Ink.MARKER
    elif (row := frame.row(marker.value)) is not None:
        plot.glyphs[row] = ord(glyphs.horizontal)
        plot.ink[row] = Ink.MARKER


def _banded(band: Band, frame: Frame) -> Dots:
    """Return the cells between a band's edges, at least one per column where it is known."""
    per_row, per_column = frame.glyphs.dots
    x, low, high = frame.across(band.x), frame.down(band.low), frame.down(band.high)
    centres = np.arange(frame.columns) * per_column + (per_column - 1) / 2
    # An edge that a log axis has no place for lies below everything.
    low[np.isnan(low) & np.isfinite(band.low)] = FAR
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    bottom, top = np.full(frame.columns, np.nan), np.full(frame.columns, np.nan)
    if known.any():
        placed = np.isfinite(x)
        gaps = np.where(known, 0.0, np.nan)[placed]
        bottom = np.interp(centres, x[placed], low[placed] + gaps, left=np.nan, right=np.nan)
        top = np.interp(centres, x[placed], high[placed] + gaps, left=np.nan, right=np.nan)
    inside = known & (x >= -SLACK) & (x <= frame.dots[1] - 1 + SLACK)
    column = np.floor(x[inside] + 0.5).astype(np.intp) // per_column
    np.fmax.at(bottom, column, low[inside])
    np.fmin.at(top, column, high[inside])
    # Rows of cells, top to bottom; NaN compares false and shades nothing.
    upper, lower = np.floor((top + 0.5) / per_row), np.floor((bottom + 0.5) / per_row)
    row = np.arange(frame.rows)[:, None]
    shaded: Dots = (row >= upper) & (row <= lower)
    return shaded
