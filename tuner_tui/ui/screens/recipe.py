"""What is advised for every setting of a training, and which values does a person decide?"""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from tuner_engine.recipe import Recipe
from tuner_tui.ui import bindings
from tuner_tui.ui import session as acts
from tuner_tui.ui.screens.bench import BenchScreen
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.cautions import Cautions
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.why import Why

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched


class RecipeScreen(BenchScreen):
    """The settings of the training."""

    CSS_PATH = "recipe.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings.of("bench"), *bindings.of("recipe")]

    def compose(self) -> ComposeResult:
        """Lay out table, cautions and reasons."""
        yield Title("recipe", self._session)
        with Container(id="body"):
            with Vertical(id="work"):
                yield RecipeTable(id="recipe")
                yield Cautions(id="cautions")
            yield Why(id="why")
        yield KeyLine()

    @property
    def recipe(self) -> Recipe | None:
        """The recipe of the training."""
        return self._session.recipe

    def kept(self, recipe: Recipe) -> Session:
        """Return the session with a changed recipe, its decisions told to runs."""
        return acts.settled(self._session, recipe)

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session, and in the title how a measurement stands."""
        super().show(session, watched)
        self.query_one(Title).show(session, note=_note(watched))

    def action_suppose(self) -> None:
        """Try other facts, and see what moves."""
        from tuner_tui.ui.screens.suppose import SupposeScreen

        if self.recipe is not None:
            self.app.push_screen(SupposeScreen(self.recipe), self.keep)


def _note(watched: "Watched | None") -> str:
    if watched is None:
        return ""
    return "a probe is running" if watched.going else "probe finished"
