"""Into which file shall it go?"""

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tuner_engine.printable import printable
from tuner_tui.ui import exporting
from tuner_tui.ui.screens.confirm import ConfirmScreen
from tuner_tui.ui.screens.dialog import Dialog


class SaveScreen(Dialog[Path]):
    """Writes bytes to a file and answers where; a file that is there is not replaced unasked.

    Args:
        content: What to write.
        name: The name that is proposed, in the working folder.
    """

    def __init__(self, content: bytes, *, name: str) -> None:
        super().__init__()
        self._content = content
        self._name = name

    def compose(self) -> ComposeResult:
        """Lay out field and refusal."""
        with Vertical(id="window"):
            yield Static("Write to which file?", classes="question")
            yield Static(f"from {exporting.shown(Path.cwd())}", classes="note", markup=False)
            yield Input(self._name)
            yield Static("", classes="refusal", markup=False)
            yield Static("⏎ writes · esc or ^g closes", classes="note")

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        try:
            path = Path(event.value.strip()).expanduser()
            there = path.exists() and not path.is_dir()
        except (OSError, RuntimeError, ValueError) as error:
            self._refuse(f"{printable(event.value)}: is no place for a file: {error}")
            return
        if not event.value.strip():
            self._refuse("name a file")
        elif there:
            self._ask_to_replace(path)
        else:
            self._write(path)

    def _ask_to_replace(self, path: Path) -> None:
        def answered(answer: str | None) -> None:
            if answer == "replace":
                self._write(path)

        answers = [("keep", "Keep the file that is there"), ("replace", "Replace it")]
        question = f"{exporting.shown(path)} exists"
        self.app.push_screen(ConfirmScreen(question, answers), answered)

    def _write(self, path: Path) -> None:
        problem = exporting.write(self._content, path)
        if problem is None:
            self.dismiss(path)
        else:
            self._refuse(problem)

    def _refuse(self, problem: str) -> None:
        self.query_one(".refusal", Static).update(problem)
