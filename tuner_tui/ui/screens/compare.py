"""In what do runs differ, and how do their curves lie over each other?"""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from tuner_engine import comparison
from tuner_engine.comparison import Side
from tuner_engine.errors import TunerError
from tuner_engine.printable import printable
from tuner_engine.runs import Run
from tuner_tui.figures import overlay
from tuner_tui.figures.charts import Picture
from tuner_tui.ui import bindings
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.config import Config
from tuner_tui.ui.widgets.difference_table import DifferenceTable
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.readout import Readout

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Names of runs on this screen."""


class CompareScreen(Screen[None]):
    """The facts of several runs side by side, and one chart of all of them.

    Args:
        runs: At least two, and at most as many as there are letters.
    """

    CSS_PATH = "compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("compare")

    def __init__(self, runs: Sequence[Run]) -> None:
        super().__init__()
        self._runs = tuple(runs[: len(_LETTERS)])
        self._names = [name(letter, run) for letter, run in zip(_LETTERS, self._runs, strict=False)]
        self._sides: Sequence[Side] = ()
        self._pictures: tuple[Picture, ...] = ()
        self._at = 0
        self._every = False

    def compose(self) -> ComposeResult:
        """Lay out what was asked, the chart and the table."""
        config: Config = getattr(self.app, "config", Config())
        yield Static("reading the runs …", id="heading", markup=False)
        with Container(id="both"):
            yield Chart(id="overlay", glyphs=config.app.glyphs)
            yield DifferenceTable(self._names, id="differences")
        yield Readout(id="readout")
        yield KeyLine()

    def on_mount(self) -> None:
        """Read the runs, in a thread: some are long."""
        self.query_one("#differences").focus()
        self._load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys make sense now."""
        return len(self._pictures) > 1 if action == "next_picture" else True

    def action_next_picture(self) -> None:
        """Lay other curves over each other."""
        self._at = (self._at + 1) % len(self._pictures)
        self._show_curves()

    def action_every(self) -> None:
        """Show what the runs have in common, or hide it."""
        self._every = not self._every
        self._show_facts()

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(None)

    @on(Chart.CursorMoved)
    def _read(self, event: Chart.CursorMoved) -> None:
        log = event.chart.scene.shown.x_axis.scale == "log"
        self.query_one(Readout).show(event.reading, ratio=log)

    @on(Chart.CursorCleared)
    def _forget(self) -> None:
        self.query_one(Readout).show(None)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _load(self) -> None:
        try:
            sides = [comparison.side(run) for run in self._runs]
        except TunerError as error:
            self.app.call_from_thread(self._refuse, error)
            return
        self.app.call_from_thread(self._take, sides)

    def _refuse(self, error: TunerError) -> None:
        self.notify(printable(str(error)), severity="error", markup=False)
        self.dismiss(None)

    def _take(self, sides: Sequence[Side]) -> None:
        self._sides = sides
        self._pictures = overlay.shared([side.state for side in sides])
        self._show_curves()
        self._show_facts()
        self.refresh_bindings()

    def _show_curves(self) -> None:
        chart = self.query_one(Chart)
        chart.display = bool(self._pictures)
        self.query_one(Readout).display = bool(self._pictures)
        if self._pictures:
            named = [
                (letter, side.state) for letter, side in zip(_LETTERS, self._sides, strict=False)
            ]
            chart.show(overlay.overlaid(self._pictures[self._at], named))
            if chart.cursor_x is None:
                self.query_one(Readout).show(None)

    def _show_facts(self) -> None:
        rows = comparison.rows(self._sides)
        differing = [row for row in rows if row.differs]
        self.query_one(DifferenceTable).show_rows(rows if self._every else differing)
        same = len(rows) - len(differing)
        told = "all are shown" if self._every else f"{same} more are the same"
        self.query_one("#heading", Static).update(
            f"{len(self._runs)} runs, {len(differing)} facts differ, {told}"
        )


def name(letter: str, run: Run) -> str:
    """Return how a run is called on the screen: its letter, and its name without the moment."""
    return f"{letter} {printable(run.id.split('-', 2)[-1])}"
