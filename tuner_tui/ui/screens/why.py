"""On what does one setting rest, in full?"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.types import CSSPathType
from textual.widgets import Static

from tuner_engine.recipe import Recipe
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.widgets.why import Why


class WhyScreen(Dialog[None]):
    """Everything about one setting: reason, alternatives, formulas with numbers, sources.

    Args:
        recipe: One that has the setting.
        name: Of the setting.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "why.tcss"]
    BINDINGS: ClassVar = [Binding("q,i,enter", "close", show=False)]

    def __init__(self, recipe: Recipe, name: str) -> None:
        super().__init__()
        self._recipe = recipe
        self._setting_name = name

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(id="window"):
            yield Why(id="why")
            yield Static("↑ ↓ scrolls · esc, ^g or i closes", classes="note")

    def on_mount(self) -> None:
        """Explain."""
        self.query_one(Why).show(self._recipe, self._setting_name)
        self.query_one(Why).focus()
