"""In which form shall the recipe, or a chart, leave?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.types import CSSPathType
from textual.widgets import Static

from tuner_tui.ui import bindings, exporting, sampled
from tuner_tui.ui.exporting import Way
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.exporter import Exporter
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.title import Title

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched


class ExportScreen(Screen[None]):
    """Every format of the recipe, with a preview of what it writes.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("export")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sampled = False

    def compose(self) -> ComposeResult:
        """Lay out the formats and their preview."""
        yield Title("export", self._session)
        yield Exporter()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin with the list."""
        self._offer()
        self.query_one(Rows).focus()

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session."""
        self.query_one(Title).show(session)
        before, self._session = self._session, session
        if (before.recipe, before.sampling) != (session.recipe, session.sampling):
            self._offer()

    def arrive_from(self, place: str) -> None:
        """Offer first what the place that a person comes from is about."""
        self._sampled = place == "inference"
        self._offer()
        if self._sampled:
            sampling = self._session.sampling
            engine = sampled.asked(sampling).engine if sampling else None
            formats = {engine: form for form, engine in exporting.SAMPLING.items()}
            self.query_one(Exporter).highlight(formats.get(engine or "", "vllm"))

    def action_other(self) -> None:
        """Let formats that hold any recipe write the sampling instead of the training."""
        self._sampled = not self._sampled
        self._offer()

    def _offer(self) -> None:
        session = self._session
        ways = exporting.of_recipes(
            session.recipe,
            session.sampling,
            source=session.spec.data.source,
            sampled=self._sampled,
        )
        self.query_one(Exporter).show_ways(ways)


class ChartExportScreen(Dialog[None]):
    """The forms in which one chart can leave.

    Args:
        ways: They.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "export.tcss"]

    def __init__(self, ways: Sequence[Way]) -> None:
        super().__init__()
        self._ways = tuple(ways)

    def compose(self) -> ComposeResult:
        """Lay out the forms and their preview."""
        with Vertical(id="window"):
            yield Exporter()
            yield Static("⏎ writes · y copies · esc or ^g closes", classes="note")

    def on_mount(self) -> None:
        """Begin with the list."""
        self.query_one(Exporter).show_ways(self._ways)
        self.query_one(Rows).focus()

    @on(Exporter.Written)
    def _done(self) -> None:
        self.dismiss(None)
