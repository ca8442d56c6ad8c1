"""How is a table of any length shown, one highlighted row at a time?

Only the lines in sight are rendered, so ten thousand rows cost as much as ten. Cells are text,
never markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuner_tui.ui import bindings

_GAP = "  "
"""Between two columns."""

_SHORT = 60
"""Cells below which room is short. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        title: Its heading.
        width: Cells at most; the table uses less where no cell needs it.
        flexible: Whether it takes the room that is left instead.
        narrow: Whether it is shown where room is short.
        least: Cells that the whole table needs before this column is shown.
        align: `right` for numbers.
    """

    title: str
    width: int = 12
    flexible: bool = False
    narrow: bool = True
    least: int = 0
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and the component class that styles it."""

    text: str
    look: str = ""


class Rows(ScrollView, can_focus=True):
    """A table that highlights one row.

    Args:
        columns: From left to right.
        id: As of any widget.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--heading",
        "rows--cursor",
        "rows--quiet",
        "rows--strong",
        "rows--warning",
    }
    DEFAULT_CSS = """
    Rows {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .rows--heading { color: $text-muted; text-style: bold; }
        & > .rows--cursor { background: $primary 40%; color: $text; }
        & > .rows--quiet { color: $text-muted; }
        & > .rows--strong { color: $text-accent; text-style: bold; }
        & > .rows--warning { color: $text-warning; }
        &:focus > .rows--cursor { background: $primary; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("list")
    row: reactive[int] = reactive(0)
    """The highlighted row, from 0."""

    class Highlighted(Message):
        """Another row is highlighted, or it has new content.

        Args:
            rows: The table.
            index: Of the row.
        """

        def __init__(self, rows: "Rows", index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> "Rows":
            """The table that moved."""
            return self.rows

    class Opened(Message):
        """A row was double-clicked."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._cells: Sequence[Sequence[Cell]] = ()
        self._widths: tuple[int, ...] = ()

    def show(self, cells: Sequence[Sequence[Cell]]) -> None:
        """Show these rows; the highlight stays where it is as far as it can."""
        self._cells = cells
        self._measure()
        self.row = self.validate_row(self.row)
        self.refresh()
        if cells:
            self.post_message(self.Highlighted(self, self.row))

    def validate_row(self, row: int) -> int:
        """Keep the highlight on the table."""
        return max(0, min(row, len(self._cells) - 1))

    def watch_row(self, row: int) -> None:
        """Bring the highlighted row into sight and tell of it."""
        self.scroll_to_region(Region(0, row, 1, 2), animate=False, force=True)
        self.refresh()
        if self._cells:
            self.post_message(self.Highlighted(self, row))

    def action_move(self, by: int) -> None:
        """Move the highlight by some rows."""
        self.row += by

    def action_page(self, by: int) -> None:
        """Move the highlight by about a page."""
        self.row += by * max(1, self.size.height - 2)

    def action_jump(self, to: int) -> None:
        """Move the highlight to the first or the last row."""
        self.row = to if to >= 0 else len(self._cells) - 1

    def on_click(self, event: events.Click) -> None:
        """Highlight the row under the pointer; a double click opens it."""
        row = event.y + self.scroll_offset.y - 1
        if 0 <= row < len(self._cells) and event.y > 0:
            self.row = row
            if event.chain == 2:
                self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Give the columns the room there is."""
        self._measure()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line: the heading stays, rows scroll beneath it."""
        width = self.size.width
        if y == 0:
            cells: Sequence[Cell] = [Cell(column.title) for column in self._columns]
            return self._strip(cells, self._look("rows--heading"), width, plain=True)
        row = y + self.scroll_offset.y - 1
        if not 0 <= row < len(self._cells):
            return Strip.blank(width, self.rich_style)
        highlighted = row == self.row
        style = self._look("rows--cursor") if highlighted else self.rich_style
        return self._strip(self._cells[row], style, width, plain=highlighted)

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    def _strip(self, cells: Sequence[Cell], style: Style, width: int, *, plain: bool) -> Strip:
        segments = []
        for column, cell, room in zip(self._columns, cells, self._widths, strict=False):
            if room:
                look = style if plain or not cell.look else style + self._look(cell.look)
                segments.append(Segment(_fitted(cell.text, room, column.align) + _GAP, look))
        return Strip(segments).adjust_cell_length(width, style)

    def _measure(self) -> None:
        """Give each column what its cells need, and the flexible one the rest."""
        total = self.scrollable_content_region.width or self.size.width
        widths = []
        for index, column in enumerate(self._columns):
            if column.flexible or not _has_room(column, total):
                widths.append(0)
                continue
            texts = (row[index].text for row in self._cells[:200] if index < len(row))
            need = max([cell_len(column.title), *(cell_len(text) for text in texts)])
            widths.append(min(column.width, need))
        rest = total - sum(width + len(_GAP) for width in widths if width)
        for index, column in enumerate(self._columns):
            if column.flexible and _has_room(column, total):
                widths[index] = max(0, rest)
        self._widths = tuple(widths)
        self.virtual_size = Size(total, len(self._cells) + 1)


def _has_room(column: Column, total: int) -> bool:
    """Return whether a table of so many cells shows a column."""
    return total >= (column.least if column.narrow else max(column.least, _SHORT))


def _fitted(text: str, room: int, align: str) -> str:
    if cell_len(text) > room:
        return set_cell_size(text, max(0, room - 1)) + "…"
    padding = " " * (room - cell_len(text))
    return padding + text if align == "right" else text + padding
