"""What would each format write, what would it lose, and where shall it go?"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tuner_tui.ui import bindings, copying, exporting
from tuner_tui.ui.exporting import Preview, Way
from tuner_tui.ui.widgets.labelled import Paragraphs
from tuner_tui.ui.widgets.rows import Cell, Column, Rows


class Exporter(Horizontal):
    """The list of formats beside a preview of what the highlighted one would write."""

    BINDINGS: ClassVar[list[BindingType]] = bindings.of("exporter")
    DEFAULT_CSS = """
    Exporter {
        height: 1fr;
        & > Rows { width: 18; height: 1fr; padding: 0 0 0 1; }
        & > #leaving { width: 1fr; height: 1fr; background: $surface; padding: 0 1; }
        #about { height: auto; color: $text-muted; }
        #preview { height: 1fr; scrollbar-size-vertical: 1; }
        #preview Static { height: auto; width: 100%; }
        #losses { max-height: 6; border-top: solid $panel; }
    }
    """

    class Written(Message):
        """A file was written.

        Args:
            path: Where.
        """

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ways: tuple[Way, ...] = ()
        self._preview = Preview(text="")
        self._previewed: Way | None = None

    def compose(self) -> ComposeResult:
        """Lay out list, preview and losses."""
        columns = (
            Column(title="format", width=14),
            Column(title="what it is", flexible=True, least=30, narrow=True),
        )
        yield Rows(columns, id="ways")
        with Vertical(id="leaving"):
            yield Static(id="about", markup=False)
            with VerticalScroll(id="preview"):
                yield Static(id="text", markup=False)
            yield Paragraphs(id="losses")

    def show_ways(self, ways: Sequence[Way]) -> None:
        """Show other ways; the highlight stays on the format of the same name."""
        now = self.way.name if self.way else None
        names = [way.name for way in ways]
        self._ways = tuple(ways)
        rows = self.query_one(Rows)
        rows.show([(Cell(way.name), Cell(way.sentence, "rows--quiet")) for way in ways])
        if now in names:
            rows.row = names.index(now)
        self._look()

    def highlight(self, name: str) -> None:
        """Put the highlight on one format, if it is there."""
        names = [way.name for way in self._ways]
        if name in names:
            self.query_one(Rows).row = names.index(name)

    @property
    def way(self) -> Way | None:
        """The highlighted format."""
        row = self.query_one(Rows).row
        return self._ways[row] if row < len(self._ways) else None

    @on(Rows.Highlighted)
    def _look(self) -> None:
        """Make what the highlighted format would write, and show it."""
        way = self.way
        if way is None or way is self._previewed:
            return
        self._previewed = way
        self.query_one("#about", Static).update(f"{way.about} → {way.file} · {way.sentence}")
        if way.slow:
            self._show(Preview(text="being made …"))
            self._make(way)
        else:
            self._show(exporting.previewed(way))

    def _show(self, preview: Preview) -> None:
        self._preview = preview
        refused = preview.content is None
        text = Content.styled(preview.text, "$text-muted" if refused else "")
        self.query_one("#text", Static).update(text)
        self.query_one("#preview").scroll_home(animate=False)
        lines = [(label, lost, "$text-warning") for label, lost in preview.losses]
        whole = [("", "Nothing is lost.", "$text-muted")]
        self.query_one("#losses", Paragraphs).show_lines([] if refused else lines or whole)

    @work(thread=True, exclusive=True, group="preview")
    def _make(self, way: Way) -> None:
        """Make what takes time beside the app, and show it if it is still asked for."""
        preview = exporting.previewed(way)

        def arrived() -> None:
            if self.way is way:
                self._show(preview)

        self.app.call_from_thread(arrived)

    @on(Rows.Opened)
    def action_write(self) -> None:
        """Ask for a place, and write there what the preview shows."""
        from tuner_tui.ui.screens.saving import SaveScreen

        way, content = self._leaving()
        if way is not None and content is not None:
            self.app.push_screen(SaveScreen(content, name=way.file), self._written)

    def action_copy(self) -> None:
        """Copy what the preview shows, in every way there is."""
        way, content = self._leaving()
        if way is None or content is None:
            return
        if way.name == "png":
            self.notify("A picture cannot be copied as text: ⏎ writes it.", severity="warning")
        else:
            self._copy(content.decode(), name=way.file)

    def action_scroll(self, by: int) -> None:
        """Scroll the preview by about a page."""
        view = self.query_one("#preview")
        view.scroll_relative(y=by * max(1, view.size.height - 2), animate=False)

    def _leaving(self) -> tuple[Way | None, bytes | None]:
        """Return the highlighted way with its bytes; where there are none, say so."""
        self._look()  # keys may be faster than the message that the highlight has moved
        if self._preview.content is None:
            self.notify("There is nothing to take yet: the preview says why.", severity="warning")
        return self._previewed, self._preview.content

    def _written(self, path: Path | None) -> None:
        if path is not None:
            self.notify(f"Written: {exporting.shown(path.resolve())}", markup=False)
            self.post_message(self.Written(path))

    @work(exclusive=True, group="copy")
    async def _copy(self, text: str, *, name: str) -> None:
        done = await copying.copy(text, name=name, send=self.app.copy_to_clipboard)
        self.notify(f"Copied: {', '.join(done)}", markup=False, timeout=10)
