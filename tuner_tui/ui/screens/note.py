"""What does a person want to remember of a run?"""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tuner_engine import remarks
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.remarks import Remarks
from tuner_tui.ui.screens.dialog import Dialog


class NoteScreen(Dialog[Remarks]):
    """Asks for a note and tags, and answers both.

    Args:
        run_id: Which run.
        before: What is written on it.
    """

    def __init__(self, run_id: str, before: Remarks) -> None:
        super().__init__()
        self._run_id = run_id
        self._before = before

    def compose(self) -> ComposeResult:
        """Lay out both fields, and room for a refusal."""
        with Vertical(id="window"):
            yield Static(f"Run {printable(self._run_id)}", classes="question", markup=False)
            yield Static("note", classes="note")
            yield Input(printable(self._before.note), id="note")
            yield Static("tags, with blanks between", classes="note")
            yield Input(" ".join(self._before.tags), id="tags")
            yield Static("", classes="refusal", markup=False)
            yield Static("⏎ keeps both · tab other field · esc or ^g leaves it", classes="note")

    @on(Input.Submitted)
    def _keep(self) -> None:
        note = self.query_one("#note", Input).value
        words = self.query_one("#tags", Input).value.split()
        if note == printable(self._before.note):
            note = self._before.note  # what cannot be typed is not lost by looking at it
        try:
            self.dismiss(remarks.made(note=note, tags=words))
        except UsageError as error:
            self.query_one(".refusal", Static).update(printable(str(error)))
