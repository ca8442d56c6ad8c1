"""Where shall the recipe be written, and how?"""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tuner_engine.export import FORMATS, formats
from tuner_engine.recipe import Recipe
from tuner_tui.ui import exporting
from tuner_tui.ui.screens.confirm import ConfirmScreen
from tuner_tui.ui.screens.dialog import Dialog

_WORDS = {one.name: one.sentence for one in formats()}
"""What a format holds."""


class ExportScreen(Dialog[Path]):
    """Writes a recipe to a file and answers where.

    Args:
        recipe: What to write.
        source: The data's name, from which a file name is proposed.
    """

    BINDINGS: ClassVar = [
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
    ]

    def __init__(self, recipe: Recipe, *, source: str) -> None:
        super().__init__()
        self._recipe = recipe
        self._source = source
        self._format = FORMATS[0]

    def compose(self) -> ComposeResult:
        """Lay out format, path, preview and refusal."""
        with Vertical(id="window"):
            yield Static("Export the recipe", classes="question")
            yield Static(id="format")
            yield Input(exporting.proposed(self._source, self._format))
            yield Static("", classes="refusal", markup=False)
            yield Static("⏎ writes · ↑ ↓ changes the format · esc or ^g closes", classes="note")

    def on_mount(self) -> None:
        """Show the first format."""
        self._show_format()

    def action_turn(self, by: int) -> None:
        """Take the next or the previous format; an untouched file name follows it."""
        field = self.query_one(Input)
        untouched = field.value == exporting.proposed(self._source, self._format)
        self._format = FORMATS[(FORMATS.index(self._format) + by) % len(FORMATS)]
        if untouched:
            field.value = exporting.proposed(self._source, self._format)
        self._show_format()

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        path = Path(event.value).expanduser()
        if path.is_file():
            self._ask_to_replace(path)
        else:
            self._write(path)

    def _ask_to_replace(self, path: Path) -> None:
        def answered(answer: str | None) -> None:
            if answer == "replace":
                self._write(path)

        name = exporting.shown(path)
        answers = [("keep", "Keep the file that is there"), ("replace", "Replace it")]
        self.app.push_screen(ConfirmScreen(f"{name} exists", answers), answered)

    def _write(self, path: Path) -> None:
        problem = exporting.write(self._recipe, path, form=self._format)
        if problem is None:
            self.dismiss(path)
        else:
            self.query_one(".refusal", Static).update(problem)

    def _show_format(self) -> None:
        parts = [
            Content.styled(f" {form} ", "reverse" if form == self._format else "$text-muted")
            for form in FORMATS
        ]
        parts.append(Content.styled(_WORDS.get(self._format, ""), "$text-muted"))
        self.query_one("#format", Static).update(Content(" ").join(parts))
