"""The chart in a small app: keys, mouse, messages, and what is drawn again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import MouseDown, MouseScrollUp, MouseUp
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.glyphs import Ink
from tuner_tui.ui.chart.link import Link
from tuner_tui.ui.chart.widget import Chart

RATES = np.logspace(-4, 0, 5)
SWEEP = Figure(
    (Series("loss", RATES, (2.0, 1.5, 1.0, 0.5, 9.0)),),
    (Band(RATES, (1.9, 1.4, 0.9, 0.4, 8.0), (2.1, 1.6, 1.1, 0.6, 9.9)),),
    (Marker("x", 3e-2, "suggested", suggestion=True),),
    Axis("learning rate", "log", (1e-4, 1.0)),
    Axis("loss", limits=(0, 3)),
    "Sweep",
)


class Bare(App[None]):
    BINDINGS = [Binding("escape", "leave", "Leave")]  # noqa: RUF012 - Textual's own form

    def __init__(self, figure: Figure | None) -> None:
        super().__init__()
        self.figure = figure
        self.heard: list[Message] = []
        self.exits = 0

    def compose(self) -> ComposeResult:
        yield Chart(id="chart")

    def on_mount(self) -> None:
        self.query_one(Chart).focus()
        if self.figure is not None:
            self.query_one(Chart).show(self.figure)

    def action_leave(self) -> None:
        self.exits += 1

    def on_chart_cursor_moved(self, event: Chart.CursorMoved) -> None:
        self.heard.append(event)

    def on_chart_cursor_cleared(self, event: Chart.CursorCleared) -> None:
        self.heard.append(event)

    def on_chart_export_asked(self, event: Chart.ExportAsked) -> None:
        self.heard.append(event)

    def on_chart_chosen(self, event: Chart.Chosen) -> None:
        self.heard.append(event)


@asynccontextmanager
async def opened(
    figure: Figure | None = SWEEP, size: tuple[int, int] = (60, 16)
) -> AsyncIterator[tuple[Bare, Chart, Pilot[None]]]:
    app = Bare(figure)
    async with app.run_test(size=size) as pilot:
        yield app, app.query_one(Chart), pilot


def screen(chart: Chart) -> list[str]:
    return [chart.render_line(row).text for row in range(chart.size.height)]


@pytest.mark.parametrize(
    ("keys", "x"),
    [
        ("right", 3e-2),
        ("right right", 1e-1),
        ("right l", 1e-1),
        ("right left", 1e-2),
        ("right h h", 1e-3),
        ("home", 1e-4),
        ("end", 1.0),
        ("end right", 1.0),
        ("home shift+right", 1.0),
        ("end shift+left", 1e-4),
        ("end left_curly_bracket", 3e-2),
        ("home right_curly_bracket", 3e-2),
        ("end backspace", None),
        ("end escape", None),
    ],
)
async def test_keys_move_the_cursor(keys: str, x: float | None) -> None:
    """The cursor enters at the suggestion and goes from point to point."""
    async with opened() as (_, chart, pilot):
        await pilot.press(*keys.split())
        assert chart.cursor_x == (x if x is None else pytest.approx(x))


async def test_the_cursor_says_what_it_reads() -> None:
    """Place, value of every series, slope per decade and distance travel in the message."""
    async with opened() as (app, chart, pilot):
        await pilot.press("home", "right")
        event = app.heard[-1]
        assert isinstance(event, Chart.CursorMoved)
        assert event.control is chart
        assert event.x == pytest.approx(1e-3)
        assert event.readings == (("loss", 1.5),)
        assert dict(event.slopes)["loss"] == pytest.approx(-0.5)
        assert event.distance == pytest.approx(1 / 30)


async def test_enter_chooses_the_value_under_the_cursor() -> None:
    """The suggestion's exact value is chosen, not the point next to it."""
    async with opened() as (app, _, pilot):
        await pilot.press("right", "enter")
        event = app.heard[-1]
        assert isinstance(event, Chart.Chosen)
        assert event.x == 3e-2


async def test_keys_without_a_cursor_are_left_to_the_screen() -> None:
    """Escape clears the cursor, then leaves the screen; enter without a cursor does nothing."""
    async with opened() as (app, _, pilot):
        await pilot.press("end", "escape")
        assert isinstance(app.heard[-1], Chart.CursorCleared)
        assert app.exits == 0
        await pilot.press("enter", "escape")
        assert app.exits == 1
        assert not any(isinstance(event, Chart.Chosen) for event in app.heard)


async def test_a_click_puts_the_cursor_on_the_nearest_point() -> None:
    """Anywhere in the plot's columns, also where its row shows nothing."""
    async with opened() as (_, chart, pilot):
        await pilot.click(Chart, offset=(30, 10))
        assert chart.cursor_x == pytest.approx(1e-2)
        await pilot.click(Chart, offset=(59, 3))
        assert chart.cursor_x == pytest.approx(1.0)


async def test_zoom_narrows_the_axis_around_the_cursor() -> None:
    """Plus shows less, the window follows the cursor, and zero shows the whole again."""
    async with opened() as (_, chart, pilot):
        whole = screen(chart)
        await pilot.press("home", "plus", "plus", "plus")
        assert "1e-4" in screen(chart)[-1]
        assert "1" not in screen(chart)[-1].split()
        await pilot.press("end")
        assert "1" in screen(chart)[-1].split()
        await pilot.press("0", "escape")
        assert screen(chart) == whole


async def test_minus_undoes_plus() -> None:
    """Zooming out as often as in leads back to the whole axis."""
    async with opened() as (_, chart, pilot):
        whole = screen(chart)
        await pilot.press("plus", "plus", "minus", "minus")
        assert screen(chart) == whole


async def test_the_wheel_zooms_around_the_pointer() -> None:
    """The axis narrows, and the value under the pointer stays under it."""
    async with opened() as (_, chart, pilot):
        chart.post_message(MouseScrollUp(chart, 2, 5, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await pilot.pause()
        labels = screen(chart)[-1].split()
        assert labels[0] == "3e-4"
        assert labels[-1] == "0.03"


@pytest.mark.parametrize(
    ("keys", "x", "y"),
    [
        ("end left K", (1e-4, 1.0), (0.15, 2.25)),
        ("K J", (1e-4, 1.0), (0, 3)),
        ("end left z left left z", (1e-3, 1e-1), (0, 2)),
        ("home z right escape", (1e-4, 1.0), (0, 3)),
        ("plus plus ctrl+left ctrl+left ctrl+left", (1e-4, 1e-4 * 10**1.96), (0, 3)),
        ("plus plus ctrl+right ctrl+right ctrl+right", (10**-1.96, 1.0), (0, 3)),
        ("K K ctrl+up ctrl+up ctrl+up", (1e-4, 1.0), (0.765 + 1.1025, 0.765 + 2.5725)),
        ("K K ctrl+down ctrl+down ctrl+down", (1e-4, 1.0), (0, 1.47)),
        ("K plus ctrl+up 0", (1e-4, 1.0), (0, 3)),
        ("X", (1e-4, 1.0), (0, 3)),
        ("X X", (1e-4, 1.0), (0, 3)),
        ("Y", (1e-4, 1.0), (0.5, 3)),
    ],
)
async def test_keys_change_what_is_in_sight(
    keys: str, x: tuple[float, float], y: tuple[float, float]
) -> None:
    """Zoom, pan, box and scale, in both directions."""
    async with opened() as (_, chart, pilot):
        await pilot.press(*keys.split())
        view = chart.scene.view
        assert view.x.sight == pytest.approx(x)
        assert view.y.sight == pytest.approx(y)


async def test_a_refused_scale_is_explained() -> None:
    """The chart stays as it is and says why."""
    async with opened(Figure((Series("a", (0, 1), (0, 1)),))) as (app, chart, pilot):
        before = screen(chart)
        await pilot.press("X")
        assert screen(chart) == before
        assert ["above 0" in note.message for note in app._notifications] == [True]


async def test_s_smooths_and_says_so() -> None:
    """The factor stands in the header, the raw line is dimmed, and S takes it away."""
    async with opened() as (_, chart, pilot):
        before = screen(chart)
        await pilot.press("s", "s")
        assert "EMA 0.8" in screen(chart)[0]
        assert Ink.MUTED in chart._sheet.ink  # type: ignore[union-attr]
        await pilot.press("S", "S", "S")
        assert screen(chart) == before


async def test_g_shows_guides() -> None:
    """Dots lead from the ticks; again, they are gone."""
    async with opened() as (_, chart, pilot):
        before = "".join(screen(chart))
        await pilot.press("g")
        assert "".join(screen(chart)).count("·") > 20
        await pilot.press("g")
        assert "".join(screen(chart)) == before


async def test_f_follows_the_tail() -> None:
    """The window moves with new points until it is fitted."""

    def figure(points: int) -> Figure:
        steps = np.arange(points, dtype=float)
        return Figure((Series("a", steps, steps),), x_axis=Axis("step", limits=(0, 1000)))

    async with opened(figure(100)) as (_, chart, pilot):
        await pilot.press("f")
        assert "follows" in screen(chart)[0]
        chart.show(figure(800))
        low, high = chart.scene.view.x.sight or (0, 0)
        assert 500 < low < 799 < high
        await pilot.press("0")
        assert chart.scene.view.x.sight == (0, 1000)


async def test_m_pins_a_place_to_compare_with() -> None:
    """The message carries both places; backspace takes the cursor, then the pin."""
    async with opened() as (app, chart, pilot):
        await pilot.press("home", "m", "right")
        event = app.heard[-1]
        assert isinstance(event, Chart.CursorMoved)
        assert event.reading.pin == pytest.approx(1e-4)
        assert event.reading.differences == (("loss", pytest.approx(-0.5)),)
        await pilot.press("backspace")
        assert (chart.cursor_x, chart.scene.pin) == (None, pytest.approx(1e-4))
        await pilot.press("backspace")
        assert chart.scene.pin is None


async def test_brackets_turn_from_series_to_series() -> None:
    """The legend points at the one that the cursor steps along."""
    twins = replace(SWEEP, series=(*SWEEP.series, Series("other", (1e-3, 1e-1), (1, 2))))
    async with opened(twins) as (_, chart, pilot):
        await pilot.press("right_square_bracket", "right_square_bracket", "home", "right")
        assert chart.cursor_x == pytest.approx(1e-1)
        assert "▸other" in screen(chart)[0]
        await pilot.press("left_square_bracket", "left")
        assert chart.cursor_x == pytest.approx(1e-2)


async def test_v_gives_the_chart_the_whole_screen() -> None:
    """There it reads what its cursor is on by itself; again, the rest comes back."""
    async with opened() as (app, chart, pilot):
        await pilot.press("home", "v")
        await pilot.pause()
        assert app.screen.maximized is chart
        assert screen(chart)[0].startswith("at 1e-4  loss 2")
        await pilot.press("v")
        await pilot.pause()
        assert app.screen.maximized is None
        assert screen(chart)[0].startswith("Sweep")


async def test_w_asks_for_a_file() -> None:
    """With the figure as it is looked at: smoothed, zoomed."""
    async with opened() as (app, chart, pilot):
        await pilot.press("s", "plus", "w")
        event = app.heard[-1]
        assert isinstance(event, Chart.ExportAsked)
        assert [series.name for series in event.figure.series] == ["loss raw", "loss"]
        assert event.view == chart.scene.view
        assert event.remark == "EMA 0.5"


async def press(pilot: Pilot[None], at: tuple[int, int], *, button: int = 1) -> None:
    await pilot._post_mouse_events([MouseDown], Chart, at, button=button)


async def drag(
    pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int], *, button: int = 1
) -> None:
    await press(pilot, start, button=button)
    await pilot.hover(Chart, offset=end)
    await pilot._post_mouse_events([MouseUp], Chart, end, button=button)


async def test_dragging_moves_the_plot() -> None:
    """What lies under the pointer goes with it, and no cursor appears."""
    async with opened() as (_, chart, pilot):
        await pilot.press("plus", "plus", "K")
        low, high = chart.scene.view.x.sight or (1, 1)
        await drag(pilot, (30, 6), (20, 8))
        moved_low, moved_high = chart.scene.view.x.sight or (1, 1)
        assert moved_low > low
        assert moved_high / moved_low == pytest.approx(high / low)
        assert (chart.scene.view.y.sight or (0, 0))[1] > 2.55
        assert chart.cursor_x is None


async def test_the_right_button_draws_a_box() -> None:
    """While it is held there are corners; let go, the box is what is in sight."""
    async with opened() as (_, chart, pilot):
        await press(pilot, (20, 5), button=3)
        await pilot.hover(Chart, offset=(40, 9))
        assert "┌" in screen(chart)[5]
        assert "┘" in screen(chart)[9]
        await pilot._post_mouse_events([MouseUp], Chart, (40, 9), button=3)
        x, y = chart.scene.view.x.sight, chart.scene.view.y.sight
        assert x is not None
        assert 1e-4 < x[0] < 1e-2 < x[1] < 1.0
        assert y is not None
        assert 0 < y[0] < y[1] < 3
        assert "┘" not in "".join(screen(chart))


async def test_a_double_click_fits() -> None:
    """The whole chart comes back."""
    async with opened() as (_, chart, pilot):
        await pilot.press("plus", "plus", "K")
        await pilot.double_click(Chart, offset=(30, 8))
        assert chart.scene.view.x.zoom is None
        assert chart.scene.view.y.zoom is None


async def test_the_wheel_over_the_gutter_zooms_the_heights() -> None:
    """The horizontal axis stays."""
    async with opened() as (_, chart, pilot):
        chart.post_message(MouseScrollUp(chart, 0, 8, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await pilot.pause()
        assert chart.scene.view.y.zoom is not None
        assert chart.scene.view.x.zoom is None


class Stacked(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.moved: list[str | None] = []

    def compose(self) -> ComposeResult:
        link = Link()
        yield Chart(id="upper", link=link)
        yield Chart(id="lower", link=link)

    def on_mount(self) -> None:
        for chart in self.query(Chart):
            chart.show(SWEEP)
        self.query_one("#upper").focus()

    def on_chart_cursor_moved(self, event: Chart.CursorMoved) -> None:
        self.moved.append(event.chart.id)


async def test_linked_charts_show_one_cursor() -> None:
    """The other chart follows, and only the one that was moved says so."""
    app = Stacked()
    async with app.run_test(size=(60, 40)) as pilot:
        upper, lower = app.query(Chart)
        await pilot.press("home", "right")
        assert upper.cursor_x == lower.cursor_x == pytest.approx(1e-3)
        assert set(app.moved) == {"upper"}
        await pilot.press("escape")
        assert lower.cursor_x is None


async def test_a_linked_chart_without_the_place_has_no_cursor() -> None:
    """Where the axis does not hold it there is nothing to show."""
    app = Stacked()
    async with app.run_test(size=(60, 40)) as pilot:
        upper, lower = app.query(Chart)
        lower.show(Figure((Series("a", (5, 6), (1, 2)),), title="Other"))
        await pilot.press("home")
        assert upper.cursor_x is not None
        assert lower.cursor_x is None


async def test_new_data_keeps_the_cursor_and_reads_it_again() -> None:
    """A changed value is announced; an unchanged one is not."""
    async with opened() as (app, chart, pilot):
        await pilot.press("home")
        chart.show(SWEEP)
        await pilot.pause()
        assert len(app.heard) == 1
        chart.show(Figure((Series("loss", RATES, (1.0,) * 5),), x_axis=SWEEP.x_axis))
        await pilot.pause()
        assert [event.readings for event in app.heard if isinstance(event, Chart.CursorMoved)] == [
            (("loss", 2.0),),
            (("loss", 1.0),),
        ]


async def test_a_new_suggestion_is_announced_to_a_standing_cursor() -> None:
    """The verdict arrives while a person reads the curve: the distance is told."""
    unmarked = replace(SWEEP, markers=())
    async with opened(unmarked) as (app, chart, pilot):
        await pilot.press("home")
        chart.show(SWEEP)
        await pilot.pause()
        told = [event.distance for event in app.heard if isinstance(event, Chart.CursorMoved)]
        assert told == [None, pytest.approx(1 / 300)]


async def test_a_cursor_outside_the_new_limits_is_cleared() -> None:
    """Another chart that does not reach the cursor's place starts without one."""
    async with opened() as (app, chart, pilot):
        await pilot.press("home")
        chart.show(Figure((Series("loss", (5, 6), (1, 2)),)))
        await pilot.pause()
        assert chart.cursor_x is None
        assert isinstance(app.heard[-1], Chart.CursorCleared)


async def test_resizing_keeps_cursor_and_zoom() -> None:
    """The same stretch and the same place are drawn at the new size."""
    async with opened() as (_, chart, pilot):
        await pilot.press("right", "plus")
        before = screen(chart)
        await pilot.resize_terminal(90, 30)
        await pilot.pause()
        assert len(screen(chart)) == 30
        assert chart.cursor_x == 3e-2
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert screen(chart) == before


async def test_a_new_point_draws_few_rows_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fixed axes, only the stretches of rows that differ are refreshed."""
    x = np.arange(300)
    y = 1 + np.random.default_rng(0).normal(0, 0.1, 300)

    def figure(points: int) -> Figure:
        axes = Axis("step", limits=(0, 300)), Axis("loss", limits=(0, 2))
        return Figure((Series("loss", x[:points], y[:points]),), (), (), *axes)

    async with opened(figure(200), (120, 40)) as (_, chart, pilot):
        await pilot.pause()
        drawn: list[Region] = []
        monkeypatch.setattr(Chart, "refresh", lambda _, *regions: drawn.extend(regions))
        chart.show(figure(202))
        assert 0 < len(drawn) <= 8
        assert all(region.height == 1 and region.width <= 4 for region in drawn)
        drawn.clear()
        chart.show(figure(202))
        assert drawn == []


def sweep_of(points: int) -> Figure:
    rates = np.logspace(-7, 0, 1000)
    smooth = 2.3 - 1.9 / (1 + (3e-3 / rates) ** 1.5)
    raw = smooth + np.random.default_rng(0).normal(0, 0.06, 1000)
    return Figure(
        (
            Series("raw", rates[:points], raw[:points], style="muted"),
            Series("smoothed", rates[:points], smooth[:points]),
        ),
        x_axis=Axis("learning rate", "log", (1e-7, 1.0)),
        y_axis=Axis("training loss", limits=(0, 3)),
        title="Sweep",
    )


async def test_an_update_sends_few_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 120 by 40, two series of 1,000 points: a new point or a cursor's step costs at most 2 kB.

    Textual sends each differing row from its left edge, in full colour.
    """
    async with opened(sweep_of(600), (120, 40)) as (_, chart, pilot):
        await pilot.pause()
        console = Console(color_system="truecolor", legacy_windows=False)
        sent: list[int] = []

        def resend(_: Chart, *regions: Region) -> None:
            for region in regions:
                row = chart.render_line(region.y).crop(0, region.right)
                sent.append(len(row.render(console).encode()))

        monkeypatch.setattr(Chart, "refresh", resend)
        for points in range(601, 1000, 7):
            sent.clear()
            chart.show(sweep_of(points))
            assert sum(sent) <= 2000
        for _ in range(20):
            sent.clear()
            chart.action_step(-10)
            assert 0 < sum(sent) <= 2000


async def test_nothing_is_drawn_before_there_is_a_figure() -> None:
    """An empty chart is blank, and its keys do nothing."""
    async with opened(None) as (app, chart, pilot):
        await pilot.press("right", "home", "enter", "plus", "0", "right_square_bracket")
        await pilot.click(Chart, offset=(9, 9))
        assert "".join(screen(chart)).strip() == ""
        assert app.heard == []


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (40, 8), (200, 55)])
async def test_every_size_is_drawn(size: tuple[int, int]) -> None:
    """The widget fills exactly the cells it has."""
    async with opened(size=size) as (_, chart, pilot):
        await pilot.press("right")
        assert [chart.render_line(row).cell_length for row in range(size[1])] == [size[0]] * size[1]


async def test_themes_change_the_colours() -> None:
    """Dark, light and terminal-coloured themes differ; in the last, bands are hatched."""
    async with opened() as (app, chart, pilot):
        seen = set()
        for theme in ("textual-dark", "textual-light", "ansi-dark"):
            app.theme = theme
            await pilot.pause()
            lines = [chart.render_line(row) for row in range(16)]
            colours = {s.style.color for line in lines for s in line if s.style and "⠒" in s.text}
            seen.add(frozenset(colours))
            assert ("░" in "".join(line.text for line in lines)) is (theme == "ansi-dark")
        assert len(seen) == 3


async def test_without_colour_bands_are_hatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR takes backgrounds away, so the band is made of glyphs."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (_, chart, _pilot):
        assert "░" in "".join(screen(chart))


async def test_every_key_has_an_identifier_and_a_sentence() -> None:
    """Help and remapping rely on both."""
    bindings = [each for each in Chart.BINDINGS if isinstance(each, Binding)]
    assert len({binding.id for binding in bindings}) == len(bindings)
    assert all(binding.tooltip.endswith(".") for binding in bindings)
