"""Charts as plain text: what a person sees, and what nobody's file names can break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.glyphs import GlyphName
from tuner_tui.chart.text import plain_lines

RATES = np.logspace(-5, 0, 60)
LOSS = 2.3 - 2.0 / (1 + (1e-3 / RATES) ** 1.5) + np.where(RATES > 0.1, 20 * (RATES - 0.1), 0)
SWEEP = Figure(
    (Series("median", RATES, LOSS),),
    (Band(RATES, LOSS - 0.2, LOSS + 0.2),),
    (Marker("x", 4e-3, "suggested", suggestion=True), Marker("x", 0.1, "edge")),
    Axis("learning rate", "log"),
    Axis("training loss", limits=(0, 3)),
    "Sweep",
)


def test_a_sweep_at_60_by_14() -> None:
    """Title, legend, labelled markers, both axes, the band and the line clipped at the top."""
    assert plain_lines(SWEEP, width=60, height=14) == GOLDEN_SWEEP


def test_a_sweep_at_40_by_8() -> None:
    """The smallest chart still shows its axes, its names and the shape of the curve."""
    assert plain_lines(SWEEP, width=40, height=8) == GOLDEN_SMALL


def test_a_scatter_in_ascii() -> None:
    """Without braille and without colour, two series differ by their marks."""
    figure = Figure(
        (
            Series("fit", (8, 64), (0.2, 0.8)),
            Series("trials", (8, 16, 32, 64), (0.4, 0.2, 0.3, 0.9), "scatter"),
            Series("seeds", (8, 64), (0.6, 0.6), "scatter"),
        ),
        markers=(Marker("y", 0.7, "baseline"),),
        x_axis=Axis("batch size", "log"),
        y_axis=Axis("valid loss"),
    )
    assert plain_lines(figure, width=50, height=10, glyphs="ascii") == GOLDEN_ASCII


def test_an_empty_chart_invents_no_numbers() -> None:
    """Before the first point there are names and empty axes."""
    figure = Figure(x_axis=Axis("step"), y_axis=Axis("loss"), title="Training")
    assert plain_lines(figure, width=30, height=6) == [
        "Training  loss",
        "│",
        "│",
        "│",
        "└────────────────────── step ─",
        "",
    ]


def test_text_from_files_is_shown_as_text() -> None:
    """Escapes are written out, markup is left as it is, wide characters keep their width."""
    figure = Figure(
        (Series("日本\x1b[31m", (0, 1), (0, 1)),), title="[red]x[/] \u202eabc", x_axis=Axis("é\n")
    )
    lines = plain_lines(figure, width=60, height=7)
    assert lines[0].startswith("[red]x[/] \\u202eabc")
    assert lines[0].endswith("日本\\x1b[31m")
    assert "é\\n" in lines[5]


def test_series_that_do_not_fit_the_legend_are_counted() -> None:
    """The legend says how many names it leaves out."""
    series = tuple(Series(f"a long name {index}", (0, 1), (0, index)) for index in range(9))
    assert plain_lines(Figure(series), width=50, height=8)[0].endswith("a long name 1  +7")


@pytest.mark.parametrize("glyphs", ["braille", "block", "ascii"])
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 25),
    text=st.text(max_size=30),
    value=st.floats(),
    limits=st.tuples(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300)),
)
@settings(deadline=None, max_examples=60)
def test_no_line_is_wider_than_the_chart(
    glyphs: GlyphName,
    width: int,
    height: int,
    text: str,
    value: float,
    limits: tuple[float, float],
) -> None:
    """At any size, with any names and numbers, the text fits and ascii is ASCII."""
    axis = Axis(text, "log", (min(limits), max(limits)))
    figure = Figure(
        (Series(text, (limits[0], value), (value, 1.0)), Series("b", (1,), (1,), "scatter")),
        (Band((value,), (0,), (1,)),),
        (Marker("x", limits[0], text, suggestion=True), Marker("y", value, text)),
        axis,
        Axis(text),
        text,
    )
    lines = plain_lines(figure, width=width, height=height, glyphs=glyphs)
    assert len(lines) == height
    assert all(cell_len(line) <= width for line in lines)
    assert glyphs != "ascii" or all(line.isascii() for line in lines)


GOLDEN_SWEEP = [
    "Sweep  training loss                              ⠤⠤⠤ median",
    "                                ▾ suggested     ▾ edge",
    "3┤                              │               ┊   ⡇",
    " │░░░░░░░░░░░░░                 │               ┊  ⢀⠇",
    " │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⢄⣀⡀░░            │               ┊  ⡸",
    "2┤░░░░░░░░░░░░░░░⠈⠉⠒⠤⡀░         │               ┊ ░⡇",
    " │                 ░░⠈⠒⢄░       │               ┊ ⢸",
    " │                    ░░⠑⢄░     │               ┊ ⡇",
    "1┤                      ░░⠑⠤⡀░  │               ┊⢰⠁",
    " │                         ░⠈⠒⢄░│░░░            ┊⡇",
    " │                           ░░⠉⠑⠒⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡎░",
    "0┤                              │░░░░░░░░░░░░░░░┊",
    " └┬──────────┬───────────┬──────────┬─────── learning rate ┬",
    "1e-5       1e-4        1e-3       0.01         0.1         1",
]

GOLDEN_SMALL = [
    "Sweep  training loss          ⠤⠤⠤ median",
    "3┤░░░░░░░░           │          ┊ ⢰⠁",
    "2┤⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠤⠤⣀░     │          ┊ ⡎",
    " │           ░⠈⠙⠢⣀░  │          ┊⢰⠁",
    "1┤               ⠈⠑⠦⣄⡀░░░       ⢠⠃",
    "0┤                  ░⠈⠉⠙⠒⠒⠒⠒⠒⠒⠒⠒⠋",
    " └───────┬────────────── learning rate ┬",
    "       1e-4           0.01             1",
]

GOLDEN_ASCII = [
    "valid loss              *** fit  o trials  x seeds",
    "1.0+",
    "   |                                      o",
    "   |- baseline --------------------*******--------",
    "   |       x                 ******       x",
    "0.5+                  *******",
    "   |       o   *******          o",
    "   |       ****      o",
    "   ++---------+----------+----------- batch size +",
    "    5        10         20            50       100",
]
