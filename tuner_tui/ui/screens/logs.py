"""What does the worker print, and what has its run said?"""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.types import CSSPathType
from textual.widgets import Log, Static

from tuner_engine.printable import printable
from tuner_tui.ui import logs
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.session import Session

if TYPE_CHECKING:
    from tuner_engine.runs import Run
    from tuner_tui.ui.watching import Watched

EVERY_S = 1.0
"""Between two looks at the files."""

_SOURCES = {"printed": logs.printed, "events": logs.events}
"""What can be shown → how it is read."""


class LogsScreen(Dialog[None]):
    """Follows the files of one run.

    Args:
        run: Whose; none if nothing was started yet.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "logs.tcss"]
    BINDINGS: ClassVar = [
        Binding("tab", "turn", show=False, priority=True),
        Binding("q,L", "close", show=False),
        Binding("f", "follow", show=False),
    ]

    def __init__(self, run: "Run | None") -> None:
        super().__init__()
        self._run = run
        self._source = "printed"
        self._shown: list[str] | None = None

    def compose(self) -> ComposeResult:
        """Lay out heading, lines and hint."""
        with Vertical(id="window"):
            yield Static(id="heading", classes="question", markup=False)
            yield Log()
            yield Static(
                "tab turns to events and back · f follows the end · esc, ^g or L closes",
                classes="note",
            )

    def on_mount(self) -> None:
        """Show what there is, and go on looking."""
        self._look()
        self.set_interval(EVERY_S, self._look)

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Look at once when the run has news."""
        self._look()

    def action_turn(self) -> None:
        """Show the other file."""
        names = list(_SOURCES)
        self._source = names[(names.index(self._source) + 1) % len(names)]
        self._shown = None
        self._look()

    def action_follow(self) -> None:
        """Go to the end, and stay there."""
        log = self.query_one(Log)
        log.auto_scroll = True
        log.scroll_end(animate=False)

    def _look(self) -> None:
        if not self.query(Log):
            return  # closed by the next key before it was laid out
        lines = _SOURCES[self._source](self._run) if self._run else []
        if lines == self._shown:
            return
        log, before = self.query_one(Log), self._shown
        if before is not None and lines[: len(before)] == before:
            log.write_lines(lines[len(before) :], scroll_end=log.is_vertical_scroll_end)
        else:
            log.clear()
            log.write_lines(lines or ["nothing yet"])
        self._shown = lines
        self.query_one("#heading", Static).update(_heading(self._run, self._source))


def _heading(run: "Run | None", source: str) -> str:
    if run is None:
        return "No run is in sight: r starts a probe"
    what = "What the worker printed" if source == "printed" else "Events"
    return f"{what}  {printable(run.id)}"
