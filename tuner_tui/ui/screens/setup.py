"""What is in the data, and what is advised for it?"""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Static

from tuner_engine.errors import UsageError
from tuner_tui.ui import bindings, wording
from tuner_tui.ui import session as acts
from tuner_tui.ui.messages import Decided, Retargeted
from tuner_tui.ui.session import Session
from tuner_tui.ui.watching import Watched
from tuner_tui.ui.widgets.columns import ColumnList
from tuner_tui.ui.widgets.facts import Facts
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.why import Why


class SetupScreen(Screen[None]):
    """The facts of the data beside the recipe.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "setup.tcss"
    BINDINGS: ClassVar = bindings.of("setup")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Lay out facts, recipe and reason."""
        yield Static(id="title")
        with Container(id="body"):
            with Vertical(id="data"):
                yield Facts(id="facts")
                yield ColumnList(id="columns")
            with Vertical(id="work"):
                yield RecipeTable(id="recipe")
                yield Why(id="why")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(RecipeTable).focus()
        self.show(self._session, None)

    def show(self, session: Session, watched: Watched | None) -> None:
        """Show another session, and in the title how a measurement stands."""
        recipe_changed = session.recipe is not self.query_one(RecipeTable).recipe
        self._session = session
        self.query_one("#title", Static).update(_title(session, watched))
        self.query_one(Facts).show(session)
        data = session.recipe.data if session.recipe else None
        columns = self.query_one(ColumnList)
        if recipe_changed:
            columns.show_columns(data.columns if data else ())
            self.query_one(RecipeTable).show_recipe(session.recipe)
        if session.recipe is None:
            self.query_one(Why).clear()

    @on(Rows.Highlighted, "#recipe")
    def _explain(self) -> None:
        table = self.query_one(RecipeTable)
        if table.recipe is not None and table.setting_name is not None:
            name = table.setting_name
            self.query_one(Why).show(name, table.recipe.settings[name])

    @on(Rows.Opened)
    def _open_row(self) -> None:
        self.action_edit()

    def action_edit(self) -> None:
        """Ask for a value of the highlighted setting."""
        from tuner_tui.ui.screens.edit import EditScreen

        name = self.query_one(RecipeTable).setting_name
        if name is not None and self._session.recipe is not None:
            self.app.push_screen(EditScreen(self._session, name), self._decide)

    def action_lock(self) -> None:
        """Lock or unlock the highlighted setting."""
        self._act(acts.locked)

    def action_give_back(self) -> None:
        """Leave the highlighted setting to advice."""
        self._act(acts.given_back)

    def action_columns(self) -> None:
        """List the columns; choosing one predicts it."""
        from tuner_tui.ui.screens.columns import ColumnsScreen

        data = self._session.recipe.data if self._session.recipe else None
        if data is not None:
            self.app.push_screen(ColumnsScreen(data), self._retarget)

    def _act(self, act: Callable[[Session, str], Session]) -> None:
        name = self.query_one(RecipeTable).setting_name
        if name is None:
            return
        try:
            self._decide(act(self._session, name))
        except UsageError as error:
            self.notify(wording.printable(str(error)), severity="error", markup=False)

    def _decide(self, session: Session | None) -> None:
        if session is not None:
            self.post_message(Decided(session))

    def _retarget(self, target: str | None) -> None:
        if target is not None:
            self.post_message(Retargeted(acts.retargeted(self._session, target)))


def _title(session: Session, watched: Watched | None) -> str:
    parts = ["tuner-tui", wording.source_name(session.spec.data.source), "recipe"]
    if watched is not None:
        parts.append("2: a probe is running" if watched.going else "2: probe finished")
    return "  ".join(parts)
