"""Where the cursor stands and what it reads."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_tui.chart import cursor
from tuner_tui.chart.figure import Axis, Figure, Marker, Series
from tuner_tui.chart.scales import Scale

RATES = (1e-4, 1e-3, 1e-2, 1e-1)
SWEEP = Figure(
    (
        Series("loss", RATES, (3.0, 2.0, 1.0, None)),
        Series("points", (1e-3, 1e-3), (1.0, 3.0), "scatter"),
        Series("", RATES, (0.0,) * 4),
    ),
    markers=(Marker("x", 3e-3, "best", suggestion=True), Marker("x", 1e-1, "edge")),
    x_axis=Axis("rate", "log"),
)


def test_the_cursor_stops_at_drawn_points() -> None:
    """Points without a height, and points outside the limits, are passed over."""
    figure = Figure((Series("a", (1, 2, 3, 4), (1, None, 1, 1)), Series("b", (3, 3.5), (1, 1))))
    assert cursor.stops(figure, (1.0, 3.5)).tolist() == [1.0, 3.0, 3.5]


def test_what_a_log_axis_cannot_show_is_no_stop() -> None:
    """Zero on a log axis is not drawn, so the cursor does not stand there."""
    figure = Figure((Series("a", (1, 2), (0.0, 1.0)),), y_axis=Axis(scale="log"))
    assert cursor.stops(figure, (1.0, 2.0)).tolist() == [2.0]


@pytest.mark.parametrize(
    ("x", "steps", "expected"),
    [
        (1, 1, 2),
        (1, 10, 5),
        (1, -1, 1),
        (2.5, 1, 3),
        (2.5, -1, 2),
        (5, 1, 5),
        (9, 1, 9),
        (4, -2, 2),
    ],
)
def test_steps_go_from_point_to_point(x: float, steps: int, expected: float) -> None:
    """A step goes to the next point that way, stops at the last one, and never turns round."""
    assert cursor.stepped(np.arange(1.0, 6.0), x, steps) == expected


def test_a_click_snaps_to_the_point_nearest_on_screen() -> None:
    """Nearness is measured along the axis: on a log axis by ratio."""
    places = np.array([1e-4, 1e-2])
    assert cursor.nearest(places, Scale("log", 1e-4, 1e-2), 0.4) == 1e-4
    assert cursor.nearest(places, Scale("linear", 1e-4, 1e-2), 0.6) == 1e-2
    assert cursor.nearest(np.array([]), Scale("linear", 0, 1), 0.5) is None


def test_every_named_series_is_read() -> None:
    """A point gives its value, several at one place their mean; unnamed series are left out."""
    assert cursor.readings(SWEEP, 1e-3) == (("loss", 2.0), ("points", 2.0))


def test_between_points_a_line_is_read_where_it_is_drawn() -> None:
    """Half a decade is half the way on a log axis; scattered points have nothing in between."""
    values = dict(cursor.readings(SWEEP, 10**-2.5))
    assert values["loss"] == pytest.approx(1.5)
    assert values["points"] is None


@pytest.mark.parametrize("x", [1e-1, 10**-1.5, 1e-5, 1.0])
def test_where_nothing_is_drawn_nothing_is_read(x: float) -> None:
    """Gaps and places beyond the ends read as none."""
    assert dict(cursor.readings(SWEEP, x))["loss"] is None


def test_a_log_height_is_read_by_ratio() -> None:
    """A straight line on a log axis passes through the geometric mean."""
    figure = Figure((Series("a", (0, 2), (1.0, 100.0)),), y_axis=Axis(scale="log"))
    assert dict(cursor.readings(figure, 1.0))["a"] == pytest.approx(10.0)


def test_slopes_are_per_decade_on_a_log_axis() -> None:
    """A loss that falls by one per decade has the slope minus one."""
    assert dict(cursor.slopes(SWEEP, 1e-3)) == {"loss": pytest.approx(-1.0), "points": None}
    straight = Figure((Series("a", (0, 1, 2), (0, 3, 6)),))
    assert dict(cursor.slopes(straight, 1.0)) == {"a": 3.0}


def test_the_distance_to_the_suggestion_is_a_ratio_on_a_log_axis() -> None:
    """Ten times the suggestion is a distance of ten; on a linear axis it is a difference."""
    assert cursor.distance(SWEEP, 3e-2) == pytest.approx(10.0)
    linear = Figure(markers=(Marker("x", 3.0, suggestion=True), Marker("x", 9.0, suggestion=True)))
    assert cursor.distance(linear, 4.0) == 1.0
    assert cursor.distance(Figure(), 4.0) is None


@pytest.mark.parametrize(
    ("x", "direction", "expected"),
    [(None, 1, 1.0), (None, -1, 5.0), (1.0, 1, 5.0), (5.0, 1, 1.0), (3.0, -1, 1.0), (1.0, -1, 5.0)],
)
def test_markers_are_visited_in_turn(x: float | None, direction: int, expected: float) -> None:
    """The next one that way, and round again after the last."""
    figure = Figure(markers=tuple(Marker("x", value, suggestion=True) for value in (5.0, 1.0)))
    assert cursor.next_landmark(figure, x, direction) == expected


def test_a_new_cursor_goes_to_a_suggestion_before_other_markers() -> None:
    """Once it stands, every vertical marker is a place to go; horizontal ones are none."""
    markers = (Marker("x", 1.0), Marker("x", 2.0, suggestion=True), Marker("y", 1.5))
    figure = Figure(markers=markers)
    assert cursor.next_landmark(figure, None, 1) == 2.0
    assert cursor.next_landmark(figure, 2.0, -1) == 1.0
    assert cursor.landmarks(figure) == (1.0, 2.0)


def test_one_series_can_be_stepped_along_alone() -> None:
    """Points of the others are no stops then."""
    assert cursor.stops(SWEEP, (1e-4, 1.0), "points").tolist() == [1e-3]


def test_readings_are_compared_by_name() -> None:
    """A difference needs a value at both places."""
    here, there = (("a", 3.0), ("b", None), ("c", 1.0)), (("a", 1.0), ("b", 2.0))
    assert cursor.differences(here, there) == (("a", 2.0), ("b", None), ("c", None))


@given(
    xs=st.lists(st.floats(), max_size=8),
    ys=st.lists(st.floats(), max_size=8),
    x=st.floats(allow_nan=False, allow_infinity=False),
    scales=st.tuples(*[st.sampled_from(["linear", "log"])] * 2),
)
def test_reading_never_fails(
    xs: list[float], ys: list[float], x: float, scales: tuple[str, str]
) -> None:
    """Whatever the points, every reading is a finite number or none."""
    count = min(len(xs), len(ys))
    figure = Figure(
        (Series("a", xs[:count], ys[:count]),),
        markers=(Marker("x", xs[0], suggestion=True),) if xs else (),
        x_axis=Axis(scale=scales[0]),  # type: ignore[arg-type]
        y_axis=Axis(scale=scales[1]),  # type: ignore[arg-type]
    )
    for _, value in (*cursor.readings(figure, x), *cursor.slopes(figure, x)):
        assert value is None or math.isfinite(value)
    cursor.distance(figure, x)
