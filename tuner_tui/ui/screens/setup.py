"""What is in the data, and what is advised for it?"""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen

from tuner_tui.ui import bindings
from tuner_tui.ui import session as acts
from tuner_tui.ui.messages import Retargeted
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.columns import ColumnList
from tuner_tui.ui.widgets.facts import Facts
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.why import Why

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched


class SetupScreen(Screen[None]):
    """The facts of the data beside the recipe.

    What needs a recipe is made when there is one: the first frame does not wait for it.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "setup.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("setup")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._table: RecipeTable | None = None

    def compose(self) -> ComposeResult:
        """Lay out the facts, and room for the rest."""
        yield Title("setup", self._session)
        with Container(id="body"):
            with Vertical(id="data"):
                yield Facts(self._session, id="facts")
            yield Vertical(id="work")
        yield KeyLine()

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session, and in the title how a measurement stands."""
        self._session = session
        self.query_one(Title).show(session, note=_note(watched))
        self.query_one(Facts).show(session)
        if self._table is None and session.recipe is not None:
            self._furnish()
        if self._table is not None and self._table.recipe is not session.recipe:
            self._fill(self._table)

    def highlight(self, name: str) -> None:
        """Put the highlight on a setting."""
        if self._table is not None:
            self._table.highlight(name)

    def _furnish(self) -> None:
        """Make the recipe's table, its reason and the list of columns."""
        self._table = RecipeTable(id="recipe")
        self.query_one("#work").mount(self._table, Why(id="why"))
        self.query_one("#data").mount(ColumnList(id="columns"))
        self.call_after_refresh(self._table.focus)

    def _fill(self, table: RecipeTable) -> None:
        recipe = self._session.recipe
        data = recipe.data if recipe else None
        table.show_recipe(recipe)
        self.query_one(ColumnList).show_columns(data.columns if data else ())
        if recipe is None:
            self.query_one(Why).clear()

    @on(Rows.Highlighted, "#recipe")
    def _explain(self) -> None:
        recipe, name = self._session.recipe, self._highlighted
        if recipe is not None and name is not None:
            self.query_one(Why).show(name, recipe.settings[name])

    def action_columns(self) -> None:
        """List the columns; choosing one predicts it."""
        from tuner_tui.ui.screens.columns import ColumnsScreen

        data = self._session.recipe.data if self._session.recipe else None
        if data is not None:
            self.app.push_screen(ColumnsScreen(data), self._retarget)

    @property
    def _highlighted(self) -> str | None:
        return self._table.setting_name if self._table else None

    def _retarget(self, target: str | None) -> None:
        if target is not None:
            self.post_message(Retargeted(acts.retargeted(self._session, target)))


def _note(watched: "Watched | None") -> str:
    if watched is None:
        return ""
    return "a probe is running" if watched.going else "probe finished"
