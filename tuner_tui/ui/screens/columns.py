"""Which columns are there, and which one is to be predicted?"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.types import CSSPathType
from textual.widgets import Static

from tuner_engine.workload import DataFacts
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.widgets.columns import ColumnList
from tuner_tui.ui.widgets.rows import Rows


class ColumnsScreen(Dialog[str]):
    """Lists all columns and answers the name of the one to predict.

    Args:
        data: The facts that hold the columns.
    """

    BINDINGS: ClassVar = [
        Binding("enter", "choose", "Predict this"),
        Binding("c,q", "close", show=False),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "columns.tcss"]

    def __init__(self, data: DataFacts) -> None:
        super().__init__()
        self._data = data

    def compose(self) -> ComposeResult:
        """Lay out the list and its hint."""
        with Vertical(id="window"):
            yield ColumnList()
            yield Static("⏎ predicts the highlighted column · esc or ^g closes", classes="note")

    def on_mount(self) -> None:
        """Put the highlight on the present target."""
        columns = self.query_one(ColumnList)
        columns.show_columns(self._data.columns)
        names = [column.name for column in self._data.columns]
        if self._data.target in names:
            columns.row = names.index(self._data.target)
        columns.focus()

    @on(Rows.Opened)
    def action_choose(self) -> None:
        """Answer the highlighted column, unless it is the target already."""
        columns = self._data.columns
        row = self.query_one(ColumnList).row
        chosen = columns[row].name if row < len(columns) else None
        self.dismiss(chosen if chosen != self._data.target else None)
