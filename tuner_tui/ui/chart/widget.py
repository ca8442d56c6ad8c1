"""How does a chart live in the app?

Turns keys and mouse into `acts` on a scene, and draws the scene. Invariant: only stretches of rows
that differ are drawn again, so a streaming chart stays cheap on a slow connection.
"""

from dataclasses import replace
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tuner_tui.chart import acts, cursor, words
from tuner_tui.chart.drawing import drawn, overlaid
from tuner_tui.chart.figure import Direction, Figure
from tuner_tui.chart.glyphs import GLYPHS, GlyphName, Ink, Palette
from tuner_tui.chart.scene import Scene, read, showing, standing_at
from tuner_tui.chart.sheet import Sheet
from tuner_tui.ui import bindings
from tuner_tui.ui.chart import messages
from tuner_tui.ui.chart.colours import STYLE_SHEET
from tuner_tui.ui.chart.keys import KEYS
from tuner_tui.ui.chart.link import Link
from tuner_tui.ui.chart.mouse import Grip, Spot


class Chart(Widget, can_focus=True):
    """Lines, bands, points, bars and markers, with a cursor that snaps to the data."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"chart--{ink.component}" for ink in Ink if ink is not Ink.BLANK
    }

    DEFAULT_CSS = STYLE_SHEET

    BINDINGS: ClassVar[list[BindingType]] = bindings.bound(KEYS)

    CursorMoved: TypeAlias = messages.CursorMoved
    CursorCleared: TypeAlias = messages.CursorCleared
    Chosen: TypeAlias = messages.Chosen
    ExportAsked: TypeAlias = messages.ExportAsked

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        glyphs: GlyphName = "braille",
        link: Link | None = None,
    ) -> None:
        super().__init__(id=id)
        self._scene = Scene()
        self._glyphs = GLYPHS[glyphs]
        self._link = link
        self._grip: Grip | None = None
        self._base: tuple[object, Sheet] | None = None
        self._sheet: Sheet | None = None
        self._strips: dict[int, Strip] = {}
        self._inks: dict[tuple[Ink, bool], Style] = {}
        if link is not None:
            link.join(self)

    @property
    def figure(self) -> Figure | None:
        """What it was last told to show."""
        return self._scene.figure

    @property
    def scene(self) -> Scene:
        """All that it shows, and how."""
        return self._scene

    @property
    def cursor_x(self) -> float | None:
        """Where the cursor stands, in data coordinates; none without a cursor."""
        return self._scene.cursor

    @cursor_x.setter
    def cursor_x(self, x: float | None) -> None:
        self._become(standing_at(self._scene, x))

    def show(self, figure: Figure) -> None:
        """Draw a figure in place of the one before; cursor, look and zoom stay.

        While title and quantities stay the same, limits that the figure leaves open only grow.
        """
        self._become(showing(self._scene, figure))

    def follow_cursor(self, x: float | None) -> None:
        """Show the cursor of a linked chart where the axis holds it, without a word."""
        scene = standing_at(self._scene, x)
        if scene.cursor != self._scene.cursor:
            self._scene = scene
            self._redraw()
            self.refresh_bindings()

    def set_glyphs(self, name: GlyphName) -> None:
        """Draw with other characters from now on."""
        self._glyphs = GLYPHS[name]
        self._redraw()

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
        self._redraw()

    def on_mount(self) -> None:
        """Draw with what the app's person settled, if anything."""
        settled: GlyphName | None = getattr(self.app, "glyphs", None)
        if settled is not None:
            self.set_glyphs(settled)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys to the screen that mean nothing here at the moment."""
        scene = self._scene
        if action == "choose":
            return scene.cursor is not None
        if action == "pin":
            return scene.cursor is not None or scene.pin is not None
        if action == "clear":
            left = (scene.cursor, scene.pin, scene.corner, scene.box)
            return any(each is not None for each in left)
        if action == "jump":
            return bool(cursor.landmarks(scene.shown))
        return True

    def action_step(self, steps: int) -> None:
        """Move the cursor by some points of data."""
        self._become(acts.step(self._scene, steps))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first (-1) or last (1) point."""
        self._become(acts.edge(self._scene, side))

    def action_jump(self, direction: int) -> None:
        """Move the cursor to the next marker on its right (1) or left (-1)."""
        self._become(acts.jump(self._scene, direction))

    def action_turn(self, direction: int) -> None:
        """Step along the next (1) or the previous (-1) series only."""
        self._become(acts.turn(self._scene, direction))

    def action_choose(self) -> None:
        """Announce the value under the cursor as the chosen one."""
        if self._scene.cursor is not None:
            self.post_message(messages.Chosen(self, self._scene.cursor))

    def action_clear(self) -> None:
        """Take away what lies over the figure: box, cursor, pin."""
        self._become(acts.clear(self._scene))

    def action_pin(self) -> None:
        """Pin the cursor's place, or take the pin away."""
        self._become(acts.pin(self._scene))

    def action_zoom_x(self, direction: int) -> None:
        """Show less (-1) or more (1) of the horizontal axis."""
        self._become(acts.zoom_x(self._scene, direction))

    def action_zoom_y(self, direction: int) -> None:
        """Show less (-1) or more (1) of the vertical axis."""
        self._become(acts.zoom_y(self._scene, direction))

    def action_box(self) -> None:
        """Begin a box at the cursor, or show what lies in it."""
        self._become(acts.corner(self._scene))

    def action_pan(self, right: int, up: int) -> None:
        """Move what is in sight."""
        self._become(acts.pan(self._scene, right, up))

    def action_fit(self) -> None:
        """Show the whole chart, in limits fitted anew."""
        self._become(acts.fit(self._scene))

    def action_log(self, direction: Direction) -> None:
        """Turn an axis logarithmic or linear."""
        self._become(acts.turn_log(self._scene, direction))

    def action_smooth(self, direction: int) -> None:
        """Smooth lines more (1) or less (-1)."""
        self._become(acts.smooth(self._scene, direction))

    def action_guides(self) -> None:
        """Show or hide the lines that lead from the ticks."""
        self._become(acts.guide(self._scene))

    def action_follow(self) -> None:
        """Keep the last point in sight, or no longer."""
        self._become(acts.follow(self._scene))

    def action_full_screen(self) -> None:
        """Take the whole screen, or give it back."""
        if self.is_maximized:
            self.screen.minimize()
        else:
            self.screen.maximize(self, container=False)
        self.call_after_refresh(self._redraw)

    def action_write(self) -> None:
        """Ask for the figure to be written to a file, as it is looked at."""
        if self._scene.figure is not None:
            shown, view = self._scene.shown, self._scene.view
            self.post_message(messages.ExportAsked(self, shown, view, self._scene.remark))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the plot: with the left button to move it, with the right to draw a box."""
        spot = self._spot(event)
        if spot is not None and event.button in (1, 3):
            self._grip = Grip(spot, self._scene.view, boxes=event.button == 3)
            self.capture_mouse()
            event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Move the plot or the box with the pointer."""
        spot = self._spot(event, inside=False)
        if self._grip is not None and spot is not None and self._grip.goes_to(spot):
            self._become(self._grip.dragged(self._scene, spot))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go: put the cursor where the pointer is, or show the box."""
        grip, self._grip = self._grip, None
        self.release_mouse()
        spot = self._spot(event, inside=False)
        if grip is not None and spot is not None:
            self._become(grip.released(self._scene, spot))

    def on_click(self, event: events.Click) -> None:
        """Fit the chart on a double click."""
        if event.chain == 2 and event.button == 1:
            self.action_fit()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in around the pointer."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out around the pointer."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        spot = self._spot(event, inside=False)
        if spot is None:
            return
        event.stop()
        about = spot.place(self._scene.view)
        if about is None:
            return
        if spot.column < 0:
            self._become(acts.zoom_y(self._scene, direction, about=about[1]))
        else:
            self._become(acts.zoom_x(self._scene, direction, about=about[0]))

    def _spot(self, event: events.MouseEvent, *, inside: bool = True) -> Spot | None:
        """Return where the pointer is on the plot; none off it, where it has to be inside."""
        if self._sheet is None or self._scene.figure is None:
            return None
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        spot = Spot(x - self._sheet.left, y - self._sheet.top, self._sheet.frame)
        return spot if not inside or spot.column >= 0 else None

    def _become(self, scene: Scene) -> None:
        """Take up another scene, show it, and say what has changed."""
        before, self._scene = self._scene, replace(scene, word="")
        if scene.word and scene.word != before.word:
            self.notify(scene.word, markup=False)
        self._redraw()
        if (before.cursor, before.pin) != (scene.cursor, scene.pin):
            self.refresh_bindings()
        if scene.cursor is None:
            if before.cursor is not None:
                self.post_message(messages.CursorCleared(self))
        elif (reading := read(scene)) is not None and reading != read(before):
            self.post_message(messages.CursorMoved(self, reading))
        if self._link is not None and scene.cursor != before.cursor:
            self._link.tell(self, scene.cursor)

    def _redraw(self) -> None:
        """Draw the scene and have the differing stretches of its rows shown."""
        if self._scene.figure is None or not self.size:
            return
        before = self._sheet
        overlay = self._scene.overlay
        if self.is_maximized and (reading := read(self._scene)) is not None:
            overlay = replace(overlay, banner=words.sentence(reading))
        self._sheet = overlaid(self._beneath(), self._scene.shown, overlay)
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

    def _beneath(self) -> Sheet:
        """Return the figure without what lies over it, drawn again only if it has changed."""
        scene, palette = self._scene, self._palette
        key = (
            scene.shown,
            scene.view,
            self.size,
            id(self._glyphs),
            palette,
            scene.look.guides,
            scene.remark,
            scene.focus,
        )
        if self._base is None or self._base[0] != key:
            sheet = drawn(
                scene.shown,
                scene.view,
                width=self.size.width,
                height=self.size.height,
                glyphs=self._glyphs,
                palette=palette,
                guides=scene.look.guides,
                remark=scene.remark,
                focus=scene.focus,
            )
            self._base = (key, sheet)
        return self._base[1]

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
