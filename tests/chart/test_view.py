"""Limits, zoom and what they outlive."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.view import (
    Span,
    View,
    between,
    following,
    heights_in,
    moved,
    tail_of,
    view_of,
    zoomed,
)

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
    assert view_of(figure).x.whole == (0.3, 7.7)
    assert view_of(figure).y.whole == (-1.1, 2.2)


def test_fitted_limits_only_grow_while_a_chart_streams() -> None:
    """A lower peak does not shrink the axis; another chart starts afresh."""
    tall = view_of(curve(1, 9))
    assert view_of(curve(1, 2), tall).y == tall.y
    assert view_of(curve(1, 2, title="other"), tall).y.whole == (1.0, 2.0)


def test_heights_outside_the_horizontal_limits_do_not_count() -> None:
    """A curve that explodes beyond the axis leaves the vertical limits alone."""
    figure = Figure((Series("a", (1, 2, 3), (1, 2, 1e9)),), x_axis=Axis(limits=(1, 2)))
    assert view_of(figure).y.whole == (1.0, 2.0)


def test_bands_and_markers_are_in_sight() -> None:
    """Fitted limits contain what is drawn besides the series."""
    figure = Figure(
        bands=(Band((0, 1), (0, 0), (4, 4)),), markers=(Marker("x", 5.0), Marker("y", -2.0))
    )
    assert view_of(figure).x.whole == (0.0, 6.0)
    assert view_of(figure).y.whole == (-2.0, 4.0)


@pytest.mark.parametrize("y", [(), (None,), (float("nan"), float("inf"))])
def test_nothing_to_show_has_no_limits(y: tuple[float | None, ...]) -> None:
    """Without a number there is no axis to invent."""
    assert view_of(curve(*y)).y.whole is None


def span(low: float, high: float, zoom: tuple[float, float] | None = None, kind="linear") -> Span:
    return Span(kind, (low, high), (low, high), zoom)


def test_zoom_keeps_its_centre_in_place() -> None:
    """The value zoomed around stays where it is on a log axis."""
    assert zoomed(span(1e-4, 1.0, kind="log"), factor=0.5, about=1e-2).sight == pytest.approx(
        (1e-3, 1e-1)
    )


def test_zooming_out_ends_at_the_whole() -> None:
    """However far it goes, no more than the axis comes into sight."""
    near = zoomed(span(1, 3), factor=0.5, about=2.0)
    for _ in range(3):
        near = zoomed(near, factor=2.0, about=1.0)
    assert near == span(1, 3)


def test_zooming_out_reaches_data_beyond_given_limits() -> None:
    """A figure may show less than it holds; the rest can be looked at."""
    figure = Figure((Series("a", (1, 2, 3), (1, 2, 90)),), y_axis=Axis(limits=(0, 3)))
    heights = view_of(figure).y
    assert heights.sight == (0, 3)
    assert heights.reach == (0, 100)
    for _ in range(20):
        heights = zoomed(heights, factor=2.0, about=0.0)
    assert heights.sight == (0, 100)


def test_zoom_ends_before_numbers_blur() -> None:
    """A stretch too short for floats to tell its ends apart is not shown."""
    near = span(0, 1)
    for _ in range(200):
        near = zoomed(near, factor=0.5, about=0.3)
    low, high = near.sight or (0.0, 0.0)
    assert 0 < high - low < 1e-5


def test_zoom_outlives_new_data() -> None:
    """The stretch in sight stays while points arrive, in both directions."""
    near = view_of(curve(1, 2, 3))
    near = View(
        zoomed(near.x, factor=0.5, about=2), zoomed(near.y, factor=0.5, about=2), near.identity
    )
    later = view_of(curve(1, 2, 3, 9), near)
    assert later.x.zoom == near.x.zoom
    assert later.y.zoom == near.y.zoom


def test_zoom_ends_where_the_axis_moves_away_or_changes_scale() -> None:
    """A stretch that new limits no longer hold gives way to the whole; the other one stays."""
    near = view_of(curve(1, 2, 3))
    near = View(
        zoomed(near.x, factor=0.5, about=2), zoomed(near.y, factor=0.5, about=2), near.identity
    )
    moved_away = Figure((Series("loss", (7, 8), (1, 2)),), x_axis=Axis(limits=(7, 8)))
    assert view_of(moved_away, near).x.sight == (7, 8)
    logarithmic = Figure(curve(1, 2, 3).series, y_axis=Axis(scale="log"))
    assert view_of(logarithmic, near).x.zoom == near.x.zoom
    assert view_of(logarithmic, near).y.zoom is None


@pytest.mark.parametrize("x", [1.0, 1.7, 6.0, 10.0])
def test_the_window_follows_the_cursor(x: float) -> None:
    """After moving, the value is in sight and the width is the same."""
    low, high = following(span(1, 10, (3.0, 5.0)), x).sight or (np.nan, np.nan)
    assert low <= x <= high
    assert high - low == pytest.approx(2.0)


def test_moving_ends_at_the_edges() -> None:
    """The window keeps its width; without a zoom there is nowhere to go."""
    assert moved(span(0, 10, (4, 6)), 0.5).sight == pytest.approx((5, 7))
    assert moved(span(0, 10, (4, 6)), 9).sight == pytest.approx((8, 10))
    assert moved(span(0, 10), 0.5) == span(0, 10)


def test_a_box_is_cut_to_what_there_is() -> None:
    """Between two values in any order; a box of no width changes nothing."""
    assert between(span(0, 10), 7, -3).sight == pytest.approx((0, 7))
    assert between(span(0, 10), 20, 30) == span(0, 10)
    assert between(span(0, 10), 2, 2) == span(0, 10)
    assert between(span(1, 100, kind="log"), -5, 10) == span(1, 100, kind="log")


def test_the_tail_is_followed_in_steps() -> None:
    """The first time the end comes near; later the window moves only when the last point leaves."""
    near = tail_of(span(0, 100), 100)
    assert near.sight == pytest.approx((75, 100))
    assert tail_of(near, 90) == near
    longer = Span("linear", (0, 200), (0, 200), near.zoom)
    assert tail_of(longer, 101).sight == pytest.approx((82.25, 107.25))


def test_heights_of_a_stretch_are_round() -> None:
    """What lies outside does not count; nothing there has no heights."""
    figure = curve(0.11, 0.29, 7.0)
    assert heights_in(figure, (1, 2)) == (0.1, 0.3)
    assert heights_in(figure, (1.2, 1.8)) is None


def test_bars_stand_on_zero_and_fit_in_sight() -> None:
    """The axis holds zero, and half a bar beyond the first and the last place."""
    figure = Figure((Series("a", (1, 2, 3), (5, 6, 7), "bar"),))
    view = view_of(figure)
    assert view.y.whole == (0, 8)
    assert view.x.whole == (0, 4)


def test_a_view_without_data_stays_as_it_is() -> None:
    """Zooming, moving and boxes do nothing before the first point."""
    empty = Span("log")
    assert zoomed(empty, factor=0.5, about=1.0) == empty
    assert moved(empty, 1.0) == empty
    assert between(empty, 1.0, 2.0) == empty
    assert tail_of(empty, 1.0) == empty


FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(
    ends=st.tuples(FLOATS, FLOATS),
    kind=st.sampled_from(["linear", "log"]),
    acts=st.lists(st.tuples(st.integers(0, 3), FLOATS, FLOATS), max_size=8),
)
def test_nothing_leads_out_of_reach(
    ends: tuple[float, float], kind: str, acts: list[tuple[int, float, float]]
) -> None:
    """Whatever is done, in any order, what is in sight is a stretch of what there is."""
    low, high = sorted(map(abs, ends) if kind == "log" else ends)
    if kind == "log" and low == 0:
        low, high = 1e-300, max(high, 1.0)
    view = view_of(Figure((Series("a", (low, high), (1, 2)),), x_axis=Axis(scale=kind)))  # type: ignore[arg-type]
    now = view.x
    for act, one, other in acts:
        now = (
            zoomed(now, factor=0.7, about=one),
            zoomed(now, factor=1.5, about=one),
            moved(now, max(min(other, 1e3), -1e3)),
            between(now, one, other),
        )[act]
        assert now.sight is not None
        assert now.reach is not None
        assert now.reach[0] <= now.sight[0] < now.sight[1] <= now.reach[1]
    assert now.whole == view.x.whole
