"""Which model?"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.types import CSSPathType
from textual.widgets import Static

from tuner_engine.recipe import Recipe
from tuner_tui.ui import terms
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

OTHER = "another"
"""What is answered for a model that is not listed."""


class ModelsScreen(Dialog[str]):
    """Lists models with what they weigh, and answers one of them, or that it is another.

    Args:
        recipe: What they would be trained for.
    """

    BINDINGS: ClassVar = [
        Binding("enter", "choose", "Take", show=False),
        Binding("p", "other", "Pretrained", show=False),
        Binding("q", "close", show=False),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "columns.tcss"]

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self._recipe = recipe
        self._names = terms.models(recipe)

    def compose(self) -> ComposeResult:
        """Lay out the list and its hint."""
        with Vertical(id="window"):
            yield Static("Which model?", classes="question")
            yield Rows((Column(title="model", width=24), Column(title="weighs", flexible=True)))
            yield Static(
                "⏎ takes it · p names a pretrained one · esc or ^g leaves it", classes="note"
            )

    def on_mount(self) -> None:
        """Put the highlight on the present model."""
        rows = self.query_one(Rows)
        rows.show([(Cell(name), Cell(terms.weighed(self._recipe, name))) for name in self._names])
        present = self._recipe.values().get("model")
        if present in self._names:
            rows.row = self._names.index(str(present))
        rows.styles.height = min(len(self._names) + 1, 16)
        self.set_focus(rows)

    @on(Rows.Opened)
    def action_choose(self) -> None:
        """Answer the highlighted model."""
        row = self.query_one(Rows).row
        self.dismiss(self._names[row] if row < len(self._names) else None)

    def action_other(self) -> None:
        """Answer that the model is none of these."""
        self.dismiss(OTHER)
