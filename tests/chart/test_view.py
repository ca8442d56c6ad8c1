"""Limits, zoom and what they outlive."""

import numpy as np
import pytest

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.view import View, following, view_of, zoomed

LOG_X = Axis("rate", "log")


def curve(*y: float | None, title: str = "") -> Figure:
    return Figure((Series("loss", range(1, len(y) + 1), y),), title=title)


def test_given_limits_are_used_as_they_are() -> None:
    """Limits of the figure are neither rounded nor grown."""
    figure = Figure(
        (Series("a", (1, 99), (1, 99)),),
        x_axis=Axis(limits=(0.3, 7.7)),
        y_axis=Axis(limits=(-1.1, 2.2)),
    )
    assert view_of(figure).x == (0.3, 7.7)
    assert view_of(figure).y == (-1.1, 2.2)


def test_fitted_limits_only_grow_while_a_chart_streams() -> None:
    """A lower peak does not shrink the axis; another chart starts afresh."""
    tall = view_of(curve(1, 9))
    assert view_of(curve(1, 2), tall).y == tall.y
    assert view_of(curve(1, 2, title="other"), tall).y == (1.0, 2.0)


def test_heights_outside_the_horizontal_limits_do_not_count() -> None:
    """A curve that explodes beyond the axis leaves the vertical limits alone."""
    figure = Figure((Series("a", (1, 2, 3), (1, 2, 1e9)),), x_axis=Axis(limits=(1, 2)))
    assert view_of(figure).y == (1.0, 2.0)


def test_bands_and_markers_are_in_sight() -> None:
    """Fitted limits contain what is drawn besides the series."""
    figure = Figure(
        bands=(Band((0, 1), (0, 0), (4, 4)),), markers=(Marker("x", 5.0), Marker("y", -2.0))
    )
    assert view_of(figure).x == (0.0, 6.0)
    assert view_of(figure).y == (-2.0, 4.0)


@pytest.mark.parametrize("y", [(), (None,), (float("nan"), float("inf"))])
def test_nothing_to_show_has_no_limits(y: tuple[float | None, ...]) -> None:
    """Without a number there is no axis to invent."""
    assert view_of(curve(*y)).y is None


def test_zoom_keeps_its_centre_in_place() -> None:
    """The value zoomed around stays where it is on a log axis."""
    figure = Figure((Series("a", (1e-4, 1.0), (0, 1)),), x_axis=LOG_X)
    view = zoomed(view_of(figure), "log", factor=0.5, about=1e-2)
    assert view.sight == pytest.approx((1e-3, 1e-1))


def test_zooming_out_ends_at_the_whole() -> None:
    """However far it goes, no more than the axis comes into sight."""
    whole = view_of(curve(1, 2, 3))
    view = zoomed(whole, "linear", factor=0.5, about=2.0)
    for _ in range(3):
        view = zoomed(view, "linear", factor=2.0, about=1.0)
    assert view == whole


def test_zoom_outlives_new_data() -> None:
    """The stretch in sight stays while points arrive."""
    near = zoomed(view_of(curve(1, 2, 3)), "linear", factor=0.5, about=2.0)
    assert view_of(curve(1, 2, 3, 4), near).zoom == near.zoom


def test_zoom_ends_where_the_axis_moves_away() -> None:
    """A stretch that new limits no longer hold gives way to the whole."""
    near = zoomed(view_of(curve(1, 2, 3)), "linear", factor=0.5, about=2.0)
    moved = Figure((Series("loss", (7, 8), (1, 2)),), x_axis=Axis(limits=(7, 8)))
    assert view_of(moved, near).sight == (7, 8)


@pytest.mark.parametrize("x", [1.0, 1.7, 6.0, 10.0])
def test_the_window_follows_the_cursor(x: float) -> None:
    """After moving, the value is in sight and the width is the same."""
    view = View(x=(1.0, 10.0), zoom=(3.0, 5.0))
    low, high = following(view, "linear", x).sight or (np.nan, np.nan)
    assert low <= x <= high
    assert high - low == pytest.approx(2.0)


def test_a_view_without_data_stays_as_it_is() -> None:
    """Zooming before the first point does nothing."""
    assert zoomed(View(), "log", factor=0.5, about=1.0) == View()
