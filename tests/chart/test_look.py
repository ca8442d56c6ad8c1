"""What a person's wishes do to a figure, and what they cannot do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_tui.chart.figure import Axis, Figure, Series
from tuner_tui.chart.look import Look, arranged, averaged, obstacle

FALLING = Figure((Series("loss", (1, 2, 3), (1.0, 0.1, 0.01)),), y_axis=Axis("loss", limits=(0, 2)))


def slowly(values: list[float], factor: float) -> list[float]:
    """Return the average by its definition, one value after the other."""
    total = weight = 0.0
    smooth = []
    for value in values:
        total, weight = total * factor, weight * factor
        if np.isfinite(value):
            total, weight = total + value, weight + 1
        smooth.append(total / weight if np.isfinite(value) else np.nan)
    return smooth


@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=300),
    factor=st.sampled_from([0.0, 0.5, 0.9, 0.99]),
)
def test_an_average_is_that_of_its_definition(values: list[float], factor: float) -> None:
    """Doubling the reach gives what going step by step gives; gaps stay gaps."""
    found = averaged(np.array(values, dtype=float), factor)
    assert found == pytest.approx(np.array(slowly(values, factor)), rel=1e-9, abs=1e-6, nan_ok=True)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_an_average_lies_among_its_values(values: list[float]) -> None:
    """Also where sums would exceed the largest float."""
    smooth = averaged(np.array(values, dtype=float), 0.9)
    if values:
        slack = 1e-12 * max(map(abs, values))
        assert (smooth >= min(values) - slack).all()
        assert (smooth <= max(values) + slack).all()


def test_a_constant_stays_constant() -> None:
    """The start is not pulled towards zero."""
    assert averaged(np.full(5, 3.0), 0.99) == pytest.approx(np.full(5, 3.0))


def test_smooth_lines_lie_over_what_was_measured() -> None:
    """The smooth line has the name and the colour; the raw one is dimmed and not in the legend."""
    points = Series("trials", (1, 2), (1, 2), "scatter")
    shown = arranged(Figure((*FALLING.series, points)), Look(smoothing=0.5))
    assert [(it.name, it.style, it.listed) for it in shown.series] == [
        ("loss raw", "muted", False),
        ("loss", "series-1", True),
        ("trials", "series-2", True),
    ]
    assert shown.series[0].y.tolist() == [1.0, 0.1, 0.01]
    assert shown.series[2].y.tolist() == [1.0, 2.0]


def test_a_log_axis_begins_at_the_least_value() -> None:
    """Limits that reach to zero have no place on it."""
    shown = arranged(FALLING, Look(y_scale="log"))
    assert shown.y_axis == Axis("loss", "log", (0.01, 2))
    assert arranged(shown, Look(y_scale="linear")).y_axis.limits == (0.01, 2)


@pytest.mark.parametrize(("least", "count"), [(0.0, "1 point is"), (-1.0, "1 point is")])
def test_a_log_axis_needs_values_above_zero(least: float, count: str) -> None:
    """The figure stays as it is, and a sentence says why."""
    figure = Figure((Series("a", (1, 2), (least, 1.0)),))
    assert count in (obstacle(figure, "y") or "")
    assert obstacle(figure, "x") is None
    assert arranged(figure, Look(y_scale="log")) is figure


def test_missing_values_are_no_obstacle() -> None:
    """NaN has no place on any axis."""
    figure = Figure((Series("a", (1, 2), (None, 1.0)),))
    assert obstacle(figure, "y") is None
    assert obstacle(Figure(), "y") is None
