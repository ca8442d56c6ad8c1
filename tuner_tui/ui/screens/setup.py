"""What is in the data, and on which terms is it trained?"""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen

from tuner_tui.ui import bindings
from tuner_tui.ui import session as acts
from tuner_tui.ui.messages import Decided, Retargeted, SettingWanted
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.columns import ColumnList
from tuner_tui.ui.widgets.facts import Facts
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.title import Title

if TYPE_CHECKING:
    from tuner_tui.ui.terms import Term
    from tuner_tui.ui.watching import Watched
    from tuner_tui.ui.widgets.terms_table import TermsTable


class SetupScreen(Screen[None]):
    """The facts of the data, the terms of the training, and the recipe in short.

    What needs a recipe is made when there is one: the first frame does not wait for it.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "setup.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("setup")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._table: TermsTable | None = None
        self._shown: Session | None = None

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
        if self._shown is session:
            return
        self._shown = session
        self.query_one(Facts).show(session)
        if self._table is None and session.recipe is not None:
            self._table = self._furnished()
        if self._table is not None:
            self._fill(self._table)

    def _furnished(self) -> "TermsTable":
        """Make the terms, the short recipe and the list of columns."""
        from tuner_tui.ui.widgets.terms_table import TermsTable

        table = TermsTable(id="terms")
        self.query_one("#work").mount(table, RecipeTable(id="recipe"))
        self.query_one("#data").mount(ColumnList(id="columns"))
        self.call_after_refresh(self.set_focus, table)
        return table

    def _fill(self, table: "TermsTable") -> None:
        recipe = self._session.recipe
        data = recipe.data if recipe else None
        table.show_terms(self._session)
        self.query_one(RecipeTable).show_recipe(recipe)
        self.query_one(ColumnList).show_columns(data.columns if data else ())

    @on(Rows.Opened)
    def action_change(self) -> None:
        """Change what is highlighted: a term, a setting in the recipe, or the column predicted."""
        if isinstance(self.focused, RecipeTable):
            name = self.focused.setting_name
            if name is not None:
                self.post_message(SettingWanted(name))
        elif isinstance(self.focused, ColumnList):
            self.action_columns()
        else:
            self._change_term()

    def _change_term(self) -> None:
        term = self._table.term if self._table else None
        if term is None or self._session.recipe is None:
            return
        if term.name == "model" and term.known:
            self.action_models()
        else:
            self._ask(term)

    def action_models(self) -> None:
        """List the models with what they weigh."""
        from tuner_tui.ui import terms
        from tuner_tui.ui.screens.models import OTHER, ModelsScreen

        recipe = self._session.recipe
        if recipe is None:
            return

        def answered(name: str | None) -> None:
            if name == OTHER:
                self._ask(terms.terms(self._session)[0])
            elif name is not None:
                self._decide(terms.changed(self._session, "model", name))

        if terms.models(recipe):
            self.app.push_screen(ModelsScreen(recipe), answered)
        else:
            answered(OTHER)

    def action_columns(self) -> None:
        """List the columns; choosing one predicts it."""
        from tuner_tui.ui.screens.columns import ColumnsScreen

        data = self._session.recipe.data if self._session.recipe else None
        if data is not None:
            self.app.push_screen(ColumnsScreen(data), self._retarget)

    def _ask(self, term: "Term") -> None:
        from tuner_tui.ui import terms
        from tuner_tui.ui.screens.ask import AskScreen

        session = self._session
        asked = AskScreen(
            term.asks,
            term.value,
            known=term.known,
            made=lambda text: terms.changed(session, term.name, text),
        )
        self.app.push_screen(asked, self._decide)

    def _decide(self, session: Session | None) -> None:
        if session is None:
            return
        again = session.recipe is None
        self.post_message(Retargeted(session) if again else Decided(session))

    def _retarget(self, target: str | None) -> None:
        if target is not None:
            self.post_message(Retargeted(acts.retargeted(self._session, target)))


def _note(watched: "Watched | None") -> str:
    if watched is None:
        return ""
    return "a probe is running" if watched.going else "probe finished"
