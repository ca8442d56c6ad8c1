"""How does a chart live in the app?

Shows a `Figure`, keeps a cursor and a zoom, and says what the cursor reads. Invariant: only rows
that differ are drawn again, so a streaming chart stays cheap on a slow connection.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tuner_tui.chart import cursor
from tuner_tui.chart.cursor import Readings
from tuner_tui.chart.drawing import drawn
from tuner_tui.chart.figure import Figure, Floats
from tuner_tui.chart.glyphs import GLYPHS, GlyphName, Ink, Palette
from tuner_tui.chart.scales import Scale
from tuner_tui.chart.sheet import Sheet
from tuner_tui.chart.view import View, following, view_of, zoomed
from tuner_tui.ui.chart.colours import STYLE_SHEET
from tuner_tui.ui.chart.keys import KEYS

_ZOOM = 0.7
"""Width of the stretch in sight after zooming in once, over the width before. House choice."""


class ChartMessage(Message):
    """Base of what a chart says.

    Attributes:
        chart: The sender.
    """

    def __init__(self, chart: "Chart") -> None:
        super().__init__()
        self.chart = chart

    @property
    def control(self) -> "Chart":
        """The sender, by which `@on` selects."""
        return self.chart


class Chart(Widget, can_focus=True):
    """Lines, bands, points and markers, with a cursor that snaps to the data."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"chart--{ink.component}" for ink in Ink if ink is not Ink.BLANK
    }

    DEFAULT_CSS = STYLE_SHEET

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key.keys,
            key.action,
            key.words,
            id=key.id,
            key_display=key.shown,
            show=key.footer,
            tooltip=key.help,
        )
        for key in KEYS
    ]

    class CursorMoved(ChartMessage):
        """The cursor stands elsewhere, or what it reads has changed.

        Attributes:
            x: Where it stands, in data coordinates.
            readings: Name and value of every named series there.
            slopes: Name and slope of every named line there, per decade on a log axis.
            distance: On a log axis the ratio of `x` to the nearest suggestion, otherwise the
                difference; none without one.
        """

        def __init__(
            self,
            chart: "Chart",
            x: float,
            *,
            readings: Readings,
            slopes: Readings,
            distance: float | None,
        ) -> None:
            super().__init__(chart)
            self.x = x
            self.readings = readings
            self.slopes = slopes
            self.distance = distance

        def can_replace(self, message: Message) -> bool:
            """Let the newest reading stand for those still waiting."""
            return isinstance(message, Chart.CursorMoved) and message.chart is self.chart

    class CursorCleared(ChartMessage):
        """The cursor is gone."""

    class Chosen(ChartMessage):
        """The value under the cursor was chosen.

        Attributes:
            x: The value, in data coordinates.
        """

        def __init__(self, chart: "Chart", x: float) -> None:
            super().__init__(chart)
            self.x = x

    def __init__(self, *, id: str | None = None, glyphs: GlyphName = "braille") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.figure: Figure | None = None
        self._glyphs = GLYPHS[glyphs]
        self._view = View()
        self._cursor_x: float | None = None
        self._told: tuple[Readings, float | None] = ((), None)
        self._stops: Floats | None = None
        self._sheet: Sheet | None = None
        self._strips: dict[int, Strip] = {}
        self._inks: dict[tuple[Ink, bool], Style] = {}
        self._drawn_with: Palette = "full"

    @property
    def cursor_x(self) -> float | None:
        """Where the cursor stands, in data coordinates; none without a cursor."""
        return self._cursor_x

    @cursor_x.setter
    def cursor_x(self, x: float | None) -> None:
        if x == self._cursor_x:
            return
        self._cursor_x = x
        if self.figure is not None and x is not None:
            self._view = following(self._view, self.figure.x_axis.scale, x)
        self._redraw()
        self.refresh_bindings()
        if x is None:
            self.post_message(self.CursorCleared(self))
        else:
            self._tell()

    def show(self, figure: Figure) -> None:
        """Draw a figure in place of the one before; cursor and zoom stay.

        While title, axis names and scales stay the same, limits that the figure leaves open only
        grow.
        """
        self.figure = figure
        self._view = view_of(figure, self._view)
        self._stops = None
        limits, x = self._view.x, self._cursor_x
        if x is not None and (limits is None or not limits[0] <= x <= limits[1]):
            self.cursor_x = None
            return
        self._redraw()
        if x is not None and self._told != (
            cursor.readings(figure, x),
            cursor.distance(figure, x),
        ):
            self._tell()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        if self._sheet is None or y >= len(self._sheet.glyphs):
            return Strip.blank(self.size.width, self.rich_style)
        if y not in self._strips:
            segments = [
                Segment(text, self._style(ink, shaded=shaded))
                for text, ink, shaded in self._sheet.runs(y)
            ]
            self._strips[y] = Strip(segments, self._sheet.glyphs.shape[1])
        return self._strips[y]

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        super().notify_style_update()
        self._inks.clear()
        self._strips.clear()
        if self._sheet is not None and self._palette != self._drawn_with:
            self._redraw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys to the screen that mean nothing here at the moment."""
        if action in ("choose", "clear"):
            return self._cursor_x is not None
        if action == "suggestion":
            return self.figure is not None and bool(cursor.suggestions(self.figure))
        return True

    def action_step(self, steps: int) -> None:
        """Move the cursor by some points of data; the first time, put it in sight."""
        if self._cursor_x is None:
            self._move(self._entrance(steps))
        else:
            self._move(cursor.stepped(self._places(), self._cursor_x, steps))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first (-1) or last (1) point."""
        places = self._places()
        if len(places):
            self._move(float(places[0 if side < 0 else -1]))

    def action_suggestion(self, direction: int) -> None:
        """Move the cursor to the next suggestion on its right (1) or left (-1)."""
        if self.figure is not None:
            self._move(cursor.next_suggestion(self.figure, self._cursor_x, direction))

    def action_choose(self) -> None:
        """Announce the value under the cursor as the chosen one."""
        if self._cursor_x is not None:
            self.post_message(self.Chosen(self, self._cursor_x))

    def action_clear(self) -> None:
        """Take the cursor away."""
        self.cursor_x = None

    def action_zoom(self, direction: int) -> None:
        """Show less (-1) or more (1) of the horizontal axis, around the cursor or the middle."""
        scale = self._scale()
        if scale is None:
            return
        about = scale.value(0.5) if self._cursor_x is None else self._cursor_x
        self._zoom(direction, about)

    def action_fit(self) -> None:
        """Show the whole chart, in limits fitted anew."""
        if self.figure is not None:
            self._view = view_of(self.figure)
            self._redraw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on the data nearest to the pointer's column."""
        scale, unit = self._scale(), self._pointed(event)
        if scale is not None and unit is not None:
            self._move(cursor.nearest(self._places(), scale, unit))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in around the pointer."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out around the pointer."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        scale, unit = self._scale(), self._pointed(event)
        if scale is not None and unit is not None:
            event.stop()
            self._zoom(direction, scale.value(unit))

    def _zoom(self, direction: int, about: float) -> None:
        if self.figure is not None:
            factor = _ZOOM if direction < 0 else 1 / _ZOOM
            kind = self.figure.x_axis.scale
            self._view = zoomed(self._view, kind, factor=factor, about=about)
            self._redraw()

    def _pointed(self, event: events.MouseEvent) -> float | None:
        """Return the horizontal position of the pointer over the plot, 0 to 1."""
        offset = event.get_content_offset(self)
        if offset is None or self._sheet is None:
            return None
        column = offset.x - self._sheet.left
        return self._sheet.frame.unit_of_column(column) if column >= 0 else None

    def _scale(self) -> Scale | None:
        return self._sheet.frame.x if self._sheet else None

    def _places(self) -> Floats:
        if self._stops is None:
            self._stops = cursor.stops(self.figure or Figure(), self._view.x)
        return self._stops

    def _entrance(self, direction: int) -> float | None:
        """Return where a new cursor appears: on a suggestion in sight, or at the edge it leaves."""
        if self.figure is None or self._view.sight is None:
            return None
        low, high = self._view.sight
        suggested = [x for x in cursor.suggestions(self.figure) if low <= x <= high]
        if suggested:
            return suggested[0]
        places = self._places()
        seen = places[(places >= low) & (places <= high)]
        return float(seen[0 if direction > 0 else -1]) if len(seen) else None

    def _move(self, x: float | None) -> None:
        if x is not None:
            self.cursor_x = x

    def _tell(self) -> None:
        if self.figure is None or self._cursor_x is None:
            return
        x = self._cursor_x
        readings, distance = cursor.readings(self.figure, x), cursor.distance(self.figure, x)
        slopes = cursor.slopes(self.figure, x)
        self._told = readings, distance
        self.post_message(
            self.CursorMoved(self, x, readings=readings, slopes=slopes, distance=distance)
        )

    def _redraw(self) -> None:
        """Draw the sheet and have the differing stretches of its rows shown."""
        if self.figure is None or not self.size:
            return
        self._drawn_with = self._palette
        before = self._sheet
        self._sheet = drawn(
            self.figure,
            self._view,
            width=self.size.width,
            height=self.size.height,
            glyphs=self._glyphs,
            palette=self._palette,
            at=self._cursor_x,
        )
        if before is None or before.glyphs.shape != self._sheet.glyphs.shape:
            self._strips.clear()
            self.refresh()
            return
        regions = []
        for row, first, last in self._sheet.changes(before):
            self._strips.pop(row, None)
            regions.append(Region(first, row, last - first + 1, 1))
        if regions:
            self.refresh(*regions)

    @property
    def _palette(self) -> Palette:
        if self.app.no_color:
            return "none"
        return "terminal" if self.app.native_ansi_color else "full"

    def _style(self, ink: Ink, *, shaded: bool) -> Style:
        key = (ink, shaded)
        if key not in self._inks:
            base = self.rich_style
            front = self.get_component_rich_style(f"chart--{ink.component}") if ink else base
            back = self.get_component_rich_style("chart--band") if shaded else base
            self._inks[key] = front + Style(bgcolor=back.bgcolor)
        return self._inks[key]
