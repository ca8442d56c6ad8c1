"""What a person can do to a chart, act by act and in any order."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuner_tui.chart import acts
from tuner_tui.chart.drawing import drawn, overlaid
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.glyphs import GLYPHS
from tuner_tui.chart.scene import Scene, read, showing, standing_at
from tuner_tui.chart.words import sentence

STEPS = np.arange(1.0, 101.0)
RUN = Figure(
    (Series("train", STEPS, 1 / STEPS), Series("valid", STEPS[::10], 2 / STEPS[::10])),
    markers=(Marker("x", 30.0, "best", suggestion=True), Marker("x", 60.0, "end")),
    x_axis=Axis("step"),
    y_axis=Axis("loss"),
    title="Run",
)
START = showing(Scene(), RUN)


def at(x: float) -> Scene:
    return standing_at(START, x)


def sight(scene: Scene) -> tuple[float, float]:
    assert scene.view.x.sight is not None
    return scene.view.x.sight


def test_a_focus_narrows_the_steps() -> None:
    """Along one series only its points are stops; after the last one all are again."""
    scene = acts.turn(at(12.0), 1)
    assert scene.focus == "train"
    scene = acts.turn(scene, 1)
    assert (scene.focus, scene.cursor) == ("valid", 11.0)
    assert acts.step(scene, 1).cursor == 21.0
    assert acts.turn(scene, 1).focus is None
    assert acts.turn(at(12.0), -1).focus == "valid"


def test_markers_are_jumped_to() -> None:
    """Both kinds, and round again."""
    assert [acts.jump(at(x), 1).cursor for x in (1, 30, 60)] == [30.0, 60.0, 30.0]


def test_a_pin_is_compared_with() -> None:
    """The reading holds both places and the difference; pinning again takes it away."""
    scene = standing_at(acts.pin(at(1.0)), 11.0)
    reading = read(scene)
    assert reading is not None
    assert (reading.pin, reading.pinned) == (1.0, (("train", 1.0), ("valid", 2.0)))
    assert dict(reading.differences) == pytest.approx({"train": 1 / 11 - 1, "valid": 2 / 11 - 2})
    assert sentence(reading).endswith("valid 0.1818 (-1.82)  against 1")
    assert acts.pin(standing_at(scene, 1.0)).pin is None
    assert acts.pin(acts.clear(scene)).pin is None


def test_clearing_goes_from_the_top_down() -> None:
    """First the box, then the cursor, then the pin."""
    scene = acts.corner(acts.pin(at(10.0)))
    held = []
    for _ in range(4):
        held.append((scene.corner, scene.cursor, scene.pin))
        scene = acts.clear(scene)
    assert held == [(10.0, 10.0, 10.0), (None, 10.0, 10.0), (None, None, 10.0), (None, None, None)]


def test_a_box_shows_what_lies_between() -> None:
    """From where it was begun to the cursor, and as high as the data there."""
    scene = acts.corner(at(10.0))
    assert scene.overlay.box is None or scene.overlay.box[0] == (10.0, 10.0)
    scene = acts.step(scene, 10)
    assert scene.overlay.box == ((10.0, 20.0), None)
    scene = acts.corner(scene)
    assert sight(scene) == pytest.approx((10.0, 20.0))
    low, high = scene.view.y.sight or (0.0, 0.0)
    assert low <= 1 / 20
    assert 2 / 11 <= high < 0.3
    assert scene.corner is None


def test_a_box_needs_a_width() -> None:
    """Closing it where it began changes nothing; without a cursor one appears first."""
    scene = acts.corner(acts.corner(at(10.0)))
    assert (scene.view, scene.corner) == (START.view, None)
    assert acts.corner(START).cursor == 30.0


def test_zoom_goes_around_the_cursor() -> None:
    """Across around its place, in height around the series that it is on."""
    near = acts.zoom_x(at(25.0), -1)
    assert sight(near) == pytest.approx((7.5, 77.5))
    focused = acts.turn(acts.turn(at(11.0), 1), 1)
    low, high = acts.zoom_y(focused, -1).view.y.sight or (0.0, 0.0)
    assert low < 2 / 11 < high


def test_panning_moves_what_is_in_sight() -> None:
    """By quarters of it, in all four directions, and never beyond the data."""
    near = acts.zoom_y(acts.zoom_x(START, -1, about=50.0), -1, about=1.0)
    width, before = 70.0, near.view
    right = acts.pan(near, 1, 0)
    assert sight(right) == pytest.approx((30.0, 100.0))
    assert sight(acts.pan(right, -1, 0))[0] == pytest.approx(30.0 - width / 4)
    assert acts.pan(near, 0, 1).view.y != before.y
    assert acts.pan(near, 0, 1).view.x == before.x
    assert acts.pan(START, 1, 1).view == START.view


def test_log_is_refused_with_a_word() -> None:
    """A figure with a zero stays linear; with positive values both axes turn and turn back."""
    zero = showing(Scene(), Figure((Series("a", (0, 1), (1, 2)),)))
    refused = acts.turn_log(zero, "x")
    assert "above 0" in refused.word
    assert refused.shown.x_axis.scale == "linear"
    both = acts.turn_log(acts.turn_log(START, "x"), "y")
    assert (both.shown.x_axis.scale, both.shown.y_axis.scale) == ("log", "log")
    back = acts.turn_log(acts.turn_log(both, "x"), "y")
    assert (back.shown.x_axis.scale, back.shown.y_axis.scale) == ("linear", "linear")


def test_log_falls_back_when_a_zero_arrives() -> None:
    """A streaming figure is never drawn without its points."""
    scene = acts.turn_log(START, "y")
    later = showing(scene, replace(RUN, series=(Series("train", (1, 2), (1, 0)),)))
    assert later.shown.y_axis.scale == "linear"
    assert "above 0" in later.word


def test_smoothing_goes_in_steps() -> None:
    """More and less, with the factor in the remark; at the ends it stays."""
    scene = acts.smooth(START, 1)
    assert (scene.look.smoothing, scene.remark) == (0.5, "EMA 0.5")
    assert acts.smooth(scene, -1).remark == ""
    assert acts.smooth(START, -1).look.smoothing == 0.0
    for _ in range(9):
        scene = acts.smooth(scene, 1)
    assert scene.look.smoothing == 0.99


def stream(points: int) -> Figure:
    steps = np.arange(points, dtype=float)
    return Figure((Series("a", steps, steps),), x_axis=Axis("step", limits=(0, 1000)))


def test_the_tail_is_followed_until_a_person_looks_elsewhere() -> None:
    """The window moves with the last point; panning back, or fitting, ends it."""
    scene = acts.follow(showing(Scene(), stream(200)))
    assert scene.remark == "follows"
    later = showing(scene, stream(700))
    low, high = sight(later)
    assert low < 699 < high
    assert high - low == pytest.approx(sight(scene)[1] - sight(scene)[0])
    assert acts.zoom_x(later, -1, about=699.0).follows
    assert not acts.pan(later, -1, 0).follows
    assert not acts.fit(later).follows
    assert sight(showing(acts.fit(later), stream(900))) == (0, 1000)


def test_a_cursor_far_from_the_tail_ends_following() -> None:
    """What a person reads stays in sight."""
    scene = standing_at(acts.follow(showing(Scene(), stream(700))), 10.0)
    assert not scene.follows
    assert sight(showing(scene, stream(900))) == sight(scene)


def test_another_chart_starts_afresh() -> None:
    """A figure of another kind keeps neither zoom nor scales, but smoothing."""
    scene = acts.smooth(acts.turn_log(acts.zoom_x(START, -1), "y"), 1)
    other = showing(scene, Figure(RUN.series, title="Other"))
    assert other.view.x.zoom is None
    assert other.shown.y_axis.scale == "linear"
    assert other.look.smoothing == 0.5


NUMBERS = st.one_of(
    st.none(), st.floats(), st.sampled_from([0.0, 1.0, -1.0, 5e-324, 1e308, -1e308, float("inf")])
)
CURVES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=10)
ACTS: list[Callable[[Scene], Scene]] = [
    *(lambda scene, n=n: acts.step(scene, n) for n in (-10, -1, 1, 10)),
    *(
        lambda scene, act=act, way=way: act(scene, way)
        for act in (acts.edge, acts.jump, acts.turn, acts.zoom_x, acts.zoom_y, acts.smooth)
        for way in (-1, 1)
    ),
    *(lambda scene, way=way: acts.pan(scene, *way) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))),
    *(lambda scene, way=way: acts.turn_log(scene, way) for way in ("x", "y")),
    *(lambda scene, unit=unit: acts.point(scene, unit) for unit in (0.0, 0.4, 1.0)),
    lambda scene: acts.outline(scene, (-1.0, 1.0), (2.0, -2.0)),
    lambda scene: acts.zoom_to(scene, (-1.0, 1.0), (-2.0, 2.0)),
    acts.pin,
    acts.clear,
    acts.corner,
    acts.fit,
    acts.follow,
    acts.guide,
]


def figure_of(points: list[tuple[float | None, ...]], kinds: tuple[str, ...]) -> Figure:
    x, y, z = ([point[column] for point in points] for column in range(3))
    kind, x_scale, y_scale = kinds
    return Figure(
        (Series("a", x, y, kind), Series("b", x, z)),  # type: ignore[arg-type]
        (Band(x, y, z),),
        tuple(Marker("x", place or 0.0, "m", suggestion=True) for place in x[:2]),
        Axis("x", x_scale),  # type: ignore[arg-type]
        Axis("y", y_scale),  # type: ignore[arg-type]
    )


KINDS = st.tuples(
    st.sampled_from(["line", "scatter", "bar"]), *[st.sampled_from(["linear", "log"])] * 2
)


@given(
    points=CURVES,
    more=CURVES,
    kinds=KINDS,
    chosen=st.lists(st.sampled_from(range(len(ACTS))), max_size=12),
)
@settings(deadline=None, max_examples=150)
def test_any_acts_on_any_numbers_can_be_drawn(
    points: list[tuple[float | None, ...]],
    more: list[tuple[float | None, ...]],
    kinds: tuple[str, ...],
    chosen: list[int],
) -> None:
    """No figure and no order of acts raises; the cursor stands on a point or a marker."""
    scene = showing(Scene(), figure_of(points, kinds))
    for number in chosen:
        before, scene = scene, ACTS[number](scene)
        if scene.cursor is not None and scene.cursor != before.cursor:
            marked = {marker.value for marker in scene.shown.markers}
            assert scene.cursor in scene.places or scene.cursor in marked
        if scene.view.x.sight is not None:
            low, high = scene.view.x.sight
            assert low < high or scene.view.x.zoom is None
    scene = showing(scene, figure_of(points + more, kinds))
    for moment in (scene, acts.fit(scene)):
        size = {"width": 30, "height": 12}
        sheet = drawn(moment.shown, moment.view, glyphs=GLYPHS["braille"], palette="none", **size)  # type: ignore[arg-type]
        overlaid(sheet, moment.shown, moment.overlay)
        reading = read(moment)
        assert (reading is None) == (moment.cursor is None)
        assert reading is None or sentence(reading)


@given(chosen=st.lists(st.sampled_from(range(len(ACTS))), max_size=12))
@settings(deadline=None)
def test_fit_returns_from_everywhere(chosen: list[int]) -> None:
    """Wherever zooming, panning and boxes led, the whole chart is one key away."""
    scene = START
    for number in chosen:
        scene = ACTS[number](scene)
    fitted = acts.fit(replace(scene, look=START.look, shown=START.shown))
    assert fitted.view == START.view
