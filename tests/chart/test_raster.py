"""Figures as cells."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.frame import Frame
from tuner_tui.chart.glyphs import GLYPHS, GlyphName, Ink, Palette
from tuner_tui.chart.raster import Plot, rasterized
from tuner_tui.chart.scales import Scale
from tuner_tui.chart.view import view_of

UNIT = Scale("linear", 0, 1)
NUMBERS = st.one_of(
    st.none(),
    st.floats(),
    st.sampled_from([0.0, -0.0, 1.0, 5e-324, 1.7e308, -1.7e308, 1e-310, float("inf")]),
)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12)


def plotted(
    *series: Series,
    bands: Sequence[Band] = (),
    markers: Sequence[Marker] = (),
    columns: int = 8,
    rows: int = 4,
    glyphs: GlyphName = "ascii",
    palette: Palette = "full",
) -> Plot:
    frame = Frame(UNIT, UNIT, columns, rows, GLYPHS[glyphs])
    return rasterized(Figure(series, tuple(bands), tuple(markers)), frame, palette=palette)


def picture(plot: Plot) -> list[str]:
    return ["".join(map(chr, row)) for row in plot.glyphs]


@pytest.mark.parametrize(
    ("glyphs", "expected"),
    [
        ("braille", ["    ⣀⠤⠒⠉", "⣀⠤⠒⠉    "]),
        ("block", ["    ▄▄▞▀", "▄▞▀▀    "]),
        ("ascii", ["    ****", "****    "]),
    ],
)
def test_a_line_in_every_kind_of_glyph(glyphs: GlyphName, expected: list[str]) -> None:
    """The same rising line, in the dots that each set has."""
    assert picture(plotted(Series("a", (0, 1), (0, 1)), rows=2, glyphs=glyphs)) == expected


def test_later_series_cover_earlier_ones() -> None:
    """Where two series share a cell, the last one is seen."""
    plot = plotted(Series("a", (0, 1), (0, 0)), Series("b", (0.5, 1), (0, 0)))
    assert picture(plot)[-1] == "****oooo"
    assert set(plot.ink[-1]) == {Ink.SERIES_1, Ink.SERIES_2}


def test_scattered_points_have_their_own_marks() -> None:
    """Series of points differ without colour."""
    plot = plotted(
        Series("a", (0.0, 0.5), (0, 0), "scatter"),
        Series("b", (1.0,), (0,), "scatter"),
        glyphs="braille",
    )
    assert picture(plot)[-1] == "●   ●  ▲"


def test_a_band_shades_the_background() -> None:
    """Cells between the edges are shaded; the glyphs stay free for the line."""
    plot = plotted(bands=[Band((0.3, 1), (0.3, 0.3), (0.7, 0.7))])
    assert plot.ground.tolist() == [
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 1, 1, 1, 1],
        [0, 0, 1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ]
    assert picture(plot) == [" " * 8] * 4


@pytest.mark.parametrize("palette", ["terminal", "none"])
def test_a_band_is_hatched_where_no_background_is_sure(palette: Palette) -> None:
    """A gap in the edges is a gap in the band; a lonely place shades its column."""
    band = Band((0, 0.4, 0.5, 1), (0, 0, None, 0), (0, 0, 1, 0))
    plot = plotted(bands=[band], palette=palette, glyphs="braille")
    assert picture(plot)[-1] == "░░░░   ░"
    assert not plot.ground.any()


def test_a_band_that_reaches_below_a_log_axis_is_cut_there() -> None:
    """An edge at or below zero does not take the rest of the band away."""
    frame = Frame(UNIT, Scale("log", 0.1, 10), 4, 3, GLYPHS["ascii"])
    band = Band((0, 1), (-1, 0), (1, 1))
    plot = rasterized(Figure(bands=(band,)), frame, palette="full")
    assert plot.ground.tolist() == [[0] * 4, [1] * 4, [1] * 4]


def test_markers_run_across_the_plot_behind_the_data() -> None:
    """A vertical and a horizontal marker cross; the line is drawn over them."""
    markers = [Marker("x", 1.0), Marker("y", 0.0), Marker("x", 0.0, suggestion=True)]
    plot = plotted(Series("a", (0.3, 0.7), (0, 0)), markers=markers, rows=2)
    assert picture(plot) == ["!      |", "!-****--"]


def test_bars_stand_side_by_side_on_zero() -> None:
    """A bar reaches from zero to its point, down as well as up; two series share the room."""
    frame = Frame(Scale("linear", 0.5, 2.5), Scale("linear", -1, 2), 12, 3, GLYPHS["ascii"])
    one = Series("a", (1, 2), (2, -1), "bar")
    other = Series("b", (1, 2), (0, 1), "bar")
    assert picture(rasterized(Figure((one,)), frame, palette="full")) == [
        " ****       ",
        " ****  **** ",
        "       **** ",
    ]
    assert picture(rasterized(Figure((one, other)), frame, palette="full")) == [
        " **         ",
        " **oo  **oo ",
        "       **   ",
    ]


def test_bars_differ_without_colour() -> None:
    """Each series has a pattern of its own, in the plot and in the legend."""
    seen = set()
    for style in ("series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "muted"):
        bar = Series("a", (0.25, 0.75), (1, 1), "bar", style)  # type: ignore[arg-type]
        seen.add(tuple(picture(plotted(bar, glyphs="braille", palette="none"))))
    assert len(seen) == 7


def test_markers_out_of_sight_are_not_drawn() -> None:
    """A value beyond the limits, or no number at all, marks nothing."""
    markers = [Marker("x", 2.0), Marker("y", -1.0), Marker("x", float("nan"))]
    assert picture(plotted(markers=markers)) == [" " * 8] * 4


def test_dashes_stand_in_for_colour() -> None:
    """Two lines that differ by colour alone on one palette differ by dots on the other."""
    twins = [Series(name, (0, 1), (0, 0)) for name in "ab"]
    coloured = plotted(*twins, glyphs="braille")
    dashed = plotted(*twins, glyphs="braille", palette="none")
    assert picture(coloured)[-1] == "⣀⣀⣀⣀⣀⣀⣀⣀"
    assert picture(dashed)[-1] == "⣀⣀⣀⢀⣀⡀⣀⣀"


@given(points=POINTS, shape=st.tuples(st.integers(1, 9), st.integers(1, 5)))
@settings(deadline=None)
def test_every_point_inside_the_limits_lights_its_cell(
    points: list[tuple[float | None, float | None]], shape: tuple[int, int]
) -> None:
    """Any figure fits; what has a place is seen there, whatever its neighbours are."""
    x, y = [x for x, _ in points], [y for _, y in points]
    for kind in ("line", "scatter", "bar"):
        for scale in ("linear", "log"):
            axis = Axis(scale=scale)
            series = Series("a", x, y, kind)
            figure = Figure((series,), x_axis=axis, y_axis=axis)
            view = view_of(figure)
            if view.x.scale is None or view.y.scale is None:
                continue
            frame = Frame(view.x.scale, view.y.scale, *shape, GLYPHS["braille"])
            plot = rasterized(figure, frame, palette="full")
            for across, down in zip(series.x.tolist(), series.y.tolist(), strict=True):
                column, row = frame.column(across), frame.row(down)
                if column is not None and row is not None:
                    assert plot.glyphs[row, column] != ord(" ")


def test_a_hundred_thousand_points_light_what_a_thousand_do() -> None:
    """A long series is drawn from its extremes, so no peak is lost."""
    x = np.linspace(0, 1, 100_000)
    y = np.full(100_000, 0.1)
    y[54_321] = 0.9
    plot = plotted(Series("a", x, y), columns=40, rows=10, glyphs="braille")
    assert plot.glyphs[1, 21] != ord(" ")
