"""What would move if the data, the model or the device were another?"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.types import CSSPathType
from textual.widgets import Input, Static

from tuner_engine.errors import TunerError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_tui.ui import supposing
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.supposing import Move, Supposed
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

_NOTE = "tab next field · ↑ ↓ steps · pgup pgdn scrolls · ⏎ keeps it · esc or ^g forgets it"


class SupposeScreen(Dialog[Recipe]):
    """Shows before and after while facts are typed, and answers the recipe that is kept.

    Args:
        recipe: As it stands.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "suppose.tcss"]
    BINDINGS: ClassVar = [
        Binding("up", "step(1)", show=False),
        Binding("down", "step(-1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self._recipe = recipe
        self._names = supposing.fields(recipe.workload)
        self._supposed: Recipe | None = None

    def compose(self) -> ComposeResult:
        """Lay out the fields and what they move."""
        with Vertical(id="window"):
            yield Static("What if …", classes="question")
            for name in self._names:
                with Horizontal(classes="field"):
                    yield Static(supposing.LABELS[name], classes="label")
                    yield self._field(name)
            yield Static("", classes="refusal", markup=False)
            yield _Moves()
            yield Static(_NOTE, classes="note")

    def on_mount(self) -> None:
        """Begin with nothing moved."""
        self._show(())

    def action_step(self, by: int) -> None:
        """Offer the next amount, model or memory in the field."""
        field = self.focused
        if isinstance(field, Input) and field.id:
            field.value = supposing.stepped(self._recipe, field.id, field.value, by=by)

    def action_page(self, by: int) -> None:
        """Scroll what moves."""
        self.query_one(_Moves).action_page(by)

    @on(Input.Changed)
    def _suppose(self) -> None:
        """Advise for what the fields say, and show what moves."""
        self._supposed = None
        refusal = self.query_one(".refusal", Static)
        try:
            recipe = supposing.supposed(self._recipe, self._said())
        except TunerError as error:
            refusal.update(printable(str(error)))
            return
        refusal.update("")
        self._supposed = recipe
        self._show(supposing.moves(self._recipe, recipe))

    @on(Input.Submitted)
    def _keep(self) -> None:
        if self._supposed is not None:
            self.dismiss(self._supposed)

    def _field(self, name: str) -> Input:
        known = supposing.known(self._recipe, name)
        return Input(
            supposing.present(self._recipe, name),
            id=name,
            placeholder=supposing.EXAMPLES[name],
            suggester=SuggestFromList(known, case_sensitive=False) if known else None,
        )

    def _said(self) -> Supposed:
        """Return what the fields say that is not so already."""
        said = {name: self.query_one(f"#{name}", Input).value.strip() for name in self._names}
        fresh = {
            name: text
            for name, text in said.items()
            if text != supposing.present(self._recipe, name)
        }
        return Supposed(**fresh)

    def _show(self, moves: tuple[Move, ...]) -> None:
        self.query_one(_Moves).show_moves(moves)


class _Moves(Rows):
    """Settings and estimates that differ."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__(
            (
                Column(title="what moves", width=18),
                Column(title="now", width=16, align="right"),
                Column(title="then", width=16, align="right"),
                Column(title="why", flexible=True),
            )
        )

    def show_moves(self, moves: tuple[Move, ...]) -> None:
        """Show them, or that nothing moves."""
        if not moves:
            self.show([(Cell("nothing moves", "rows--quiet"), Cell(""), Cell(""), Cell(""))])
            return
        self.show(
            [
                (
                    Cell(move.name),
                    Cell(move.before, "rows--quiet"),
                    Cell(move.after, "rows--strong"),
                    Cell(move.why, "rows--quiet"),
                )
                for move in moves
            ]
        )
