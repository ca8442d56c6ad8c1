"""The values that say what a chart shows."""

import numpy as np
import pytest

from tuner_tui.chart.figure import Axis, Band, Figure, Series


def test_missing_and_infinite_values_become_gaps() -> None:
    """`None`, NaN and infinities are all held as NaN."""
    series = Series("loss", (1, 2, 3, 4), (None, float("nan"), float("inf"), 0.5))
    assert np.isnan(series.y).tolist() == [True, True, True, False]


def test_arrays_are_the_figures_own() -> None:
    """What the caller does to an array later does not change the figure."""
    y = np.array([1.0, 2.0])
    series = Series("loss", y, y)
    y[0] = 9
    assert series.y.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        series.y[0] = 9


def test_columns_of_different_length_are_refused() -> None:
    """The error names the series and both lengths."""
    with pytest.raises(ValueError, match=r"series 'loss': x has 2, y has 1 values"):
        Series("loss", (1, 2), (1,))
    with pytest.raises(ValueError, match="band"):
        Band((1, 2), (1, 2), (1,))


@pytest.mark.parametrize(
    ("scale", "limits"),
    [("linear", (2.0, 1.0)), ("linear", (0.0, float("nan"))), ("log", (0.0, 1.0))],
)
def test_impossible_limits_are_refused(scale: str, limits: tuple[float, float]) -> None:
    """Limits are finite, low first, and above zero on a log axis."""
    with pytest.raises(ValueError, match="limits"):
        Axis("x", scale, limits)  # type: ignore[arg-type]


def test_unnamed_styles_take_the_free_ones() -> None:
    """A style that one series names is not given to another while others are free."""
    unnamed = Series("a", (), ())
    figure = Figure((unnamed, Series("b", (), (), style="series-1"), unnamed))
    assert figure.styles() == ("series-2", "series-1", "series-3")
