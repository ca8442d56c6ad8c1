"""How does the probe go, and which learning rate shall it be?"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from tuner_engine.state import RunState
from tuner_tui import figures
from tuner_tui.ui import bindings
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.messages import RateTaken
from tuner_tui.ui.session import Session
from tuner_tui.ui.watching import Watched
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.progress import Progress
from tuner_tui.ui.widgets.readout import Readout
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.verdict import Verdict

_SWEEP, _TRIALS = "sweep", "trials"


class ProbeScreen(Screen[None]):
    """Progress, the charts of sweep and trials, the readout and the verdict.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "probe.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("probe")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._watched: Watched | None = None
        self._turned = False
        """Whether a person chose which chart is in front."""

    def compose(self) -> ComposeResult:
        """Lay out the lines and the charts between them."""
        yield Title("probe", self._session)
        yield Progress(id="progress")
        with Container(id="charts"):
            yield Chart(id=_SWEEP)
            yield Chart(id=_TRIALS)
        yield Readout(id="readout")
        yield Verdict(id="verdict")
        yield KeyLine()

    def on_mount(self) -> None:
        """Put the sweep in front."""
        self._put_in_front(_SWEEP)

    def show(self, session: Session, watched: Watched | None) -> None:
        """Show how a run stands; another run begins with a fresh screen."""
        before, self._watched = self._watched, watched
        if watched is None or before is None or before.run_id != watched.run_id:
            self._turned = False
            self._put_in_front(_SWEEP)
        self.query_one(Title).show(session, note=watched.run_id if watched else "")
        self.query_one(Progress).show(watched)
        self.query_one(Verdict).show(watched)
        if watched is not None:
            self._draw(watched, before)

    def action_other_chart(self) -> None:
        """Put the other chart in front."""
        self._turned = True
        self._put_in_front(_TRIALS if self._front == _SWEEP else _SWEEP)

    @on(Chart.CursorMoved)
    def _read(self, event: Chart.CursorMoved) -> None:
        if event.chart.id == self._front:
            self._show_readout(event)
            self._link(event.x)

    @on(Chart.CursorCleared)
    def _forget(self, event: Chart.CursorCleared) -> None:
        if event.chart.id == self._front:
            self._show_readout(None)

    @on(Chart.Chosen)
    def _take(self, event: Chart.Chosen) -> None:
        self.post_message(RateTaken(event.x))

    def on_descendant_focus(self) -> None:
        """Let the focused chart be the one in front."""
        focused = self.focused
        if isinstance(focused, Chart) and focused.id:
            self.query_one("#charts").set_class(focused.id == _TRIALS, "-trials")

    @property
    def _front(self) -> str:
        return _TRIALS if self.query_one("#charts").has_class("-trials") else _SWEEP

    def _chart(self, name: str) -> Chart:
        return self.query_one(f"#{name}", Chart)

    def _put_in_front(self, name: str) -> None:
        self.query_one("#charts").set_class(name == _TRIALS, "-trials")
        self._chart(name).focus()

    def _draw(self, watched: Watched, before: Watched | None) -> None:
        same = before is not None and before.run_id == watched.run_id
        old, new = before.state if before is not None and same else RunState(), watched.state
        marked = not same or old.verdicts != new.verdicts
        if marked or old.learning_rates != new.learning_rates:
            self._chart(_SWEEP).show(figures.sweep_figure(new))
        if marked or old.rungs != new.rungs:
            self._chart(_TRIALS).show(figures.trials_figure(new))
        if not same:
            self._start_over()
        reading = self._turned or self._chart(_SWEEP).cursor_x is not None
        if new.rungs and not old.rungs and not reading:
            self._put_in_front(_TRIALS)
        if marked and self._chart(self._front).cursor_x is None:
            self._show_readout(None)

    def _start_over(self) -> None:
        """Forget cursors and limits of the run before."""
        for name in (_SWEEP, _TRIALS):
            self._chart(name).action_clear()
            self._chart(name).action_fit()

    def _link(self, x: float) -> None:
        """Put the other chart's cursor on the same rate, where its axis holds it."""
        other = self._chart(_SWEEP if self._front == _TRIALS else _TRIALS)
        limits = other.figure.x_axis.limits if other.figure else None
        if limits is not None and limits[0] <= x <= limits[1]:
            other.cursor_x = x

    def _show_readout(self, event: Chart.CursorMoved | None) -> None:
        readout = self.query_one(Readout)
        if event is not None:
            readout.show(event.x, event.readings, event.distance)
        else:
            state = self._watched.state if self._watched else None
            readout.show(None, suggested=figures.suggestion(state) if state else None)
