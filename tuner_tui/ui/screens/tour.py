"""What does the app do, in three hints?

A simulated probe is drawn as a real one would be, and each hint stands beneath it until it is sent
on. The chart takes its usual keys meanwhile.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tuner_engine.state import RunState, fold
from tuner_tui import figures
from tuner_tui.ui import simulated
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.screens.dialog import Answering
from tuner_tui.ui.wording import number

_WATCH = (
    "A probe trains on your data while its learning rate rises, and draws what it sees. "
    "This one is simulated. ← → moves a cursor over the curve, + and - zoom, ? lists all keys."
)
_DECIDE = (
    "Short trainings then confirm a rate near the best. When a verdict stands, Enter takes the "
    "value under the cursor into the recipe; u takes it back. Nothing is decided without you."
)
_GO = (
    "Every place is one digit away: 1 the data, 2 the recipe with its reasons, 3 the probes. "
    "ctrl+p finds anything by typing. Leaving with q lets a running probe go on, if you like."
)
HINTS = (_WATCH, _DECIDE, _GO)
"""What there is to say. House choice."""

EVERY_S = 0.12
"""Between two pieces of news of the simulated run."""


class TourScreen(Answering[None]):
    """Plays a simulated probe and says three things about it."""

    DEFAULT_CSS = """
    TourScreen { background: $background; }
    TourScreen #heading { dock: top; height: 1; padding: 0 1; background: $panel; }
    TourScreen Chart { height: 1fr; }
    TourScreen #readout { height: 1; padding: 0 1; color: $text-muted; }
    TourScreen #hint {
        dock: bottom; height: auto; padding: 0 1; background: $panel; border-top: solid $primary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,space", "go(1)", "Next hint", show=False),
        Binding("b", "go(-1)", "Hint before", show=False),
        Binding("escape,ctrl+g,q", "dismiss", "End the tour", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._hint = 0
        self._state = RunState()
        self._news = simulated.events()

    def compose(self) -> ComposeResult:
        """Lay out the chart over its hint."""
        yield Static("tour · a simulated probe, nothing is trained", id="heading")
        yield Chart()
        yield Static("", id="readout", markup=False)
        yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Begin to play."""
        self._say()
        self.query_one(Chart).focus()
        self.set_interval(EVERY_S, self._play)

    def action_go(self, by: int) -> None:
        """Go to another hint; after the last one the tour is over."""
        self._hint = max(0, self._hint + by)
        if self._hint >= len(HINTS):
            self.dismiss()
        else:
            self._say()

    def on_chart_cursor_moved(self, event: Chart.CursorMoved) -> None:
        """Say what the cursor reads."""
        self.query_one("#readout", Static).update(f"at {number(event.x)}")

    def on_chart_chosen(self, event: Chart.Chosen) -> None:
        """Say what would happen."""
        taken = f"{number(event.x)} would now be in the recipe, locked"
        self.query_one("#readout", Static).update(taken)

    def _say(self) -> None:
        foot = f"{self._hint + 1} of {len(HINTS)} · n next · b back · esc or q ends the tour"
        self.query_one("#hint", Static).update(f"{HINTS[self._hint]}\n{foot}")

    def _play(self) -> None:
        """Draw the next piece of news: the sweep first, the trials once they begin."""
        news = next(self._news, None)
        if news is None:
            return
        self._state = fold(self._state, news)
        chart = self.query_one(Chart)
        if self._state.rungs:
            chart.show(figures.trials_figure(self._state))
        elif self._state.learning_rates:
            chart.show(figures.sweep_figure(self._state))
